//! A connection with another gateway: one for each request, and trusted with a request only once the other side has shown that it has
//! the bucket's key. What dies is noticed when it is connected with, while the client's body is still whole.

use std::{io, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{
    client::conn::http1::{handshake, SendRequest},
    header::{HeaderName, HeaderValue, HOST},
    HeaderMap, Method, Request, Response, Uri,
};
use hyper_util::rt::TokioIo;
use idlewild_objects::BucketKey;
use s3s::StdError;
use time::OffsetDateTime;
use tokio::{net::TcpStream, time::timeout};
use tokio_util::task::AbortOnDropHandle;
use zeroize::Zeroizing;

use super::{
    body::{Answered, Flow, Outgoing, Turn},
    key::{self, PeerId},
    sign, Holder, Patience,
};

/// In requests between gateways: a number that is never the same, for the answer to prove itself by.
pub(crate) const NONCE: HeaderName = HeaderName::from_static("x-idlewild-for-nonce");
/// In their answers.
pub(crate) const PROOF: HeaderName = HeaderName::from_static("x-idlewild-proof");
/// In the request that asks for nothing but a bucket's name: the bucket is waited for.
pub(crate) const WANTED: HeaderName = HeaderName::from_static("x-idlewild-for-lease");
/// The most bytes of an answer with one bucket's name.
const NAME_BYTES: usize = 64 << 10;

/// Why another gateway was not asked, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// It announced no address that can be connected with.
    #[error("its address {0:?} is none that this gateway can ask: `idlewild gateway announce` gives it one such as http://10.0.0.2:9000")]
    Endpoint(String),
    /// Nobody is there.
    #[error("{endpoint} cannot be connected with: {source}")]
    Connect {
        /// Where.
        endpoint: String,
        /// Why.
        source: io::Error,
    },
    /// It was too slow.
    #[error("{0} did not answer in time")]
    Slow(String),
    /// It broke off.
    #[error("{endpoint} broke off: {source}")]
    Broken {
        /// Where.
        endpoint: String,
        /// Why.
        source: hyper::Error,
    },
    /// Something else answers there, or it does not know this gateway.
    #[error(
        "what answers at {0} is not the gateway that writes the bucket, or does not know this one yet, or their clocks differ"
    )]
    Stranger(String),
    /// It has not taken the bucket over yet.
    #[error("{0} does not have the bucket")]
    NoBucket(String),
    /// The head cannot be signed.
    #[error("the request cannot be passed on as it is")]
    Head,
}

/// A request for another gateway.
pub(crate) struct Passed {
    pub(crate) method: Method,
    /// After the bucket's name, decoded: nothing, or a slash and a key.
    pub(crate) rest: String,
    /// Decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    /// The hash of the body, or what stands for it.
    pub(crate) payload: String,
}

/// A connection that has proven itself.
pub(crate) struct Wire {
    sender: SendRequest<Outgoing>,
    connection: AbortOnDropHandle<()>,
    endpoint: String,
    host: HeaderValue,
    id: PeerId,
    secret: Zeroizing<String>,
    patience: Patience,
    /// What the other gateway calls the bucket.
    pub(crate) name: String,
}

impl Wire {
    /// Connects with the gateway that writes a bucket. `wanted` tells it that this one waits for its turn.
    pub(crate) async fn open(
        holder: &Holder,
        key: &BucketKey,
        id: PeerId,
        patience: Patience,
        wanted: bool,
    ) -> Result<Self, PeerError> {
        let endpoint = holder.endpoint.clone();
        let (host, port) = place(&endpoint).ok_or_else(|| PeerError::Endpoint(endpoint.clone()))?;
        let slow = |_| PeerError::Slow(endpoint.clone());
        let failed = |source| PeerError::Connect { endpoint: endpoint.clone(), source };
        let broken = |source| PeerError::Broken { endpoint: endpoint.clone(), source };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = timeout(patience.connect, TcpStream::connect((bare, port))).await.map_err(slow)?.map_err(failed)?;
        // Heads are small and are waited for.
        stream.set_nodelay(true).map_err(failed)?;
        let (sender, connection) =
            timeout(patience.connect, handshake(TokioIo::new(stream))).await.map_err(slow)?.map_err(broken)?;
        let connection = AbortOnDropHandle::new(tokio::spawn(async move {
            // What went wrong is told to who waits for an answer.
            let _ = connection.await;
        }));
        let secret = key::secret(key, &id, &holder.account).map_err(|_| PeerError::Head)?;
        let host = HeaderValue::from_str(&format!("{host}:{port}")).map_err(|_| PeerError::Endpoint(endpoint.clone()))?;
        let mut wire = Self { sender, connection, endpoint, host, id, secret, patience, name: String::new() };
        wire.name =
            timeout(patience.connect, wire.ask_name(wanted)).await.map_err(|_| PeerError::Slow(wire.endpoint.clone()))??;
        Ok(wire)
    }

