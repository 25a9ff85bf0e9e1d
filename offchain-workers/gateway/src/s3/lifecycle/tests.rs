//! What ends when.

use proptest::prelude::*;
use s3s::dto::BucketLifecycleConfiguration;
use s3s::xml::{Deserialize, Deserializer};

use super::*;

fn given(rules: &str) -> BucketLifecycleConfiguration {
    let text = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
    BucketLifecycleConfiguration::deserialize(&mut Deserializer::new(text.as_bytes())).unwrap()
}

fn rule(rest: &str) -> String {
    format!("<Rule><Status>Enabled</Status>{rest}</Rule>")
}

const ALL: &str = "<Filter></Filter>";
const DAY: &str = "<Expiration><Days>1</Days></Expiration>";

#[test]
fn days_end_at_the_next_midnight() {
    assert_eq!(midnight(0, 1), DAY_MS);
    assert_eq!(midnight(1, 1), 2 * DAY_MS);
    assert_eq!(midnight(DAY_MS - 1, 3), 4 * DAY_MS);
    assert_eq!(midnight(-1, 1), DAY_MS);
    assert_eq!(midnight(i64::MAX, u32::MAX), i64::MAX);
}

#[test]
fn rules_come_back_as_they_were_given() {
    for text in [
        rule(&format!("<ID>a</ID>{ALL}{DAY}")),
        rule(&format!("<ID>b</ID><Prefix>logs/</Prefix>{DAY}")),
        rule("<ID>c</ID><Filter><Prefix>p</Prefix></Filter><Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration>"),
        rule(
            "<ID>d</ID><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>",
        ),
        rule(&format!(
            "<ID>e</ID><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>{DAY}"
        )),
        rule(&format!("<ID>f</ID>{ALL}<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>")),
        rule(&format!(
            "<ID>g</ID>{ALL}<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
        )),
    ] {
        let config = given(&text);
        let read = parse::read(config.clone()).unwrap();
        assert_eq!(document::decode::<Lifecycle>(&document::encode(&read).unwrap()).unwrap(), read);
        assert_eq!(parse::write(read), config.rules, "{text}");
    }
}

#[test]
fn a_rule_without_a_name_gets_one() {
    let read = parse::read(given(&(rule(&format!("{ALL}{DAY}")) + &rule(&format!("{ALL}{DAY}"))))).unwrap();
    assert_eq!(read.rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["rule-1", "rule-2"]);
}

#[test]
fn wrong_rules_are_refused() {
    let noncurrent = |inner: &str| rule(&format!("{ALL}<NoncurrentVersionExpiration>{inner}</NoncurrentVersionExpiration>"));
    for (wrong, code) in [
        (rule(ALL), "MalformedXML"),
        (rule(DAY), "MalformedXML"),
        (rule(&format!("<Prefix>a</Prefix>{ALL}{DAY}")), "MalformedXML"),
        (format!("<Rule><Status>enabled</Status>{ALL}{DAY}</Rule>"), "MalformedXML"),
        (rule(&format!("{ALL}<Expiration><Days>0</Days></Expiration>")), "InvalidArgument"),
        (rule(&format!("{ALL}<Expiration><Days>-1</Days></Expiration>")), "InvalidArgument"),
        (rule(&format!("{ALL}<Expiration></Expiration>")), "MalformedXML"),
        (rule(&format!("{ALL}<Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration>")), "MalformedXML"),
        (rule(&format!("{ALL}<Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration>")), "InvalidArgument"),
        (rule(&format!("<ID>{}</ID>{ALL}{DAY}", "x".repeat(256))), "InvalidArgument"),
        (rule(&format!("<ID>a</ID>{ALL}{DAY}")).repeat(2), "InvalidArgument"),
        (rule(&format!("{ALL}<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>")), "NotImplemented"),
        (rule(&format!("<Filter><Prefix>a</Prefix><ObjectSizeLessThan>1</ObjectSizeLessThan></Filter>{DAY}")), "MalformedXML"),
        (rule(&format!("<Filter><ObjectSizeLessThan>-1</ObjectSizeLessThan></Filter>{DAY}")), "InvalidArgument"),
        (
            rule(&format!(
                "<Filter><And><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>5</ObjectSizeLessThan></And></Filter>{DAY}"
            )),
            "InvalidRequest",
        ),
        (
            rule(
                "<Filter><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
            ),
            "InvalidRequest",
        ),
        (noncurrent(""), "MalformedXML"),
        (noncurrent("<NoncurrentDays>0</NoncurrentDays>"), "InvalidArgument"),
        (
            noncurrent("<NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>0</NewerNoncurrentVersions>"),
            "InvalidArgument",
        ),
        (
            noncurrent("<NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101</NewerNoncurrentVersions>"),
            "InvalidArgument",
        ),
        (rule(&format!("{ALL}{DAY}")).repeat(1001), "MalformedXML"),
    ] {
        let error = parse::read(given(&wrong)).unwrap_err();
        assert_eq!(error.code().as_str(), code, "{wrong}: {error}");
    }
}

proptest! {
    #[test]
    fn no_configuration_panics(
        days in any::<i32>(),
        keep in any::<i32>(),
        larger in any::<i64>(),
        smaller in any::<i64>(),
        year in 0..9999u32,
        text in "[a-z<>&/ é]{0,20}",
    ) {
        for rules in [
            rule(&format!("{ALL}<Expiration><Days>{days}</Days></Expiration>")),
            rule(&format!("{ALL}<Expiration><Date>{year:04}-01-01T00:00:00Z</Date></Expiration>")),
            rule(&format!("{ALL}<NoncurrentVersionExpiration><NoncurrentDays>{days}</NoncurrentDays><NewerNoncurrentVersions>{keep}</NewerNoncurrentVersions></NoncurrentVersionExpiration>")),
            rule(&format!("<Filter><And><ObjectSizeGreaterThan>{larger}</ObjectSizeGreaterThan><ObjectSizeLessThan>{smaller}</ObjectSizeLessThan></And></Filter>{DAY}")),
            rule(&text),
            text.clone(),
        ] {
            let text = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
            let given = BucketLifecycleConfiguration::deserialize(&mut Deserializer::new(text.as_bytes()));
            if let Some(Ok(read)) = given.ok().map(parse::read) {
                prop_assert_eq!(parse::read(BucketLifecycleConfiguration { rules: parse::write(read.clone()) }).unwrap(), read);
            }
        }
    }

    #[test]
    fn no_document_panics(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        let _ = document::decode::<Lifecycle>(&bytes);
    }

    #[test]
    fn a_midnight_is_the_first_after_that_many_days(from in -(1i64 << 45)..1i64 << 45, days in 0..100_000u32) {
        let at = midnight(from, days);
        let earliest = from + i64::from(days) * DAY_MS;
        prop_assert_eq!(at.rem_euclid(DAY_MS), 0);
        prop_assert!(at >= earliest && at - earliest < DAY_MS);
    }
}
