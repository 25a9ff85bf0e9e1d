//! Two gateways of one owner: what clients ask of the one is answered by the other, which writes the bucket.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};

use async_trait::async_trait;
use idlewild_buckets_primitives::scopes::{Rights, Scopes};
use idlewild_gateway::{
    credentials::{Credential, KeyringError},
    peers::{
        key::{proof, secret, PeerId},
        keyring::{Grants, PeerKeyring},
        Holder, Holders, Patience, Peers,
    },
    s3::Settings,
    serve::Limits,
};
use idlewild_objects::{BucketInit, BucketKey, NewVersion, Store, Versioning};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use crate::support::{
    server::{keyring, owner, reader, settings, GUEST, OWNER},
    signer::sha256,
    Client, Key, Payload, Request, Server,
};

const BUCKET: u64 = 7;
const KEY: [u8; 32] = [77; 32];
const A: [u8; 32] = [0xa; 32];
const B: [u8; 32] = [0xb; 32];

#[derive(Default)]
struct Table(Mutex<HashMap<u64, Holder>>);

impl Holders for Table {
    fn holder(&self, bucket: u64) -> Option<Holder> {
        self.0.lock().unwrap().get(&bucket).cloned()
    }
}

#[derive(Default)]
struct Given(Mutex<BTreeSet<(u64, [u8; 32])>>);

#[async_trait]
impl Grants for Given {
    async fn has(&self, bucket: u64, gateway: &[u8; 32]) -> Result<bool, KeyringError> {
        Ok(self.0.lock().unwrap().contains(&(bucket, *gateway)))
    }
}

/// May write, and configure nothing.
fn writer() -> Key {
    Key::new("WRITER", "the writer's secret")
}

fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        stall: Duration::from_millis(500),
        answer: Duration::from_secs(5),
        pause: Duration::from_secs(60),
    }
}

struct Gateway {
    server: Server,
    table: Arc<Table>,
    given: Arc<Given>,
    peers: Arc<Peers>,
    wanted: Arc<AtomicU64>,
}

impl Gateway {
    async fn start(account: [u8; 32], name: &str) -> Self {
        Self::patient(account, name, patience()).await
    }

    /// A gateway that has the bucket, and calls it so.
    async fn patient(account: [u8; 32], name: &str, patience: Patience) -> Self {
        let (table, given) = (Arc::new(Table::default()), Arc::new(Given::default()));
        given.0.lock().unwrap().extend([(BUCKET, A), (BUCKET, B)]);
        let peers = Peers::new(account, table.clone(), patience);
        let wanted = Arc::new(AtomicU64::new(0));
        let told = wanted.clone();
        let settings = Settings {
            peers: Some(peers.clone()),
            wanted: Some(Arc::new(move |bucket| told.store(bucket, Ordering::SeqCst))),
            ..settings()
        };
        let scopes = Scopes { rights: Rights::READ.and(Rights::LIST).and(Rights::WRITE), buckets: None };
        let credential = Credential { secret: writer().secret.into(), user: GUEST, scopes };
        let clients = keyring().with(writer().id, credential);
        let grants = given.clone();
        let server = Server::of(account, settings, Limits::default(), |store: &Store| {
            Arc::new(PeerKeyring::new(Arc::new(clients), grants, store.clone(), account, OWNER))
        })
        .await;
        let init = BucketInit { id: Some(BUCKET), key: Some(BucketKey(KEY)), ..BucketInit::default() };
        server.store.create_bucket(name, init).await.unwrap();
        Self { server, table, given, peers, wanted }
    }

    /// From now on that gateway writes the bucket.
    fn yields_to(&self, account: [u8; 32], endpoint: impl std::fmt::Display) {
        let holder = Holder { account, endpoint: format!("http://{endpoint}") };
        self.table.0.lock().unwrap().insert(BUCKET, holder);
    }

    fn has(&self, bucket: &str, key: &str) -> bool {
        self.server.store.head(bucket, key, None).unwrap().is_some()
    }
}

/// A, which writes the bucket and calls it `attic`, and B, which calls it `box`.
async fn two() -> (Gateway, Gateway) {
    let (a, b) = (Gateway::start(A, "attic").await, Gateway::start(B, "box").await);
    b.yields_to(A, a.server.address);
    (a, b)
}

