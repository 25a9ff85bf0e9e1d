//! Under which circumstances a statement counts.

use std::net::IpAddr;
use std::str::FromStr;

use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

use super::parse::{At, PolicyError};
use super::pattern;

/// All of a statement's conditions. Every one must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conditions(Vec<Condition>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    /// In lower case, as keys of conditions know no case.
    key: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Address { ranges: Vec<Range>, not: bool },
    Text { values: Vec<String>, like: bool, not: bool },
    Truth(bool),
    Before(Vec<OffsetDateTime>),
    After(Vec<OffsetDateTime>),
}

/// What conditions on text may ask of. Any other would silently never hold.
const TEXTS: [&str; 2] = ["s3:prefix", "s3:delimiter"];

const OPERATORS: [&str; 9] = [
    "IpAddress",
    "NotIpAddress",
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "Bool",
    "DateLessThan",
    "DateGreaterThan",
];

impl Conditions {
    pub(super) fn parse(value: &Value, at: &At<'_>) -> Result<Self, PolicyError> {
        let Value::Object(operators) = value else { return Err(at.error("must be an object of operators")) };
        let mut all = Vec::new();
        for (operator, keys) in operators {
            let at = at.key(operator);
            let Value::Object(keys) = keys else { return Err(at.error("must be an object of condition keys")) };
            for (key, values) in keys {
                let at = at.key(key);
                let key = key.to_ascii_lowercase();
                let test = test(operator, &key, values, &at)?;
                all.push(Condition { key, test });
            }
        }
        Ok(Self(all))
    }

    /// Whether all hold, where `context` has what is known of a request, by keys in lower case.
    pub(super) fn hold(&self, context: &[(String, String)]) -> bool {
        self.0.iter().all(|condition| {
            let value = context.iter().find(|(key, _)| *key == condition.key).map(|(_, value)| value.as_str());
            condition.test.holds(value)
        })
    }

    /// Whether these leave in callers from few addresses only, so that the statement is not public.
    pub(super) fn narrow(&self) -> bool {
        self.0.iter().any(|condition| match &condition.test {
            Test::Address { ranges, not: false } => ranges.iter().all(Range::is_narrow),
            _ => false,
        })
    }
}

fn test(operator: &str, key: &str, value: &Value, at: &At<'_>) -> Result<Test, PolicyError> {
    let of = |wanted: &str| match key == wanted {
        true => Ok(()),
        false => Err(at.error(format!("is no key for {operator}; there is {wanted}"))),
    };
    match operator {
        "IpAddress" | "NotIpAddress" => {
            of("aws:sourceip")?;
            let ranges = at.strings(value)?.into_iter().map(|(text, at)| {
                let wrong = || format!("{text:?} is no range of addresses, such as 203.0.113.0/24 or 2001:db8::/32");
                Range::from_str(text).map_err(|()| at.error(wrong()))
            });
            Ok(Test::Address { ranges: ranges.collect::<Result<_, _>>()?, not: operator == "NotIpAddress" })
        },
        "StringEquals" | "StringNotEquals" | "StringLike" | "StringNotLike" => {
            if !TEXTS.contains(&key) {
                return Err(at.error(format!("is no key for {operator}; there is {}", TEXTS.join(", "))));
            }
            let values: Vec<_> = at.strings(value)?.into_iter().map(|(text, _)| text.to_owned()).collect();
            if values.iter().any(|value| value.contains("${")) {
                return Err(at.error("has a variable, and there are none here; write it out"));
            }
            Ok(Test::Text { values, like: operator.ends_with("Like"), not: operator.contains("Not") })
        },
        "Bool" => {
            of("aws:securetransport")?;
            let wanted = match value {
                Value::Bool(wanted) => Some(*wanted),
                Value::String(text) => text.to_ascii_lowercase().parse().ok(),
                _ => None,
            };
            wanted.map(Test::Truth).ok_or_else(|| at.error("must be \"true\" or \"false\""))
        },
        "DateLessThan" | "DateGreaterThan" => {
            of("aws:currenttime")?;
            let times = at.strings(value)?.into_iter().map(|(text, at)| {
                moment(text).ok_or_else(|| at.error(format!("{text:?} is no time, such as 2030-01-31T00:00:00Z")))
            });
            let times = times.collect::<Result<_, _>>()?;
            Ok(if operator == "DateLessThan" { Test::Before(times) } else { Test::After(times) })
        },
        _ => Err(at.error(format!("is under an operator that is not supported; there is {}", OPERATORS.join(", ")))),
    }
}

