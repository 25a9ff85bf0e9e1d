//! Folders that stay. What is in one is there after a power cut only if the folder's own name is.

use std::{fs, io, path::Path};

use crate::whole_file::sync_name;

/// Makes a folder, and those above it, which are there after a power cut too.
pub fn make(folder: &Path) -> io::Result<()> {
    let unsure = unsure(folder);
    fs::create_dir_all(folder)?;
    for (path, is_new) in unsure {
        match sync_name(path) {
            // Others made it, in a folder that is theirs to look into.
            Err(error) if !is_new && error.kind() == io::ErrorKind::PermissionDenied => {},
            synced => synced?,
        }
    }
    Ok(())
}

/// Those of which it is not known that their names are on the disk, and whether each is new: of one that is there nobody knows whether who
/// made it came that far.
fn unsure(folder: &Path) -> Vec<(&Path, bool)> {
    let above = folder.ancestors().filter(|path| !path.as_os_str().is_empty());
    let missing = above.take_while(|path| !path.exists()).map(|path| (path, true)).collect::<Vec<_>>();
    if missing.is_empty() {
        vec![(folder, false)]
    } else {
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_that_is_made_has_its_name_on_the_disk_and_so_has_one_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let [above, middle, lowest] = ["a", "a/b", "a/b/c"].map(|name| folder.path().join(name));
        assert_eq!(unsure(&lowest), [(&*lowest, true), (&*middle, true), (&*above, true)]);
        make(&middle).unwrap();
        assert_eq!(unsure(&lowest), [(&*lowest, true)]);
        make(&lowest).unwrap();
        assert_eq!(unsure(&lowest), [(&*lowest, false)]);
        make(&lowest).unwrap();
        assert!(lowest.is_dir());
        assert_eq!(unsure(Path::new("not-there")), [(Path::new("not-there"), true)]);
    }

    #[test]
    fn a_file_is_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        assert!(make(&file).is_err() && make(&file.join("folder")).is_err());
    }
}
