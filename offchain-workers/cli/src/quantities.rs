//! Sizes, terms and ranges as people write them.

use idlewild_client::quantities::BLOCK_SECONDS;
pub use idlewild_client::quantities::{geometry, term};

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
    fn what_is_left_of_a_term_has_a_time() {
        assert_eq!(show_blocks(432_000), "432000 blocks (about 30 d)");
        assert_eq!(show_blocks(100), "100 blocks (about 10 min)");
        assert_eq!(show_blocks(0), "over");
    }
}
