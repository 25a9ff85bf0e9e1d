//! S3's operations on ACLs.

use idlewild_objects::{Amendment, ConfigKind};
use s3s::dto::{
    AccessControlPolicy, GetBucketAclInput, GetBucketAclOutput, GetObjectAclInput, GetObjectAclOutput, PutBucketAclInput,
    PutBucketAclOutput, PutObjectAclInput, PutObjectAclOutput,
};
use s3s::{S3ErrorCode, S3Result};

use super::{check, granted, grants, named, BucketAcl, Canned};
use crate::s3::desk::Desk;
use crate::s3::errors;

pub(crate) async fn get_bucket_acl(desk: &Desk<'_>, input: GetBucketAclInput) -> S3Result<GetBucketAclOutput> {
    let acl: BucketAcl = desk.load(&input.bucket, ConfigKind::Acl)?.unwrap_or_default();
    Ok(GetBucketAclOutput { grants: Some(grants::of(acl.canned, desk.owner_id)), owner: Some(grants::owner(desk.owner_id)) })
}

/// What is asked for: by name or as a list of grants.
fn chosen(
    desk: &Desk<'_>,
    canned: Option<&str>,
    list: Option<&AccessControlPolicy>,
    any_grant_header: bool,
) -> S3Result<Canned> {
    match (canned, list) {
        _ if any_grant_header => Err(granted()),
        (Some(name), None) => named(name),
        (None, Some(list)) => grants::parse(list, desk.owner_id),
        (Some(_), Some(_)) => {
            Err(errors::refuse(S3ErrorCode::UnexpectedContent, "Give the ACL by name or as a list of grants, not both."))
        },
        (None, None) => {
            Err(errors::refuse(S3ErrorCode::MissingSecurityHeader, "Give the ACL in x-amz-acl or as a list of grants."))
        },
    }
}

pub(crate) async fn put_bucket_acl(desk: &Desk<'_>, input: PutBucketAclInput) -> S3Result<PutBucketAclOutput> {
    let header =
        input.grant_full_control.or(input.grant_read).or(input.grant_read_acp).or(input.grant_write).or(input.grant_write_acp);
    let name = input.acl.as_ref().map(|acl| acl.as_str());
    let canned = chosen(desk, name, input.access_control_policy.as_ref(), header.is_some())?;
    check(desk.store, &input.bucket, canned)?;
    desk.save(&input.bucket, ConfigKind::Acl, &BucketAcl { canned }).await?;
    Ok(PutBucketAclOutput::default())
}

pub(crate) async fn get_object_acl(desk: &Desk<'_>, input: GetObjectAclInput) -> S3Result<GetObjectAclOutput> {
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    let canned = version.acl.as_deref().and_then(Canned::of).unwrap_or_default();
    Ok(GetObjectAclOutput {
        grants: Some(grants::of(canned, desk.owner_id)),
        owner: Some(grants::owner(desk.owner_id)),
        ..GetObjectAclOutput::default()
    })
}

pub(crate) async fn put_object_acl(desk: &Desk<'_>, input: PutObjectAclInput) -> S3Result<PutObjectAclOutput> {
    let header =
        input.grant_full_control.or(input.grant_read).or(input.grant_read_acp).or(input.grant_write).or(input.grant_write_acp);
    let name = input.acl.as_ref().map(|acl| acl.as_str());
    let canned = chosen(desk, name, input.access_control_policy.as_ref(), header.is_some())?;
    check(desk.store, &input.bucket, canned)?;
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    let acl = (!canned.is_owners()).then(|| canned.name().to_owned());
    desk.amend(&input.bucket, &version, Amendment::Acl(acl)).await?;
    Ok(PutObjectAclOutput::default())
}
