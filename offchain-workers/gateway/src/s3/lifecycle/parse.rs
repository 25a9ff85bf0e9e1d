//! Lifecycle rules as S3 writes them.

use std::collections::HashSet;

use s3s::dto::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration, Tag, Timestamp,
};
use s3s::{S3Error, S3ErrorCode, S3Result};
use time::OffsetDateTime;

use super::{Filter, Lifecycle, Noncurrent, Rule, When, DAY_MS};
use crate::s3::errors;

const RULES: usize = 1000;
const ID_CHARACTERS: usize = 255;
const KEPT_NONCURRENT: i32 = 100;

/// A place in the configuration, for messages.
struct At(usize);

impl At {
    fn error(&self, code: S3ErrorCode, what: &str) -> S3Error {
        errors::refuse(code, format!("Lifecycle rule {}: {what}", self.0 + 1))
    }

    fn malformed(&self, what: &str) -> S3Error {
        self.error(S3ErrorCode::MalformedXML, what)
    }

    fn days(&self, days: Option<i32>, what: &str) -> S3Result<u32> {
        let days = days.ok_or_else(|| self.malformed(&format!("{what} is missing.")))?;
        match u32::try_from(days) {
            Ok(days @ 1..) => Ok(days),
            _ => Err(self.error(S3ErrorCode::InvalidArgument, &format!("{what} must be a positive number."))),
        }
    }
}

/// Reads a configuration.
pub(super) fn read(given: BucketLifecycleConfiguration) -> S3Result<Lifecycle> {
    if given.rules.is_empty() || given.rules.len() > RULES {
        return Err(errors::refuse(S3ErrorCode::MalformedXML, format!("A lifecycle has 1 to {RULES} rules.")));
    }
    let rules = given.rules.into_iter().enumerate().map(|(at, given)| rule(&At(at), given)).collect::<S3Result<Vec<_>>>()?;
    let mut ids = HashSet::new();
    match rules.iter().position(|rule| !ids.insert(&rule.id)) {
        Some(at) => Err(At(at).error(S3ErrorCode::InvalidArgument, "another rule has its ID; give each its own.")),
        None => Ok(Lifecycle { rules }),
    }
}

fn rule(at: &At, given: LifecycleRule) -> S3Result<Rule> {
    if given.transitions.is_some_and(|all| !all.is_empty())
        || given.noncurrent_version_transitions.is_some_and(|all| !all.is_empty())
    {
        return Err(at.error(
            S3ErrorCode::NotImplemented,
            "there is one storage class, so that nothing can move to another; take out the transitions.",
        ));
    }
    let id = match given.id.filter(|id| !id.is_empty()) {
        Some(id) if id.chars().count() > ID_CHARACTERS => {
            return Err(at.error(S3ErrorCode::InvalidArgument, &format!("its ID has more than {ID_CHARACTERS} characters.")));
        },
        Some(id) => id,
        None => format!("rule-{}", at.0 + 1),
    };
    let enabled = match given.status.as_str() {
        ExpirationStatus::ENABLED => true,
        ExpirationStatus::DISABLED => false,
        _ => return Err(at.malformed("its status must be Enabled or Disabled.")),
    };
    // Without either, a forgotten filter would end everything in the bucket.
    let (filter, plain_prefix) = match (given.filter, given.prefix) {
        (Some(filter), None) => (read_filter(at, filter)?, false),
        (None, Some(prefix)) => (Filter { prefix: Some(prefix), ..Filter::default() }, true),
        (Some(_), Some(_)) => return Err(at.malformed("it has both a Filter and a Prefix; put the prefix into the filter.")),
        (None, None) => return Err(at.malformed("it has no Filter; an empty one is for all objects.")),
    };
    let (expire, markers) = match given.expiration {
        None => (None, false),
        Some(given) => expiration(at, &given)?,
    };
    let noncurrent = given.noncurrent_version_expiration.map(|given| noncurrent(at, &given)).transpose()?;
    let abort = given
        .abort_incomplete_multipart_upload
        .map(|given| at.days(given.days_after_initiation, "DaysAfterInitiation"))
        .transpose()?;
    if expire.is_none() && !markers && noncurrent.is_none() && abort.is_none() {
        return Err(at.malformed("it says nothing that is to be done; give an Expiration, for example."));
    }
    let more_than_prefix = !filter.tags.is_empty() || filter.larger.is_some() || filter.smaller.is_some();
    if more_than_prefix && (markers || abort.is_some()) {
        return Err(at.error(
            S3ErrorCode::InvalidRequest,
            "delete markers and uploads have neither tags nor a size; make a rule for them that goes by the prefix alone.",
        ));
    }
    Ok(Rule { id, enabled, filter, plain_prefix, expire, markers, noncurrent, abort })
}

fn expiration(at: &At, given: &LifecycleExpiration) -> S3Result<(Option<When>, bool)> {
    let markers = given.expired_object_delete_marker;
    match (given.days, &given.date, markers) {
        (Some(days), None, None | Some(false)) => Ok((Some(When::Days(at.days(Some(days), "Days")?)), false)),
        (None, Some(date), None | Some(false)) => {
            let date = OffsetDateTime::from(date.clone()).unix_timestamp().saturating_mul(1000);
            match date.rem_euclid(DAY_MS) {
                0 => Ok((Some(When::Date(date)), false)),
                _ => Err(at.error(S3ErrorCode::InvalidArgument, "its date must be a midnight in UTC.")),
            }
        },
        (None, None, Some(markers)) => Ok((None, markers)),
        _ => Err(at.malformed("its expiration has one of Days, Date and ExpiredObjectDeleteMarker.")),
    }
}

