//! Answers about names, kept for a while: a page of a site is many requests, and each would ask the chain.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use futures::{
    future::{BoxFuture, Shared, WeakShared},
    FutureExt,
};
use idlewild_storage_primitives::Clock;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    kept::{self, Kept},
    Names, NamesError, Resolution,
};

/// How long news wait for more before they go to the disk, and how long to rest after that.
const GATHER: Duration = Duration::from_secs(1);
const REST: Duration = Duration::from_secs(5);
/// How long after it was told that a name leads somewhere the disk is told so again.
const RENEW: Duration = Duration::from_secs(600);

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
    /// When what the disk has of it was so.
    kept: Option<Instant>,
}

impl Entry {
    /// Where the name leads, if it leads anywhere.
    fn found(&self) -> Option<&Resolution> {
        self.answer.as_ref().ok()?.as_ref()
    }
}

/// Where answers are kept over a restart.
struct Disk {
    file: PathBuf,
    genesis: [u8; 32],
    changed: Notify,
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
    disk: Option<Arc<Disk>>,
}

impl CachedNames {
    /// Remembers the answers of `names`.
    pub fn new(names: Arc<dyn Names>, options: CacheOptions) -> Self {
        Self { names, options, state: Arc::default(), disk: None }
    }

    /// The same of the names of the chain that begins with the block `genesis`, and in this folder too, as long as [`Self::watch`] runs:
    /// what was found before counts for as long as without a restart where whoever knows names cannot be asked.
    pub fn keeping(names: Arc<dyn Names>, options: CacheOptions, folder: &Path, genesis: [u8; 32]) -> Self {
        let file = folder.join(kept::FILE);
        let (now, wall) = (Instant::now(), since_1970());
        let entries = kept::load(&file, &genesis).into_iter().filter_map(|Kept { path, seen, resolution }| {
            // A clock that went back makes nothing old.
            let asked = now.checked_sub(Duration::from_secs(wall.saturating_sub(seen)))?;
            let answer = Ok(Some(resolution));
            Some((path, Entry { answer, asked, fresh_until: now, is_stale: true, kept: Some(asked) }))
        });
        let state = State { entries: entries.collect(), flights: HashMap::new() };
        let disk = Some(Arc::new(Disk { file, genesis, changed: Notify::new() }));
        Self { names, options, state: Arc::new(Mutex::new(state)), disk }
    }

