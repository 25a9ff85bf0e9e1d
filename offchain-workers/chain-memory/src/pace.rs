//! Blocks that come by themselves.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::thread::Thread;

/// How fast blocks come: the next one when nobody has asked the chain anything for a while.
///
/// A daemon under test does all that a block moves it to do before the next one comes, on a slow machine too, and a test does
/// not wait for longer than that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// So long nobody must have asked anything.
    pub quiet: Duration,
    /// So long after the last block the next one comes in any case.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { quiet: Duration::from_millis(30), longest: Duration::from_millis(500) }
    }
}

/// Blocks come as long as this is kept.
#[derive(Debug)]
pub struct Running {
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    pub(crate) fn start(thread: Thread, pace: Pace) -> Self {
        Self { task: tokio::spawn(run(thread, pace)) }
    }
}

async fn run(thread: Thread, pace: Pace) {
    let mut built = Instant::now();
    loop {
        let quiet = thread.touched().max(built) + pace.quiet;
        let due = quiet.min(built + pace.longest);
        if due > Instant::now() {
            tokio::time::sleep_until(due.into()).await;
            continue;
        }
        if thread.ask(|ledger| ledger.build(true)).await.is_err() {
            return;
        }
        built = Instant::now();
    }
}
