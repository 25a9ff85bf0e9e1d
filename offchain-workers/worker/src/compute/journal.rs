//! What this machine said, and will have to say, of chunks and panels: written before anything of it is on chain.
//!
//! A commitment cannot be opened without its salt, and what is not opened costs what losing does. So a finding and its salt are on the
//! disk before the commitment is sent, and stay until the chunk is over; a kill at any moment loses nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use codec::{Decode, Encode};
use idlewild_compute_primitives::{
    commitment::{Finding, Salt},
    Balance, ChunkIndex, Digest, PanelId, ProjectId,
};
use idlewild_files::whole_file;
use rand::RngCore;

/// Why a record was not kept or read.
#[derive(Debug, thiserror::Error)]
#[error("the journal's {path}: {source}. Nothing was said on chain because of it")]
pub struct JournalError {
    path: PathBuf,
    source: io::Error,
}

/// What is known here of a chunk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
    /// The project.
    pub project: ProjectId,
    /// The chunk.
    pub chunk: ChunkIndex,
    /// Names the put of its output, so that the same put goes on after a kill.
    pub put: [u8; 32],
    /// The key of its output.
    pub key: [u8; 32],
    /// What keeps its commitment from being guessed.
    pub salt: Salt,
    /// What was found, once all of it is stored.
    pub finding: Option<Finding>,
}

/// What came of all chunks that are over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Totals {
    /// Chunks whose result is what was found here.
    pub finished: u64,
    /// What these were paid together.
    pub earned: Balance,
    /// The last one that was counted: a kill after that must not have it counted again.
    last: Option<(ProjectId, ChunkIndex)>,
}

/// What is known here of a panel.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Opinion {
    /// The panel.
    pub panel: PanelId,
    /// The verdict.
    pub verdict: Digest,
    /// What keeps its commitment from being guessed.
    pub salt: Salt,
}

/// A folder of records, a file each.
#[derive(Clone, Debug)]
pub struct Journal {
    folder: PathBuf,
}

