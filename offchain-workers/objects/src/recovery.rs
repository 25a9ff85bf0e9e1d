//! How a store comes back: at its opening, and after its records failed.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    path::PathBuf,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc, Arc, Mutex, PoisonError, RwLock,
    },
    time::{Duration, Instant},
};

use codec::{Decode, Encode};
use idlewild_files::{folder, whole_file::sync_name};
use tokio::sync::watch;

use crate::{
    clock::{Clock, Clocks},
    committer::{self, Failure},
    error::{OpenError, StoreError},
    journal, layout,
    meta::{Meta, Records},
    options::{Options, MAX_SEGMENT_BYTES},
    outbox::Outward,
    reclaim::is_dead,
    records::{decode, BucketRecord, SegmentRecord},
    segments::{Known, Segments, Table},
    store::{Inner, Store},
};

/// The folder of the records.
const META: &str = "meta";
/// The folder of the segments.
const SEGMENTS: &str = "segments";
/// The form of the records.
const FORM: u32 = 1;
/// Segments smaller than this make no deal worth its price, and split even small bodies.
const LEAST_SEGMENT_BYTES: u32 = 4 << 10;
/// How long recovery waits for those who look at the records.
const LOOKS: Duration = Duration::from_secs(10);

pub(crate) fn open(dir: PathBuf, options: Options, outward: Outward) -> Result<Store, OpenError> {
    if !(LEAST_SEGMENT_BYTES..=MAX_SEGMENT_BYTES).contains(&options.segment_bytes) {
        return Err(OpenError::Options("a segment has 4 KiB to 64 MiB; set segment_bytes to that"));
    }
    folder::make(&dir)?;
    let lock = File::options().create(true).truncate(false).write(true).open(dir.join("lock"))?;
    match rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {},
        Err(rustix::io::Errno::WOULDBLOCK) => return Err(OpenError::Locked),
        Err(error) => return Err(OpenError::from(std::io::Error::from(error))),
    }
    let segments = dir.join(SEGMENTS);
    folder::make(&segments)?;
    let meta = Meta::open(&dir.join(META))?;
    check_form(&meta)?;
    sync_name(&dir.join(META))?;
    let (sender, work) = mpsc::channel();
    let inner = Arc::new(Inner {
        segments: Segments::new(segments),
        dir,
        options,
        meta: RwLock::new(None),
        buckets: RwLock::default(),
        clocks: Clocks::default(),
        generation: AtomicU64::new(0),
        changed: watch::Sender::new(0),
        source: RwLock::default(),
        outward,
        work: Mutex::new(Some(sender)),
        next_bucket: AtomicU64::new(1),
        _lock: lock,
    });
    inner.load(&meta)?;
    *inner.meta.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(meta));
    let weak = Arc::downgrade(&inner);
    std::thread::Builder::new().name("objects-committer".into()).spawn(move || committer::run(weak, &work))?;
    Ok(Store { inner })
}

fn check_form(meta: &Meta) -> Result<(), OpenError> {
    match meta.get(Records::Meta, layout::FORM)? {
        None => {
            let mut batch = meta.db.batch().durability(Some(fjall::PersistMode::SyncAll));
            batch.insert(meta.of(Records::Meta), layout::FORM, FORM.encode());
            Ok(batch.commit()?)
        },
        Some(bytes) => match u32::decode(&mut &bytes[..]) {
            Ok(FORM) => Ok(()),
            Ok(other) => Err(OpenError::Form(other)),
            Err(_) => Err(StoreError::Damaged("the form of the store cannot be read").into()),
        },
    }
}

/// Opens the records anew after they failed, without the batches numbered `refused` and higher. Only the committer's thread calls it.
pub(crate) fn again(inner: &Arc<Inner>, refused: u64) -> Result<(), Failure> {
    inner.abandon_lanes();
    let mut meta = inner.meta.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(mut before) = meta.take() {
        // Its lock is free only when nobody looks at it any more; nobody does for long.
        let since = Instant::now();
        loop {
            match Arc::try_unwrap(before) {
                Ok(closed) => {
                    drop(closed);
                    break;
                },
                Err(shared) if since.elapsed() < LOOKS => {
                    before = shared;
                    std::thread::sleep(Duration::from_millis(1));
                },
                Err(shared) => {
                    *meta = Some(shared);
                    return Err(Failure::Io("the records are in use for too long to be opened anew; try again".into()));
                },
            }
        }
    }
    let folder = inner.meta_folder();
    // As it was closed it wrote what it had not got rid of.
    journal::cut(&folder, refused).map_err(StoreError::from)?;
    let opened = Meta::open(&folder).map_err(StoreError::from)?;
    inner.load(&opened)?;
    *meta = Some(Arc::new(opened));
    inner.generation.fetch_add(1, Ordering::AcqRel);
    Ok(())
}

impl Inner {
    /// Where the records are.
    pub(crate) fn meta_folder(&self) -> PathBuf {
        self.dir.join(META)
    }

