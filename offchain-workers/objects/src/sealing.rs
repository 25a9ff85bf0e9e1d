//! Sealing: what was written to a bucket becomes segments with commits at their ends, for the network.
//!
//! Each step is one write of the store, and between any two of them the store is whole: a segment that is closed and not sealed is
//! sealed the next time, and changes stay journalled until the commit that has them is at the end of its segment.

use std::{fs::File, sync::Arc};

use codec::Encode;

use crate::{
    commit::{hash_of, Birth, CommitHash, MAX_PARENTS},
    error::StoreError,
    layout,
    lines::{self, Pending},
    meta::Records,
    outbox::waits,
    packing::{Header, Packed, Packing},
    records::{decode, Change, SegmentNumber, SegmentState},
    store::{Inner, Store},
    tx::Tx,
};

/// A commit begins in what a segment has left, if that is at least this part of it.
const LEAST_PART: u32 = 64;
/// What a change takes in a commit, roughly.
const CHANGE_BYTES: u64 = 200;
/// Journal records that one write removes.
const SWEEP: usize = 4096;

/// The line of commits that a gateway writes on. Sequence and parents are the store's to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The epoch of the lease.
    pub epoch: u32,
}

/// A bucket that is being sealed.
#[derive(Clone)]
struct Begun {
    bucket: u32,
    epoch: u32,
    birth: Birth,
    /// Segments that are closed.
    closed: Vec<SegmentNumber>,
    /// The last change that has its bytes in them.
    last: u64,
    /// Whether there is to be a commit though it has no changes.
    further: bool,
    /// Recoveries so far: after one more, closed segments may be open again.
    generation: u64,
}

/// What comes next.
enum Next {
    /// A commit.
    Commit(Box<Ready>),
    /// Changes that took each other back: there is nothing to tell up to this one.
    Nothing(u64),
    /// Not a single change has room in the segment.
    NoRoom,
}

/// A commit that is ready to be written.
struct Ready {
    packed: Packed,
    commit: CommitHash,
    /// Where it begins in its segment and where it ends, and the hash of all of that.
    offset: u32,
    end: u32,
    whole: [u8; 32],
    /// The last change that it has.
    last: u64,
}

/// Steps that may still be taken: tests stop between any two.
pub(crate) struct Steps(Option<usize>);

impl Steps {
    pub(crate) fn all() -> Self {
        Self(None)
    }

    #[cfg(test)]
    pub(crate) fn only(steps: usize) -> Self {
        Self(Some(steps))
    }

    fn take(&mut self) -> Result<(), StoreError> {
        match &mut self.0 {
            None => Ok(()),
            Some(0) => Err(StoreError::Closed),
            Some(left) => {
                *left -= 1;
                Ok(())
            },
        }
    }
}

