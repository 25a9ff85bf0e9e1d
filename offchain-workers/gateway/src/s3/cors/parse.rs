//! CORS rules as S3 writes them.

use hyper::header::{HeaderName, HeaderValue};
use s3s::dto::{CORSConfiguration, CORSRule};
use s3s::{S3Error, S3ErrorCode, S3Result};

use super::{Cors, Rule};
use crate::s3::errors;

const RULES: usize = 100;
const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];
const ID_CHARACTERS: usize = 255;

fn wrong(at: usize, what: &str) -> S3Error {
    errors::refuse(S3ErrorCode::InvalidRequest, format!("CORS rule {}: {what}", at + 1))
}

/// Reads a configuration.
pub(super) fn read(given: CORSConfiguration) -> S3Result<Cors> {
    match given.cors_rules.len() {
        0 => Err(errors::refuse(S3ErrorCode::MalformedXML, "There is no CORS rule; give one, or delete the configuration.")),
        count if count > RULES => {
            Err(errors::refuse(S3ErrorCode::InvalidRequest, format!("There are {count} CORS rules, and {RULES} are the most.")))
        },
        _ => Ok(Cors {
            rules: given.cors_rules.into_iter().enumerate().map(|(at, given)| rule(at, given)).collect::<S3Result<_>>()?,
        }),
    }
}

fn rule(at: usize, given: CORSRule) -> S3Result<Rule> {
    if given.id.as_ref().is_some_and(|id| id.chars().count() > ID_CHARACTERS) {
        return Err(wrong(at, &format!("its ID has more than {ID_CHARACTERS} characters.")));
    }
    if given.allowed_origins.is_empty() || given.allowed_methods.is_empty() {
        return Err(errors::refuse(
            S3ErrorCode::MalformedXML,
            format!("CORS rule {} has no AllowedOrigin or no AllowedMethod.", at + 1),
        ));
    }
    if let Some(method) = given.allowed_methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
        return Err(wrong(at, &format!("{method:?} is no method that can be allowed; there is {}.", METHODS.join(", "))));
    }
    let one_star = |text: &str| text.matches('*').count() <= 1;
    if let Some(origin) =
        given.allowed_origins.iter().find(|origin| !one_star(origin) || HeaderValue::from_str(origin).is_err())
    {
        return Err(wrong(at, &format!("{origin:?} is no origin: write one as https://example.com, with at most one *.")));
    }
    let headers = given.allowed_headers.unwrap_or_default();
    let is_header =
        |text: &str| one_star(text) && (text == "*" || HeaderName::from_bytes(text.replace('*', "x").as_bytes()).is_ok());
    if let Some(header) = headers.iter().find(|header| !is_header(header)) {
        return Err(wrong(at, &format!("{header:?} is no header that can be allowed; write a name, with at most one *.")));
    }
    let exposed = given.expose_headers.unwrap_or_default();
    if let Some(header) =
        exposed.iter().find(|header| header.contains('*') || HeaderName::from_bytes(header.as_bytes()).is_err())
    {
        return Err(wrong(at, &format!("{header:?} is no header that can be exposed; write a name, without *.")));
    }
    if given.max_age_seconds.is_some_and(|seconds| seconds < 0) {
        return Err(wrong(at, "MaxAgeSeconds must not be negative."));
    }
    Ok(Rule {
        id: given.id,
        origins: given.allowed_origins,
        methods: given.allowed_methods,
        headers: headers.into_iter().map(|header| header.to_ascii_lowercase()).collect(),
        exposed,
        max_age: given.max_age_seconds,
    })
}

/// Writes the rules.
pub(super) fn write(cors: Cors) -> Vec<CORSRule> {
    let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
    cors.rules
        .into_iter()
        .map(|rule| CORSRule {
            allowed_headers: some(rule.headers),
            allowed_methods: rule.methods,
            allowed_origins: rule.origins,
            expose_headers: some(rule.exposed),
            id: rule.id,
            max_age_seconds: rule.max_age,
        })
        .collect()
}
