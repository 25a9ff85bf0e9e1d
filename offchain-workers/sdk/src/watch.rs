//! How far a project is.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use idlewild_chain_client::{pause::jittered, ChainClient, Heads, ReadError};
use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    view::{ChunkView, ProjectView},
    Balance, ProjectId,
};
use serde::Serialize;

use crate::Sdk;

/// Chunks of a page.
const PAGE: u32 = 256;
/// Longest time without a block after which is looked anyway.
const AT_LEAST: Duration = Duration::from_secs(60);

/// Pause before a node that went away is asked for blocks again, longer each time, and how often.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);
pub(crate) const TRIES: u32 = 6;

/// Why nothing is known of a project.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is none.
    #[error("there is no project {0}: it was closed, or never was")]
    NoSuchProject(ProjectId),
}

/// How far a project is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Chunks in all.
    pub chunks: u32,
    /// Chunks that nobody runs yet.
    pub open: u32,
    /// Chunks that run.
    pub running: u32,
    /// Chunks whose results are bound or being compared.
    pub comparing: u32,
    /// Chunks whose results are agreed to and can still be challenged.
    pub agreed: u32,
    /// Chunks that trackers judge.
    pub disputed: u32,
    /// Chunks that are over.
    pub finished: u32,
    /// Of those, the ones without a result.
    pub without_result: u32,
    /// Replicas that ran or run, all together.
    pub replicas: u32,
    /// What is still held in escrow.
    pub held: Balance,
    /// Whether it takes no more claims.
    pub closed: bool,
}

impl Progress {
    /// Whether nothing more will come of it.
    pub fn is_over(&self) -> bool {
        self.finished >= self.chunks || (self.closed && self.finished.saturating_add(self.open) >= self.chunks)
    }

    /// Of a project with these chunks.
    pub(crate) fn of(project: &ProjectView, chunks: &[ChunkView]) -> Self {
        let mut progress = Self { chunks: project.chunks, held: project.held, closed: project.closed, ..Self::default() };
        chunks.iter().for_each(|chunk| progress.count(chunk));
        progress
    }

    fn count(&mut self, chunk: &ChunkView) {
        self.replicas = self.replicas.saturating_add(chunk.replicas.len() as u32);
        let place = match chunk.stage {
            Stage::Open => &mut self.open,
            Stage::Working { .. } => {
                let runs = chunk.replicas.iter().any(|replica| matches!(replica.step, Step::Running { .. }));
                if runs {
                    &mut self.running
                } else {
                    &mut self.comparing
                }
            },
            Stage::Agreed { .. } => &mut self.agreed,
            Stage::Disputed { .. } => &mut self.disputed,
            Stage::Final { root } => {
                self.without_result = self.without_result.saturating_add(u32::from(root.is_none()));
                &mut self.finished
            },
        };
        *place = place.saturating_add(1);
    }
}

impl Sdk {
    /// A project.
    pub async fn project(&self, id: ProjectId) -> Result<ProjectView, WatchError> {
        self.compute.project(id).await?.ok_or(WatchError::NoSuchProject(id))
    }

    /// How far a project is now.
    pub async fn progress(&self, id: ProjectId) -> Result<Progress, WatchError> {
        Ok(Progress::of(&self.project(id).await?, &self.chunks(id).await?))
    }

    /// All chunks of a project.
    pub async fn chunks(&self, id: ProjectId) -> Result<Vec<ChunkView>, ReadError> {
        let (mut chunks, mut after) = (Vec::new(), None);
        loop {
            let page = self.compute.chunks(id, after, PAGE).await?;
            chunks.extend(page.chunks);
            after = match page.next {
                Some(next) => Some(next),
                None => return Ok(chunks),
            };
        }
    }

    /// Waits until a project is over. `told` hears of each change.
    pub async fn wait(&self, id: ProjectId, told: impl Fn(&Progress)) -> Result<Progress, WatchError> {
        let mut blocks = self.blocks().await?;
        let mut last = None;
        loop {
            let progress = self.progress(id).await?;
            if last != Some(progress) {
                told(&progress);
                last = Some(progress);
            }
            if progress.is_over() {
                return Ok(progress);
            }
            blocks.next().await?;
        }
    }

    /// Blocks to come.
    pub(crate) async fn blocks(&self) -> Result<Blocks, ReadError> {
        let chain = self.session.chain().clone();
        Ok(Blocks { heads: chain.finalized_heads().await?, chain })
    }
}

/// Blocks to come.
pub(crate) struct Blocks {
    chain: Arc<dyn ChainClient>,
    heads: Heads,
}

impl Blocks {
    /// Waits for the next one, but not for ever: then everything is looked at all the same. A node that was away for a moment is asked
    /// again some times.
    pub(crate) async fn next(&mut self) -> Result<(), ReadError> {
        match tokio::time::timeout(AT_LEAST, self.heads.next()).await {
            Ok(Some(Ok(_))) | Err(_) => return Ok(()),
            Ok(Some(Err(_)) | None) => {},
        }
        let mut tried = 0u32;
        loop {
            tried = tried.saturating_add(1);
            tokio::time::sleep(jittered(PAUSE.saturating_mul(tried))).await;
            match self.chain.finalized_heads().await {
                Ok(heads) => {
                    self.heads = heads;
                    return Ok(());
                },
                Err(error) if tried >= TRIES => return Err(error),
                Err(error) => drop(error),
            }
        }
    }
}
