//! A front over a store of its own, and a client that sends what it is told to.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use hyper::{service::service_fn, Request};
use hyper_util::rt::TokioIo;
use idlewild_gateway::{
    names::{BucketRef, FixedNames, Names, Target},
    public::Public,
    serve::Peer,
    web::{Front, Options},
};
use idlewild_objects::{BucketInit, ConfigKind, NewVersion, Store, Version, Versioning};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// No answer of these tests takes as long.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct World {
    pub store: Store,
    pub address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl World {
    /// A front where `alice` is the bucket `open`, `docs.alice` the folder `docs` of it, `bob` the bucket `site`, `carol` the bucket `closed`,
    /// `one.alice` one object, `far` a bucket that is elsewhere, and `account` no bucket at all.
    pub async fn new() -> Self {
        let local = |name: &str| BucketRef::Local(name.into());
        let bucket = |name: &str, prefix: &str| Target::Bucket { bucket: local(name), prefix: prefix.into() };
        let names = FixedNames::new()
            .with("alice", bucket("open", ""))
            .with("alice/docs", bucket("open", "docs"))
            .with("alice/one", Target::Object { bucket: local("open"), key: "docs/one.txt".into() })
            .with("bob", bucket("site", ""))
            .with("carol", bucket("closed", ""))
            .with("dave", Target::Bucket { bucket: BucketRef::Id(7), prefix: String::new() })
            .with("far", Target::Bucket { bucket: BucketRef::Id(99), prefix: String::new() })
            .with("account", Target::Other("an account".into()));
        Self::with_names(Arc::new(names)).await
    }

    pub async fn with_names(names: Arc<dyn Names>) -> Self {
        Self::beside(names, None).await
    }

    /// A front over what others made public, too.
    pub async fn beside(names: Arc<dyn Names>, public: Option<Arc<Public>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = idlewild_objects::Options {
            segment_bytes: 1 << 20,
            keep_bytes: 1 << 30,
            memory_bytes: 1 << 20,
            cache_bytes: 0,
            reserve_bytes: 0,
            origin: [1; 32],
        };
        let store = Store::open(folder.path(), options).await.unwrap();
        for name in ["open", "site", "closed"] {
            store.create_bucket(name, BucketInit::default()).await.unwrap();
        }
        let front = Front::beside(store.clone(), public, names, Options::default());
        let world = Self { address: listen(front).await, store, _folder: folder };
        world.allow("open", &["s3:GetObject", "s3:GetObjectVersion"], true).await;
        world
    }

    /// Lets everyone do this with all objects of a bucket, and list it.
    pub async fn allow(&self, bucket: &str, actions: &[&str], list: bool) {
        let mut statements = vec![serde_json::json!({
            "Effect": "Allow", "Principal": "*", "Action": actions, "Resource": format!("arn:aws:s3:::{bucket}/*"),
        })];
        if list {
            statements.push(serde_json::json!({
                "Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": format!("arn:aws:s3:::{bucket}"),
            }));
        }
        let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": statements });
        self.configure(bucket, ConfigKind::Policy, serde_json::json!({ "text": policy.to_string() })).await;
    }

    pub async fn configure(&self, bucket: &str, kind: ConfigKind, content: serde_json::Value) {
        let document = serde_json::json!({ "form": 1, "content": content }).to_string();
        self.store.set_config(bucket, kind, Some(document.into())).await.unwrap();
    }

    pub async fn put(&self, bucket: &str, key: &str, body: impl AsRef<[u8]>) -> Version {
        self.put_with(bucket, key, body, NewVersion::default()).await
    }

    pub async fn put_with(&self, bucket: &str, key: &str, body: impl AsRef<[u8]>, new: NewVersion) -> Version {
        let body = body.as_ref();
        let mut writer = self.store.writer(bucket, Some(body.len() as u64)).await.unwrap();
        for piece in body.chunks(100_000) {
            writer.write(piece.to_vec().into()).await.unwrap();
        }
        let staged = writer.finish().await.unwrap();
        self.store.put(bucket, key, staged, new).await.unwrap()
    }

    pub async fn keep_versions(&self, bucket: &str) {
        self.store.set_versioning(bucket, Versioning::Enabled).await.unwrap();
    }

    pub async fn get(&self, host: &str, target: &str) -> Answer {
        self.send("GET", host, target, &[]).await
    }

    pub async fn get_with(&self, host: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", host, target, headers).await
    }

    pub async fn head(&self, host: &str, target: &str) -> Answer {
        self.send("HEAD", host, target, &[]).await
    }

    pub async fn send(&self, method: &str, host: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        self.raw(format!("{request}\r\n").as_bytes(), method == "HEAD").await.expect("an answer")
    }

    /// Sends bytes as they are; none if the connection ends without an answer. What follows the answer is not waited for: a request of
    /// which a part was damaged may leave the connection open.
    pub async fn raw(&self, request: &[u8], is_head: bool) -> Option<Answer> {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(request).await.unwrap();
            let mut answer = Vec::with_capacity(64 << 10);
            // A server that refuses a request may reset the connection once it has answered.
            while !is_whole(&answer, is_head) && stream.read_buf(&mut answer).await.is_ok_and(|count| count > 0) {}
            answer
        };
        Answer::parse(&tokio::time::timeout(PATIENCE, exchange).await.expect("an answer in time"), is_head)
    }
}

/// Whether all of an answer is here, by the length that it states.
fn is_whole(bytes: &[u8], is_head: bool) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.split('\r').next()?.parse::<usize>().ok());
    let has_body = !is_head && !head.starts_with("http/1.1 304") && !head.starts_with("http/1.1 204");
    !has_body || length.is_some_and(|length| bytes.len() - end - 4 >= length)
}

async fn listen(front: Front) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, peer)) = listener.accept().await {
            let front = front.clone();
            tokio::spawn(async move {
                let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
                    let front = front.clone();
                    async move {
                        request.extensions_mut().insert(Peer(peer));
                        Ok::<_, Infallible>(front.answer(request).await)
                    }
                });
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8], is_head: bool) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').expect("a header"))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_string()))
            .collect();
        let answer = Self { status, headers, body: bytes[end + 4..].to_vec() };
        assert!(answer.header("transfer-encoding").is_none(), "every length is known: {head}");
        if !is_head && status != 304 && status != 204 {
            assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()), "{head}");
        } else {
            assert!(answer.body.is_empty(), "{head}");
        }
        Some(answer)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = found.next();
        assert!(found.next().is_none(), "{name} stands twice");
        value
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The headers that tell of the object, and so not of the connection.
    pub fn of_object(&self) -> Vec<(String, String)> {
        let mut headers: Vec<_> =
            self.headers.iter().filter(|(name, _)| name != "date" && name != "connection").cloned().collect();
        headers.sort();
        headers
    }
}

/// Bytes of which no two places look the same.
pub fn noise(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes
}
