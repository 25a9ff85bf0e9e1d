//! Puts that were broken off: what is needed to go on where they were.
//!
//! One small file each, in the folder `puts` beside the accounts, named by what is put: the chain, the account, the deals' terms, and
//! each file's path, size and time. It is there before the first byte is sent and goes when the last deal stands, so that
//! the same command, given again after a crash, sends only what is missing.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use idlewild_client::{market::Wish, put::Source, PutId};
use idlewild_files::whole_file::{self, FileError};
use idlewild_storage_primitives::Salt;

use crate::disk;

/// Why a put cannot be kept for later.
#[derive(Debug, thiserror::Error)]
pub enum UnfinishedError {
    /// The disk is in the way.
    #[error("{path} cannot be kept up to date: {source}; is the disk full, or the folder another user's?")]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else puts the same at the same time.
    #[error("another run of this put began meanwhile, and nothing was sent by this one. Let it end, or stop it and give the command again")]
    BegunElsewhere,
}

/// A put that can be tried again.
#[derive(Debug)]
pub struct Unfinished {
    path: PathBuf,
    id: PutId,
    again: bool,
}

impl Unfinished {
    /// Finds the put that was begun for the same files; a new one is not kept yet.
    pub fn find(
        folder: &Path,
        chain: &[u8; 32],
        account: &[u8; 32],
        wish: &Wish,
        sources: &[Source],
    ) -> Result<Self, UnfinishedError> {
        Self::named(folder, &name(chain, account, wish, sources))
    }

    /// The same of anything else that is stored on the way to something, by a name that says what it is.
    pub fn named(folder: &Path, name: &str) -> Result<Self, UnfinishedError> {
        let path = folder.join(name);
        match read(&path) {
            Ok(Some(id)) => Ok(Self { path, id, again: true }),
            Ok(None) => Ok(Self { path, id: PutId::random(), again: false }),
            Err(source) => Err(UnfinishedError::Disk { path, source }),
        }
    }

    /// Keeps the put for later, before anything is sent.
    pub fn begin(&self) -> Result<(), UnfinishedError> {
        if self.again {
            return Ok(());
        }
        let failed = |source| UnfinishedError::Disk { path: self.path.clone(), source };
        disk::make_private(self.path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
        match whole_file::create(&self.path, hex::encode(self.id.as_bytes()).as_bytes(), whole_file::PRIVATE) {
            Ok(()) => Ok(()),
            // The price that was agreed to is for this run's id, so the other's cannot be taken over.
            Err(FileError::Exists) => Err(UnfinishedError::BegunElsewhere),
            Err(error) => Err(failed(error.into())),
        }
    }

    /// Forgets the puts that any of these deals' salts belong to: what is left of them cannot go on where it was.
    pub fn forget_all_with(folder: &Path, salts: &[Salt]) -> Result<(), UnfinishedError> {
        for (path, id) in all(folder)? {
            if salts.iter().any(|salt| id.has_salt(salt)) {
                fs::remove_file(&path).map_err(|source| UnfinishedError::Disk { path, source })?;
            }
        }
        Ok(())
    }

    /// The puts that can go on.
    pub fn ids(folder: &Path) -> Result<Vec<PutId>, UnfinishedError> {
        Ok(all(folder)?.into_iter().map(|(_, id)| id).collect())
    }

    /// The put's id.
    pub fn id(&self) -> PutId {
        self.id
    }

    /// Whether it was begun by an earlier run.
    pub fn is_begun_before(&self) -> bool {
        self.again
    }

    /// Forgets the put: all of its deals stand, or none was asked for.
    pub fn finish(self) -> Result<(), UnfinishedError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(UnfinishedError::Disk { path: self.path, source: error })
            },
            _ => Ok(()),
        }
    }
}

