//! What listings have in common: how much is on a page, and how names are written.

use base64::{engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use s3s::{dto::EncodingType, S3ErrorCode, S3Result};

use super::{errors::refuse, keys::KEY_BYTES};

/// Entries on a page at most.
pub(crate) const PAGE: usize = 1_000;
/// What stays as it is where names are encoded as in a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/').remove(b'*');

/// How many entries a client wants.
pub(crate) fn most(wanted: Option<i32>, what: &'static str) -> S3Result<usize> {
    match wanted {
        None => Ok(PAGE),
        Some(wanted) => usize::try_from(wanted)
            .map(|wanted| wanted.min(PAGE))
            .map_err(|_| refuse(S3ErrorCode::InvalidArgument, format!("{what} must not be negative"))),
    }
}

/// Parameters without a value say nothing.
pub(crate) fn said(value: Option<&str>) -> Option<String> {
    value.filter(|value| !value.is_empty()).map(str::to_owned)
}

/// How names are written in an answer: XML cannot carry all that keys may contain.
#[derive(Clone, Copy)]
pub(crate) struct Writing {
    as_url: bool,
}

impl Writing {
    /// As the client asks.
    pub(crate) fn of(encoding: Option<&EncodingType>) -> S3Result<Self> {
        match encoding.map(EncodingType::as_str) {
            None => Ok(Self { as_url: false }),
            Some(EncodingType::URL) => Ok(Self { as_url: true }),
            Some(_) => Err(refuse(S3ErrorCode::InvalidArgument, "Invalid Encoding Method specified in Request; use url")),
        }
    }

    pub(crate) fn name(self, name: &str) -> String {
        if self.as_url {
            utf8_percent_encode(name, ENCODED).to_string()
        } else {
            name.to_owned()
        }
    }

    pub(crate) fn some(self, name: Option<&str>) -> Option<String> {
        name.map(|name| self.name(name))
    }
}

/// Where a listing goes on, as a token that means nothing to clients.
pub(crate) fn token(after: &str) -> String {
    URL_SAFE_NO_PAD.encode(after)
}

/// Where a token goes on.
pub(crate) fn after(token: &str) -> S3Result<String> {
    // A common prefix can be as long as a key.
    let bytes = (token.len() <= 2 * KEY_BYTES).then(|| URL_SAFE_NO_PAD.decode(token).ok()).flatten();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        refuse(S3ErrorCode::InvalidArgument, "The continuation token provided is incorrect; begin the listing anew")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_and_others_are_refused() {
        for key in ["a", "日本/\u{1}", "x/"] {
            assert_eq!(after(&token(key)).unwrap(), key);
        }
        assert!(after("?").is_err() && after(&"A".repeat(3_000)).is_err());
    }

    #[test]
    fn names_as_in_a_url_are_read_by_both_kinds_of_decoders() {
        let writing = Writing { as_url: true };
        assert_eq!(writing.name("a b+c/d%é\n"), "a%20b%2Bc/d%25%C3%A9%0A");
    }
}
