//! Taking over commits: of other gateways, and all of them where a bucket is rebuilt from the network.

use codec::{Decode, Encode};

use crate::{
    bucket::{ConfigKind, Versioning},
    commit::{Change, Commit, CommitError, CommitHash, Entry, Place},
    error::StoreError,
    layout,
    lines::{self, Line},
    merge::{self, Orphan, Tree},
    meta::Records,
    records::{ConfigRecord, Extent, Kept, Order, SegmentNumber, SegmentRecord, SegmentState, VersionRecord},
    segments::FOREIGN,
    store::Store,
    tx::Tx,
};

/// Changes that one write takes over: others write between two of them.
const AT_ONCE: usize = 1000;

/// What came of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Whether it was not part of the tree before.
    pub is_new: bool,
    /// Parents that are not part of the tree yet. The tree is right as far as it is known; fetch them too.
    pub missing: Vec<CommitHash>,
    /// Segments with bytes of versions whose deals are not known here: tell them by [`Store::placed`].
    pub awaited: Vec<Place>,
}

/// Why a commit was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// It is none.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes the changes of a commit part of a bucket's tree; `deal` is the one of the segment that it is at the end of. Commits may come in
    /// any order, and more than once.
    ///
    /// A store that is rebuilt takes over its own commits too, before anything is written to it: numbers of segments go on after those.
    pub async fn apply(&self, bucket: &str, commit: &Commit, deal: u64) -> Result<Applied, ApplyError> {
        commit.check()?;
        let hash = commit.hash();
        let number = self.inner.bucket_number(bucket)?;
        let turn = self.inner.outward.turn(number);
        let _turn = turn.lock().await;
        let (of, name) = (std::sync::Arc::new(commit.clone()), bucket.to_owned());
        loop {
            let (of, name) = (of.clone(), name.clone());
            let applied = self.inner.write(move |tx| tx.apply_some(&name, &of, hash, deal)).await?;
            if let Some(applied) = applied {
                return Ok(applied);
            }
        }
    }

    /// Whether some of a commit's changes are part of a bucket's tree and the rest are not: a taking over that was broken off. It goes on
    /// where the commit comes again.
    pub async fn is_amid(&self, bucket: &str) -> Result<bool, StoreError> {
        let name = bucket.to_owned();
        // As a write, so that it comes after what was broken off and is on its way still.
        self.inner
            .write(move |tx| {
                let prefix = lines::key(tx.bucket(&name)?.number, b'a', &[]);
                Ok::<_, StoreError>(tx.first(Records::Lines, &prefix, &prefix)?.is_some())
            })
            .await
    }

    /// A segment of a gateway, by its number there, is in a deal.
    pub async fn placed(&self, bucket: &str, place: Place, deal: u64) -> Result<(), StoreError> {
        let name = bucket.to_owned();
        self.inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                let number = tx.local_segment(bucket, &place)?;
                tx.set_deal(bucket, number, deal);
                Ok(())
            })
            .await
    }
}

