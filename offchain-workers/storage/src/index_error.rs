//! What can go wrong with a miner's index.

use crate::range_tree::{ChangeError, UnknownVersion};

/// A fault of the database behind the index.
#[derive(Debug, thiserror::Error)]
pub enum IndexFault {
    /// The database failed.
    #[error("the miner's index failed: check the disk and its free space ({0})")]
    Database(#[source] Box<redb::Error>),
    /// The database works and its contents make no sense.
    #[error("the miner's index contradicts itself ({0}): move the file away and let the worker rebuild it from the chain")]
    Inconsistent(&'static str),
}

macro_rules! from_redb {
    ($($error:ty),+) => { $(
        impl From<$error> for IndexFault {
            fn from(error: $error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        }
    )+ };
}
from_redb!(redb::TransactionError, redb::TableError, redb::StorageError, redb::CommitError);

/// Why an index could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenIndexError {
    /// Another process has it open.
    #[error("the index {0} is in use: another worker runs on the same folder; stop it first")]
    InUse(String),
    /// Written by a later version.
    #[error("the index {path} has format {format}, which this program does not know: update it")]
    UnknownFormat {
        /// The file.
        path: String,
        /// Its format.
        format: u32,
    },
    /// The file cannot be opened as a database.
    #[error("the index {path} cannot be opened: {reason}")]
    Unusable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The database failed.
    #[error("the index {path} cannot be read: {fault}")]
    Fault {
        /// The file.
        path: String,
        /// Why.
        fault: IndexFault,
    },
}

impl OpenIndexError {
    pub(crate) fn from_redb(path: String, error: redb::DatabaseError) -> Self {
        match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Self::InUse(path),
            other => Self::Unusable { path, reason: other.to_string() },
        }
    }
}

/// Why a block could not be taken in or back. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// An append was missed or seen twice.
    #[error("the chain appended leaf {got} where leaf {expected} comes next: blocks were skipped; rebuild the index")]
    OutOfOrder {
        /// The next index.
        expected: u32,
        /// The event's.
        got: u32,
    },
    /// The range refused.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The journal does not reach so far.
    #[error("block {block} lies before the journal begins: rebuild the index")]
    TooFarBack {
        /// The block.
        block: u32,
    },
    /// The tree's log does not reach so far.
    #[error(transparent)]
    Version(#[from] UnknownVersion),
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] IndexFault),
}

/// Why cleared slots could not be forgotten. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// The journal may still take the clearing back.
    #[error("leaf {index} may still be asked for: forget the journal up to its clearing first")]
    StillJournalled {
        /// The leaf.
        index: u32,
    },
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] IndexFault),
}
