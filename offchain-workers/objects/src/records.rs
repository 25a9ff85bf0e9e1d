//! What the store keeps of each thing, as SCALE. The form of them all is kept once, beside them.

use codec::{Compact, Decode, Encode};

use crate::{
    bucket::{Bucket, BucketKey, Versioning},
    error::StoreError,
    merge::Mutable,
    version::{Durability, NewVersion, Retention, Version, VersionId},
};

/// The number of a segment within its bucket, in this store.
pub type SegmentNumber = u64;

/// Where a version stands among those of its key: bytes that sort the newest first, and differ between gateways. They are the inverted
/// epoch of the lease (4), the inverted microseconds since 1970 (8, moved on where two would be the same), and the first of the account
/// of who wrote it (8). What an old lease wrote is older than all of a newer one, whenever it is heard of.
pub type Order = [u8; 20];
/// Where in an order the writer begins.
pub(crate) const WRITER: usize = 12;

/// The order of what is written in an epoch at a time.
pub(crate) fn order_at(epoch: u32, micros: u64, origin: &[u8; 32]) -> Order {
    let mut order = Order::default();
    order[..4].copy_from_slice(&(!epoch).to_be_bytes());
    order[4..12].copy_from_slice(&(!micros).to_be_bytes());
    order[WRITER..].copy_from_slice(&origin[..8]);
    order
}

/// The epoch and the microseconds of an order.
pub(crate) fn time_of(order: &Order) -> (u32, u64) {
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = *order;
    (!u32::from_be_bytes([a, b, c, d]), !u64::from_be_bytes([e, f, g, h, i, j, k, l]))
}

/// Bytes in a segment. A version's bytes are those of its extents, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Extent {
    /// The segment, of the same bucket.
    #[codec(compact)]
    pub segment: SegmentNumber,
    /// Where in it.
    #[codec(compact)]
    pub offset: u32,
    /// How many bytes.
    #[codec(compact)]
    pub length: u32,
}

/// The MD5 of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Etag {
    /// Of its bytes.
    Whole([u8; 16]),
    /// Of the MD5s of its parts, and their number.
    Parts([u8; 16], u32),
}

impl std::fmt::Display for Etag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (digest, parts) = match self {
            Self::Whole(digest) => (digest, None),
            Self::Parts(digest, parts) => (digest, Some(parts)),
        };
        for byte in digest {
            write!(f, "{byte:02x}")?;
        }
        parts.map_or(Ok(()), |parts| write!(f, "-{parts}"))
    }
}

/// Pairs of names and values.
pub type Pairs = Vec<(String, String)>;

/// A version of an object as it is kept and as commits tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct VersionRecord {
    /// Where it stands among those of its key.
    pub order: Order,
    /// Whether its id is "null": there is one such version of a key at most.
    pub null: bool,
    /// Whether it was "null" until a newer "null" of another gateway took the name.
    pub hidden_null: bool,
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
    /// Tags.
    pub tags: Pairs,
    /// Access-control list.
    pub acl: Option<String>,
    /// Until when it is kept.
    pub retention: Option<Retention>,
    /// Whether it is kept until this is taken back.
    pub legal_hold: bool,
    /// Bytes of each part.
    pub part_sizes: Vec<Compact<u64>>,
    /// Checksums of each part.
    pub part_checksums: Vec<Pairs>,
    /// When which of what may change was changed last.
    pub amended: Amended,
    /// Where its bytes are.
    pub extents: Vec<Extent>,
}

/// When which of what may change of a version was changed last, so that of two gateways the last one wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Amended {
    /// Its tags.
    pub tags: Option<Order>,
    /// Its access-control list.
    pub acl: Option<Order>,
    /// Until when it is kept.
    pub retention: Option<Order>,
    /// Whether it is kept until this is taken back.
    pub legal_hold: Option<Order>,
}

impl VersionRecord {
    /// A delete marker.
    pub(crate) fn marker(order: Order, null: bool, modified: i64) -> Self {
        let none = Etag::Whole([0; 16]);
        Self { marker: true, null, ..Self::of(NewVersion::default(), order, modified, 0, none, None, Vec::new()) }
    }

    /// A version of what a caller gave. `null` is set by whoever knows the bucket.
    pub(crate) fn of(
        new: NewVersion,
        order: Order,
        modified: i64,
        size: u64,
        etag: Etag,
        blake3: Option<[u8; 32]>,
        extents: Vec<Extent>,
    ) -> Self {
        Self {
            order,
            null: false,
            hidden_null: false,
            marker: false,
            size,
            etag,
            blake3,
            modified,
            content_type: new.content_type,
            headers: new.headers,
            user: new.user,
            checksums: new.checksums,
            tags: new.tags,
            acl: new.acl,
            retention: new.retention,
            legal_hold: new.legal_hold,
            part_sizes: Vec::new(),
            part_checksums: Vec::new(),
            amended: Amended::default(),
            extents,
        }
    }

    /// Its id.
    pub fn id(&self) -> VersionId {
        if self.null {
            VersionId::null()
        } else {
            VersionId(hex_of(&self.order))
        }
    }

    /// Whether a lock holds at this time; one of governance does not for who bypasses it.
    pub(crate) fn is_locked(&self, now: i64, bypass_governance: bool) -> bool {
        use crate::version::RetentionMode::Compliance;
        let kept = |kept: &Retention| kept.until > now && (kept.mode == Compliance || !bypass_governance);
        self.legal_hold || self.retention.as_ref().is_some_and(kept)
    }
}

/// A version and the number of the change that last touched it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Kept {
    /// The change; 0 for what another gateway's commit brought, which is on the network.
    #[codec(compact)]
    pub change: u64,
    /// The version.
    pub version: VersionRecord,
}

