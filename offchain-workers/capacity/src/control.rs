//! Stopping, pausing and slowing down work that goes on for hours.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How much of its threads' time work takes at least, in hundredths: less would never end.
const LEAST_SHARE: u8 = 1;

#[derive(Clone, Copy)]
struct Wish {
    stop: bool,
    pause: bool,
    share: u8,
}

/// What the owner of a machine wants of the work on it. Shared with the threads that do it, which ask between two pieces of work:
/// a few times a second.
pub struct Control {
    wish: Mutex<Wish>,
    changed: Condvar,
}

impl Default for Control {
    fn default() -> Self {
        Self { wish: Mutex::new(Wish { stop: false, pause: false, share: 100 }), changed: Condvar::new() }
    }
}

impl Control {
    /// Ends the work as soon as what is begun is done.
    pub fn stop(&self) {
        self.change(|wish| wish.stop = true);
    }

    /// Lets it rest, or go on.
    pub fn pause(&self, pause: bool) {
        self.change(|wish| wish.pause = pause);
    }

    /// Has each thread work this part of the time, in hundredths, and rest the others.
    pub fn share(&self, hundredths: u8) {
        self.change(|wish| wish.share = hundredths.clamp(LEAST_SHARE, 100));
    }

    /// Whether it was told to stop.
    pub fn is_stopped(&self) -> bool {
        self.wish.lock().unwrap_or_else(PoisonError::into_inner).stop
    }

    fn change(&self, change: impl FnOnce(&mut Wish)) {
        change(&mut self.wish.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Rests for as long as it should after a piece of work that took so long. Returns whether to go on.
    pub(crate) fn rest_after(&self, worked: Duration) -> bool {
        let began = Instant::now();
        let mut wish = self.wish.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if wish.stop {
                return false;
            }
            let rest = worked.saturating_mul(u32::from(100 - wish.share)) / u32::from(wish.share);
            let left = rest.saturating_sub(began.elapsed());
            wish = if wish.pause {
                self.changed.wait(wish).unwrap_or_else(PoisonError::into_inner)
            } else if left.is_zero() {
                return true;
            } else {
                self.changed.wait_timeout(wish, left).unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }
}
