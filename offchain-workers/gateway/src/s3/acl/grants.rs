//! ACLs as the lists of grants that S3 writes.

use s3s::dto::{AccessControlPolicy, Grant, Grantee, Owner, Permission, Type};
use s3s::S3Result;

use super::{unsupported, Canned};

const EVERYONE: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const SIGNED: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

/// The owner as S3 shows one.
pub(super) fn owner(id: &str) -> Owner {
    Owner { display_name: None, id: Some(id.to_owned()) }
}

/// The grants of an ACL.
pub(super) fn of(canned: Canned, owner: &str) -> Vec<Grant> {
    let grant = |type_, id, uri, permission| Grant {
        grantee: Some(Grantee { display_name: None, email_address: None, id, type_: Type::from_static(type_), uri }),
        permission: Some(Permission::from_static(permission)),
    };
    let mut all = vec![grant(Type::CANONICAL_USER, Some(owner.to_owned()), None, Permission::FULL_CONTROL)];
    let readers = match canned {
        Canned::PublicRead => Some(EVERYONE),
        Canned::AuthenticatedRead => Some(SIGNED),
        Canned::Private | Canned::BucketOwnerFullControl => None,
    };
    all.extend(readers.map(|uri| grant(Type::GROUP, None, Some(uri.to_owned()), Permission::READ)));
    all
}

/// The ACL that a list of grants is.
pub(super) fn parse(policy: &AccessControlPolicy, owner: &str) -> S3Result<Canned> {
    let (mut owners, mut everyone, mut signed) = (false, false, false);
    let named = policy.owner.as_ref().and_then(|owner| owner.id.as_deref());
    let mut sound = named.is_none_or(|id| id == owner);
    for grant in policy.grants.iter().flatten() {
        let uri = grant.grantee.as_ref().and_then(|grantee| grantee.uri.as_deref());
        let id = grant.grantee.as_ref().and_then(|grantee| grantee.id.as_deref());
        match (id, uri, grant.permission.as_ref().map(Permission::as_str)) {
            (Some(id), None, Some(Permission::FULL_CONTROL)) if id == owner => owners = true,
            (None, Some(EVERYONE), Some(Permission::READ)) => everyone = true,
            (None, Some(SIGNED), Some(Permission::READ)) => signed = true,
            _ => sound = false,
        }
    }
    match (sound && owners, everyone, signed) {
        (true, true, _) => Ok(Canned::PublicRead),
        (true, false, true) => Ok(Canned::AuthenticatedRead),
        (true, false, false) => Ok(Canned::Private),
        (false, ..) => {
            Err(unsupported("with other grants than FULL_CONTROL for the owner and READ for everyone or all signed"))
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_read_from_its_grants() {
        for canned in [Canned::Private, Canned::PublicRead, Canned::AuthenticatedRead] {
            let policy = AccessControlPolicy { grants: Some(of(canned, "me")), owner: Some(owner("me")) };
            assert_eq!(parse(&policy, "me").unwrap(), canned);
            assert!(parse(&policy, "you").is_err(), "of another owner");
        }
    }

    #[test]
    fn other_grants_are_refused() {
        let mut grants = of(Canned::PublicRead, "me");
        grants[1].permission = Some(Permission::from_static(Permission::WRITE));
        assert!(parse(&AccessControlPolicy { grants: Some(grants), owner: None }, "me").is_err());
        assert!(parse(&AccessControlPolicy { grants: None, owner: None }, "me").is_err());
    }
}
