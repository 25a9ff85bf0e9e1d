//! What may be listed, and the answers.

use crate::version::{Version, VersionId};

/// Which current versions to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Keys that begin so.
    pub prefix: String,
    /// Keys that have it after the prefix are listed once, as a common prefix.
    pub delimiter: Option<String>,
    /// Only what is after this key or common prefix.
    pub after: Option<String>,
    /// Entries at most.
    pub limit: usize,
}

/// An entry of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // Most are objects, and a page of them is soon gone: boxes would save nothing.
pub enum Listed {
    /// An object, by its current version.
    Object(Version),
    /// What several keys begin with.
    Prefix(String),
}

/// A page of current versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The entries, in the order of keys.
    pub entries: Vec<Listed>,
    /// What to give as `after` for the next page; none where this is the last.
    pub next: Option<String>,
}

/// Which versions to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionsQuery {
    /// Keys that begin so.
    pub prefix: String,
    /// Keys that have it after the prefix are listed once, as a common prefix.
    pub delimiter: Option<String>,
    /// Only what is after this key or common prefix, or with `after_version` after that version of this key.
    pub after_key: Option<String>,
    /// A version of the key in `after_key`.
    pub after_version: Option<VersionId>,
    /// Entries at most.
    pub limit: usize,
}

/// A page of versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionListing {
    /// The entries: by key, the versions of each newest first. Delete markers are among them.
    pub entries: Vec<Listed>,
    /// What to give as `after_key` and `after_version` for the next page; none where this is the last.
    pub next: Option<(String, Option<VersionId>)>,
}

/// A page of something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub entries: Vec<T>,
    /// What to give as `after` for the next page; none where this is the last.
    pub next: Option<u32>,
}
