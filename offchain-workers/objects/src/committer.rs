//! The one thread that writes: it gathers the writes that wait, puts their bytes and records on the disk at once, and answers all.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    sync::{mpsc, Arc, PoisonError},
    time::{Duration, Instant},
};

use codec::Encode;
use fjall::PersistMode;
use tokio::sync::oneshot;

use crate::{
    error::StoreError,
    journal,
    lane::write_at,
    layout,
    meta::{Meta, Records, ALL},
    reclaim::{is_dead, GRACE},
    records::SegmentNumber,
    recovery,
    segments::{Known, SegmentKey},
    store::Inner,
    tx::Tx,
};

/// Writes of a group at most, and bytes after which no more is gathered.
const GROUP: usize = 512;
const GROUP_BYTES: usize = 32 << 20;
/// After a fault of the records the store is opened anew, but not more often.
const RETRY: Duration = Duration::from_secs(1);
/// How often it is looked for segments in which nothing is left.
const SWEEP: Duration = Duration::from_secs(20);

/// Tells who asked for a write what came of it.
pub(crate) type Reply = Box<dyn FnOnce(Result<(), &Failure>) + Send>;
/// A write.
pub(crate) type Op = Box<dyn FnOnce(&mut Tx<'_>) -> Reply + Send>;

/// What the thread is asked for.
pub(crate) enum Work {
    /// A write.
    Op(Op),
    /// To end, after what was asked for before.
    Close(oneshot::Sender<()>),
}

/// Why a whole group failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Full,
    Io(String),
}

impl Failure {
    pub(crate) fn to_error(&self) -> StoreError {
        match self {
            Self::Full => StoreError::Full,
            Self::Io(text) => StoreError::Io(text.clone()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            error => Self::Io(error.to_string()),
        }
    }
}

/// A segment that small bodies go into.
pub(crate) struct OpenSegment {
    pub(crate) number: SegmentNumber,
    pub(crate) file: Arc<File>,
    /// Bytes, with those of this group.
    pub(crate) length: u32,
    /// Bytes that are on the disk.
    pub(crate) durable: u32,
    /// Its name is not on the disk yet.
    pub(crate) unnamed: bool,
}

/// The segments that small bodies go into.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) open: HashMap<u32, OpenSegment>,
    /// Those of this group that filled up or were closed.
    pub(crate) left: Vec<(u32, OpenSegment)>,
    /// Segments in which nothing is left, and since when.
    pub(crate) dead: HashMap<SegmentKey, i64>,
}

/// The records failed.
#[derive(Clone, Copy)]
struct Fault {
    /// When, or when it was last tried to open them anew.
    at: Instant,
    /// The number of the first batch that was refused.
    batch: u64,
}

/// Takes work until the store is closed or dropped.
pub(crate) fn run(inner: std::sync::Weak<Inner>, work: &mpsc::Receiver<Work>) {
    let mut shared = Shared::default();
    let mut faulted: Option<Fault> = None;
    let mut swept = Instant::now();
    loop {
        let first = match work.recv_timeout(SWEEP) {
            Ok(first) => Some(first),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        };
        let Some(inner) = inner.upgrade() else { return };
        let mut close = None;
        let mut ops = Vec::new();
        if swept.elapsed() >= SWEEP {
            swept = Instant::now();
            if !shared.dead.is_empty() {
                ops.push(sweeping());
            }
        }
        let mut next = first;
        while let Some(work_item) = next.take() {
            match work_item {
                Work::Op(op) => ops.push(op),
                Work::Close(answer) => close = Some(answer),
            }
            if close.is_none() && ops.len() < GROUP {
                next = work.try_recv().ok();
            }
        }
        let mut ops = ops.into_iter();
        while ops.len() > 0 {
            group(&inner, &mut ops, &mut shared, &mut faulted);
        }
        if let Some(answer) = close {
            // Who waits for it may open the store again at once.
            drop(inner);
            let _ = answer.send(());
            return;
        }
    }
}

/// Removes segments in which nothing is left.
fn sweeping() -> Op {
    Box::new(|tx| {
        let mark = tx.mark();
        if let Err(error) = tx.reclaim(tx.now().saturating_sub(GRACE)) {
            tracing::warn!(%error, "segments without bytes stay for now");
            tx.revert(mark);
        }
        Box::new(|_| {})
    })
}