/// The puts of a folder, each with its file.
fn all(folder: &Path) -> Result<Vec<(PathBuf, PutId)>, UnfinishedError> {
    let failed = |source| UnfinishedError::Disk { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut puts = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        // Another run's file that has not its name yet, or what it fetched.
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        puts.extend(read(&path).map_err(failed)?.map(|id| (path, id)));
    }
    Ok(puts)
}

/// The id in a file. One that cannot be read as an id is of no use to anybody, and is deleted.
fn read(path: &Path) -> io::Result<Option<PutId>> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let mut id = [0; 32];
    if hex::decode_to_slice(text.trim(), &mut id).is_err() {
        fs::remove_file(path)?;
        return Ok(None);
    }
    Ok(Some(PutId::from_bytes(id)))
}

fn name(chain: &[u8; 32], account: &[u8; 32], wish: &Wish, sources: &[Source]) -> String {
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    digest.update(chain);
    digest.update(account);
    // Not the price: a put that found too few miners goes on when it is given again with a higher one.
    digest.update(format!("{:?}", Wish { max_price: None, ..*wish }).as_bytes());
    for Source { file, meta } in sources {
        // Debug forms are quoted, and so one field never runs into the next.
        digest.update(format!("{file:?} {:?} {} {}", meta.path, meta.size, meta.modified).as_bytes());
    }
    hex::encode(digest.finish())
}

#[cfg(test)]
mod tests {
    use idlewild_storage::packer::ObjectMeta;
    use idlewild_storage_primitives::geometry::Geometry;

    use super::*;

    const WISH: Wish = Wish { geometry: Geometry { data: 2, parity: 2 }, copies: 1, term: 100, max_price: None };

    fn source(modified: i64) -> Source {
        let meta = ObjectMeta { path: "a".into(), size: 3, modified };
        Source { file: "/a".into(), meta }
    }

    fn begin(folder: &Path, wish: &Wish, modified: i64) -> Unfinished {
        let put = Unfinished::find(folder, &[1; 32], &[2; 32], wish, &[source(modified)]).unwrap();
        put.begin().unwrap();
        put
    }

    #[test]
    fn the_same_put_goes_on_until_it_is_finished() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("puts");
        let first = begin(&folder, &WISH, 5);
        assert!(!first.is_begun_before());
        let again = begin(&folder, &Wish { max_price: Some(7), ..WISH }, 5);
        assert!(again.is_begun_before(), "a higher price does not make it another put");
        assert_eq!(again.id(), first.id());
        let changed = begin(&folder, &WISH, 6);
        assert_ne!(changed.id(), first.id(), "a file that was written to since is another put");
        again.finish().unwrap();
        assert!(!begin(&folder, &WISH, 5).is_begun_before());
    }

    #[test]
    fn what_is_no_id_is_begun_afresh() {
        let home = tempfile::tempdir().unwrap();
        let first = begin(home.path(), &WISH, 5);
        fs::write(&first.path, "half").unwrap();
        assert!(!begin(home.path(), &WISH, 5).is_begun_before());
        assert!(begin(home.path(), &WISH, 5).is_begun_before());
    }

    #[test]
    fn two_runs_at_once_are_told_apart() {
        let home = tempfile::tempdir().unwrap();
        let find = || Unfinished::find(home.path(), &[1; 32], &[2; 32], &WISH, &[source(5)]).unwrap();
        let (one, other) = (find(), find());
        one.begin().unwrap();
        assert!(matches!(other.begin(), Err(UnfinishedError::BegunElsewhere)));
    }

    #[test]
    fn ending_a_deal_forgets_the_put_that_made_it() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = (begin(home.path(), &WISH, 5), begin(home.path(), &WISH, 6));
        Unfinished::forget_all_with(home.path(), &[one.id().salt(3)]).unwrap();
        assert!(!begin(home.path(), &WISH, 5).is_begun_before());
        assert_eq!(begin(home.path(), &WISH, 6).id(), other.id());
        Unfinished::forget_all_with(&home.path().join("none"), &[[0; 16]]).unwrap();
    }
}
