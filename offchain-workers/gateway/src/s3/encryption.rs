//! How objects are encrypted: always, under the key of their bucket, before they leave the gateway. There is nothing to set.

use s3s::dto::{
    DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, GetBucketEncryptionInput, GetBucketEncryptionOutput,
    PutBucketEncryptionInput, PutBucketEncryptionOutput, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use s3s::{S3ErrorCode, S3Result};

use super::desk::Desk;
use super::errors;

pub(crate) async fn get_bucket_encryption(
    desk: &Desk<'_>,
    input: GetBucketEncryptionInput,
) -> S3Result<GetBucketEncryptionOutput> {
    desk.bucket(&input.bucket)?;
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(ServerSideEncryptionByDefault {
            kms_master_key_id: None,
            sse_algorithm: ServerSideEncryption::from_static(ServerSideEncryption::AES256),
        }),
        bucket_key_enabled: Some(false),
    };
    Ok(GetBucketEncryptionOutput {
        server_side_encryption_configuration: Some(ServerSideEncryptionConfiguration { rules: vec![rule] }),
    })
}

/// What is so anyway may be asked for, as tools do when they set up a bucket.
pub(crate) async fn put_bucket_encryption(
    desk: &Desk<'_>,
    input: PutBucketEncryptionInput,
) -> S3Result<PutBucketEncryptionOutput> {
    desk.bucket(&input.bucket)?;
    let is_so = |rule: &ServerSideEncryptionRule| match &rule.apply_server_side_encryption_by_default {
        Some(default) => default.sse_algorithm.as_str() == ServerSideEncryption::AES256 && default.kms_master_key_id.is_none(),
        None => true,
    };
    match input.server_side_encryption_configuration.rules.iter().all(is_so) {
        true => Ok(PutBucketEncryptionOutput::default()),
        false => Err(errors::refuse(
            S3ErrorCode::NotImplemented,
            "Objects are always encrypted under the key of their bucket, which is AES256; there are no keys of a key service.",
        )),
    }
}

pub(crate) async fn delete_bucket_encryption(
    desk: &Desk<'_>,
    input: DeleteBucketEncryptionInput,
) -> S3Result<DeleteBucketEncryptionOutput> {
    desk.bucket(&input.bucket)?;
    Err(errors::refuse(
        S3ErrorCode::NotImplemented,
        "Encryption cannot be switched off: what leaves the gateway is always encrypted.",
    ))
}