    /// Keeps on the disk where names lead, until `stop`.
    pub async fn watch(self, stop: CancellationToken) {
        let Some(disk) = self.disk.clone() else { return };
        loop {
            tokio::select! {
                () = stop.cancelled() => {},
                () = async {
                    disk.changed.notified().await;
                    tokio::time::sleep(GATHER).await;
                } => {},
            }
            self.keep(&disk).await;
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(REST) => {},
            }
        }
        // What came last.
        self.keep(&disk).await;
    }

    async fn keep(&self, disk: &Arc<Disk>) {
        let (now, wall) = (Instant::now(), since_1970());
        let (names, at): (Vec<Kept>, Vec<(String, Instant)>) = {
            let state = self.state();
            let good = state.entries.iter().filter(|(_, entry)| self.stands_in(entry, now));
            good.filter_map(|(path, entry)| {
                let age = now.saturating_duration_since(entry.asked).as_secs();
                let kept = Kept { path: path.clone(), seen: wall.saturating_sub(age), resolution: entry.found()?.clone() };
                Some((kept, (path.clone(), entry.asked)))
            })
            .unzip()
        };
        let to = disk.clone();
        let written = tokio::task::spawn_blocking(move || kept::write(&to.file, &to.genesis, names)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!(file = %disk.file.display(), "where names lead cannot be written; it is tried again");
            disk.changed.notify_one();
            return;
        }
        let mut state = self.state();
        for (path, asked) in at {
            if let Some(entry) = state.entries.get_mut(&path) {
                entry.kept = Some(asked);
            }
        }
    }

    /// Has the disk told of an answer, unless it says the same.
    fn note(&self, old: Option<&Entry>, new: &mut Entry) {
        let Some(disk) = &self.disk else { return };
        let kept = old.and_then(|old| old.kept.map(|kept| (kept, old)));
        let is_news = match (kept, new.found()) {
            (None, found) => found.is_some(),
            (Some((kept, old)), Some(found)) if old.found() == Some(found) => {
                new.kept = Some(kept);
                new.asked.saturating_duration_since(kept) >= RENEW
            },
            (Some(_), _) => true,
        };
        if is_news {
            disk.changed.notify_one();
        }
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
        let mut kept = match answer {
            Ok(answer) => {
                let hold = if answer.is_some() { self.options.hold } else { self.options.hold_missing };
                Entry { answer: Ok(answer), asked: now, fresh_until: now + hold, is_stale: false, kept: None }
            },
            Err(error) => {
                let fresh_until = now + self.options.hold_failure;
                match state.entries.get(&path) {
                    Some(old) if self.stands_in(old, now) => Entry { fresh_until, is_stale: true, ..old.clone() },
                    _ => Entry { answer: Err(error), asked: now, fresh_until, is_stale: false, kept: None },
                }
            },
        };
        self.note(state.entries.get(&path), &mut kept);
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

fn since_1970() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
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

    #[tokio::test]
    async fn a_name_leads_where_it_led_after_a_restart_without_whoever_knows_it() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Bucket { bucket: BucketRef::Id(1), prefix: String::new() };
        let found = Some(Resolution { labels: 1, target, until: 10 });
        let told = Arc::new(Told(Mutex::new(Ok(found.clone()))));
        let set = |answer: Answer| *told.0.lock().unwrap() = answer;
        let down = || Err(NamesError::Unavailable("silent".into()));
        let start = |genesis| {
            let options = CacheOptions { hold: Duration::ZERO, hold_failure: Duration::ZERO, ..Default::default() };
            CachedNames::keeping(told.clone(), options, folder.path(), genesis)
        };
        let names = start([9; 32]);
        let stop = CancellationToken::new();
        let watching = tokio::spawn(names.clone().watch(stop.clone()));
        assert_eq!(names.resolve("taken").await, Ok(found.clone()));
        stop.cancel();
        watching.await.unwrap();
        // As it was, and one that was never asked for is not known.
        set(down());
        let names = start([9; 32]);
        assert_eq!(names.resolve("taken").await, Ok(found.clone()));
        assert!(names.stale("taken").is_some_and(|since| since < Duration::from_secs(600)));
        assert!(names.resolve("other").await.is_err());
        assert!(start([8; 32]).resolve("taken").await.is_err(), "another chain has other names");
        // It counts no longer than without a restart.
        for entry in names.state().entries.values_mut() {
            entry.asked = entry.asked.checked_sub(Duration::from_secs(86_300)).unwrap();
        }
        let disk = names.disk.clone().unwrap();
        names.keep(&disk).await;
        let names = start([9; 32]);
        assert_eq!(names.resolve("taken").await, Ok(found.clone()));
        assert!(names.stale("taken").is_some_and(|since| since >= Duration::from_secs(86_300)));
        for entry in names.state().entries.values_mut() {
            entry.asked = entry.asked.checked_sub(Duration::from_secs(200)).unwrap();
        }
        assert!(names.resolve("taken").await.is_err());
        // One that is no more is not brought back by a restart.
        set(Ok(found.clone()));
        assert_eq!(names.resolve("taken").await, Ok(found));
        names.keep(&disk).await;
        set(Ok(None));
        assert_eq!(names.resolve("taken").await, Ok(None));
        names.keep(&disk).await;
        set(down());
        assert!(start([9; 32]).resolve("taken").await.is_err());
    }
}