fn noncurrent(at: &At, given: &NoncurrentVersionExpiration) -> S3Result<Noncurrent> {
    let keep = given.newer_noncurrent_versions.unwrap_or(0);
    match u32::try_from(keep) {
        Ok(keep) if given.newer_noncurrent_versions != Some(0) && given.newer_noncurrent_versions <= Some(KEPT_NONCURRENT) => {
            Ok(Noncurrent { days: at.days(given.noncurrent_days, "NoncurrentDays")?, keep })
        },
        _ => {
            Err(at
                .error(S3ErrorCode::InvalidArgument, &format!("NewerNoncurrentVersions must be from 1 to {KEPT_NONCURRENT}.")))
        },
    }
}

fn read_filter(at: &At, given: LifecycleRuleFilter) -> S3Result<Filter> {
    let LifecycleRuleFilter { and, object_size_greater_than, object_size_less_than, prefix, tag } = given;
    let several = and.is_some();
    let parts = usize::from(several)
        + usize::from(object_size_greater_than.is_some())
        + usize::from(object_size_less_than.is_some())
        + usize::from(prefix.is_some())
        + usize::from(tag.is_some());
    if parts > 1 {
        return Err(at.malformed("its filter has several parts; put them into And."));
    }
    let (prefix, tags, larger, smaller) = match and {
        Some(and) => (and.prefix, and.tags.unwrap_or_default(), and.object_size_greater_than, and.object_size_less_than),
        None => (prefix, tag.into_iter().collect(), object_size_greater_than, object_size_less_than),
    };
    let bytes = |bytes: Option<i64>| {
        let bytes = bytes.map(u64::try_from).transpose();
        bytes.map_err(|_| at.error(S3ErrorCode::InvalidArgument, "a size in its filter is negative."))
    };
    let pair = |tag: Tag| match (tag.key, tag.value) {
        (Some(key), Some(value)) if !key.is_empty() => Ok((key, value)),
        _ => Err(at.malformed("a tag in its filter has no Key or no Value.")),
    };
    let filter = Filter {
        prefix,
        tags: tags.into_iter().map(pair).collect::<S3Result<_>>()?,
        larger: bytes(larger)?,
        smaller: bytes(smaller)?,
    };
    let mut keys = HashSet::new();
    if !filter.tags.iter().all(|(key, _)| keys.insert(key)) {
        return Err(at.error(S3ErrorCode::InvalidTag, "a key of a tag is twice in its filter."));
    }
    match (filter.larger, filter.smaller) {
        (Some(larger), Some(smaller)) if larger >= smaller => {
            Err(at.error(S3ErrorCode::InvalidRequest, "no size is between those of its filter."))
        },
        _ => Ok(filter),
    }
}

/// Writes the rules.
pub(super) fn write(lifecycle: Lifecycle) -> Vec<LifecycleRule> {
    lifecycle.rules.into_iter().map(write_rule).collect()
}

fn write_rule(rule: Rule) -> LifecycleRule {
    let status = if rule.enabled { ExpirationStatus::ENABLED } else { ExpirationStatus::DISABLED };
    let expiration = match rule.expire {
        Some(When::Days(days)) => {
            Some(LifecycleExpiration { days: i32::try_from(days).ok(), ..LifecycleExpiration::default() })
        },
        Some(When::Date(at)) => {
            let date = OffsetDateTime::from_unix_timestamp(at / 1000).ok().map(Timestamp::from);
            Some(LifecycleExpiration { date, ..LifecycleExpiration::default() })
        },
        None => rule
            .markers
            .then(|| LifecycleExpiration { expired_object_delete_marker: Some(true), ..LifecycleExpiration::default() }),
    };
    let noncurrent = rule.noncurrent.map(|noncurrent| NoncurrentVersionExpiration {
        newer_noncurrent_versions: i32::try_from(noncurrent.keep).ok().filter(|keep| *keep > 0),
        noncurrent_days: i32::try_from(noncurrent.days).ok(),
    });
    let abort = rule.abort.map(|days| AbortIncompleteMultipartUpload { days_after_initiation: i32::try_from(days).ok() });
    let (filter, prefix) = match rule.plain_prefix {
        true => (None, rule.filter.prefix),
        false => (Some(write_filter(rule.filter)), None),
    };
    LifecycleRule {
        abort_incomplete_multipart_upload: abort,
        expiration,
        filter,
        id: Some(rule.id),
        noncurrent_version_expiration: noncurrent,
        noncurrent_version_transitions: None,
        prefix,
        status: ExpirationStatus::from_static(status),
        transitions: None,
    }
}

fn write_filter(filter: Filter) -> LifecycleRuleFilter {
    let mut tags: Vec<_> = filter.tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) }).collect();
    let bytes = |bytes: Option<u64>| bytes.and_then(|bytes| i64::try_from(bytes).ok());
    let (larger, smaller) = (bytes(filter.larger), bytes(filter.smaller));
    let parts =
        tags.len() + usize::from(larger.is_some()) + usize::from(smaller.is_some()) + usize::from(filter.prefix.is_some());
    if parts > 1 {
        let and = LifecycleRuleAndOperator {
            object_size_greater_than: larger,
            object_size_less_than: smaller,
            prefix: filter.prefix,
            tags: (!tags.is_empty()).then_some(tags),
        };
        return LifecycleRuleFilter { and: Some(and), ..LifecycleRuleFilter::default() };
    }
    LifecycleRuleFilter {
        and: None,
        object_size_greater_than: larger,
        object_size_less_than: smaller,
        prefix: filter.prefix,
        tag: tags.pop(),
    }
}
