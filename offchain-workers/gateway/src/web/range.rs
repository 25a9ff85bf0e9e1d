//! Which bytes a request asks for (RFC 9110, section 14).

use std::ops::Range;

use hyper::header::{HeaderMap, RANGE};

/// Ranges that one answer has at most; who asks for more gets the whole, as is allowed.
const MAX_RANGES: usize = 32;

/// Which bytes to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// All.
    Whole,
    /// One range of them.
    One(Range<u64>),
    /// Several, in the order asked for; none overlaps another.
    Many(Vec<Range<u64>>),
    /// There is no such byte.
    Unsatisfiable,
}

/// What of `size` bytes the headers ask for. What is no range of bytes is ignored, as the standard has it.
pub(super) fn select(headers: &HeaderMap, size: u64) -> Selection {
    let mut values = headers.get_all(RANGE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Selection::Whole };
    let Some(specs) = value.to_str().ok().and_then(parse) else { return Selection::Whole };
    // Nothing is a range of nothing, but the last bytes of nothing are the whole.
    if size == 0 && specs.iter().any(|spec| matches!(spec, Spec::Last(1..))) {
        return Selection::Whole;
    }
    let ranges: Vec<Range<u64>> = specs.iter().filter_map(|spec| spec.within(size)).collect();
    let mut ranges = apart(ranges);
    match ranges.len() {
        0 => Selection::Unsatisfiable,
        1 => ranges.pop().map_or(Selection::Whole, Selection::One),
        _ => Selection::Many(ranges),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spec {
    From(u64),
    Between(u64, u64),
    Last(u64),
}

impl Spec {
    fn within(self, size: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::From(first) => first..size,
            Self::Between(first, last) => first..last.saturating_add(1).min(size),
            Self::Last(count) => size.saturating_sub(count)..size,
        };
        (range.start < range.end).then_some(range)
    }
}

fn parse(text: &str) -> Option<Vec<Spec>> {
    let (unit, list) = text.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let mut specs = Vec::new();
    for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        let (first, last) = item.split_once('-')?;
        specs.push(match (first.trim(), last.trim()) {
            ("", count) => Spec::Last(number(count)?),
            (first, "") => Spec::From(number(first)?),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                if last < first {
                    return None;
                }
                Spec::Between(first, last)
            },
        });
        if specs.len() > MAX_RANGES {
            return None;
        }
    }
    (!specs.is_empty()).then_some(specs)
}

fn number(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Too large for 64 bits is beyond any object, like the largest that is not.
    Some(text.parse().unwrap_or(u64::MAX))
}

/// The same bytes in ranges that do not overlap: in the order asked for if they did not, else in that of the bytes.
fn apart(ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut sorted = ranges.clone();
    sorted.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<u64>> = Vec::with_capacity(sorted.len());
    let mut overlap = false;
    for range in sorted {
        match merged.last_mut() {
            Some(last) if range.start < last.end => {
                overlap = true;
                last.end = last.end.max(range.end);
            },
            _ => merged.push(range),
        }
    }
    if overlap {
        merged
    } else {
        ranges
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str, size: u64) -> Selection {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_str(text).unwrap());
        select(&headers, size)
    }

    #[test]
    fn one_range() {
        assert_eq!(of("bytes=0-0", 10), Selection::One(0..1));
        assert_eq!(of("bytes=2-", 10), Selection::One(2..10));
        assert_eq!(of("Bytes = 2-100", 10), Selection::One(2..10));
        assert_eq!(of("bytes=-3", 10), Selection::One(7..10));
        assert_eq!(of("bytes=-30", 10), Selection::One(0..10));
        assert_eq!(of("bytes=,3-4,", 10), Selection::One(3..5));
        assert_eq!(of("bytes=3-99999999999999999999999", 10), Selection::One(3..10));
    }

    #[test]
    fn several_ranges() {
        assert_eq!(of("bytes=5-6, 0-1", 10), Selection::Many(vec![5..7, 0..2]));
        assert_eq!(of("bytes=0-4,2-6,8-8", 10), Selection::Many(vec![0..7, 8..9]));
        assert_eq!(of("bytes=0-4,2-6", 10), Selection::One(0..7));
        assert_eq!(of("bytes=0-1,50-60", 10), Selection::One(0..2));
    }

    #[test]
    fn no_such_bytes() {
        for text in ["bytes=10-", "bytes=-0", "bytes=10-20,30-40", "bytes=99999999999999999999999-"] {
            assert_eq!(of(text, 10), Selection::Unsatisfiable, "{text}");
        }
        assert_eq!(of("bytes=0-", 0), Selection::Unsatisfiable);
        assert_eq!(of("bytes=-5", 0), Selection::Whole);
    }

    #[test]
    fn what_is_no_range_is_ignored() {
        for text in ["bytes", "bytes=", "bytes=a-b", "bytes=5-2", "lines=1-2", "bytes=1-2-3", "bytes=+1-2", "bytes=1"] {
            assert_eq!(of(text, 10), Selection::Whole, "{text}");
        }
        let many = format!("bytes={}", (0..100).map(|n| format!("{n}-{n},")).collect::<String>());
        assert_eq!(of(&many, 1_000), Selection::Whole);
    }

    proptest! {
        #[test]
        fn ranges_lie_within_and_apart(text in "bytes=[0-9,-]{0,40}", size in 0u64..200) {
            let ranges = match of(&text, size) {
                Selection::One(range) => vec![range],
                Selection::Many(ranges) => { prop_assert!(ranges.len() > 1); ranges },
                _ => vec![],
            };
            let bytes: u64 = ranges.iter().map(|range| range.end - range.start).sum();
            prop_assert!(bytes <= size);
            for range in ranges {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
