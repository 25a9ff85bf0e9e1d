//! ListParts and ListMultipartUploads.

use idlewild_objects::{Upload, UploadId};
use s3s::{
    dto::{
        ChecksumAlgorithm, ChecksumType, CommonPrefix, ETag, Initiator, ListMultipartUploadsInput, ListMultipartUploadsOutput,
        ListPartsInput, ListPartsOutput, MultipartUpload, Part, StorageClass,
    },
    S3Request, S3Response, S3Result,
};

use super::{
    checksums, conditions, errors,
    listing_text::{most, said, Writing},
    multipart::{self, find},
    Front,
};

/// Pages of uploads that are looked through for one answer, where most of them fall under one prefix.
const LOOKS: usize = 16;
/// Greater than any id.
const AFTER_ALL_IDS: &str = "\u{10ffff}";

fn initiator(front: &Front) -> Initiator {
    Initiator { display_name: None, id: front.owner().id }
}

fn checksum(upload: &Upload) -> (Option<ChecksumAlgorithm>, Option<ChecksumType>) {
    let found = multipart::checksum(upload);
    (
        found.map(|(algorithm, _)| ChecksumAlgorithm::from_static(algorithm.name())),
        found.map(|(_, scope)| ChecksumType::from_static(scope.name())),
    )
}

/// The parts that an upload has so far.
pub(crate) async fn list_parts(front: &Front, req: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
    let input = req.input;
    let upload = find(front, &input.bucket, &input.key, &input.upload_id)?;
    let limit = most(input.max_parts, "max-parts")?;
    let after = input.part_number_marker.unwrap_or(0);
    let page = front.store().parts(&upload.id, u32::try_from(after).unwrap_or(0), limit.max(1)).map_err(errors::store)?;
    let more = page.next.is_some() && limit > 0;
    let parts: Vec<Part> = page
        .entries
        .into_iter()
        .take(limit)
        .map(|part| {
            let mut listed = Part {
                e_tag: Some(ETag::Strong(part.etag)),
                last_modified: Some(conditions::timestamp(part.modified)),
                part_number: i32::try_from(part.number).ok(),
                size: i64::try_from(part.size).ok(),
                ..Part::default()
            };
            checksums::fill!(listed, &part.checksums);
            listed
        })
        .collect();
    let (checksum_algorithm, checksum_type) = checksum(&upload);
    Ok(S3Response::new(ListPartsOutput {
        bucket: Some(input.bucket),
        checksum_algorithm,
        checksum_type,
        initiator: Some(initiator(front)),
        is_truncated: Some(more),
        key: Some(input.key),
        max_parts: i32::try_from(limit).ok(),
        next_part_number_marker: parts.last().and_then(|part| part.part_number),
        owner: Some(front.owner()),
        part_number_marker: Some(after),
        parts: Some(parts),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        upload_id: Some(input.upload_id),
        ..ListPartsOutput::default()
    }))
}

/// A page of uploads, and the prefixes that several share.
#[derive(Default)]
struct Page {
    uploads: Vec<Upload>,
    prefixes: Vec<String>,
    /// Where to go on: a key and an upload of it, or a prefix.
    next: Option<(String, Option<UploadId>)>,
}

impl Page {
    fn full(&self, limit: usize) -> bool {
        self.uploads.len().saturating_add(self.prefixes.len()) >= limit
    }
}

/// What keys up to the delimiter share.
fn shared<'a>(key: &'a str, prefix: &str, delimiter: Option<&str>) -> Option<&'a str> {
    let (rest, delimiter) = (key.strip_prefix(prefix)?, delimiter?);
    let end = prefix.len() + rest.find(delimiter)? + delimiter.len();
    key.get(..end)
}

fn page(
    front: &Front,
    bucket: &str,
    prefix: &str,
    delimiter: Option<&str>,
    mut after: Option<(String, UploadId)>,
    limit: usize,
) -> S3Result<Page> {
    let mut page = Page::default();
    // A page that ended with a common prefix goes on after all that is under it.
    let mut under =
        after.as_ref().and_then(|(key, _)| shared(key, prefix, delimiter).filter(|shared| shared == key).map(str::to_owned));
    for _ in 0..LOOKS {
        let uploads = front.store().uploads(bucket, prefix, after.take(), limit.saturating_add(1)).map_err(errors::store)?;
        let last = uploads.last().map(|upload| (upload.key.clone(), upload.id.clone()));
        let end = uploads.len() <= limit;
        for upload in uploads {
            let shared = shared(&upload.key, prefix, delimiter);
            if shared.is_some() && shared == under.as_deref() {
                continue;
            }
            if page.full(limit) {
                return Ok(page);
            }
            match shared {
                Some(shared) => {
                    page.next = Some((shared.to_owned(), None));
                    under = Some(shared.to_owned());
                    page.prefixes.push(shared.to_owned());
                },
                None => {
                    page.next = Some((upload.key.clone(), Some(upload.id.clone())));
                    page.uploads.push(upload);
                },
            }
        }
        if end {
            page.next = None;
            return Ok(page);
        }
        after = last;
    }
    // More under one prefix than is looked through at a time.
    page.next = after.map(|(key, id)| (key, Some(id)));
    Ok(page)
}

/// The uploads of a bucket that are neither complete nor aborted.
pub(crate) async fn list_multipart_uploads(
    front: &Front,
    req: S3Request<ListMultipartUploadsInput>,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    let input = req.input;
    front.bucket(&input.bucket)?;
    let writing = Writing::of(input.encoding_type.as_ref())?;
    let limit = most(input.max_uploads, "max-uploads")?;
    let delimiter = said(input.delimiter.as_deref());
    let prefix = input.prefix.clone().unwrap_or_default();
    let after = said(input.key_marker.as_deref()).map(|key| {
        let id = said(input.upload_id_marker.as_deref()).unwrap_or_else(|| AFTER_ALL_IDS.to_owned());
        (key, UploadId(id))
    });
    let page = match limit {
        0 => Page::default(),
        _ => page(front, &input.bucket, &prefix, delimiter.as_deref(), after, limit)?,
    };
    let uploads = page
        .uploads
        .into_iter()
        .map(|upload| {
            let (checksum_algorithm, checksum_type) = checksum(&upload);
            MultipartUpload {
                checksum_algorithm,
                checksum_type,
                initiated: Some(conditions::timestamp(upload.begun)),
                initiator: Some(initiator(front)),
                key: Some(writing.name(&upload.key)),
                owner: Some(front.owner()),
                storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
                upload_id: Some(upload.id.0),
            }
        })
        .collect();
    let prefixes = page.prefixes.iter().map(|prefix| CommonPrefix { prefix: Some(writing.name(prefix)) }).collect();
    let truncated = page.next.is_some();
    let (next_key, next_id) = page.next.unzip();
    Ok(S3Response::new(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        common_prefixes: Some(prefixes),
        delimiter: writing.some(delimiter.as_deref()),
        encoding_type: input.encoding_type,
        is_truncated: Some(truncated),
        key_marker: writing.some(Some(input.key_marker.as_deref().unwrap_or_default())),
        max_uploads: i32::try_from(limit).ok(),
        next_key_marker: writing.some(next_key.as_deref()),
        next_upload_id_marker: next_id.flatten().map(|id| id.0),
        prefix: writing.some(Some(&prefix)),
        request_charged: None,
        upload_id_marker: input.upload_id_marker,
        uploads: Some(uploads),
    }))
}
