//! The head of a request, as it is passed on: what is of the object, and nothing of how it came.

use hyper::{
    header::{HeaderName, HeaderValue, CONTENT_LENGTH},
    HeaderMap, Uri,
};
use percent_encoding::percent_decode_str;
use s3s::dto::CopySource;

use crate::peers::sign;

pub(crate) const TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");
pub(crate) const LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const SOURCE: HeaderName = HeaderName::from_static("x-amz-copy-source");
/// Of the connection, of how the client signed, and what this gateway answers for itself.
const LEFT: [&str; 18] = [
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-security-token",
];
/// Of the connection alone, in answers.
const LEFT_BACK: [&str; 5] = ["connection", "keep-alive", "transfer-encoding", "upgrade", "x-idlewild-proof"];

/// The headers that go on. What gateways say among themselves no client can say for them.
pub(crate) fn headers(from: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in from {
        let text = name.as_str();
        if !LEFT.contains(&text) && !text.starts_with(super::visitor::FOR) {
            headers.append(name, value.clone());
        }
    }
    headers
}

/// The names and values of a query that go on, decoded: all but a signature's.
pub(crate) fn query(uri: &Uri) -> Option<Vec<(String, String)>> {
    let decoded = |text: &str| Some(percent_decode_str(&text.replace('+', " ")).decode_utf8().ok()?.into_owned());
    let mut pairs = Vec::new();
    for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        if !is_signature(&name) {
            pairs.push((name, value));
        }
    }
    Some(pairs)
}

fn is_signature(name: &str) -> bool {
    let names =
        ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token", "Content-Sha256"];
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
        && name.get(6..).is_some_and(|rest| names.iter().any(|one| one.eq_ignore_ascii_case(rest)))
}

/// How many bytes a client's body has once it is decoded, if he says so.
pub(crate) fn length(headers: &HeaderMap) -> Option<u64> {
    let number = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()?.parse().ok());
    number(LENGTH).or_else(|| number(CONTENT_LENGTH))
}

/// The trailers that a client announced.
pub(crate) fn trailers(headers: &HeaderMap) -> Vec<String> {
    let all = headers.get_all(TRAILER).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    all.map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect()
}

/// Where a copy comes from.
pub(crate) enum Source {
    /// It is none.
    None,
    /// The same bucket, which `headers` name as the other gateway does.
    Same,
    /// Another one.
    Other,
}

/// Looks where a copy comes from, and names the bucket as the other gateway does.
pub(crate) fn source(headers: &mut HeaderMap, bucket: &str, there: &str) -> Source {
    let Some(source) = headers.get(SOURCE) else { return Source::None };
    let Ok(CopySource::Bucket { bucket: from, key, version_id }) =
        source.to_str().map_err(|_| ()).and_then(|text| CopySource::parse(text).map_err(|_| ()))
    else {
        return Source::Other;
    };
    if *from != *bucket {
        return Source::Other;
    }
    let version = version_id.map_or_else(String::new, |id| format!("?versionId={}", sign::path(&id)));
    let Ok(value) = HeaderValue::from_str(&format!("{there}/{}{version}", sign::path(&key))) else { return Source::Other };
    headers.insert(SOURCE, value);
    Source::Same
}

/// Takes from an answer what is of the connection that it came over.
pub(crate) fn back(headers: &mut HeaderMap) {
    for name in LEFT_BACK {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_stays_and_what_is_asked_goes_on() {
        let uri: Uri =
            "/b/k?X-Amz-Signature=0&x-amz-expires=6&versionId=a%2Fb&uploads&x-idlewild-ack=network&prefix=a+b".parse().unwrap();
        let pairs = query(&uri).unwrap();
        let names: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(names, [("versionId", "a/b"), ("uploads", ""), ("x-idlewild-ack", "network"), ("prefix", "a b")]);
        assert!(query(&"/b?prefix=%FF".parse().unwrap()).is_none());
    }

    #[test]
    fn what_gateways_say_is_not_taken_from_clients() {
        let mut from = HeaderMap::new();
        for name in ["authorization", "host", "x-amz-date", "x-idlewild-for", "x-idlewild-for-lease", "x-amz-meta-a", "range"] {
            from.insert(HeaderName::from_static(name), HeaderValue::from_static("1"));
        }
        let on = headers(&from);
        let mut names: Vec<&str> = on.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["range", "x-amz-meta-a"]);
    }

    #[test]
    fn a_copy_within_the_bucket_names_it_as_the_other_side_does() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(SOURCE, HeaderValue::from_static(text));
            headers
        };
        let mut same = with("/photos/a%20b?versionId=0f");
        assert!(matches!(source(&mut same, "photos", "photos-7"), Source::Same));
        assert_eq!(same[SOURCE], "photos-7/a%20b?versionId=0f");
        assert!(matches!(source(&mut with("/other/a"), "photos", "photos"), Source::Other));
        assert!(matches!(source(&mut HeaderMap::new(), "photos", "photos"), Source::None));
    }
}
