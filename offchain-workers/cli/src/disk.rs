//! Files that appear whole or not at all, for their owner only.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// Why a file was not made.
#[derive(Debug)]
pub(crate) enum DiskError {
    Exists,
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

/// Makes a file with mode 0600, which must not exist.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), DiskError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let file = write().map_err(DiskError::Io)?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => DiskError::Exists,
        _ => DiskError::Io(error.error),
    })?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(DiskError::Io)
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
