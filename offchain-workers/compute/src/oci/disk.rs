//! Disks for tasks that want more than fits into memory: files of a fixed size with a file system in them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{command, settings::Settings};
use crate::executor::ExecutorError;

/// Making a file system takes moments, but what it is on may be slow.
const LIMIT: Duration = Duration::from_secs(120);

/// Whether disks can be made here.
pub(super) fn can_be_made(settings: &Settings) -> bool {
    settings.disks.is_some() && rustix::process::geteuid().is_root()
}

/// Makes a disk of so many bytes and mounts it at a folder.
pub(super) async fn make(folder: &Path, bytes: u64) -> Result<(), ExecutorError> {
    let of = |path: &Path| {
        let path = path.to_owned();
        move |source| ExecutorError::File { path, source }
    };
    fs::create_dir_all(folder).map_err(of(folder))?;
    // Whoever is not shown what is mounted here, because the engine does not see this process's mounts, cannot write at all.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(of(folder))?;
    let image = folder.with_extension("ext4");
    let outcome = fill(folder, &image, bytes).await;
    // What is mounted lives on without a name, and its room comes back by itself when it is unmounted, even after a crash.
    let removed = fs::remove_file(&image);
    outcome?;
    removed.map_err(of(&image))?;
    // The file system begins with the maker's permissions, and a folder that nobody needs.
    let _ = fs::remove_dir(folder.join("lost+found"));
    fs::set_permissions(folder, fs::Permissions::from_mode(0o1777)).map_err(of(folder))
}

async fn fill(folder: &Path, image: &Path, bytes: u64) -> Result<(), ExecutorError> {
    let failed = |error| ExecutorError::Engine(format!("a disk for a task cannot be made: {error}"));
    let of = |source| ExecutorError::File { path: image.to_owned(), source };
    let file = fs::File::create(image).map_err(of)?;
    // Taken now: a disk that turns out to be full later would look like the task's own fault.
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes).map_err(|error| of(error.into()))?;
    drop(file);
    let (image, folder) = (image.to_string_lossy().into_owned(), folder.to_string_lossy().into_owned());
    // Nothing on it outlives the task, so it needs no journal.
    let make = ["-q", "-F", "-t", "ext4", "-m", "0", "-O", "^has_journal", "-E", "nodiscard", &image];
    command::run("mke2fs", make.map(str::to_owned).to_vec(), String::new(), LIMIT).await.map_err(failed)?;
    let mount = ["-t", "ext4", "-o", "loop,nosuid,nodev,noatime", &image, &folder];
    command::run("mount", mount.map(str::to_owned).to_vec(), String::new(), LIMIT).await.map(drop).map_err(failed)
}

/// Unmounts a disk, if one is mounted at this folder, and removes the folder.
pub(super) async fn remove(folder: &Path) -> Result<(), String> {
    let image = folder.with_extension("ext4");
    let _ = fs::remove_file(image);
    if !folder.is_dir() {
        return Ok(());
    }
    if is_mounted(folder) {
        let arguments = vec![folder.to_string_lossy().into_owned()];
        command::run("umount", arguments, String::new(), LIMIT).await.map_err(|error| error.to_string())?;
    }
    fs::remove_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn is_mounted(folder: &Path) -> bool {
    let device = |path: &Path| rustix::fs::stat(path).ok().map(|stat| stat.st_dev);
    folder.parent().is_some_and(|parent| device(parent) != device(folder))
}

/// Removes the disks whose folders have these beginnings, but those that are kept, and tells how many there were.
pub(super) async fn sweep(disks: &Path, prefix: &str, keep: &[PathBuf]) -> usize {
    let mut swept = 0;
    for entry in fs::read_dir(disks).into_iter().flatten().flatten() {
        // The file of a disk that was never mounted is swept as one.
        let folder = entry.path().with_extension("");
        let is_ours = entry.file_name().to_string_lossy().starts_with(prefix);
        if is_ours && !keep.contains(&folder) {
            match remove(&folder).await {
                Ok(()) => swept += 1,
                Err(error) => tracing::warn!(%error, "a disk was left over and cannot be removed"),
            }
        }
    }
    swept
}