impl Tx<'_> {
    /// Takes over the next changes of a commit. None until all are.
    fn apply_some(&mut self, name: &str, commit: &Commit, hash: CommitHash, deal: u64) -> Result<Option<Applied>, StoreError> {
        let mut record = self.bucket(name)?;
        let bucket = record.number;
        let is_known = self.get(Records::Lines, &lines::key(bucket, b'c', &hash))?.is_some();
        // The segment with the commit is longer than what versions have of it, but nobody reads the rest.
        let own = commit.segments.iter().find(|place| place.origin == commit.origin && place.number == commit.segment);
        let own = own.copied().unwrap_or(Place { origin: commit.origin, number: commit.segment, length: 0 });
        let segment = self.local_segment(bucket, &own)?;
        self.set_deal(bucket, segment, deal);
        if is_known {
            return Ok(Some(self.applied(bucket, commit, false)?));
        }
        let at_key = lines::key(bucket, b'a', &hash);
        let at: u32 = self.read(Records::Lines, &at_key)?.unwrap_or_default();
        self.clocks.insert(bucket);
        if at == 0 {
            self.inner.clocks.set_epoch(bucket, commit.epoch);
            let birth = commit.bucket;
            let created = if birth.created > 0 { record.created.min(birth.created) } else { record.created };
            if record.object_lock != (record.object_lock || birth.object_lock) || created != record.created {
                record.object_lock |= birth.object_lock;
                record.created = created;
                self.set_bucket(name, Some(record));
            }
        }
        let numbers = commit.segments.iter().map(|place| self.local_segment(bucket, place)).collect::<Result<Vec<_>, _>>()?;
        let from = at as usize;
        let some = commit.changes.iter().skip(from).take(AT_ONCE);
        let taken = some.len();
        let mut tree = Branch { tx: self, bucket, name };
        for change in some {
            tree.apply(change, &numbers)?;
        }
        if from + taken < commit.changes.len() {
            let next = u32::try_from(from + taken).map_err(|_| StoreError::Damaged("a commit has too many changes"))?;
            self.put(Records::Lines, at_key, next.encode());
            return Ok(None);
        }
        self.remove(Records::Lines, at_key);
        let mut line = Line::of(self, bucket)?;
        line.add(self, bucket, hash, commit, segment)?;
        line.write(self, bucket);
        Ok(Some(self.applied(bucket, commit, true)?))
    }

    fn applied(&mut self, bucket: u32, commit: &Commit, is_new: bool) -> Result<Applied, StoreError> {
        let mut applied = Applied { is_new, ..Applied::default() };
        for parent in &commit.parents {
            if self.get(Records::Lines, &lines::key(bucket, b'c', parent))?.is_none() {
                applied.missing.push(*parent);
            }
        }
        for place in &commit.segments {
            let number = self.local_segment(bucket, place)?;
            if self.segment(bucket, number).is_some_and(|record| record.state == SegmentState::Awaited) {
                applied.awaited.push(*place);
            }
        }
        Ok(applied)
    }

    /// The local number of a segment, which it gets if it has none.
    fn local_segment(&mut self, bucket: u32, place: &Place) -> Result<SegmentNumber, StoreError> {
        let key = lines::foreign_key(bucket, &place.origin, place.number);
        let is_own = place.origin == self.inner.options.origin;
        let number = match self.get(Records::Lines, &key)? {
            Some(number) => u64::decode(&mut &number[..]).map_err(|_| StoreError::Damaged("a number cannot be read"))?,
            // A number of this store is its number everywhere, unless the store was written to before it was rebuilt.
            None if is_own && self.segment(bucket, place.number).is_none_or(|record| !is_fresh(&record)) => {
                self.inner.segments.number_from(place.number.saturating_add(1));
                place.number
            },
            None => {
                let next = lines::key(bucket, b'n', &[]);
                let number: SegmentNumber = self.read(Records::Lines, &next)?.unwrap_or(FOREIGN);
                self.put(Records::Lines, next, number.saturating_add(1).encode());
                self.put(Records::Lines, key, number.encode());
                number
            },
        };
        match self.segment(bucket, number) {
            Some(mut record) => {
                if !record.local && record.length < place.length {
                    record.length = place.length;
                    self.set_segment(bucket, number, record);
                }
            },
            None => {
                let origin = (!is_own || number != place.number).then_some((place.origin, place.number));
                let (state, opened) = (SegmentState::Awaited, self.now());
                self.set_segment(
                    bucket,
                    number,
                    SegmentRecord { state, length: place.length, live: 0, origin, opened, local: false },
                );
            },
        }
        Ok(number)
    }

    fn set_deal(&mut self, bucket: u32, number: SegmentNumber, deal: u64) {
        let Some(mut record) = self.segment(bucket, number) else { return };
        match record.state {
            SegmentState::Awaited | SegmentState::Stored { .. } => {
                record.state = SegmentState::Stored { deal };
                self.set_segment(bucket, number, record);
            },
            // What waits here is told of by `stored`.
            SegmentState::Open | SegmentState::Sealed { .. } => {},
        }
    }
}

/// Whether a segment was made by this store and never came to the network.
fn is_fresh(record: &SegmentRecord) -> bool {
    record.local && matches!(record.state, SegmentState::Open | SegmentState::Sealed { .. })
}

/// A bucket's tree within a write.
struct Branch<'t, 'a> {
    tx: &'t mut Tx<'a>,
    bucket: u32,
    name: &'t str,
}

impl Branch<'_, '_> {
    fn apply(&mut self, change: &Change, numbers: &[SegmentNumber]) -> Result<(), StoreError> {
        self.tx.inner.clocks.observe(self.bucket, &change.newest());
        match change {
            Change::Put { key, entry, replaces } => {
                let version = version_of(entry, numbers)?;
                // What was seen to hold nothing may hold something again.
                for extent in &version.extents {
                    let seen = lines::key(self.bucket, b'z', &extent.segment.to_be_bytes());
                    if self.tx.segment(self.bucket, extent.segment).is_some_and(|record| record.live == 0) {
                        self.tx.remove(Records::Lines, seen);
                    }
                }
                merge::put(self, key, version, *replaces)?;
            },
            Change::Remove { key, order } => {
                merge::remove(self, key, order)?;
            },
            Change::Amend { key, order, mutable } => {
                merge::amend(self, key, order, mutable)?;
            },
            Change::Config { kind, document, order } => {
                merge::config(self, *kind, document.clone(), *order)?;
            },
            Change::Versioning { versioning, order } => {
                merge::versioning(self, *versioning, *order)?;
            },
        }
        Ok(())
    }
}

