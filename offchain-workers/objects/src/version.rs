//! A version of an object, and what may be asked of a write.

use codec::{Decode, Encode};

use crate::records::{order_at, time_of, Extent, Order, WRITER};

/// The id of a version: "null" where the bucket kept none, else ordered by time, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(pub String);

impl VersionId {
    /// That of the one version of a key in a bucket without versions.
    pub const NULL: &'static str = "null";

    /// The id `null`.
    pub fn null() -> Self {
        Self(Self::NULL.into())
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.0 == Self::NULL
    }
}

impl std::fmt::Display for VersionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How firmly a version is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum RetentionMode {
    /// Who may bypass governance can shorten and delete.
    Governance,
    /// Nobody can.
    Compliance,
}

/// Until when a version is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Retention {
    /// How firmly.
    pub mode: RetentionMode,
    /// Until when, in milliseconds since 1970.
    pub until: i64,
}

/// What must hold when a write is made. ETags are without quotes, and `*` stands for any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The current version has one of these ETags (by commas), or with `*` there is one.
    pub if_match: Option<String>,
    /// The current version has none of these, or with `*` there is none.
    pub if_none_match: Option<String>,
    /// The current version was made then, in milliseconds since 1970.
    pub if_modified_at: Option<i64>,
}

impl Conditions {
    /// Whether anything is asked.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// What comes with the bytes of a new version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewVersion {
    /// Its media type.
    pub content_type: Option<String>,
    /// Cache-Control, Content-Disposition and such.
    pub headers: Vec<(String, String)>,
    /// The user's own metadata.
    pub user: Vec<(String, String)>,
    /// Checksums that the client gave: algorithm and Base64.
    pub checksums: Vec<(String, String)>,
    /// Tags.
    pub tags: Vec<(String, String)>,
    /// Access-control list.
    pub acl: Option<String>,
    /// Until when it is kept.
    pub retention: Option<Retention>,
    /// Whether it is kept until this is taken back.
    pub legal_hold: bool,
    /// What must hold.
    pub conditions: Conditions,
    /// When it was made, in milliseconds since 1970; now, if nothing is said.
    pub modified: Option<i64>,
}

/// Where a version is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// On this machine's disk.
    Local,
    /// On the network, with the commit that names it, and others know of that: it outlives this disk.
    Network,
}

/// A version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The object's key.
    pub key: String,
    /// Its id.
    pub id: VersionId,
    /// Bytes.
    pub size: u64,
    /// MD5 in hexadecimal; of several parts, that of their MD5s and their number.
    pub etag: String,
    /// BLAKE3 of the bytes; none where they came in parts.
    pub blake3: Option<[u8; 32]>,
    /// When it was made, in milliseconds since 1970.
    pub modified: i64,
    /// Whether it is the newest of its key.
    pub is_current: bool,
    /// Whether it says that the object was deleted.
    pub is_delete_marker: bool,
    /// Its media type.
    pub content_type: Option<String>,
    /// Cache-Control, Content-Disposition and such.
    pub headers: Vec<(String, String)>,
    /// The user's own metadata.
    pub user: Vec<(String, String)>,
    /// Checksums that the client gave: algorithm and Base64.
    pub checksums: Vec<(String, String)>,
    /// Tags.
    pub tags: Vec<(String, String)>,
    /// Access-control list.
    pub acl: Option<String>,
    /// Until when it is kept.
    pub retention: Option<Retention>,
    /// Whether it is kept until this is taken back.
    pub legal_hold: bool,
    /// Parts that it was uploaded in.
    pub parts: Option<u32>,
    /// Bytes of each.
    pub part_sizes: Vec<u64>,
    /// Checksums of each that the client gave; empty where it gave none.
    pub part_checksums: Vec<Vec<(String, String)>>,
    /// Where it is safe.
    pub durability: Durability,
    pub(crate) bucket: u32,
    pub(crate) order: Order,
    pub(crate) change: u64,
    pub(crate) extents: Vec<Extent>,
}

impl Version {
    /// The lease under which it was written.
    pub fn epoch(&self) -> u32 {
        time_of(&self.order).0
    }

    /// Whether this gateway wrote it, by its account.
    pub fn is_by(&self, gateway: &[u8; 32]) -> bool {
        order_at(0, 0, gateway)[WRITER..] == self.order[WRITER..]
    }

    /// The beginning of the account of the gateway that wrote it.
    pub fn writer(&self) -> &[u8] {
        &self.order[WRITER..]
    }
}

/// What may change of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amendment {
    /// Its tags.
    Tags(Vec<(String, String)>),
    /// Its access-control list.
    Acl(Option<String>),
    /// Until when it is kept. A shorter time needs the bypass, and is refused for compliance.
    Retention {
        /// None: no longer.
        retention: Option<Retention>,
        /// Whether who asks may bypass governance.
        bypass_governance: bool,
    },
    /// Whether it is kept until this is taken back.
    LegalHold(bool),
}

/// What a delete did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// The version that was removed, or the delete marker that was made; none where there was nothing.
    pub version: Option<VersionId>,
    /// Whether that is a delete marker.
    pub marker: bool,
}