impl Store {
    /// A lease of this epoch was taken: what is written from now on is newer than what any lease before had.
    pub async fn hold(&self, bucket: &str, line: Line) -> Result<(), StoreError> {
        let name = bucket.to_owned();
        self.inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                tx.clocks.insert(bucket);
                tx.inner.clocks.set_epoch(bucket, line.epoch);
                Ok(())
            })
            .await
    }

    /// Whether what is open of a bucket fills a segment together with its commit: sealed now, it makes full deals and few.
    pub fn is_due(&self, bucket: &str) -> Result<bool, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let sealed = lines::Line::read(&*self.inner.meta()?, number)?.sealed;
        let changes = self.inner.clocks.get(number).change.saturating_sub(sealed);
        let table = self.inner.segments.lock();
        let open = table.known.iter().filter(|((of, _), known)| *of == number && known.record.state == SegmentState::Open);
        let bytes: u64 = open.map(|(_, known)| u64::from(known.record.length)).sum();
        // The rest is for what comes until it is sealed: a commit without room would need a segment of its own.
        let full = u64::from(self.inner.options.segment_bytes) / 8 * 7;
        Ok(bytes.saturating_add(changes.saturating_mul(CHANGE_BYTES)) >= full)
    }

    /// Closes what is open of a bucket and puts what changed since the last commit into one, or several if it is more than a segment has
    /// room for. Says the segment of the last; none if nothing changed.
    pub async fn seal(&self, bucket: &str, line: Line) -> Result<Option<SegmentNumber>, StoreError> {
        self.seal_by(bucket, line, false, &mut Steps::all()).await
    }

    /// The same, but with a commit of this line in any case: where nothing changed one without changes. It follows what was sealed before
    /// under an older lease, of which nobody can be told any more.
    pub async fn seal_further(&self, bucket: &str, line: Line) -> Result<Option<SegmentNumber>, StoreError> {
        self.seal_by(bucket, line, true, &mut Steps::all()).await
    }

    pub(crate) async fn seal_by(
        &self,
        bucket: &str,
        line: Line,
        further: bool,
        steps: &mut Steps,
    ) -> Result<Option<SegmentNumber>, StoreError> {
        let turn = self.inner.outward.turn(self.inner.bucket_number(bucket)?);
        let _turn = turn.lock().await;
        steps.take()?;
        let Some(mut begun) = self.begin_seal(bucket, line, further).await? else { return Ok(None) };
        // The emptiest has the most room for the commit.
        begun.closed.sort_by_cached_key(|number| {
            let table = self.inner.segments.lock();
            table.known.get(&(begun.bucket, *number)).map_or(0, |known| known.record.length)
        });
        let segment_bytes = self.inner.options.segment_bytes;
        let mut into = begun.closed.first().copied().filter(|number| {
            let table = self.inner.segments.lock();
            let length = table.known.get(&(begun.bucket, *number)).map_or(segment_bytes, |known| known.record.length);
            segment_bytes - length.min(segment_bytes) >= segment_bytes / LEAST_PART
        });
        let data: Vec<_> = begun.closed.iter().copied().filter(|number| Some(*number) != into).collect();
        for number in data {
            steps.take()?;
            self.seal_data(&begun, number).await?;
        }
        let mut sealed = None;
        loop {
            let number = match into.take() {
                Some(number) => number,
                None => {
                    steps.take()?;
                    let bucket = begun.bucket;
                    self.inner.write(move |tx| tx.new_segment(bucket)).await?
                },
            };
            let (inner, of) = (self.inner.clone(), begun.clone());
            let packing = tokio::task::spawn_blocking(move || inner.pack(&of, number));
            let last = match packing.await.map_err(|_| StoreError::Closed)?? {
                Next::Commit(ready) => {
                    let last = ready.last;
                    steps.take()?;
                    self.write_commit(&begun, number, *ready).await?;
                    sealed = Some(number);
                    begun.further = false;
                    last
                },
                Next::Nothing(last) => {
                    self.seal_data(&begun, number).await?;
                    steps.take()?;
                    self.skip(begun.bucket, last).await?;
                    last
                },
                Next::NoRoom => {
                    self.seal_data(&begun, number).await?;
                    continue;
                },
            };
            steps.take()?;
            self.sweep(begun.bucket).await?;
            if last >= begun.last {
                break;
            }
        }
        Ok(sealed)
    }

    async fn begin_seal(&self, bucket: &str, line: Line, further: bool) -> Result<Option<Begun>, StoreError> {
        let name = bucket.to_owned();
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&name)?;
                let bucket = record.number;
                tx.clocks.insert(bucket);
                tx.inner.clocks.set_epoch(bucket, line.epoch);
                let stands = lines::Line::of(tx, bucket)?;
                let from = layout::numbered(bucket, stands.sealed.saturating_add(1));
                let closed = match tx.first(Records::Changes, &from, &bucket.to_be_bytes())? {
                    Some(_) => tx.close_open(bucket)?,
                    // What is open is of uploads that go on.
                    None if further => Vec::new(),
                    None => return Ok(None),
                };
                let last = tx.inner.clocks.get(bucket).change;
                let generation = tx.inner.generation();
                let birth = Birth { object_lock: record.object_lock, created: record.created };
                Ok::<_, StoreError>(Some(Begun { bucket, epoch: line.epoch, birth, closed, last, further, generation }))
            })
            .await
    }

    /// Seals a segment without a commit; one that nothing is in goes.
    async fn seal_data(&self, begun: &Begun, number: SegmentNumber) -> Result<(), StoreError> {
        let (inner, bucket, generation) = (self.inner.clone(), begun.bucket, begun.generation);
        let hashing = tokio::task::spawn_blocking(move || inner.hash_segment(bucket, number, &[]));
        let (length, hash) = hashing.await.map_err(|_| StoreError::Closed)??;
        let gone = self
            .inner
            .write(move |tx| {
                let Some(mut record) = tx.segment(bucket, number) else { return Ok(None) };
                if record.state != SegmentState::Open {
                    return Ok(None);
                }
                if record.live == 0 {
                    tx.forget_segment(bucket, number);
                    return Ok(Some((bucket, number)));
                }
                if tx.inner.generation() != generation || record.length != length {
                    return Err(StoreError::Stale);
                }
                record.state = SegmentState::Sealed { index_offset: length, hash };
                tx.set_segment(bucket, number, record);
                Ok::<_, StoreError>(None)
            })
            .await?;
        self.unlink(gone.into_iter().collect()).await
    }

    async fn write_commit(&self, begun: &Begun, number: SegmentNumber, ready: Ready) -> Result<(), StoreError> {
        let begun = begun.clone();
        self.inner.write(move |tx| tx.write_commit(&begun, number, ready)).await
    }

    /// Passes over changes that took each other back.
    async fn skip(&self, bucket: u32, last: u64) -> Result<(), StoreError> {
        self.inner
            .write(move |tx| {
                let mut line = lines::Line::of(tx, bucket)?;
                line.sealed = last;
                let nothing = Pending { hash: None, needs: Vec::new() };
                tx.put(Records::Lines, lines::key(bucket, b'p', &last.to_be_bytes()), nothing.encode());
                line.advance(tx, bucket)?;
                line.write(tx, bucket);
                Ok::<_, StoreError>(())
            })
            .await
    }

    /// Removes what is in commits from the journal.
    async fn sweep(&self, bucket: u32) -> Result<(), StoreError> {
        loop {
            let inner = self.inner.clone();
            let swept = self
                .inner
                .write(move |tx| {
                    let mut line = lines::Line::of(tx, bucket)?;
                    if line.swept >= line.sealed {
                        return Ok(true);
                    }
                    let meta = inner.meta()?;
                    let range = layout::numbered(bucket, line.swept.saturating_add(1))..=layout::numbered(bucket, line.sealed);
                    let keys = meta.of(Records::Changes).range(range).take(SWEEP).map(fjall::Guard::key);
                    let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
                    let swept = match keys.last() {
                        Some(last) if keys.len() == SWEEP => {
                            layout::parse_numbered(last).map_or(line.swept, |(_, number)| number)
                        },
                        _ => line.sealed,
                    };
                    for key in keys {
                        tx.remove(Records::Changes, key.to_vec());
                    }
                    line.swept = swept;
                    line.write(tx, bucket);
                    Ok::<_, StoreError>(line.swept >= line.sealed)
                })
                .await?;
            if swept {
                return Ok(());
            }
        }
    }
}

