//! One server for all inputs, asked without a socket.

use http_body_util::BodyExt;
use hyper::{body::Body, service::Service};
use idlewild_gateway::serve::{Paced, Peer};
use percent_encoding::percent_decode_str;
use tokio::runtime::{Builder, Runtime};

use crate::support::{signer::encode_path, Answer, Key, Request, Server};

/// The host that requests are for.
pub(crate) const HOST: &str = "localhost";

/// To open a store takes longer than hundreds of requests.
pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) server: Server,
}

impl World {
    /// With these buckets.
    pub(crate) fn new(buckets: &[&str]) -> Self {
        // One thread, so that an input does the same each time.
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let server = runtime.block_on(async {
            let server = Server::start().await;
            for bucket in buckets {
                server.owner().bucket(bucket).await;
            }
            server
        });
        Self { runtime, server }
    }

    /// Hands a request to the service as the listener would. None where HTTP itself has no such request.
    pub(crate) fn try_ask(&self, request: &Request) -> Option<Answer> {
        let built = build(request, Paced::full(request.body.clone().into()))?;
        Some(self.runtime.block_on(async { answer_of(self.server.service.call(built).await.unwrap()).await }))
    }

    /// The same, where a fault of the server's is a panic.
    pub(crate) fn ask(&self, request: &Request) -> Option<Answer> {
        let answer = self.try_ask(request)?;
        assert!(answer.status < 500 || answer.status == 501, "{}: {}", answer.status, answer.text());
        Some(answer)
    }

    /// The same for a request that is well-formed, signed.
    pub(crate) fn send(&self, key: &Key, request: Request) -> Answer {
        self.ask(&request.sign(key, HOST)).expect("a request of HTTP")
    }
}

/// A request as HTTP has it.
pub(crate) fn build<B>(request: &Request, body: B) -> Option<hyper::Request<B>> {
    let mut built = hyper::Request::builder().method(request.method.as_str()).uri(request.target());
    for (name, value) in &request.headers {
        // The listener has seen to it that the one is true, and taken the other off.
        if !name.eq_ignore_ascii_case("content-length") && !name.eq_ignore_ascii_case("transfer-encoding") {
            built = built.header(name, value.as_bytes());
        }
    }
    let mut built = built.header("content-length", request.body.len()).body(body).ok()?;
    built.extensions_mut().insert(Peer(([127, 0, 0, 1], 4_096).into()));
    Some(built)
}

/// All of an answer.
pub(crate) async fn answer_of<B: Body<Error: std::fmt::Debug>>(response: hyper::Response<B>) -> Answer {
    let (parts, body) = response.into_parts();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let body = body.collect().await.expect("all of the body").to_bytes().to_vec();
    Answer { status: parts.status.as_u16(), headers, body }
}

/// The bytes that a path stands for.
pub(crate) fn decoded(path: &str) -> Vec<u8> {
    percent_decode_str(path).collect()
}

/// A path in the one form that signatures are made of.
pub(crate) fn canonical(path: &str) -> String {
    encode_path(&String::from_utf8_lossy(&decoded(path)))
}
