//! What a write sees and leaves while the committer gathers a group of them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
    sync::Arc,
};

use bytes::Bytes;
use codec::Encode;
use fjall::Slice;

use crate::{
    committer::{OpenSegment, Shared},
    error::StoreError,
    lane::Lane,
    layout,
    meta::{Meta, Records, ALL},
    records::{BucketRecord, Change, Extent, Order, SegmentNumber, SegmentRecord, SegmentState},
    segments::SegmentKey,
    store::Inner,
};

/// Done once the group is on the disk, and dropped where it failed.
type After = Box<dyn FnOnce(&Inner) + Send>;

/// Bytes that the committer puts into a segment before the records of the group are written.
pub(crate) struct Append {
    pub(crate) key: SegmentKey,
    pub(crate) offset: u32,
    pub(crate) bytes: Bytes,
}

/// Where a write began, to take back what it did.
pub(crate) struct Mark {
    undo: usize,
    appends: usize,
    after: usize,
}

enum Undo {
    Record(Records, Vec<u8>, Option<Option<Slice>>),
    Segment(SegmentKey, Option<Option<SegmentRecord>>),
    Bucket(String, Option<Option<BucketRecord>>),
}

/// The writes of a group so far.
pub(crate) struct Tx<'a> {
    pub(crate) inner: &'a Arc<Inner>,
    pub(crate) meta: &'a Meta,
    pub(crate) shared: &'a mut Shared,
    now: i64,
    records: Vec<BTreeMap<Vec<u8>, Option<Slice>>>,
    pub(crate) segments: HashMap<SegmentKey, Option<SegmentRecord>>,
    pub(crate) buckets: BTreeMap<String, Option<BucketRecord>>,
    /// Buckets whose clocks moved.
    pub(crate) clocks: BTreeSet<u32>,
    pub(crate) appends: Vec<Append>,
    pub(crate) after: Vec<After>,
    /// Nothing of this is kept, so nothing is put on the disk for it.
    pub(crate) refused: bool,
    undo: Vec<Undo>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>, meta: &'a Meta, shared: &'a mut Shared) -> Self {
        Self {
            inner,
            meta,
            shared,
            now: crate::store::now(),
            records: ALL.iter().map(|_| BTreeMap::new()).collect(),
            segments: HashMap::new(),
            buckets: BTreeMap::new(),
            clocks: BTreeSet::new(),
            appends: Vec::new(),
            after: Vec::new(),
            refused: false,
            undo: Vec::new(),
        }
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { undo: self.undo.len(), appends: self.appends.len(), after: self.after.len() }
    }

    pub(crate) fn revert(&mut self, mark: Mark) {
        self.appends.truncate(mark.appends);
        self.after.truncate(mark.after);
        for undo in self.undo.drain(mark.undo..).rev() {
            match undo {
                Undo::Record(kind, key, Some(before)) => drop(self.records[kind as usize].insert(key, before)),
                Undo::Record(kind, key, None) => drop(self.records[kind as usize].remove(&key)),
                Undo::Segment(key, Some(before)) => drop(self.segments.insert(key, before)),
                Undo::Segment(key, None) => drop(self.segments.remove(&key)),
                Undo::Bucket(name, Some(before)) => drop(self.buckets.insert(name, before)),
                Undo::Bucket(name, None) => drop(self.buckets.remove(&name)),
            }
        }
    }

    // ---- records

    pub(crate) fn get(&self, kind: Records, key: &[u8]) -> Result<Option<Slice>, StoreError> {
        match self.records[kind as usize].get(key) {
            Some(written) => Ok(written.clone()),
            None => self.meta.get(kind, key),
        }
    }

    pub(crate) fn read<T: codec::Decode>(&self, kind: Records, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.get(kind, key)?.map(|bytes| crate::records::decode(&bytes)).transpose()
    }

    pub(crate) fn put(&mut self, kind: Records, key: impl Into<Vec<u8>>, value: impl Into<Slice>) {
        self.set(kind, key.into(), Some(value.into()));
    }

    pub(crate) fn remove(&mut self, kind: Records, key: impl Into<Vec<u8>>) {
        self.set(kind, key.into(), None);
    }

    fn set(&mut self, kind: Records, key: Vec<u8>, value: Option<Slice>) {
        let before = self.records[kind as usize].insert(key.clone(), value);
        self.undo.push(Undo::Record(kind, key, before));
    }

    /// The first record at or after `from` whose key begins with `prefix`.
    pub(crate) fn first(&self, kind: Records, from: &[u8], prefix: &[u8]) -> Result<Option<(Vec<u8>, Slice)>, StoreError> {
        let written = &self.records[kind as usize];
        let here = |key: &[u8]| key.starts_with(prefix);
        let mut new = None;
        for (key, value) in written.range::<[u8], _>((Bound::Included(from), Bound::Unbounded)).take_while(|(key, _)| here(key))
        {
            if let Some(value) = value {
                new = Some((key.clone(), value.clone()));
                break;
            }
        }
        let end = layout::after_all(prefix).map_or(Bound::Unbounded, Bound::Excluded);
        for guard in self.meta.of(kind).range::<Vec<u8>, _>((Bound::Included(from.to_vec()), end)) {
            let (key, value) = guard.into_inner()?;
            if !here(&key) {
                break;
            }
            if new.as_ref().is_some_and(|(new, _)| new[..] <= key[..]) {
                break;
            }
            if !written.contains_key(&key[..]) {
                return Ok(Some((key.to_vec(), value)));
            }
        }
        Ok(new)
    }

    pub(crate) fn take_records(&mut self) -> Vec<BTreeMap<Vec<u8>, Option<Slice>>> {
        std::mem::take(&mut self.records)
    }

    // ---- buckets, clocks and changes

    pub(crate) fn bucket(&self, name: &str) -> Result<BucketRecord, StoreError> {
        match self.buckets.get(name) {
            Some(written) => written.clone().ok_or(StoreError::NoSuchBucket),
            None => self.inner.bucket(name),
        }
    }

    pub(crate) fn set_bucket(&mut self, name: &str, record: Option<BucketRecord>) {
        let value = record.as_ref().map(|record| Slice::from(record.encode()));
        self.set(Records::Buckets, name.as_bytes().to_vec(), value);
        let before = self.buckets.insert(name.into(), record);
        self.undo.push(Undo::Bucket(name.into(), before));
    }

    /// An order newer than all that is known of the bucket.
    pub(crate) fn next_order(&mut self, bucket: u32) -> Order {
        self.clocks.insert(bucket);
        self.inner.clocks.next_order(bucket, &self.inner.options.origin)
    }

    /// Journals a change for the bucket's next commit, and says its number.
    pub(crate) fn change(&mut self, bucket: u32, change: &Change) -> u64 {
        let number = self.next_change(bucket);
        self.put_change(bucket, number, change);
        number
    }

    /// The number that the next change has.
    pub(crate) fn next_change(&mut self, bucket: u32) -> u64 {
        self.clocks.insert(bucket);
        self.inner.clocks.next_change(bucket)
    }

    pub(crate) fn put_change(&mut self, bucket: u32, number: u64, change: &Change) {
        self.put(Records::Changes, layout::numbered(bucket, number), change.encode());
    }

    /// Runs it once the group is on the disk.
    pub(crate) fn after(&mut self, run: impl FnOnce(&Inner) + Send + 'static) {
        self.after.push(Box::new(run));
    }

    // ---- segments

    pub(crate) fn segment(&self, bucket: u32, number: SegmentNumber) -> Option<SegmentRecord> {
        match self.segments.get(&(bucket, number)) {
            Some(written) => written.clone(),
            None => self.inner.segments.lock().known.get(&(bucket, number)).map(|known| known.record.clone()),
        }
    }

    pub(crate) fn set_segment(&mut self, bucket: u32, number: SegmentNumber, record: SegmentRecord) {
        self.note_segment((bucket, number), Some(record));
    }

    /// Its record goes; see to its file afterwards.
    pub(crate) fn forget_segment(&mut self, bucket: u32, number: SegmentNumber) {
        self.note_segment((bucket, number), None);
    }

    /// All segments of a bucket that have records.
    pub(crate) fn segments_of(&self, bucket: u32) -> BTreeSet<SegmentNumber> {
        let table = self.inner.segments.lock();
        let known = table.known.keys().chain(self.segments.keys());
        known.filter(|(of, _)| *of == bucket).map(|(_, number)| *number).collect()
    }

    fn note_segment(&mut self, key: SegmentKey, record: Option<SegmentRecord>) {
        let before = self.segments.insert(key, record);
        self.undo.push(Undo::Segment(key, before));
    }

    fn new_record(&self) -> SegmentRecord {
        SegmentRecord { state: SegmentState::Open, length: 0, live: 0, origin: None, opened: self.now, local: true }
    }

    /// Counts these bytes as those of something.
    pub(crate) fn add_live(&mut self, bucket: u32, extents: &[Extent]) {
        for extent in extents {
            let mut record = self.segment(bucket, extent.segment).unwrap_or_else(|| self.new_record());
            record.live = record.live.saturating_add(extent.length.into());
            record.length = record.length.max(extent.offset.saturating_add(extent.length));
            self.set_segment(bucket, extent.segment, record);
        }
    }

    /// And no more.
    pub(crate) fn sub_live(&mut self, bucket: u32, extents: &[Extent]) {
        for extent in extents {
            if let Some(mut record) = self.segment(bucket, extent.segment) {
                record.live = record.live.saturating_sub(extent.length.into());
                self.set_segment(bucket, extent.segment, record);
            }
        }
    }

    /// Puts bytes into the bucket's shared segment, and into further ones as it fills. An operation that fails after it leaves a gap
    /// there, so it comes last.
    pub(crate) fn append(&mut self, bucket: u32, chunks: Vec<Bytes>) -> Result<Vec<Extent>, StoreError> {
        if self.refused {
            return Err(StoreError::Full);
        }
        self.inner.room_for(chunks.iter().map(|chunk| chunk.len() as u64).sum())?;
        let segment_bytes = self.inner.options.segment_bytes;
        let mut extents: Vec<Extent> = Vec::with_capacity(1);
        for mut bytes in chunks {
            while !bytes.is_empty() {
                let (number, offset) = self.shared_segment(bucket)?;
                let now = bytes.split_to(bytes.len().min((segment_bytes - offset) as usize));
                let length = now.len() as u32;
                if let Some(open) = self.shared.open.get_mut(&bucket) {
                    open.length = offset + length;
                }
                self.appends.push(Append { key: (bucket, number), offset, bytes: now });
                match extents.last_mut() {
                    Some(last) if last.segment == number && last.offset + last.length == offset => last.length += length,
                    _ => extents.push(Extent { segment: number, offset, length }),
                }
            }
        }
        Ok(extents)
    }

    /// The segment that small bodies go into, with room for a byte at least, and where in it.
    fn shared_segment(&mut self, bucket: u32) -> Result<(SegmentNumber, u32), StoreError> {
        let segments = &self.inner.segments;
        let segment_bytes = self.inner.options.segment_bytes;
        if let Some(open) = self.shared.open.get(&bucket) {
            if open.length < segment_bytes {
                return Ok((open.number, open.length));
            }
        }
        let taken = segments.lock().take(bucket, segment_bytes / 8, segment_bytes);
        let open = match taken {
            Some((number, length)) => {
                let file = segments.reopen((bucket, number))?;
                OpenSegment { number, file, length, durable: length, unnamed: false }
            },
            None => {
                let (number, file) = segments.create(bucket)?;
                OpenSegment { number, file, length: 0, durable: 0, unnamed: true }
            },
        };
        let at = (open.number, open.length);
        if let Some(full) = self.shared.open.insert(bucket, open) {
            // Its bytes of this group are still to be written.
            self.shared.left.push((bucket, full));
        }
        Ok(at)
    }

    /// Takes over what a writer has in segments of its own.
    pub(crate) fn take_lane(&mut self, lane: Arc<Lane>) -> Result<Vec<Extent>, StoreError> {
        let extents = lane.take()?;
        self.after(move |_| lane.keep());
        Ok(extents)
    }

    /// All open segments of a bucket that have bytes. Nobody writes on them after this.
    pub(crate) fn close_open(&mut self, bucket: u32) -> Result<Vec<SegmentNumber>, StoreError> {
        let lanes: Vec<_> = self.inner.segments.lock().lanes.iter().filter_map(std::sync::Weak::upgrade).collect();
        for lane in lanes.iter().filter(|lane| lane.bucket() == bucket) {
            lane.leave_shared()?;
        }
        if let Some(open) = self.shared.open.remove(&bucket) {
            self.shared.left.push((bucket, open));
        }
        let mut table = self.inner.segments.lock();
        table.pool.remove(&bucket);
        let mut numbers: BTreeSet<SegmentNumber> = BTreeSet::new();
        let is_open = |record: &SegmentRecord| record.state == SegmentState::Open && record.length > 0;
        for (key, known) in &table.known {
            if key.0 == bucket && is_open(&known.record) {
                numbers.insert(key.1);
            }
        }
        for ((of, number), record) in &self.segments {
            if *of == bucket {
                match record {
                    Some(record) if is_open(record) => numbers.insert(*number),
                    _ => numbers.remove(number),
                };
            }
        }
        table.closed.extend(numbers.iter().map(|number| (bucket, *number)));
        Ok(numbers.into_iter().collect())
    }

    /// A closed segment without bytes.
    pub(crate) fn new_segment(&mut self, bucket: u32) -> Result<SegmentNumber, StoreError> {
        let (number, _) = self.inner.segments.create(bucket)?;
        self.inner.segments.sync_names(bucket)?;
        self.inner.segments.lock().closed.insert((bucket, number));
        self.set_segment(bucket, number, self.new_record());
        Ok(number)
    }
}
