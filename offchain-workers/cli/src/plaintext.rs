//! A stored object's bytes on this disk, for as long as a copy of it is made and for its owner's eyes alone.
//!
//! The file is beside the records of unfinished puts, under a name that none of them has. It is gone with [`Plaintext`]; what a program
//! that was killed left is removed by the next one.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{bail, Context};
use idlewild_client::Session;
use idlewild_files::disk::free_in;
use idlewild_gateway::control::object;
use tempfile::NamedTempFile;

use crate::{
    args::Common,
    commands::chosen::{self, InDoubt},
    disk,
    output::bytes_bar,
    quantities::show_bytes,
};

const PREFIX: &str = ".fetched-";
/// What the disk must have to spare beside the file.
const RESERVE: u64 = 64 << 20;
/// How often another program may take the file for one that was left.
const TRIES: usize = 3;

/// Where an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Among this account's files.
    Stored(String),
    /// In a bucket of a gateway.
    Gateway { bucket: String, key: String },
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("s3://") else { return Ok(Self::Stored(text.to_owned())) };
        match rest.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                Ok(Self::Gateway { bucket: bucket.to_owned(), key: key.to_owned() })
            },
            _ => Err(format!("{text:?} names no object: write s3://BUCKET/KEY")),
        }
    }
}

impl Place {
    /// What the object is called, without folders.
    pub(crate) fn name(&self) -> &str {
        let (Self::Stored(path) | Self::Gateway { key: path, .. }) = self;
        path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }
}

/// An object's bytes in a file of their own.
pub(crate) struct Plaintext {
    // Locked for as long as it is open, so that another program does not take it for one that was left.
    file: NamedTempFile,
    /// Its bytes.
    pub(crate) size: u64,
    /// Its BLAKE3 root.
    pub(crate) hash: [u8; 32],
}

impl Plaintext {
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Fetches an object into a folder.
    pub(crate) async fn fetch(
        common: &Common,
        session: &Session,
        place: &Place,
        gateway: &Path,
        readable: bool,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let file = private_file(folder)?;
        let mut output = tokio::fs::File::from_std(file.as_file().try_clone()?);
        let size = match place {
            Place::Stored(path) => {
                let listing = session.list().await?;
                let object = chosen::file(&listing, path, InDoubt::new(readable, "--readable"))?;
                has_room(folder, object.size).map_err(anyhow::Error::msg)?;
                let bar = bytes_bar(common.json, object.size);
                session.get(&listing, object, 0..object.size, &mut output, |bytes| bar.inc(bytes)).await?;
                bar.finish_and_clear();
                object.size
            },
            Place::Gateway { bucket, key } => {
                let bar = bytes_bar(common.json, 0);
                let begin = |size| {
                    bar.set_length(size);
                    has_room(folder, size)
                };
                let size = object::fetch(gateway, bucket, key, &mut output, begin, |bytes| bar.inc(bytes)).await?;
                bar.finish_and_clear();
                size
            },
        };
        drop(output);
        let path = file.path().to_owned();
        let hash = tokio::task::spawn_blocking(move || hash_of(&path)).await??;
        Ok(Self { file, size, hash })
    }
}

fn hash_of(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(*hasher.finalize().as_bytes())
}

fn has_room(folder: &Path, size: u64) -> Result<(), String> {
    match free_in(folder) {
        Some(free) if free < size.saturating_add(RESERVE) => Err(format!(
            "a copy of {} is made in {} for a while, and its disk has {} to spare: make some room, or choose another folder with --home",
            show_bytes(size),
            folder.display(),
            show_bytes(free)
        )),
        _ => Ok(()),
    }
}

/// A file that only this user may read, after those that were left have been removed.
fn private_file(folder: &Path) -> anyhow::Result<NamedTempFile> {
    let unmade = || format!("no file can be made in {}", folder.display());
    disk::make_private(folder).with_context(unmade)?;
    sweep(folder).with_context(unmade)?;
    for _ in 0..TRIES {
        // Nobody else may open what this makes.
        let file = tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder).with_context(unmade)?;
        match file.as_file().try_lock() {
            // Between the two another program may have found and removed it.
            Ok(()) if file.path().exists() => return Ok(file),
            Ok(()) | Err(TryLockError::WouldBlock) => {},
            // Some file systems know no locks: nothing is removed there.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error).with_context(unmade),
        }
    }
    bail!("other programs remove the files that are made in {}", folder.display())
}

/// Removes what programs that were killed left.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        let is_ours = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(PREFIX.as_bytes()));
        if !is_ours {
            continue;
        }
        match File::open(&path) {
            Ok(file) if file.try_lock().is_ok() => match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {},
            },
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {},
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_a_stored_path_or_one_of_a_gateway() {
        let of = |text: &str| text.parse::<Place>();
        assert_eq!(of("photos/a.jpg"), Ok(Place::Stored("photos/a.jpg".into())));
        let (bucket, key) = ("photos".into(), "2030/a b.jpg".into());
        assert_eq!(of("s3://photos/2030/a b.jpg"), Ok(Place::Gateway { bucket, key }));
        assert_eq!((of("s3://photos/2030/a b.jpg").unwrap().name(), of("x").unwrap().name()), ("a b.jpg", "x"));
        for wrong in ["s3://", "s3://photos", "s3://photos/", "s3:///key"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_was_left_is_removed_and_what_is_in_use_is_not() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let [left, record] = [".fetched-abc", "record"].map(|name| folder.path().join(name));
        fs::write(&left, "secret").unwrap();
        fs::write(&record, "record").unwrap();
        let first = private_file(folder.path()).unwrap();
        assert!(!left.exists() && record.exists());
        assert_eq!(first.as_file().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let second = private_file(folder.path()).unwrap();
        assert!(first.path().exists() && second.path().exists());
        let path = second.path().to_owned();
        drop(second);
        assert!(!path.exists(), "it goes with what it was made for");
    }

    #[test]
    fn no_file_is_begun_that_the_disk_has_no_room_for() {
        let folder = tempfile::tempdir().unwrap();
        assert!(has_room(folder.path(), 1).is_ok());
        assert!(has_room(folder.path(), u64::MAX / 2).unwrap_err().contains("to spare"));
    }
}
