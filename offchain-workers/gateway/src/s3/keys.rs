//! Which keys an object may have, and how clients name a version.

use idlewild_objects::VersionId;
use s3s::{S3ErrorCode, S3Result};

use super::errors::refuse;

/// The most bytes of a key.
pub(crate) const KEY_BYTES: usize = 1_024;
/// The most bytes of a version id or upload id that are looked up at all.
const ID_BYTES: usize = 256;

/// Fails for a key that no object may have. `..` would be harmless in the store, but not to who later copies a bucket into a folder.
pub(crate) fn check(key: &str) -> S3Result<()> {
    if key.is_empty() {
        return Err(refuse(S3ErrorCode::InvalidArgument, "The key is empty; name the object"));
    }
    if key.len() > KEY_BYTES {
        return Err(refuse(S3ErrorCode::KeyTooLongError, "Your key is too long: it may have 1,024 bytes; shorten it"));
    }
    if key.contains('\0') {
        return Err(refuse(S3ErrorCode::InvalidArgument, "The key contains a zero byte; choose another"));
    }
    if key.split(['/', '\\']).any(|segment| segment == "..") {
        return Err(refuse(S3ErrorCode::InvalidArgument, "The key contains the segment \"..\"; choose another"));
    }
    Ok(())
}

/// The version that a request names.
pub(crate) fn version(id: Option<&str>) -> S3Result<Option<VersionId>> {
    match id {
        None => Ok(None),
        Some(id) if !id.is_empty() && id.len() <= ID_BYTES && id.chars().all(|c| c.is_ascii_graphic()) => {
            Ok(Some(VersionId(id.to_owned())))
        },
        Some(_) => Err(refuse(S3ErrorCode::InvalidArgument, "Invalid version id specified; list the object's versions")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_climb_are_refused_and_dots_alone_are_not() {
        for key in ["..", "../a", "a/../b", "a/..", "a\\..\\b", "", "a\0b", &"é".repeat(513)] {
            assert!(check(key).is_err(), "{key:?}");
        }
        for key in ["a", "...", "a..b", "a/.../b", "/", "//", ".", "./a", &"é".repeat(512), "\u{1}", "日本"] {
            assert!(check(key).is_ok(), "{key:?}");
        }
    }
}
