//! The folders of accounts and puts, and files that are fetched.

use std::{fs, io, path::Path};

use idlewild_files::whole_file::folder_of;
use tempfile::TempPath;

/// Makes a folder, and those above it, that only its owner may enter.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a file for what is to be at `path`, in the same folder and under a name that nobody can foretell. It is gone with the
/// second of what is returned, unless it got its [`name`](idlewild_files::whole_file::name).
pub(crate) fn beside(path: &Path) -> io::Result<(fs::File, TempPath)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".idlewild-").suffix(".part");
    // Others may read it as they may any file that this user makes.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    Ok(builder.tempfile_in(folder_of(path))?.into_parts())
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