/// Runs the next writes, as many as fit into a group.
fn group(inner: &Arc<Inner>, ops: &mut std::vec::IntoIter<Op>, shared: &mut Shared, faulted: &mut Option<Fault>) {
    let meta = match usable(inner, shared, faulted) {
        Ok(meta) => meta,
        Err(failure) => return refuse(inner, ops, &failure),
    };
    let mut tx = Tx::new(inner, &meta, shared);
    let mut replies = Vec::with_capacity(ops.len());
    for op in ops.by_ref() {
        replies.push(op(&mut tx));
        if tx.appends.iter().map(|append| append.bytes.len()).sum::<usize>() >= GROUP_BYTES {
            break;
        }
    }
    let outcome = commit(tx);
    if let Err((failure, of_records)) = &outcome {
        tracing::error!(?failure, "a group of writes failed, and nothing of it is kept");
        if *of_records {
            let batch = meta.db.visible_seqno();
            *faulted = Some(Fault { at: Instant::now(), batch });
            // Also for a process that is killed before it opens them anew.
            if let Err(error) = journal::cut(&inner.meta_folder(), batch) {
                tracing::warn!(%error, "writes that were refused are in the journal until the records are opened anew");
            }
            inner.abandon_lanes();
        }
    }
    for reply in replies {
        reply(outcome.as_ref().copied().map_err(|(failure, _)| failure));
    }
    if outcome.is_ok() {
        inner.notify();
    }
}

/// The records, opened anew if they failed before. Writes wait for that, unless there is no room to begin with.
fn usable(inner: &Arc<Inner>, shared: &mut Shared, faulted: &mut Option<Fault>) -> Result<Arc<Meta>, Failure> {
    if let Some(fault) = faulted {
        inner.room_for(0)?;
        std::thread::sleep(RETRY.saturating_sub(fault.at.elapsed()));
        fault.at = Instant::now();
        inner.room_for(0)?;
        *shared = Shared::default();
        recovery::again(inner, fault.batch)?;
        *faulted = None;
        tracing::info!("the store recovered from the fault of its records");
    }
    Ok(inner.meta()?)
}

/// Answers writes that cannot be made. They run, as only they know how to answer, and nothing of it is kept.
fn refuse(inner: &Arc<Inner>, ops: &mut std::vec::IntoIter<Op>, failure: &Failure) {
    let Ok(meta) = inner.meta() else {
        // Without records they cannot even run: they are dropped, which tells that the store is closed.
        ops.by_ref().for_each(drop);
        return;
    };
    for op in ops.by_ref() {
        let mut nowhere = Shared::default();
        let mut tx = Tx::new(inner, &meta, &mut nowhere);
        tx.refused = true;
        let reply = op(&mut tx);
        reply(Err(failure));
    }
}

/// Puts a group on the disk. The error says whether the records themselves failed.
fn commit(mut tx: Tx<'_>) -> Result<(), (Failure, bool)> {
    let inner = tx.inner.clone();
    if let Err(error) = put_bytes(&mut tx) {
        undo_bytes(&mut tx);
        return Err((error.into(), false));
    }
    if let Err(error) = put_records(&mut tx) {
        return Err((StoreError::from(error).into(), true));
    }
    for open in tx.shared.open.values_mut() {
        open.durable = open.length;
    }
    for (bucket, left) in tx.shared.left.drain(..) {
        if left.length == 0 {
            let _ = inner.segments.remove((bucket, left.number));
        }
    }
    let mut table = inner.segments.lock();
    let now = tx.now();
    for (key, record) in tx.segments.drain() {
        if record.as_ref().is_some_and(is_dead) {
            tx.shared.dead.insert(key, now);
        } else {
            tx.shared.dead.remove(&key);
        }
        match record {
            Some(record) => {
                table.known.entry(key).and_modify(|known| known.record = record.clone()).or_insert(Known { record, used: 0 });
            },
            None => drop(table.known.remove(&key)),
        }
    }
    drop(table);
    let mut buckets = inner.buckets.write().unwrap_or_else(PoisonError::into_inner);
    for (name, record) in std::mem::take(&mut tx.buckets) {
        match record {
            Some(record) => buckets.insert(name, record),
            None => buckets.remove(&name),
        };
    }
    drop(buckets);
    for after in tx.after.drain(..) {
        after(&inner);
    }
    Ok(())
}

