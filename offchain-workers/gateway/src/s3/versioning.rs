//! Whether a bucket keeps the versions of its objects.

use idlewild_objects::Versioning;
use s3s::dto::{
    BucketVersioningStatus, GetBucketVersioningInput, GetBucketVersioningOutput, MFADelete, PutBucketVersioningInput,
    PutBucketVersioningOutput,
};
use s3s::{S3ErrorCode, S3Result};

use super::desk::Desk;
use super::errors;

pub(crate) async fn get_bucket_versioning(
    desk: &Desk<'_>,
    input: GetBucketVersioningInput,
) -> S3Result<GetBucketVersioningOutput> {
    let status = match desk.bucket(&input.bucket)?.versioning {
        Versioning::Off => None,
        Versioning::Enabled => Some(BucketVersioningStatus::ENABLED),
        Versioning::Suspended => Some(BucketVersioningStatus::SUSPENDED),
    };
    Ok(GetBucketVersioningOutput { mfa_delete: None, status: status.map(BucketVersioningStatus::from_static) })
}

pub(crate) async fn put_bucket_versioning(
    desk: &Desk<'_>,
    input: PutBucketVersioningInput,
) -> S3Result<PutBucketVersioningOutput> {
    let given = input.versioning_configuration;
    if given.mfa_delete.is_some_and(|delete| delete.as_str() == MFADelete::ENABLED) {
        return Err(errors::refuse(
            S3ErrorCode::NotImplemented,
            "There is no MFA delete; lock versions instead, which nobody undoes in compliance mode.",
        ));
    }
    let versioning = match given.status.as_ref().map(BucketVersioningStatus::as_str) {
        Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
        Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
        _ => {
            return Err(errors::refuse(
                S3ErrorCode::IllegalVersioningConfigurationException,
                "The status of versioning must be Enabled or Suspended.",
            ));
        },
    };
    if versioning == Versioning::Suspended && desk.bucket(&input.bucket)?.object_lock {
        return Err(errors::refuse(S3ErrorCode::InvalidBucketState, "A bucket whose versions can be locked stays versioned."));
    }
    desk.store.set_versioning(&input.bucket, versioning).await.map_err(errors::bucket)?;
    Ok(PutBucketVersioningOutput::default())
}
