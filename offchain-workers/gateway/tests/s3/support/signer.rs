//! Signature version 4, written from its specification.

use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use ring::hmac;
use sha2::{Digest, Sha256};
use time::{macros::format_description, OffsetDateTime};

use super::Request;

pub(crate) const REGION: &str = "us-east-1";
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// An access key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub id: String,
    pub secret: String,
}

impl Key {
    pub(crate) fn new(id: &str, secret: &str) -> Self {
        Self { id: id.into(), secret: secret.into() }
    }
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

pub(crate) fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(crate) fn stamp(time: OffsetDateTime) -> String {
    time.format(format_description!("[year][month][day]T[hour][minute][second]Z")).unwrap()
}

pub(crate) fn scope(time: OffsetDateTime) -> String {
    format!("{}/{REGION}/s3/aws4_request", &stamp(time)[..8])
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

/// The signature of a text, under the key of that day.
pub(crate) fn signature(key: &Key, time: OffsetDateTime, text: &str) -> String {
    let day = hmac(format!("AWS4{}", key.secret).as_bytes(), &stamp(time).as_bytes()[..8]);
    let region = hmac(&day, REGION.as_bytes());
    let service = hmac(&region, b"s3");
    let signing = hmac(&service, b"aws4_request");
    hex::encode(hmac(&signing, text.as_bytes()))
}

pub(crate) fn query(pairs: &[(String, String)]) -> String {
    let mut pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.sort();
    pairs.join("&")
}

/// The names of the headers that are signed: all that are there.
pub(crate) fn signed_names(request: &Request) -> String {
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    names.sort();
    names.dedup();
    names.join(";")
}

/// What a request's signature is of.
pub(crate) fn text_to_sign(request: &Request, names: &str, payload: &str, time: OffsetDateTime) -> String {
    let mut headers = String::new();
    for name in names.split(';') {
        let values: Vec<&str> = request
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect();
        headers += &format!("{name}:{}\n", values.join(","));
    }
    let canonical = format!("{}\n{}\n{}\n{headers}\n{names}\n{payload}", request.method, request.path, query(&request.query));
    format!("AWS4-HMAC-SHA256\n{}\n{}\n{}", stamp(time), scope(time), sha256(canonical.as_bytes()))
}
