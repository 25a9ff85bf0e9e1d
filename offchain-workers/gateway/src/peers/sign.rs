//! Signature version 4 of what a gateway asks another one.

use hyper::{
    header::{HeaderName, HeaderValue, AUTHORIZATION, HOST},
    HeaderMap, Method,
};
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use ring::hmac;
use sha2::{Digest, Sha256};
use time::{macros::format_description, OffsetDateTime};

/// What stays as it is in a signature's text.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const IN_PATH: &AsciiSet = &UNRESERVED.remove(b'/');
/// Gateways take any.
const REGION: &str = "idlewild";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const HASH: HeaderName = HeaderName::from_static("x-amz-content-sha256");

/// A path as it is sent.
pub(crate) fn path(text: &str) -> String {
    utf8_percent_encode(text, IN_PATH).to_string()
}

/// A query as it is sent, of decoded names and values.
pub(crate) fn query(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let mut pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The hash of bytes, as a head has it.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A request's head, as far as it is signed.
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    /// As [`path`] and [`query`] made them.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// The hash of the body, or what stands for it.
    pub(crate) payload: &'a str,
}

/// Whether a header is part of the signature: what says whom and what a request is for.
fn is_signed(name: &HeaderName) -> bool {
    let name = name.as_str();
    name == HOST.as_str() || name == "content-md5" || name.starts_with("x-amz-") || name.starts_with("x-idlewild-")
}

/// Signs a head whose headers are complete, `host` among them. `None` where one of them is no text.
pub(crate) fn sign(head: &Head<'_>, headers: &mut HeaderMap, id: &str, secret: &str, now: OffsetDateTime) -> Option<()> {
    let stamp = now.format(format_description!("[year][month][day]T[hour][minute][second]Z")).ok()?;
    let day = stamp.get(..8)?;
    headers.insert(DATE, HeaderValue::from_str(&stamp).ok()?);
    headers.insert(HASH, HeaderValue::from_str(head.payload).ok()?);
    let mut names: Vec<&HeaderName> = headers.keys().filter(|name| is_signed(name)).collect();
    names.sort_by_key(|name| name.as_str());
    let mut canonical = format!("{}\n{}\n{}\n", head.method, head.path, head.query);
    for name in &names {
        let values: Option<Vec<String>> = headers
            .get_all(*name)
            .iter()
            .map(|value| {
                let text = std::str::from_utf8(value.as_bytes()).ok()?;
                Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
            })
            .collect();
        canonical.push_str(&format!("{name}:{}\n", values?.join(",")));
    }
    let names = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(";");
    canonical.push_str(&format!("\n{names}\n{}", head.payload));
    let scope = format!("{day}/{REGION}/s3/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hash(canonical.as_bytes()));
    let mut key = hmac::sign(&keyed(format!("AWS4{secret}").as_bytes()), day.as_bytes());
    for step in [REGION, "s3", "aws4_request"] {
        key = hmac::sign(&keyed(key.as_ref()), step.as_bytes());
    }
    let signature = hex::encode(hmac::sign(&keyed(key.as_ref()), text.as_bytes()));
    let authorization = format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}");
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&authorization).ok()?);
    Some(())
}

fn keyed(key: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, key)
}
