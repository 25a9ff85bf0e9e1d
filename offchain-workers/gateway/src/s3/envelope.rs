//! What is around s3s: requests that it must not see as they are, and answers that it leaves unfinished.

use std::{convert::Infallible, panic::AssertUnwindSafe};

use futures::{future::BoxFuture, FutureExt};
use hyper::{
    header::{HeaderName, HeaderValue},
    http::request::Parts,
    service::Service,
    HeaderMap, Method, Request, Response, StatusCode,
};
use percent_encoding::percent_decode_str;
use s3s::{Body, HttpRequest, S3Error, S3ErrorCode};

use super::{
    body::{Arriving, FaultSlot, Observed},
    chunks::{Chunks, Mode},
    cors,
    errors::refuse,
    forward::{Read, Relay},
    messages, signed, Front, XML_BYTES,
};
use crate::{peers::wire::PROOF, serve::Paced};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");

/// Answers the requests of S3 clients.
#[derive(Clone)]
pub struct S3Service {
    front: Front,
    inner: s3s::service::S3Service,
}

impl S3Service {
    pub(super) fn new(front: Front, inner: s3s::service::S3Service) -> Self {
        Self { front, inner }
    }

    async fn answer(self, request: Request<Paced>) -> Response<Body> {
        let (mut parts, body) = request.into_parts();
        let bucket = self.bucket_of(&parts);
        let origin = parts.headers.contains_key("origin");
        let asked = (parts.method.clone(), origin.then(|| parts.headers.clone()));
        let slot = FaultSlot::default();
        parts.extensions.insert(slot.clone());
        let relay = Relay::default();
        parts.extensions.insert(relay.clone());
        let mut response = match self.checked(parts, body, &bucket, slot.clone()).await {
            Ok(response) => response,
            Err(error) => rendered(error),
        };
        // s3s says of a body that fails while it reads XML that the server failed.
        if let Some(fault) = slot.get().filter(|_| response.status() == StatusCode::INTERNAL_SERVER_ERROR) {
            response = rendered(fault.error());
        }
        if let Some(answer) = relay.answer() {
            response = answer;
        }
        let (method, headers) = asked;
        if method == Method::HEAD && response.headers().contains_key("content-range") && response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        if let (Some(headers), Some(bucket), true) = (headers, &bucket, method != Method::OPTIONS) {
            response.headers_mut().extend(cors::response_headers(self.front.store(), bucket, &method, &headers));
        }
        let id = hex::encode_upper(rand::random::<[u8; 8]>());
        let mut response = messages::complete(response, &id);
        // One that another gateway answered has the id that it logged there.
        if let (Ok(id), false) = (HeaderValue::from_str(&id), response.headers().contains_key(REQUEST_ID)) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        if let Some(proof) = relay.proof().and_then(|proof| HeaderValue::from_str(&proof).ok()) {
            response.headers_mut().insert(PROOF, proof);
        }
        response
    }

