//! Letting commits go: what an old commit said and is still so is told again by a later one, so that nobody needs the old one's deal.
//!
//! Without it, a deal whose objects are all gone would have to be prolonged for ever for the list of changes at its end, and whoever
//! rebuilds a bucket would read all that ever happened to it.

use std::{collections::HashSet, sync::Arc};

use codec::Encode;

use crate::{
    commit::{Change, Commit, CommitError},
    error::StoreError,
    layout,
    lines::{self, Line},
    merge::{Mutable, Orphan},
    meta::Records,
    records::{self, ConfigRecord, SegmentNumber},
    store::Store,
    tx::Tx,
};

/// Changes that one write tells again: others write between two of them.
const AT_ONCE: usize = 1000;

/// A deal that stands for nothing but the commit at the end of its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burden {
    /// The segment.
    pub segment: SegmentNumber,
    /// The deal.
    pub deal: u64,
}

/// Why a commit was not carried on.
#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    /// It is none.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// It is not of this gateway, or is not at the end of that segment.
    #[error("the commit is not the one at the end of segment {0} of this gateway")]
    Foreign(SegmentNumber),
    /// Others find the bucket by it.
    #[error("nothing follows the commit of segment {0} yet: it is where the bucket stands")]
    Head(SegmentNumber),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// The deals of this gateway that hold no bytes of any version, and are kept for their commits. Those of heads are left out, and
    /// those that were carried on.
    pub fn burdens(&self, bucket: &str) -> Result<Vec<Burden>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        let line = Line::read(&meta, number)?;
        let mut heads = HashSet::new();
        for hash in line.heads.iter().chain(&line.safe_head) {
            heads.extend(lines::known(&meta, number, hash)?.map(|known| known.segment));
        }
        let emptied = self.inner.segments.lock().emptied(number);
        let kept = emptied.into_iter().filter(|(segment, _)| !heads.contains(segment));
        let mut burdens: Vec<Burden> = kept.map(|(segment, deal)| Burden { segment, deal }).collect();
        let has = |kind, segment: SegmentNumber| meta.get(Records::Lines, &lines::key(number, kind, &segment.to_be_bytes()));
        let mut failure = None;
        burdens.retain(|burden| match (has(b's', burden.segment), has(b'r', burden.segment)) {
            (Ok(commit), Ok(carried)) => commit.is_some() && carried.is_none(),
            (Err(error), _) | (_, Err(error)) => {
                failure = Some(error);
                false
            },
        });
        match failure {
            Some(error) => Err(error),
            None => {
                burdens.sort_unstable_by_key(|burden| burden.segment);
                Ok(burdens)
            },
        }
    }

    /// Has the next commits say what this one said and is still so. Once they are on the network the deal of its segment is among
    /// [`Self::dead_deals`]. Begun anew where it was broken off: what is told twice is true twice.
    pub async fn carry(&self, bucket: &str, segment: SegmentNumber, commit: &Commit) -> Result<(), CarryError> {
        commit.check()?;
        if commit.origin != self.inner.options.origin || commit.segment != segment {
            return Err(CarryError::Foreign(segment));
        }
        let hash = commit.hash();
        if self.heads(bucket)?.iter().any(|head| head.hash == hash) {
            return Err(CarryError::Head(segment));
        }
        let (of, name) = (Arc::new(commit.clone()), bucket.to_owned());
        let mut from = 0;
        while from < commit.changes.len() {
            let (of, name) = (of.clone(), name.clone());
            self.inner
                .write(move |tx| {
                    let bucket = tx.bucket(&name)?.number;
                    for change in of.changes.iter().skip(from).take(AT_ONCE) {
                        if let Some(again) = tx.still_so(bucket, &name, change)? {
                            tx.change(bucket, &again);
                        }
                    }
                    Ok::<_, StoreError>(())
                })
                .await?;
            from = from.saturating_add(AT_ONCE);
        }
        self.inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                let carried = (tx.inner.clocks.get(bucket).change, tx.now());
                tx.put(Records::Lines, lines::key(bucket, b'r', &segment.to_be_bytes()), carried.encode());
                Ok::<_, StoreError>(())
            })
            .await?;
        Ok(())
    }
}

impl Tx<'_> {
    /// What of a change is still so. Removals always are: somebody may have heard of the put and of nothing since.
    fn still_so(&self, bucket: u32, name: &str, change: &Change) -> Result<Option<records::Change>, StoreError> {
        use records::Change as Told;
        Ok(match change {
            Change::Put { key, entry, replaces } => match self.find_version(bucket, key, &entry.order)? {
                Some(kept) => Some(Told::Again { key: key.clone(), version: kept.version, replaces: *replaces }),
                None => replaces.map(|order| Told::Remove { key: key.clone(), order }),
            },
            Change::Remove { key, order } => Some(Told::Remove { key: key.clone(), order: *order }),
            Change::Amend { key, order, .. } => {
                let mutable = match self.find_version(bucket, key, order)? {
                    Some(kept) => Some(Mutable::of(&kept.version)),
                    None => match self.read(Records::Orphans, &layout::version(bucket, key.as_bytes(), order))? {
                        Some(Orphan::Amended(mutable)) => Some(*mutable),
                        Some(Orphan::Removed) | None => None,
                    },
                };
                mutable.map(|mutable| Told::Amended { key: key.clone(), order: *order, mutable })
            },
            Change::Config { kind, order, .. } => {
                let kept: Option<ConfigRecord> = self.read(Records::Configs, &layout::config(bucket, *kind))?;
                let same = kept.filter(|(kept, _)| kept == order);
                same.map(|(order, document)| Told::Config { kind: *kind, document, order })
            },
            Change::Versioning { order, .. } => {
                let record = self.bucket(name)?;
                (record.versioning_order == *order).then_some(Told::Versioning { versioning: record.versioning, order: *order })
            },
        })
    }
}
