//! A module whose time is paid for, as that of a container is, and not its fuel.

use std::sync::Arc;

use async_trait::async_trait;
use idlewild_compute_primitives::{outcome::Ending, project::Limits};
use tokio_util::sync::CancellationToken;

use super::{ExecutorError, Prepared, Ran, Run, TIME};
use crate::output::hash_of;

/// A module of which nobody proves anything: its limit of work, and what it used, are milliseconds of its one thread.
pub struct Timed(pub Arc<dyn Prepared>);

#[async_trait]
impl Prepared for Timed {
    async fn run(&self, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        let time_ms = run.limits.time_ms.min(run.limits.work);
        let output = run.output.clone();
        let run = Run { limits: Limits { work: u64::MAX, time_ms, ..run.limits }, ..run };
        match self.0.run(run, stop).await {
            Ok(ran) => {
                // A part of a millisecond counts as one.
                let used = u64::try_from(ran.took.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX).min(time_ms);
                Ok(Ran { used, ..ran })
            },
            // How far it came by then is what is paid for here.
            Err(ExecutorError::Insufficient { what: TIME, reason }) => {
                let (output, length) = hash_of(&output).await.map_err(|source| ExecutorError::File { path: output, source })?;
                let took = std::time::Duration::from_millis(time_ms);
                Ok(Ran { ending: Ending::OutOfTime, length, output, used: time_ms, took, log: reason.into_bytes() })
            },
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Uses a thousand of fuel in seven milliseconds, or all of its time.
    struct Busy;

    #[async_trait]
    impl Prepared for Busy {
        async fn run(&self, run: Run, _: &CancellationToken) -> Result<Ran, ExecutorError> {
            std::fs::write(&run.output, b"some").unwrap();
            if run.limits.time_ms < 7 {
                return Err(ExecutorError::Insufficient { what: TIME, reason: "it is slow".into() });
            }
            let output = *blake3::hash(b"some").as_bytes();
            let (ending, took) = (Ending::Exited { code: 0 }, Duration::from_millis(7));
            Ok(Ran { ending, length: 4, output, used: run.limits.work.min(1_000), took, log: Vec::new() })
        }
    }

    #[tokio::test]
    async fn its_time_counts_and_has_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let run = |work, time_ms| Run {
            arguments: Vec::new(),
            input: None,
            output: folder.path().join("out"),
            limits: Limits { work, time_ms, ..Limits::default() },
            resources: Default::default(),
        };
        let (timed, stop) = (Timed(Arc::new(Busy)), CancellationToken::new());
        let ran = timed.run(run(100, 50), &stop).await.unwrap();
        assert_eq!((ran.ending, ran.used), (Ending::Exited { code: 0 }, 7));
        for (work, time_ms) in [(6, 50), (100, 6)] {
            let ran = timed.run(run(work, time_ms), &stop).await.unwrap();
            assert_eq!((ran.ending, ran.used, ran.length), (Ending::OutOfTime, 6, 4));
            assert_eq!(ran.output, *blake3::hash(b"some").as_bytes());
        }
    }
}
