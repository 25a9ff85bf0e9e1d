//! Requests that hold only under conditions.

use hyper::{header::HeaderValue, HeaderMap};
use idlewild_objects::{Conditions, Version};
use s3s::{
    dto::{ETag, ETagCondition, Timestamp},
    S3Error, S3ErrorCode, S3Result,
};
use time::OffsetDateTime;

use super::errors::{refuse, with_headers};

/// What a read asks of the version.
pub(crate) struct Reading<'a> {
    pub(crate) if_match: Option<&'a ETagCondition>,
    pub(crate) if_none_match: Option<&'a ETagCondition>,
    pub(crate) if_modified_since: Option<&'a Timestamp>,
    pub(crate) if_unmodified_since: Option<&'a Timestamp>,
}

impl Reading<'_> {
    /// Fails unless a read may go on, in the order that HTTP gives to conditions.
    pub(crate) fn check(&self, version: &Version) -> S3Result<()> {
        match (self.if_match, self.if_unmodified_since) {
            (Some(condition), _) if !matches(condition, version) => return Err(failed()),
            (None, Some(time)) if modified_since(version, time) => return Err(failed()),
            _ => {},
        }
        match (self.if_none_match, self.if_modified_since) {
            (Some(condition), _) if matches(condition, version) => Err(not_modified(version)),
            (None, Some(time)) if !modified_since(version, time) => Err(not_modified(version)),
            _ => Ok(()),
        }
    }

    /// The same for the source of a copy, where all failures are one.
    pub(crate) fn check_source(&self, version: &Version) -> S3Result<()> {
        self.check(version).map_err(|_| failed())
    }
}

/// What a write asks of the current version.
pub(crate) fn writing(if_match: Option<&ETagCondition>, if_none_match: Option<&ETagCondition>) -> Conditions {
    let text = |condition: &ETagCondition| match condition {
        ETagCondition::Any => "*".to_owned(),
        ETagCondition::ETag(etag) => etag.value().to_owned(),
    };
    Conditions { if_match: if_match.map(text), if_none_match: if_none_match.map(text), ..Conditions::default() }
}

/// The ETag of a version, as answers give it.
pub(crate) fn etag(version: &Version) -> ETag {
    ETag::Strong(version.etag.clone())
}

/// Milliseconds since 1970 as answers give them.
pub(crate) fn timestamp(milliseconds: i64) -> Timestamp {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH).into()
}

fn matches(condition: &ETagCondition, version: &Version) -> bool {
    match condition {
        ETagCondition::Any => true,
        ETagCondition::ETag(etag) => etag.value() == version.etag,
    }
}

/// HTTP's dates have no fractions of a second.
fn modified_since(version: &Version, time: &Timestamp) -> bool {
    version.modified.div_euclid(1_000) > OffsetDateTime::from(time.clone()).unix_timestamp()
}

fn failed() -> S3Error {
    refuse(S3ErrorCode::PreconditionFailed, "At least one of the pre-conditions you specified did not hold")
}

fn not_modified(version: &Version) -> S3Error {
    let mut headers = HeaderMap::new();
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", version.etag)) {
        headers.insert("etag", etag);
    }
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(version.modified.max(0).unsigned_abs());
    if let Ok(time) = HeaderValue::from_str(&httpdate::fmt_http_date(time)) {
        headers.insert("last-modified", time);
    }
    with_headers(S3Error::new(S3ErrorCode::NotModified), headers)
}
