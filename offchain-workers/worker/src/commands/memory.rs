//! How much memory a machine has to spare.

use std::fs;

/// Bytes that can be had without pushing anything out; `None` where the system does not tell.
pub fn memory_available() -> Option<u64> {
    parse(&fs::read_to_string("/proc/meminfo").ok()?)
}

fn parse(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1 << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_tells_is_read() {
        assert_eq!(parse("MemTotal:  24 kB\nMemAvailable:   17 kB\n"), Some(17 << 10));
        assert_eq!(parse("MemTotal:  24 kB\n"), None);
        assert!(memory_available().is_some_and(|bytes| bytes > 1 << 20));
    }
}
