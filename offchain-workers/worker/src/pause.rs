//! Pauses before something is tried again.

use std::time::Duration;

use rand::Rng;
use tokio_util::sync::CancellationToken;

/// Half to all of a pause: miners that lost the same node do not come back to it in step.
pub(crate) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::thread_rng().gen_range(0.5..1.0))
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

    #[test]
    fn no_two_pauses_are_in_step() {
        let pauses: Vec<_> = (0..8).map(|_| jittered(Duration::from_secs(10))).collect();
        assert!(pauses.iter().all(|pause| (5.0..=10.0).contains(&pause.as_secs_f64())), "{pauses:?}");
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
    }

    #[tokio::test]
    async fn a_stop_ends_a_pause() {
        let stop = CancellationToken::new();
        assert!(rest(Duration::from_millis(1), &stop).await);
        stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), rest(Duration::from_secs(3600), &stop));
        assert!(!ended.await.expect("it waited all the same"));
    }
}
