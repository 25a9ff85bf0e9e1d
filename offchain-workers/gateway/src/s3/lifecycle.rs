//! What of a bucket ends by itself, and when: rules, and the sweeper that carries them out.

mod handlers;
mod parse;
mod sweeper;
mod walk;

use idlewild_objects::{ConfigKind, Store, Version};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub(crate) use handlers::{delete_bucket_lifecycle, get_bucket_lifecycle_configuration, put_bucket_lifecycle_configuration};
pub use sweeper::{Clock, MayWrite, SweepOptions, Sweeper, Swept};

use super::document;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The rules of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Rule {
    id: String,
    enabled: bool,
    filter: Filter,
    /// Whether the prefix stands in the rule itself, as in rules of the older form.
    plain_prefix: bool,
    expire: Option<When>,
    /// Whether delete markers go that nothing is left behind.
    markers: bool,
    noncurrent: Option<Noncurrent>,
    /// Days after which an upload is given up.
    abort: Option<u32>,
}

/// Which objects a rule is about. All of it must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Filter {
    prefix: Option<String>,
    tags: Vec<(String, String)>,
    larger: Option<u64>,
    smaller: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum When {
    /// Days after it was written.
    Days(u32),
    /// At a time, in milliseconds since 1970.
    Date(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Noncurrent {
    /// Days after a newer version came.
    days: u32,
    /// How many of these stay in any case.
    keep: u32,
}

/// The midnight, in UTC, that is or comes after so many days from `from`: lifecycles know only days.
fn midnight(from: i64, days: u32) -> i64 {
    let at = from.saturating_add(i64::from(days).saturating_mul(DAY_MS));
    at.saturating_add((-at).rem_euclid(DAY_MS))
}

impl Filter {
    fn fits_key(&self, key: &str) -> bool {
        self.prefix.as_ref().is_none_or(|prefix| key.starts_with(prefix))
    }

    fn fits(&self, version: &Version) -> bool {
        let Self { tags, larger, smaller, .. } = self;
        if version.is_delete_marker {
            // A marker has neither tags nor a size, so that a rule which goes by these is not about it.
            return self.fits_key(&version.key) && tags.is_empty() && larger.is_none() && smaller.is_none();
        }
        self.fits_key(&version.key)
            && tags.iter().all(|tag| version.tags.contains(tag))
            && larger.is_none_or(|bytes| version.size > bytes)
            && smaller.is_none_or(|bytes| version.size < bytes)
    }
}

impl Rule {
    /// When it ends a current version.
    fn ends(&self, version: &Version) -> Option<i64> {
        match self.expire.filter(|_| self.filter.fits(version))? {
            When::Days(days) => Some(midnight(version.modified, days)),
            When::Date(at) => Some(at),
        }
    }
}

impl Lifecycle {
    fn enabled(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.enabled)
    }

    /// When a current version ends, and by which rule: the first that comes.
    fn end_of(&self, version: &Version) -> Option<(i64, &str)> {
        self.enabled().filter_map(|rule| Some((rule.ends(version)?, rule.id.as_str()))).min_by_key(|(at, _)| *at)
    }

    /// When a version ends that a newer one came after at `since`, where `newer` other such ones came after it.
    fn end_of_noncurrent(&self, version: &Version, since: i64, newer: u32) -> Option<i64> {
        self.enabled()
            .filter(|rule| rule.filter.fits(version))
            .filter_map(|rule| rule.noncurrent.filter(|noncurrent| newer >= noncurrent.keep))
            .map(|noncurrent| midnight(since, noncurrent.days))
            .min()
    }

    /// When a delete marker ends that nothing is left behind.
    fn end_of_marker(&self, marker: &Version) -> Option<i64> {
        self.enabled()
            .filter(|rule| rule.filter.fits(marker))
            .filter_map(|rule| if rule.markers { Some(i64::MIN) } else { rule.ends(marker) })
            .min()
    }

    /// When an upload ends that nobody completes.
    fn end_of_upload(&self, key: &str, begun: i64) -> Option<i64> {
        self.enabled().filter(|rule| rule.filter.fits_key(key)).filter_map(|rule| Some(midnight(begun, rule.abort?))).min()
    }

    /// Whether any rule is about uploads.
    fn aborts(&self) -> bool {
        self.enabled().any(|rule| rule.abort.is_some())
    }
}

/// The `x-amz-expiration` of a version: when it will end, and by which rule.
#[must_use]
pub fn expiration_header(store: &Store, bucket: &str, version: &Version) -> Option<String> {
    if version.is_delete_marker || !version.is_current {
        return None;
    }
    let document = store.config(bucket, ConfigKind::Lifecycle).ok()??;
    let lifecycle: Lifecycle = document::decode(&document).ok()?;
    let (at, rule) = lifecycle.end_of(version)?;
    let at = OffsetDateTime::from_unix_timestamp(at / 1000).ok()?;
    let mut text = format!("expiry-date=\"{}\", rule-id=\"", httpdate::fmt_http_date(at.into()));
    for character in rule.chars() {
        // What a header cannot have is written as in a URL.
        match character {
            ' '..='~' if !matches!(character, '"' | '%' | '\\') => text.push(character),
            _ => text.extend(character.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}"))),
        }
    }
    text.push('"');
    Some(text)
}

#[cfg(test)]
mod tests;
