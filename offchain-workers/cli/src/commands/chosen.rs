//! Stored files by their paths, where nothing newer may be hidden.

use anyhow::bail;
use idlewild_client::{Doubts, Listing};
use idlewild_storage::tree::Object;

use crate::output::plain_lines;

/// What to do where a listing may not show all.
#[derive(Clone, Copy)]
pub(crate) enum InDoubt {
    /// Stop, and name the option that goes on.
    Stop(&'static str),
    /// Go by what can be read, with a warning.
    GoOn,
}

impl InDoubt {
    pub(crate) fn new(goes_on: bool, option: &'static str) -> Self {
        match goes_on {
            true => Self::GoOn,
            false => Self::Stop(option),
        }
    }
}

/// The stored file at a path, unless a newer version may be where nobody can look now.
pub(crate) fn file<'a>(listing: &'a Listing, path: &str, in_doubt: InDoubt) -> anyhow::Result<&'a Object<u64>> {
    let Some(object) = listing.tree.get(path) else { bail!("{}", missing(listing, path)) };
    settle(&listing.doubts_of_file(object), &format!("a newer version of {path:?}"), in_doubt)?;
    Ok(object)
}

/// The stored files below a folder, unless some may be where nobody can look now.
pub(crate) fn folder<'a>(listing: &'a Listing, path: &str, in_doubt: InDoubt) -> anyhow::Result<Vec<&'a Object<u64>>> {
    let objects: Vec<_> = listing.tree.objects().filter(|object| below(&object.path, path).is_some()).collect();
    if objects.is_empty() {
        bail!("{}", missing(listing, path));
    }
    let doubts = listing.doubts_of_folder(|of| below(of, path).is_some());
    settle(&doubts, &format!("more or newer files of {path:?}"), in_doubt)?;
    Ok(objects)
}

fn settle(doubts: &Doubts<'_>, what: &str, in_doubt: InDoubt) -> anyhow::Result<()> {
    if doubts.is_empty() {
        return Ok(());
    }
    let said = doubts.to_string();
    match in_doubt {
        InDoubt::Stop(option) => bail!(
            "what cannot be read now may hold {what}; nothing was done. Try again when the miners are back, or give {option} to go by \
             what can be read\n{said}"
        ),
        InDoubt::GoOn => {
            eprintln!("warning: what cannot be read now may hold {}\n{}", plain_lines(what), plain_lines(&said));
            Ok(())
        },
    }
}

/// The rest of `path` below `folder`.
pub(crate) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    match folder.trim_matches('/') {
        "" => Some(path),
        folder => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}

/// Why a path is not in the tree.
pub(crate) fn missing(listing: &Listing, path: &str) -> String {
    let mut text = format!("there is no stored file {path:?}: see `idlewild ls`");
    for incomplete in listing.tree.incomplete().iter().filter(|incomplete| incomplete.path == path) {
        text = format!("of {path:?} only {} of {} parts are stored: put it again", incomplete.found, incomplete.parts);
    }
    for (deal, error) in &listing.unreadable {
        text.push_str(&format!("\nthe contents of deal {deal} are unknown: {error}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use idlewild_client::{GetError, ListError};
    use idlewild_storage::{
        index::{Entry, Index},
        tree::Tree,
    };

    use super::*;

    const STOP: InDoubt = InDoubt::Stop("--force");

    /// Files of one part in deal 5, and the first part of two of another in deal 6; deal `away` cannot be read.
    fn listing(whole: &[&str], half: Option<&str>, away: Option<u64>) -> Listing {
        let entry = |(object, path): (u8, &str), parts: u32| Entry {
            object: [object; 16],
            path: path.into(),
            size: u64::from(parts) * 10,
            modified: 0,
            part: 0,
            parts,
            object_offset: 0,
            offset: 0,
            length: 10,
        };
        let whole = (1..).zip(whole.iter().copied()).map(|file| entry(file, 1)).collect();
        let half = half.map(|path| entry((0, path), 2)).into_iter().collect();
        let tree = Tree::build([(5, Index { entries: whole }), (6, Index { entries: half })]);
        let unreadable = away.map(|deal| (deal, ListError::Get(Box::new(GetError::Gone(deal))))).into_iter().collect();
        Listing { tree, segments: BTreeMap::new(), unreadable }
    }

    #[test]
    fn a_file_that_may_have_a_newer_version_is_taken_only_where_that_is_told() {
        let hidden = listing(&["x"], None, Some(9));
        let said = file(&hidden, "x", STOP).unwrap_err().to_string();
        assert!(said.contains("a newer version of \"x\"") && said.contains("deal 9: ") && said.contains("--force"), "{said}");
        assert_eq!(file(&hidden, "x", InDoubt::GoOn).unwrap().path, "x");
        let half = listing(&["x"], Some("x"), None);
        let said = file(&half, "x", STOP).unwrap_err().to_string();
        assert!(said.contains("only 1 of 2 parts"), "{said}");
        // What is older, or another file's, changes nothing.
        assert!(file(&listing(&["x"], Some("y"), Some(3)), "x", STOP).is_ok());
    }

    #[test]
    fn a_folder_is_not_fetched_without_the_files_that_cannot_be_read() {
        let hidden = listing(&["a/x", "a/y"], None, Some(3));
        let said = folder(&hidden, "a", InDoubt::Stop("--readable")).unwrap_err().to_string();
        assert!(said.contains("deal 3: ") && said.contains("--readable"), "{said}");
        assert_eq!(folder(&hidden, "a", InDoubt::GoOn).unwrap().len(), 2);
        assert!(folder(&listing(&["a/x"], Some("a/z"), None), "a", STOP).is_err());
        assert_eq!(folder(&listing(&["a/x", "b"], Some("b/z"), None), "a/", STOP).unwrap().len(), 1);
        assert!(folder(&hidden, "c", InDoubt::GoOn).is_err(), "there is no such folder");
    }

    #[test]
    fn folders_are_whole_names() {
        assert_eq!(below("a/b/c", "a/b"), Some("c"));
        assert_eq!(below("a/b/c", "a/"), Some("b/c"));
        assert_eq!(below("ab/c", "a"), None);
        assert_eq!(below("a", "a"), None);
        assert_eq!(below("a/b", ""), Some("a/b"));
    }
}
