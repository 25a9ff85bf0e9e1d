//! ListObjectVersions.

use idlewild_objects::{Listed, VersionListing, VersionsQuery};
use s3s::{
    dto::{
        CommonPrefix, DeleteMarkerEntry, ListObjectVersionsInput, ListObjectVersionsOutput, ObjectVersion,
        ObjectVersionStorageClass,
    },
    S3ErrorCode, S3Request, S3Response, S3Result,
};

use super::{
    conditions,
    errors::{self, refuse},
    keys,
    list::{algorithms, scope},
    listing_text::{most, said, Writing},
    Front,
};

/// All versions and delete markers.
pub(crate) async fn list_object_versions(
    front: &Front,
    req: S3Request<ListObjectVersionsInput>,
) -> S3Result<S3Response<ListObjectVersionsOutput>> {
    let input = req.input;
    front.bucket(&input.bucket)?;
    let writing = Writing::of(input.encoding_type.as_ref())?;
    let limit = most(input.max_keys, "max-keys")?;
    let delimiter = said(input.delimiter.as_deref());
    let marker = keys::version(said(input.version_id_marker.as_deref()).as_deref())?;
    let after = said(input.key_marker.as_deref());
    if marker.is_some() && after.is_none() {
        return Err(refuse(S3ErrorCode::InvalidArgument, "A version-id marker cannot be specified without a key marker"));
    }
    let query = VersionsQuery {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: delimiter.clone(),
        after_key: after,
        after_version: marker,
        limit,
    };
    let listing = match limit {
        0 => VersionListing::default(),
        _ => front.store().list_versions(&input.bucket, &query).map_err(errors::store)?,
    };
    let (mut versions, mut markers, mut prefixes) = (Vec::new(), Vec::new(), Vec::new());
    for entry in listing.entries {
        match entry {
            Listed::Prefix(prefix) => prefixes.push(CommonPrefix { prefix: Some(writing.name(&prefix)) }),
            Listed::Object(version) if version.is_delete_marker => markers.push(DeleteMarkerEntry {
                is_latest: Some(version.is_current),
                key: Some(writing.name(&version.key)),
                last_modified: Some(conditions::timestamp(version.modified)),
                owner: Some(front.owner()),
                version_id: Some(version.id.0),
            }),
            Listed::Object(version) => versions.push(ObjectVersion {
                checksum_algorithm: algorithms(&version),
                checksum_type: scope(&version),
                e_tag: Some(conditions::etag(&version)),
                is_latest: Some(version.is_current),
                key: Some(writing.name(&version.key)),
                last_modified: Some(conditions::timestamp(version.modified)),
                owner: Some(front.owner()),
                restore_status: None,
                size: i64::try_from(version.size).ok(),
                storage_class: Some(ObjectVersionStorageClass::from_static(ObjectVersionStorageClass::STANDARD)),
                version_id: Some(version.id.0),
            }),
        }
    }
    let (next_key, next_version) = listing.next.unzip();
    Ok(S3Response::new(ListObjectVersionsOutput {
        common_prefixes: Some(prefixes),
        delete_markers: Some(markers),
        delimiter: writing.some(delimiter.as_deref()),
        encoding_type: input.encoding_type,
        is_truncated: Some(next_key.is_some()),
        key_marker: writing.some(Some(input.key_marker.as_deref().unwrap_or_default())),
        max_keys: i32::try_from(limit).ok(),
        name: Some(input.bucket),
        next_key_marker: writing.some(next_key.as_deref()),
        next_version_id_marker: next_version.flatten().map(|id| id.0),
        prefix: writing.some(Some(input.prefix.as_deref().unwrap_or_default())),
        request_charged: None,
        version_id_marker: input.version_id_marker,
        versions: Some(versions),
    }))
}
