//! What a task or lease has on this machine, and that it is given back whatever happens.

use std::{path::PathBuf, time::Duration};

use rand::Rng;
use tokio::sync::oneshot;

use super::{context::Context, disk, group::Group, names::Names, network};

/// How often it is tried to give something back; what is left then, the next start of the worker sweeps up.
const ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long a container may take to appear that the engine was asked for, and gave no answer about.
const LATE: Duration = Duration::from_secs(10);

/// Everything that one task or lease may have. What it has not is not missed.
#[derive(Clone)]
pub(super) struct Belongings {
    pub(super) context: Context,
    pub(super) names: Names,
    pub(super) group: Option<Group>,
    pub(super) networked: bool,
    pub(super) disk: Option<PathBuf>,
}

impl Belongings {
    /// Gives everything back, from the inside out.
    pub(super) async fn give_back(&self) -> Result<(), String> {
        let Context { engine, firewall, .. } = &self.context;
        engine.remove(&self.names.container).await.map_err(|error| error.to_string())?;
        if self.networked {
            network::close(engine, firewall, &self.names).await?;
        }
        if let Some(folder) = &self.disk {
            disk::remove(folder).await?;
        }
        if let Some(group) = &self.group {
            group.remove().await;
        }
        Ok(())
    }

    /// The same until it has worked, and tells once it was tried.
    async fn insist(self, may_appear: bool, tried: oneshot::Sender<()>) {
        let mut outcome = self.give_back().await;
        let _ = tried.send(());
        if may_appear {
            tokio::time::sleep(LATE).await;
            outcome = self.give_back().await;
        }
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            let Err(error) = &outcome else { return };
            tracing::debug!(container = self.names.container, %error, "what a task had cannot be given back yet");
            tokio::time::sleep(about(pause)).await;
            pause = pause.saturating_mul(2);
            outcome = self.give_back().await;
        }
        if let Err(error) = outcome {
            tracing::warn!(container = self.names.container, %error, "what a task had is left over until the next start");
        }
    }
}

/// Around a pause: what failed together is not tried again together.
fn about(pause: Duration) -> Duration {
    pause.mul_f64(rand::thread_rng().gen_range(0.5..1.5))
}

/// Belongings that are given back when this goes, even where whoever waited for the task does not wait any more.
pub(super) struct Held {
    belongings: Option<Belongings>,
    /// Whether the engine was asked for the container and has not answered.
    may_appear: bool,
}

impl Held {
    pub(super) fn new(belongings: Belongings) -> Self {
        Self { belongings: Some(belongings), may_appear: false }
    }

    /// Notes that the engine is asked for the container.
    pub(super) fn asked(&mut self) {
        self.may_appear = true;
    }

    /// Notes that it has answered.
    pub(super) fn answered(&mut self) {
        self.may_appear = false;
    }

    /// Lets all of it be.
    pub(super) fn keep(mut self) {
        self.belongings = None;
    }

    /// Gives all of it back, and waits until that was tried once.
    pub(super) async fn release(mut self) {
        if let Some(tried) = self.begin() {
            // That nobody answers means that the runtime is ending.
            let _ = tried.await;
        }
    }

    fn begin(&mut self) -> Option<oneshot::Receiver<()>> {
        let belongings = self.belongings.take()?;
        let runtime = tokio::runtime::Handle::try_current().ok()?;
        let (tell, tried) = oneshot::channel();
        runtime.spawn(belongings.insist(self.may_appear, tell));
        Some(tried)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.begin();
    }
}
