//! Amounts as TOML and compose files write them.

/// Reads cores, such as `0.5`, as thousandths of one, rounded up.
pub(super) fn cores(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text:?} is no number of cores: write one such as 0.5 or 2");
    let cores: f64 = text.trim().parse().map_err(|_| wrong())?;
    let milli = (cores * 1_000.0).ceil();
    // Beyond the range the conversion would saturate silently, and NaN is in no range.
    match (1.0..=1e9).contains(&milli) {
        true => Ok(milli as u32),
        false => Err(wrong()),
    }
}

/// Reads bytes, such as `256M`, `1g` or `512 MiB`, as mebibytes, rounded up. All units are binary, as Docker has them.
pub(super) fn mebibytes(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text:?} is no amount of memory: write one such as 256M, 512 MiB or 1g");
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(split).ok_or_else(wrong)?;
    let unit: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" | "kib" => 1024.0,
        "m" | "mb" | "mib" => 1024.0 * 1024.0,
        "g" | "gb" | "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let mebibytes = (number * unit / (1024.0 * 1024.0)).ceil();
    match (1.0..=1e9).contains(&mebibytes) {
        true => Ok(mebibytes as u32),
        false => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_up_to_what_can_be_rented() {
        assert_eq!(cores("0.5"), Ok(500));
        assert_eq!(cores("2"), Ok(2_000));
        assert_eq!(cores("0.0001"), Ok(1));
        assert_eq!(mebibytes("256M"), Ok(256));
        assert_eq!(mebibytes("512 MiB"), Ok(512));
        assert_eq!(mebibytes("1g"), Ok(1_024));
        assert_eq!(mebibytes("1.5 GB"), Ok(1_536));
        assert_eq!(mebibytes("1048577"), Ok(2));
        assert_eq!(mebibytes("100kb"), Ok(1));
        for text in ["", "0", "-1", "many", "NaN", "inf", "1e99"] {
            assert!(cores(text).is_err(), "{text}");
        }
        for text in ["", "0", "-1M", "M", "1T5", "1 parsec", "9999999999g"] {
            assert!(mebibytes(text).is_err(), "{text}");
        }
    }
}