    async fn checked(
        &self,
        parts: Parts,
        body: Paced,
        bucket: &Option<String>,
        slot: FaultSlot,
    ) -> Result<Response<Body>, S3Error> {
        if parts.method == Method::OPTIONS {
            return self.preflight(bucket.as_deref(), &parts.headers);
        }
        signed::check(&parts)?;
        if is_document(&parts) && length_of(&parts).is_some_and(|length| length > XML_BYTES) {
            // s3s stops reading there too, and takes it for a fault of its own.
            return Err(refuse(
                S3ErrorCode::MaxMessageLengthExceeded,
                "The document of this request is longer than any can be",
            ));
        }
        let hash = parts.headers.get("x-amz-content-sha256").map(HeaderValue::as_bytes).unwrap_or_default();
        let relay = parts.extensions.get::<Relay>().cloned().filter(|_| self.front.settings().peers.is_some());
        let body = match (Mode::of(hash), relay.filter(|_| is_document(&parts))) {
            (Some(mode), relay) => {
                relay.inspect(Relay::spoil);
                Body::http_body(Observed::new(Chunks::new(Arriving(body), mode), slot, None))
            },
            (None, Some(relay)) => {
                Body::http_body(Read::new(Observed::new(Arriving(body), slot, hash_of_xml(&parts, hash)), relay))
            },
            (None, None) => Body::http_body(Observed::new(Arriving(body), slot, hash_of_xml(&parts, hash))),
        };
        let request = HttpRequest::from_parts(parts, body);
        match AssertUnwindSafe(self.inner.call(request)).catch_unwind().await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => {
                let error: s3s::StdError = error.into();
                tracing::error!(%error, "a request could not be answered");
                Err(refuse(S3ErrorCode::InternalError, "We encountered an internal error. Please try again"))
            },
            Err(_) => {
                tracing::error!("a request made its handler panic");
                Err(refuse(S3ErrorCode::InternalError, "We encountered an internal error. Please try again"))
            },
        }
    }

    fn preflight(&self, bucket: Option<&str>, headers: &HeaderMap) -> Result<Response<Body>, S3Error> {
        let Some(bucket) = bucket else {
            return Err(refuse(S3ErrorCode::InvalidRequest, "A preflight request names a bucket"));
        };
        let headers = cors::preflight(self.front.store(), bucket, headers).map_err(|refusal| refusal.to_s3_error())?;
        let mut response = Response::new(Body::empty());
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// The bucket that a request is about, before s3s has looked at it.
    fn bucket_of(&self, parts: &Parts) -> Option<String> {
        if let Some(domain) = &self.front.settings().domain {
            let host = parts.headers.get("host")?.to_str().ok()?;
            let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
            if let Some(bucket) = host.strip_suffix(domain.as_str()).and_then(|rest| rest.strip_suffix('.')) {
                return Some(bucket.to_owned());
            }
        }
        let first = parts.uri.path().split('/').nth(1).filter(|first| !first.is_empty())?;
        Some(percent_decode_str(first).decode_utf8().ok()?.into_owned())
    }
}

impl Service<Request<Paced>> for S3Service {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn call(&self, request: Request<Paced>) -> Self::Future {
        self.clone().answer(request).map(Ok).boxed()
    }
}

/// What a query names where the body is a document and no object.
const DOCUMENTS: [&str; 17] = [
    "acl",
    "cors",
    "delete",
    "encryption",
    "legal-hold",
    "lifecycle",
    "logging",
    "notification",
    "object-lock",
    "ownershipControls",
    "policy",
    "publicAccessBlock",
    "replication",
    "retention",
    "tagging",
    "versioning",
    "website",
];

/// Whether the body is a document.
fn is_document(parts: &Parts) -> bool {
    let mut names = parts.uri.query().unwrap_or_default().split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    match parts.method {
        // The list of parts of an upload is one too.
        Method::POST => names.any(|name| name == "uploadId" || DOCUMENTS.contains(&name)),
        Method::PUT => names.any(|name| DOCUMENTS.contains(&name)),
        _ => false,
    }
}

fn length_of(parts: &Parts) -> Option<usize> {
    parts.headers.get("content-length").and_then(|value| value.to_str().ok()?.parse::<usize>().ok())
}

/// What a body of XML must hash to. The bodies of objects are compared by s3s, whose error reaches the handler.
fn hash_of_xml(parts: &Parts, hash: &[u8]) -> Option<Vec<u8>> {
    let length = length_of(parts);
    let xml = parts.method == Method::POST || parts.method == Method::PUT && parts.uri.query().is_some();
    (xml && length.is_some_and(|length| length <= XML_BYTES))
        .then(|| hex::decode(hash).ok())
        .flatten()
        .filter(|hash| hash.len() == 32)
}

fn rendered(error: S3Error) -> Response<Body> {
    error.to_http_response().unwrap_or_else(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
