//! The thread that a runtime's state lives on, where thread-local storage makes it what it is.

use std::{
    panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
    sync::{mpsc, Arc, Mutex},
    time::Instant,
};

use tokio::sync::oneshot;

use crate::ledger::Ledger;

type Job = Box<dyn FnOnce(&mut Ledger) + Send>;

/// The chain's thread has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gone;

/// A handle to the chain's thread, which ends with the last of them.
#[derive(Clone)]
pub(crate) struct Thread {
    jobs: mpsc::Sender<Job>,
    asked: Arc<Mutex<Instant>>,
}

impl Thread {
    pub(crate) fn start(build: impl FnOnce() -> Ledger + Send + 'static) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            let mut ledger = build();
            while let Ok(job) = queue.recv() {
                job(&mut ledger);
            }
        });
        Self { jobs, asked: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Does something on the thread. Where it panics, so does this call, and the chain goes on.
    pub(crate) async fn ask<R: Send + 'static>(&self, work: impl FnOnce(&mut Ledger) -> R + Send + 'static) -> Result<R, Gone> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |ledger| {
            // Nobody may be waiting any more; then the outcome is of no interest.
            let _ = reply.send(catch_unwind(AssertUnwindSafe(|| work(ledger))));
        });
        self.jobs.send(job).map_err(|_| Gone)?;
        match answer.await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(Gone),
        }
    }

    /// Notes that somebody is busy with the chain.
    pub(crate) fn touch(&self) {
        *self.asked.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Instant::now();
    }

    /// When somebody was last busy with the chain.
    pub(crate) fn touched(&self) -> Instant {
        *self.asked.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