/// What one gateway signs with before the other.
fn peer(from: [u8; 32], to: [u8; 32]) -> Key {
    let id = PeerId { bucket: BUCKET, from };
    Key::new(&id.to_string(), &secret(&BucketKey(KEY), &id, &to).unwrap())
}

#[tokio::test]
async fn objects_are_written_and_read_where_the_bucket_is_written() {
    let (a, b) = two().await;
    let s3 = b.server.owner();
    let put = s3.send(Request::new("PUT", "/box/a key/é+1").header("x-amz-meta-who", "me").body("some text")).await.is(200);
    assert_eq!(put.header("x-idlewild-durability"), Some("local"));
    assert!(a.has("attic", "a key/é+1") && !b.has("box", "a key/é+1"));
    for client in [&s3, &Client { server: a.server.address, key: owner() }] {
        let bucket = if client.server == a.server.address { "attic" } else { "box" };
        let path = format!("/{bucket}/a key/é+1");
        let got = client.get(&path).await.is(200);
        assert_eq!((got.text().as_str(), got.header("etag")), ("some text", put.header("etag")));
        assert_eq!(got.header("x-amz-meta-who"), Some("me"));
        let part = client.send(Request::new("GET", &path).header("range", "bytes=5-")).await.is(206);
        assert_eq!((part.text().as_str(), part.header("content-range")), ("text", Some("bytes 5-8/9")));
        let head = client.head(&path).await.is(200);
        assert_eq!((head.header("content-length"), head.body.len()), (Some("9"), 0));
    }
    s3.put("/box/b", "").await.is(200);
    let listed = s3.send(Request::new("GET", "/box").query("list-type", "2").query("prefix", "a k")).await.is(200);
    assert_eq!(listed.all("Key"), ["a key/é+1"]);
    s3.get("/box/none").await.refused(404, "NoSuchKey");
    s3.send(Request::new("PUT", "/box/b").header("if-none-match", "*").body("x")).await.refused(412, "PreconditionFailed");
    // Without a signature as with one.
    let link = Request::new("GET", "/box/b").presign(&s3.key, &s3.host(), 60);
    s3.send_as_it_is(&link).await.is(200);
    s3.send_as_it_is(&Request::new("GET", "/box/b").header("host", &s3.host())).await.refused(403, "AccessDenied");
    // A document is passed on, and a copy within the bucket is made there.
    let tags = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
    s3.send(Request::new("PUT", "/box/b").query("tagging", "").body(tags)).await.is(200);
    assert_eq!(s3.send(Request::new("GET", "/box/b").query("tagging", "")).await.is(200).first("Value").as_deref(), Some("v"));
    s3.send(Request::new("PUT", "/box/c").header("x-amz-copy-source", "/box/a%20key/%C3%A9%2B1")).await.is(200);
    assert_eq!(s3.get("/box/c").await.is(200).text(), "some text");
    s3.delete("/box/c").await.is(204);
    let many = "<Delete><Object><Key>b</Key></Object><Object><Key>a key/é+1</Key></Object></Delete>";
    s3.send(Request::new("POST", "/box").query("delete", "").body(many)).await.is(200);
    assert!(!a.has("attic", "b") && !a.has("attic", "c") && !a.has("attic", "a key/é+1"));
    assert_eq!(b.peers.trouble(BUCKET), None);
}

#[tokio::test]
async fn version_ids_are_those_of_the_gateway_that_writes() {
    let (a, b) = two().await;
    a.server.store.set_versioning("attic", Versioning::Enabled).await.unwrap();
    let s3 = b.server.owner();
    let first = s3.put("/box/k", "one").await.is(200).header("x-amz-version-id").unwrap().to_owned();
    s3.put("/box/k", "two").await.is(200);
    let old = s3.send(Request::new("GET", "/box/k").query("versionId", &first)).await.is(200);
    assert_eq!((old.text().as_str(), old.header("x-amz-version-id")), ("one", Some(first.as_str())));
    let listed = s3.send(Request::new("GET", "/box").query("versions", "")).await.is(200);
    assert_eq!(listed.all("VersionId").len(), 2);
}

