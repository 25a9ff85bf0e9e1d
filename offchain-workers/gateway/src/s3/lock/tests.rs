//! What may follow what, and what a default makes of a new version.

use s3s::dto::{DefaultRetention, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRule};
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2030-01-01 00:00 UTC);

fn held(mode: RetentionMode, days: i64) -> Option<Retention> {
    Some(Retention { mode, until: milliseconds(NOW) + days * DAY_MS })
}

#[test]
fn a_retention_that_holds_only_grows() {
    use RetentionMode::{Compliance, Governance};
    for (current, new, plain, bypassed) in [
        (None, held(Compliance, 1), true, true),
        (held(Compliance, -1), None, true, true),
        (held(Governance, 5), held(Governance, 5), true, true),
        (held(Governance, 5), held(Governance, 6), true, true),
        (held(Governance, 5), held(Governance, 4), false, true),
        (held(Governance, 5), held(Compliance, 6), false, true),
        (held(Governance, 5), None, false, true),
        (held(Compliance, 5), held(Compliance, 6), true, true),
        (held(Compliance, 5), held(Compliance, 4), false, false),
        (held(Compliance, 5), held(Governance, 9), false, false),
        (held(Compliance, 5), None, false, false),
    ] {
        assert_eq!(may_follow(current, new, false, NOW), plain, "{current:?} {new:?}");
        assert_eq!(may_follow(current, new, true, NOW), bypassed, "{current:?} {new:?} with the bypass");
    }
}

#[test]
fn a_default_counts_from_the_write() {
    let days = |period| {
        DefaultLock { mode: Mode::Governance, period }.at(NOW).map(|retention| (retention.until - milliseconds(NOW)) / DAY_MS)
    };
    assert_eq!(days(Period::Days(3)), Some(3));
    assert_eq!(days(Period::Years(2)), Some(730));
    assert_eq!(days(Period::Years(i32::MAX)), None);
}

#[test]
fn what_is_asked_for_ends_in_the_future() {
    let until = |time| retention("GOVERNANCE", time, NOW);
    assert!(until(datetime!(2030-01-01 00:00:01 UTC)).is_ok());
    assert_eq!(until(NOW).unwrap_err().code(), &S3ErrorCode::InvalidArgument);
    assert!(retention("governance", datetime!(2031-01-01 00:00 UTC), NOW).is_err());
}

fn configuration(mode: &'static str, days: Option<i32>, years: Option<i32>) -> ObjectLockConfiguration {
    ObjectLockConfiguration {
        object_lock_enabled: Some(ObjectLockEnabled::from_static(ObjectLockEnabled::ENABLED)),
        rule: Some(ObjectLockRule {
            default_retention: Some(DefaultRetention { days, years, mode: Some(ObjectLockRetentionMode::from_static(mode)) }),
        }),
    }
}

#[test]
fn a_configuration_comes_back() {
    for given in [configuration("COMPLIANCE", Some(1), None), configuration("GOVERNANCE", None, Some(100))] {
        let read = handlers::read(&given).unwrap();
        assert_eq!(handlers::write(read), given);
    }
    let without = ObjectLockConfiguration { rule: None, ..configuration("GOVERNANCE", None, None) };
    assert_eq!(handlers::read(&without).unwrap(), None);
}

#[test]
fn wrong_configurations_are_told_apart() {
    let code = |given: &ObjectLockConfiguration| handlers::read(given).unwrap_err().code().as_str().to_owned();
    for (days, years) in [(Some(0), None), (Some(-1), None), (None, Some(0)), (None, Some(101)), (None, Some(i32::MAX))] {
        assert_eq!(code(&configuration("GOVERNANCE", days, years)), "InvalidRetentionPeriod");
    }
    for wrong in [
        configuration("governance", Some(1), None),
        configuration("GOVERNANCE", None, None),
        configuration("GOVERNANCE", Some(1), Some(1)),
    ] {
        assert_eq!(code(&wrong), "MalformedXML");
    }
    assert_eq!(code(&ObjectLockConfiguration::default()), "MalformedXML");
}
