//! GetObject and HeadObject.

use std::{
    ops::Range,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::{stream::BoxStream, Stream, StreamExt};
use hyper::{header::HeaderValue, HeaderMap};
use idlewild_objects::{ReadError, RetentionMode, Version, VersionId};
use s3s::{
    dto::{
        ChecksumMode, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, ObjectLockLegalHoldStatus,
        ObjectLockMode, StreamingBlob,
    },
    stream::{ByteStream, RemainingLength},
    S3Error, S3ErrorCode, S3Request, S3Response, S3Result,
};

use super::{
    acknowledge,
    authority::Visit,
    checksums,
    conditions::{self, Reading},
    errors::{self, custom, refuse, with_headers},
    keys, lifecycle, metadata,
    put::shown_id,
    Front,
};

/// The version that a read is about.
pub(crate) fn find(front: &Front, bucket: &str, key: &str, id: Option<&VersionId>) -> S3Result<Version> {
    front.bucket(bucket)?;
    let Some(version) = front.store().head(bucket, key, id).map_err(errors::store)? else {
        return Err(match id {
            None => refuse(S3ErrorCode::NoSuchKey, "The specified key does not exist"),
            Some(_) => refuse(S3ErrorCode::NoSuchVersion, "The specified version does not exist"),
        });
    };
    if !version.is_delete_marker {
        return Ok(version);
    }
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-delete-marker", HeaderValue::from_static("true"));
    if let Ok(id) = HeaderValue::from_str(&version.id.0) {
        headers.insert("x-amz-version-id", id);
    }
    let error = match id {
        None => refuse(S3ErrorCode::NoSuchKey, "The specified key does not exist: it was deleted"),
        Some(_) => refuse(S3ErrorCode::MethodNotAllowed, "This version is a delete marker, which has no content"),
    };
    Err(with_headers(error, headers))
}

/// What of a version to read.
struct Part {
    range: Range<u64>,
    /// Whether less than all was asked for, though it may be all.
    partial: bool,
    parts: Option<i32>,
}

fn part(version: &Version, range: Option<s3s::dto::Range>, number: Option<i32>) -> S3Result<Part> {
    let parts = version.parts.and_then(|count| i32::try_from(count).ok());
    match (range, number) {
        (Some(_), Some(_)) => {
            Err(refuse(S3ErrorCode::InvalidRequest, "Cannot specify both Range header and partNumber query parameter"))
        },
        (None, None) => Ok(Part { range: 0..version.size, partial: false, parts: None }),
        (Some(range), None) => {
            // Of nothing, not even the last bytes are there.
            let range = range.check(version.size).ok().filter(|range| !range.is_empty());
            let range = range.ok_or_else(|| beyond(version.size))?;
            Ok(Part { range, partial: true, parts: None })
        },
        (None, Some(number)) => {
            let number = usize::try_from(number).ok().filter(|number| *number >= 1).ok_or_else(|| {
                refuse(S3ErrorCode::InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive")
            })?;
            let whole = [version.size];
            let sizes = if version.part_sizes.is_empty() { whole.as_slice() } else { version.part_sizes.as_slice() };
            let Some(size) = sizes.get(number - 1) else {
                return Err(custom(
                    "InvalidPartNumber",
                    hyper::StatusCode::RANGE_NOT_SATISFIABLE,
                    "The requested partnumber is not satisfiable: the object has fewer parts",
                ));
            };
            let start: u64 = sizes[..number - 1].iter().sum();
            Ok(Part { range: start..start + size, partial: version.size > 0, parts })
        },
    }
}

fn beyond(size: u64) -> S3Error {
    let mut headers = HeaderMap::new();
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{size}")) {
        headers.insert("content-range", range);
    }
    with_headers(
        refuse(S3ErrorCode::InvalidRange, "The requested range is not satisfiable: the object ends before it"),
        headers,
    )
}

/// The fields that both answers have.
macro_rules! describe_version {
    ($output:ident, $front:expr, $bucket:expr, $version:expr, $part:expr, $sums:expr) => {{
        let (version, part): (&Version, &Part) = ($version, $part);
        let bucket = $front.bucket($bucket)?;
        let mut output = $output {
            accept_ranges: Some("bytes".into()),
            cache_control: metadata::kept(version, metadata::header::CACHE_CONTROL),
            content_disposition: metadata::kept(version, metadata::header::CONTENT_DISPOSITION),
            content_encoding: metadata::kept(version, metadata::header::CONTENT_ENCODING),
            content_language: metadata::kept(version, metadata::header::CONTENT_LANGUAGE),
            content_length: i64::try_from(part.range.end - part.range.start).ok(),
            content_range: part
                .partial
                .then(|| format!("bytes {}-{}/{}", part.range.start, part.range.end.saturating_sub(1), version.size)),
            content_type: Some(version.content_type.clone().unwrap_or_else(|| "binary/octet-stream".into())),
            e_tag: Some(conditions::etag(version)),
            expiration: lifecycle::expiration_header($front.store(), $bucket, version),
            expires: metadata::expires(version),
            last_modified: Some(conditions::timestamp(version.modified)),
            metadata: metadata::user(version),
            object_lock_legal_hold_status: version
                .legal_hold
                .then(|| ObjectLockLegalHoldStatus::from_static(ObjectLockLegalHoldStatus::ON)),
            object_lock_mode: version.retention.map(|retention| {
                ObjectLockMode::from_static(match retention.mode {
                    RetentionMode::Governance => ObjectLockMode::GOVERNANCE,
                    RetentionMode::Compliance => ObjectLockMode::COMPLIANCE,
                })
            }),
            object_lock_retain_until_date: version.retention.map(|retention| conditions::timestamp(retention.until)),
            parts_count: part.parts,
            version_id: shown_id(version, bucket.versioning),
            website_redirect_location: metadata::kept(version, metadata::header::WEBSITE_REDIRECT),
            ..$output::default()
        };
        // A checksum is of the whole object: with a part of it, clients would compare what does not compare.
        if $sums && (!part.partial || part.range == (0..version.size)) {
            output.checksum_type = checksums::fill!(output, &version.checksums);
        }
        output
    }};
}

/// Whether a client wants checksums.
fn sums_wanted(mode: Option<&ChecksumMode>) -> bool {
    mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED)
}

