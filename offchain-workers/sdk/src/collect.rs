//! What came of a project, checked against the chain.

use std::{
    io,
    path::{Path, PathBuf},
};

use codec::DecodeAll;
use idlewild_chain_client::ReadError;
use idlewild_client::{
    bundle::{Bundle, BundleError, OpenBundle},
    seal::{of_output, Receiver, SealError},
};
use idlewild_compute_primitives::{
    chunk::{tasks_of, Stage},
    outcome::{self, Outcome},
    task::{LOGS, OUTCOMES, OUTPUTS},
    view::{ChunkView, ProjectView},
    Digest, ProjectId,
};
use serde::Serialize;
use tokio::io::AsyncWriteExt;

use crate::{watch::WatchError, Sdk};

/// Most bytes of a chunk's outcomes.
const MAX_OUTCOMES: u64 = 1 << 20;

/// Why results are not here.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The chain.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Where they are to go.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No replica's output of a chunk can be read.
    #[error("the output of chunk {chunk} cannot be read: {reason}")]
    Unreadable {
        /// The chunk.
        chunk: u32,
        /// What was wrong with each replica's.
        reason: String,
    },
}

/// Why one replica's output is of no use.
#[derive(Debug, thiserror::Error)]
enum Useless {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("what it stored is not what it revealed")]
    Other,
    #[error("its provider is gone from the chain")]
    Gone,
    #[error("{0}")]
    File(#[from] io::Error),
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// A task's result on this machine.
#[derive(Clone, Debug, Serialize)]
pub struct Collected {
    /// The task.
    pub task: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// The file with what it wrote.
    pub file: PathBuf,
    /// The deal that it is in.
    pub object: u64,
}

impl Sdk {
    /// Writes what each task wrote to a file of its number in `folder`, and the end of its log to `NUMBER.log`. What is not what stands
    /// on chain is never written. Chunks that are not agreed to yet are left out.
    pub async fn collect(
        &self,
        id: ProjectId,
        folder: &Path,
        told: impl Fn(&Collected),
    ) -> Result<Vec<Collected>, CollectError> {
        let project = self.compute.project(id).await?.ok_or(WatchError::NoSuchProject(id))?;
        tokio::fs::create_dir_all(folder).await.map_err(|source| CollectError::File { path: folder.to_owned(), source })?;
        let mut collected = Vec::new();
        for chunk in self.chunks(id).await? {
            let root = match chunk.stage {
                Stage::Agreed { root, .. } | Stage::Final { root: Some(root) } => root,
                _ => continue,
            };
            for result in self.collect_chunk(&project, &chunk, root, folder).await? {
                told(&result);
                collected.push(result);
            }
        }
        Ok(collected)
    }

    async fn collect_chunk(
        &self,
        project: &ProjectView,
        chunk: &ChunkView,
        root: Digest,
        folder: &Path,
    ) -> Result<Vec<Collected>, CollectError> {
        let mut reasons = Vec::new();
        for replica in &chunk.replicas {
            let Some(finding) = replica.finding().filter(|finding| finding.root == root) else { continue };
            match self.collect_replica(project, chunk, replica.provider, finding.output, &finding.key, root, folder).await {
                Ok(results) => return Ok(results),
                Err(error) => reasons.push(format!("provider {}: {error}", replica.provider)),
            }
        }
        if reasons.is_empty() {
            reasons.push("no replica's output is the one that stands on chain".into());
        }
        Err(CollectError::Unreadable { chunk: chunk.index, reason: reasons.join("; ") })
    }

    #[allow(clippy::too_many_arguments)]
    async fn collect_replica(
        &self,
        project: &ProjectView,
        chunk: &ChunkView,
        provider: u32,
        output: u64,
        key: &[u8; 80],
        root: Digest,
        folder: &Path,
    ) -> Result<Vec<Collected>, Useless> {
        let operator = self.compute.provider(provider).await?.ok_or(Useless::Gone)?.operator;
        let key = Receiver::of(self.session.secret()).open(key, &of_output(project.id, chunk.index, &operator))?;
        let bundle = self.session.open_bundle(&Bundle { root: output, key }).await?;
        let bytes = bundle.read(OUTCOMES, MAX_OUTCOMES).await?;
        let outcomes = Vec::<Outcome>::decode_all(&mut bytes.as_slice()).map_err(|_| Useless::Other)?;
        if outcome::root(&outcomes, project.spec.program.class.is_slashable()) != root {
            return Err(Useless::Other);
        }
        let tasks = tasks_of(chunk.index, project.spec.tasks, project.spec.per_chunk);
        let mut results = Vec::with_capacity(outcomes.len());
        for (index, (task, outcome)) in tasks.zip(outcomes).enumerate() {
            let file = folder.join(task.to_string());
            fetch(&bundle, &format!("{OUTPUTS}/{index}"), &outcome, &file).await?;
            let log = format!("{LOGS}/{index}");
            if bundle.file(&log).is_ok() {
                let bytes = bundle.read(&log, MAX_OUTCOMES).await?;
                tokio::fs::write(folder.join(format!("{task}.log")), bytes).await?;
            }
            results.push(Collected { task, outcome, file, object: output });
        }
        Ok(results)
    }
}

/// Writes an output beside its file, and gives it its name once it is what its outcome says.
async fn fetch(bundle: &OpenBundle, path: &str, outcome: &Outcome, file: &Path) -> Result<(), Useless> {
    let part = file.with_extension("part");
    let mut output = tokio::fs::File::create(&part).await?;
    if outcome.length > 0 {
        if bundle.file(path)?.size != outcome.length {
            return Err(Useless::Other);
        }
        bundle.copy(path, &mut output).await?;
    }
    output.flush().await?;
    output.sync_all().await?;
    let hashed = part.clone();
    let hash = tokio::task::spawn_blocking(move || {
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut std::fs::File::open(hashed)?, &mut hasher)?;
        Ok::<_, io::Error>(*hasher.finalize().as_bytes())
    });
    let hash = hash.await.map_err(io::Error::other)??;
    if hash != outcome.output {
        tokio::fs::remove_file(&part).await?;
        return Err(Useless::Other);
    }
    Ok(tokio::fs::rename(&part, file).await?)
}
