//! What S3 has and this gateway has not: asked, it says that nothing is set; told to, it refuses, so that nobody relies on it.

use s3s::dto::{
    DeleteBucketReplicationInput, DeleteBucketReplicationOutput, GetBucketLoggingInput, GetBucketLoggingOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput, GetBucketReplicationInput,
    GetBucketReplicationOutput, PutBucketLoggingInput, PutBucketLoggingOutput, PutBucketNotificationConfigurationInput,
    PutBucketNotificationConfigurationOutput, PutBucketReplicationInput, PutBucketReplicationOutput,
};
use s3s::{S3ErrorCode, S3Result};

use super::desk::Desk;
use super::errors;

pub(crate) async fn get_bucket_logging(desk: &Desk<'_>, input: GetBucketLoggingInput) -> S3Result<GetBucketLoggingOutput> {
    desk.bucket(&input.bucket)?;
    Ok(GetBucketLoggingOutput::default())
}

/// Without a target it switches logging off, which it is.
pub(crate) async fn put_bucket_logging(desk: &Desk<'_>, input: PutBucketLoggingInput) -> S3Result<PutBucketLoggingOutput> {
    desk.bucket(&input.bucket)?;
    match input.bucket_logging_status.logging_enabled {
        None => Ok(PutBucketLoggingOutput::default()),
        Some(_) => Err(errors::refuse(
            S3ErrorCode::NotImplemented,
            "Access is not logged into buckets; the gateway's own log and metrics are with whoever runs it.",
        )),
    }
}

pub(crate) async fn get_bucket_notification_configuration(
    desk: &Desk<'_>,
    input: GetBucketNotificationConfigurationInput,
) -> S3Result<GetBucketNotificationConfigurationOutput> {
    desk.bucket(&input.bucket)?;
    Ok(GetBucketNotificationConfigurationOutput::default())
}

/// An empty configuration switches notifications off, which they are.
pub(crate) async fn put_bucket_notification_configuration(
    desk: &Desk<'_>,
    input: PutBucketNotificationConfigurationInput,
) -> S3Result<PutBucketNotificationConfigurationOutput> {
    desk.bucket(&input.bucket)?;
    let given = input.notification_configuration;
    let nothing = given.event_bridge_configuration.is_none()
        && given.lambda_function_configurations.is_none_or(|all| all.is_empty())
        && given.queue_configurations.is_none_or(|all| all.is_empty())
        && given.topic_configurations.is_none_or(|all| all.is_empty());
    match nothing {
        true => Ok(PutBucketNotificationConfigurationOutput::default()),
        false => Err(errors::refuse(S3ErrorCode::NotImplemented, "Nobody is told of changes; list the bucket to see them.")),
    }
}

pub(crate) async fn get_bucket_replication(
    desk: &Desk<'_>,
    input: GetBucketReplicationInput,
) -> S3Result<GetBucketReplicationOutput> {
    desk.bucket(&input.bucket)?;
    Err(errors::refuse(S3ErrorCode::ReplicationConfigurationNotFoundError, "The bucket is not replicated to another one."))
}

pub(crate) async fn put_bucket_replication(
    desk: &Desk<'_>,
    input: PutBucketReplicationInput,
) -> S3Result<PutBucketReplicationOutput> {
    desk.bucket(&input.bucket)?;
    Err(errors::refuse(
        S3ErrorCode::NotImplemented,
        "Buckets are not replicated to others: miners keep every object in several shards already. Copy what a second bucket needs.",
    ))
}

pub(crate) async fn delete_bucket_replication(
    desk: &Desk<'_>,
    input: DeleteBucketReplicationInput,
) -> S3Result<DeleteBucketReplicationOutput> {
    desk.bucket(&input.bucket)?;
    Ok(DeleteBucketReplicationOutput::default())
}
