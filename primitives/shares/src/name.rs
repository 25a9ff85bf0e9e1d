//! What a published file may be called.

use crate::limits::MAX_NAME;

/// Whether bytes can be the name of a published file: 1 to 128 bytes of UTF-8 without control characters that are no path, so that
/// whoever fetches the file can call it that where it is put.
pub fn is_file_name(name: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(name) else { return false };
    (1..=MAX_NAME as usize).contains(&name.len())
        && !matches!(text, "." | "..")
        && !text.chars().any(|letter| letter.is_control() || matches!(letter, '/' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_a_file_and_no_path() {
        for good in ["a", "grüße aus.txt", ".hidden", "...", "..a", "a:b", &"x".repeat(128)] {
            assert!(is_file_name(good.as_bytes()), "{good}");
        }
        let bad = ["", ".", "..", "a/b", "/", "../a", "a\\b", "a\0", "a\nb", "a\u{7f}", "a\u{85}", &"x".repeat(129)];
        for bad in bad {
            assert!(!is_file_name(bad.as_bytes()), "{bad:?}");
        }
        assert!(!is_file_name(&[b'a', 0xff]) && !is_file_name(&[0xc3]), "no UTF-8");
    }
}