#[tokio::test]
async fn bodies_arrive_whole_or_not_at_all() {
    let (a, b) = two().await;
    let s3 = b.server.owner();
    let large: Vec<u8> = (0..5_000_000u32).map(|at| (at / 3 + at * 7) as u8).collect();
    s3.put("/box/large", large.clone()).await.is(200);
    assert_eq!(s3.get("/box/large").await.is(200).body, large);
    // Chunks with a trailer, as SDKs send them; the sum of `text`, and another one.
    let chunked = |key: &str, sum: &str| {
        let body = format!("4\r\ntext\r\n0\r\nx-amz-checksum-crc32:{sum}\r\n\r\n");
        Request::new("PUT", &format!("/box/{key}"))
            .header("content-encoding", "aws-chunked")
            .header("x-amz-decoded-content-length", "4")
            .header("x-amz-trailer", "x-amz-checksum-crc32")
            .payload(Payload::As("STREAMING-UNSIGNED-PAYLOAD-TRAILER".into()))
            .body(body)
    };
    let sum = crc32(b"text");
    let put = s3.send(chunked("sum", &sum)).await.is(200);
    assert_eq!(put.header("x-amz-checksum-crc32"), Some(sum.as_str()));
    s3.send(chunked("wrong", "AAAAAA==")).await.refused(400, "BadDigest");
    // Other bytes than were signed: known only when the last one is here.
    let lies = Request::new("PUT", "/box/lies").payload(Payload::As(sha256(b"other"))).body("bytes");
    s3.send(lies).await.refused(400, "XAmzContentSHA256Mismatch");
    s3.send(Request::new("PUT", "/box/md5").header("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==").body("x"))
        .await
        .refused(400, "BadDigest");
    for key in ["wrong", "lies", "md5"] {
        assert!(!a.has("attic", key) && !b.has("box", key), "{key}");
    }
    assert_eq!(b.peers.trouble(BUCKET), None, "clients are no trouble between gateways");
}

fn crc32(bytes: &[u8]) -> String {
    use base64::{engine::general_purpose::STANDARD, Engine};
    let sum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, bytes) as u32;
    STANDARD.encode(sum.to_be_bytes())
}

#[tokio::test]
async fn an_upload_in_parts_goes_where_it_was_begun() {
    let (a, b) = two().await;
    let s3 = b.server.owner();
    let begin = |key: &str| Request::new("POST", &format!("/box/{key}")).query("uploads", "");
    let id = s3.send(begin("parts")).await.is(200).first("UploadId").unwrap();
    let part = |number: &str, id: &str, body: Vec<u8>| {
        Request::new("PUT", "/box/parts").query("partNumber", number).query("uploadId", id).body(body)
    };
    let (one, two) = (vec![1; 5 << 20], vec![2; 100]);
    let etags: Vec<String> = [
        s3.send(part("1", &id, one.clone())).await.is(200).header("etag").unwrap().to_owned(),
        s3.send(part("2", &id, two.clone())).await.is(200).header("etag").unwrap().to_owned(),
    ]
    .to_vec();
    let listed = s3.send(Request::new("GET", "/box/parts").query("uploadId", &id)).await.is(200);
    assert_eq!(listed.all("PartNumber"), ["1", "2"]);
    let parts: String = etags
        .iter()
        .enumerate()
        .map(|(at, etag)| format!("<Part><PartNumber>{}</PartNumber><ETag>{etag}</ETag></Part>", at + 1))
        .collect();
    let complete = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    s3.send(Request::new("POST", "/box/parts").query("uploadId", &id).body(complete)).await.is(200);
    assert_eq!(s3.get("/box/parts").await.is(200).body, [one, two].concat());
    assert!(a.has("attic", "parts") && !b.has("box", "parts"));
    // The turn changes in the middle: the upload is where it was begun, and its client begins again.
    let id = s3.send(begin("parts")).await.is(200).first("UploadId").unwrap();
    b.table.0.lock().unwrap().clear();
    s3.send(part("1", &id, vec![1; 10])).await.refused(404, "NoSuchUpload");
    // One that was begun here goes on here, whoever writes the bucket meanwhile.
    let id = s3.send(begin("parts")).await.is(200).first("UploadId").unwrap();
    b.yields_to(A, a.server.address);
    s3.send(part("1", &id, vec![1; 10])).await.is(200);
    assert_eq!(s3.send(Request::new("GET", "/box/parts").query("uploadId", &id)).await.is(200).all("PartNumber"), ["1"]);
}