fn version_of(entry: &Entry, numbers: &[SegmentNumber]) -> Result<VersionRecord, StoreError> {
    let extent = |span: &crate::commit::Span| {
        let segment = *numbers.get(span.place as usize)?;
        Some(Extent { segment, offset: span.offset, length: span.length })
    };
    let extents = entry.spans.iter().map(extent).collect::<Option<Vec<_>>>();
    let mut version = VersionRecord {
        order: entry.order,
        null: entry.null,
        hidden_null: false,
        marker: entry.marker,
        size: entry.size,
        etag: entry.etag,
        blake3: entry.blake3,
        modified: entry.modified,
        content_type: entry.content_type.clone(),
        headers: entry.headers.clone(),
        user: entry.user.clone(),
        checksums: entry.checksums.clone(),
        tags: Vec::new(),
        acl: None,
        retention: None,
        legal_hold: false,
        part_sizes: entry.part_sizes.clone(),
        part_checksums: entry.part_checksums.clone(),
        amended: crate::records::Amended::default(),
        extents: extents.ok_or(StoreError::Damaged("a commit names a segment that it does not list"))?,
    };
    entry.mutable.clone().give_to(&mut version);
    Ok(version)
}

impl Tree for Branch<'_, '_> {
    type Error = StoreError;

    fn version(&self, key: &str, order: &Order) -> Result<Option<VersionRecord>, StoreError> {
        Ok(self.tx.find_version(self.bucket, key, order)?.map(|kept| kept.version))
    }

    fn null(&self, key: &str) -> Result<Option<Order>, StoreError> {
        Ok(self.tx.null_version(self.bucket, key)?.map(|kept| kept.version.order))
    }

    fn newest_hidden(&self, key: &str) -> Result<Option<Order>, StoreError> {
        let current = self.tx.current(self.bucket, key)?;
        let mut all = current.into_iter().chain(self.tx.versions_beside(self.bucket, key)?);
        Ok(all.find(|kept| kept.version.hidden_null).map(|kept| kept.version.order))
    }

    fn set_version(&mut self, key: &str, version: VersionRecord) -> Result<(), StoreError> {
        // What this store wrote waits for its own commit, whatever others changed of it.
        let change = self.tx.find_version(self.bucket, key, &version.order)?.map_or(0, |kept| kept.change);
        self.tx.insert_version(self.bucket, key, &Kept { change, version })
    }

    fn remove_version(&mut self, key: &str, order: &Order) -> Result<(), StoreError> {
        self.tx.remove_version(self.bucket, key, order)?;
        Ok(())
    }

    fn orphan(&self, key: &str, order: &Order) -> Result<Option<Orphan>, StoreError> {
        self.tx.read(Records::Orphans, &layout::version(self.bucket, key.as_bytes(), order))
    }

    fn set_orphan(&mut self, key: &str, order: &Order, orphan: Option<Orphan>) -> Result<(), StoreError> {
        let at = layout::version(self.bucket, key.as_bytes(), order);
        match orphan {
            Some(orphan) => self.tx.put(Records::Orphans, at, orphan.encode()),
            None => self.tx.remove(Records::Orphans, at),
        }
        Ok(())
    }

    fn config(&self, kind: ConfigKind) -> Result<Option<Order>, StoreError> {
        let kept: Option<ConfigRecord> = self.tx.read(Records::Configs, &layout::config(self.bucket, kind))?;
        Ok(kept.map(|(order, _)| order))
    }

    fn set_config(&mut self, kind: ConfigKind, document: Option<Vec<u8>>, order: Order) -> Result<(), StoreError> {
        let kept: ConfigRecord = (order, document);
        self.tx.put(Records::Configs, layout::config(self.bucket, kind), kept.encode());
        Ok(())
    }

    fn versioning(&self) -> Result<Option<Order>, StoreError> {
        Ok(Some(self.tx.bucket(self.name)?.versioning_order))
    }

    fn set_versioning(&mut self, versioning: Versioning, order: Order) -> Result<(), StoreError> {
        let mut record = self.tx.bucket(self.name)?;
        (record.versioning, record.versioning_order) = (versioning, order);
        self.tx.set_bucket(self.name, Some(record));
        Ok(())
    }
}
