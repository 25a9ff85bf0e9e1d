//! What a bucket is.

use codec::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Everything of a bucket is encrypted under it.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct BucketKey(pub [u8; 32]);

impl std::fmt::Debug for BucketKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BucketKey(..)")
    }
}

/// Whether a bucket keeps what is overwritten and deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub enum Versioning {
    /// It never did: there is one version of a key, "null".
    #[default]
    Off,
    /// Every write makes a version of its own.
    Enabled,
    /// Writes make the version "null"; those from before stay.
    Suspended,
}

/// Which configuration document of a bucket. The store keeps them and reads none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[allow(missing_docs)]
pub enum ConfigKind {
    Acl,
    Accelerate,
    Cors,
    Encryption,
    Lifecycle,
    Location,
    Logging,
    Notification,
    ObjectLock,
    Ownership,
    Policy,
    PublicAccess,
    Replication,
    RequestPayment,
    Tags,
    Website,
    /// For whoever keeps another document beside a bucket.
    Other(u8),
}

/// A new bucket.
#[derive(Clone, Debug, Default)]
pub struct BucketInit {
    /// Its id on chain, if it has one yet.
    pub id: Option<u64>,
    /// Its key, if it has one yet.
    pub key: Option<BucketKey>,
    /// Whether its versions can be locked; such a bucket is versioned from the start and stays so.
    pub object_lock: bool,
    /// Whether it is versioned from the start.
    pub versioning: Versioning,
    /// When it was made, in milliseconds since 1970; now, if nothing is said.
    pub created: Option<i64>,
}

/// A bucket as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The name, unique in this store.
    pub name: String,
    /// The store's own number of it, never used again for another.
    pub number: u32,
    /// Its id on chain; none while it is local only.
    pub id: Option<u64>,
    /// Its key; none while it is local only.
    pub key: Option<BucketKey>,
    /// Whether it keeps versions.
    pub versioning: Versioning,
    /// Whether its versions can be locked.
    pub object_lock: bool,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
}