fn put_bytes(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.appends.is_empty() {
        return Ok(());
    }
    let segments = &tx.inner.segments;
    let mut files: HashMap<SegmentKey, Arc<File>> = HashMap::new();
    let mut unnamed: HashSet<u32> = HashSet::new();
    let open = tx.shared.open.iter_mut().map(|(bucket, open)| (*bucket, open));
    for (bucket, open) in open.chain(tx.shared.left.iter_mut().map(|(bucket, open)| (*bucket, open))) {
        if open.length > open.durable {
            files.insert((bucket, open.number), open.file.clone());
            if open.unnamed {
                unnamed.insert(bucket);
            }
        }
    }
    let mut appends = std::mem::take(&mut tx.appends);
    appends.sort_by_key(|append| (append.key, append.offset));
    let mut touched: Vec<Arc<File>> = Vec::with_capacity(1);
    for run in appends.chunk_by(|one, next| one.key == next.key) {
        let key = run[0].key;
        let file = match files.remove(&key) {
            Some(file) => file,
            None => segments.reopen(key)?,
        };
        // A gap is what a write left that failed.
        for run in run.chunk_by(|one, next| one.offset as usize + one.bytes.len() == next.offset as usize) {
            let slices: Vec<&[u8]> = run.iter().map(|append| &append.bytes[..]).collect();
            write_at(&file, &slices, run[0].offset.into())?;
        }
        touched.push(file);
    }
    for file in touched {
        file.sync_data()?;
    }
    for bucket in unnamed {
        segments.sync_names(bucket)?;
    }
    for open in tx.shared.open.values_mut() {
        open.unnamed &= open.length == 0;
    }
    Ok(())
}

/// Takes back bytes that have no room. Where even that fails they stay as a gap.
fn undo_bytes(tx: &mut Tx<'_>) {
    let inner = tx.inner;
    let segment_bytes = inner.options.segment_bytes;
    for open in tx.shared.open.values_mut() {
        if open.length > open.durable && open.file.set_len(open.durable.into()).is_ok() {
            open.length = open.durable;
        }
    }
    for (bucket, open) in tx.shared.left.drain(..) {
        let key = (bucket, open.number);
        if open.durable == 0 {
            let _ = inner.segments.remove(key);
        } else if open.file.set_len(open.durable.into()).is_ok() {
            inner.segments.lock().give_back(key, open.durable, segment_bytes);
        }
    }
}

fn put_records(tx: &mut Tx<'_>) -> Result<(), fjall::Error> {
    let records = tx.take_records();
    let writes = records.iter().map(std::collections::BTreeMap::len).sum::<usize>() + tx.segments.len() + tx.clocks.len();
    if writes == 0 {
        return Ok(());
    }
    let meta = tx.meta;
    let mut batch = fjall::OwnedWriteBatch::with_capacity(meta.db.clone(), writes).durability(Some(PersistMode::SyncData));
    for (kind, records) in ALL.iter().zip(records) {
        for (key, value) in records {
            match value {
                Some(value) => batch.insert(meta.of(*kind), key, value),
                None => batch.remove(meta.of(*kind), key),
            }
        }
    }
    for ((bucket, number), record) in &tx.segments {
        let key = layout::numbered(*bucket, *number);
        match record {
            Some(record) => batch.insert(meta.of(Records::Segments), key, record.encode()),
            None => batch.remove(meta.of(Records::Segments), key),
        }
    }
    for bucket in &tx.clocks {
        let clock = tx.inner.clocks.get(*bucket);
        batch.insert(meta.of(Records::Meta), layout::clock(*bucket), clock.encode());
    }
    let next = tx.inner.segments.upcoming();
    batch.insert(meta.of(Records::Meta), layout::NEXT_SEGMENT, next.to_be_bytes());
    batch.commit()
}
