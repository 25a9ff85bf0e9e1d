//! Files that appear whole or not at all, and stay.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use tempfile::{NamedTempFile, TempPath};

/// Why a file was not made.
#[derive(Debug)]
pub(crate) enum DiskError {
    /// Its name is taken.
    Exists,
    /// What the system said.
    Io(io::Error),
}

impl From<DiskError> for io::Error {
    fn from(error: DiskError) -> Self {
        match error {
            DiskError::Exists => io::ErrorKind::AlreadyExists.into(),
            DiskError::Io(error) => error,
        }
    }
}

/// Makes a folder, and those above it, that only its owner may enter.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a folder, and those above it, which are there after a power cut too.
pub(crate) fn make(folder: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists()).collect();
    fs::create_dir_all(folder)?;
    missing.into_iter().try_for_each(|made| sync(folder_of(made)))
}

/// Makes a file with mode 0600, which must not exist.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), DiskError> {
    let write = || -> io::Result<TempPath> {
        let mut file = NamedTempFile::new_in(folder_of(path))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(file.into_temp_path())
    };
    name(write().map_err(DiskError::Io)?, path, false)
}

/// Makes a file for what is to be at `path`, in the same folder and under a name that nobody can foretell. It is gone with the
/// second of what is returned, unless it got its [`name`].
pub(crate) fn beside(path: &Path) -> io::Result<(fs::File, TempPath)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".idlewild-").suffix(".part");
    // Others may read it as they may any file that this user makes.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    Ok(builder.tempfile_in(folder_of(path))?.into_parts())
}

/// Gives a file whose bytes are on the disk its name, for good. Unless it may replace what has that name, nothing must.
pub(crate) fn name(file: TempPath, path: &Path, replace: bool) -> Result<(), DiskError> {
    let named = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    named.map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => DiskError::Exists,
        _ => DiskError::Io(error.error),
    })?;
    sync(folder_of(path)).map_err(DiskError::Io)
}

/// Waits until the names in a folder are on the disk.
fn sync(folder: &Path) -> io::Result<()> {
    match fs::File::open(folder)?.sync_all() {
        // Some file systems, such as those of other machines, cannot be asked for it.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The names of the accounts in a folder, in order.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
        }
    }
    names.sort();
    Ok(names)
}
