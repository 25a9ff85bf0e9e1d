//! Conditions of a request (RFC 9110, section 13).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::header::{HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};

/// The last second of the year 9999: no date of HTTP is later.
const LAST_SECOND: u64 = 253_402_300_799;

/// What tells one representation from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Validators {
    /// The strong entity tag, without quotes.
    pub(super) etag: String,
    /// When it was made, in whole seconds: dates of HTTP have no more.
    pub(super) modified: SystemTime,
}

impl Validators {
    /// Of a representation with this tag, made so many milliseconds after 1970.
    pub(super) fn new(etag: String, modified: i64) -> Self {
        let seconds = u64::try_from(modified).unwrap_or(0) / 1_000;
        let modified = UNIX_EPOCH.checked_add(Duration::from_secs(seconds.min(LAST_SECOND))).unwrap_or(UNIX_EPOCH);
        Self { etag, modified }
    }

    /// The tag as it stands in a header.
    pub(super) fn quoted(&self) -> String {
        format!("\"{}\"", self.etag)
    }
}

/// What a request's conditions say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Answer it.
    Proceed,
    /// The client has it: 304.
    NotModified,
    /// It is not what the client thinks that it is: 412.
    Failed,
}

/// What the conditions in `headers` say about `it`.
pub(super) fn check(headers: &HeaderMap, it: &Validators) -> Outcome {
    if headers.contains_key(IF_MATCH) {
        if !matches(headers, IF_MATCH, it, Comparison::Strong) {
            return Outcome::Failed;
        }
    } else if date(headers, IF_UNMODIFIED_SINCE).is_some_and(|since| it.modified > since) {
        return Outcome::Failed;
    }
    if headers.contains_key(IF_NONE_MATCH) {
        if matches(headers, IF_NONE_MATCH, it, Comparison::Weak) {
            return Outcome::NotModified;
        }
    } else if date(headers, IF_MODIFIED_SINCE).is_some_and(|since| it.modified <= since) {
        return Outcome::NotModified;
    }
    Outcome::Proceed
}

/// Whether a range is to be answered with a part: not if If-Range names something else.
pub(super) fn range_stands(headers: &HeaderMap, it: &Validators) -> bool {
    let mut values = headers.get_all(IF_RANGE).iter();
    match (values.next(), values.next()) {
        (None, _) => true,
        (Some(value), None) => value.to_str().is_ok_and(|text| {
            let text = text.trim();
            text == it.quoted() || httpdate::parse_http_date(text).is_ok_and(|date| date == it.modified)
        }),
        _ => false,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

fn matches(headers: &HeaderMap, name: HeaderName, it: &Validators, comparison: Comparison) -> bool {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).any(|text| {
        let mut rest = text.trim();
        if rest == "*" {
            return true;
        }
        while let Some((weak, tag, after)) = next_tag(rest) {
            if tag == it.etag && (comparison == Comparison::Weak || !weak) {
                return true;
            }
            rest = after;
        }
        false
    })
}

/// The first tag of a list, whether it is weak, and the rest. A tag may hold commas, so they do not part it.
fn next_tag(text: &str) -> Option<(bool, &str, &str)> {
    let text = text.trim_start_matches([',', ' ', '\t']);
    let (weak, text) = match text.strip_prefix("W/") {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (tag, rest) = text.strip_prefix('"')?.split_once('"')?;
    Some((weak, tag, rest))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    let mut values = headers.get_all(name).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    httpdate::parse_http_date(value.to_str().ok()?.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT and a half second.
    const MADE: i64 = 784_111_777_500;
    const SAME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    fn outcome(pairs: &[(HeaderName, &str)]) -> Outcome {
        check(&headers(pairs), &Validators::new("abc,1".into(), MADE))
    }

    #[test]
    fn tags() {
        assert_eq!(outcome(&[]), Outcome::Proceed);
        for same in ["\"abc,1\"", "*", "\"x\", \"abc,1\"", ",,\"y\",\t\"abc,1\""] {
            assert_eq!(outcome(&[(IF_MATCH, same)]), Outcome::Proceed, "{same}");
            assert_eq!(outcome(&[(IF_NONE_MATCH, same)]), Outcome::NotModified, "{same}");
        }
        for other in ["\"x\"", "abc,1", "\"abc", "", "\"abc\", \"1\""] {
            assert_eq!(outcome(&[(IF_MATCH, other)]), Outcome::Failed, "{other}");
            assert_eq!(outcome(&[(IF_NONE_MATCH, other)]), Outcome::Proceed, "{other}");
        }
        assert_eq!(outcome(&[(IF_MATCH, "W/\"abc,1\"")]), Outcome::Failed);
        assert_eq!(outcome(&[(IF_NONE_MATCH, "W/\"abc,1\"")]), Outcome::NotModified);
    }

    #[test]
    fn dates() {
        assert_eq!(outcome(&[(IF_MODIFIED_SINCE, SAME)]), Outcome::NotModified);
        assert_eq!(outcome(&[(IF_MODIFIED_SINCE, AFTER)]), Outcome::NotModified);
        assert_eq!(outcome(&[(IF_MODIFIED_SINCE, BEFORE)]), Outcome::Proceed);
        assert_eq!(outcome(&[(IF_UNMODIFIED_SINCE, SAME)]), Outcome::Proceed);
        assert_eq!(outcome(&[(IF_UNMODIFIED_SINCE, BEFORE)]), Outcome::Failed);
        assert_eq!(outcome(&[(IF_UNMODIFIED_SINCE, "yesterday")]), Outcome::Proceed);
    }

    #[test]
    fn tags_outrank_dates() {
        assert_eq!(outcome(&[(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, AFTER)]), Outcome::Proceed);
        assert_eq!(outcome(&[(IF_MATCH, "*"), (IF_UNMODIFIED_SINCE, BEFORE)]), Outcome::Proceed);
        assert_eq!(outcome(&[(IF_MATCH, "\"x\""), (IF_NONE_MATCH, "*")]), Outcome::Failed);
    }

    #[test]
    fn ranges_stand_only_for_the_same_bytes() {
        let it = Validators::new("abc,1".into(), MADE);
        for (value, stands) in
            [("\"abc,1\"", true), (SAME, true), ("W/\"abc,1\"", false), ("\"x\"", false), (AFTER, false), ("*", false)]
        {
            assert_eq!(range_stands(&headers(&[(IF_RANGE, value)]), &it), stands, "{value}");
        }
        assert!(range_stands(&HeaderMap::new(), &it));
    }

    #[test]
    fn every_time_can_be_written() {
        for modified in [i64::MIN, -1, 0, i64::MAX] {
            httpdate::fmt_http_date(Validators::new(String::new(), modified).modified);
        }
    }
}
