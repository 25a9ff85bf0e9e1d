//! What a store knows of the commits of a bucket: its own line, those of other gateways, and how they hang together.
//!
//! | key after the bucket | record |
//! | --- | --- |
//! | `l` | [`Line`]: where the bucket stands |
//! | `c`, hash | [`Known`]: a commit |
//! | `t`, inverted epoch, inverted sequence, hash | nothing: commits, the newest first |
//! | `k`, hash | nothing: a commit that another one follows |
//! | `a`, hash | how many of a commit's changes are applied, while that goes on |
//! | `p`, last change | [`Pending`]: a commit of this store that is not on the network with all that it names |
//! | `u`, last change | the hash of one that is, of which nobody was told |
//! | `d` | [`Told`]: up to where others know of it |
//! | `f`, gateway, number | the local number of another gateway's segment |
//! | `n` | the next local number for one of those |
//! | `s`, local number | nothing: a segment with a commit in it |
//! | `r`, local number | the last change when the commit in a segment was carried on, and the time |
//! | `z`, local number | the last change when a segment was first seen to hold nothing, and the time |

use codec::{Decode, Encode};

use crate::{
    commit::{Commit, CommitHash},
    error::StoreError,
    meta::{Meta, Records},
    records::{decode, SegmentNumber},
    told::Told,
    tx::Tx,
};

/// Where a bucket stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Line {
    /// The highest sequence of all commits.
    pub(crate) sequence: u64,
    /// The commits that no other follows.
    pub(crate) heads: Vec<CommitHash>,
    /// Changes of this store up to here are in commits.
    pub(crate) sealed: u64,
    /// And up to here they are no longer in the journal.
    pub(crate) swept: u64,
    /// Changes of this store up to here are in deals, with their commits and their bytes.
    pub(crate) safe: u64,
    /// The commit with the last of them.
    pub(crate) safe_head: Option<CommitHash>,
}

/// A commit that is part of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Known {
    pub(crate) origin: [u8; 32],
    #[codec(compact)]
    pub(crate) epoch: u32,
    #[codec(compact)]
    pub(crate) sequence: u64,
    pub(crate) parents: Vec<CommitHash>,
    pub(crate) written: i64,
    /// The number of its segment at its origin.
    #[codec(compact)]
    pub(crate) number: u64,
    /// And here.
    #[codec(compact)]
    pub(crate) segment: SegmentNumber,
    #[codec(compact)]
    pub(crate) changes: u32,
}

/// A commit of this store that waits for the network.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Pending {
    /// None where there was nothing to tell.
    pub(crate) hash: Option<CommitHash>,
    /// The segments of this store that it needs, its own among them.
    pub(crate) needs: Vec<SegmentNumber>,
}

pub(crate) fn key(bucket: u32, kind: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(5 + rest.len());
    bytes.extend_from_slice(&bucket.to_be_bytes());
    bytes.push(kind);
    bytes.extend_from_slice(rest);
    bytes
}

pub(crate) fn time_key(bucket: u32, epoch: u32, sequence: u64, hash: &CommitHash) -> Vec<u8> {
    let mut rest = Vec::with_capacity(44);
    rest.extend_from_slice(&(!epoch).to_be_bytes());
    rest.extend_from_slice(&(!sequence).to_be_bytes());
    rest.extend_from_slice(hash);
    key(bucket, b't', &rest)
}

pub(crate) fn foreign_key(bucket: u32, origin: &[u8; 32], number: u64) -> Vec<u8> {
    let mut rest = Vec::with_capacity(40);
    rest.extend_from_slice(origin);
    rest.extend_from_slice(&number.to_be_bytes());
    key(bucket, b'f', &rest)
}

impl Line {
    pub(crate) fn read(meta: &Meta, bucket: u32) -> Result<Self, StoreError> {
        let bytes = meta.get(Records::Lines, &key(bucket, b'l', &[]))?;
        Ok(bytes.map(|bytes| decode(&bytes)).transpose()?.unwrap_or_default())
    }

    pub(crate) fn of(tx: &Tx<'_>, bucket: u32) -> Result<Self, StoreError> {
        Ok(tx.read(Records::Lines, &key(bucket, b'l', &[]))?.unwrap_or_default())
    }

    pub(crate) fn write(&self, tx: &mut Tx<'_>, bucket: u32) {
        tx.put(Records::Lines, key(bucket, b'l', &[]), self.encode());
    }

    /// Adds a commit to the graph. `segment` is the local number of the one that it is in.
    pub(crate) fn add(
        &mut self,
        tx: &mut Tx<'_>,
        bucket: u32,
        hash: CommitHash,
        commit: &Commit,
        segment: SegmentNumber,
    ) -> Result<(), StoreError> {
        let known = Known {
            origin: commit.origin,
            epoch: commit.epoch,
            sequence: commit.sequence,
            parents: commit.parents.clone(),
            written: commit.written,
            number: commit.segment,
            segment,
            changes: u32::try_from(commit.changes.len()).unwrap_or(u32::MAX),
        };
        tx.put(Records::Lines, key(bucket, b'c', &hash), known.encode());
        tx.put(Records::Lines, time_key(bucket, commit.epoch, commit.sequence, &hash), Vec::new());
        tx.put(Records::Lines, key(bucket, b's', &segment.to_be_bytes()), Vec::new());
        for parent in &commit.parents {
            tx.put(Records::Lines, key(bucket, b'k', parent), Vec::new());
        }
        self.heads.retain(|head| !commit.parents.contains(head));
        // What follows it may have come before it.
        if tx.get(Records::Lines, &key(bucket, b'k', &hash))?.is_none() && !self.heads.contains(&hash) {
            self.heads.push(hash);
            self.heads.sort_unstable();
        }
        self.sequence = self.sequence.max(commit.sequence);
        Ok(())
    }

    /// Moves on over the commits that are on the network with all that they name. Whether it moved.
    pub(crate) fn advance(&mut self, tx: &mut Tx<'_>, bucket: u32) -> Result<bool, StoreError> {
        let prefix = key(bucket, b'p', &[]);
        let before = (self.safe, self.safe_head);
        while let Some((at, value)) = tx.first(Records::Lines, &prefix, &prefix)? {
            let pending: Pending = decode(&value)?;
            let is_there =
                |number: &SegmentNumber| tx.segment(bucket, *number).is_none_or(|record| !crate::outbox::waits(&record.state));
            if !pending.needs.iter().all(is_there) {
                break;
            }
            let last = at.get(prefix.len()..).and_then(|last| last.try_into().ok()).map(u64::from_be_bytes);
            self.safe = last.ok_or(StoreError::Damaged("a commit that waits has no number"))?;
            if let Some(hash) = pending.hash {
                self.safe_head = Some(hash);
                tx.put(Records::Lines, key(bucket, b'u', &self.safe.to_be_bytes()), hash.encode());
            }
            tx.remove(Records::Lines, at);
        }
        Told::follow(tx, bucket, self)?;
        Ok((self.safe, self.safe_head) != before)
    }
}

/// A commit that is part of the tree.
pub(crate) fn known(meta: &Meta, bucket: u32, hash: &CommitHash) -> Result<Option<Known>, StoreError> {
    meta.get(Records::Lines, &key(bucket, b'c', hash))?.map(|bytes| decode(&bytes)).transpose()
}
