//! Pauses that a stop ends.

use std::time::Duration;

use idlewild_chain_client::pause::jittered;
use tokio_util::sync::CancellationToken;

/// The pause after a subscription was lost for the first time; it doubles while that does not help.
const FIRST: Duration = Duration::from_secs(2);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);

/// How long to wait after so many failures in a row.
pub(crate) fn after(failures: u32) -> Duration {
    FIRST.saturating_mul(1u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX)).min(LONGEST)
}

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
