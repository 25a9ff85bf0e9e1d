//! Requests about a bucket that another gateway of the same owner writes now: they are answered there, as long as it answers.
//!
//! Who asks is identified and judged here first. Then the request is signed anew, as of this gateway, and passed on with the client's
//! bytes as they come. It is never passed on twice: a gateway that is asked by another one and has lost its turn meanwhile does itself
//! what it is asked for, as it does where nobody has a turn. The bytes have come that far once, and the first gateway could not send
//! them again; what is written here is durable here, and becomes a part of the bucket's tree with this gateway's next commit.
//!
//! Where the other gateway does not answer, reads are of what is here, and writes are taken here. Only a body of which something is on
//! its way already cannot be taken here any more: its client is asked to send it again.

mod head;
mod relay;
mod visitor;

use std::sync::{Arc, Mutex, PoisonError};

use hyper::{
    header::{HeaderMap, HeaderName, HeaderValue},
    http::Extensions,
    Method, Uri,
};
use idlewild_objects::{Bucket, Durability, UploadId};
use s3s::{auth::Credentials, dto::StreamingBlob, S3ErrorCode, S3Result, TrailingHeaders};

use super::{
    acknowledge::Acknowledge,
    authority::{value_of, Visit},
    body::{broken, FaultSlot},
    errors::refuse,
    keys, Front,
};
use crate::peers::{
    body::{Flow, Outgoing, END_TRAILER},
    key::PeerId,
    sign,
    wire::{body_of, Passed, PeerError},
    Holder, Peers,
};

pub(crate) use relay::{Read, Relay};
pub(crate) use visitor::{read as visitor_of, FOR};

/// What stands for the hash of a body in chunks.
const CHUNKS: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
/// How many times longer than others requests may take that have the other gateway read whole objects.
const COPIES: u32 = 20;

/// A request, before its input is looked at.
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) extensions: &'a Extensions,
    pub(super) credentials: Option<&'a Credentials>,
}

/// Takes what is looked at out of a request of s3s.
macro_rules! asked {
    ($req:expr) => {
        $crate::s3::forward::Asked {
            method: &$req.method,
            uri: &$req.uri,
            headers: &$req.headers,
            extensions: &$req.extensions,
            credentials: $req.credentials.as_ref(),
        }
    };
}

pub(super) use asked;

/// Another gateway that is to answer, and what is known of the request.
struct Elsewhere {
    peers: Arc<Peers>,
    holder: Holder,
    bucket: Bucket,
    id: u64,
    relay: Relay,
    rest: String,
    query: Vec<(String, String)>,
}

/// How it went.
enum Went {
    /// The answer is with the request.
    Answered,
    /// Nothing was done anywhere.
    Not(PeerError),
    /// It may have been done, or the client's bytes are gone.
    Unsure(PeerError),
}

impl Front {
    /// The gateway that is to answer a request, unless that is this one.
    fn elsewhere(&self, asked: &Asked<'_>) -> S3Result<Option<Elsewhere>> {
        let Some(peers) = self.settings().peers.clone() else { return Ok(None) };
        // Of another gateway, or the form of a browser, whose head says nothing of the object.
        let is_passed = asked.credentials.is_some_and(|credentials| credentials.access_key.parse::<PeerId>().is_ok());
        if is_passed || (asked.method == Method::POST && asked.uri.query().is_none()) {
            return Ok(None);
        }
        let Some(relay) = asked.extensions.get::<Relay>().cloned() else { return Ok(None) };
        let (name, key) = relay.target();
        let Some(bucket) = self.store().bucket(&name) else { return Ok(None) };
        let Some((id, holder)) = bucket.id.and_then(|id| Some((id, peers.asked(id)?))) else { return Ok(None) };
        let Some(query) = head::query(asked.uri) else { return Ok(None) };
        if self.is_of_here(asked, &bucket, key.as_deref())? {
            return Ok(None);
        }
        let rest = key.map_or_else(String::new, |key| format!("/{key}"));
        Ok(Some(Elsewhere { peers, holder, bucket, id, relay, rest, query }))
    }

    /// Whether a request is about what only this gateway has: who wrote here while the other one did not answer sees what he wrote.
    fn is_of_here(&self, asked: &Asked<'_>, bucket: &Bucket, key: Option<&str>) -> S3Result<bool> {
        let query = asked.uri.query().unwrap_or_default();
        if let Some(upload) = value_of(query, "uploadId") {
            return Ok(self.store().upload(&UploadId(upload)).is_some());
        }
        if asked.method != Method::GET && asked.method != Method::HEAD {
            return Ok(false);
        }
        let waits = match key {
            Some(key) => {
                let id = keys::version(value_of(query, "versionId").as_deref())?;
                let version = self.store().head(&bucket.name, key, id.as_ref()).map_err(super::errors::store)?;
                version.is_some_and(|version| version.durability == Durability::Local)
            },
            None => {
                !self.store().outbox(&bucket.name).is_empty()
                    || self.store().unsealed(&bucket.name).map_err(super::errors::store)?.changes > 0
            },
        };
        Ok(waits)
    }
}