#[tokio::test]
async fn without_the_other_gateway_reads_are_of_here_and_writes_wait_here() {
    let (mut a, b) = two().await;
    let mut writer = b.server.store.writer("box", None).await.unwrap();
    writer.write("before".into()).await.unwrap();
    b.server.store.put("box", "here", writer.finish().await.unwrap(), NewVersion::default()).await.unwrap();
    a.server.stop().await;
    let s3 = b.server.owner();
    let put = s3.put("/box/k", "text").await.is(200);
    assert_eq!(put.header("x-idlewild-durability"), Some("local"));
    assert_eq!(s3.get("/box/k").await.is(200).text(), "text");
    assert_eq!(s3.get("/box/here").await.is(200).text(), "before");
    let trouble = b.peers.trouble(BUCKET).unwrap();
    assert!(trouble.contains("did not answer") && trouble.contains("waits"), "{trouble}");
    // With another gateway in its place, what waits here is still read here, and everything else there.
    let again = Gateway::start([0xc; 32], "attic").await;
    b.given.0.lock().unwrap().insert((BUCKET, [0xc; 32]));
    b.yields_to([0xc; 32], again.server.address);
    s3.put("/box/new", "there").await.is(200);
    assert!(again.has("attic", "new"));
    assert_eq!(s3.get("/box/k").await.is(200).text(), "text");
    let listed = s3.send(Request::new("GET", "/box").query("list-type", "2")).await.is(200);
    assert_eq!(listed.all("Key"), ["here", "k"], "whoever wrote here sees it in its list");
    assert_eq!(b.peers.trouble(BUCKET), None);
}

