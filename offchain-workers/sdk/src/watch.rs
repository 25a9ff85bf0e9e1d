//! How far a project is.

use std::time::Duration;

use futures::StreamExt;
use idlewild_chain_client::ReadError;
use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    view::ChunkView,
    Balance, ProjectId,
};
use serde::Serialize;

use crate::Sdk;

/// Chunks of a page.
const PAGE: u32 = 256;
/// Longest time without a block after which is looked anyway.
const AT_LEAST: Duration = Duration::from_secs(60);

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
    /// How far a project is now.
    pub async fn progress(&self, id: ProjectId) -> Result<Progress, WatchError> {
        let project = self.compute.project(id).await?.ok_or(WatchError::NoSuchProject(id))?;
        let mut progress =
            Progress { chunks: project.chunks, held: project.held, closed: project.closed, ..Progress::default() };
        for chunk in self.chunks(id).await? {
            progress.count(&chunk);
        }
        Ok(progress)
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
        let mut heads = self.session.chain().finalized_heads().await?;
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
            match tokio::time::timeout(AT_LEAST, heads.next()).await {
                Ok(Some(Ok(_))) | Err(_) => {},
                Ok(Some(Err(error))) => return Err(error.into()),
                Ok(None) => heads = self.session.chain().finalized_heads().await?,
            }
        }
    }
}