impl Inner {
    /// The length and hash of a closed segment with these bytes after it. Blocks.
    fn hash_segment(&self, bucket: u32, number: SegmentNumber, after: &[u8]) -> Result<(u32, [u8; 32]), StoreError> {
        let length = {
            let table = self.segments.lock();
            table.known.get(&(bucket, number)).map(|known| known.record.length)
        };
        let length = length.ok_or(StoreError::Damaged("a closed segment has no record"))?;
        let mut hasher = blake3::Hasher::new();
        let file: Arc<File> = self.segments.reader((bucket, number))?;
        let mut buffer = vec![0; 1 << 20];
        let mut at = 0u64;
        while at < u64::from(length) {
            let part = buffer.len().min((u64::from(length) - at) as usize);
            let part = &mut buffer[..part];
            std::os::unix::fs::FileExt::read_exact_at(&*file, part, at)?;
            hasher.update(part);
            at += part.len() as u64;
        }
        hasher.update(after);
        Ok((length, *hasher.finalize().as_bytes()))
    }

    /// Puts the next commit of a bucket behind the bytes of a segment, with as many changes as it has room for. Blocks.
    fn pack(&self, begun: &Begun, number: SegmentNumber) -> Result<Next, StoreError> {
        let bucket = begun.bucket;
        let origin = self.options.origin;
        let record = |number: SegmentNumber| {
            let table = self.segments.lock();
            table.known.get(&(bucket, number)).map(|known| known.record.clone())
        };
        let taken = record(number).map_or(u32::MAX, |record| record.length);
        let room = self.options.segment_bytes.saturating_sub(taken);
        let stands = lines::Line::read(&*self.meta()?, bucket)?;
        let mut packing = Packing::new(&record, origin, room as usize);
        let mut last = stands.sealed;
        let mut is_full = false;
        if begun.last > stands.sealed {
            let meta = self.meta()?;
            let range = layout::numbered(bucket, stands.sealed.saturating_add(1))..=layout::numbered(bucket, begun.last);
            for guard in meta.of(Records::Changes).range(range) {
                let (at, change) = guard.into_inner()?;
                let (_, at) = layout::parse_numbered(&at).ok_or(StoreError::Damaged("a change has no number"))?;
                if !packing.take(decode::<Change>(&change)?) {
                    is_full = true;
                    break;
                }
                last = at;
            }
        }
        if last == stands.sealed && is_full {
            return match taken {
                0 => Err(StoreError::NotAllowed("a change is larger than a segment; use larger segments")),
                _ => Ok(Next::NoRoom),
            };
        }
        // All of them are in this one or before it.
        let last = if is_full { last } else { begun.last };
        if packing.is_empty() && !begun.further {
            return Ok(Next::Nothing(last));
        }
        // The highest heads, if there are more than a commit has room for.
        let mut parents = stands.heads.clone();
        parents.truncate(MAX_PARENTS);
        let header = Header {
            origin,
            epoch: begun.epoch,
            sequence: stands.sequence.saturating_add(1),
            parents,
            segment: number,
            written: crate::store::now(),
            bucket: begun.birth,
        };
        let packed = packing.finish(header);
        let bytes = packed.commit.encode();
        if bytes.len() > room as usize {
            return Err(StoreError::Damaged("a commit is larger than was reckoned"));
        }
        let (offset, whole) = self.hash_segment(bucket, number, &bytes)?;
        // Nobody else writes to a closed segment, and what no record tells of is cut off when the store is opened.
        let file = self.segments.reopen((bucket, number))?;
        crate::lane::write_at(&file, &[&bytes], offset.into())?;
        file.sync_data()?;
        let end = offset.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        Ok(Next::Commit(Box::new(Ready { commit: hash_of(&bytes), packed, offset, end, whole, last })))
    }
}

