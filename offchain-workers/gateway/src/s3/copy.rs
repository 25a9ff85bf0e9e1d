//! CopyObject, and where a copy comes from.

use futures::StreamExt;
use idlewild_objects::Version;
use s3s::{
    dto::{CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, MetadataDirective, TaggingDirective},
    S3ErrorCode, S3Request, S3Response, S3Result,
};

use super::{
    access::Action,
    acknowledge::{self, Acknowledge},
    authority::{Visit, Wish},
    checksums::{self, Algorithm, Hasher, Scope, Sums},
    conditions::{self, Reading},
    errors::{self, refuse},
    get::find,
    keys,
    metadata::describe,
    put::shown_id,
    Front,
};

/// The version that a copy is made of, if the visitor may read it.
pub(crate) fn source(front: &Front, visit: &Visit, source: &CopySource, reading: &Reading<'_>) -> S3Result<(String, Version)> {
    let CopySource::Bucket { bucket, key, version_id } = source else {
        return Err(refuse(S3ErrorCode::NotImplemented, "There are no access points here; name the source as bucket/key"));
    };
    keys::check(key)?;
    let id = keys::version(version_id.as_deref())?;
    let action = if id.is_some() { Action::GetObjectVersion } else { Action::GetObject };
    front.allow(visit, &Wish::object(action, bucket, key, id.as_ref()))?;
    let version = find(front, bucket, key, id.as_ref())?;
    reading.check_source(&version)?;
    Ok((bucket.to_string(), version))
}

/// A new version with the bytes of another.
pub(crate) async fn copy_object(front: &Front, mut req: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
    let visit = Visit::of(&req.extensions);
    let wanted = Acknowledge::of(&req.headers, &req.uri)?;
    let input = &mut req.input;
    let bucket = front.bucket(&input.bucket)?;
    let reading = Reading {
        if_match: input.copy_source_if_match.as_ref(),
        if_none_match: input.copy_source_if_none_match.as_ref(),
        if_modified_since: input.copy_source_if_modified_since.as_ref(),
        if_unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
    };
    let (from, version) = source(front, &visit, &input.copy_source, &reading)?;
    let replaces = directive(input.metadata_directive.as_ref().map(MetadataDirective::as_str))?;
    let retags = directive(input.tagging_directive.as_ref().map(TaggingDirective::as_str))?;
    let described = describe!(input);
    let itself = from == bucket.name && version.key == described.key && version.is_current;
    if itself && !replaces && described.website_redirect.is_none() && described.storage_class.is_none() {
        return Err(refuse(
            S3ErrorCode::InvalidRequest,
            "This copy request is illegal because it is trying to copy an object to itself without changing anything; \
             replace the metadata, or name another key",
        ));
    }
    let key = described.key.clone();
    let mut new = described.into_new(front, &visit)?;
    if !replaces {
        // Where a page redirects to is not copied, S3 says.
        let redirect = |(name, _): &(String, String)| name == super::metadata::header::WEBSITE_REDIRECT;
        let mut headers: Vec<_> = version.headers.iter().filter(|header| !redirect(header)).cloned().collect();
        headers.extend(new.headers.into_iter().filter(redirect));
        new.headers = headers;
        new.content_type.clone_from(&version.content_type);
        new.user.clone_from(&version.user);
    }
    if !retags {
        new.tags.clone_from(&version.tags);
    }
    let algorithm = input.checksum_algorithm.as_ref().map(|name| Algorithm::named(name.as_str())).transpose()?;
    new.checksums = sums(front, &version, algorithm).await?;
    let copy = front.store().copy(&version, &bucket.name, &key, new).await.map_err(errors::put)?;
    let headers = acknowledge::wait(front, &copy, &bucket.name, wanted).await?;
    let mut result = CopyObjectResult {
        e_tag: Some(conditions::etag(&copy)),
        last_modified: Some(conditions::timestamp(copy.modified)),
        ..CopyObjectResult::default()
    };
    result.checksum_type = checksums::fill!(result, &copy.checksums);
    let source_versioning = front.bucket(&from)?.versioning;
    let output = CopyObjectOutput {
        copy_object_result: Some(result),
        copy_source_version_id: shown_id(&version, source_versioning),
        version_id: shown_id(&copy, bucket.versioning),
        ..CopyObjectOutput::default()
    };
    Ok(S3Response::with_headers(output, headers))
}

fn directive(text: Option<&str>) -> S3Result<bool> {
    match text {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(_) => Err(refuse(S3ErrorCode::InvalidArgument, "Unknown directive; use COPY or REPLACE")),
    }
}

/// The checksums of a copy: those of the source, unless another is asked for, which takes reading it.
async fn sums(front: &Front, version: &Version, algorithm: Option<Algorithm>) -> S3Result<Sums> {
    let has = |algorithm| {
        checksums::of(&version.checksums, algorithm).is_some() && checksums::scope_of(&version.checksums) == Some(Scope::Whole)
    };
    let Some(algorithm) = algorithm.filter(|algorithm| !has(*algorithm)) else { return Ok(version.checksums.clone()) };
    let mut hasher = Hasher::new(&[algorithm]);
    let mut bytes = front.store().read(version, 0..version.size);
    while let Some(piece) = bytes.next().await {
        hasher.update(&piece.map_err(|error| errors::read(&error))?);
    }
    Ok(hasher.finish())
}