impl Kept {
    /// As a caller sees it.
    pub(crate) fn into_version(self, bucket: u32, key: String, is_current: bool, durability: Durability) -> Version {
        let record = self.version;
        let parts = match record.etag {
            Etag::Parts(_, parts) => Some(parts),
            Etag::Whole(_) => None,
        };
        Version {
            id: record.id(),
            key,
            size: record.size,
            etag: record.etag.to_string(),
            blake3: record.blake3,
            modified: record.modified,
            is_current,
            is_delete_marker: record.marker,
            content_type: record.content_type,
            headers: record.headers,
            user: record.user,
            checksums: record.checksums,
            tags: record.tags,
            acl: record.acl,
            retention: record.retention,
            legal_hold: record.legal_hold,
            parts,
            part_sizes: record.part_sizes.into_iter().map(|Compact(size)| size).collect(),
            part_checksums: record.part_checksums,
            durability,
            bucket,
            order: record.order,
            change: self.change,
            extents: record.extents,
        }
    }
}

/// A change of a bucket's tree, as journalled for the next commit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Change {
    /// A version was made, or changed where its order is known already.
    Put {
        /// The object.
        key: String,
        /// The version; a delete marker is one.
        version: VersionRecord,
        /// The version "null" that it took the place of.
        replaces: Option<Order>,
    },
    /// A version was removed for good.
    Remove {
        /// The object.
        key: String,
        /// Which version.
        order: Order,
    },
    /// A configuration document was set or removed.
    Config {
        /// Which.
        kind: crate::bucket::ConfigKind,
        /// The document.
        document: Option<Vec<u8>>,
        /// When.
        order: Order,
    },
    /// Versioning was set.
    Versioning {
        /// To what.
        versioning: Versioning,
        /// When.
        order: Order,
    },
    /// A version that an earlier commit told of, told again whole.
    Again {
        /// The object.
        key: String,
        /// The version as it is now.
        version: VersionRecord,
        /// The version "null" that it took the place of then.
        replaces: Option<Order>,
    },
    /// What changed of a version that another commit tells of, told again.
    Amended {
        /// The object.
        key: String,
        /// Which version.
        order: Order,
        /// What is so now.
        mutable: Mutable,
    },
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BucketRecord {
    /// The store's number of it.
    pub number: u32,
    /// Its id on chain.
    pub id: Option<u64>,
    /// Its key.
    pub key: Option<BucketKey>,
    /// Whether it keeps versions.
    pub versioning: Versioning,
    /// When that was said.
    pub versioning_order: Order,
    /// Whether its versions can be locked.
    pub object_lock: bool,
    /// Milliseconds since 1970.
    pub created: i64,
}

/// A configuration document, or that it was removed, and when that was.
pub(crate) type ConfigRecord = (Order, Option<Vec<u8>>);

impl BucketRecord {
    /// As a caller sees it.
    pub(crate) fn to_bucket(&self, name: &str) -> Bucket {
        Bucket {
            name: name.into(),
            number: self.number,
            id: self.id,
            key: self.key.clone(),
            versioning: self.versioning,
            object_lock: self.object_lock,
            created: self.created,
        }
    }
}

/// How far a segment is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum SegmentState {
    /// It is written to.
    Open,
    /// It is closed, with a commit at its end, and waits for the network.
    Sealed {
        /// Where the commit begins.
        index_offset: u32,
        /// BLAKE3 of the whole file.
        hash: [u8; 32],
    },
    /// A commit of another gateway names it, and its deal is not told yet.
    Awaited,
    /// The network has it.
    Stored {
        /// In which deal.
        deal: u64,
    },
}

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SegmentRecord {
    /// How far it is.
    pub state: SegmentState,
    /// Bytes that count: after a crash, what an open one has beyond them is cut off.
    pub length: u32,
    /// Bytes of versions and parts that are in it.
    #[codec(compact)]
    pub live: u64,
    /// Who made it and its number there; none for this store's own.
    pub origin: Option<([u8; 32], u64)>,
    /// When it was opened, in milliseconds since 1970.
    pub opened: i64,
    /// Whether its file is here.
    pub local: bool,
}

/// An upload in progress, or the memory of one that was completed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct UploadRecord {
    /// The key that it will have.
    pub key: String,
    /// Milliseconds since 1970.
    pub begun: i64,
    /// What was said at its beginning, in a version without bytes.
    pub version: VersionRecord,
    /// Once completed: a hash of the list of parts, and the version that came of it.
    pub done: Option<([u8; 32], Order)>,
}

/// A part of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PartRecord {
    /// Bytes.
    #[codec(compact)]
    pub size: u64,
    /// MD5.
    pub md5: [u8; 16],
    /// Milliseconds since 1970.
    pub modified: i64,
    /// Checksums from the client.
    pub checksums: Pairs,
    /// Where its bytes are.
    pub extents: Vec<Extent>,
}

/// Reads a record whole.
pub(crate) fn decode<T: Decode>(mut bytes: &[u8]) -> Result<T, StoreError> {
    match T::decode(&mut bytes) {
        Ok(record) if bytes.is_empty() => Ok(record),
        _ => Err(StoreError::Damaged("a record cannot be read")),
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The order that a version id stands for; none for "null" and what no store gave.
pub(crate) fn order_of(id: &VersionId) -> Option<Order> {
    let text = id.0.as_bytes();
    let mut order = Order::default();
    if text.len() != 2 * order.len() {
        return None;
    }
    for (byte, digits) in order.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        *byte = digit(digits[0])? << 4 | digit(digits[1])?;
    }
    Some(order)
}
