//! Parts of an upload: sent, or copied from objects.

use futures::StreamExt;
use idlewild_objects::Upload;
use s3s::{
    dto::{CopyPartResult, Range, UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput, UploadPartOutput},
    S3ErrorCode, S3Request, S3Response, S3Result,
};

use super::{
    authority::Visit,
    body::{receive, Said, PUT_BYTES},
    checksums::{self, Algorithm, Hasher},
    conditions::{self, Reading},
    copy::source,
    errors::{self, refuse},
    multipart::{self, MOST_PARTS},
    put::shown_id,
    Front,
};

fn number(number: i32) -> S3Result<u32> {
    u32::try_from(number)
        .ok()
        .filter(|number| (1..=MOST_PARTS as u32).contains(number))
        .ok_or_else(|| refuse(S3ErrorCode::InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive"))
}

fn algorithm(upload: &Upload) -> Algorithm {
    multipart::checksum(upload).map_or(Algorithm::DEFAULT, |(algorithm, _)| algorithm)
}

/// A part, of the bytes that come.
pub(crate) async fn upload_part(front: &Front, mut req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
    let input = &mut req.input;
    let number = number(input.part_number)?;
    if input.sse_customer_algorithm.is_some() || input.sse_customer_key.is_some() {
        return Err(refuse(S3ErrorCode::InvalidRequest, "The upload was begun without a customer's key; leave it out"));
    }
    let upload = multipart::find(front, &input.bucket, &input.key, &input.upload_id)?;
    let said = Said::of(
        &req.headers,
        &req.extensions,
        req.trailing_headers.clone(),
        input.content_md5.as_deref(),
        checksums::given(checksums::fields!(input))?,
        input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str()),
    )?
    .and(Some(algorithm(&upload)));
    let (mut staged, sums) = receive(front, &input.bucket, input.body.take(), &said).await?;
    staged.checksums = sums;
    let part = front.store().put_part(&upload.id, number, staged).await.map_err(errors::store)?;
    let mut output = UploadPartOutput { e_tag: Some(s3s::dto::ETag::Strong(part.etag)), ..UploadPartOutput::default() };
    checksums::fill!(output, &part.checksums);
    Ok(S3Response::new(output))
}

/// A part, of bytes of an object.
pub(crate) async fn upload_part_copy(
    front: &Front,
    req: S3Request<UploadPartCopyInput>,
) -> S3Result<S3Response<UploadPartCopyOutput>> {
    let visit = Visit::of(&req.extensions);
    let input = req.input;
    let number = number(input.part_number)?;
    let upload = multipart::find(front, &input.bucket, &input.key, &input.upload_id)?;
    let reading = Reading {
        if_match: input.copy_source_if_match.as_ref(),
        if_none_match: input.copy_source_if_none_match.as_ref(),
        if_modified_since: input.copy_source_if_modified_since.as_ref(),
        if_unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
    };
    let (from, version) = source(front, &visit, &input.copy_source, &reading)?;
    let range = range(input.copy_source_range.as_deref(), version.size)?;
    let length = range.end - range.start;
    if length > PUT_BYTES {
        return Err(refuse(
            S3ErrorCode::InvalidRequest,
            "The specified copy source is larger than the maximum allowable size of a part, 5 GiB; name a range of it",
        ));
    }
    let mut writer = front.store().writer(&input.bucket, Some(length)).await.map_err(errors::store)?;
    let mut hasher = Hasher::new(&[algorithm(&upload)]);
    let mut bytes = front.store().read(&version, range);
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(|error| errors::read(&error))?;
        hasher.update(&piece);
        writer.write(piece).await.map_err(errors::store)?;
    }
    let mut staged = writer.finish().await.map_err(errors::store)?;
    staged.checksums = hasher.finish();
    let part = front.store().put_part(&upload.id, number, staged).await.map_err(errors::store)?;
    let mut result = CopyPartResult {
        e_tag: Some(s3s::dto::ETag::Strong(part.etag)),
        last_modified: Some(conditions::timestamp(part.modified)),
        ..CopyPartResult::default()
    };
    checksums::fill!(result, &part.checksums);
    Ok(S3Response::new(UploadPartCopyOutput {
        copy_part_result: Some(result),
        copy_source_version_id: shown_id(&version, front.bucket(&from)?.versioning),
        ..UploadPartCopyOutput::default()
    }))
}

/// The bytes of the source that a client wants: it must name first and last.
fn range(text: Option<&str>, size: u64) -> S3Result<std::ops::Range<u64>> {
    let Some(text) = text else { return Ok(0..size) };
    match Range::parse(text) {
        Ok(Range::Int { first, last: Some(last) }) if last < size => Ok(first..last + 1),
        Ok(Range::Int { last: Some(_), .. }) => {
            Err(refuse(S3ErrorCode::InvalidArgument, format!("Range specified is not valid for source object of size: {size}")))
        },
        _ => {
            Err(refuse(S3ErrorCode::InvalidArgument, "The x-amz-copy-source-range value must be of the form bytes=first-last"))
        },
    }
}
