//! Pauses between tries: longer each time, never in step with others, and bounded in all.

use std::time::{Duration, Instant};

use rand::Rng;

/// The first pause, before jitter; each is twice the one before.
const FIRST: Duration = Duration::from_millis(50);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(1);
/// All of them together. There are other peers to ask, so it is not worth much waiting.
const ALL: Duration = Duration::from_secs(5);
/// After this time, the answers of a server that is slow to say no included, nothing is tried again.
const ENOUGH: Duration = Duration::from_secs(30);

/// The pauses of one request.
pub(super) struct Pauses {
    next: Duration,
    left: Duration,
    begun: Instant,
}

impl Pauses {
    pub(super) fn new() -> Self {
        Self { next: FIRST, left: ALL, begun: Instant::now() }
    }

    /// How long to wait before the next try, or `None` where it has been tried for long enough.
    pub(super) fn next(&mut self) -> Option<Duration> {
        if self.left.is_zero() || self.begun.elapsed() >= ENOUGH {
            return None;
        }
        // Half to all of it, so that those who met the same full server do not come back in step.
        let pause = self.next.mul_f64(rand::thread_rng().gen_range(0.5..1.0)).min(self.left);
        self.left = self.left.saturating_sub(pause);
        self.next = self.next.saturating_mul(2).min(LONGEST);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Duration> {
        let mut pauses = Pauses::new();
        std::iter::from_fn(|| pauses.next()).collect()
    }

    #[test]
    fn pauses_grow_are_bounded_and_never_in_step() {
        let pauses = all();
        assert_eq!(pauses.iter().sum::<Duration>(), ALL);
        let mut whole = FIRST;
        for pause in &pauses[..pauses.len() - 1] {
            assert!(*pause >= whole / 2 && *pause <= whole, "{pauses:?}");
            whole = (whole * 2).min(LONGEST);
        }
        assert!(pauses.len() > 6 && pauses.len() < 20, "{pauses:?}");
        assert_ne!(pauses, all());
    }
}
