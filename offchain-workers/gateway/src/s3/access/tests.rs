//! Who may what, by which of the sources.

use idlewild_buckets_primitives::scopes::Rights;
use serde_json::{json, Value};
use time::macros::datetime;

use super::*;

const OWNER: [u8; 32] = [1; 32];
const USER: [u8; 32] = [2; 32];

fn caller(account: [u8; 32], rights: Rights, buckets: Option<Vec<u64>>) -> Caller {
    Caller { account, owner: account == OWNER, scopes: Scopes { rights, buckets } }
}

fn ask<'a>(action: Action, caller: Option<&'a Caller>) -> Ask<'a> {
    Ask {
        action,
        bucket: "photos",
        bucket_id: Some(5),
        key: (action.level() == Level::Object).then_some("a.jpg"),
        version: None,
        caller,
        door: Door::S3,
        object_acl: None,
        peer: Some([192, 0, 2, 1].into()),
        secure: false,
        now: datetime!(2030-01-01 00:00 UTC),
        prefix: None,
        delimiter: None,
    }
}

fn rules(statements: &Value) -> Rules {
    let text = json!({ "Statement": statements }).to_string();
    Rules { policy: Some(Arc::new(Policy::parse(&text, "photos").unwrap())), ..Rules::default() }
}

fn statement(effect: &str, principal: Value, action: Value) -> Value {
    json!({ "Effect": effect, "Principal": principal, "Action": action, "Resource": ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"] })
}

fn allowed(rules: &Rules, ask: &Ask<'_>) -> bool {
    may(rules, ask).is_allow()
}

#[test]
fn without_anything_said_scopes_decide() {
    let none = Rules::default();
    let reader = caller(USER, Rights::READ.and(Rights::LIST), None);
    let other = caller(USER, Rights::ALL, Some(vec![6]));
    let this = caller(USER, Rights::ALL, Some(vec![5]));
    for action in Action::ALL.iter().copied().filter(|action| action.level() != Level::Service) {
        assert!(!allowed(&none, &ask(action, None)), "{action:?} unsigned");
        assert_eq!(allowed(&none, &ask(action, Some(&reader))), action.is_read(), "{action:?} with READ and LIST");
        assert!(!allowed(&none, &ask(action, Some(&other))), "{action:?} for another bucket");
        assert!(allowed(&none, &ask(action, Some(&this))), "{action:?} for this bucket");
        let local = Ask { bucket_id: None, ..ask(action, Some(&this)) };
        assert!(!allowed(&none, &local), "{action:?} for a bucket that has no id yet");
    }
}

#[test]
fn buckets_are_listed_for_whoever_may_list() {
    let lister = caller(USER, Rights::LIST, Some(vec![6]));
    let writer = caller(USER, Rights::WRITE, None);
    assert!(allowed(&Rules::default(), &ask(Action::ListAllMyBuckets, Some(&lister))));
    assert!(!allowed(&Rules::default(), &ask(Action::ListAllMyBuckets, Some(&writer))));
    assert!(!allowed(&Rules::default(), &ask(Action::ListAllMyBuckets, None)));
    assert!(lister.sees(Some(6)) && !lister.sees(Some(5)) && !lister.sees(None) && writer.sees(None));
}

#[test]
fn a_deny_wins_over_scopes_but_nobody_locks_himself_out() {
    let rules = rules(&json!([statement("Deny", json!("*"), json!("s3:*"))]));
    let owner = caller(OWNER, Rights::ALL, None);
    let user = caller(USER, Rights::ALL, None);
    let weak = caller(OWNER, Rights::READ, None);
    assert!(!allowed(&rules, &ask(Action::GetObject, Some(&owner))));
    for mends in [Action::GetBucketPolicy, Action::PutBucketPolicy, Action::DeleteBucketPolicy] {
        assert!(allowed(&rules, &ask(mends, Some(&owner))));
        assert!(!allowed(&rules, &ask(mends, Some(&user))));
        assert!(!allowed(&rules, &ask(mends, Some(&weak))));
    }
}

#[test]
fn a_policy_adds_to_scopes() {
    let rules = rules(&json!([statement("Allow", json!({ "AWS": hex::encode(USER) }), json!("s3:PutObject"))]));
    let user = caller(USER, Rights::READ, Some(vec![6]));
    let stranger = caller([3; 32], Rights::READ, Some(vec![6]));
    assert!(allowed(&rules, &ask(Action::PutObject, Some(&user))));
    assert!(!allowed(&rules, &ask(Action::DeleteObject, Some(&user))));
    assert!(!allowed(&rules, &ask(Action::PutObject, Some(&stranger))));
}

#[test]
fn strangers_read_at_most() {
    let rules = rules(&json!([statement("Allow", json!("*"), json!("s3:*"))]));
    for action in Action::ALL.iter().copied().filter(|action| action.level() != Level::Service) {
        assert_eq!(allowed(&rules, &ask(action, None)), action.is_read(), "{action:?}");
    }
    assert_eq!(may(&rules, &ask(Action::PutObject, None)), Decision::Deny(Refusal::AnonymousWrite));
}

#[test]
fn conditions_are_asked_of_the_request() {
    let mut one = statement("Allow", json!("*"), json!("s3:ListBucket"));
    one["Condition"] = json!({
        "IpAddress": { "aws:SourceIp": "192.0.2.0/24" },
        "StringLike": { "s3:prefix": "public/*" },
        "Bool": { "aws:SecureTransport": "true" },
        "DateLessThan": { "aws:CurrentTime": "2030-01-02T00:00:00Z" },
    });
    let rules = rules(&json!([one]));
    let right = Ask { prefix: Some("public/a"), secure: true, ..ask(Action::ListBucket, None) };
    assert!(allowed(&rules, &right));
    for wrong in [
        Ask { prefix: None, ..right },
        Ask { secure: false, ..right },
        Ask { peer: Some([198, 51, 100, 1].into()), ..right },
        Ask { now: datetime!(2030-01-02 00:00 UTC), ..right },
    ] {
        assert!(!allowed(&rules, &wrong), "{wrong:?}");
    }
}

#[test]
fn acls_are_of_what_they_are_set_on() {
    let open = Rules { acl: Canned::PublicRead, ..Rules::default() };
    assert!(allowed(&open, &ask(Action::ListBucket, None)));
    assert!(!allowed(&open, &ask(Action::GetObject, None)), "a bucket's ACL is not its objects'");
    assert!(!allowed(&open, &ask(Action::GetBucketVersioning, None)));

    let none = Rules::default();
    let object = |acl| Ask { object_acl: Some(acl), ..ask(Action::GetObject, None) };
    assert!(allowed(&none, &object("public-read")));
    assert!(!allowed(&none, &object("private")));
    assert!(!allowed(&none, &object("authenticated-read")));
    assert!(!allowed(&none, &object("public-read-write")), "not an ACL here");
    assert!(!allowed(&none, &Ask { action: Action::DeleteObject, ..object("public-read") }));

    let signed = caller(USER, Rights::WRITE, Some(vec![]));
    assert!(allowed(&none, &Ask { caller: Some(&signed), ..object("authenticated-read") }));
    for (rules, why) in [
        (Rules { acls_off: true, ..none.clone() }, "they count for nothing"),
        (
            Rules { block: PublicBlock { ignore_public_acls: true, ..PublicBlock::default() }, ..none.clone() },
            "they are ignored",
        ),
    ] {
        assert!(!allowed(&rules, &object("public-read")), "{why}");
    }
}

#[test]
fn a_website_is_read_by_its_own_door() {
    let site = Rules { website: true, ..Rules::default() };
    let web = Ask { door: Door::Web, ..ask(Action::GetObject, None) };
    assert!(allowed(&site, &web));
    assert!(!allowed(&Rules::default(), &web));
    assert!(!allowed(&site, &ask(Action::GetObject, None)));
    assert!(!allowed(&site, &Ask { action: Action::ListBucket, key: None, ..web }));
    let mut denied = rules(&json!([statement("Deny", json!("*"), json!("s3:GetObject"))]));
    denied.website = true;
    assert!(!allowed(&denied, &web));
}

#[test]
fn a_restricted_bucket_has_no_public() {
    let mut rules = rules(&json!([
        statement("Allow", json!("*"), json!("s3:GetObject")),
        statement("Allow", json!({ "AWS": hex::encode(USER) }), json!("s3:ListBucket")),
    ]));
    rules.website = true;
    rules.block.restrict_public_buckets = true;
    let user = caller(USER, Rights::WRITE, None);
    assert!(!allowed(&rules, &ask(Action::GetObject, None)));
    assert!(!allowed(&rules, &Ask { door: Door::Web, ..ask(Action::GetObject, None) }));
    assert!(allowed(&rules, &ask(Action::ListBucket, Some(&user))), "whoever is named is not the public");
}

#[test]
fn operations_are_asked_for_as_actions() {
    for (operation, versioned, action) in [
        ("GetObject", false, Some(Action::GetObject)),
        ("HeadObject", true, Some(Action::GetObjectVersion)),
        ("DeleteObject", true, Some(Action::DeleteObjectVersion)),
        ("UploadPartCopy", false, Some(Action::PutObject)),
        ("ListObjectsV2", false, Some(Action::ListBucket)),
        ("DeleteBucketCors", false, Some(Action::PutBucketCors)),
        ("GetBucketLifecycleConfiguration", false, Some(Action::GetLifecycle)),
        ("PutObjectLockConfiguration", false, Some(Action::PutObjectLock)),
        ("DeleteBucketPolicy", false, Some(Action::DeleteBucketPolicy)),
        ("GetBucketOwnershipControls", false, Some(Action::GetOwnershipControls)),
        ("PutBucketLogging", false, Some(Action::PutBucketLogging)),
        ("WriteGetObjectResponse", false, None),
        ("", false, None),
    ] {
        assert_eq!(Action::of(operation, versioned), action, "{operation}");
    }
}
