//! Pauses that a stop ends.

use std::time::Duration;

use idlewild_chain_client::pause::jittered;
use tokio_util::sync::CancellationToken;

/// Waits for about `pause`. Returns whether to go on: not where `stop` came first.
pub(crate) async fn rest(pause: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(jittered(pause)) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stop_ends_a_pause() {
        let stop = CancellationToken::new();
        assert!(rest(Duration::from_millis(1), &stop).await);
        stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), rest(Duration::from_secs(3600), &stop));
        assert!(!ended.await.expect("it waited all the same"));
    }
}
