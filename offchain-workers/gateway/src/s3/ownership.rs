//! Whether ACLs count. All objects of a bucket are its owner's in any case.

use idlewild_objects::ConfigKind;
use s3s::dto::{
    DeleteBucketOwnershipControlsInput, DeleteBucketOwnershipControlsOutput, GetBucketOwnershipControlsInput,
    GetBucketOwnershipControlsOutput, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    PutBucketOwnershipControlsInput, PutBucketOwnershipControlsOutput,
};
use s3s::{S3ErrorCode, S3Result};
use serde::{Deserialize, Serialize};

use super::acl::{BucketAcl, Canned};
use super::desk::Desk;
use super::errors;

/// The setting, by S3's names for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ownership {
    /// ACLs count for nothing.
    BucketOwnerEnforced,
    /// They count.
    BucketOwnerPreferred,
    /// They count too: whoever writes an object writes it for the bucket's owner.
    ObjectWriter,
}

impl Ownership {
    pub(crate) fn acls_off(self) -> bool {
        self == Self::BucketOwnerEnforced
    }

    fn name(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => ObjectOwnership::BUCKET_OWNER_ENFORCED,
            Self::BucketOwnerPreferred => ObjectOwnership::BUCKET_OWNER_PREFERRED,
            Self::ObjectWriter => ObjectOwnership::OBJECT_WRITER,
        }
    }
}

pub(crate) async fn get_bucket_ownership_controls(
    desk: &Desk<'_>,
    input: GetBucketOwnershipControlsInput,
) -> S3Result<GetBucketOwnershipControlsOutput> {
    let code = S3ErrorCode::OwnershipControlsNotFoundError;
    let ownership: Ownership =
        desk.need(&input.bucket, ConfigKind::Ownership, code, "The bucket has no ownership controls.")?;
    let rules = vec![OwnershipControlsRule { object_ownership: ObjectOwnership::from_static(ownership.name()) }];
    Ok(GetBucketOwnershipControlsOutput { ownership_controls: Some(OwnershipControls { rules }) })
}

pub(crate) async fn put_bucket_ownership_controls(
    desk: &Desk<'_>,
    input: PutBucketOwnershipControlsInput,
) -> S3Result<PutBucketOwnershipControlsOutput> {
    let all = [Ownership::BucketOwnerEnforced, Ownership::BucketOwnerPreferred, Ownership::ObjectWriter];
    let ownership = match input.ownership_controls.rules.as_slice() {
        [rule] => all.into_iter().find(|ownership| ownership.name() == rule.object_ownership.as_str()),
        _ => None,
    };
    let ownership = ownership.ok_or_else(|| {
        errors::refuse(S3ErrorCode::MalformedXML, "Give one rule: BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter.")
    })?;
    let acl: BucketAcl = desk.load(&input.bucket, ConfigKind::Acl)?.unwrap_or_default();
    if ownership.acls_off() && acl.canned != Canned::Private {
        return Err(errors::refuse(
            S3ErrorCode::InvalidBucketAclWithObjectOwnership,
            "The bucket's ACL lets others in, and would count no longer; set it to private first.",
        ));
    }
    desk.save(&input.bucket, ConfigKind::Ownership, &ownership).await?;
    Ok(PutBucketOwnershipControlsOutput::default())
}

pub(crate) async fn delete_bucket_ownership_controls(
    desk: &Desk<'_>,
    input: DeleteBucketOwnershipControlsInput,
) -> S3Result<DeleteBucketOwnershipControlsOutput> {
    desk.clear(&input.bucket, ConfigKind::Ownership).await?;
    Ok(DeleteBucketOwnershipControlsOutput::default())
}
