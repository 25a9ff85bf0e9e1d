//! Where names led, on the disk: for a start where whoever knows them cannot be asked.

use std::path::Path;

use idlewild_files::whole_file::{self, FileError, PRIVATE};
use serde::{Deserialize, Serialize};

use super::Resolution;

/// The file's name in a gateway's folder.
pub(super) const FILE: &str = "seen-names.json";
/// Names that are kept.
const MOST: usize = 1_024;
/// Bytes of the longest path that is kept.
const LONGEST: usize = 1_024;

/// A name, and where it led.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) path: String,
    /// When that was so, in seconds since 1970.
    pub(super) seen: u64,
    pub(super) resolution: Resolution,
}

impl Kept {
    /// Whether the path is that of a name, and not of something below one: of those there are as many as visitors ask for.
    fn is_name(&self) -> bool {
        self.path.split('/').count() == self.resolution.labels
    }
}

#[derive(Serialize, Deserialize)]
struct Contents {
    /// The chain's first block: names of another chain lead nowhere here.
    genesis: String,
    names: Vec<Kept>,
}

/// Writes names, those that were seen last if they are too many.
pub(super) fn write(file: &Path, genesis: &[u8; 32], mut names: Vec<Kept>) -> Result<(), FileError> {
    names.retain(|kept| kept.path.len() <= LONGEST);
    names.sort_by_cached_key(|kept| (!kept.is_name(), std::cmp::Reverse(kept.seen), kept.path.clone()));
    names.truncate(MOST);
    let contents = Contents { genesis: hex::encode(genesis), names };
    let text = serde_json::to_vec_pretty(&contents).map_err(|error| FileError::Io(error.into()))?;
    whole_file::replace(file, &text, PRIVATE)
}

/// What was written before, if it was on this chain.
pub(super) fn load(file: &Path, genesis: &[u8; 32]) -> Vec<Kept> {
    let Ok(text) = std::fs::read(file) else { return Vec::new() };
    match serde_json::from_slice::<Contents>(&text) {
        Ok(mut contents) if contents.genesis == hex::encode(genesis) => {
            contents.names.truncate(MOST);
            contents.names
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{BucketRef, Target};

    fn kept(path: &str, labels: usize, seen: u64) -> Kept {
        let target = Target::Bucket { bucket: BucketRef::Id(7), prefix: "p/".into() };
        Kept { path: path.into(), seen, resolution: Resolution { labels, target, until: 9 } }
    }

    #[test]
    fn names_are_kept_before_what_is_below_them_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        assert!(load(&file, &[1; 32]).is_empty());
        let below = (0..MOST as u64).map(|number| kept(&format!("name/{number}"), 1, 100 + number));
        let all: Vec<_> = below.chain([kept("name", 1, 5), kept(&"x".repeat(LONGEST + 1), 1, 900)]).collect();
        write(&file, &[1; 32], all).unwrap();
        let found = load(&file, &[1; 32]);
        assert_eq!((found.len(), &found[0]), (MOST, &kept("name", 1, 5)));
        assert!(found.iter().all(|kept| kept.path != "name/0"), "it was seen before all others");
        assert!(load(&file, &[2; 32]).is_empty(), "another chain has other names");
        std::fs::write(&file, "{").unwrap();
        assert!(load(&file, &[1; 32]).is_empty());
    }
}
