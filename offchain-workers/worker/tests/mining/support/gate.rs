//! What runs programs honestly, but waits where a test says so, and counts.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use idlewild_compute::executor::{
    around::{around, Around},
    ExecutorError, Prepared, Ran, Run,
};
use idlewild_worker::compute::Wrap;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A task waits for as long as it is shut. Clones are the same.
#[derive(Clone)]
pub(crate) struct Gate {
    /// The first argument of the task that waits.
    task: &'static str,
    is_open: Arc<watch::Sender<bool>>,
    waiting: Arc<watch::Sender<u32>>,
    begun: Arc<Mutex<Vec<String>>>,
}

impl Gate {
    /// Shut, for this task.
    pub(crate) fn new(task: &'static str) -> Self {
        let (is_open, waiting) = (watch::Sender::new(false), watch::Sender::new(0));
        Self { task, is_open: Arc::new(is_open), waiting: Arc::new(waiting), begun: Arc::default() }
    }

    pub(crate) fn wrap(&self) -> Wrap {
        let gate = self.clone();
        Arc::new(move |honest| around(honest, Arc::new(gate.clone())))
    }

    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// Waits until the task has come to the gate so many times.
    pub(crate) async fn until_waiting(&self, times: u32) {
        let mut waiting = self.waiting.subscribe();
        let waited = waiting.wait_for(|now| *now >= times);
        tokio::time::timeout(super::PATIENCE, waited).await.expect("the task comes to the gate").unwrap();
    }

    /// The first arguments of all tasks that were begun, in order.
    pub(crate) fn begun(&self) -> Vec<String> {
        self.begun.lock().unwrap().clone()
    }
}

#[async_trait]
impl Around for Gate {
    async fn run(&self, honest: &dyn Prepared, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        let task = run.arguments.first().cloned().unwrap_or_default();
        self.begun.lock().unwrap().push(task.clone());
        if task == self.task {
            self.waiting.send_modify(|times| *times += 1);
            let mut is_open = self.is_open.subscribe();
            tokio::select! {
                () = stop.cancelled() => return Err(ExecutorError::Stopped),
                _ = is_open.wait_for(|open| *open) => {},
            }
        }
        honest.run(run, stop).await
    }
}
