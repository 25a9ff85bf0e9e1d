//! Makes a commit of journalled changes, as many as fit into the room there is.

use std::collections::HashMap;

use codec::Encode;

use crate::{
    commit::{Birth, Change, Commit, Entry, Place, Span, MAX_FRAME, MAX_PLACE},
    merge::Mutable,
    records::{self, Extent, Order, SegmentNumber, SegmentRecord, VersionRecord},
};

/// What a commit says of itself.
pub(crate) struct Header {
    pub(crate) origin: [u8; 32],
    pub(crate) epoch: u32,
    pub(crate) sequence: u64,
    pub(crate) parents: Vec<[u8; 32]>,
    pub(crate) segment: SegmentNumber,
    pub(crate) written: i64,
    pub(crate) bucket: Birth,
}

/// Where the segments of a bucket are found.
pub(crate) trait Places {
    fn segment(&self, number: SegmentNumber) -> Option<SegmentRecord>;
}

impl<F: Fn(SegmentNumber) -> Option<SegmentRecord>> Places for F {
    fn segment(&self, number: SegmentNumber) -> Option<SegmentRecord> {
        self(number)
    }
}

/// A commit in the making.
pub(crate) struct Packing<'a, P> {
    places: &'a P,
    origin: [u8; 32],
    room: usize,
    used: usize,
    table: Vec<Place>,
    /// The local numbers of those in the table.
    numbers: Vec<SegmentNumber>,
    found: HashMap<SegmentNumber, u32>,
    changes: Vec<Option<Change>>,
    /// Where the put of a version is among the changes.
    puts: HashMap<(String, Order), usize>,
}

/// A commit, and what it is of.
pub(crate) struct Packed {
    pub(crate) commit: Commit,
    /// The local numbers of the segments that it names.
    pub(crate) named: Vec<SegmentNumber>,
}

impl<'a, P: Places> Packing<'a, P> {
    pub(crate) fn new(places: &'a P, origin: [u8; 32], room: usize) -> Self {
        Self {
            places,
            origin,
            room,
            used: MAX_FRAME,
            table: Vec::new(),
            numbers: Vec::new(),
            found: HashMap::new(),
            changes: Vec::new(),
            puts: HashMap::new(),
        }
    }

