//! What of a bucket is kept from the public, whatever its policy and ACLs say.

use hyper::StatusCode;
use idlewild_objects::ConfigKind;
use s3s::dto::{
    DeletePublicAccessBlockInput, DeletePublicAccessBlockOutput, GetPublicAccessBlockInput, GetPublicAccessBlockOutput,
    PublicAccessBlockConfiguration, PutPublicAccessBlockInput, PutPublicAccessBlockOutput,
};
use s3s::S3Result;
use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::errors;

/// What is kept from the public. By itself, nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicBlock {
    /// ACLs that would let anyone in are refused.
    pub block_public_acls: bool,
    /// ACLs that let anyone in count for nothing.
    pub ignore_public_acls: bool,
    /// Policies that would let anyone in are refused.
    pub block_public_policy: bool,
    /// What lets anyone in, by the policy or as a website, counts for nothing.
    pub restrict_public_buckets: bool,
}

pub(crate) async fn get_public_access_block(
    desk: &Desk<'_>,
    input: GetPublicAccessBlockInput,
) -> S3Result<GetPublicAccessBlockOutput> {
    let absent = || {
        errors::custom("NoSuchPublicAccessBlockConfiguration", StatusCode::NOT_FOUND, "The bucket has no public access block.")
    };
    let block: PublicBlock = desk.load(&input.bucket, ConfigKind::PublicAccess)?.ok_or_else(absent)?;
    Ok(GetPublicAccessBlockOutput {
        public_access_block_configuration: Some(PublicAccessBlockConfiguration {
            block_public_acls: Some(block.block_public_acls),
            block_public_policy: Some(block.block_public_policy),
            ignore_public_acls: Some(block.ignore_public_acls),
            restrict_public_buckets: Some(block.restrict_public_buckets),
        }),
    })
}

pub(crate) async fn put_public_access_block(
    desk: &Desk<'_>,
    input: PutPublicAccessBlockInput,
) -> S3Result<PutPublicAccessBlockOutput> {
    let given = input.public_access_block_configuration;
    let block = PublicBlock {
        block_public_acls: given.block_public_acls.unwrap_or(false),
        ignore_public_acls: given.ignore_public_acls.unwrap_or(false),
        block_public_policy: given.block_public_policy.unwrap_or(false),
        restrict_public_buckets: given.restrict_public_buckets.unwrap_or(false),
    };
    desk.save(&input.bucket, ConfigKind::PublicAccess, &block).await?;
    Ok(PutPublicAccessBlockOutput::default())
}

pub(crate) async fn delete_public_access_block(
    desk: &Desk<'_>,
    input: DeletePublicAccessBlockInput,
) -> S3Result<DeletePublicAccessBlockOutput> {
    desk.clear(&input.bucket, ConfigKind::PublicAccess).await?;
    Ok(DeletePublicAccessBlockOutput::default())
}
