//! Commits: what a bucket's tree is built from, anywhere.
//!
//! A commit is at the end of a segment and lists what was changed since the one before. Local numbers mean nothing to others, so a
//! commit has a table of segments, each by its gateway and that one's number for it, and extents point into the table. A commit is
//! read for ever: its form has types of its own and a number in front.

use codec::{Compact, Decode, Encode};

use crate::{
    bucket::{ConfigKind, Versioning},
    merge::Mutable,
    options::MAX_SEGMENT_BYTES,
    records::{Etag, Order, Pairs},
    segments::FOREIGN,
};

/// The form of commits that this program writes.
const FORM: u8 = 1;
/// A commit has at most this many parents: as many as a bucket has heads, and its own line.
pub const MAX_PARENTS: usize = 16;
/// The longest key.
pub const MAX_KEY: usize = 1024;
/// What a commit takes beside its changes and its table, at most.
pub(crate) const MAX_FRAME: usize = 1 + 32 + 5 + 9 + 1 + MAX_PARENTS * 32 + 9 + 8 + 9 + 5 + 5;
/// What a segment takes in the table, at most.
pub(crate) const MAX_PLACE: usize = 32 + 9 + 5;

/// The BLAKE3 hash of a commit's encoding.
pub type CommitHash = [u8; 32];

/// Changes of a bucket's tree, and where they stand among all others.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Commit {
    /// The gateway that wrote it.
    pub origin: [u8; 32],
    /// The lease under which it was written.
    #[codec(compact)]
    pub epoch: u32,
    /// Its place in the line: more than that of each parent.
    #[codec(compact)]
    pub sequence: u64,
    /// The heads that it follows.
    pub parents: Vec<CommitHash>,
    /// The segment that it ends, in the numbers of its origin.
    #[codec(compact)]
    pub segment: u64,
    /// When it was written, in milliseconds since 1970.
    pub written: i64,
    /// What never changes of the bucket.
    pub bucket: Birth,
    /// The segments that its extents are in.
    pub segments: Vec<Place>,
    /// What changed, in order.
    pub changes: Vec<Change>,
}

/// What a bucket has from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Birth {
    /// Whether its versions can be locked.
    pub object_lock: bool,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
}

/// A segment as all gateways know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub struct Place {
    /// The gateway that made it.
    pub origin: [u8; 32],
    /// Its number there: with the bucket and the gateway it gives the salt of its deal.
    #[codec(compact)]
    pub number: u64,
    /// Bytes of it that are not the commit at its end.
    #[codec(compact)]
    pub length: u32,
}

/// Bytes in a segment of the commit's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Span {
    /// Which of the table.
    #[codec(compact)]
    pub place: u32,
    /// Where in it.
    #[codec(compact)]
    pub offset: u32,
    /// How many bytes.
    #[codec(compact)]
    pub length: u32,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Change {
    /// A version was made.
    #[codec(index = 0)]
    Put {
        /// The object.
        key: String,
        /// The version, or delete marker.
        entry: Box<Entry>,
        /// The version "null" that it took the place of.
        replaces: Option<Order>,
    },
    /// A version was removed for good.
    #[codec(index = 1)]
    Remove {
        /// The object.
        key: String,
        /// Which version.
        order: Order,
    },
    /// Something of a version was changed that may change.
    #[codec(index = 2)]
    Amend {
        /// The object.
        key: String,
        /// Which version.
        order: Order,
        /// What is so now.
        mutable: Box<Mutable>,
    },
    /// A configuration document was set, or removed.
    #[codec(index = 3)]
    Config {
        /// Which.
        kind: ConfigKind,
        /// What it says.
        document: Option<Vec<u8>>,
        /// Where it stands among those of this kind.
        order: Order,
    },
    /// Versioning was set.
    #[codec(index = 4)]
    Versioning {
        /// To what.
        versioning: Versioning,
        /// Where it stands among such changes.
        order: Order,
    },
}

