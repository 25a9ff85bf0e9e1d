//! Compiled programs on disk.
//!
//! What lies there is run as it is, so the folder has to be this user's and nobody else's, and each file begins with a keyed hash of
//! itself and its name. The key is beside them: it is no secret from whoever may read the folder, but a file that was cut off, changed
//! on the disk, or copied from another machine is not taken for one of ours.

use std::{
    fs::{self, DirBuilder, File, Metadata},
    hash::{Hash, Hasher},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use idlewild_compute_primitives::Digest;
use idlewild_files::whole_file::{self, FileError, PRIVATE};
use rand::{rngs::OsRng, RngCore};
use wasmtime::Engine;

use super::{code::Compiled, meter};
use crate::executor::ExecutorError;

/// The file with the key.
const KEY: &str = "key";
/// What files are called by.
const EXTENSION: &str = "compiled";
/// Bytes of a keyed hash, and of the key.
const HASH: usize = 32;
/// How long a file may be on its way before it was left behind.
const UNFINISHED: Duration = Duration::from_secs(3_600);

/// A folder of compiled programs.
pub(super) struct Shelf {
    folder: PathBuf,
    key: [u8; HASH],
    /// Most bytes of them all.
    most: u64,
}

/// Hashes what an engine says of itself.
#[derive(Default)]
struct Sink(blake3::Hasher);

impl Hasher for Sink {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

impl Shelf {
    /// Opens a folder, and makes it where there is none.
    pub(super) fn open(folder: &Path, most: u64) -> Result<Self, ExecutorError> {
        let failed = |path: &Path, source| ExecutorError::File { path: path.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| failed(folder, error))?;
        let found = fs::symlink_metadata(folder).map_err(|error| failed(folder, error))?;
        if !found.is_dir() || !is_ours_alone(&found) {
            let what = "the folder of compiled modules";
            let reason = format!(
                "{} must be a folder of this user with mode 0700, since what lies there is run; set that, or choose another",
                folder.display()
            );
            return Err(ExecutorError::Absent { what, reason });
        }
        let path = folder.join(KEY);
        let key = match read_key(&path) {
            Ok(Some(key)) => key,
            Ok(None) => make_key(&path).map_err(|error| failed(&path, error))?,
            Err(error) => return Err(failed(&path, error)),
        };
        Ok(Self { folder: folder.to_owned(), key, most })
    }

    /// Where a program is: by its digest, the engine that compiled it, and what was added to it.
    fn path(&self, engine: &Engine, digest: &Digest) -> PathBuf {
        let mut sink = Sink::default();
        engine.precompile_compatibility_hash().hash(&mut sink);
        sink.0.update(&[meter::VERSION]).update(digest);
        self.folder.join(sink.0.finalize().to_hex().as_str()).with_extension(EXTENSION)
    }

    fn mark(&self, path: &Path, bytes: &[u8]) -> blake3::Hash {
        let name = path.file_name().unwrap_or_default();
        blake3::Hasher::new_keyed(&self.key).update(name.as_encoded_bytes()).update(&[0]).update(bytes).finalize()
    }

    /// A compiled program, if there is one that was put here.
    pub(super) fn get(&self, engine: &Engine, digest: &Digest) -> Option<Compiled> {
        let path = self.path(engine, digest);
        let mut bytes = match read_ours(&path) {
            Ok(bytes) => bytes?,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a compiled module cannot be read, and is compiled once more");
                return None;
            },
        };
        let mark = bytes.first_chunk::<HASH>().copied()?;
        bytes.drain(..HASH);
        // The comparison of hashes takes the same time whatever they are.
        if self.mark(&path, &bytes) != blake3::Hash::from_bytes(mark) {
            tracing::warn!(path = %path.display(), "a compiled module is not what was put there, and is compiled once more");
            return None;
        }
        // What was used last is kept longest. That it cannot be marked so is no reason not to use it.
        let _ = File::open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        Some(Compiled::trusted(bytes))
    }

    /// Keeps a compiled program. Where that fails it is compiled again the next time.
    pub(super) fn put(&self, engine: &Engine, digest: &Digest, compiled: &Compiled) {
        let path = self.path(engine, digest);
        let bytes = [self.mark(&path, compiled.bytes()).as_bytes(), compiled.bytes()].concat();
        let kept = whole_file::replace(&path, &bytes, PRIVATE).map_err(io::Error::from).and_then(|()| self.tidy());
        if let Err(error) = kept {
            tracing::warn!(path = %path.display(), %error, "a compiled module cannot be kept");
        }
    }

    /// Removes what was used longest ago, until there is no more than there may be, and what was never finished.
    fn tidy(&self) -> io::Result<()> {
        let (mut files, mut total) = (Vec::new(), 0u64);
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let (path, found) = (entry.path(), entry.metadata()?);
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                total = total.saturating_add(found.len());
                files.push((found.modified()?, found.len(), path));
            } else if entry.file_name() != KEY && found.modified()?.elapsed().is_ok_and(|age| age > UNFINISHED) {
                fs::remove_file(path)?;
            }
        }
        files.sort();
        for (_, length, path) in files {
            if total <= self.most {
                break;
            }
            fs::remove_file(path)?;
            total = total.saturating_sub(length);
        }
        Ok(())
    }
}