fn refuse_own_keys(given: bool) -> S3Result<()> {
    match given {
        true => Err(refuse(S3ErrorCode::InvalidRequest, "The object was stored without a customer's key; leave the key out")),
        false => Ok(()),
    }
}

/// The bytes of a version, or of a range of it.
pub(crate) async fn get_object(front: &Front, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
    let input = &req.input;
    let overrides = input.response_cache_control.is_some()
        || input.response_content_disposition.is_some()
        || input.response_content_encoding.is_some()
        || input.response_content_language.is_some()
        || input.response_content_type.is_some()
        || input.response_expires.is_some();
    // Whoever may say what a page is can make a script of a stranger's text, so only those with a key may.
    if overrides && Visit::of(&req.extensions).caller.is_none() {
        return Err(refuse(
            S3ErrorCode::InvalidRequest,
            "Request specific response headers cannot be used for anonymous GET requests; sign the request",
        ));
    }
    refuse_own_keys(input.sse_customer_algorithm.is_some() || input.sse_customer_key.is_some())?;
    let id = keys::version(input.version_id.as_deref())?;
    let mut again = true;
    loop {
        let version = find(front, &input.bucket, &input.key, id.as_ref())?;
        reading(
            input.if_match.as_ref(),
            input.if_none_match.as_ref(),
            input.if_modified_since.as_ref(),
            input.if_unmodified_since.as_ref(),
        )
        .check(&version)?;
        let part = part(&version, input.range, input.part_number)?;
        let sums = sums_wanted(input.checksum_mode.as_ref());
        let mut output = describe_version!(GetObjectOutput, front, &input.bucket, &version, &part, sums);
        output.tag_count = i32::try_from(version.tags.len()).ok().filter(|count| *count > 0);
        let mut bytes = front.store().read(&version, part.range.clone());
        // Waiting for the first bytes lets what cannot be read be answered with an error, not with half an object.
        let first = bytes.next().await;
        if matches!(first, Some(Err(ReadError::Gone))) && again {
            again = false;
            continue;
        }
        if let Some(Err(error)) = &first {
            return Err(errors::read(error));
        }
        output.body = Some(StreamingBlob::new(Sending {
            left: part.range.end - part.range.start,
            bytes: Mutex::new(futures::stream::iter(first).chain(bytes).boxed()),
        }));
        let mut headers = HeaderMap::new();
        acknowledge::tell(&mut headers, version.durability);
        return Ok(S3Response::with_headers(output, headers));
    }
}

/// The same without the bytes.
pub(crate) async fn head_object(front: &Front, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
    let input = &req.input;
    refuse_own_keys(input.sse_customer_algorithm.is_some() || input.sse_customer_key.is_some())?;
    let id = keys::version(input.version_id.as_deref())?;
    let version = find(front, &input.bucket, &input.key, id.as_ref())?;
    reading(
        input.if_match.as_ref(),
        input.if_none_match.as_ref(),
        input.if_modified_since.as_ref(),
        input.if_unmodified_since.as_ref(),
    )
    .check(&version)?;
    let part = part(&version, input.range, input.part_number)?;
    let sums = sums_wanted(input.checksum_mode.as_ref());
    let output = describe_version!(HeadObjectOutput, front, &input.bucket, &version, &part, sums);
    let mut headers = HeaderMap::new();
    acknowledge::tell(&mut headers, version.durability);
    Ok(S3Response::with_headers(output, headers))
}

fn reading<'a>(
    if_match: Option<&'a s3s::dto::ETagCondition>,
    if_none_match: Option<&'a s3s::dto::ETagCondition>,
    if_modified_since: Option<&'a s3s::dto::Timestamp>,
    if_unmodified_since: Option<&'a s3s::dto::Timestamp>,
) -> Reading<'a> {
    Reading { if_match, if_none_match, if_modified_since, if_unmodified_since }
}

/// Bytes on their way to a client. s3s wants what it sends to be shareable, which the store's stream is not.
struct Sending {
    bytes: Mutex<BoxStream<'static, Result<Bytes, ReadError>>>,
    left: u64,
}

impl Stream for Sending {
    type Item = Result<Bytes, s3s::StdError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let bytes = this.bytes.get_mut().unwrap_or_else(PoisonError::into_inner);
        bytes.poll_next_unpin(cx).map(|item| {
            item.map(|item| match item {
                Ok(bytes) => {
                    this.left = this.left.saturating_sub(bytes.len() as u64);
                    Ok(bytes)
                },
                Err(error) => {
                    tracing::warn!(%error, "an object broke off while it was sent");
                    Err(error.into())
                },
            })
        })
    }
}

impl ByteStream for Sending {
    fn remaining_length(&self) -> RemainingLength {
        usize::try_from(self.left).map_or_else(|_| RemainingLength::unknown(), RemainingLength::new_exact)
    }
}
