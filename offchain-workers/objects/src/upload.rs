//! What an upload in parts is.

use crate::version::NewVersion;

/// The id of an upload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(pub String);

impl std::fmt::Display for UploadId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An upload in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The bucket's name.
    pub bucket: String,
    /// The key that it will have.
    pub key: String,
    /// When it was begun, in milliseconds since 1970.
    pub begun: i64,
    /// What was said when it was begun.
    pub new: NewVersion,
}

/// A part of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its number.
    pub number: u32,
    /// Bytes.
    pub size: u64,
    /// MD5 in hexadecimal.
    pub etag: String,
    /// When it was uploaded, in milliseconds since 1970.
    pub modified: i64,
    /// Checksums that the client gave: algorithm and Base64.
    pub checksums: Vec<(String, String)>,
}