    /// What is being streamed in belongs to nothing any more.
    pub(crate) fn abandon_lanes(&self) {
        let lanes: Vec<_> = {
            let mut table = self.segments.lock();
            self.generation.fetch_add(1, Ordering::AcqRel);
            // Until all is tidy nobody begins in a segment that was used before.
            table.pool.clear();
            table.lanes.drain(..).filter_map(|lane| lane.upgrade()).collect()
        };
        for lane in lanes {
            lane.kill();
        }
    }

    /// Reads into memory what is kept there, and brings the files into line with it.
    fn load(&self, meta: &Meta) -> Result<(), StoreError> {
        let mut buckets = BTreeMap::new();
        let mut next_bucket = 1;
        if let Some(bytes) = meta.get(Records::Meta, layout::NEXT_BUCKET)? {
            next_bucket = u64::from_be_bytes(bytes[..].try_into().map_err(|_| StoreError::Damaged("a number cannot be read"))?);
        }
        for guard in meta.of(Records::Buckets).iter() {
            let (name, record) = guard.into_inner()?;
            let name = String::from_utf8(name.to_vec()).map_err(|_| StoreError::Damaged("a bucket's name cannot be read"))?;
            buckets.insert(name, decode::<BucketRecord>(&record)?);
        }
        let mut clocks = HashMap::new();
        for record in buckets.values() {
            if let Some(bytes) = meta.get(Records::Meta, &layout::clock(record.number))? {
                clocks.insert(record.number, decode::<Clock>(&bytes)?);
            }
        }
        let mut known = HashMap::new();
        let mut dead = meta.db.batch().durability(Some(fjall::PersistMode::SyncData));
        for guard in meta.of(Records::Segments).iter() {
            let (key, record) = guard.into_inner()?;
            let key = layout::parse_numbered(&key).ok_or(StoreError::Damaged("a segment's key cannot be read"))?;
            self.segments.number_from(key.1 + 1);
            let record = decode::<SegmentRecord>(&record)?;
            if is_dead(&record) {
                // Its file goes with what else has no record.
                dead.remove(meta.of(Records::Segments), layout::numbered(key.0, key.1));
            } else {
                known.insert(key, Known { record, used: 0 });
            }
        }
        dead.commit()?;
        if let Some(bytes) = meta.get(Records::Meta, layout::NEXT_SEGMENT)? {
            let next = bytes[..].try_into().map_err(|_| StoreError::Damaged("a number cannot be read"))?;
            self.segments.number_from(u64::from_be_bytes(next));
        }
        self.next_bucket.fetch_max(next_bucket, Ordering::AcqRel);
        self.clocks.restore(clocks);
        *self.buckets.write().unwrap_or_else(PoisonError::into_inner) = buckets;
        *self.segments.lock() = Table { known, ..Table::default() };
        self.segments.tidy(self.options.segment_bytes)?;
        self.sweep_uploads(meta)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures::TryStreamExt;

    use crate::{BucketInit, NewVersion, Options, PutError, Staged, Store, StoreError};

    async fn stage(store: &Store, byte: u8) -> Staged {
        let mut writer = store.writer("bucket", None).await.unwrap();
        writer.write(Bytes::from(vec![byte; 1_500_000])).await.unwrap();
        writer.finish().await.unwrap()
    }

    async fn get(store: &Store, key: &str) -> Vec<u8> {
        let version = store.head("bucket", key, None).unwrap().unwrap();
        store.read(&version, 0..version.size).try_collect::<Vec<_>>().await.unwrap().concat()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn after_a_fault_of_the_records_all_goes_on_but_what_was_on_its_way() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { segment_bytes: 4 << 20, reserve_bytes: 0, ..Options::default() };
        let store = Store::open(folder.path(), options).await.unwrap();
        store.create_bucket("bucket", BucketInit::default()).await.unwrap();
        store.put("bucket", "before", stage(&store, 1).await, NewVersion::default()).await.unwrap();
        let mut writer = store.writer("bucket", None).await.unwrap();
        writer.write(Bytes::from(vec![2; 1_100_000])).await.unwrap();
        let staged = stage(&store, 3).await;
        let inner = store.inner.clone();
        let kept = inner.meta().unwrap().db.visible_seqno();
        tokio::task::spawn_blocking(move || super::again(&inner, kept)).await.unwrap().unwrap();
        let late = store.put("bucket", "late", staged, NewVersion::default()).await;
        assert!(matches!(late, Err(PutError::Store(StoreError::Stale))), "{late:?}");
        writer.write(Bytes::from(vec![2; 1_100_000])).await.unwrap();
        let late = writer.finish().await;
        assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
        store.put("bucket", "after", stage(&store, 4).await, NewVersion::default()).await.unwrap();
        assert!(get(&store, "before").await == vec![1; 1_500_000]);
        assert!(get(&store, "after").await == vec![4; 1_500_000]);
        assert!(store.head("bucket", "late", None).unwrap().is_none());
    }
}