/// Has a request without a body, or with a document, answered elsewhere where it is to be. An error says that it was: the answer is with
/// the request.
pub(super) async fn whole(front: &Front, asked: &Asked<'_>) -> S3Result<()> {
    let Some(elsewhere) = front.elsewhere(asked)? else { return Ok(()) };
    let Some(document) = elsewhere.relay.document() else { return Ok(()) };
    let (flow, hash) = (Flow::new(), sign::hash(&document));
    let body = Outgoing::whole(document, flow.clone());
    match elsewhere.pass(front, asked, head::headers(asked.headers), hash, body, &flow).await? {
        Went::Answered => Err(answered()),
        // Done twice it comes to the same.
        Went::Not(_) | Went::Unsure(_) => Ok(()),
    }
}

/// The same of a request with an object's bytes, which stay where they are unless it is answered elsewhere.
pub(super) async fn streamed(
    front: &Front,
    asked: &Asked<'_>,
    body: &mut Option<StreamingBlob>,
    said: Option<TrailingHeaders>,
) -> S3Result<()> {
    // Without a length it is refused, here as there.
    let Some(length) = head::length(asked.headers) else { return Ok(()) };
    let Some(elsewhere) = front.elsewhere(asked)? else { return Ok(()) };
    let mut headers = head::headers(asked.headers);
    let mut trailers = head::trailers(asked.headers);
    if trailers.is_empty() {
        trailers.push(END_TRAILER.to_owned());
        headers.insert(head::TRAILER, HeaderValue::from_static(END_TRAILER));
    }
    headers.insert(head::LENGTH, length.into());
    let (flow, shared) = (Flow::new(), Arc::new(Mutex::new(body.take())));
    let outgoing = Outgoing::chunks(shared.clone(), trailers, said, flow.clone());
    let went = elsewhere.pass(front, asked, headers, CHUNKS.to_owned(), outgoing, &flow).await;
    *body = shared.lock().unwrap_or_else(PoisonError::into_inner).take();
    let error = match went? {
        Went::Answered => return Err(answered()),
        Went::Not(error) | Went::Unsure(error) => error,
    };
    if body.is_some() || length == 0 {
        return Ok(());
    }
    if let Some(failure) = flow.failure() {
        let slot = asked.extensions.get::<FaultSlot>().cloned().unwrap_or_default();
        return Err(broken(&slot, &*failure));
    }
    Err(refuse(
        S3ErrorCode::ServiceUnavailable,
        format!("The gateway that writes this bucket stopped answering within the body ({error}); send it again, and it is taken here"),
    ))
}

/// What a handler returns where the answer is with the request.
fn answered() -> s3s::S3Error {
    refuse(S3ErrorCode::InternalError, "The answer of another gateway was lost; try again")
}

impl Elsewhere {
    async fn pass(
        self,
        front: &Front,
        asked: &Asked<'_>,
        mut headers: HeaderMap,
        payload: String,
        body: Outgoing,
        flow: &Flow,
    ) -> S3Result<Went> {
        let wire = match self.peers.reach(&self.bucket, &self.holder).await {
            Ok(wire) => wire,
            Err(error) => {
                self.peers.note(&self.bucket, &self.holder, Some(&error));
                return Ok(Went::Not(error));
            },
        };
        let copies = match head::source(&mut headers, &self.bucket.name, &wire.name) {
            head::Source::None => false,
            head::Source::Same => true,
            // The other gateway may not know the source, and is not to be told what of it this visitor may read.
            head::Source::Other if self.query.iter().any(|(name, _)| name == "uploadId") => {
                return Err(refuse(
                    S3ErrorCode::NotImplemented,
                    "Another gateway takes this upload: send the bytes of the part, or copy within the bucket",
                ));
            },
            head::Source::Other => return Ok(Went::Not(PeerError::Head)),
        };
        let visit = Visit::of(asked.extensions);
        let Ok(whom) = HeaderValue::from_str(&visitor::text(&visit, self.id)) else { return Ok(Went::Not(PeerError::Head)) };
        headers.insert(HeaderName::from_static(FOR), whom);
        let mut answer = self.peers.patience().answer;
        if Acknowledge::of(asked.headers, asked.uri)? == Acknowledge::Network {
            answer = answer.saturating_add(front.settings().acknowledge_within);
        }
        if copies {
            answer = answer.saturating_mul(COPIES);
        }
        let passed = Passed { method: asked.method.clone(), rest: self.rest.clone(), query: self.query, headers, payload };
        let error = match wire.pass(passed, body, flow, answer).await {
            Ok(response) => {
                self.peers.note(&self.bucket, &self.holder, None);
                let mut response = response.map(body_of);
                head::back(response.headers_mut());
                self.relay.answered(response);
                return Ok(Went::Answered);
            },
            Err(error) => error,
        };
        // A client that went away, or said what cannot be said again, is no fault of the other gateway.
        if !flow.has_failed() && !matches!(error, PeerError::Head) {
            self.peers.note(&self.bucket, &self.holder, Some(&error));
        }
        Ok(Went::Unsure(error))
    }
}
