//! Headers that answers have in common.

use std::time::Duration;

use hyper::header::{
    HeaderMap, HeaderName, HeaderValue, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, EXPIRES,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use idlewild_storage_primitives::Clock;
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};

/// Whoever sees a page through a name sees a change of the name after so long.
const FRESH: Duration = Duration::from_secs(60);
/// Between two heights of the clock.
const BLOCK: Duration = Duration::from_secs(6);
/// A version never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Headers stored with an object that are sent with it. Others could pretend to be the gateway's.
const STORED: [HeaderName; 5] = [CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, EXPIRES];
/// What stands for itself in an extended parameter (RFC 8187).
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What every answer has: its type is what it says, and each name is an origin of its own that shares nothing.
pub(super) fn secure(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    // Without it all sites under one domain could share a process, and set aside their borders.
    headers.insert(HeaderName::from_static("origin-agent-cluster"), HeaderValue::from_static("?1"));
}

/// How long an answer may be kept: a version forever, what a name points to now for a minute, and no longer than the name holds.
pub(super) fn cache_control(of_version: bool, height: Option<Clock>, until: Clock) -> HeaderValue {
    if of_version {
        return HeaderValue::from_static(FOREVER);
    }
    let holds = height.map_or(FRESH, |height| BLOCK.saturating_mul(until.saturating_sub(height)));
    let seconds = holds.min(FRESH).as_secs();
    HeaderValue::from_str(&format!("public, max-age={seconds}, must-revalidate"))
        .unwrap_or_else(|_| HeaderValue::from_static("no-cache"))
}

/// Adds the headers that were stored with an object.
pub(super) fn add_stored(headers: &mut HeaderMap, stored: &[(String, String)]) {
    for (name, value) in stored {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        let Ok(value) = HeaderValue::from_str(value) else { continue };
        // `aws-chunked` is how the upload came, and no encoding of the object.
        let only_of_upload = name == CONTENT_ENCODING && value.as_bytes().eq_ignore_ascii_case(b"aws-chunked");
        if STORED.contains(&name) && !only_of_upload {
            headers.insert(name, value);
        }
    }
}

/// The value of a stored header.
pub(super) fn stored<'a>(stored: &'a [(String, String)], name: &str) -> Option<&'a str> {
    stored.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The disposition of a download under `name`.
pub(super) fn attachment(name: &str) -> HeaderValue {
    let plain: String =
        name.chars()
            .map(|character| {
                if character.is_ascii_graphic() && !"\"\\/%;".contains(character) || character == ' ' {
                    character
                } else {
                    '_'
                }
            })
            .collect();
    let exact = utf8_percent_encode(name, ATTRIBUTE);
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_no_longer_than_its_name() {
        assert_eq!(cache_control(false, None, 0), "public, max-age=60, must-revalidate");
        assert_eq!(cache_control(false, Some(100), 1_000), "public, max-age=60, must-revalidate");
        assert_eq!(cache_control(false, Some(100), 102), "public, max-age=12, must-revalidate");
        assert_eq!(cache_control(false, Some(100), 90), "public, max-age=0, must-revalidate");
        assert_eq!(cache_control(true, Some(100), 90), FOREVER);
    }

    #[test]
    fn only_harmless_stored_headers_are_sent() {
        let mut headers = HeaderMap::new();
        let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
        add_stored(
            &mut headers,
            &[
                pair("Content-Language", "de"),
                pair("set-cookie", "a=b"),
                pair("content-length", "1"),
                pair("Cache-Control", "no-cache\r\nx: y"),
                pair("content-encoding", "aws-chunked"),
            ],
        );
        assert_eq!(headers.len(), 1);
        assert_eq!(headers[CONTENT_LANGUAGE], "de");
    }

    #[test]
    fn a_name_of_a_download_stays_within_its_quotes() {
        assert_eq!(attachment("a\";\u{e9}.txt"), "attachment; filename=\"a___.txt\"; filename*=UTF-8''a%22%3B%C3%A9.txt");
        assert_eq!(attachment("x\r\ny"), "attachment; filename=\"x__y\"; filename*=UTF-8''x%0D%0Ay");
    }
}
