//! Why something that others made public is not shown.

use idlewild_objects::{BucketError, PutError, StoreError};

use super::remote::RemoteError;

/// Why something that others made public is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicError {
    /// There is no such bucket.
    #[error("there is no bucket {0} on chain: it was removed, or never was; check the number")]
    NoBucket(u64),
    /// Its key is its owner's secret.
    #[error(
        "bucket {0} is not public: its key is not on chain, and this gateway was not given it. Its owner can make it public with \
         `idlewild gateway publish`, or show it with a gateway of its own"
    )]
    NotPublic(u64),
    /// Its key is on chain and opens nothing.
    #[error(
        "the key of bucket {0} on chain opens none of its deals: its owner has to make a new bucket, and make that public"
    )]
    WrongKey(u64),
    /// What is known of it cannot be read.
    #[error("a commit of bucket {bucket} is none, so what is in the bucket is not known: {reason}")]
    Commit {
        /// Which bucket.
        bucket: u64,
        /// Why.
        reason: String,
    },
    /// Its commits are too many.
    #[error("the list of what is in bucket {bucket} has over {most} bytes, which is more than this gateway takes from others")]
    History {
        /// Which bucket.
        bucket: u64,
        /// Bytes of commits that are taken.
        most: u64,
    },
    /// There is no such publication.
    #[error("there is no publication {0}: it was withdrawn, or never was; check the number")]
    NoPublication(u64),
    /// It was here, and its owner took it back.
    #[error("publication {0} was withdrawn by its owner; this gateway had a copy, which is gone")]
    Withdrawn(u64),
    /// It is something else than was published.
    #[error(
        "publication {publication} leads to something else than its owner published: {reason}. Nothing of it is to be trusted, and \
         nothing was kept"
    )]
    Lies {
        /// Which one.
        publication: u64,
        /// What does not match.
        reason: String,
    },
    /// It is larger than is taken.
    #[error(
        "publication {publication} has {size} bytes, and this gateway shows files of at most {most}: who runs it can set \
         largest_publication_mib in its configuration; `idlewild get idlewild:publication/{publication}` fetches it without a gateway"
    )]
    TooLarge {
        /// Which one.
        publication: u64,
        /// Its bytes.
        size: u64,
        /// The most that are taken.
        most: u64,
    },
    /// All room is taken by what is being read.
    #[error("all room for what others made public is taken by what is being read now; try again in some seconds")]
    NoRoom,
    /// It is on its way.
    #[error("it is being fetched from the miners and checked; ask again in some seconds")]
    Pending,
    /// It did not come in time.
    #[error("it did not come from the miners within {0} seconds; try again later")]
    TooSlow(u64),
    /// The chain or the miners.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The store.
    #[error("it cannot be kept here: {0}")]
    Store(String),
    /// The gateway stops, or a part of it died.
    #[error("the gateway stops, or a part of it stopped unexpectedly; try again in some seconds")]
    Broken,
}

impl PublicError {
    /// Whether it says nothing of what is here already: that may still be shown.
    pub(super) fn passes(&self) -> bool {
        matches!(self, Self::Pending | Self::TooSlow(_) | Self::Remote(_) | Self::NoRoom | Self::Store(_))
    }
}

impl From<StoreError> for PublicError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<BucketError> for PublicError {
    fn from(error: BucketError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<PutError> for PublicError {
    fn from(error: PutError) -> Self {
        Self::Store(error.to_string())
    }
}
