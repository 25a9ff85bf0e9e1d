//! What can go wrong, by operation.

use std::io;

/// Why an operation of the store failed. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such bucket.
    #[error("there is no bucket of that name; create it first")]
    NoSuchBucket,
    /// No such object.
    #[error("there is no object of that key")]
    NoSuchKey,
    /// No such version.
    #[error("the object has no such version")]
    NoSuchVersion,
    /// No such upload.
    #[error("there is no such upload: it was completed or aborted; begin another")]
    NoSuchUpload,
    /// A key that no object can have.
    #[error("a key has 1 to 1,024 bytes; choose another")]
    BadKey,
    /// A part of a number that no part can have.
    #[error("a part's number is 1 to 10,000; number them anew")]
    BadPart,
    /// What was asked does not go with the kind of version or bucket.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// A lock holds.
    #[error("the version is locked by a retention or a legal hold; wait until it ends, or lift it")]
    ObjectLocked,
    /// No room left.
    #[error("the disk of the store is full: free some space; reads go on")]
    Full,
    /// The bytes are of a writer from before the store recovered from a fault.
    #[error("the store recovered from a fault of its disk since these bytes were written; send them again")]
    Stale,
    /// The store is closed.
    #[error("the store is closed; open it again")]
    Closed,
    /// The disk failed.
    #[error("the store's disk failed, look at its health: {0}")]
    Io(String),
    /// What is on the disk is not what was written.
    #[error("the store's records are damaged, restore them from the network: {0}")]
    Damaged(&'static str),
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        // A limit on the size of files says the same as a full disk: these bytes have no room.
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::Full,
            _ => Self::Io(error.to_string()),
        }
    }
}

impl From<fjall::Error> for StoreError {
    fn from(error: fjall::Error) -> Self {
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(cause) = source {
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                return io::Error::new(io.kind(), io.to_string()).into();
            }
            source = cause.source();
        }
        Self::Io(error.to_string())
    }
}

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("the store is open in another process; stop that one first")]
    Locked,
    /// Its form is of another version.
    #[error("the store has form {0}, which this program does not know; use the program that wrote it")]
    Form(u32),
    /// Options that cannot be.
    #[error("{0}")]
    Options(&'static str),
    /// The disk failed, or what is on it is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<fjall::Error> for OpenError {
    fn from(error: fjall::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Why a bucket was not made, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// The name is taken.
    #[error("a bucket of that name is here already; choose another name")]
    AlreadyExists,
    /// Not a name for a bucket.
    #[error("a bucket's name has 3 to 63 of a-z, 0-9, dot and hyphen, and begins and ends with a letter or digit")]
    BadName,
    /// Something is in it.
    #[error("the bucket has objects, versions or uploads; delete these first")]
    NotEmpty,
    /// No such bucket.
    #[error("there is no bucket of that name")]
    NoSuchBucket,
    /// The chain gave it another id before.
    #[error("the bucket has another id on chain; what has this one needs a bucket of its own")]
    OtherId,
    /// Versioning of a bucket with locks cannot be taken back.
    #[error("a bucket whose versions can be locked stays versioned")]
    Locks,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for BucketError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuchBucket => Self::NoSuchBucket,
            error => Self::Store(error),
        }
    }
}

/// Why a version was not made.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// A condition does not hold.
    #[error("a condition of the write does not hold; read the object anew")]
    PreconditionFailed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// A condition does not hold.
    #[error("a condition of the delete does not hold; read the object anew")]
    PreconditionFailed,
    /// A lock holds.
    #[error("the version is locked by a retention or a legal hold; wait until it ends, or lift it")]
    ObjectLocked,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for DeleteError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ObjectLocked => Self::ObjectLocked,
            error => Self::Store(error),
        }
    }
}

/// Why an upload was not completed.
#[derive(Debug, thiserror::Error)]
pub enum CompleteError {
    /// No such upload.
    #[error("there is no such upload: it was completed or aborted; begin another")]
    NoSuchUpload,
    /// A part is not there, or has another ETag.
    #[error("part {0} was not uploaded, or has another ETag; upload it again")]
    InvalidPart(u32),
    /// The parts are not in order.
    #[error("parts are listed by ascending number; sort them")]
    InvalidPartOrder,
    /// A part that is not the last has too few bytes.
    #[error("part {0} has less than 5 MiB, which only the last may; upload larger parts")]
    TooSmall(u32),
    /// A condition does not hold.
    #[error("a condition of the write does not hold; read the object anew")]
    PreconditionFailed,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CompleteError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuchUpload => Self::NoSuchUpload,
            error => Self::Store(error),
        }
    }
}

impl From<PutError> for CompleteError {
    fn from(error: PutError) -> Self {
        match error {
            PutError::PreconditionFailed => Self::PreconditionFailed,
            PutError::Store(error) => error.into(),
        }
    }
}

/// Why bytes could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    /// The version was deleted, and its bytes reclaimed, meanwhile.
    #[error("the version's bytes are gone: it was deleted meanwhile; read the object anew")]
    Gone,
    /// The range is not within the version.
    #[error("the range is not within the version; ask for one that is")]
    Range,
    /// The network did not give them.
    #[error("the network did not give the bytes, try again: {0}")]
    Remote(String),
    /// The disk failed.
    #[error("the store's disk failed, look at its health: {0}")]
    Io(String),
}
