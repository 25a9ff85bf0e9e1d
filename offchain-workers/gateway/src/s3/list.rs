//! ListObjects, in both of its versions.

use idlewild_objects::{ListQuery, Listed, Listing, Version};
use s3s::{
    dto::{
        ChecksumAlgorithm, ChecksumType, CommonPrefix, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input,
        ListObjectsV2Output, Object, ObjectStorageClass,
    },
    S3Request, S3Response, S3Result,
};

use super::{
    checksums, conditions, errors,
    listing_text::{after, most, said, token, Writing},
    Front,
};

/// A page of current objects. A page of nothing is never looked up, and is never the first of several.
fn page(front: &Front, bucket: &str, query: &ListQuery) -> S3Result<Listing> {
    front.bucket(bucket)?;
    if query.limit == 0 {
        return Ok(Listing::default());
    }
    front.store().list(bucket, query).map_err(errors::store)
}

/// The entries of a page, as S3 sorts them into objects and prefixes.
fn entries(front: &Front, listing: Vec<Listed>, writing: Writing, owner: bool) -> (Vec<Object>, Vec<CommonPrefix>) {
    let (mut objects, mut prefixes) = (Vec::new(), Vec::new());
    for entry in listing {
        match entry {
            Listed::Prefix(prefix) => prefixes.push(CommonPrefix { prefix: Some(writing.name(&prefix)) }),
            Listed::Object(version) => objects.push(Object {
                checksum_algorithm: algorithms(&version),
                checksum_type: scope(&version),
                e_tag: Some(conditions::etag(&version)),
                key: Some(writing.name(&version.key)),
                last_modified: Some(conditions::timestamp(version.modified)),
                owner: owner.then(|| front.owner()),
                restore_status: None,
                size: i64::try_from(version.size).ok(),
                storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
            }),
        }
    }
    (objects, prefixes)
}

/// Which checksums a version has.
pub(crate) fn algorithms(version: &Version) -> Option<Vec<ChecksumAlgorithm>> {
    let names: Vec<_> = version.checksums.iter().map(|(name, _)| ChecksumAlgorithm::from(name.clone())).collect();
    (!names.is_empty()).then_some(names)
}

/// Over what they are.
pub(crate) fn scope(version: &Version) -> Option<ChecksumType> {
    checksums::scope_of(&version.checksums).map(|scope| ChecksumType::from_static(scope.name()))
}

/// The second version, with tokens.
pub(crate) async fn list_objects_v2(
    front: &Front,
    req: S3Request<ListObjectsV2Input>,
) -> S3Result<S3Response<ListObjectsV2Output>> {
    let input = req.input;
    let writing = Writing::of(input.encoding_type.as_ref())?;
    let limit = most(input.max_keys, "max-keys")?;
    let delimiter = said(input.delimiter.as_deref());
    let query = ListQuery {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: delimiter.clone(),
        after: match input.continuation_token.as_deref().filter(|token| !token.is_empty()) {
            Some(token) => Some(after(token)?),
            None => said(input.start_after.as_deref()),
        },
        limit,
    };
    let listing = page(front, &input.bucket, &query)?;
    let next = listing.next.as_deref().map(token);
    let (contents, prefixes) = entries(front, listing.entries, writing, input.fetch_owner.unwrap_or(false));
    Ok(S3Response::new(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: writing.some(Some(input.prefix.as_deref().unwrap_or_default())),
        max_keys: i32::try_from(limit).ok(),
        key_count: i32::try_from(contents.len().saturating_add(prefixes.len())).ok(),
        continuation_token: input.continuation_token,
        is_truncated: Some(next.is_some()),
        next_continuation_token: next,
        contents: Some(contents),
        common_prefixes: Some(prefixes),
        delimiter: writing.some(delimiter.as_deref()),
        encoding_type: input.encoding_type,
        start_after: writing.some(input.start_after.as_deref()),
        request_charged: None,
    }))
}

/// The first version, with markers.
pub(crate) async fn list_objects(front: &Front, req: S3Request<ListObjectsInput>) -> S3Result<S3Response<ListObjectsOutput>> {
    let input = req.input;
    let writing = Writing::of(input.encoding_type.as_ref())?;
    let limit = most(input.max_keys, "max-keys")?;
    let delimiter = said(input.delimiter.as_deref());
    let query = ListQuery {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: delimiter.clone(),
        after: said(input.marker.as_deref()),
        limit,
    };
    let listing = page(front, &input.bucket, &query)?;
    let next = listing.next;
    let (contents, prefixes) = entries(front, listing.entries, writing, true);
    Ok(S3Response::new(ListObjectsOutput {
        name: Some(input.bucket),
        prefix: writing.some(Some(input.prefix.as_deref().unwrap_or_default())),
        marker: writing.some(Some(input.marker.as_deref().unwrap_or_default())),
        max_keys: i32::try_from(limit).ok(),
        is_truncated: Some(next.is_some()),
        contents: Some(contents),
        common_prefixes: Some(prefixes),
        // Without a delimiter clients go on after the last key.
        next_marker: writing.some(next.as_deref().filter(|_| delimiter.is_some())),
        delimiter: writing.some(delimiter.as_deref()),
        encoding_type: input.encoding_type,
        request_charged: None,
    }))
}
