//! An account's deals → manifests → indexes → the tree of its files.

use std::collections::BTreeMap;

use futures::{stream, StreamExt};
use idlewild_chain_client::ReadError;
use idlewild_storage::{
    index::{Index, IndexError},
    manifest::{Manifest, ManifestOpenError},
    tree::{Incomplete, Object, Tree},
};
use idlewild_storage_primitives::{view::DealView, DealId};

use crate::{get::GetError, session::Session};

/// Indexes read at the same time.
pub(crate) const AT_ONCE: usize = 16;

/// A segment that the account can read.
#[derive(Clone, Debug)]
pub struct StoredSegment {
    /// Its deal.
    pub deal: DealView,
    /// What its manifest says.
    pub manifest: Manifest,
}

/// An account's files, and the deals that hold them.
pub struct Listing {
    /// Files by path; their parts name deals.
    pub tree: Tree<DealId>,
    /// The deals.
    pub segments: BTreeMap<DealId, StoredSegment>,
    /// Deals that could not be read, and why. They may be another program's, or given to this account.
    pub unreadable: Vec<(DealId, ListError)>,
}

/// Why a deal's contents are not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Its manifest does not open.
    #[error(transparent)]
    Manifest(#[from] ManifestOpenError),
    /// Its index could not be fetched.
    #[error(transparent)]
    Get(#[from] Box<GetError>),
    /// Its index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl ListError {
    /// Whether the deal may hold files of this account, which miners could bring back another time.
    pub fn may_hide_files(&self) -> bool {
        !matches!(self, Self::Manifest(_))
    }
}

/// Why what a listing shows may not be all that there is, or not the newest.
#[derive(Debug, Default)]
pub struct Doubts<'a> {
    /// Deals that cannot be read now.
    pub unreadable: Vec<(DealId, &'a ListError)>,
    /// Files of which parts are missing.
    pub incomplete: Vec<&'a Incomplete<DealId>>,
}

impl Doubts<'_> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.unreadable.is_empty() && self.incomplete.is_empty()
    }
}

impl std::fmt::Display for Doubts<'_> {
    /// One line each.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unreadable = self.unreadable.iter().map(|(deal, error)| format!("deal {deal}: {error}"));
        let parts = self.incomplete.iter();
        let incomplete =
            parts.map(|file| format!("of {:?} only {} of {} parts can be read", file.path, file.found, file.parts));
        f.write_str(&unreadable.chain(incomplete).collect::<Vec<_>>().join("\n"))
    }
}

impl Listing {
    /// Deals that cannot be read now and may hold files of this account.
    pub fn hidden(&self) -> impl Iterator<Item = (DealId, &ListError)> {
        self.unreadable.iter().filter(|(_, error)| error.may_hide_files()).map(|(deal, error)| (*deal, error))
    }

    /// What may be a newer version of a file.
    ///
    /// A version is as new as the newest of its deals: a deal that is older than the file's own newest hides none.
    pub fn doubts_of_file(&self, file: &Object<DealId>) -> Doubts<'_> {
        let newest = file.parts.iter().map(|part| part.segment).max();
        Doubts {
            unreadable: self.hidden().filter(|(deal, _)| Some(*deal) > newest).collect(),
            incomplete: self.incomplete(|path| path == file.path),
        }
    }

    /// What may be more files of a folder, or newer versions of those that are shown. `is_below` says which paths are in it.
    pub fn doubts_of_folder(&self, is_below: impl Fn(&str) -> bool) -> Doubts<'_> {
        Doubts { unreadable: self.hidden().collect(), incomplete: self.incomplete(is_below) }
    }

    /// Incomplete files at these paths, but for those that a later put has replaced.
    fn incomplete(&self, concerns: impl Fn(&str) -> bool) -> Vec<&Incomplete<DealId>> {
        let replaced = |file: &Incomplete<DealId>| {
            let whole = self.tree.get(&file.path);
            whole.is_some_and(|whole| file.segments.iter().max() < whole.parts.iter().map(|part| &part.segment).max())
        };
        self.tree.incomplete().iter().filter(|file| concerns(&file.path) && !replaced(file)).collect()
    }
}

