use std::sync::{
    atomic::{AtomicUsize, Ordering},
    Mutex,
};

use futures::{future::BoxFuture, FutureExt};
use tokio::sync::Semaphore;

use super::*;

const LENGTH: u32 = 3 * BLOCK + 1000;

/// A source that counts, and that lets nothing through before it is told to.
struct Counted {
    bytes: Bytes,
    gate: Semaphore,
    asked: AtomicUsize,
    fails: Mutex<Option<FetchError>>,
}

impl Counted {
    fn new() -> Arc<Self> {
        Self::of(LENGTH)
    }

    fn of(length: u32) -> Arc<Self> {
        let bytes = (0..length).map(|at| (at / 7 % 251) as u8).collect::<Vec<_>>().into();
        Arc::new(Self { bytes, gate: Semaphore::new(1000), asked: AtomicUsize::new(0), fails: Mutex::new(None) })
    }
}

impl Source for Counted {
    fn fetch(&self, _: u64, _: u64, range: Range<u32>) -> BoxFuture<'_, Result<Bytes, FetchError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        async move {
            self.gate.acquire().await.unwrap().forget();
            match self.fails.lock().unwrap().take() {
                Some(error) => Err(error),
                None => Ok(self.bytes.slice(range.start as usize..range.end as usize)),
            }
        }
        .boxed()
    }
}

const REMOTE: Remote = Remote { bucket: 1, deal: 7, length: LENGTH };

async fn open(folder: &Path, disk: u64) -> Cache {
    Cache::open(folder, 64 << 20, disk).await.unwrap()
}

#[tokio::test]
async fn every_range_is_as_it_is_on_the_network_and_fetched_once() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, source) = (open(folder.path(), 0).await, Counted::new());
    let edges = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 999, LENGTH];
    for start in edges {
        for end in edges.into_iter().filter(|end| *end >= start) {
            let came = cache.read(source.clone(), REMOTE, start..end, BLOCK).await.unwrap();
            assert_eq!(came, source.bytes.slice(start as usize..end as usize), "{start}..{end}");
        }
    }
    assert_eq!(source.asked.load(Ordering::SeqCst), 4);
    assert!(cache.read(source.clone(), REMOTE, 0..LENGTH + 1, BLOCK).await.is_err());
}

#[tokio::test]
async fn who_reads_much_asks_seldom_and_who_reads_little_of_it_asks_nobody() {
    const LONG: u32 = 2 * WIDE_BLOCK + 1000;
    let folder = tempfile::tempdir().unwrap();
    let (cache, source) = (open(folder.path(), 0).await, Counted::of(LONG));
    let asked = || source.asked.load(Ordering::SeqCst);
    let remote = Remote { length: LONG, ..REMOTE };
    // Across a border of wide blocks, and within the last one.
    for range in [WIDE_BLOCK - 5..2 * WIDE_BLOCK + 7, LONG - 3..LONG] {
        let came = cache.read(source.clone(), remote, range.clone(), WIDE_BLOCK).await.unwrap();
        assert_eq!(came, source.bytes.slice(range.start as usize..range.end as usize), "{range:?}");
    }
    assert_eq!(asked(), 3);
    for range in [0..10, WIDE_BLOCK - 3..WIDE_BLOCK, WIDE_BLOCK + BLOCK..WIDE_BLOCK + BLOCK + 1, LONG - 900..LONG] {
        let came = cache.read(source.clone(), remote, range.clone(), BLOCK).await.unwrap();
        assert_eq!(came, source.bytes.slice(range.start as usize..range.end as usize), "{range:?}");
    }
    assert_eq!(asked(), 3, "all of it was there");
    // Of another deal it is not, and one block is asked for.
    cache.read(source.clone(), Remote { deal: 8, ..remote }, 5..20, BLOCK).await.unwrap();
    assert_eq!(asked(), 4);
}

#[tokio::test]
async fn many_readers_of_a_block_fetch_it_once_even_if_the_first_goes_away() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, source) = (Arc::new(open(folder.path(), 0).await), Counted::new());
    source.gate.forget_permits(1000);
    let mut first = Box::pin(cache.read(source.clone(), REMOTE, 0..10, BLOCK));
    assert!(futures::poll!(&mut first).is_pending());
    let others: Vec<_> = (0..20)
        .map(|_| {
            let (cache, source) = (cache.clone(), source.clone());
            tokio::spawn(async move { cache.read(source, REMOTE, 5..20, BLOCK).await })
        })
        .collect();
    tokio::task::yield_now().await;
    drop(first);
    source.gate.add_permits(1);
    for other in others {
        assert_eq!(other.await.unwrap().unwrap(), source.bytes.slice(5..20));
    }
    assert_eq!(source.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_failure_says_why_and_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, source) = (open(folder.path(), 0).await, Counted::new());
    *source.fails.lock().unwrap() = Some(FetchError::NoSuchDeal(7));
    assert!(matches!(cache.read(source.clone(), REMOTE, 0..10, BLOCK).await, Err(FetchError::NoSuchDeal(7))));
    assert_eq!(cache.read(source.clone(), REMOTE, 0..10, BLOCK).await.unwrap(), source.bytes.slice(0..10));
    // A source that gives less than was asked for is not believed.
    let longer = Remote { length: LENGTH, deal: 8, ..REMOTE };
    let short = Arc::new(Short);
    assert!(matches!(cache.read(short, longer, 0..10, BLOCK).await, Err(FetchError::Length { came: 3, .. })));
}

struct Short;

impl Source for Short {
    fn fetch(&self, _: u64, _: u64, _: Range<u32>) -> BoxFuture<'_, Result<Bytes, FetchError>> {
        async { Ok(Bytes::from_static(b"abc")) }.boxed()
    }
}

#[tokio::test]
async fn the_disk_keeps_what_was_fetched_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let source = Counted::new();
    let cache = open(folder.path(), 32 << 20).await;
    cache.read(source.clone(), REMOTE, 0..LENGTH, BLOCK).await.unwrap();
    cache.close().await;
    drop(cache);
    let asked = source.asked.load(Ordering::SeqCst);
    let cache = open(folder.path(), 32 << 20).await;
    assert_eq!(cache.read(source.clone(), REMOTE, 0..LENGTH, BLOCK).await.unwrap(), source.bytes);
    assert_eq!(source.asked.load(Ordering::SeqCst), asked, "all of it was on the disk");
}

#[tokio::test]
async fn memory_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let source = Counted::new();
    let cache = Cache::open(folder.path(), 2 * BLOCK as usize, 0).await.unwrap();
    for deal in 0..50 {
        cache.read(source.clone(), Remote { deal, ..REMOTE }, 0..LENGTH, BLOCK).await.unwrap();
        assert!(cache.blocks.memory().usage() <= 2 * BLOCK as usize);
    }
}
