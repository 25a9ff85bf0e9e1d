//! What ends a program from outside of it.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::executor::{ExecutorError, TIME};

/// Why a host function does not come back.
#[derive(Debug, thiserror::Error)]
pub(super) enum Halt {
    /// The program asked for its end.
    #[error("it ended with code {0}")]
    Exit(i32),
    /// It raised a signal.
    #[error("it raised signal {0}")]
    Raised(i32),
    /// It wrote more than it may.
    #[error("it wrote more than it may")]
    TooMuchOutput,
    /// It gave an address for which it has no memory at all.
    #[error("it exports no memory")]
    NoMemory,
    /// This machine cannot go on.
    #[error(transparent)]
    Fault(#[from] ExecutorError),
}

/// What is looked at while a program runs.
#[derive(Clone)]
pub(super) struct Watch {
    stop: CancellationToken,
    deadline: Option<Instant>,
    limit: Duration,
}

impl Watch {
    pub(super) fn new(stop: CancellationToken, began: Instant, limit: Duration) -> Self {
        Self { stop, deadline: began.checked_add(limit), limit }
    }

    /// Whether it may go on.
    ///
    /// Time is no limit of a deterministic program: a slow machine reaches it where a quick one comes to a result. So it is this
    /// machine's fault, and there is no [ending](idlewild_compute_primitives::outcome::Ending::OutOfTime) that anybody would commit to.
    pub(super) fn check(&self) -> Result<(), ExecutorError> {
        if self.stop.is_cancelled() {
            return Err(ExecutorError::Stopped);
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let reason = format!("it did not end within {} ms, and how far it came is no result", self.limit.as_millis());
            return Err(ExecutorError::Insufficient { what: TIME, reason });
        }
        Ok(())
    }
}
