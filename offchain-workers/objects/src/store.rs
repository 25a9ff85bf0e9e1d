//! The store, opened and closed.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc, Arc, Mutex, PoisonError, RwLock,
    },
    time::Duration,
};

use tokio::sync::{oneshot, watch};

use crate::{
    clock::Clocks,
    committer::{Failure, Reply, Work},
    error::{OpenError, StoreError},
    meta::Meta,
    options::Options,
    outbox::Outward,
    records::BucketRecord,
    segments::Segments,
    source::Source,
    tx::Tx,
};

/// How long closing waits for the writes that were asked for before.
const CLOSE: Duration = Duration::from_secs(30);

/// A durable store of versioned objects in a folder. Clones are the same store.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dir", &self.inner.dir).finish_non_exhaustive()
    }
}

/// What all clones of a store share.
pub(crate) struct Inner {
    pub(crate) dir: PathBuf,
    pub(crate) options: Options,
    /// None while it is opened anew after a fault, and if that failed.
    pub(crate) meta: RwLock<Option<Arc<Meta>>>,
    pub(crate) buckets: RwLock<BTreeMap<String, BucketRecord>>,
    pub(crate) segments: Segments,
    pub(crate) clocks: Clocks,
    /// Counts recoveries: what was staged before one is not taken after it.
    pub(crate) generation: AtomicU64,
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) source: RwLock<Option<Arc<dyn Source>>>,
    pub(crate) outward: Outward,
    pub(crate) work: Mutex<Option<mpsc::Sender<Work>>>,
    /// The next number of a bucket.
    pub(crate) next_bucket: AtomicU64,
    /// Held as long as anything of the store lives.
    pub(crate) _lock: std::fs::File,
}

impl Inner {
    /// The records. Keep them no longer than one look takes: recovery waits for it.
    pub(crate) fn meta(&self) -> Result<Arc<Meta>, StoreError> {
        self.meta.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Closed)
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Refuses where so many more bytes would leave less than the reserve.
    pub(crate) fn room_for(&self, bytes: u64) -> Result<(), StoreError> {
        match idlewild_files::disk::free_in(&self.dir) {
            Some(free) if free < self.options.reserve_bytes.saturating_add(bytes) => Err(StoreError::Full),
            _ => Ok(()),
        }
    }

    /// The bucket of a name, as far as it is durable.
    pub(crate) fn bucket(&self, name: &str) -> Result<BucketRecord, StoreError> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(name).cloned().ok_or(StoreError::NoSuchBucket)
    }

    /// The number of a bucket of a name.
    pub(crate) fn bucket_number(&self, name: &str) -> Result<u32, StoreError> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(name).map(|bucket| bucket.number).ok_or(StoreError::NoSuchBucket)
    }

    /// Runs `op` on the committer's thread. What it wrote is on the disk when this returns, or nothing of it is there.
    pub(crate) async fn write<T, E, F>(&self, op: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let run = move |tx: &mut Tx<'_>| -> Reply {
            let mark = tx.mark();
            let result = op(tx);
            if result.is_err() {
                tx.revert(mark);
            }
            Box::new(move |outcome: Result<(), &Failure>| {
                let result = match (result, outcome) {
                    (Ok(_), Err(failure)) => Err(failure.to_error().into()),
                    (result, _) => result,
                };
                // Nobody may wait any more, who was cancelled.
                let _ = answer.send(result);
            })
        };
        self.submit(Work::Op(Box::new(run)))?;
        answered.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    pub(crate) fn submit(&self, work: Work) -> Result<(), StoreError> {
        let sender = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        sender.as_ref().and_then(|sender| sender.send(work).ok()).ok_or(StoreError::Closed)
    }

    /// Tells who waits for news of the store.
    pub(crate) fn notify(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Store {
    /// Opens the store in a folder, which no other process may have open, and makes it where there is none.
    ///
    /// What a crash left half done is undone.
    pub async fn open(dir: &Path, options: Options) -> Result<Self, OpenError> {
        let outward = Outward::open(dir, &options).await?;
        let dir = dir.to_owned();
        let opening = tokio::task::spawn_blocking(move || crate::recovery::open(dir, options, outward));
        opening.await.map_err(|_| StoreError::Closed)?
    }

    /// Waits for the writes that were asked for, and takes no more.
    pub async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        let sender = self.inner.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            if sender.send(Work::Close(answer)).is_ok() {
                let _ = tokio::time::timeout(CLOSE, answered).await;
            }
        }
        self.inner.outward.close().await;
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
