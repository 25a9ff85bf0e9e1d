//! What a disk has to spare, and which folders share one.

use std::path::Path;

/// Bytes that the disk under a folder still has for this user; `None` where nobody can say.
pub fn free_in(folder: &Path) -> Option<u64> {
    let space = rustix::fs::statvfs(folder).ok()?;
    space.f_bavail.checked_mul(space.f_frsize)
}

/// Whether two folders are on one disk; not where one of them is not there.
pub fn is_one_disk(one: &Path, other: &Path) -> bool {
    let device = |path: &Path| rustix::fs::stat(path).ok().map(|stat| stat.st_dev);
    device(one).is_some_and(|found| device(other) == Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_there_is_on_a_disk_with_some_room() {
        let folder = tempfile::tempdir().unwrap();
        let (within, nowhere) = (folder.path().join("within"), folder.path().join("nowhere"));
        std::fs::create_dir(&within).unwrap();
        assert!(free_in(&within).is_some_and(|bytes| bytes > 0) && free_in(&nowhere).is_none());
        assert!(is_one_disk(folder.path(), &within));
        assert!(!is_one_disk(folder.path(), &nowhere) && !is_one_disk(&nowhere, &nowhere));
        assert!(!is_one_disk(folder.path(), Path::new("/proc")), "another file system");
    }
}
