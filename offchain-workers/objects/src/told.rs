//! What is not only on the network but found there. A store that lost its disk is built again from the heads that were made known: a commit
//! that nobody was told of is as good as lost with the disk, though its deal stands.

use std::collections::{HashMap, HashSet};

use codec::{Decode, Encode};

use crate::{
    commit::CommitHash,
    error::StoreError,
    history::CommitInfo,
    lines::{self, Line, Pending},
    meta::{Meta, Records},
    records::{decode, SegmentNumber, SegmentState},
    store::Store,
    tx::Tx,
};

/// Up to where others know of a bucket's changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Told {
    /// Changes of this store up to here are in commits that were made known, or follow from those.
    pub(crate) change: u64,
    /// The newest of these commits.
    head: Option<CommitHash>,
}

impl Told {
    pub(crate) fn read(meta: &Meta, bucket: u32) -> Result<Self, StoreError> {
        let record = meta.get(Records::Lines, &lines::key(bucket, b'd', &[]))?;
        Ok(record.map(|bytes| decode(&bytes)).transpose()?.unwrap_or_default())
    }

    pub(crate) fn of(tx: &Tx<'_>, bucket: u32) -> Result<Self, StoreError> {
        Ok(tx.read(Records::Lines, &lines::key(bucket, b'd', &[]))?.unwrap_or_default())
    }

    /// The bucket's line moved on. Where that was over changes that took each other back, nobody has to know.
    pub(crate) fn follow(tx: &mut Tx<'_>, bucket: u32, line: &Line) -> Result<(), StoreError> {
        let told = Self::of(tx, bucket)?;
        if told.head == line.safe_head && told.change < line.safe {
            Self { change: line.safe, ..told }.write(tx, bucket);
        }
        Ok(())
    }

    fn write(self, tx: &mut Tx<'_>, bucket: u32) {
        tx.put(Records::Lines, lines::key(bucket, b'd', &[]), self.encode());
        tx.after(move |inner| inner.outward.set_told(bucket, self.change));
    }
}

/// Commits of this store that are on the network, by the last change of each, as far as nobody was told of them.
fn untold(meta: &Meta, bucket: u32, line: &Line) -> Result<Vec<(u64, CommitHash)>, StoreError> {
    let prefix = lines::key(bucket, b'u', &[]);
    let mut all = Vec::new();
    for guard in meta.of(Records::Lines).prefix(&prefix) {
        let (at, hash) = guard.into_inner()?;
        let last = at.last_chunk::<8>().copied().map(u64::from_be_bytes);
        all.push((last.ok_or(StoreError::Damaged("a commit that nobody was told of has no number"))?, decode(&hash)?));
    }
    all.retain(|(_, hash)| Some(*hash) != line.safe_head);
    all.extend(line.safe_head.map(|head| (line.safe, head)));
    Ok(all)
}

/// Which of some commits are `from` or before it. Those from where `least` is, in epoch and sequence, are looked through.
fn before(
    meta: &Meta,
    bucket: u32,
    from: CommitHash,
    wanted: &HashSet<CommitHash>,
    least: (u32, u64),
) -> Result<HashSet<CommitHash>, StoreError> {
    let (mut open, mut seen, mut found) = (vec![from], HashSet::new(), HashSet::new());
    while let Some(hash) = open.pop().filter(|_| found.len() < wanted.len()) {
        if !seen.insert(hash) {
            continue;
        }
        if wanted.contains(&hash) {
            found.insert(hash);
        }
        // What comes before them cannot have them among those before.
        if let Some(known) = lines::known(meta, bucket, &hash)?.filter(|known| (known.epoch, known.sequence) > least) {
            open.extend(known.parents);
        }
    }
    Ok(found)
}

