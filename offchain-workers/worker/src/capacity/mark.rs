//! The mark of a folder of plots: by it a disk that is not mounted is found out, and no two processes keep plots in one folder.
//!
//! It is a file with a random id, which a worker keeps in mind. Where the disk is missing, so is the mark, and its mount point is
//! never taken for the disk. Whoever keeps the folder has the file locked, and the system unlocks it with the process, however
//! that ends.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use idlewild_files::whole_file::{self, FileError};
use rand::RngCore;
use rustix::io::Errno;

/// The name of the file.
pub const NAME: &str = ".idlewild-plots";
/// Bytes of an id.
const ID_BYTES: usize = 16;
/// No mark is longer: what is, is something else.
const LONGEST: u64 = 256;

/// Why a folder cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// It has no mark.
    #[error("{} has no mark ({NAME}), and had one: is its disk mounted?", .0.display())]
    Missing(PathBuf),
    /// It has another mark than it should.
    #[error("{} has another mark ({NAME}) than it had: is the right disk mounted there?", .0.display())]
    Other(PathBuf),
    /// Somebody else keeps it.
    #[error(
        "another worker keeps the plots in {}: an `idlewild-worker run` or `plot` is at it. Stop that one, or use another folder",
        .0.display()
    )]
    Busy(PathBuf),
    /// The file is something else.
    #[error("{} is no mark of a folder of plots: delete it, and the folder gets another", .0.display())]
    Malformed(PathBuf),
    /// The disk does not work, or lets nobody write or lock anything.
    #[error("{}: {error}. To mend it, {}", path.display(), advice(error))]
    Disk {
        /// The file, or the folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl MarkError {
    /// Whether it is only the mark that cannot be made or locked: the folder may be the right one, and nobody else is known to
    /// keep it.
    pub fn is_of_disk(&self) -> bool {
        matches!(self, Self::Disk { .. })
    }
}

/// What to do about what the system said of a mark.
fn advice(error: &io::Error) -> &'static str {
    const LOCKS: [Errno; 3] = [Errno::NOLCK, Errno::OPNOTSUPP, Errno::BADF];
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => "mount its disk so that it can be written",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make some room there",
        io::ErrorKind::PermissionDenied => "let the user that runs the worker write there",
        _ if LOCKS.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error())) => {
            "have the machine that has its disk give locks; or, where no other uses it, mount it with `nolock`"
        },
        _ => "see to it that files can be written there, and that its disk works",
    }
}

/// A folder's mark, locked for as long as this is kept.
#[derive(Debug)]
pub struct Mark {
    folder: PathBuf,
    id: String,
    /// The file that is locked.
    held: Mutex<File>,
}

impl Mark {
    /// Takes a folder, which is made if it is not there, and marked if it has no mark.
    pub fn take(folder: &Path) -> Result<Self, MarkError> {
        let path = folder.join(NAME);
        let failed = |path: &Path, error| MarkError::Disk { path: path.into(), error };
        fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        if !path.try_exists().map_err(|error| failed(&path, error))? {
            let mut id = [0; ID_BYTES];
            rand::rngs::OsRng.fill_bytes(&mut id);
            match whole_file::create(&path, format!("{}\n", hex::encode(id)).as_bytes(), whole_file::OPEN) {
                // Another process was quicker.
                Ok(()) | Err(FileError::Exists) => {},
                Err(FileError::Io(error)) => return Err(failed(&path, error)),
            }
        }
        let (file, id) = open(folder)?;
        lock(&file, folder)?;
        Ok(Self { folder: folder.into(), id, held: Mutex::new(file) })
    }

    /// Takes a folder that should have the mark with this id. Nothing is made.
    pub fn take_again(folder: &Path, id: &str) -> Result<Self, MarkError> {
        let file = open_with(folder, id)?;
        lock(&file, folder)?;
        Ok(Self { folder: folder.into(), id: id.into(), held: Mutex::new(file) })
    }

    /// Whether a folder has the mark with this id.
    pub fn check_id(folder: &Path, id: &str) -> Result<(), MarkError> {
        open_with(folder, id).map(drop)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the folder still has this mark: its disk may be gone since, and another may be there.
    pub fn check(&self) -> Result<(), MarkError> {
        let file = open_with(&self.folder, &self.id)?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let place = |file: &File| {
            let metadata = file.metadata().map_err(|error| MarkError::Disk { path: self.folder.join(NAME), error })?;
            Ok::<_, MarkError>((metadata.dev(), metadata.ino()))
        };
        // A disk that was mounted again, or was put back from a copy: the lock is on a file that nobody else sees. One that is gone
        // may not answer at all.
        if place(&held).ok() != Some(place(&file)?) {
            lock(&file, &self.folder)?;
            *held = file;
        }
        Ok(())
    }
}

/// Opens a folder's mark, and reads its id.
fn open(folder: &Path) -> Result<(File, String), MarkError> {
    let path = folder.join(NAME);
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => MarkError::Missing(folder.into()),
        io::ErrorKind::InvalidData => MarkError::Malformed(path.clone()),
        _ => MarkError::Disk { path: path.clone(), error },
    };
    let file = open_to_lock(|write| File::options().read(true).write(write).open(&path)).map_err(failed)?;
    let mut text = String::new();
    (&file).take(LONGEST).read_to_string(&mut text).map_err(failed)?;
    let id = text.trim();
    let mut bytes = [0; ID_BYTES];
    hex::decode_to_slice(id, &mut bytes).map_err(|_| MarkError::Malformed(path.clone()))?;
    Ok((file, id.to_owned()))
}

