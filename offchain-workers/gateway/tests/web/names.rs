//! Names: the fixed list, and the cache before whoever knows them.

use std::{
    sync::{
        atomic::{AtomicU32, AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};

use async_trait::async_trait;
use idlewild_gateway::names::{BucketRef, CacheOptions, CachedNames, FixedNames, Names, NamesError, Resolution, Target};
use tokio::sync::Semaphore;

use crate::support::World;

type Answer = Result<Option<Resolution>, NamesError>;

/// Answers what it was told to, and counts.
struct Told {
    answer: Mutex<Answer>,
    asked: AtomicUsize,
    height: AtomicU32,
    /// One permit is one answer.
    open: Semaphore,
}

#[async_trait]
impl Names for Told {
    async fn resolve(&self, _: &str) -> Answer {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.open.acquire().await.unwrap().forget();
        self.answer.lock().unwrap().clone()
    }

    fn height(&self) -> Option<u32> {
        Some(self.height.load(Ordering::SeqCst))
    }
}

fn bucket(until: u32) -> Resolution {
    let target = Target::Bucket { bucket: BucketRef::Local("open".into()), prefix: String::new() };
    Resolution { labels: 1, target, until }
}

fn told(answer: Answer) -> Arc<Told> {
    Arc::new(Told {
        answer: Mutex::new(answer),
        asked: AtomicUsize::new(0),
        height: AtomicU32::new(100),
        open: Semaphore::new(1_000),
    })
}

fn cached(told: &Arc<Told>, options: CacheOptions) -> CachedNames {
    CachedNames::new(told.clone(), options)
}

const LONG: Duration = Duration::from_secs(3_600);

fn long() -> CacheOptions {
    CacheOptions { hold: LONG, hold_missing: LONG, hold_failure: LONG, ..Default::default() }
}

#[tokio::test]
async fn the_longest_registered_path_counts() {
    let target = |name: &str| Target::Other(name.into());
    let names = FixedNames::new().with("a", target("a")).with("a/b", target("b"));
    for (path, labels) in [("a", Some(1)), ("a/b", Some(2)), ("a/b/c", Some(2)), ("a/c/b", Some(1)), ("b", None), ("", None)] {
        assert_eq!(names.resolve(path).await.unwrap().map(|found| found.labels), labels, "{path}");
    }
}

#[tokio::test]
async fn an_answer_is_kept_until_its_height() {
    let told = told(Ok(Some(bucket(110))));
    let names = cached(&told, long());
    for _ in 0..3 {
        assert_eq!(names.resolve("a").await, Ok(Some(bucket(110))));
    }
    assert_eq!(told.asked.load(Ordering::SeqCst), 1);
    told.height.store(110, Ordering::SeqCst);
    *told.answer.lock().unwrap() = Ok(None);
    assert_eq!(names.resolve("a").await, Ok(None));
    assert_eq!(names.resolve("a").await, Ok(None));
    assert_eq!(told.asked.load(Ordering::SeqCst), 2, "that there is none is kept too");
    names.resolve("b").await.unwrap();
    assert_eq!(told.asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_short_time_only() {
    let told = told(Ok(Some(bucket(110))));
    let names = cached(&told, CacheOptions { hold: Duration::ZERO, ..long() });
    names.resolve("a").await.unwrap();
    names.resolve("a").await.unwrap();
    assert_eq!(told.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn equal_questions_are_asked_once() {
    let told = told(Ok(Some(bucket(110))));
    told.open.forget_permits(1_000);
    let names = cached(&told, CacheOptions { hold: Duration::ZERO, ..long() });
    let asking = futures::future::join_all((0..50).map(|_| names.resolve("a")));
    let opening = async {
        tokio::task::yield_now().await;
        told.open.add_permits(1);
    };
    let (answers, ()) = futures::future::join(asking, opening).await;
    assert!(answers.iter().all(|answer| *answer == Ok(Some(bucket(110)))));
    assert_eq!(told.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn who_goes_away_stops_nobody_else() {
    let told = told(Ok(Some(bucket(110))));
    told.open.forget_permits(1_000);
    let names = cached(&told, long());
    let mut first = Box::pin(names.resolve("a"));
    assert!(futures::poll!(first.as_mut()).is_pending());
    let mut second = Box::pin(names.resolve("a"));
    assert!(futures::poll!(second.as_mut()).is_pending());
    drop(first);
    told.open.add_permits(1);
    assert_eq!(second.await, Ok(Some(bucket(110))));
    // All askers gone: the next one asks anew.
    let mut alone = Box::pin(names.resolve("b"));
    assert!(futures::poll!(alone.as_mut()).is_pending());
    drop(alone);
    told.open.add_permits(1);
    assert_eq!(names.resolve("b").await, Ok(Some(bucket(110))));
}

#[tokio::test]
async fn an_old_answer_stands_in_for_none() {
    let told = told(Ok(Some(bucket(110))));
    let names = cached(&told, CacheOptions { hold: Duration::ZERO, hold_failure: Duration::ZERO, ..long() });
    names.resolve("a").await.unwrap();
    let down = NamesError::Unavailable("no connection".into());
    *told.answer.lock().unwrap() = Err(down.clone());
    assert_eq!(names.resolve("a").await, Ok(Some(bucket(110))));
    assert_eq!(names.resolve("never asked").await, Err(down.clone()));
    told.height.store(110, Ordering::SeqCst);
    assert_eq!(names.resolve("a").await, Err(down), "not once its term is over");
}

#[tokio::test]
async fn a_failure_is_not_asked_for_again_at_once() {
    let told = told(Err(NamesError::Unavailable("no connection".into())));
    let names = cached(&told, long());
    assert!(names.resolve("a").await.is_err() && names.resolve("a").await.is_err());
    assert_eq!(told.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_look_up_ends() {
    let told = told(Ok(None));
    told.open.forget_permits(1_000);
    let names = cached(&told, CacheOptions { timeout: Duration::from_millis(1), ..long() });
    assert_eq!(names.resolve("a").await, Err(NamesError::TimedOut(0)));
}

#[tokio::test]
async fn the_cache_is_bounded() {
    let told = told(Ok(Some(bucket(110))));
    let names = cached(&told, CacheOptions { entries: 10, ..long() });
    for number in 0..100 {
        names.resolve(&number.to_string()).await.unwrap();
    }
    let asked = told.asked.load(Ordering::SeqCst);
    for number in 0..100 {
        names.resolve(&number.to_string()).await.unwrap();
    }
    assert!(told.asked.load(Ordering::SeqCst) >= asked + 90);
}

#[tokio::test]
async fn the_front_says_when_names_cannot_be_looked_up() {
    let told = told(Err(NamesError::Unavailable("no connection".into())));
    let world = World::with_names(told.clone()).await;
    let answer = world.get("alice.localhost", "/").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
    assert!(answer.text().contains("Names cannot be looked up now (no connection)"));
    // An answer is kept no longer than its name.
    *told.answer.lock().unwrap() = Ok(Some(bucket(102)));
    world.put("open", "a", "x").await;
    let answer = world.get("alice.localhost", "/a").await;
    assert_eq!(answer.header("cache-control"), Some("public, max-age=12, must-revalidate"));
}

#[tokio::test]
async fn a_page_by_an_old_answer_says_so_until_there_is_a_new_one() {
    let told = told(Ok(Some(bucket(110))));
    let names = cached(&told, CacheOptions { hold: Duration::ZERO, hold_failure: Duration::ZERO, ..long() });
    let world = World::with_names(Arc::new(names)).await;
    world.put("open", "a", "x").await;
    world.put("open", "A", "x").await;
    let shown = |host: &'static str, target: &'static str| {
        let world = &world;
        async move {
            let answer = world.get(host, target).await;
            (answer.status, answer.header("x-idlewild-stale").map(str::to_owned))
        }
    };
    assert_eq!(shown("alice.localhost", "/a").await, (200, None));
    *told.answer.lock().unwrap() = Err(NamesError::Unavailable("no connection".into()));
    for (host, target) in [("alice.localhost", "/a"), ("localhost", "/name/alice/A"), ("alice.localhost", "/none")] {
        let (status, stale) = shown(host, target).await;
        assert_eq!(status, if target == "/none" { 404 } else { 200 }, "{host}{target}");
        assert!(stale.is_some_and(|seconds| seconds.parse::<u64>().unwrap() < 600), "{host}{target}");
    }
    *told.answer.lock().unwrap() = Ok(Some(bucket(111)));
    assert_eq!(shown("alice.localhost", "/a").await, (200, None));
}
