//! Media types of objects.

/// What S3's own tools set where the user said nothing; it tells no more than the bytes themselves.
const NOTHING_SAID: &str = "binary/octet-stream";
/// For bytes of which nothing is known.
pub(super) const BYTES: &str = "application/octet-stream";
/// For the pages of the gateway itself.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// The type that an object is sent with: the stored one, else by the key's extension. Text of no stated character set is UTF-8.
pub(super) fn of(stored: Option<&str>, key: &str) -> String {
    let essence = match stored.map(str::trim) {
        Some(stored) if !stored.is_empty() && !stored.eq_ignore_ascii_case(NOTHING_SAID) => stored.to_string(),
        _ => mime_guess::from_path(key).first_raw().unwrap_or(BYTES).to_string(),
    };
    let lower = essence.to_ascii_lowercase();
    let is_text = lower.starts_with("text/") || lower == "application/javascript" || lower == "application/xhtml+xml";
    if is_text && !lower.contains(';') {
        format!("{essence}; charset=utf-8")
    } else {
        essence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_type_counts() {
        assert_eq!(of(Some("image/x-own"), "a.html"), "image/x-own");
        assert_eq!(of(Some("text/html"), "a"), "text/html; charset=utf-8");
        assert_eq!(of(Some("text/html; charset=latin1"), "a"), "text/html; charset=latin1");
        assert_eq!(of(Some(BYTES), "a.html"), BYTES);
    }

    #[test]
    fn else_the_extension_does() {
        assert_eq!(of(None, "dir/a.HTML"), "text/html; charset=utf-8");
        assert_eq!(of(Some("binary/octet-stream"), "a.css"), "text/css; charset=utf-8");
        assert_eq!(of(Some(""), "a.mp4"), "video/mp4");
        assert_eq!(of(None, "a.wasm"), "application/wasm");
        assert_eq!(of(None, "a"), BYTES);
    }
}
