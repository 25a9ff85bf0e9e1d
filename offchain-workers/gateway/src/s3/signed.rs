//! What of a signature s3s does not look at: which headers it covers, how long it lasts, and its version.

use hyper::http::request::Parts;
use s3s::{S3ErrorCode, S3Result};

use super::{authority::value_of, errors::refuse, forward::FOR};

/// The longest that a presigned URL may last: 7 days.
const LONGEST_SECONDS: u64 = 7 * 24 * 60 * 60;
/// Headers that change nothing, and that some clients add to a presigned URL when they use it.
const HARMLESS: [&str; 2] = ["x-amz-content-sha256", "x-amz-user-agent"];

/// Fails where a signature would let others do more than its maker meant.
pub(super) fn check(parts: &Parts) -> S3Result<()> {
    let query = parts.uri.query().unwrap_or_default();
    let authorization = parts.headers.get("authorization").map(|value| value.to_str().unwrap_or_default());
    // These have no date that is checked, so that whoever reads one could use it for ever.
    if authorization.is_some_and(|text| text.starts_with("AWS ")) || value_of(query, "Signature").is_some() {
        return Err(refuse(
            S3ErrorCode::InvalidRequest,
            "Signature version 2 is not accepted; use version 4 (AWS4-HMAC-SHA256)",
        ));
    }
    if value_of(query, "X-Amz-Signature").is_some() {
        let seconds = value_of(query, "X-Amz-Expires").and_then(|text| text.parse::<u64>().ok());
        if !seconds.is_some_and(|seconds| (1..=LONGEST_SECONDS).contains(&seconds)) {
            return Err(refuse(
                S3ErrorCode::AuthorizationQueryParametersError,
                "X-Amz-Expires must be a number of seconds from 1 to 604800",
            ));
        }
        return covers(parts, &value_of(query, "X-Amz-SignedHeaders").unwrap_or_default(), &HARMLESS);
    }
    let Some(text) = authorization else { return Ok(()) };
    let signed = text
        .split([',', ' '])
        .find_map(|field| field.trim().strip_prefix("SignedHeaders="))
        .ok_or_else(|| refuse(S3ErrorCode::AuthorizationHeaderMalformed, "The Authorization header names no SignedHeaders"))?;
    covers(parts, signed, &[])
}

/// With a header that is not signed, whoever gets hold of a presigned PUT could make a copy of something else of it.
fn covers(parts: &Parts, signed: &str, harmless: &[&str]) -> S3Result<()> {
    let names: Vec<&str> = signed.split(';').collect();
    let missing = parts.headers.keys().map(|name| name.as_str()).chain(["host"]).find(|name| {
        // What gateways say among themselves is worth no less than what S3 says.
        let counts = *name == "host" || name.starts_with("x-amz-") || name.starts_with(FOR);
        counts && !names.contains(name) && !harmless.contains(name)
    });
    match missing {
        None => Ok(()),
        Some(name) => Err(refuse(
            S3ErrorCode::AccessDenied,
            format!(
                "There were headers present in the request which were not signed: {name}; sign host and all x-amz-* headers"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn every_amz_header_must_be_signed() {
        let ok = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;x-amz-date, Signature=0";
        assert!(check(&parts("/", &[("authorization", ok), ("x-amz-date", "1")])).is_ok());
        assert!(check(&parts("/", &[("authorization", ok), ("x-amz-date", "1"), ("x-amz-acl", "public-read")])).is_err());
        assert!(check(&parts("/", &[("authorization", ok), ("x-amz-date", "1"), ("x-idlewild-for", "1")])).is_err());
        let hostless = "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=x-amz-date,Signature=0";
        assert!(check(&parts("/", &[("authorization", hostless)])).is_err());
        let uri = "/b/k?X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
        assert!(check(&parts(uri, &[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")])).is_ok());
        assert!(check(&parts(uri, &[("x-amz-copy-source", "/other/secret")])).is_err());
    }

    #[test]
    fn what_lasts_too_long_or_is_of_version_2_is_refused() {
        for expires in ["0", "604801", "-1", "x", ""] {
            let uri = format!("/b/k?X-Amz-Expires={expires}&X-Amz-SignedHeaders=host&X-Amz-Signature=0");
            assert!(check(&parts(&uri, &[])).is_err(), "{expires}");
        }
        assert!(check(&parts("/b/k?AWSAccessKeyId=a&Expires=9999999999&Signature=x", &[])).is_err());
        assert!(check(&parts("/b/k", &[("authorization", "AWS a:b")])).is_err());
        assert!(check(&parts("/b/k", &[])).is_ok(), "anonymous");
    }
}
