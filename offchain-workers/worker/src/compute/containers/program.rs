//! An image's tasks.

use std::sync::{
    atomic::{AtomicBool, Ordering},
    Arc,
};

use async_trait::async_trait;
use idlewild_compute::executor::{ExecutorError, Prepared, Ran, Run};
use idlewild_compute_primitives::{outcome::Ending, program::Program};
use tokio_util::sync::CancellationToken;

use super::{Containers, ImageError};

/// A program that is an image. It is fetched once something is to be run, or when that is [foreseen](Self::begin).
pub struct Contained {
    containers: Arc<Containers>,
    program: Program,
    is_begun: AtomicBool,
}

impl Contained {
    /// The program of this image.
    pub fn new(containers: Arc<Containers>, program: Program) -> Self {
        Self { containers, program, is_begun: AtomicBool::new(false) }
    }

    /// Begins to fetch it, beside everything else.
    pub fn begin(&self) {
        if self.is_begun.swap(true, Ordering::Relaxed) {
            return;
        }
        let (containers, program) = (self.containers.clone(), self.program);
        tokio::spawn(async move {
            // Whoever runs a task tells what is wrong, and tries again.
            if let Err(error) = containers.prepare(&program).await {
                tracing::debug!(%error, "an image was not fetched ahead");
            }
        });
    }

    async fn try_run(&self, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        let prepared = tokio::select! {
            () = stop.cancelled() => return Err(ExecutorError::Stopped),
            prepared = self.containers.prepare(&self.program) => prepared,
        };
        match prepared {
            Ok(prepared) => {
                let _hold = self.containers.hold(&self.program);
                prepared.run(run, stop).await
            },
            Err(ImageError::Unfit(unfit)) => unusable(&run, &format!("{unfit}; the image was not given to the engine")),
            Err(ImageError::Executor(error)) => Err(error),
            Err(error) => Err(ExecutorError::Absent { what: "the image", reason: error.to_string() }),
        }
    }
}

#[async_trait]
impl Prepared for Contained {
    async fn run(&self, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        match self.try_run(run.clone(), stop).await {
            // Somebody removed it from the engine meanwhile: it is brought there once more.
            Err(ExecutorError::Absent { what: "the image", .. }) if !stop.is_cancelled() => self.try_run(run, stop).await,
            other => other,
        }
    }
}

/// What becomes of a task whose program nobody can run.
fn unusable(run: &Run, reason: &str) -> Result<Ran, ExecutorError> {
    let file = |source| ExecutorError::File { path: run.output.clone(), source };
    std::fs::write(&run.output, b"").map_err(file)?;
    Ok(Ran {
        ending: Ending::Unusable,
        length: 0,
        output: *blake3::hash(b"").as_bytes(),
        used: 0,
        took: std::time::Duration::ZERO,
        log: reason.as_bytes().to_vec(),
    })
}
