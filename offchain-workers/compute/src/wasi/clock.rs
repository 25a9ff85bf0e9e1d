//! Time as a program sees it: it stands still but for being looked at and waited for.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use async_trait::async_trait;
use wasmtime_wasi::p2::Pollable;

/// Nanoseconds from 1970 to the moment at which every program begins: 2020-01-01T00:00:00Z.
pub(super) const EPOCH: u64 = 1_577_836_800_000_000_000;
/// Nanoseconds by which each look moves the clock on.
pub(super) const STEP: u64 = 1_000_000;

#[derive(Default)]
struct Time {
    /// Nanoseconds since the program began.
    now: u64,
    /// What is waited for, each under a number.
    waiting: BTreeMap<u64, u64>,
    next: u64,
}

/// A program's clock.
#[derive(Clone, Default)]
pub(super) struct Clock(Arc<Mutex<Time>>);

impl Clock {
    fn lock(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nanoseconds since the program began. Each look is one step.
    pub(super) fn read(&self) -> u64 {
        let mut time = self.lock();
        time.now = time.now.saturating_add(STEP);
        time.now
    }

    /// Nanoseconds since the program began, which costs no step.
    pub(super) fn now(&self) -> u64 {
        self.lock().now
    }

    /// Moves on to a moment, unless it is past.
    pub(super) fn wait_until(&self, moment: u64) {
        let mut time = self.lock();
        time.now = time.now.max(moment);
    }
}

/// A moment that a component waits for.
///
/// Nobody really waits. A first look at it does not find it, so that whatever else is waited for is found; where nothing is, the clock
/// moves on to the first of all moments that are waited for.
pub(super) struct Timer {
    clock: Clock,
    moment: u64,
}

impl Timer {
    pub(super) fn new(clock: Clock, moment: u64) -> Self {
        Self { clock, moment }
    }
}

#[async_trait]
impl Pollable for Timer {
    async fn ready(&mut self) {
        Wait { timer: self, number: None }.await
    }
}

struct Wait<'a> {
    timer: &'a Timer,
    number: Option<u64>,
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut time = self.timer.clock.lock();
        if self.number.is_none() {
            time.now = time.now.saturating_add(STEP);
            let number = time.next;
            time.next += 1;
            time.waiting.insert(number, self.timer.moment);
            let past = self.timer.moment <= time.now;
            drop(time);
            self.number = Some(number);
            if past {
                return Poll::Ready(());
            }
        } else {
            // Those that were found stay here until the wait is over, so that one look finds only those of one moment.
            let first = time.waiting.values().min().copied().unwrap_or(0);
            if self.timer.moment <= first.max(time.now) {
                time.now = time.now.max(self.timer.moment);
                return Poll::Ready(());
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.timer.clock.lock().waiting.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{future::select_all, FutureExt};

    #[test]
    fn the_first_of_all_moments_comes_first_and_the_clock_with_it() {
        let clock = Clock::default();
        let timers = [30, 10, 20, 10].map(|ms| Timer::new(clock.clone(), ms * 1_000_000));
        let mut waits: Vec<_> = timers.iter().map(|timer| Box::pin(Wait { timer, number: None })).collect();
        let mut context = Context::from_waker(std::task::Waker::noop());
        let first: Vec<bool> = waits.iter_mut().map(|wait| wait.as_mut().poll(&mut context).is_ready()).collect();
        assert_eq!(first, [false; 4], "what else is ready would be found");
        let second: Vec<bool> = waits.iter_mut().map(|wait| wait.as_mut().poll(&mut context).is_ready()).collect();
        assert_eq!(second, [false, true, false, true]);
        assert_eq!(clock.now(), 10_000_000);
        drop(waits);
        let waits = timers.iter().map(|timer| Box::pin(Wait { timer, number: None }));
        let ((), index, _) = select_all(waits).now_or_never().unwrap();
        assert_eq!(index, 1, "what is past is found at once");
        assert!(clock.lock().waiting.is_empty());
    }
}