impl Store {
    /// Others find the bucket by this commit: as its head on chain. What it and those before it have of this store's is on the network
    /// from now on, in the sense of [`Durability::Network`](crate::Durability::Network).
    pub async fn told(&self, bucket: &str, commit: &CommitHash) -> Result<(), StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let reached = {
            let meta = self.inner.meta()?;
            let line = Line::read(&meta, number)?;
            if Told::read(&meta, number)?.head == line.safe_head {
                return Ok(());
            }
            let waiting = untold(&meta, number, &line)?;
            let wanted: HashSet<CommitHash> = waiting.iter().map(|(_, hash)| *hash).collect();
            let mut least = (u32::MAX, u64::MAX);
            for hash in &wanted {
                let known = lines::known(&meta, number, hash)?;
                least = known.map_or((0, 0), |known| (known.epoch, known.sequence)).min(least);
            }
            let found = before(&meta, number, *commit, &wanted, least)?;
            waiting.into_iter().filter(|(_, hash)| found.contains(hash)).max_by_key(|(last, _)| *last)
        };
        let Some((last, hash)) = reached else { return Ok(()) };
        let name = bucket.to_owned();
        self.inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                let (line, told) = (Line::of(tx, bucket)?, Told::of(tx, bucket)?);
                if told.change > last {
                    return Ok(());
                }
                let prefix = lines::key(bucket, b'u', &[]);
                while let Some((at, _)) = tx.first(Records::Lines, &prefix, &prefix)? {
                    if at > lines::key(bucket, b'u', &last.to_be_bytes()) {
                        break;
                    }
                    tx.remove(Records::Lines, at);
                }
                // Behind the last commit there may be changes that took each other back.
                let change = if line.safe_head == Some(hash) { line.safe } else { last };
                Told { change, head: Some(hash) }.write(tx, bucket);
                Ok::<_, StoreError>(())
            })
            .await
    }

    /// The newest commit of this store that is on the network with all that it names, as long as others do not know of it: tell them,
    /// and then [`Self::told`].
    pub fn untold_head(&self, bucket: &str) -> Result<Option<CommitInfo>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let told = Told::read(&*self.inner.meta()?, number)?.head;
        Ok(self.stored_head(bucket)?.filter(|head| Some(head.hash) != told))
    }

    /// The newest commit of this store, on the network or not.
    pub fn sealed_head(&self, bucket: &str) -> Result<Option<CommitInfo>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let newest = {
            let meta = self.inner.meta()?;
            let mut newest = Line::read(&meta, number)?.safe_head;
            for guard in meta.of(Records::Lines).prefix(lines::key(number, b'p', &[])) {
                let (_, pending) = guard.into_inner()?;
                newest = decode::<Pending>(&pending)?.hash.or(newest);
            }
            newest
        };
        newest.map_or(Ok(None), |hash| self.commit(bucket, &hash))
    }

    /// Whether a commit is another one or comes after it, as far as those between are known. `place` is that one's epoch and sequence:
    /// it may be unknown itself.
    pub fn follows(
        &self,
        bucket: &str,
        commit: &CommitHash,
        earlier: &CommitHash,
        place: (u32, u64),
    ) -> Result<bool, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        Ok(!before(&meta, number, *commit, &HashSet::from([*earlier]), place)?.is_empty())
    }

    /// The deals that are known of a bucket, and whether the commit at the end of each is part of its tree.
    pub fn deals(&self, bucket: &str) -> Result<HashMap<u64, bool>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let mut commits: HashSet<SegmentNumber> = HashSet::new();
        for guard in self.inner.meta()?.of(Records::Lines).prefix(lines::key(number, b's', &[])) {
            let key = guard.key()?;
            let segment = key.last_chunk::<8>().copied().map(SegmentNumber::from_be_bytes);
            commits.insert(segment.ok_or(StoreError::Damaged("a segment with a commit has no number"))?);
        }
        let table = self.inner.segments.lock();
        let stored = table.known.iter().filter(|((of, _), _)| *of == number).filter_map(|((_, segment), known)| {
            let SegmentState::Stored { deal } = known.record.state else { return None };
            Some((deal, commits.contains(segment)))
        });
        Ok(stored.collect())
    }

    /// The other gateways whose segments are known of a bucket.
    pub fn origins(&self, bucket: &str) -> Result<HashSet<[u8; 32]>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let table = self.inner.segments.lock();
        let of = table.known.iter().filter(|((of, _), _)| *of == number);
        Ok(of.filter_map(|(_, known)| known.record.origin.map(|(origin, _)| origin)).collect())
    }

    /// Whether a commit of a bucket follows one that is not here: that has not come yet, or its deal ended after it was carried on.
    pub fn has_gaps(&self, bucket: &str) -> Result<bool, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        for guard in meta.of(Records::Lines).prefix(lines::key(number, b'k', &[])) {
            let key = guard.key()?;
            let hash = key.last_chunk::<32>().ok_or(StoreError::Damaged("a commit's key cannot be read"))?;
            if meta.get(Records::Lines, &lines::key(number, b'c', hash))?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
