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

use crate::disk;

/// Why a put cannot be kept for later.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be kept up to date: {source}; is the disk full, or the folder another user's?")]
pub struct UnfinishedError {
    path: PathBuf,
    source: io::Error,
}

/// A put that can be tried again.
#[derive(Debug)]
pub struct Unfinished {
    path: PathBuf,
    id: PutId,
    again: bool,
}

impl Unfinished {
    /// Finds the put that was begun for the same files, or begins it.
    pub fn find_or_begin(folder: &Path, chain: &[u8; 32], account: &[u8; 32], wish: &Wish, sources: &[Source]) -> Result<Self, UnfinishedError> {
        let path = folder.join(name(chain, account, wish, sources));
        let failed = |source| UnfinishedError { path: path.clone(), source };
        if let Some(id) = read(&path).map_err(failed)? {
            return Ok(Self { path, id, again: true });
        }
        let id = PutId::random();
        disk::make_private(folder).map_err(failed)?;
        // Another run of the same command may have begun it just now: the one id is then as good as the other.
        match disk::create(&path, &hex::encode(id.as_bytes())) {
            Ok(()) => Ok(Self { path, id, again: false }),
            Err(disk::DiskError::Exists) => match read(&path).map_err(failed)? {
                Some(id) => Ok(Self { path, id, again: true }),
                None => Err(failed(io::ErrorKind::InvalidData.into())),
            },
            Err(error) => Err(failed(error.into())),
        }
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
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(UnfinishedError { path: self.path, source: error }),
            _ => Ok(()),
        }
    }
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
    digest.update(format!("{wish:?}").as_bytes());
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

    #[test]
    fn the_same_put_goes_on_until_it_is_finished() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("puts");
        let begin = |sources: &[Source]| Unfinished::find_or_begin(&folder, &[1; 32], &[2; 32], &WISH, sources).unwrap();
        let first = begin(&[source(5)]);
        assert!(!first.is_begun_before());
        let again = begin(&[source(5)]);
        assert!(again.is_begun_before());
        assert_eq!(again.id(), first.id());
        let changed = begin(&[source(6)]);
        assert_ne!(changed.id(), first.id(), "a file that was written to since is another put");
        again.finish().unwrap();
        assert!(!begin(&[source(5)]).is_begun_before());
    }

    #[test]
    fn what_is_no_id_is_begun_afresh() {
        let home = tempfile::tempdir().unwrap();
        let begin = || Unfinished::find_or_begin(home.path(), &[1; 32], &[2; 32], &WISH, &[source(5)]).unwrap();
        let first = begin();
        fs::write(&first.path, "half").unwrap();
        assert!(!begin().is_begun_before());
        assert!(begin().is_begun_before());
    }
}