impl Tx<'_> {
    fn write_commit(&mut self, begun: &Begun, number: SegmentNumber, ready: Ready) -> Result<(), StoreError> {
        let Ready { packed, commit: hash, offset, end, whole, last } = ready;
        let Packed { commit, mut named } = packed;
        let bucket = begun.bucket;
        let mut record = self.segment(bucket, number).ok_or(StoreError::Damaged("a closed segment has no record"))?;
        let is_closed = record.state == SegmentState::Open && record.length == offset;
        if self.inner.generation() != begun.generation || !is_closed {
            return Err(StoreError::Stale);
        }
        record.state = SegmentState::Sealed { index_offset: offset, hash: whole };
        record.length = end;
        self.set_segment(bucket, number, record);
        let mut line = lines::Line::of(self, bucket)?;
        line.add(self, bucket, hash, &commit, number)?;
        line.sealed = last;
        if !named.contains(&number) {
            named.push(number);
        }
        let at = lines::key(bucket, b'p', &last.to_be_bytes());
        if let Some(before) = self.read::<Pending>(Records::Lines, &at)? {
            // Nothing changed since that one: it waits for no less.
            named.extend(before.needs);
        }
        named.retain(|number| self.segment(bucket, *number).is_some_and(|record| waits(&record.state)));
        let pending = Pending { hash: Some(hash), needs: named };
        self.put(Records::Lines, at, pending.encode());
        line.write(self, bucket);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
