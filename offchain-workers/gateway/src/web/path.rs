//! Paths and queries: out of a URL, and back into one.

use percent_encoding::{percent_decode_str, utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};

/// What stands for itself in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
/// What stands for itself in a value of a query.
const VALUE: &AsciiSet = &PATH.add(b'/');

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum PathError {
    /// Half an escape, or bytes that are no text.
    #[error("the path is not properly percent-encoded UTF-8; encode it anew")]
    Encoding,
    /// A control character.
    #[error("the path has control characters, which no key that is shown here has; leave them out")]
    Control,
    /// It would leave the folder that it is in.
    #[error("the path has a segment .., which would lead elsewhere than it says, and which no key has; write the path that you mean")]
    Traversal,
    /// Browsers and proxies take it out, so that what it leads to would not be the same for all.
    #[error(
        "the path has a segment ., which browsers take out before they ask: objects with one in their key are not shown here, and S3 \
         clients get them"
    )]
    Dot,
}

/// The text of a path. An escaped slash is a slash: keys have no others.
pub(super) fn decode(path: &str) -> Result<String, PathError> {
    let text = unescape(path).ok_or(PathError::Encoding)?;
    if text.chars().any(char::is_control) {
        return Err(PathError::Control);
    }
    if text.split(['/', '\\']).any(|segment| segment == "..") {
        return Err(PathError::Traversal);
    }
    if text.split(['/', '\\']).any(|segment| segment == ".") {
        return Err(PathError::Dot);
    }
    Ok(text)
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let whole = byte != b'%'
            || (bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())
                && bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit()));
        if !whole {
            return None;
        }
    }
    percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned())
}

/// A path as it stands in a URL. It never begins with two slashes, which would name another host.
pub(super) fn encode(path: &str) -> String {
    let encoded = utf8_percent_encode(path, PATH).to_string();
    if encoded.starts_with("//") {
        format!("/.{encoded}")
    } else {
        encoded
    }
}

/// A value as it stands in a query.
pub(super) fn encode_value(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

/// The first value of `name` in a query; empty where it stands alone. One that cannot be read is as good as none.
pub(super) fn query_value(query: Option<&str>, name: &str) -> Option<String> {
    query?.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| unescape(&value.replace('+', " ")))?
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_path_leads_out_or_panics(path in "/(%[0-9a-fA-F]{0,2}|[./\\\\%]|[ -~]|\\PC){0,30}") {
            if let Ok(text) = decode(&path) {
                prop_assert!(text.split(['/', '\\']).all(|segment| segment != "." && segment != ".."), "{text}");
                prop_assert!(!text.chars().any(char::is_control));
                // What a page links to is what was asked for, and on this host.
                let again = encode(&text);
                prop_assert!(!again.starts_with("//"));
                let same = if text.starts_with("//") { decode(&again[2..]) } else { decode(&again) };
                prop_assert_eq!(same, Ok(text));
            }
        }

        #[test]
        fn any_value_of_a_query_comes_back(value in any::<String>(), other in "[ac=+% ]{0,20}") {
            let query = format!("{other}&b={}&{other}", encode_value(&value));
            prop_assert_eq!(query_value(Some(&query), "b"), Some(value));
        }
    }

    #[test]
    fn escapes_are_read_once() {
        assert_eq!(decode("/a%20b/%E2%82%AC").as_deref(), Ok("/a b/€"));
        assert_eq!(decode("/a%2520b").as_deref(), Ok("/a%20b"));
        assert_eq!(decode("/a+b").as_deref(), Ok("/a+b"));
    }

    #[test]
    fn no_spelling_leaves_the_folder() {
        for path in ["/../x", "/a/..", "/a/%2e%2e/b", "/a/.%2E/b", "/..%2fx", "/..%5cx", "/./..", "/a%2f..%2fb"] {
            assert_eq!(decode(path), Err(PathError::Traversal), "{path}");
        }
        for path in ["/a/./b", "/.", "/%2e/a", "/a%2f.", "/.%5ca"] {
            assert_eq!(decode(path), Err(PathError::Dot), "{path}");
        }
        assert!(decode("/...").is_ok() && decode("/a..b/.well-known").is_ok());
    }

    #[test]
    fn broken_escapes_are_refused() {
        for path in ["/%", "/%4", "/%zz", "/%ff", "/%c3%28"] {
            assert_eq!(decode(path), Err(PathError::Encoding), "{path}");
        }
        assert_eq!(decode("/a%00b"), Err(PathError::Control));
        assert_eq!(decode("/a%0d%0ab"), Err(PathError::Control));
    }

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for path in ["/a b/€", "/a%20b", "/<script>\"'&", "/a?b#c", "/100%"] {
            assert_eq!(decode(&encode(path)).as_deref(), Ok(path));
        }
        assert_eq!(encode("//host/x"), "/.//host/x");
    }

    #[test]
    fn values_of_a_query() {
        assert_eq!(query_value(Some("a=1&b=x+y%26z&c"), "b").as_deref(), Some("x y&z"));
        assert_eq!(query_value(Some("a=1&c"), "c").as_deref(), Some(""));
        assert_eq!(query_value(Some("a=%zz"), "a"), None);
        assert_eq!(query_value(None, "a"), None);
    }
}
