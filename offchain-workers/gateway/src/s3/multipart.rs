//! Uploads in parts: begun, completed, aborted.

use std::collections::BTreeMap;

use idlewild_objects::{Part, Upload, UploadId};
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use s3s::{
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, ChecksumAlgorithm, ChecksumType, CompleteMultipartUploadInput,
        CompleteMultipartUploadOutput, CompletedPart, CreateMultipartUploadInput, CreateMultipartUploadOutput,
    },
    S3ErrorCode, S3Request, S3Response, S3Result,
};

use super::{
    acknowledge::{self, Acknowledge},
    authority::Visit,
    checksums::{self, Algorithm, Scope, Sums},
    conditions,
    errors::{self, refuse},
    lifecycle,
    metadata::describe,
    put::shown_id,
    Front,
};

/// Parts of an upload at most.
pub(crate) const MOST_PARTS: usize = 10_000;
/// What stays as it is in the path of a URL.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Parts that are read from the store at a time.
const PAGE: usize = 1_000;

/// The upload that a request names, if it is of that bucket and key.
pub(crate) fn find(front: &Front, bucket: &str, key: &str, id: &str) -> S3Result<Upload> {
    front.bucket(bucket)?;
    front
        .store()
        .upload(&UploadId(id.to_owned()))
        .filter(|upload| upload.bucket == bucket && upload.key == key)
        .ok_or_else(|| errors::store(idlewild_objects::StoreError::NoSuchUpload))
}

/// Which checksum an upload has. It stands where those of the object will be.
pub(crate) fn checksum(upload: &Upload) -> Option<(Algorithm, Scope)> {
    let (algorithm, scope) = upload.new.checksums.first()?;
    Some((Algorithm::named(algorithm).ok()?, Scope::named(scope).ok()?))
}

/// Begins an upload.
pub(crate) async fn create_multipart_upload(
    front: &Front,
    mut req: S3Request<CreateMultipartUploadInput>,
) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
    let visit = Visit::of(&req.extensions);
    let input = &mut req.input;
    front.bucket(&input.bucket)?;
    let asked = input.checksum_algorithm.as_ref().map(|name| Algorithm::named(name.as_str())).transpose()?;
    let scope = input.checksum_type.as_ref().map(|name| Scope::named(name.as_str())).transpose()?;
    let algorithm = asked.unwrap_or(Algorithm::DEFAULT);
    let scope = scope.unwrap_or(algorithm.usual_scope());
    if !algorithm.allows(scope) {
        return Err(refuse(
            S3ErrorCode::InvalidRequest,
            format!(
                "The {} checksum type cannot be used with the {} checksum algorithm; choose the other type",
                scope.name(),
                algorithm.name()
            ),
        ));
    }
    let described = describe!(input);
    let (bucket, key) = (described.bucket.clone(), described.key.clone());
    let mut new = described.into_new(front, &visit)?;
    new.checksums = vec![(algorithm.name().to_owned(), scope.name().to_owned())];
    let id = front.store().begin_upload(&bucket, &key, new).await.map_err(errors::store)?;
    Ok(S3Response::new(CreateMultipartUploadOutput {
        bucket: Some(bucket),
        checksum_algorithm: asked.map(|algorithm| ChecksumAlgorithm::from_static(algorithm.name())),
        checksum_type: asked.map(|_| ChecksumType::from_static(scope.name())),
        key: Some(key),
        upload_id: Some(id.0),
        ..CreateMultipartUploadOutput::default()
    }))
}

/// Makes the object of its parts. Asked again for the same parts it answers the same.
pub(crate) async fn complete_multipart_upload(
    front: &Front,
    req: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
    let wanted = Acknowledge::of(&req.headers, &req.uri)?;
    let input = req.input;
    let bucket = front.bucket(&input.bucket)?;
    let listed = input.multipart_upload.as_ref().and_then(|upload| upload.parts.as_deref()).unwrap_or_default();
    let parts = parts(listed)?;
    let id = UploadId(input.upload_id.clone());
    let sums = match front.store().upload(&id) {
        Some(_) => sums(front, &find(front, &input.bucket, &input.key, &input.upload_id)?, &input, listed)?,
        // It may be completed already. The store knows, and says so of no other.
        None => Sums::new(),
    };
    let conditions = conditions::writing(input.if_match.as_ref(), input.if_none_match.as_ref());
    let version = front.store().complete_upload_with(&id, &parts, &conditions, sums).await.map_err(errors::complete)?;
    if version.key != input.key {
        return Err(errors::store(idlewild_objects::StoreError::NoSuchUpload));
    }
    let headers = acknowledge::wait(front, &version, &bucket.name, wanted).await?;
    let path = utf8_percent_encode(&input.key, IN_PATH);
    let mut output = CompleteMultipartUploadOutput {
        e_tag: Some(conditions::etag(&version)),
        expiration: lifecycle::expiration_header(front.store(), &bucket.name, &version),
        location: Some(format!("/{}/{path}", bucket.name)),
        version_id: shown_id(&version, bucket.versioning),
        bucket: Some(input.bucket),
        key: Some(input.key.clone()),
        ..CompleteMultipartUploadOutput::default()
    };
    output.checksum_type = checksums::fill!(output, &version.checksums);
    Ok(S3Response::with_headers(output, headers))
}

