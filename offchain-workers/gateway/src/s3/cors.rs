//! Which pages of other origins may ask for what: CORS rules, and what browsers are told of them.

mod handlers;
mod parse;

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN, VARY,
};
use hyper::{header::HeaderName, header::HeaderValue, HeaderMap, Method, StatusCode};
use idlewild_objects::{ConfigKind, Store};
use s3s::{S3Error, S3ErrorCode};
use serde::{Deserialize, Serialize};

pub(crate) use handlers::{delete_bucket_cors, get_bucket_cors, put_bucket_cors};

use super::{document, errors};

/// The rules of a bucket. The first that fits a request counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cors {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Rule {
    id: Option<String>,
    /// Each with one `*` at most.
    origins: Vec<String>,
    methods: Vec<String>,
    /// In lower case, each with one `*` at most.
    headers: Vec<String>,
    exposed: Vec<String>,
    max_age: Option<i32>,
}

/// Why a browser is told no.
#[derive(Debug, thiserror::Error)]
pub enum CorsRefusal {
    /// The request is not one that a browser asks with.
    #[error(
        "A preflight request names its origin and the method that it wants; send Origin and Access-Control-Request-Method."
    )]
    NoPreflight,
    /// There are no rules.
    #[error("CORSResponse: the bucket has no CORS rules; whoever may configure it can set them.")]
    NoRules,
    /// No rule fits.
    #[error("CORSResponse: no rule of the bucket allows this origin, method and these headers.")]
    NoRule,
    /// The bucket cannot be read, or there is none.
    #[error(transparent)]
    Bucket(#[from] idlewild_objects::BucketError),
    /// The rules cannot be read.
    #[error("the bucket's CORS rules cannot be read, set them again: {0}")]
    Document(#[from] document::DocumentError),
}

impl CorsRefusal {
    /// What S3 says in that case.
    #[must_use]
    pub fn to_s3_error(self) -> S3Error {
        let code = match self {
            Self::NoPreflight => S3ErrorCode::InvalidRequest,
            Self::NoRules | Self::NoRule => return errors::custom("AccessForbidden", StatusCode::FORBIDDEN, self.to_string()),
            Self::Bucket(error) => return errors::bucket(error),
            Self::Document(_) => S3ErrorCode::InternalError,
        };
        errors::refuse(code, self.to_string())
    }
}

/// Answers a browser that asks, before it asks for the object itself: the headers of a 200.
///
/// # Errors
/// The answer that it may not, with status 403, and what else can be wrong.
pub fn preflight(store: &Store, bucket: &str, headers: &HeaderMap) -> Result<HeaderMap, CorsRefusal> {
    let Some(document) = store.config(bucket, ConfigKind::Cors)? else { return Err(CorsRefusal::NoRules) };
    document::decode::<Cors>(&document)?.preflight(headers)
}

/// The headers for the answer to a request that is no preflight: also for errors, which a page could not read otherwise.
#[must_use]
pub fn response_headers(store: &Store, bucket: &str, method: &Method, headers: &HeaderMap) -> HeaderMap {
    match store.config(bucket, ConfigKind::Cors) {
        Ok(Some(document)) => document::decode::<Cors>(&document).map(|cors| cors.answer(method, headers)).unwrap_or_default(),
        _ => HeaderMap::new(),
    }
}

/// Whether `text` is `pattern`, where one star stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end),
        None => pattern == text,
    }
}

impl Rule {
    /// The origin that allows `origin`, as the rule has it.
    fn allows(&self, origin: &str, method: &str) -> Option<&str> {
        let named = self.origins.iter().find(|pattern| fits(pattern, origin))?;
        self.methods.iter().any(|allowed| allowed == method).then_some(named)
    }

    /// What every answer that this rule allows says.
    fn headers(&self, named: &str, origin: &HeaderValue) -> HeaderMap {
        let mut all = HeaderMap::new();
        match named {
            "*" => add(&mut all, ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            // Who names its origins means these pages with the cookies and credentials that they have.
            _ => {
                all.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                add(&mut all, ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            },
        }
        add(&mut all, ACCESS_CONTROL_ALLOW_METHODS, &self.methods.join(", "));
        if !self.exposed.is_empty() {
            add(&mut all, ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed.join(", "));
        }
        if let Some(seconds) = self.max_age {
            add(&mut all, ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
        all
    }
}

/// Nothing is set that cannot be a header's value: what is stored was checked when it was set.
fn add(all: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        all.insert(name, value);
    }
}

/// Caches between here and the browser must not give one origin's answer to another.
fn vary(all: &mut HeaderMap) {
    add(all, VARY, "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

impl Cors {
    /// Answers a preflight request.
    ///
    /// # Errors
    /// Where no rule allows what it asks for.
    pub fn preflight(&self, headers: &HeaderMap) -> Result<HeaderMap, CorsRefusal> {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let origin = headers.get(ORIGIN).ok_or(CorsRefusal::NoPreflight)?;
        let (Some(named), Some(method)) = (text(ORIGIN), text(ACCESS_CONTROL_REQUEST_METHOD)) else {
            return Err(CorsRefusal::NoPreflight);
        };
        let asked: Vec<String> = headers
            .get_all(ACCESS_CONTROL_REQUEST_HEADERS)
            .into_iter()
            .flat_map(|value| value.to_str().unwrap_or("\u{0}").split(','))
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        let takes = |rule: &Rule| asked.iter().all(|name| rule.headers.iter().any(|pattern| fits(pattern, name)));
        let (rule, pattern) = self
            .rules
            .iter()
            .find_map(|rule| rule.allows(named, method).filter(|_| takes(rule)).map(|pattern| (rule, pattern)))
            .ok_or(CorsRefusal::NoRule)?;
        let mut all = rule.headers(pattern, origin);
        if !asked.is_empty() {
            add(&mut all, ACCESS_CONTROL_ALLOW_HEADERS, &asked.join(", "));
        }
        vary(&mut all);
        Ok(all)
    }

    /// The headers for the answer to any other request.
    #[must_use]
    pub fn answer(&self, method: &Method, headers: &HeaderMap) -> HeaderMap {
        let mut all = self.allowed(method, headers).unwrap_or_default();
        vary(&mut all);
        all
    }

    fn allowed(&self, method: &Method, headers: &HeaderMap) -> Option<HeaderMap> {
        let origin = headers.get(ORIGIN)?;
        let named = origin.to_str().ok()?;
        self.rules.iter().find_map(|rule| Some(rule.headers(rule.allows(named, method.as_str())?, origin)))
    }
}

#[cfg(test)]
mod tests;
