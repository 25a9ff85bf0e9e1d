//! What can go wrong with a miner's disk.

use std::io;

use crate::shard_key::ShardKey;

/// A fault of the storage behind the shards.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// No room left.
    #[error("the shard store is full: free some space or lower the miner's capacity ({0})")]
    Full(String),
    /// Not allowed.
    #[error("the shard store denies access: give the worker's user read and write rights to it ({0})")]
    Denied(String),
    /// Anything else.
    #[error("the shard store failed: check the disk or the service behind it ({0})")]
    Other(String),
}

impl StoreFault {
    /// Whether the storage has no room left.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Says what an I/O error means to the store.
    pub fn from_io(error: &io::Error) -> Self {
        Self::from_kind(Some(error.kind()), error.to_string())
    }

    pub(crate) fn from_opendal(error: &opendal::Error) -> Self {
        // opendal keeps the system's error as a source and gives most kinds of it no kind of its own.
        let mut source = std::error::Error::source(error);
        let mut kind = None;
        while let (Some(cause), None) = (source, kind) {
            kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
            source = cause.source();
        }
        let kind = kind.or(match error.kind() {
            opendal::ErrorKind::PermissionDenied => Some(io::ErrorKind::PermissionDenied),
            _ => None,
        });
        Self::from_kind(kind, error.to_string())
    }

    fn from_kind(kind: Option<io::ErrorKind>, text: String) -> Self {
        match kind {
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => Self::Full(text),
            Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => Self::Denied(text),
            _ => Self::Other(text),
        }
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenStoreError {
    /// The folder cannot be used.
    #[error("the shard folder {path} cannot be used: {fault}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        fault: StoreFault,
    },
    /// The storage failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// Why a shard was not stored. Nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The bytes have another root.
    #[error("the {length} bytes received have root {got} and not {}: the sender must send the shard again", hex::encode(key.root))]
    WrongRoot {
        /// The shard.
        key: ShardKey,
        /// Bytes received.
        length: u64,
        /// Their root, in hexadecimal.
        got: String,
    },
    /// There are more or fewer bytes than announced.
    #[error("{got} bytes were received where {expected} were announced: the sender must send the shard again")]
    WrongLength {
        /// Bytes announced.
        expected: u32,
        /// Bytes received.
        got: u64,
    },
    /// A shard has at least one byte.
    #[error("a shard of no bytes cannot be stored")]
    Empty,
    /// The storage failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// Why a shard could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not here.
    #[error("shard {0} is not in the store: it was deleted or lost; repair fetches it anew")]
    NotFound(ShardKey),
    /// The file ends before the range does.
    #[error("shard {key} ends at byte {length}, before {end}: its file was cut short; repair fetches it anew")]
    CutShort {
        /// The shard.
        key: ShardKey,
        /// Bytes that the range ends at.
        end: u64,
        /// Bytes that there are.
        length: u64,
    },
    /// The storage failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// What is wrong with a shard at rest.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file is gone.
    #[error("shard {0} is lost: its file is gone")]
    Lost(ShardKey),
    /// The file is not as long as the shard.
    #[error("shard {key} is damaged: its file has {got} bytes where the shard has {expected}")]
    WrongLength {
        /// The shard.
        key: ShardKey,
        /// The shard's length.
        expected: u32,
        /// The file's.
        got: u64,
    },
    /// The bytes are not the shard's.
    #[error("shard {0} is damaged: its bytes no longer hash to its root")]
    WrongRoot(ShardKey),
    /// The storage failed, which says nothing about the shard.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}
