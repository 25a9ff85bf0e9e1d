//! The listener of both fronts: HTTP/1.1 within limits, so that no client holds on to what others need.

use std::{convert::Infallible, future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{body::Body, service::Service, Request, Response};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{net::TcpListener, sync::Semaphore, time};

pub mod pace;

pub use pace::Paced;
use pace::Patient;

/// The most bytes of a request's head. The longest that S3 clients send have a key of 1,024 bytes, each of them in three
/// characters, and 8 KiB of metadata.
const HEAD_BYTES: usize = 64 << 10;
/// The most fields of a head.
const HEAD_FIELDS: usize = 128;
/// How long to wait after the system refused to accept: it has no file descriptors left, and that passes only with time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What clients are held to.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at a time. Further ones wait in the system's queue.
    pub connections: usize,
    /// For the whole head of a request, counted from the end of the request before: a connection that idles longer is closed.
    pub head: Duration,
    /// In so much time of waiting a client must send [`Self::pace_bytes`] of a body, and take something of an answer.
    pub pace: Duration,
    /// See [`Self::pace`].
    pub pace_bytes: u64,
    /// How long requests may go on after the stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_048,
            head: Duration::from_secs(30),
            pace: Duration::from_secs(30),
            pace_bytes: 16 << 10,
            grace: Duration::from_secs(20),
        }
    }
}

/// Where a request came from. It is among a request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Serves until `stop` resolves, and then until the requests in progress are answered or the grace is over.
pub async fn serve<S, B>(listener: TcpListener, limits: Limits, service: S, stop: impl Future<Output = ()>) -> io::Result<()>
where
    S: Service<Request<Paced>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let places = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_header_size(HEAD_BYTES).max_headers(HEAD_FIELDS);
    let mut stop = pin!(stop);
    loop {
        let next = async {
            // Never closed, so this always gives a place.
            let place = places.clone().acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                time::sleep(ACCEPT_PAUSE).await;
                continue;
            },
        };
        // Answers are written whole; waiting to fill a packet only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection stays without TCP_NODELAY");
        }
        let connection = http.serve_connection(
            TokioIo::new(Patient::new(stream, limits.pace)),
            Within { service: service.clone(), peer: Peer(peer), limits: limits.clone() },
        );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if time::timeout(limits.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still in progress at the end of the grace, and are given up");
    }
    Ok(())
}

/// Gives a service its requests with their origin and with bodies that must keep their pace.
#[derive(Clone)]
struct Within<S> {
    service: S,
    peer: Peer,
    limits: Limits,
}

impl<S> Service<Request<hyper::body::Incoming>> for Within<S>
where
    S: Service<Request<Paced>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, request: Request<hyper::body::Incoming>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(self.peer);
        let body = Paced::new(body.map_err(pace::BodyError::from).boxed(), self.limits.pace, self.limits.pace_bytes);
        self.service.call(Request::from_parts(parts, body))
    }
}
