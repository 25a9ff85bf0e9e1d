//! GetObjectAttributes.

use s3s::{
    dto::{
        GetObjectAttributesInput, GetObjectAttributesOutput, GetObjectAttributesParts, ObjectAttributes, ObjectPart,
        StorageClass,
    },
    S3Request, S3Response, S3Result,
};

use super::{checksums, conditions, get::find, keys, put::shown_id, Front};

/// Parts on a page at most.
const PAGE: usize = 1_000;

/// What a client names of an object's size, ETag, checksums and parts.
pub(crate) async fn get_object_attributes(
    front: &Front,
    req: S3Request<GetObjectAttributesInput>,
) -> S3Result<S3Response<GetObjectAttributesOutput>> {
    let input = req.input;
    let id = keys::version(input.version_id.as_deref())?;
    let version = find(front, &input.bucket, &input.key, id.as_ref())?;
    // Some clients name all of them in one field, others send a field for each.
    let named: Vec<&str> = input.object_attributes.iter().flat_map(|field| field.as_str().split(',')).map(str::trim).collect();
    let wanted = |name: &str| named.contains(&name);
    let mut output = GetObjectAttributesOutput {
        last_modified: Some(conditions::timestamp(version.modified)),
        version_id: shown_id(&version, front.bucket(&input.bucket)?.versioning),
        ..GetObjectAttributesOutput::default()
    };
    if wanted(ObjectAttributes::ETAG) {
        output.e_tag = Some(conditions::etag(&version));
    }
    if wanted(ObjectAttributes::OBJECT_SIZE) {
        output.object_size = i64::try_from(version.size).ok();
    }
    if wanted(ObjectAttributes::STORAGE_CLASS) {
        output.storage_class = Some(StorageClass::from_static(StorageClass::STANDARD));
    }
    if wanted(ObjectAttributes::CHECKSUM) && !version.checksums.is_empty() {
        output.checksum = Some(checksums::answer(&version.checksums));
    }
    if wanted(ObjectAttributes::OBJECT_PARTS) {
        output.object_parts =
            version.parts.map(|count| parts(&version.part_sizes, count, input.max_parts, input.part_number_marker));
    }
    Ok(S3Response::new(output))
}

/// A page of an object's parts.
fn parts(sizes: &[u64], count: u32, most: Option<i32>, marker: Option<i32>) -> GetObjectAttributesParts {
    let most = most.map_or(PAGE, |most| usize::try_from(most).unwrap_or(0).min(PAGE));
    let after = usize::try_from(marker.unwrap_or(0)).unwrap_or(0);
    let parts: Vec<ObjectPart> = sizes
        .iter()
        .enumerate()
        .skip(after)
        .take(most)
        .map(|(index, size)| ObjectPart {
            part_number: i32::try_from(index + 1).ok(),
            size: i64::try_from(*size).ok(),
            ..ObjectPart::default()
        })
        .collect();
    let end = after.saturating_add(parts.len());
    GetObjectAttributesParts {
        is_truncated: Some(end < sizes.len()),
        max_parts: i32::try_from(most).ok(),
        next_part_number_marker: i32::try_from(end).ok(),
        part_number_marker: i32::try_from(after).ok(),
        total_parts_count: i32::try_from(count).ok(),
        parts: Some(parts),
    }
}
