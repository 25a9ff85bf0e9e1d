//! Classes and terms of deals, as people write them.

use idlewild_storage_primitives::geometry::Geometry;

/// Seconds between two blocks of a live chain, by which times are turned into blocks.
pub const BLOCK_SECONDS: u64 = 6;

/// Reads `hot`, `standard`, `archive`, `4+4`.
pub fn geometry(text: &str) -> Result<Geometry, String> {
    match text {
        "hot" => return Ok(Geometry::HOT),
        "standard" => return Ok(Geometry::STANDARD),
        "archive" => return Ok(Geometry::ARCHIVE),
        _ => {},
    }
    let numbers = text.split_once('+').and_then(|(data, parity)| Some((data.parse().ok()?, parity.parse().ok()?)));
    match numbers {
        Some((data, parity)) if data > 0 && parity > 0 => Ok(Geometry { data, parity }),
        _ => Err(format!("{text:?} is not a class: write hot, standard, archive, or two numbers such as 4+4")),
    }
}

/// Reads a number of blocks, or a time such as `90m`, `12h`, `30d`.
pub fn term(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text:?} is not a term: write a number of blocks, or a time such as 90m, 12h or 30d");
    let (number, seconds) = match text.char_indices().last() {
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3_600),
        Some((at, 'd')) => (&text[..at], 86_400),
        _ => (text, BLOCK_SECONDS),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let blocks = number.checked_mul(seconds).map(|seconds| seconds / BLOCK_SECONDS).ok_or_else(wrong)?;
    u32::try_from(blocks).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_blocks_or_times() {
        assert_eq!(term("400"), Ok(400));
        assert_eq!(term("1h"), Ok(600));
        assert_eq!(term("30d"), Ok(432_000));
        for wrong in ["", "d", "1w", "-1", "99999999999d"] {
            assert!(term(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn classes_have_names_and_numbers() {
        assert_eq!(geometry("hot"), Ok(Geometry { data: 4, parity: 4 }));
        assert_eq!(geometry("2+1"), Ok(Geometry { data: 2, parity: 1 }));
        for wrong in ["cold", "4", "4+", "0+4", "4+0", "300+1"] {
            assert!(geometry(wrong).is_err(), "{wrong}");
        }
    }
}