/// Whether nobody but this user and root can write it, or read it.
fn is_ours_alone(found: &Metadata) -> bool {
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o077 == 0
}

/// A file that is ours, if it is there.
fn read_ours(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    if !is_ours_alone(&file.metadata()?) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "others may write or read it"));
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut file, &mut bytes)?;
    Ok(Some(bytes))
}

fn read_key(path: &Path) -> io::Result<Option<[u8; HASH]>> {
    let Some(bytes) = read_ours(path)? else { return Ok(None) };
    let key = bytes.try_into().map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no key; remove it"))?;
    Ok(Some(key))
}

fn make_key(path: &Path) -> io::Result<[u8; HASH]> {
    let mut key = [0; HASH];
    OsRng.fill_bytes(&mut key);
    match whole_file::create(path, &key, PRIVATE) {
        Ok(()) => Ok(key),
        // Another worker was quicker.
        Err(FileError::Exists) => read_key(path)?.ok_or_else(|| io::ErrorKind::NotFound.into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::wasi::engine::engine;

    const DIGEST: Digest = [7; 32];

    #[test]
    fn what_is_put_is_found_and_what_was_changed_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("compiled");
        let (engine, shelf) = (engine(false).unwrap(), Shelf::open(&folder, 1 << 20).unwrap());
        assert!(shelf.get(&engine, &DIGEST).is_none());
        shelf.put(&engine, &DIGEST, &Compiled::trusted(b"code".to_vec()));
        // Another process finds it by the same key.
        let shelf = Shelf::open(&folder, 1 << 20).unwrap();
        assert_eq!(shelf.get(&engine, &DIGEST).unwrap().bytes(), b"code");
        assert!(shelf.get(&engine, &[8; 32]).is_none());

        let path = shelf.path(&engine, &DIGEST);
        let whole = fs::read(&path).unwrap();
        for spoiled in [&whole[..whole.len() - 1], &[whole.clone(), vec![0]].concat(), &[0; 36], b"short"] {
            fs::write(&path, spoiled).unwrap();
            assert!(shelf.get(&engine, &DIGEST).is_none());
        }
        // Under another's name it is not ours either.
        fs::write(shelf.path(&engine, &[8; 32]), &whole).unwrap();
        assert!(shelf.get(&engine, &[8; 32]).is_none());
        fs::write(&path, &whole).unwrap();
        assert!(shelf.get(&engine, &DIGEST).is_some());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(shelf.get(&engine, &DIGEST).is_none());
    }

    #[test]
    fn a_folder_that_others_can_enter_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("compiled");
        Shelf::open(&folder, 0).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(matches!(Shelf::open(&folder, 0), Err(ExecutorError::Absent { .. })));
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("compiled");
        let (engine, shelf) = (engine(false).unwrap(), Shelf::open(&folder, 2 * 1_032).unwrap());
        let (old, new) = ([1; 32], [2; 32]);
        shelf.put(&engine, &old, &Compiled::trusted(vec![0; 1_000]));
        let hour = SystemTime::now() - UNFINISHED * 2;
        File::open(shelf.path(&engine, &old)).unwrap().set_modified(hour).unwrap();
        File::create(folder.join(".left")).unwrap().set_modified(hour).unwrap();
        shelf.put(&engine, &new, &Compiled::trusted(vec![0; 1_000]));
        shelf.put(&engine, &DIGEST, &Compiled::trusted(vec![0; 1_000]));
        assert!(shelf.get(&engine, &old).is_none() && shelf.get(&engine, &new).is_some());
        assert!(shelf.get(&engine, &DIGEST).is_some() && !folder.join(".left").exists());
    }
}
