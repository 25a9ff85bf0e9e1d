//! Blobs for an engine on this machine: the OCI distribution interface, to read alone, on loopback.
//!
//! An engine that knows nothing of this network pulls `127.0.0.1:PORT/APP@sha256:…` as from any registry. What is not here yet is
//! fetched while it waits.

use std::{
    collections::BTreeMap,
    io::{self, Read, Seek, SeekFrom},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{header, HeaderMap, HeaderValue, Method, StatusCode},
    response::Response,
    Router,
};
use bytes::Bytes;
use futures::stream;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    blob::Sha,
    index::{Image, ImageError, Manifest},
    store::Store,
};

/// Bytes that are read from the disk at a time.
const CHUNK: usize = 256 << 10;
/// Manifests that are kept in memory.
const MANIFESTS: usize = 256;

/// Brings what is not here.
#[async_trait]
pub trait OnDemand: Send + Sync + 'static {
    /// An image by its name and its digest or tag; `None` where there is none. Its blobs are here afterwards.
    async fn image(&self, name: &str, reference: &str) -> Result<Option<Image>, String>;
}

/// Brings nothing: what is there is served.
pub struct Nothing;

#[async_trait]
impl OnDemand for Nothing {
    async fn image(&self, _: &str, _: &str) -> Result<Option<Image>, String> {
        Ok(None)
    }
}

/// Why there is no registry.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Others could reach it.
    #[error("the registry listens on loopback only, and {0} is not: it has no password")]
    NotLoopback(SocketAddr),
    /// The port is taken, or something else.
    #[error("the registry cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// A registry at work. It ends when the token that it was started with is cancelled.
#[derive(Clone)]
pub struct Registry {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    store: Arc<Store>,
    demand: Arc<dyn OnDemand>,
    manifests: Mutex<BTreeMap<Sha, (Bytes, String)>>,
}