/// The parts that a client lists, as the store takes them.
fn parts(listed: &[CompletedPart]) -> S3Result<Vec<(u32, String)>> {
    if listed.is_empty() || listed.len() > MOST_PARTS {
        return Err(refuse(S3ErrorCode::MalformedXML, "You must specify 1 to 10,000 parts"));
    }
    listed
        .iter()
        .map(|part| {
            let number = part.part_number.and_then(|number| u32::try_from(number).ok());
            let etag = part.e_tag.as_ref().map(|etag| etag.value().to_owned());
            number
                .zip(etag)
                .ok_or_else(|| refuse(S3ErrorCode::MalformedXML, "Each part needs a PartNumber from 1 to 10,000 and its ETag"))
        })
        .collect()
}

/// All parts of an upload by their numbers.
fn stored(front: &Front, upload: &UploadId) -> S3Result<BTreeMap<u32, Part>> {
    let mut all = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = front.store().parts(upload, after, PAGE).map_err(errors::store)?;
        let Some(last) = page.entries.last().map(|part| part.number) else { return Ok(all) };
        all.extend(page.entries.into_iter().map(|part| (part.number, part)));
        if page.next.is_none() {
            return Ok(all);
        }
        after = last;
    }
}

/// The checksum of the object, after all that the client says of it and of its parts was compared.
fn sums(front: &Front, upload: &Upload, input: &CompleteMultipartUploadInput, listed: &[CompletedPart]) -> S3Result<Sums> {
    let stored = stored(front, &upload.id)?;
    let mut chosen = Vec::with_capacity(listed.len());
    for part in listed {
        let found = part.part_number.and_then(|number| stored.get(&u32::try_from(number).ok()?));
        let Some(found) = found else {
            return Err(refuse(
                S3ErrorCode::InvalidPart,
                "One or more of the specified parts could not be found; upload them, or list others",
            ));
        };
        let other = checksums::given(checksums::fields!(part))?
            .is_some_and(|(algorithm, value)| checksums::of(&found.checksums, algorithm).is_some_and(|kept| kept != value));
        if other {
            return Err(refuse(S3ErrorCode::InvalidPart, "A part's checksum is not that of what was uploaded"));
        }
        chosen.push(found);
    }
    let size: u64 = chosen.iter().map(|part| part.size).sum();
    if input.mpu_object_size.is_some_and(|said| u64::try_from(said) != Ok(size)) {
        return Err(refuse(
            S3ErrorCode::InvalidRequest,
            format!("The provided 'x-amz-mp-object-size' header value does not match what was uploaded: {size} bytes"),
        ));
    }
    let Some((algorithm, scope)) = checksum(upload) else { return Ok(Sums::new()) };
    if input.checksum_type.as_ref().is_some_and(|said| said.as_str() != scope.name()) {
        return Err(refuse(
            S3ErrorCode::InvalidRequest,
            format!("The upload was created using the {} checksum type; complete it with that", scope.name()),
        ));
    }
    let sums = checksums::together(algorithm, scope, chosen.iter().map(|part| (part.size, &part.checksums)));
    let sums = sums.unwrap_or_default();
    if let Some((algorithm, value)) = checksums::given(checksums::fields!(input))? {
        // Some clients leave the number of parts out.
        let digest = checksums::of(&sums, algorithm).map(|sum| sum.split_once('-').map_or(sum, |(digest, _)| digest));
        if digest.is_some_and(|digest| digest != value) {
            checksums::check(algorithm, &value, &sums)?;
        }
    }
    Ok(sums)
}

/// Gives an upload up.
pub(crate) async fn abort_multipart_upload(
    front: &Front,
    req: S3Request<AbortMultipartUploadInput>,
) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
    let input = req.input;
    let upload = find(front, &input.bucket, &input.key, &input.upload_id)?;
    front.store().abort_upload(&upload.id).await.map_err(errors::store)?;
    Ok(S3Response::new(AbortMultipartUploadOutput::default()))
}
