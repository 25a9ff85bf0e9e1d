//! Answers about names, kept for a while: a page of a site is many requests, and each would ask the chain.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures::{
    future::{BoxFuture, Shared, WeakShared},
    FutureExt,
};
use idlewild_storage_primitives::Clock;

use super::{Names, NamesError, Resolution};

/// How long answers are kept.
#[derive(Debug, Clone)]
pub struct CacheOptions {
    /// An answer that a name exists. Its owner may point it elsewhere at any time, so it is short.
    pub hold: Duration,
    /// An answer that there is no such name: whoever registers it wants to see it.
    pub hold_missing: Duration,
    /// A failure, so that an unreachable chain is not asked once for each request.
    pub hold_failure: Duration,
    /// How old an answer may be that stands in for one that cannot be had.
    pub hold_stale: Duration,
    /// The longest that a look-up may take.
    pub timeout: Duration,
    /// Answers kept at most.
    pub entries: usize,
}

impl Default for CacheOptions {
    fn default() -> Self {
        Self {
            hold: Duration::from_secs(30),
            hold_missing: Duration::from_secs(6),
            hold_failure: Duration::from_secs(1),
            hold_stale: Duration::from_secs(600),
            timeout: Duration::from_secs(10),
            entries: 16_384,
        }
    }
}

type Answer = Result<Option<Resolution>, NamesError>;
type Flight = Shared<BoxFuture<'static, Answer>>;

#[derive(Clone)]
struct Entry {
    answer: Answer,
    asked: Instant,
    fresh_until: Instant,
}

#[derive(Default)]
struct State {
    entries: HashMap<String, Entry>,
    /// Weak, so that a look-up whose askers have all gone away ends with them.
    flights: HashMap<String, WeakShared<BoxFuture<'static, Answer>>>,
}

/// A [`Names`] that remembers what another one said. Equal questions at the same time are asked once.
#[derive(Clone)]
pub struct CachedNames {
    names: Arc<dyn Names>,
    options: CacheOptions,
    state: Arc<Mutex<State>>,
}

impl CachedNames {
    /// Remembers the answers of `names`.
    pub fn new(names: Arc<dyn Names>, options: CacheOptions) -> Self {
        Self { names, options, state: Arc::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change of the state is one insertion or removal, so it is whole even if its thread has panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the registration that an answer is about still holds.
    fn holds(&self, answer: &Answer) -> bool {
        match (answer, self.names.height()) {
            (Ok(Some(resolution)), Some(height)) => height < resolution.until,
            _ => true,
        }
    }

    /// The kept answer, or the look-up to wait for.
    fn kept_or_flight(&self, path: &str) -> Result<Answer, Flight> {
        let mut state = self.state();
        if let Some(entry) = state.entries.get(path) {
            if Instant::now() < entry.fresh_until && self.holds(&entry.answer) {
                return Ok(entry.answer.clone());
            }
        }
        if let Some(flight) = state.flights.get(path).and_then(WeakShared::upgrade) {
            return Err(flight);
        }
        let this = self.clone();
        let asked = path.to_string();
        let flight = async move { this.ask(asked).await }.boxed().shared();
        if let Some(weak) = flight.downgrade() {
            state.flights.insert(path.to_string(), weak);
        }
        Err(flight)
    }

    async fn ask(self, path: String) -> Answer {
        let answer = match tokio::time::timeout(self.options.timeout, self.names.resolve(&path)).await {
            Ok(answer) => answer,
            Err(_) => Err(NamesError::TimedOut(self.options.timeout.as_secs())),
        };
        let now = Instant::now();
        let mut state = self.state();
        state.flights.remove(&path);
        let kept = match answer {
            Ok(answer) => {
                let hold = if answer.is_some() { self.options.hold } else { self.options.hold_missing };
                Entry { answer: Ok(answer), asked: now, fresh_until: now + hold }
            },
            Err(error) => {
                let fresh_until = now + self.options.hold_failure;
                match state.entries.get(&path) {
                    Some(old) if old.answer.is_ok() && self.stands_in(old, now) => Entry { fresh_until, ..old.clone() },
                    _ => Entry { answer: Err(error), asked: now, fresh_until },
                }
            },
        };
        let answer = kept.answer.clone();
        state.entries.insert(path, kept);
        self.make_room(&mut state, now);
        answer
    }

    fn stands_in(&self, old: &Entry, now: Instant) -> bool {
        now.saturating_duration_since(old.asked) < self.options.hold_stale && self.holds(&old.answer)
    }

    fn make_room(&self, state: &mut State, now: Instant) {
        // A look-up that nobody waited for leaves its mark; they are few, and go here.
        if state.flights.len() > self.options.entries {
            state.flights.retain(|_, flight| flight.upgrade().is_some());
        }
        if state.entries.len() <= self.options.entries {
            return;
        }
        state.entries.retain(|_, entry| now.saturating_duration_since(entry.asked) < self.options.hold_stale);
        if state.entries.len() <= self.options.entries {
            return;
        }
        // The older half at once: cheaper than to keep an order that is needed this seldom.
        let mut ages: Vec<Instant> = state.entries.values().map(|entry| entry.asked).collect();
        let middle = ages.len() / 2;
        let (_, median, _) = ages.select_nth_unstable(middle);
        let median = *median;
        state.entries.retain(|_, entry| entry.asked >= median);
        if state.entries.len() > self.options.entries {
            state.entries.clear();
        }
    }
}

#[async_trait]
impl Names for CachedNames {
    async fn resolve(&self, path: &str) -> Answer {
        match self.kept_or_flight(path) {
            Ok(answer) => answer,
            Err(flight) => flight.await,
        }
    }

    fn height(&self) -> Option<Clock> {
        self.names.height()
    }
}