    /// Takes one more change, unless there is no room for it.
    pub(crate) fn take(&mut self, change: records::Change) -> bool {
        match change {
            records::Change::Put { key, version, replaces } => self.put(key, version, replaces),
            records::Change::Remove { key, order } => self.remove(key, order),
            records::Change::Config { kind, document, order } => self.push(Change::Config { kind, document, order }),
            records::Change::Versioning { versioning, order } => self.push(Change::Versioning { versioning, order }),
            records::Change::Again { key, version, replaces } => self.put_again(key, version, replaces),
            records::Change::Amended { key, order, mutable } => {
                self.push(Change::Amend { key, order, mutable: Box::new(mutable) })
            },
        }
    }

    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.iter().all(Option::is_none)
    }

    fn fits(&self, bytes: usize) -> bool {
        self.used.saturating_add(bytes) <= self.room
    }

    fn push(&mut self, change: Change) -> bool {
        let size = change.encoded_size();
        if !self.fits(size) {
            return false;
        }
        self.used += size;
        self.changes.push(Some(change));
        true
    }

    /// Takes a put back that is no longer worth telling of.
    fn withdraw(&mut self, key: &str, order: &Order) -> Option<Option<Order>> {
        let at = self.puts.remove(&(key.to_owned(), *order))?;
        let change = self.changes.get_mut(at)?.take()?;
        self.used = self.used.saturating_sub(change.encoded_size());
        match change {
            Change::Put { replaces, .. } => Some(replaces),
            _ => None,
        }
    }

    fn put(&mut self, key: String, version: VersionRecord, mut replaces: Option<Order>) -> bool {
        let order = version.order;
        let at = self.puts.get(&(key.clone(), order)).copied();
        if at.is_none() && version.amended.newest().is_some() {
            // Its put was journalled before, and is in a commit.
            return self.push(Change::Amend { key, order, mutable: Box::new(Mutable::of(&version)) });
        }
        if !self.has_room(&key, &version) {
            return false;
        }
        let Some(entry) = self.entry(version) else {
            // Its bytes are gone already, so a later change removes it: what it replaced is gone all the same.
            return replaces.is_none_or(|replaced| self.remove(key, replaced));
        };
        match at {
            // Amended before it was committed: told once.
            Some(_) => replaces = self.withdraw(&key, &order).flatten(),
            None => {
                if let Some(earlier) = replaces.and_then(|replaced| self.withdraw(&key, &replaced)) {
                    replaces = earlier;
                }
            },
        }
        let at = self.changes.len();
        self.puts.insert((key.clone(), order), at);
        let change = Change::Put { key, entry: Box::new(entry), replaces };
        self.used += change.encoded_size();
        self.changes.push(Some(change));
        true
    }

    /// A put that others heard of: nothing that comes later may take it back as if it had never been.
    fn put_again(&mut self, key: String, version: VersionRecord, replaces: Option<Order>) -> bool {
        if !self.has_room(&key, &version) {
            return false;
        }
        match self.entry(version) {
            Some(entry) => self.push(Change::Put { key, entry: Box::new(entry), replaces }),
            // It was removed since, which is told of later.
            None => replaces.is_none_or(|replaced| self.remove(key, replaced)),
        }
    }

    fn has_room(&self, key: &str, version: &VersionRecord) -> bool {
        let places = version.extents.iter().filter(|extent| !self.found.contains_key(&extent.segment)).count();
        // An entry has a few bytes that a record has not, and the other way round.
        self.fits(version.encoded_size() + version.extents.len() * 4 + key.len() + 64 + places * MAX_PLACE)
    }

    fn remove(&mut self, key: String, order: Order) -> bool {
        match self.withdraw(&key, &order) {
            // Nobody else ever heard of it.
            Some(None) => true,
            Some(Some(replaced)) => self.push(Change::Remove { key, order: replaced }),
            None => self.push(Change::Remove { key, order }),
        }
    }

    fn entry(&mut self, version: VersionRecord) -> Option<Entry> {
        let mutable = Mutable::of(&version);
        let spans = version.extents.iter().map(|extent| self.span(extent)).collect::<Option<Vec<_>>>()?;
        Some(Entry {
            order: version.order,
            null: version.null || version.hidden_null,
            marker: version.marker,
            size: version.size,
            etag: version.etag,
            blake3: version.blake3,
            modified: version.modified,
            content_type: version.content_type,
            headers: version.headers,
            user: version.user,
            checksums: version.checksums,
            part_sizes: version.part_sizes,
            part_checksums: version.part_checksums,
            spans,
            mutable,
        })
    }

    fn span(&mut self, extent: &Extent) -> Option<Span> {
        let place = match self.found.get(&extent.segment) {
            Some(place) => *place,
            None => {
                let record = self.places.segment(extent.segment)?;
                let (origin, number) = record.origin.unwrap_or((self.origin, extent.segment));
                let place = u32::try_from(self.table.len()).ok()?;
                self.table.push(Place { origin, number, length: record.length });
                self.numbers.push(extent.segment);
                self.found.insert(extent.segment, place);
                self.used += MAX_PLACE;
                place
            },
        };
        Some(Span { place, offset: extent.offset, length: extent.length })
    }

    /// The commit.
    pub(crate) fn finish(self, header: Header) -> Packed {
        let commit = Commit {
            origin: header.origin,
            epoch: header.epoch,
            sequence: header.sequence,
            parents: header.parents,
            segment: header.segment,
            written: header.written,
            bucket: header.bucket,
            segments: self.table,
            changes: self.changes.into_iter().flatten().collect(),
        };
        Packed { commit, named: self.numbers }
    }
}
