//! Pauses before something is tried again.

use std::time::Duration;

use rand::Rng;

/// Half to all of a pause: programs that lost the same node or miner do not come back to it in step.
pub fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::thread_rng().gen_range(0.5..1.0))
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
}