/// Answers as the gateway that writes the bucket does, until it is given an object.
async fn one_that_stalls() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                loop {
                    let (mut line, mut nonce) = (String::new(), String::new());
                    stream.read_line(&mut line).await.unwrap();
                    if !line.starts_with("GET") {
                        // It holds on to the connection, and takes nothing.
                        return std::future::pending().await;
                    }
                    while line.trim() != "" {
                        line.clear();
                        stream.read_line(&mut line).await.unwrap();
                        if let Some(value) = line.strip_prefix("x-idlewild-for-nonce: ") {
                            nonce = value.trim().to_owned();
                        }
                    }
                    let proof = proof(&peer(B, A).secret, &nonce);
                    let body = "<Buckets><Bucket><Name>attic</Name></Bucket></Buckets>";
                    let head =
                        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nx-idlewild-proof: {proof}\r\n\r\n", body.len());
                    stream.get_mut().write_all(format!("{head}{body}").as_bytes()).await.unwrap();
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn a_gateway_that_takes_nothing_more_is_given_up_and_the_body_is_sent_again() {
    let b = Gateway::start(B, "box").await;
    b.yields_to(A, one_that_stalls().await);
    let s3 = b.server.owner();
    // More than the system keeps for a connection.
    let body = vec![5; 32 << 20];
    let answer = s3.put("/box/k", body.clone()).await.refused(503, "ServiceUnavailable");
    assert!(answer.text().contains("send it again"), "{}", answer.text());
    assert!(b.peers.trouble(BUCKET).is_some());
    s3.put("/box/k", body).await.is(200);
    assert!(b.has("box", "k"));
}

#[tokio::test]
async fn one_that_is_connected_with_and_says_nothing_costs_no_body() {
    let quick = Patience { connect: Duration::from_millis(300), ..patience() };
    let b = Gateway::patient(B, "box", quick).await;
    // It accepts nothing; the system connects all the same.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    b.yields_to(A, listener.local_addr().unwrap());
    b.server.owner().put("/box/k", "text").await.is(200);
    assert!(b.has("box", "k") && b.peers.trouble(BUCKET).is_some());
}

#[tokio::test]
async fn nothing_is_passed_on_twice() {
    let (a, b) = two().await;
    // Each takes the other for the one that writes.
    a.yields_to(B, b.server.address);
    b.server.owner().put("/box/k", "text").await.is(200);
    assert!(a.has("attic", "k") && !b.has("box", "k"));
    let a_s3 = Client { server: a.server.address, key: owner() };
    a_s3.put("/attic/l", "text").await.is(200);
    assert!(b.has("box", "l") && !a.has("attic", "l"));
    // Nor to itself, where it is told of itself under another address.
    b.yields_to(A, b.server.address);
    b.server.owner().put("/box/m", "text").await.is(200);
    assert!(b.has("box", "m"));
}

#[tokio::test]
async fn a_gateway_whose_bucket_was_withdrawn_is_refused() {
    let (a, b) = two().await;
    let as_peer = Client { server: a.server.address, key: peer(B, A) };
    let mine = |request: Request| request.header("x-idlewild-for", &format!("1 {} - 31 1 1", hex::encode(OWNER)));
    as_peer.send(mine(Request::new("PUT", "/attic/k")).body("text")).await.is(200);
    // Its key is for one bucket, for what it says for whom, and for nothing that is of no bucket.
    as_peer.put("/attic/k", "text").await.refused(403, "AccessDenied");
    as_peer
        .send(Request::new("PUT", "/attic/k").header("x-idlewild-for", "2 - -").body("x"))
        .await
        .refused(403, "AccessDenied");
    as_peer.send(mine(Request::new("PUT", "/another"))).await.refused(403, "AccessDenied");
    a.server.store.create_bucket("other", BucketInit { id: Some(8), ..BucketInit::default() }).await.unwrap();
    as_peer.send(mine(Request::new("GET", "/other"))).await.refused(403, "AccessDenied");
    assert_eq!(as_peer.get("/").await.is(200).all("Name"), ["attic"]);
    // Whom it speaks for cannot be changed on the way.
    let signed = Request::new("GET", "/attic/k").sign(&as_peer.key, &as_peer.host());
    let forged = signed.header("x-idlewild-for", &format!("1 {} - 31 1 1", hex::encode(OWNER)));
    as_peer.send_as_it_is(&forged).await.refused(403, "AccessDenied");

    a.given.0.lock().unwrap().remove(&(BUCKET, B));
    as_peer.send(mine(Request::new("GET", "/attic/k"))).await.refused(403, "InvalidAccessKeyId");
    b.server.owner().put("/box/late", "text").await.is(200);
    assert!(b.has("box", "late") && !a.has("attic", "late"));
    assert!(b.peers.trouble(BUCKET).unwrap().contains("does not know this one"));
}

#[tokio::test]
async fn who_asks_may_there_what_he_may_here() {
    let (a, b) = two().await;
    let with = |key: Key| Client { server: b.server.address, key };
    with(writer()).put("/box/k", "text").await.is(200);
    with(reader()).get("/box/k").await.is(200);
    with(reader()).put("/box/k", "text").await.refused(403, "AccessDenied");
    // An ACL with the object takes a right of its own, which only the one that writes looks at.
    let public = |key: &str| Request::new("PUT", key).header("x-amz-acl", "public-read").body("text");
    with(writer()).send(public("/box/shown")).await.refused(403, "AccessDenied");
    assert!(!a.has("attic", "shown"));
    with(owner()).send(public("/box/shown")).await.is(200);
    // Nobody speaks for others by saying so.
    let claims = Request::new("PUT", "/box/k").header("x-idlewild-for", &format!("1 {} - 31 1 1", hex::encode(OWNER)));
    with(reader()).send(claims.body("x")).await.refused(403, "AccessDenied");
    // The address that a policy may ask for is the client's.
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject",
        "Resource":"arn:aws:s3:::attic/*","Condition":{"IpAddress":{"aws:SourceIp":"127.0.0.1"}}}]}"#;
    let at_a = Client { server: a.server.address, key: owner() };
    at_a.send(Request::new("PUT", "/attic").query("policy", "").body(policy)).await.is(204);
    with(owner()).get("/box/k").await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn a_gateway_is_told_that_it_is_waited_for() {
    let (a, b) = two().await;
    let bucket = b.server.store.bucket("box").unwrap();
    b.server.owner().put("/box/k", "text").await.is(200);
    assert_eq!(a.wanted.load(Ordering::SeqCst), 0);
    b.peers.ask_for(&bucket).await.unwrap();
    assert_eq!(a.wanted.load(Ordering::SeqCst), BUCKET);
}

#[tokio::test]
async fn what_a_client_is_slow_with_is_not_the_other_gateways_fault() {
    let (a, b) = two().await;
    let s3 = b.server.owner();
    let request = Request::new("PUT", "/box/slow").body(vec![3; 1_000]).sign(&s3.key, &s3.host());
    let mut stream = tokio::net::TcpStream::connect(b.server.address).await.unwrap();
    stream.write_all(&request.head()).await.unwrap();
    stream.write_all(&request.body[..500]).await.unwrap();
    // Longer than the other gateway may stall: this is what is tested, not a wait for something to happen.
    tokio::time::sleep(patience().stall * 2).await;
    stream.write_all(&request.body[500..]).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    assert!(a.has("attic", "slow") && b.peers.trouble(BUCKET).is_none());
}
