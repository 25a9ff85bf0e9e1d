//! PutObject, and the form of a browser, which s3s makes a PutObject of.

use hyper::{header::CONTENT_LENGTH, Method};
use idlewild_objects::{Version, Versioning};
use s3s::{
    dto::{PutObjectInput, PutObjectOutput},
    stream::ByteStream,
    S3ErrorCode, S3Request, S3Response, S3Result,
};

use super::{
    access::Action,
    acknowledge::{self, Acknowledge},
    authority::{Visit, Wish},
    body::{receive, Said},
    checksums, conditions,
    errors::{self, refuse},
    keys, lifecycle,
    metadata::describe,
    Front,
};

/// A new version of an object, of the bytes that come.
pub(crate) async fn put_object(front: &Front, mut req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
    let visit = Visit::of(&req.extensions);
    let wanted = Acknowledge::of(&req.headers, &req.uri)?;
    if req.method == Method::POST {
        check_form(front, &visit, &mut req)?;
    }
    let input = &mut req.input;
    if input.write_offset_bytes.is_some() {
        return Err(refuse(S3ErrorCode::NotImplemented, "Appending to objects is not offered; write the whole object"));
    }
    let bucket = front.bucket(&input.bucket)?;
    let described = describe!(input);
    let key = described.key.clone();
    let mut new = described.into_new(front, &visit)?;
    new.conditions = conditions::writing(input.if_match.as_ref(), input.if_none_match.as_ref());
    let said = Said::of(
        &req.headers,
        &req.extensions,
        req.trailing_headers.clone(),
        input.content_md5.as_deref(),
        checksums::given(checksums::fields!(input))?,
        input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str()),
    )?;
    let (staged, sums) = receive(front, &bucket.name, input.body.take(), &said).await?;
    new.checksums = sums;
    let version = front.store().put(&bucket.name, &key, staged, new).await.map_err(errors::put)?;
    let headers = acknowledge::wait(front, &version, &bucket.name, wanted).await?;
    let mut output = PutObjectOutput {
        e_tag: Some(conditions::etag(&version)),
        expiration: lifecycle::expiration_header(front.store(), &bucket.name, &version),
        version_id: shown_id(&version, bucket.versioning),
        ..PutObjectOutput::default()
    };
    output.checksum_type = checksums::fill!(output, &version.checksums);
    Ok(S3Response::with_headers(output, headers))
}

/// What is particular to a browser's form: its key and its length are in the form, so that nobody has looked at them yet.
fn check_form(front: &Front, visit: &Visit, req: &mut S3Request<PutObjectInput>) -> S3Result<()> {
    // Signatures of version 2 name no region, and their date is not checked.
    if req.credentials.is_some() && req.region.is_none() {
        return Err(refuse(S3ErrorCode::InvalidRequest, "Signature version 2 is not accepted; use version 4"));
    }
    keys::check(&req.input.key)?;
    front.allow(visit, &Wish::object(Action::PutObject, &req.input.bucket, &req.input.key, None))?;
    req.headers.remove("x-amz-decoded-content-length");
    req.headers.remove(CONTENT_LENGTH);
    // s3s has the whole file in memory, and knows its length.
    if let Some(length) = req.input.body.as_ref().and_then(|body| body.remaining_length().exact()) {
        req.headers.insert(CONTENT_LENGTH, length.into());
    }
    Ok(())
}

/// The id of a version, which buckets that never kept any do not show.
pub(crate) fn shown_id(version: &Version, versioning: Versioning) -> Option<String> {
    (versioning != Versioning::Off).then(|| version.id.0.clone())
}
