//! The commits that a bucket's tree is made of. Versions that can be restored are those of `list_versions`: whatever replaced or removed
//! them, as long as it did not do so for good.

use std::ops::Bound;

use crate::{
    commit::CommitHash,
    error::StoreError,
    layout,
    lines::{self, Known, Line},
    meta::{Meta, Records},
    records::{SegmentNumber, SegmentState},
    store::Store,
};

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// What others know it by.
    pub hash: CommitHash,
    /// The gateway that wrote it.
    pub origin: [u8; 32],
    /// The lease under which it was written.
    pub epoch: u32,
    /// Its place in the line.
    pub sequence: u64,
    /// The heads that it follows.
    pub parents: Vec<CommitHash>,
    /// When it was written, in milliseconds since 1970.
    pub written: i64,
    /// The segment that it ends, by its number at its origin: that in the salt of its deal.
    pub segment: SegmentNumber,
    /// The deal of that segment; none while it waits for the network.
    pub deal: Option<u64>,
    /// How many changes it has.
    pub changes: u32,
}

impl Store {
    /// The commits of a bucket that no other follows. Several where gateways did not know of each other; the next commit joins them.
    pub fn heads(&self, bucket: &str) -> Result<Vec<CommitInfo>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        let mut heads = Line::read(&meta, number)?
            .heads
            .into_iter()
            .filter_map(|hash| self.commit_info(&meta, number, hash).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        heads.sort_by_key(|head| std::cmp::Reverse((head.epoch, head.sequence, head.hash)));
        Ok(heads)
    }

    /// The newest commit of this store that is on the network with all that it and those before it name: what others may be told.
    pub fn stored_head(&self, bucket: &str) -> Result<Option<CommitInfo>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        match Line::read(&meta, number)?.safe_head {
            Some(hash) => self.commit_info(&meta, number, hash),
            None => Ok(None),
        }
    }

    /// A commit, if it is part of the bucket's tree.
    pub fn commit(&self, bucket: &str, hash: &CommitHash) -> Result<Option<CommitInfo>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        self.commit_info(&meta, number, *hash)
    }

    /// The commits of a bucket by epoch and sequence, the newest first, after one of them.
    pub fn history(&self, bucket: &str, after: Option<&CommitInfo>, limit: usize) -> Result<Vec<CommitInfo>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        let prefix = lines::key(number, b't', &[]);
        let from = match after {
            Some(after) => Bound::Excluded(lines::time_key(number, after.epoch, after.sequence, &after.hash)),
            None => Bound::Included(prefix.clone()),
        };
        let end = layout::after_all(&prefix).map_or(Bound::Unbounded, Bound::Excluded);
        let mut commits = Vec::new();
        for guard in meta.of(Records::Lines).range::<Vec<u8>, _>((from, end)).take(limit) {
            let key = guard.key()?;
            let hash = key.last_chunk::<32>().ok_or(StoreError::Damaged("a commit's key cannot be read"))?;
            commits.extend(self.commit_info(&meta, number, *hash)?);
        }
        Ok(commits)
    }

    fn commit_info(&self, meta: &Meta, bucket: u32, hash: CommitHash) -> Result<Option<CommitInfo>, StoreError> {
        let Some(Known { origin, epoch, sequence, parents, written, number, segment, changes }) =
            lines::known(meta, bucket, &hash)?
        else {
            return Ok(None);
        };
        let table = self.inner.segments.lock();
        let deal = table.known.get(&(bucket, segment)).and_then(|known| match known.record.state {
            SegmentState::Stored { deal } => Some(deal),
            _ => None,
        });
        Ok(Some(CommitInfo { hash, origin, epoch, sequence, parents, written, segment: number, deal, changes }))
    }
}