    /// The list of the buckets that the id is for, of which there is one.
    async fn ask_name(&mut self, wanted: bool) -> Result<String, PeerError> {
        let mut headers = HeaderMap::new();
        if wanted {
            headers.insert(WANTED, HeaderValue::from_static("1"));
        }
        let asked = Passed { method: Method::GET, rest: String::new(), query: Vec::new(), headers, payload: sign::hash(b"") };
        let (request, nonce) = self.request(asked, "/", Outgoing::whole(Bytes::new(), Flow::new()))?;
        let response = self.sender.send_request(request).await.map_err(|source| self.broken(source))?;
        self.check(&response, &nonce)?;
        if !response.status().is_success() {
            return Err(PeerError::Stranger(self.endpoint.clone()));
        }
        let body = Limited::new(response.into_body(), NAME_BYTES).collect().await;
        let body = body.map_err(|_| PeerError::Stranger(self.endpoint.clone()))?.to_bytes();
        let text = String::from_utf8_lossy(&body);
        let name = text.split_once("<Name>").and_then(|(_, rest)| rest.split_once("</Name>")).map(|(name, _)| name.to_owned());
        name.ok_or_else(|| PeerError::NoBucket(self.endpoint.clone()))
    }

    /// Passes a request on. The answer is as it comes, once it has proven itself. Once `flow` says that the other side was given
    /// everything, it has `answer` to do what was asked.
    pub(crate) async fn pass(
        mut self,
        passed: Passed,
        body: Outgoing,
        flow: &Flow,
        answer: Duration,
    ) -> Result<Response<Answered>, PeerError> {
        let path = format!("/{}{}", self.name, passed.rest);
        flow.begin(&body);
        let (request, nonce) = self.request(passed, &path, body)?;
        let stall = self.patience.stall;
        // The connection is ready: the name has come over it.
        let answered = self.sender.send_request(request);
        let mut answered = std::pin::pin!(answered);
        let response = loop {
            let wait = match flow.turn() {
                Turn::Client => stall,
                Turn::Taking(since) => stall.saturating_sub(since.elapsed()),
                Turn::Answering(since) => answer.saturating_sub(since.elapsed()),
            };
            if wait.is_zero() {
                return Err(PeerError::Slow(self.endpoint));
            }
            if let Ok(response) = timeout(wait, &mut answered).await {
                break response.map_err(|source| PeerError::Broken { endpoint: self.endpoint.clone(), source })?;
            }
        };
        self.check(&response, &nonce)?;
        let (stall, connection) = (self.patience.stall, self.connection);
        Ok(response.map(|body| Answered::new(body, stall, connection)))
    }

    fn request(&self, passed: Passed, path: &str, body: Outgoing) -> Result<(Request<Outgoing>, String), PeerError> {
        let nonce = hex::encode(rand::random::<[u8; 16]>());
        let mut headers = passed.headers;
        headers.insert(HOST, self.host.clone());
        headers.insert(NONCE, HeaderValue::from_str(&nonce).map_err(|_| PeerError::Head)?);
        let (path, query) = (sign::path(path), sign::query(&passed.query));
        let head = sign::Head { method: &passed.method, path: &path, query: &query, payload: &passed.payload };
        sign::sign(&head, &mut headers, &self.id.to_string(), &self.secret, OffsetDateTime::now_utc())
            .ok_or(PeerError::Head)?;
        let target = match query.is_empty() {
            true => path,
            false => format!("{path}?{query}"),
        };
        let mut request = Request::builder().method(passed.method).uri(target).body(body).map_err(|_| PeerError::Head)?;
        *request.headers_mut() = headers;
        Ok((request, nonce))
    }

    fn check<B>(&self, response: &Response<B>, nonce: &str) -> Result<(), PeerError> {
        let proof = response.headers().get(PROOF).and_then(|proof| proof.to_str().ok());
        match proof.is_some_and(|proof| key::is_proof(&self.secret, nonce, proof)) {
            true => Ok(()),
            false => Err(PeerError::Stranger(self.endpoint.clone())),
        }
    }

    fn broken(&self, source: hyper::Error) -> PeerError {
        PeerError::Broken { endpoint: self.endpoint.clone(), source }
    }
}

/// Where an endpoint is: a host and a port.
fn place(endpoint: &str) -> Option<(String, u16)> {
    let uri: Uri = endpoint.parse().ok()?;
    let is_bare = uri.path() == "/" && uri.query().is_none();
    (uri.scheme_str() == Some("http") && is_bare).then_some(())?;
    let authority = uri.authority()?;
    // What is before an @ would go into a header.
    (!authority.as_str().contains('@')).then(|| (authority.host().to_owned(), authority.port_u16().unwrap_or(80)))
}

/// What is wrong with an endpoint that is to be announced.
pub fn check_endpoint(endpoint: &str) -> Result<(), PeerError> {
    place(endpoint).map(|_| ()).ok_or_else(|| PeerError::Endpoint(endpoint.to_owned()))
}

/// An answer's body as s3s has bodies.
pub(crate) fn body_of(answered: Answered) -> s3s::Body {
    s3s::Body::http_body(answered.map_err(StdError::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_and_a_port_over_http() {
        assert_eq!(place("http://10.0.0.2:9000"), Some(("10.0.0.2".into(), 9_000)));
        assert_eq!(place("http://home.example/"), Some(("home.example".into(), 80)));
        assert_eq!(place("http://[::1]:9000"), Some(("[::1]".into(), 9_000)));
        for bad in ["", "10.0.0.2:9000", "https://a:1", "ftp://a", "http://a/b", "http://a/?b", "http://u:p@a:1", "http://"] {
            assert_eq!(place(bad), None, "{bad}");
            assert!(check_endpoint(bad).is_err());
        }
    }
}
