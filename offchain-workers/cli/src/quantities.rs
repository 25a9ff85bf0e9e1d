//! Sizes, terms, times, ranges and numbers as people write them.

use idlewild_client::quantities::BLOCK_SECONDS;
pub use idlewild_client::quantities::{geometry, term};
use idlewild_shares_primitives::link::Reference;
use time::{format_description::well_known::Rfc3339, macros::format_description, Date, OffsetDateTime};

/// Bytes as in HTTP: the first, and the last if it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    first: u64,
    last: Option<u64>,
}

impl ByteRange {
    /// The range within `size` bytes, as start and end.
    pub fn within(&self, size: u64) -> Result<std::ops::Range<u64>, String> {
        let end = self.last.map_or(size, |last| last.saturating_add(1).min(size));
        if self.first >= end {
            return Err(format!("the file has {size} bytes, so there are none from {} on in that range", self.first));
        }
        Ok(self.first..end)
    }
}

/// Reads `100-199` and `100-`.
pub fn byte_range(text: &str) -> Result<ByteRange, String> {
    let wrong = || format!("{text:?} is not a range: write first-last, such as 0-99, or 100- for all from 100 on");
    let (first, last) = text.split_once('-').ok_or_else(wrong)?;
    let first = first.parse().map_err(|_| wrong())?;
    let last = match last {
        "" => None,
        last => Some(last.parse().map_err(|_| wrong())?),
    };
    if last.is_some_and(|last| last < first) {
        return Err(wrong());
    }
    Ok(ByteRange { first, last })
}

/// Until when something is to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// So many blocks from now on.
    Blocks(u32),
    /// To a moment.
    At(OffsetDateTime),
}

impl Until {
    /// The same on the chain's clock, which is at `clock` now.
    pub fn on_clock(&self, clock: u32, now: OffsetDateTime) -> Result<u32, String> {
        let blocks = match self {
            Self::Blocks(blocks) => u64::from(*blocks),
            Self::At(at) => u64::try_from((*at - now).whole_seconds()).unwrap_or(0) / BLOCK_SECONDS,
        };
        let end = u32::try_from(blocks).ok().filter(|blocks| *blocks > 0).and_then(|blocks| clock.checked_add(blocks));
        end.ok_or_else(|| "that is past, or beyond what the chain's clock can count: choose another time".to_owned())
    }
}

/// Reads a term, a day such as `2030-12-31`, or a moment such as `2030-12-31T18:00:00Z`.
pub fn until(text: &str) -> Result<Until, String> {
    if let Ok(blocks) = term(text) {
        return Ok(Until::Blocks(blocks));
    }
    if let Ok(day) = Date::parse(text, format_description!("[year]-[month]-[day]")) {
        return Ok(Until::At(day.midnight().assume_utc()));
    }
    OffsetDateTime::parse(text, &Rfc3339).map(Until::At).map_err(|_| {
        format!(
            "{text:?} is no time: write one from now on such as 12h or 30d, a day such as 2030-12-31, or 2030-12-31T18:00:00Z"
        )
    })
}

/// Reads the number of a share, or what refers to one.
pub fn share(text: &str) -> Result<u64, String> {
    match (text.parse(), text.parse()) {
        (Ok(number), _) => Ok(number),
        (_, Ok(Reference::Share { share, .. })) => Ok(share),
        // Whatever it is, a link is not repeated.
        _ => Err("write the share's number, or idlewild:share/ID; see `idlewild shares`".to_owned()),
    }
}

/// Reads the number of a publication, or what refers to one.
pub fn publication(text: &str) -> Result<u64, String> {
    match (text.parse(), text.parse()) {
        (Ok(number), _) => Ok(number),
        (_, Ok(Reference::Publication(publication))) => Ok(publication),
        _ => Err("write the publication's number, or idlewild:publication/ID; see `idlewild publications`".to_owned()),
    }
}

/// Writes bytes with a binary unit.
pub fn show_bytes(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

/// Writes what is left of a term, with the time that it is on a live chain.
pub fn show_blocks(blocks: u32) -> String {
    let seconds = u64::from(blocks).saturating_mul(BLOCK_SECONDS);
    let time = match seconds {
        0 => return "over".to_owned(),
        1..=5_399 => format!("{} min", seconds.div_ceil(60)),
        5_400..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    };
    format!("{blocks} blocks (about {time})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_as_in_http() {
        assert_eq!(byte_range("0-99").unwrap().within(1000).unwrap(), 0..100);
        assert_eq!(byte_range("900-").unwrap().within(1000).unwrap(), 900..1000);
        assert_eq!(byte_range("900-5000").unwrap().within(1000).unwrap(), 900..1000);
        assert!(byte_range("1000-").unwrap().within(1000).is_err());
        for wrong in ["", "-", "5", "9-8", "a-b", "-5"] {
            assert!(byte_range(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_counted_from_now_on_or_to_a_moment() {
        let now = OffsetDateTime::parse("2030-12-30T23:00:00Z", &Rfc3339).unwrap();
        let on_clock = |text: &str| until(text).unwrap().on_clock(1_000, now);
        assert_eq!(on_clock("1h"), Ok(1_600));
        assert_eq!(on_clock("70"), Ok(1_070));
        assert_eq!(on_clock("2030-12-31"), Ok(1_600), "it ends where that day begins");
        assert_eq!(on_clock("2030-12-31T01:00:00+01:00"), Ok(1_600));
        for past in ["2030-12-30", "2030-12-30T23:00:05Z", "0"] {
            assert!(on_clock(past).is_err(), "{past}");
        }
        assert!(until("9999-12-31").unwrap().on_clock(1_000, now).is_err(), "the clock has 32 bits");
        for wrong in ["", "tomorrow", "2030-02-30", "31.12.2030"] {
            assert!(until(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_share_is_named_by_its_number_or_by_what_refers_to_it_and_a_key_is_never_repeated() {
        let link = idlewild_shares_primitives::link::ShareLink { share: 7, key: [0xab; 32] }.to_string();
        for text in ["7", "idlewild:share/7", &link] {
            assert_eq!(share(text), Ok(7), "{text}");
        }
        assert_eq!((publication("3"), publication("idlewild:publication/3")), (Ok(3), Ok(3)));
        assert!(publication("idlewild:share/7").is_err() && share("idlewild:publication/3").is_err());
        let changed = link.replace("ab", "ba");
        assert!(!share(&changed).unwrap_err().contains("baba"), "it may be a link with a slip");
    }

    #[test]
    fn what_is_left_of_a_term_has_a_time() {
        assert_eq!(show_blocks(432_000), "432000 blocks (about 30 d)");
        assert_eq!(show_blocks(100), "100 blocks (about 10 min)");
        assert_eq!(show_blocks(0), "over");
    }
}
