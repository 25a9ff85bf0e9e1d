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
    /// The same of an answer that there is no such name: somebody may have registered it since.
    pub hold_stale_missing: Duration,
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
            hold_stale: Duration::from_secs(86_400),
            hold_stale_missing: Duration::from_secs(600),
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
    /// Whether it stands in for one that could not be had.
    is_stale: bool,
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
                Entry { answer: Ok(answer), asked: now, fresh_until: now + hold, is_stale: false }
            },
            Err(error) => {
                let fresh_until = now + self.options.hold_failure;
                match state.entries.get(&path) {
                    Some(old) if self.stands_in(old, now) => Entry { fresh_until, is_stale: true, ..old.clone() },
                    _ => Entry { answer: Err(error), asked: now, fresh_until, is_stale: false },
                }
            },
        };
        let answer = kept.answer.clone();
        state.entries.insert(path, kept);
        self.make_room(&mut state, now);
        answer
    }

    fn stands_in(&self, old: &Entry, now: Instant) -> bool {
        let longest = match old.answer {
            Ok(Some(_)) => self.options.hold_stale,
            Ok(None) => self.options.hold_stale_missing,
            Err(_) => return false,
        };
        now.saturating_duration_since(old.asked) < longest && self.holds(&old.answer)
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

    fn stale(&self, path: &str) -> Option<Duration> {
        let state = self.state();
        state.entries.get(path).filter(|entry| entry.is_stale).map(|entry| entry.asked.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{BucketRef, Target};

    struct Told(Mutex<Answer>);

    #[async_trait]
    impl Names for Told {
        async fn resolve(&self, _: &str) -> Answer {
            self.0.lock().unwrap().clone()
        }

        fn height(&self) -> Option<Clock> {
            None
        }
    }

    #[tokio::test]
    async fn a_name_leads_for_a_day_where_it_was_known_to_lead_and_a_free_one_for_minutes() {
        let target = Target::Bucket { bucket: BucketRef::Id(1), prefix: String::new() };
        let found = Some(Resolution { labels: 1, target, until: 10 });
        let told = Arc::new(Told(Mutex::new(Ok(found.clone()))));
        let options = CacheOptions {
            hold: Duration::ZERO,
            hold_missing: Duration::ZERO,
            hold_failure: Duration::ZERO,
            ..Default::default()
        };
        let names = CachedNames::new(told.clone(), options);
        assert_eq!(names.resolve("taken").await, Ok(found.clone()));
        *told.0.lock().unwrap() = Ok(None);
        assert_eq!(names.resolve("free").await, Ok(None));
        *told.0.lock().unwrap() = Err(NamesError::Unavailable("silent".into()));
        let pass = |seconds| {
            for entry in names.state().entries.values_mut() {
                entry.asked = entry.asked.checked_sub(Duration::from_secs(seconds)).unwrap();
            }
        };
        assert_eq!(names.resolve("free").await, Ok(None));
        pass(3_600);
        assert_eq!(names.resolve("taken").await, Ok(found.clone()));
        assert!(names.stale("taken").is_some_and(|since| since >= Duration::from_secs(3_600)));
        assert!(names.resolve("free").await.is_err(), "somebody may have registered it since");
        assert_eq!(names.stale("free"), None);
        pass(86_400 - 3_700);
        assert_eq!(names.resolve("taken").await, Ok(found));
        pass(100);
        assert!(names.resolve("taken").await.is_err());
    }
}
