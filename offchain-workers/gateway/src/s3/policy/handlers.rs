//! S3's operations on a bucket's policy.

use idlewild_objects::ConfigKind;
use s3s::dto::{
    DeleteBucketPolicyInput, DeleteBucketPolicyOutput, GetBucketPolicyInput, GetBucketPolicyOutput, GetBucketPolicyStatusInput,
    GetBucketPolicyStatusOutput, PolicyStatus, PutBucketPolicyInput, PutBucketPolicyOutput,
};
use s3s::{S3ErrorCode, S3Result};

use super::{Policy, StoredPolicy};
use crate::s3::desk::Desk;
use crate::s3::errors;
use crate::s3::public_block::PublicBlock;

fn parse(text: &str, bucket: &str) -> S3Result<Policy> {
    Policy::parse(text, bucket).map_err(|error| errors::refuse(S3ErrorCode::MalformedPolicy, error.to_string()))
}

fn stored(desk: &Desk<'_>, bucket: &str) -> S3Result<StoredPolicy> {
    desk.need(bucket, ConfigKind::Policy, S3ErrorCode::NoSuchBucketPolicy, "The bucket has no policy.")
}

pub(crate) async fn get_bucket_policy(desk: &Desk<'_>, input: GetBucketPolicyInput) -> S3Result<GetBucketPolicyOutput> {
    Ok(GetBucketPolicyOutput { policy: Some(stored(desk, &input.bucket)?.text) })
}

pub(crate) async fn put_bucket_policy(desk: &Desk<'_>, input: PutBucketPolicyInput) -> S3Result<PutBucketPolicyOutput> {
    desk.bucket(&input.bucket)?;
    let policy = parse(&input.policy, &input.bucket)?;
    let block: PublicBlock = desk.load(&input.bucket, ConfigKind::PublicAccess)?.unwrap_or_default();
    if block.block_public_policy && policy.is_public() {
        return Err(errors::refuse(
            S3ErrorCode::AccessDenied,
            "The policy lets anyone in, which the bucket's public access block refuses; name accounts, or change the block.",
        ));
    }
    desk.save(&input.bucket, ConfigKind::Policy, &StoredPolicy { text: input.policy }).await?;
    Ok(PutBucketPolicyOutput::default())
}

pub(crate) async fn delete_bucket_policy(
    desk: &Desk<'_>,
    input: DeleteBucketPolicyInput,
) -> S3Result<DeleteBucketPolicyOutput> {
    desk.clear(&input.bucket, ConfigKind::Policy).await?;
    Ok(DeleteBucketPolicyOutput::default())
}

pub(crate) async fn get_bucket_policy_status(
    desk: &Desk<'_>,
    input: GetBucketPolicyStatusInput,
) -> S3Result<GetBucketPolicyStatusOutput> {
    let policy = parse(&stored(desk, &input.bucket)?.text, &input.bucket)?;
    Ok(GetBucketPolicyStatusOutput { policy_status: Some(PolicyStatus { is_public: Some(policy.is_public()) }) })
}