impl Session {
    /// Reads what the owner has stored, from the chain and the miners alone.
    pub async fn list(&self) -> Result<Listing, ReadError> {
        // In order, so that a listing is the same each time, and the newer of two versions is the later one.
        let deals = self.deals_of(self.owner()).all().await?;
        let reads = deals.into_iter().map(|deal| async move { (deal.id, self.read_index(deal).await) });
        let mut reads = stream::iter(reads).buffered(AT_ONCE);
        let mut segments = BTreeMap::new();
        let mut unreadable = Vec::new();
        let mut indexes = Vec::new();
        while let Some((id, read)) = reads.next().await {
            match read {
                Ok((segment, index)) => {
                    segments.insert(id, segment);
                    indexes.push((id, index));
                },
                Err(error) => unreadable.push((id, error)),
            }
        }
        Ok(Listing { tree: Tree::build(indexes), segments, unreadable })
    }

    pub(crate) async fn read_index(&self, deal: DealView) -> Result<(StoredSegment, Index), ListError> {
        let manifest = Manifest::open(&self.secret.manifest_key(&deal.salt), &deal.manifest)?;
        let segment = StoredSegment { deal, manifest };
        let end = manifest.index_offset.saturating_add(manifest.index_length);
        let bytes = self.read_segment(&segment, manifest.index_offset..end).await.map_err(Box::new)?;
        let index = Index::from_bytes(&bytes, manifest.index_offset)?;
        Ok((segment, index))
    }
}

#[cfg(test)]
mod tests {
    use idlewild_storage::index::Entry;

    use super::*;

    /// Part 0 of an object, of so many.
    fn entry(object: u8, path: &str, parts: u32) -> Entry {
        let (object, path, size) = ([object; 16], path.to_owned(), u64::from(parts) * 10);
        Entry { object, path, size, modified: 0, part: 0, parts, object_offset: 0, offset: 0, length: 10 }
    }

    fn listing(deals: &[(DealId, &[Entry])], unreadable: Vec<(DealId, ListError)>) -> Listing {
        let tree = Tree::build(deals.iter().map(|(deal, entries)| (*deal, Index { entries: entries.to_vec() })));
        Listing { tree, segments: BTreeMap::new(), unreadable }
    }

    fn away(deal: DealId) -> (DealId, ListError) {
        (deal, ListError::Get(Box::new(GetError::Gone(deal))))
    }

    fn of_file(listing: &Listing, path: &str) -> (Vec<DealId>, usize) {
        let doubts = listing.doubts_of_file(listing.tree.get(path).unwrap());
        (doubts.unreadable.iter().map(|(deal, _)| *deal).collect(), doubts.incomplete.len())
    }

    #[test]
    fn only_a_later_deal_can_hide_a_newer_version() {
        let stored = [(5, &[entry(1, "x", 1)][..])];
        assert_eq!(of_file(&listing(&stored, vec![away(3), away(9)]), "x"), (vec![9], 0));
        // Another program's deals hold none of these files.
        let others = vec![(9, ListError::Manifest(ManifestOpenError::Forged))];
        assert_eq!(of_file(&listing(&stored, others), "x"), (vec![], 0));
    }

    #[test]
    fn a_newer_version_of_which_parts_are_missing_is_told_and_an_older_one_is_not() {
        let newer = [(5, &[entry(1, "x", 1)][..]), (7, &[entry(2, "x", 2), entry(3, "y", 2)])];
        assert_eq!(of_file(&listing(&newer, vec![]), "x"), (vec![], 1));
        let older = [(5, &[entry(1, "x", 1)][..]), (4, &[entry(2, "x", 2)])];
        assert_eq!(of_file(&listing(&older, vec![]), "x"), (vec![], 0));
    }

    #[test]
    fn a_folder_is_in_doubt_by_any_deal_and_by_its_own_files_alone() {
        let stored = [(5, &[entry(1, "a/x", 1), entry(2, "a/y", 3), entry(3, "b/z", 2)][..])];
        let listing = listing(&stored, vec![away(3)]);
        let doubts = listing.doubts_of_folder(|path| path.starts_with("a/"));
        let said = doubts.to_string();
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(said.starts_with("deal 3: ") && said.contains("of \"a/y\" only 1 of 3 parts"), "{said}");
    }
}
