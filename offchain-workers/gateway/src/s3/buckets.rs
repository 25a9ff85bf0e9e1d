//! Buckets: created, listed, removed.

use hyper::{header::HeaderValue, HeaderMap};
use idlewild_objects::{BucketError, BucketInit, ConfigKind, Versioning};
use s3s::{
    dto::{
        self, BucketLocationConstraint, CreateBucketInput, CreateBucketOutput, DeleteBucketInput, DeleteBucketOutput,
        GetBucketLocationInput, GetBucketLocationOutput, HeadBucketInput, HeadBucketOutput, ListBucketsInput,
        ListBucketsOutput,
    },
    S3ErrorCode, S3Request, S3Response, S3Result,
};

use super::{
    acl,
    authority::Visit,
    conditions,
    errors::{self, refuse},
    Front,
};

/// Buckets on a page at most.
const PAGE: usize = 10_000;

/// A new bucket of the owner's.
pub(crate) async fn create_bucket(
    front: &Front,
    req: S3Request<CreateBucketInput>,
) -> S3Result<S3Response<CreateBucketOutput>> {
    let input = req.input;
    let grants = input.grant_full_control.is_some()
        || input.grant_read.is_some()
        || input.grant_read_acp.is_some()
        || input.grant_write.is_some()
        || input.grant_write_acp.is_some();
    let document = acl::for_new_bucket(input.acl.as_ref().map(|acl| acl.as_str()), grants)?;
    let locks = input.object_lock_enabled_for_bucket.unwrap_or(false);
    let init = BucketInit {
        object_lock: locks,
        versioning: if locks { Versioning::Enabled } else { Versioning::Off },
        ..BucketInit::default()
    };
    front.store().create_bucket(&input.bucket, init).await.map_err(errors::bucket)?;
    if document.is_some() {
        front.store().set_config(&input.bucket, ConfigKind::Acl, document).await.map_err(errors::bucket)?;
    }
    Ok(S3Response::new(CreateBucketOutput { location: Some(format!("/{}", input.bucket)) }))
}

/// Whether there is such a bucket.
pub(crate) async fn head_bucket(front: &Front, req: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
    front.bucket(&req.input.bucket)?;
    let region = front.settings().region.clone();
    let mut headers = HeaderMap::new();
    if let Ok(region) = HeaderValue::from_str(&region) {
        headers.insert("x-amz-bucket-region", region);
    }
    Ok(S3Response::with_headers(HeadBucketOutput::default(), headers))
}

/// The buckets that the caller's credential is for.
pub(crate) async fn list_buckets(front: &Front, req: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
    let visit = Visit::of(&req.extensions);
    let input = req.input;
    let most = match input.max_buckets {
        None => PAGE,
        Some(most) => usize::try_from(most)
            .ok()
            .filter(|most| (1..=PAGE).contains(most))
            .ok_or_else(|| refuse(S3ErrorCode::InvalidArgument, "max-buckets must be 1 to 10000"))?,
    };
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let after = input.continuation_token.as_deref().unwrap_or_default();
    let mut all = front
        .store()
        .buckets()
        .into_iter()
        .filter(|bucket| visit.caller.as_ref().is_some_and(|caller| caller.sees(bucket.id)))
        .filter(|bucket| bucket.name.starts_with(prefix) && bucket.name.as_str() > after);
    let buckets: Vec<dto::Bucket> = all
        .by_ref()
        .take(most)
        .map(|bucket| dto::Bucket {
            bucket_region: Some(front.settings().region.clone()),
            creation_date: Some(conditions::timestamp(bucket.created)),
            name: Some(bucket.name),
        })
        .collect();
    let more = all.next().is_some();
    Ok(S3Response::new(ListBucketsOutput {
        continuation_token: buckets.last().filter(|_| more).and_then(|bucket| bucket.name.clone()),
        buckets: Some(buckets),
        owner: Some(front.owner()),
        prefix: input.prefix,
    }))
}

/// Removes an empty bucket.
pub(crate) async fn delete_bucket(
    front: &Front,
    req: S3Request<DeleteBucketInput>,
) -> S3Result<S3Response<DeleteBucketOutput>> {
    front.store().delete_bucket(&req.input.bucket).await.map_err(errors::bucket)?;
    Ok(S3Response::new(DeleteBucketOutput {}))
}

/// Where a bucket is: all are in the gateway's region.
pub(crate) async fn get_bucket_location(
    front: &Front,
    req: S3Request<GetBucketLocationInput>,
) -> S3Result<S3Response<GetBucketLocationOutput>> {
    front.store().bucket(&req.input.bucket).ok_or_else(|| errors::bucket(BucketError::NoSuchBucket))?;
    // S3 has no name for its first region here, and clients read the absence so.
    let region = front.settings().region.clone();
    let constraint = (region != "us-east-1").then(|| BucketLocationConstraint::from(region));
    Ok(S3Response::new(GetBucketLocationOutput { location_constraint: constraint }))
}