impl Registry {
    /// Begins to serve a store's blobs. Port 0 takes any.
    pub async fn serve(
        address: SocketAddr,
        store: Arc<Store>,
        demand: Arc<dyn OnDemand>,
        stop: CancellationToken,
    ) -> Result<Self, RegistryError> {
        if !address.ip().is_loopback() {
            return Err(RegistryError::NotLoopback(address));
        }
        let listener = TcpListener::bind(address).await.map_err(|source| RegistryError::Listen { address, source })?;
        let address = listener.local_addr().map_err(|source| RegistryError::Listen { address, source })?;
        let shared = Arc::new(Shared { store, demand, manifests: Mutex::default() });
        let app = Router::new().fallback(answer).with_state(shared.clone());
        let ended = async move { stop.cancelled().await };
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(ended).await {
                tracing::warn!(%error, "the registry of images ended");
            }
        });
        Ok(Self { shared, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The reference under which an engine pulls an image once it is [offered](Self::offer).
    pub fn reference(&self, name: &str, digest: &Sha) -> String {
        format!("{}/{name}@{digest}", self.address)
    }

    /// Serves an image whose blobs are in the store, and tells the reference under which an engine pulls it.
    pub fn offer(&self, name: &str, image: &Image) -> Result<String, ImageError> {
        let digest = Sha::of(&image.manifest);
        let manifest = image.check(digest)?;
        self.shared.keep(digest, image, &manifest);
        Ok(self.reference(name, &digest))
    }
}

impl Shared {
    fn keep(&self, digest: Sha, image: &Image, manifest: &Manifest) {
        let mut manifests = self.manifests.lock().unwrap_or_else(PoisonError::into_inner);
        if manifests.len() >= MANIFESTS {
            manifests.pop_first();
        }
        manifests.insert(digest, (Bytes::copy_from_slice(&image.manifest), manifest.kind().to_owned()));
    }

    fn manifest(&self, digest: &Sha) -> Option<(Bytes, String)> {
        self.manifests.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned()
    }
}

/// What a path under `/v2/` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    Version,
    Manifest { name: &'a str, reference: &'a str },
    Blob { digest: &'a str },
}

fn parse(path: &str) -> Option<Asked<'_>> {
    let rest = path.strip_prefix("/v2")?;
    if matches!(rest, "" | "/") {
        return Some(Asked::Version);
    }
    let rest = rest.strip_prefix('/')?;
    let (front, last) = rest.rsplit_once('/')?;
    let (name, what) = front.rsplit_once('/')?;
    match what {
        _ if name.is_empty() || last.is_empty() => None,
        "manifests" => Some(Asked::Manifest { name, reference: last }),
        "blobs" => Some(Asked::Blob { digest: last }),
        _ => None,
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let with_body = match *request.method() {
        Method::GET => true,
        Method::HEAD => false,
        _ => return refuse(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "this registry is only read from"),
    };
    match parse(request.uri().path()) {
        Some(Asked::Version) => reply(StatusCode::OK, "application/json", Bytes::from_static(b"{}"), with_body),
        Some(Asked::Manifest { name, reference }) => manifest(&shared, name, reference, with_body).await,
        Some(Asked::Blob { digest }) => match digest.parse() {
            Ok(digest) => blob(&shared, digest, request.headers(), with_body).await,
            Err(_) => refuse(StatusCode::BAD_REQUEST, "DIGEST_INVALID", "a digest is sha256: and 64 hexadecimal digits"),
        },
        None => refuse(StatusCode::NOT_FOUND, "NAME_UNKNOWN", "there is nothing here"),
    }
}

async fn manifest(shared: &Arc<Shared>, name: &str, reference: &str, with_body: bool) -> Response {
    let known = reference.parse::<Sha>().ok().and_then(|digest| Some((digest, shared.manifest(&digest)?)));
    let (digest, (bytes, kind)) = match known {
        Some(known) => known,
        None => {
            let image = match shared.demand.image(name, reference).await {
                Ok(Some(image)) => image,
                Ok(None) => return refuse(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN", "there is no such image"),
                Err(reason) => return refuse(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", &reason),
            };
            let digest = Sha::of(&image.manifest);
            match image.check(digest) {
                Ok(manifest) => {
                    shared.keep(digest, &image, &manifest);
                    (digest, (Bytes::from(image.manifest), manifest.kind().to_owned()))
                },
                Err(error) => return refuse(StatusCode::BAD_GATEWAY, "MANIFEST_INVALID", &error.to_string()),
            }
        },
    };
    let mut response = reply(StatusCode::OK, &kind, bytes, with_body);
    note_digest(&mut response, &digest);
    response
}

async fn blob(shared: &Arc<Shared>, digest: Sha, headers: &HeaderMap, with_body: bool) -> Response {
    let store = shared.store.clone();
    let opened = tokio::task::spawn_blocking(move || store.open_blob(&digest)).await;
    let Ok(Ok((mut file, size))) = opened else {
        return refuse(StatusCode::NOT_FOUND, "BLOB_UNKNOWN", "this blob is not here");
    };
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let (status, start, end) = match asked.map(|asked| range_of(asked, size)) {
        None => (StatusCode::OK, 0, size),
        Some(Some((start, end))) => (StatusCode::PARTIAL_CONTENT, start, end),
        Some(None) => return refuse(StatusCode::RANGE_NOT_SATISFIABLE, "BLOB_UPLOAD_INVALID", "there are no such bytes"),
    };
    let length = end.saturating_sub(start);
    let body = match with_body {
        false => Body::empty(),
        true => {
            if file.seek(SeekFrom::Start(start)).is_err() {
                return refuse(StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN", "the disk failed");
            }
            Body::from_stream(chunks(file, length))
        },
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if status == StatusCode::PARTIAL_CONTENT {
        let last = end.saturating_sub(1);
        if let Ok(value) = HeaderValue::from_str(&format!("bytes {start}-{last}/{size}")) {
            headers.insert(header::CONTENT_RANGE, value);
        }
    }
    note_digest(&mut response, &digest);
    response
}

/// A file's next `length` bytes, a chunk at a time.
fn chunks(file: std::fs::File, length: u64) -> impl futures::Stream<Item = io::Result<Bytes>> {
    stream::try_unfold((file, length), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let reading = tokio::task::spawn_blocking(move || {
            let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
            file.read_exact(&mut chunk)?;
            Ok::<_, io::Error>((file, chunk))
        });
        let (file, chunk) = reading.await.map_err(io::Error::other)??;
        let left = left.saturating_sub(chunk.len() as u64);
        Ok(Some((Bytes::from(chunk), (file, left))))
    })
}

/// The bytes of `bytes=A-B`, as far as there are any. More than one range is not served.
fn range_of(asked: &str, size: u64) -> Option<(u64, u64)> {
    let (from, to) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (from.is_empty(), to.is_empty()) {
        (false, true) => (from.parse().ok()?, size),
        (false, false) => (from.parse().ok()?, to.parse::<u64>().ok()?.checked_add(1)?.min(size)),
        (true, false) => (size.saturating_sub(to.parse().ok()?), size),
        (true, true) => return None,
    };
    (range.0 < range.1).then_some(range)
}

fn reply(status: StatusCode, kind: &str, bytes: Bytes, with_body: bool) -> Response {
    let length = bytes.len();
    let mut response = Response::new(if with_body { Body::from(bytes) } else { Body::empty() });
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn note_digest(response: &mut Response, digest: &Sha) {
    if let Ok(value) = HeaderValue::from_str(&digest.to_string()) {
        response.headers_mut().insert("docker-content-digest", value);
    }
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = serde_json::json!({ "errors": [{ "code": code, "message": message }] });
    reply(status, "application/json", Bytes::from(body.to_string()), true)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::index::tests::image;

    #[test]
    fn names_may_have_slashes() {
        assert_eq!(parse("/v2/"), Some(Asked::Version));
        assert_eq!(parse("/v2"), Some(Asked::Version));
        assert_eq!(parse("/v2/a/b/manifests/x"), Some(Asked::Manifest { name: "a/b", reference: "x" }));
        assert_eq!(parse("/v2/a/blobs/sha256:0"), Some(Asked::Blob { digest: "sha256:0" }));
        for path in ["/", "/v1/", "/v2/a", "/v2/a/tags/list", "/v2//manifests/x", "/v2/a/manifests/", "/v2x/a/manifests/x"] {
            assert_eq!(parse(path), None, "{path}");
        }
    }

    #[test]
    fn ranges_are_cut_to_what_there_is() {
        for (asked, expected) in [
            ("bytes=0-9", Some((0, 10))),
            ("bytes=90-200", Some((90, 100))),
            ("bytes=5-", Some((5, 100))),
            ("bytes=-5", Some((95, 100))),
            ("bytes=-500", Some((0, 100))),
            ("bytes=100-", None),
            ("bytes=9-5", None),
            ("bytes=-", None),
            ("bytes=0-1,3-4", None),
            ("items=0-1", None),
        ] {
            assert_eq!(range_of(asked, 100), expected, "{asked}");
        }
    }

    /// A request, and the answer to its end.
    async fn ask(address: SocketAddr, request: &str) -> (String, Vec<u8>) {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{request}\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
    }

    #[tokio::test]
    async fn an_engine_finds_an_image_and_its_layers() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 1 << 20).unwrap();
        let layer = vec![7u8; 300_000];
        let image = image(&[&layer]);
        let _pins: Vec<_> = image.blobs.iter().map(|stored| store.expect(&stored.blob).unwrap()).collect();
        store.put(&image.blobs[1].blob.digest, 0, &layer).unwrap();
        let stop = CancellationToken::new();
        let any = "127.0.0.1:0".parse().unwrap();
        let registry = Registry::serve(any, store, Arc::new(Nothing), stop.clone()).await.unwrap();
        let reference = registry.offer("jobs/render", &image).unwrap();
        let digest = Sha::of(&image.manifest);
        assert_eq!(reference, format!("{}/jobs/render@{digest}", registry.address()));

        let address = registry.address();
        let get = |path: String| async move { ask(address, &format!("GET {path} HTTP/1.1")).await };
        let (head, body) = get(format!("/v2/jobs/render/manifests/{digest}")).await;
        assert!(head.starts_with("HTTP/1.1 200") && head.contains(&digest.to_string()), "{head}");
        assert_eq!(body, image.manifest);
        let blob = image.blobs[1].blob.digest;
        let (head, body) = ask(address, &format!("HEAD /v2/x/blobs/{blob} HTTP/1.1")).await;
        assert!(head.to_lowercase().contains("content-length: 300000") && body.is_empty(), "{head}");
        let (head, body) = get(format!("/v2/x/blobs/{blob}")).await;
        assert!(head.starts_with("HTTP/1.1 200") && body == layer);
        let ranged = format!("GET /v2/x/blobs/{blob} HTTP/1.1\r\nRange: bytes=299990-");
        let (head, body) = ask(address, &ranged).await;
        assert!(head.starts_with("HTTP/1.1 206") && body == [7; 10], "{head}");
        for (path, status) in [
            (format!("/v2/x/blobs/{}", Sha::of(b"none")), "404"),
            ("/v2/x/blobs/sha256:1".into(), "400"),
            (format!("/v2/x/manifests/{}", Sha::of(b"none")), "404"),
            ("/v2/x/manifests/latest".into(), "404"),
            ("/etc/passwd".into(), "404"),
        ] {
            let (head, body) = get(path.clone()).await;
            assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {head}");
            assert!(String::from_utf8(body).unwrap().contains("errors"));
        }
        let (head, _) = ask(address, "DELETE /v2/ HTTP/1.1").await;
        assert!(head.starts_with("HTTP/1.1 405"), "{head}");
        stop.cancel();
    }

    #[tokio::test]
    async fn nobody_else_can_reach_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 1 << 20).unwrap();
        let open = "0.0.0.0:0".parse().unwrap();
        let refused = Registry::serve(open, store, Arc::new(Nothing), CancellationToken::new()).await;
        assert!(matches!(refused, Err(RegistryError::NotLoopback(_))));
    }
}
