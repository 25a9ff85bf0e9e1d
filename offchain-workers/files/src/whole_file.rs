//! Files that appear whole or not at all, and stay.
//!
//! Keys are such files: what is cut off, or gone after a power cut, may have had coins sent to it.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use tempfile::TempPath;

/// The permission bits of a file with a secret.
pub const PRIVATE: u32 = 0o600;
/// Those of a file that anybody may read.
pub const OPEN: u32 = 0o644;

/// Why a file was not made. Who asked for it knows its name.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Its name is taken.
    #[error("the name is taken, and what has it is not replaced; choose another, or move that away")]
    Exists,
    /// What the system said.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Exists => io::ErrorKind::AlreadyExists.into(),
            FileError::Io(error) => error,
        }
    }
}

/// Makes a file, which must not exist, with these permission bits less those that the user never gives.
pub fn create(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FileError> {
    name(beside(path, bytes, mode)?, path, false)
}

/// The same in place of what has its name, if anything has.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FileError> {
    name(beside(path, bytes, mode)?, path, true)
}

/// Writes a file into the folder of `path`, under a name that nobody can foretell.
fn beside(path: &Path, bytes: &[u8], mode: u32) -> Result<TempPath, FileError> {
    let mut builder = tempfile::Builder::new();
    // It is made with them: at no moment can others read a secret.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}

/// Gives a file whose bytes are on the disk its name, for good. Unless it may replace what has that name, nothing must.
pub fn name(file: TempPath, path: &Path, replace: bool) -> Result<(), FileError> {
    let named = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    named.map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => FileError::Exists,
        _ => FileError::Io(error.error),
    })?;
    Ok(sync_name(path)?)
}

/// Waits until the name of a file or folder is on the disk.
pub fn sync_name(path: &Path) -> io::Result<()> {
    match fs::File::open(folder_of(path))?.sync_all() {
        // Some file systems, such as those of other machines, cannot be asked for it.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// The folder that a path is in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        create(&path, b"first", PRIVATE).unwrap();
        assert!(matches!(create(&path, b"second", PRIVATE), Err(FileError::Exists)));
        assert_eq!(fs::read(&path).unwrap(), b"first");
        replace(&path, b"third", PRIVATE).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let nowhere = folder.path().join("missing/file");
        assert!(matches!(create(&nowhere, b"", PRIVATE), Err(FileError::Io(error)) if error.kind() == io::ErrorKind::NotFound));
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_is_meant_for_them_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let [secret, open, usual] = ["secret", "open", "usual"].map(|name| folder.path().join(name));
        create(&secret, b"", PRIVATE).unwrap();
        create(&open, b"", 0o644).unwrap();
        fs::write(&usual, b"").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&secret), 0o600);
        // What this user never gives is seen at a file made by the usual way.
        assert_eq!(mode(&open), 0o644 & mode(&usual));
    }

    #[test]
    fn a_name_alone_is_in_this_folder() {
        assert_eq!(folder_of(Path::new("file")), Path::new("."));
        assert_eq!(folder_of(Path::new("a/file")), Path::new("a"));
    }
}
