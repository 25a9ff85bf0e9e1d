//! Work that takes a while and that nobody waits for.

use std::thread;

use idlewild_compute::owner::priority;
use tokio::sync::oneshot;

/// Does something on a thread of its own, behind everything else on the machine. `None` where it broke off.
pub(crate) async fn behind<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, outcome) = oneshot::channel();
    // A pool's thread would stay behind for what comes after.
    let spawned = thread::Builder::new().name("behind".into()).spawn(move || {
        if let Err(error) = priority::lower_thread() {
            tracing::debug!(%error, "work goes on beside everything else");
        }
        // Whoever asked may have gone.
        let _ = done.send(work());
    });
    match spawned {
        Ok(_) => outcome.await.ok(),
        Err(error) => {
            tracing::warn!(%error, "no thread can be started");
            None
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_breaks_off_is_told() {
        assert_eq!(behind(|| 7).await, Some(7));
        assert_eq!(behind(|| -> u32 { panic!("on purpose") }).await, None);
    }
}
