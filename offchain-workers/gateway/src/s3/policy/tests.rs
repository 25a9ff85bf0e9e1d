//! What policies say, and what is wrong with those that say nothing.

use proptest::prelude::*;
use serde_json::{json, Value};

use super::*;

const ALICE: [u8; 32] = [7; 32];
const BOB: [u8; 32] = [8; 32];

fn policy(statements: Value) -> Policy {
    Policy::parse(&json!({ "Version": "2012-10-17", "Statement": statements }).to_string(), "photos").unwrap()
}

fn error(document: &Value) -> String {
    Policy::parse(&document.to_string(), "photos").unwrap_err().to_string()
}

fn with(context: &[(&str, &str)]) -> Vec<(String, String)> {
    context.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn ask(policy: &Policy, account: Option<&[u8; 32]>, action: Action, key: Option<&str>, context: &[(&str, &str)]) -> Verdict {
    policy.judge(&Question { account, action, bucket: "photos", key, context: &with(context) })
}

const OPEN: Verdict = Verdict::Allow { public: true };
const NAMED: Verdict = Verdict::Allow { public: false };

#[test]
fn anyone_reads_what_is_public_and_nothing_else() {
    let policy = policy(
        json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/public/*" }),
    );
    assert_eq!(ask(&policy, None, Action::GetObject, Some("public/a"), &[]), OPEN);
    assert_eq!(ask(&policy, Some(&ALICE), Action::GetObject, Some("public/a/b"), &[]), OPEN);
    assert_eq!(ask(&policy, None, Action::GetObject, Some("private/a"), &[]), Verdict::Silent);
    assert_eq!(ask(&policy, None, Action::PutObject, Some("public/a"), &[]), Verdict::Silent);
    assert_eq!(ask(&policy, None, Action::GetObject, None, &[]), Verdict::Silent);
    assert_eq!(ask(&policy, None, Action::ListBucket, None, &[]), Verdict::Silent);
    assert!(policy.is_public());
}

#[test]
fn a_deny_wins_wherever_it_stands() {
    let allow = json!({ "Effect": "Allow", "Principal": { "AWS": hex::encode(ALICE) }, "Action": "s3:*", "Resource": ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"] });
    let deny = json!({ "Sid": "keep", "Effect": "Deny", "Principal": "*", "Action": ["s3:DeleteObject*"], "Resource": "arn:aws:s3:::photos/*" });
    for statements in [json!([allow, deny]), json!([deny, allow])] {
        let policy = policy(statements);
        assert_eq!(
            ask(&policy, Some(&ALICE), Action::DeleteObjectVersion, Some("a"), &[]),
            Verdict::Deny { sid: Some("keep".into()) }
        );
        assert_eq!(ask(&policy, Some(&ALICE), Action::ListBucket, None, &[]), NAMED);
        assert_eq!(ask(&policy, Some(&BOB), Action::ListBucket, None, &[]), Verdict::Silent);
        assert_eq!(ask(&policy, None, Action::ListBucket, None, &[]), Verdict::Silent);
        assert!(!policy.is_public());
    }
}

#[test]
fn whom_a_named_statement_allows_too_is_not_public() {
    let open = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*" });
    let named = json!({ "Effect": "Allow", "Principal": { "AWS": [hex::encode(ALICE)] }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*" });
    for statements in [json!([open, named]), json!([named, open])] {
        let policy = policy(statements);
        assert_eq!(ask(&policy, Some(&ALICE), Action::GetObject, Some("a"), &[]), NAMED);
        assert_eq!(ask(&policy, Some(&BOB), Action::GetObject, Some("a"), &[]), OPEN);
    }
}

#[test]
fn names_of_actions_know_no_case() {
    let policy =
        policy(json!({ "Effect": "Allow", "Principal": "*", "Action": "S3:getobject", "Resource": "arn:aws:s3:::photos/?" }));
    assert_eq!(ask(&policy, None, Action::GetObject, Some("a"), &[]), OPEN);
    assert_eq!(ask(&policy, None, Action::GetObject, Some("ab"), &[]), Verdict::Silent);
}

fn conditional(condition: Value) -> Policy {
    policy(
        json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::photos", "Condition": condition }),
    )
}

#[test]
fn conditions_hold_or_do_not() {
    let home = json!({ "IpAddress": { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] } });
    let away = json!({ "NotIpAddress": { "aws:SourceIp": "192.0.2.0/24" } });
    let prefix = json!({ "StringEquals": { "s3:prefix": ["a/", "b/"] } });
    let like = json!({ "StringLike": { "S3:Prefix": "home/*" } });
    let tls = json!({ "Bool": { "aws:SecureTransport": "true" } });
    let until = json!({ "DateLessThan": { "aws:CurrentTime": "2030-01-01T00:00:00Z" } });
    let from = json!({ "DateGreaterThan": { "aws:CurrentTime": "2030-01-01" } });
    let both = json!({ "StringLike": { "s3:prefix": "a*" }, "Bool": { "aws:SecureTransport": true } });
    for (condition, context, holds) in [
        (&home, &[("aws:sourceip", "192.0.2.9")][..], true),
        (&home, &[("aws:sourceip", "2001:db8::1")], true),
        (&home, &[("aws:sourceip", "198.51.100.1")], false),
        (&home, &[], false),
        (&away, &[("aws:sourceip", "192.0.2.9")], false),
        (&away, &[("aws:sourceip", "198.51.100.1")], true),
        (&prefix, &[("s3:prefix", "b/")], true),
        (&prefix, &[("s3:prefix", "b/c")], false),
        (&prefix, &[], false),
        (&like, &[("s3:prefix", "home/x/y")], true),
        (&like, &[("s3:prefix", "homes")], false),
        (&tls, &[("aws:securetransport", "true")], true),
        (&tls, &[("aws:securetransport", "false")], false),
        (&until, &[("aws:currenttime", "2029-12-31T23:59:59Z")], true),
        (&until, &[("aws:currenttime", "2030-01-01T00:00:00Z")], false),
        (&from, &[("aws:currenttime", "2030-01-01T00:00:01Z")], true),
        (&from, &[("aws:currenttime", "2030-01-01T00:00:00Z")], false),
        (&both, &[("s3:prefix", "ab"), ("aws:securetransport", "true")], true),
        (&both, &[("s3:prefix", "ab"), ("aws:securetransport", "false")], false),
        (&both, &[("s3:prefix", "b"), ("aws:securetransport", "true")], false),
    ] {
        let verdict = ask(&conditional(condition.clone()), None, Action::ListBucket, None, context);
        assert_eq!(verdict != Verdict::Silent, holds, "{condition} with {context:?}");
    }
}

#[test]
fn what_few_addresses_may_is_not_public() {
    let of = |range: &str| conditional(json!({ "IpAddress": { "aws:SourceIp": range } })).is_public();
    assert!(!of("192.0.2.0/24"));
    assert!(!of("2001:db8::/32"));
    assert!(of("0.0.0.0/0"));
    assert!(of("2000::/3"));
    assert!(conditional(json!({ "StringLike": { "s3:prefix": "*" } })).is_public());
    assert!(conditional(json!({ "NotIpAddress": { "aws:SourceIp": "192.0.2.0/24" } })).is_public());
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let sound = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*" });
    let but = |change: &dyn Fn(&mut Value)| {
        let mut statement = sound.clone();
        change(&mut statement);
        error(&json!({ "Statement": [sound, statement] }))
    };
    for (said, at) in [
        (error(&json!([])), "The policy must be a JSON object"),
        (error(&json!({})), "Statement must be an array"),
        (error(&json!({ "Statement": [] })), "Statement must be an array"),
        (error(&json!({ "Version": "2020-01-01", "Statement": [sound] })), "Version must be"),
        (error(&json!({ "Statements": [sound] })), "Statements is not supported"),
        (but(&|s| s["Effect"] = json!("allow")), "Statement[1].Effect must be"),
        (but(&|s| s["Principal"] = json!("me")), "Statement[1].Principal must be"),
        (but(&|s| s["Principal"] = json!({ "AWS": ["*", 1] })), "Statement[1].Principal.AWS[1] must be a string"),
        (but(&|s| s["Principal"] = json!({ "AWS": ["nobody"] })), "Statement[1].Principal.AWS[0] \"nobody\" is no account"),
        (but(&|s| s["Principal"] = json!({ "Service": "a" })), "Statement[1].Principal.Service is no kind"),
        (
            but(&|s| s["Action"] = json!(["s3:GetObject", "s3:GetObjekt"])),
            "Statement[1].Action[1] \"s3:GetObjekt\" is no action",
        ),
        (but(&|s| s["Action"] = json!("ec2:*")), "Statement[1].Action \"ec2:*\" is no action"),
        (but(&|s| s["Action"] = json!("s3:ListBucket")), "Statement[1].Action \"s3:ListBucket\" applies to no resource"),
        (but(&|s| s["Resource"] = json!("arn:aws:s3:::photos")), "Statement[1].Action \"s3:GetObject\" applies to no resource"),
        (
            but(&|s| s["Resource"] = json!("arn:aws:s3:::others/*")),
            "Statement[1].Resource \"arn:aws:s3:::others/*\" is not of this bucket",
        ),
        (but(&|s| s["Resource"] = json!("photos/*")), "Statement[1].Resource \"photos/*\" is no resource"),
        (but(&|s| s["Resource"] = json!([])), "Statement[1].Resource is empty"),
        (but(&|s| s["NotAction"] = json!("s3:*")), "Statement[1].NotAction is not supported"),
        (
            but(&|s| s["Condition"] = json!({ "IpAddress": { "aws:SourceIp": ["10.0.0.0/8", "10.0.0.0/33"] } })),
            "Statement[1].Condition.IpAddress.aws:SourceIp[1]",
        ),
        (
            but(&|s| s["Condition"] = json!({ "IpAddress": { "s3:prefix": "10.0.0.0/8" } })),
            "Statement[1].Condition.IpAddress.s3:prefix is no key",
        ),
        (
            but(&|s| s["Condition"] = json!({ "NumericEquals": { "s3:max-keys": "1" } })),
            "Statement[1].Condition.NumericEquals.s3:max-keys is under an operator",
        ),
        (
            but(&|s| s["Condition"] = json!({ "StringEquals": { "s3:prefix": "${aws:username}" } })),
            "Statement[1].Condition.StringEquals.s3:prefix has a variable",
        ),
        (
            but(&|s| s["Condition"] = json!({ "DateLessThan": { "aws:CurrentTime": "soon" } })),
            "Statement[1].Condition.DateLessThan.aws:CurrentTime",
        ),
    ] {
        assert!(said.starts_with(at), "{said:?} does not begin with {at:?}");
    }
    let twice = r#"{"Statement":[{"Effect":"Deny","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
    let twice = Policy::parse(twice, "photos").unwrap_err().to_string();
    assert!(twice.contains("\"Effect\" stands twice"), "{twice}");
    let no_json = Policy::parse("{\n  \"Statement\": oops }", "photos").unwrap_err().to_string();
    assert!(no_json.contains("line 2"), "{no_json}");
}

#[test]
fn a_policy_of_twenty_kibibytes_is_the_largest() {
    let text = json!({ "Statement": { "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" } }).to_string();
    let padded = |bytes: usize| format!("{text}{}", " ".repeat(bytes - text.len()));
    assert!(Policy::parse(&padded(MAX_BYTES), "photos").is_ok());
    assert!(Policy::parse(&padded(MAX_BYTES + 1), "photos").unwrap_err().to_string().contains("20481 bytes"));
}

fn anything() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("*".to_owned()),
        Just("Allow".to_owned()),
        Just("s3:Get*".to_owned()),
        Just("arn:aws:s3:::photos/*".to_owned()),
        Just("10.0.0.0/8".to_owned()),
        ".{0,12}",
    ];
    let key = prop_oneof![
        Just("Statement".to_owned()),
        Just("Effect".to_owned()),
        Just("Principal".to_owned()),
        Just("Action".to_owned()),
        Just("Resource".to_owned()),
        Just("Condition".to_owned()),
        Just("IpAddress".to_owned()),
        Just("aws:SourceIp".to_owned()),
        Just("AWS".to_owned()),
        ".{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(key.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn statement() -> impl Strategy<Value = Value> {
    (anything(), anything(), anything(), anything(), 0..16u8).prop_map(|(principal, action, resource, condition, wild)| {
        let pick = |bit: u8, wild_value: Value, sound: Value| if wild & bit != 0 { wild_value } else { sound };
        json!({
            "Effect": "Allow",
            "Principal": pick(1, principal, json!("*")),
            "Action": pick(2, action, json!("s3:*")),
            "Resource": pick(4, resource, json!(["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"])),
            "Condition": pick(8, condition, json!({})),
        })
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = Policy::parse(&text, "photos");
    }

    #[test]
    fn no_document_panics(document in anything()) {
        let _ = Policy::parse(&document.to_string(), "photos");
    }

    #[test]
    fn no_statement_panics(one in statement(), two in statement(), key in any::<String>()) {
        let Ok(policy) = Policy::parse(&json!({ "Statement": [one, two] }).to_string(), "photos") else { return Ok(()) };
        for action in Action::ALL {
            let context = with(&[("aws:sourceip", "10.1.2.3")]);
            let _ = policy.judge(&Question { account: Some(&ALICE), action: *action, bucket: "photos", key: Some(&key), context: &context });
        }
        let _ = policy.is_public();
    }
}
