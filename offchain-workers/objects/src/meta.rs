//! The database of records beside the segments.

use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions};

use crate::error::StoreError;

/// What fjall may cache of its blocks.
const BLOCK_CACHE: u64 = 128 << 20;
/// A journal is preallocated at 64 MiB; two of them are kept before the oldest must be flushed.
const JOURNALS: u64 = 192 << 20;

/// A kind of records; `layout` says what each is keyed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Records {
    Meta,
    Buckets,
    Configs,
    Current,
    Versions,
    Nulls,
    Segments,
    Changes,
    Uploads,
    Uploading,
    Parts,
    Lines,
    Orphans,
}

/// All of them, in the order of their numbers.
pub(crate) const ALL: [Records; 13] = [
    Records::Meta,
    Records::Buckets,
    Records::Configs,
    Records::Current,
    Records::Versions,
    Records::Nulls,
    Records::Segments,
    Records::Changes,
    Records::Uploads,
    Records::Uploading,
    Records::Parts,
    Records::Lines,
    Records::Orphans,
];

impl Records {
    fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Buckets => "buckets",
            Self::Configs => "configs",
            Self::Current => "current",
            Self::Versions => "versions",
            Self::Nulls => "nulls",
            Self::Segments => "segments",
            Self::Changes => "changes",
            Self::Uploads => "uploads",
            Self::Uploading => "uploading",
            Self::Parts => "parts",
            Self::Lines => "lines",
            Self::Orphans => "orphans",
        }
    }
}

/// The open database.
pub(crate) struct Meta {
    pub(crate) db: Database,
    keyspaces: Vec<Keyspace>,
}

impl Meta {
    pub(crate) fn open(folder: &Path) -> Result<Self, fjall::Error> {
        match Self::try_open(folder) {
            Err(damaged @ fjall::Error::JournalRecovery(_)) => {
                crate::journal::without_torn_end(folder, || Self::try_open(folder))?.ok_or(damaged)
            },
            opened => opened,
        }
    }

    fn try_open(folder: &Path) -> Result<Self, fjall::Error> {
        // Nothing goes to the journal but by the committer, which says itself when it must be on the disk.
        let db = Database::builder(folder)
            .cache_size(BLOCK_CACHE)
            .max_journaling_size(JOURNALS)
            .manual_journal_persist(true)
            // `journal` reads it plain.
            .journal_compression(fjall::CompressionType::None)
            .worker_threads(1)
            .open()?;
        let options = || KeyspaceCreateOptions::default().manual_journal_persist(true).max_memtable_size(16 << 20);
        let keyspaces = ALL.iter().map(|kind| db.keyspace(kind.name(), options)).collect::<Result<_, _>>()?;
        Ok(Self { db, keyspaces })
    }

    pub(crate) fn of(&self, kind: Records) -> &Keyspace {
        &self.keyspaces[kind as usize]
    }

    pub(crate) fn get(&self, kind: Records, key: &[u8]) -> Result<Option<fjall::Slice>, StoreError> {
        Ok(self.of(kind).get(key)?)
    }
}