/// A version in a commit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// Where it stands among those of its key.
    pub order: Order,
    /// Whether it was made as the version "null".
    pub null: bool,
    /// Whether it is a delete marker.
    pub marker: bool,
    /// Bytes.
    #[codec(compact)]
    pub size: u64,
    /// MD5.
    pub etag: Etag,
    /// BLAKE3 of the bytes, unless they came in parts.
    pub blake3: Option<[u8; 32]>,
    /// Milliseconds since 1970.
    pub modified: i64,
    /// Media type.
    pub content_type: Option<String>,
    /// Cache-Control and such.
    pub headers: Pairs,
    /// The user's metadata.
    pub user: Pairs,
    /// Checksums from the client.
    pub checksums: Pairs,
    /// Bytes of each part.
    pub part_sizes: Vec<Compact<u64>>,
    /// Checksums of each part.
    pub part_checksums: Vec<Pairs>,
    /// Where its bytes are.
    pub spans: Vec<Span>,
    /// What may change of it.
    pub mutable: Mutable,
}

/// Why bytes are not a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Written by a later program.
    #[error("the commit has form {0} and this program reads form {FORM}: update it")]
    UnknownForm(u8),
    /// Cut off, or no commit.
    #[error("these bytes are no commit: cut off, altered, or something else")]
    Malformed,
    /// It says what cannot be.
    #[error("the commit contradicts itself: {0}")]
    Contradiction(&'static str),
}

impl Commit {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORM];
        self.encode_to(&mut bytes);
        bytes
    }

    /// Reads the bytes of a commit, all of them.
    pub fn decode(bytes: &[u8]) -> Result<Self, CommitError> {
        let (form, mut rest) = bytes.split_first().ok_or(CommitError::Malformed)?;
        if *form != FORM {
            return Err(CommitError::UnknownForm(*form));
        }
        if bytes.len() > MAX_SEGMENT_BYTES as usize {
            return Err(CommitError::Contradiction("it is longer than a segment"));
        }
        let commit = <Self as Decode>::decode(&mut rest).map_err(|_| CommitError::Malformed)?;
        if !rest.is_empty() {
            return Err(CommitError::Malformed);
        }
        commit.check()?;
        Ok(commit)
    }

    /// What others know it by.
    pub fn hash(&self) -> CommitHash {
        hash_of(&Self::encode(self))
    }

    /// Whether it says nothing that cannot be.
    pub(crate) fn check(&self) -> Result<(), CommitError> {
        let wrong = |what| Err(CommitError::Contradiction(what));
        if self.parents.len() > MAX_PARENTS {
            return wrong("it has too many parents");
        }
        if self.segments.iter().any(|place| place.length > MAX_SEGMENT_BYTES) {
            return wrong("a segment is longer than any can be");
        }
        // What others number counts from there on in each store, and would be mistaken for it.
        if self.segment >= FOREIGN || self.segments.iter().any(|place| place.number >= FOREIGN) {
            return wrong("a segment has a number that none can have");
        }
        for change in &self.changes {
            match change.key() {
                Some(key) if key.is_empty() || key.len() > MAX_KEY => return wrong("a key is empty or too long"),
                _ => {},
            }
            let Change::Put { entry, replaces, .. } = change else { continue };
            if replaces.is_some() && !entry.null || *replaces == Some(entry.order) {
                return wrong("a version replaces what it cannot");
            }
            let mut size = 0u64;
            for span in &entry.spans {
                let Some(place) = self.segments.get(span.place as usize) else { return wrong("an extent is in no segment") };
                match span.offset.checked_add(span.length) {
                    Some(end) if end <= place.length && span.length > 0 => size = size.saturating_add(u64::from(span.length)),
                    _ => return wrong("an extent is not within its segment"),
                }
            }
            if size != entry.size {
                return wrong("a version has another size than its bytes");
            }
        }
        Ok(())
    }
}

/// The hash of a commit with this encoding.
pub fn hash_of(encoding: &[u8]) -> CommitHash {
    *blake3::hash(encoding).as_bytes()
}

impl Change {
    /// The key that it is about.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Put { key, .. } | Self::Remove { key, .. } | Self::Amend { key, .. } => Some(key),
            Self::Config { .. } | Self::Versioning { .. } => None,
        }
    }

    /// The newest order that it has.
    pub(crate) fn newest(&self) -> Order {
        match self {
            Self::Put { entry, .. } => entry.mutable.amended.newest().map_or(entry.order, |amended| amended.min(entry.order)),
            Self::Amend { order, mutable, .. } => mutable.amended.newest().map_or(*order, |amended| amended.min(*order)),
            Self::Remove { order, .. } | Self::Config { order, .. } | Self::Versioning { order, .. } => *order,
        }
    }
}

#[cfg(test)]
mod tests;