impl Journal {
    /// Opens a folder, which is made where it is not there.
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        let journal = Self { folder: folder.to_owned() };
        for room in ["chunks", "panels"] {
            let path = folder.join(room);
            fs::create_dir_all(&path).map_err(|source| JournalError { path, source })?;
        }
        Ok(journal)
    }

    fn chunk_path(&self, project: ProjectId, chunk: ChunkIndex) -> PathBuf {
        self.folder.join("chunks").join(format!("{project}-{chunk}"))
    }

    fn panel_path(&self, panel: PanelId) -> PathBuf {
        self.folder.join("panels").join(panel.to_string())
    }

    /// The record of a chunk, made where there is none: with a key, a salt and a put that nobody else can know.
    pub fn begin(&self, project: ProjectId, chunk: ChunkIndex) -> Result<Record, JournalError> {
        if let Some(record) = self.chunk(project, chunk)? {
            return Ok(record);
        }
        let mut record = Record { project, chunk, put: [0; 32], key: [0; 32], salt: [0; 16], finding: None };
        let mut random = rand::thread_rng();
        random.fill_bytes(&mut record.put);
        random.fill_bytes(&mut record.key);
        random.fill_bytes(&mut record.salt);
        self.keep(&record)?;
        Ok(record)
    }

    /// Keeps a chunk's record: on the disk when this returns.
    pub fn keep(&self, record: &Record) -> Result<(), JournalError> {
        write(self.chunk_path(record.project, record.chunk), &record.encode())
    }

    /// The record of a chunk, if there is one.
    pub fn chunk(&self, project: ProjectId, chunk: ChunkIndex) -> Result<Option<Record>, JournalError> {
        read(self.chunk_path(project, chunk))
    }

    /// What came of all chunks that were forgotten.
    pub fn totals(&self) -> Result<Totals, JournalError> {
        Ok(read(self.folder.join("totals"))?.unwrap_or_default())
    }

    /// Counts a chunk that is over, was paid so much, and is [forgotten](Self::forget) next.
    pub fn count(&self, project: ProjectId, chunk: ChunkIndex, paid: Balance) -> Result<Totals, JournalError> {
        let mut totals = self.totals()?;
        if totals.last != Some((project, chunk)) {
            totals.finished = totals.finished.saturating_add(1);
            totals.earned = totals.earned.saturating_add(paid);
            totals.last = Some((project, chunk));
            write(self.folder.join("totals"), &totals.encode())?;
        }
        Ok(totals)
    }

    /// Forgets a chunk that is over.
    pub fn forget(&self, project: ProjectId, chunk: ChunkIndex) -> Result<(), JournalError> {
        remove(self.chunk_path(project, chunk))
    }

    /// All chunks that have records.
    pub fn chunks(&self) -> Result<Vec<(ProjectId, ChunkIndex)>, JournalError> {
        let names = names(self.folder.join("chunks"))?;
        let parse = |name: &String| {
            let (project, chunk) = name.split_once('-')?;
            Some((project.parse().ok()?, chunk.parse().ok()?))
        };
        Ok(names.iter().filter_map(parse).collect())
    }

    /// Keeps what is to be said on a panel.
    pub fn keep_opinion(&self, opinion: &Opinion) -> Result<(), JournalError> {
        write(self.panel_path(opinion.panel), &opinion.encode())
    }

    /// What is to be said on a panel, if that was decided.
    pub fn opinion(&self, panel: PanelId) -> Result<Option<Opinion>, JournalError> {
        read(self.panel_path(panel))
    }

    /// All panels that have records.
    pub fn panels(&self) -> Result<Vec<PanelId>, JournalError> {
        Ok(names(self.folder.join("panels"))?.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// Forgets a panel that is over.
    pub fn forget_panel(&self, panel: PanelId) -> Result<(), JournalError> {
        remove(self.panel_path(panel))
    }
}

/// A fresh salt.
pub(crate) fn new_salt() -> Salt {
    let mut salt = Salt::default();
    rand::thread_rng().fill_bytes(&mut salt);
    salt
}

fn write(path: PathBuf, bytes: &[u8]) -> Result<(), JournalError> {
    whole_file::replace(&path, bytes, whole_file::PRIVATE).map_err(|error| JournalError { path, source: error.into() })
}

fn read<T: Decode>(path: PathBuf) -> Result<Option<T>, JournalError> {
    match fs::read(&path) {
        Ok(bytes) => match T::decode(&mut bytes.as_slice()) {
            Ok(record) => Ok(Some(record)),
            Err(error) => Err(JournalError { path, source: io::Error::new(io::ErrorKind::InvalidData, error) }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(JournalError { path, source }),
    }
}

fn remove(path: PathBuf) -> Result<(), JournalError> {
    match fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(JournalError { path, source }),
        _ => Ok(()),
    }
}

fn names(folder: PathBuf) -> Result<Vec<String>, JournalError> {
    let wrong = |source| JournalError { path: folder.clone(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(wrong)? {
        names.extend(entry.map_err(wrong)?.file_name().into_string());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_the_same_after_a_kill_and_never_drawn_twice() {
        let folder = tempfile::tempdir().unwrap();
        let first = Journal::open(folder.path()).unwrap().begin(3, 4).unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.begin(3, 4).unwrap(), first, "a second salt would open nothing");
        assert_ne!(journal.begin(3, 5).unwrap().salt, first.salt);
        let finding = Finding { root: [1; 32], used: 2, output: 3, key: [4; 80] };
        journal.keep(&Record { finding: Some(finding), ..first.clone() }).unwrap();
        assert_eq!(journal.chunk(3, 4).unwrap().unwrap().finding, Some(finding));
        let mut chunks = journal.chunks().unwrap();
        chunks.sort_unstable();
        assert_eq!(chunks, [(3, 4), (3, 5)]);
        journal.forget(3, 4).unwrap();
        journal.forget(3, 4).unwrap();
        assert_eq!(journal.chunk(3, 4).unwrap(), None);
    }

    #[test]
    fn what_was_earned_is_counted_once_whenever_this_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        journal.begin(1, 1).unwrap();
        journal.count(1, 1, 7).unwrap();
        // Killed before it was forgotten.
        let journal = Journal::open(folder.path()).unwrap();
        journal.count(1, 1, 7).unwrap();
        journal.forget(1, 1).unwrap();
        let totals = journal.count(1, 2, 5).unwrap();
        assert_eq!((totals.finished, totals.earned), (2, 12));
        assert_eq!(journal.totals().unwrap(), totals);
        assert_eq!(journal.chunks().unwrap(), []);
    }

    #[test]
    fn what_a_disk_made_of_a_record_is_told_and_not_taken_for_another() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        journal.begin(1, 1).unwrap();
        fs::write(folder.path().join("chunks/1-1"), b"short").unwrap();
        let error = journal.chunk(1, 1).unwrap_err().to_string();
        assert!(error.contains("chunks/1-1"), "{error}");
        let opinion = Opinion { panel: 7, verdict: [1; 32], salt: new_salt() };
        journal.keep_opinion(&opinion).unwrap();
        assert_eq!(journal.opinion(7).unwrap(), Some(opinion));
        assert_eq!(journal.panels().unwrap(), [7]);
        journal.forget_panel(7).unwrap();
        assert_eq!(journal.opinion(7).unwrap(), None);
    }
}
