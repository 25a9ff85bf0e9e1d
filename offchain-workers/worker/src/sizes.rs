//! Sizes as people read them.

/// In GiB, to a tenth.
pub(crate) fn gib(bytes: impl Into<u128>) -> String {
    format!("{:.1} GiB", bytes.into() as f64 / (1u64 << 30) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_are_told() {
        assert_eq!(gib(0u64), "0.0 GiB");
        assert_eq!(gib(3u64 << 29), "1.5 GiB");
        assert_eq!(gib(1u128 << 90), "1152921504606846976.0 GiB");
    }
}