/// Opens a file so that it can be locked. Over a network only what may be written can be; on a disk of this machine whatever may be
/// read, such as the mark of a disk that is mounted to be read only.
fn open_to_lock(open: impl Fn(bool) -> io::Result<File>) -> io::Result<File> {
    match open(true) {
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
            open(false)
        },
        opened => opened,
    }
}

/// Opens a folder's mark if it has this id.
fn open_with(folder: &Path, id: &str) -> Result<File, MarkError> {
    let (file, found) = open(folder)?;
    if found == id {
        Ok(file)
    } else {
        Err(MarkError::Other(folder.into()))
    }
}

fn lock(file: &File, folder: &Path) -> Result<(), MarkError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => MarkError::Busy(folder.into()),
        TryLockError::Error(error) => MarkError::Disk { path: folder.join(NAME), error },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_marked_once_and_kept_by_one() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("plots");
        let mark = Mark::take(&folder).unwrap();
        let refused = Mark::take(&folder).unwrap_err();
        assert!(matches!(&refused, MarkError::Busy(busy) if *busy == folder));
        assert!(refused.to_string().contains("another worker keeps the plots"), "{refused}");
        assert!(matches!(Mark::take_again(&folder, mark.id()), Err(MarkError::Busy(_))));
        let id = mark.id().to_owned();
        drop(mark);
        assert_eq!(Mark::take(&folder).unwrap().id(), id, "the mark stays when whoever kept the folder is gone");
        assert_eq!(Mark::take_again(&folder, &id).unwrap().id(), id);
        assert!(matches!(Mark::take_again(&folder, &"0".repeat(32)), Err(MarkError::Other(_))));
        fs::write(folder.join(NAME), "mine").unwrap();
        assert!(matches!(Mark::take(&folder), Err(MarkError::Malformed(_))));
    }

    #[test]
    fn a_folder_that_lost_its_mark_is_not_marked_again() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(Mark::take_again(dir.path(), &"0".repeat(32)), Err(MarkError::Missing(_))));
        let nowhere = dir.path().join("nowhere");
        assert!(matches!(Mark::take_again(&nowhere, &"0".repeat(32)), Err(MarkError::Missing(_))));
        assert!(!nowhere.exists() && fs::read_dir(dir.path()).unwrap().count() == 0, "nothing is made");
    }

    #[test]
    fn a_mark_that_goes_and_comes_back_is_seen_and_locked_anew() {
        let dir = tempfile::tempdir().unwrap();
        let (path, away) = (dir.path().join(NAME), dir.path().join("away"));
        let mark = Mark::take(dir.path()).unwrap();
        mark.check().unwrap();
        fs::rename(&path, &away).unwrap();
        assert!(matches!(mark.check(), Err(MarkError::Missing(_))));
        fs::write(&path, "0".repeat(32)).unwrap();
        assert!(matches!(mark.check(), Err(MarkError::Other(_))));
        // As when a disk is mounted again: another file with the same id.
        fs::copy(&away, &path).unwrap();
        let other = Mark::take(dir.path()).unwrap();
        assert!(matches!(mark.check(), Err(MarkError::Busy(_))), "another process was quicker");
        drop(other);
        mark.check().unwrap();
        assert!(matches!(Mark::take(dir.path()), Err(MarkError::Busy(_))), "it is locked where it is now");
    }

    #[test]
    fn a_mark_that_may_only_be_read_is_locked_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mark");
        fs::write(&path, "").unwrap();
        for refused in [Errno::ACCESS, Errno::PERM, Errno::ROFS] {
            let open = || {
                open_to_lock(|write| if write { Err(refused.into()) } else { File::open(&path) })
                    .unwrap_or_else(|error| panic!("{refused:?}: {error}"))
            };
            let first = open();
            lock(&first, dir.path()).unwrap();
            assert!(matches!(lock(&open(), dir.path()), Err(MarkError::Busy(_))));
        }
        let broken = open_to_lock(|write| if write { Err(Errno::IO.into()) } else { File::open(&path) });
        assert!(broken.is_err(), "a disk that does not work is not asked twice");
    }

    #[test]
    fn what_to_do_about_a_mark_that_cannot_be_kept_is_told() {
        for (errno, words) in [
            (Errno::ROFS, "mount its disk so that"),
            (Errno::NOSPC, "make some room"),
            (Errno::ACCESS, "let the user"),
            (Errno::NOLCK, "give locks"),
            (Errno::OPNOTSUPP, "give locks"),
            (Errno::IO, "its disk works"),
        ] {
            let error = MarkError::Disk { path: "mark".into(), error: errno.into() };
            assert!(error.is_of_disk() && error.to_string().contains(words), "{error}");
        }
        assert!(!MarkError::Busy("plots".into()).is_of_disk());
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(NAME)).unwrap();
        assert!(Mark::take(dir.path()).unwrap_err().is_of_disk(), "it can neither be made nor locked");
    }
}
