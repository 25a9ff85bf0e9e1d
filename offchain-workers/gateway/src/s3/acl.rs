//! ACLs, of which there are the four that S3 has names for and that make sense where all objects have one owner. All else is
//! said by the bucket's policy.

mod grants;
mod handlers;

use bytes::Bytes;
use idlewild_objects::{ConfigKind, Store};
use s3s::{S3Error, S3ErrorCode, S3Result};
use serde::{Deserialize, Serialize};

pub(crate) use handlers::{get_bucket_acl, get_object_acl, put_bucket_acl, put_object_acl};

use super::ownership::Ownership;
use super::public_block::PublicBlock;
use super::{desk, document, errors};

/// An ACL, by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Canned {
    /// Only the owner.
    #[default]
    Private,
    /// Anyone reads.
    PublicRead,
    /// Whoever has a credential of this gateway reads.
    AuthenticatedRead,
    /// Only the owner, as all objects are the bucket owner's.
    BucketOwnerFullControl,
}

impl Canned {
    const ALL: [Self; 4] = [Self::Private, Self::PublicRead, Self::AuthenticatedRead, Self::BucketOwnerFullControl];

    /// The ACL of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|canned| canned.name() == name)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PublicRead => "public-read",
            Self::AuthenticatedRead => "authenticated-read",
            Self::BucketOwnerFullControl => "bucket-owner-full-control",
        }
    }

    /// Whether it lets in only the owner.
    fn is_owners(self) -> bool {
        matches!(self, Self::Private | Self::BucketOwnerFullControl)
    }
}

/// A bucket's ACL, as it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BucketAcl {
    pub(crate) canned: Canned,
}

fn named(name: &str) -> S3Result<Canned> {
    match name {
        "public-read-write" => Err(errors::refuse(
            S3ErrorCode::NotImplemented,
            "Nobody writes without a credential, as the owner pays for it; issue credentials, or take public-read.",
        )),
        _ => Canned::of(name).ok_or_else(|| unsupported(name)),
    }
}

fn unsupported(what: &str) -> S3Error {
    let names = Canned::ALL.map(Canned::name).join(", ");
    errors::refuse(
        S3ErrorCode::NotImplemented,
        format!("The ACL {what} is not supported; there is {names}, and for all else the bucket's policy."),
    )
}

fn granted() -> S3Error {
    unsupported("of x-amz-grant headers")
}

/// Whether a bucket takes such an ACL, for itself or for its objects.
fn check(store: &Store, bucket: &str, canned: Canned) -> S3Result<()> {
    let ownership: Option<Ownership> = desk::load(store, bucket, ConfigKind::Ownership)?;
    if ownership.is_some_and(Ownership::acls_off) && canned != Canned::BucketOwnerFullControl {
        return Err(errors::refuse(
            S3ErrorCode::AccessControlListNotSupported,
            "ACLs count for nothing in this bucket; set its ownership to BucketOwnerPreferred first, or say it in the policy.",
        ));
    }
    let block: PublicBlock = desk::load(store, bucket, ConfigKind::PublicAccess)?.unwrap_or_default();
    match block.block_public_acls && canned == Canned::PublicRead {
        true => Err(errors::refuse(
            S3ErrorCode::AccessDenied,
            "The bucket's public access block refuses public ACLs; change the block first.",
        )),
        false => Ok(()),
    }
}

/// The ACL of a new object, from its `x-amz-acl` and whether there is any `x-amz-grant-` header. None where it lets in only the
/// owner; what lets in others takes the right to [`super::access::Action::PutObjectAcl`] too.
pub(crate) fn for_new_object(
    store: &Store,
    bucket: &str,
    canned: Option<&str>,
    any_grant_header: bool,
) -> S3Result<Option<String>> {
    if any_grant_header {
        return Err(granted());
    }
    let Some(canned) = canned.map(named).transpose()? else { return Ok(None) };
    // Many tools ask for `private` with every object, which says nothing that is not so.
    if canned.is_owners() {
        return Ok(None);
    }
    check(store, bucket, canned)?;
    Ok(Some(canned.name().to_owned()))
}

/// The document for a new bucket's ACL, where one is asked for.
pub(crate) fn for_new_bucket(canned: Option<&str>, any_grant_header: bool) -> S3Result<Option<Bytes>> {
    if any_grant_header {
        return Err(granted());
    }
    let Some(canned) = canned.map(named).transpose()?.filter(|canned| !canned.is_owners()) else { return Ok(None) };
    let wrong = |error| errors::refuse(S3ErrorCode::InternalError, format!("The ACL was not stored: {error}."));
    document::encode(&BucketAcl { canned }).map(Some).map_err(wrong)
}
