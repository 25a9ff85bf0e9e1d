//! S3's operations on a bucket's lifecycle.

use idlewild_objects::ConfigKind;
use s3s::dto::{
    DeleteBucketLifecycleInput, DeleteBucketLifecycleOutput, GetBucketLifecycleConfigurationInput,
    GetBucketLifecycleConfigurationOutput, PutBucketLifecycleConfigurationInput, PutBucketLifecycleConfigurationOutput,
};
use s3s::{S3ErrorCode, S3Result};

use super::{parse, Lifecycle};
use crate::s3::desk::Desk;
use crate::s3::errors;

pub(crate) async fn get_bucket_lifecycle_configuration(
    desk: &Desk<'_>,
    input: GetBucketLifecycleConfigurationInput,
) -> S3Result<GetBucketLifecycleConfigurationOutput> {
    let code = S3ErrorCode::NoSuchLifecycleConfiguration;
    let lifecycle: Lifecycle = desk.need(&input.bucket, ConfigKind::Lifecycle, code, "The bucket has no lifecycle rules.")?;
    Ok(GetBucketLifecycleConfigurationOutput {
        rules: Some(parse::write(lifecycle)),
        ..GetBucketLifecycleConfigurationOutput::default()
    })
}

pub(crate) async fn put_bucket_lifecycle_configuration(
    desk: &Desk<'_>,
    input: PutBucketLifecycleConfigurationInput,
) -> S3Result<PutBucketLifecycleConfigurationOutput> {
    let given = input
        .lifecycle_configuration
        .ok_or_else(|| errors::refuse(S3ErrorCode::MalformedXML, "The request has no lifecycle configuration."))?;
    let lifecycle = parse::read(given)?;
    desk.save(&input.bucket, ConfigKind::Lifecycle, &lifecycle).await?;
    Ok(PutBucketLifecycleConfigurationOutput::default())
}

pub(crate) async fn delete_bucket_lifecycle(
    desk: &Desk<'_>,
    input: DeleteBucketLifecycleInput,
) -> S3Result<DeleteBucketLifecycleOutput> {
    desk.clear(&input.bucket, ConfigKind::Lifecycle).await?;
    Ok(DeleteBucketLifecycleOutput::default())
}