fn moment(text: &str) -> Option<OffsetDateTime> {
    // A day alone is its beginning.
    OffsetDateTime::parse(text, &Rfc3339).or_else(|_| OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339)).ok()
}

impl Test {
    /// A request without the key fails what asks for something, and passes what excludes something.
    fn holds(&self, value: Option<&str>) -> bool {
        match self {
            Self::Address { ranges, not } => {
                let address: Option<IpAddr> = value.and_then(|text| text.parse().ok());
                address.is_some_and(|address| ranges.iter().any(|range| range.contains(address))) != *not
            },
            Self::Text { values, like, not } => {
                let is = |value: &str, wanted: &String| match like {
                    true => pattern::matches(wanted.as_bytes(), value.as_bytes()),
                    false => wanted == value,
                };
                value.is_some_and(|value| values.iter().any(|wanted| is(value, wanted))) != *not
            },
            Self::Truth(wanted) => value.and_then(|text| text.parse().ok()) == Some(*wanted),
            Self::Before(times) => value.and_then(moment).is_some_and(|now| times.iter().any(|time| now < *time)),
            Self::After(times) => value.and_then(moment).is_some_and(|now| times.iter().any(|time| now > *time)),
        }
    }
}

/// A range of addresses: those with the same first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    /// As a number of 128 bits, an IPv4 address in the last 32.
    address: u128,
    v4: bool,
    bits: u32,
}

/// An address as a number, and whether it is of IPv4, where an IPv4 address within IPv6 is the same caller as the plain one.
fn number(address: IpAddr) -> (u128, bool) {
    match address.to_canonical() {
        IpAddr::V4(address) => (u32::from(address).into(), true),
        IpAddr::V6(address) => (address.into(), false),
    }
}

impl Range {
    fn contains(&self, address: IpAddr) -> bool {
        let (address, v4) = number(address);
        let width = if v4 { 32 } else { 128 };
        let differ = address ^ self.address;
        // All bits of a range of everything are free, and a shift by all of them is none that Rust makes.
        v4 == self.v4 && differ.checked_shr(width - self.bits).unwrap_or(0) == 0
    }

    fn is_narrow(&self) -> bool {
        self.bits >= if self.v4 { 8 } else { 32 }
    }
}

impl FromStr for Range {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let (number, v4) = number(address);
        let width = if v4 { 32 } else { 128 };
        let bits: u32 = match bits {
            Some(bits) => bits.parse().map_err(|_| ())?,
            None if address.is_ipv6() => 128,
            None => 32,
        };
        // An IPv4 address within IPv6 brings 96 bits more.
        let more = if v4 && address.is_ipv6() { 96 } else { 0 };
        let bits = bits.checked_sub(more).filter(|bits| *bits <= width).ok_or(())?;
        Ok(Self { address: number, v4, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn ranges_of_addresses() {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.128/25", "192.0.2.129", "192.0.2.127"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("0.0.0.0/0", "255.1.2.3", "2001:db8::1"),
            ("::/0", "2001:db8::1", "1.2.3.4"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("::ffff:10.0.0.0/104", "10.1.2.3", "11.1.2.3"),
        ] {
            let parsed: Range = range.parse().unwrap();
            assert!(parsed.contains(inside.parse().unwrap()), "{inside} in {range}");
            assert!(!parsed.contains(outside.parse().unwrap()), "{outside} in {range}");
        }
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "10.0.0.0/-1", "a/8"] {
            assert!(wrong.parse::<Range>().is_err(), "{wrong}");
        }
    }
}
