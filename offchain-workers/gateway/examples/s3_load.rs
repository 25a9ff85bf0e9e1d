//! Puts objects to an S3 server, gets them, or lists them, as fast as the server answers, and prints how long that took: for benchmarks.
//!
//! Requests are signed, and bodies hashed, before the clock starts. One thread does it all, so that it leaves the machine to the server;
//! `client_busy` says what part of the time it worked, and near 1 it is the client that was measured.
//!
//! `cargo run --release -p idlewild-gateway --example s3_load -- --port 9000 put --size 4096 --count 10000 --connections 64`

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    error::Error,
    fmt::Write as _,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    rc::Rc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use clap::{Parser, Subcommand};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1::SendRequest, Method, Request, Response};
use hyper_util::rt::TokioIo;
use md5::Md5;
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use rand::{RngCore, SeedableRng};
use ring::hmac;
use sha2::{Digest, Sha256};
use time::{format_description::well_known::Iso8601, OffsetDateTime};
use tokio::{net::TcpStream, task::LocalSet};

type Failure = Box<dyn Error>;

/// What a query of a signature leaves as it is.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// So many requests for one whose bytes are compared.
const SAMPLE: usize = 16;
/// The longest that one request may take.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Parser)]
struct Arguments {
    /// Where the server listens, on 127.0.0.1.
    #[arg(long)]
    port: u16,
    #[arg(long, default_value = "local")]
    access_key: String,
    #[arg(long, default_value = "localsecret")]
    secret_key: String,
    #[arg(long, default_value = "us-east-1")]
    region: String,
    #[arg(long, default_value = "bench")]
    bucket: String,
    /// What keys begin with. What is put differs with it.
    #[arg(long, default_value = "")]
    prefix: String,
    /// A header of every request, as NAME:VALUE.
    #[arg(long)]
    header: Option<String>,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Makes the bucket.
    Make,
    /// Puts objects.
    Put(Load),
    /// Gets what was put with the same arguments.
    Get(Load),
    /// Lists all keys with the prefix, page by page.
    List {
        /// How many there must be.
        #[arg(long)]
        count: usize,
    },
}

#[derive(Clone, clap::Args)]
struct Load {
    /// Bytes of an object.
    #[arg(long)]
    size: usize,
    /// Objects.
    #[arg(long)]
    count: usize,
    /// Connections, each with one request at a time.
    #[arg(long, default_value_t = 1)]
    connections: usize,
}

/// Signs requests, version 4, as clients do that have no TLS: with the hash of the body.
struct Signer<'a>(&'a Arguments);

impl Signer<'_> {
    fn request(&self, method: Method, path: &str, query: &str, body: Bytes) -> Result<Request<Full<Bytes>>, Failure> {
        let Arguments { port, access_key, secret_key, region, header, .. } = self.0;
        let at = OffsetDateTime::now_utc().replace_nanosecond(0)?.format(&Iso8601::DEFAULT)?;
        let at: String = at.split('.').next().unwrap_or_default().replace(['-', ':'], "") + "Z";
        let (day, host, hash) = (&at[..8], format!("127.0.0.1:{port}"), hex::encode(Sha256::digest(&body)));
        let mut headers = vec![("host", host.as_str()), ("x-amz-content-sha256", hash.as_str()), ("x-amz-date", at.as_str())];
        headers.extend(header.as_deref().and_then(|header| header.split_once(':')));
        headers.sort_unstable();
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let mut canonical = format!("{method}\n{path}\n{query}\n");
        for (name, value) in &headers {
            writeln!(canonical, "{name}:{value}")?;
        }
        write!(canonical, "\n{names}\n{hash}")?;
        let scope = format!("{day}/{region}/s3/aws4_request");
        let text = format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
        let mut key = format!("AWS4{secret_key}").into_bytes();
        for part in [day, region, "s3", "aws4_request", &text] {
            key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec();
        }
        let signature = hex::encode(key);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}");
        let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        let mut request = Request::builder().method(method).uri(target).header("authorization", authorization);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        Ok(request.body(Full::new(body))?)
    }
}

/// What objects are made of: each is a stretch of it that begins one byte after the one before.
fn bytes_of(prefix: &str, load: &Load) -> Bytes {
    let mut bytes = vec![0; load.size + load.count];
    let seed = Sha256::digest(prefix.as_bytes()).into();
    rand::rngs::StdRng::from_seed(seed).fill_bytes(&mut bytes);
    bytes.into()
}

async fn connect(port: u16) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // Its errors are those of the requests.
    tokio::task::spawn_local(connection);
    Ok(sender)
}

/// Sends a request, and fails unless it is answered with success.
async fn send(sender: &mut SendRequest<Full<Bytes>>, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failure> {
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let text = response.into_body().collect().await?.to_bytes();
    Err(format!("the server answers {status}: {}", String::from_utf8_lossy(&text)).into())
}

/// Fails unless the answer to a PUT has the MD5 of what was put. All three servers have it in their ETags.
async fn check_put(response: Response<Incoming>, expected: Option<Bytes>) -> Result<(), Failure> {
    let etag = response.headers().get("etag").and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    response.into_body().collect().await?;
    match expected.map(|bytes| format!("\"{}\"", hex::encode(Md5::digest(&bytes)))) {
        Some(expected) if etag.as_deref() != Some(&expected) => Err(format!("the ETag is {etag:?}, not {expected}").into()),
        _ => Ok(()),
    }
}

/// Fails unless so many bytes come, and those that are expected, where it is known which.
async fn check_get(response: Response<Incoming>, size: usize, expected: Option<Bytes>) -> Result<(), Failure> {
    let (mut body, mut came) = (response.into_body(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame?;
        let Some(data) = frame.data_ref() else { continue };
        if expected.as_ref().is_some_and(|expected| expected.get(came..came + data.len()) != Some(data)) {
            return Err("what came back is not what was put".into());
        }
        came += data.len();
    }
    (came == size).then_some(()).ok_or_else(|| format!("{came} bytes came back of {size}").into())
}

/// Nanoseconds that this thread has worked.
fn worked() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|worked| worked.parse().ok()).unwrap_or(0.0)
}

/// Prints figures of what took so long.
async fn clocked(count: usize, bytes: usize, act: impl Future<Output = Result<Vec<f64>, Failure>>) -> Result<(), Failure> {
    let (began, busy) = (Instant::now(), worked());
    let mut each = act.await?;
    let (seconds, busy) = (began.elapsed().as_secs_f64(), worked() - busy);
    each.sort_by(f64::total_cmp);
    let at = |part: f64| each.get((each.len() as f64 * part) as usize).copied().unwrap_or_default();
    let figures = serde_json::json!({
        "count": count, "seconds": seconds, "per_second": count as f64 / seconds,
        "mib_per_second": bytes as f64 / seconds / (1 << 20) as f64,
        "median_ms": at(0.5), "slow_ms": at(0.99), "client_busy": busy / 1e9 / seconds,
    });
    println!("{figures}");
    Ok(())
}

/// Puts or gets, on all connections at once.
async fn run(arguments: &Arguments, load: &Load, put: bool) -> Result<(), Failure> {
    let (signer, all) = (Signer(arguments), bytes_of(&arguments.prefix, load));
    let body = |number: usize| all.slice(number..number + load.size);
    let mut requests = Vec::with_capacity(load.count);
    for number in 0..load.count {
        let path = format!("/{}/{}{number:08}", arguments.bucket, arguments.prefix);
        requests.push(match put {
            true => signer.request(Method::PUT, &path, "", body(number))?,
            false => signer.request(Method::GET, &path, "", Bytes::new())?,
        });
    }
    requests.reverse();
    let (requests, each) = (Rc::new(RefCell::new(requests)), Rc::new(RefCell::new(Vec::with_capacity(load.count))));
    let mut senders = Vec::new();
    for _ in 0..load.connections {
        senders.push(connect(arguments.port).await?);
    }
    let next = Rc::new(Cell::new(0));
    clocked(load.count, load.count * load.size, async {
        let mut workers = tokio::task::JoinSet::new();
        for mut sender in senders {
            let (requests, each, next, all, size) = (requests.clone(), each.clone(), next.clone(), all.clone(), load.size);
            workers.spawn_local(async move {
                loop {
                    let Some(request) = requests.borrow_mut().pop() else { break };
                    let number = next.replace(next.get() + 1);
                    let expected = (number % SAMPLE == 0).then(|| all.slice(number..number + size));
                    let began = Instant::now();
                    let whole = async {
                        let response = send(&mut sender, request).await?;
                        match put {
                            true => check_put(response, expected).await,
                            false => check_get(response, size, expected).await,
                        }
                    };
                    tokio::time::timeout(PATIENCE, whole).await.map_err(|_| "the server does not answer")??;
                    each.borrow_mut().push(began.elapsed().as_secs_f64() * 1e3);
                }
                Ok::<_, Failure>(())
            });
        }
        while let Some(worker) = workers.join_next().await {
            worker??;
        }
        Ok(each.take())
    })
    .await
}

/// The texts between the tags of a name. None that are looked for here have anything that XML would escape.
fn texts<'a>(document: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = document;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&open)?;
        let (text, after) = after.split_once(&close)?;
        rest = after;
        Some(text)
    })
}

async fn list(arguments: &Arguments, count: usize) -> Result<(), Failure> {
    let signer = Signer(arguments);
    let mut sender = connect(arguments.port).await?;
    let path = format!("/{}", arguments.bucket);
    let mut pages = Vec::new();
    clocked(count, 0, async {
        let (mut token, mut each) = (String::new(), Vec::new());
        loop {
            let encode = |text: &str| utf8_percent_encode(text, QUERY).to_string();
            let from = if token.is_empty() { token } else { format!("continuation-token={}&", encode(&token)) };
            let query = format!("{from}list-type=2&max-keys=1000&prefix={}", encode(&arguments.prefix));
            let began = Instant::now();
            let response = send(&mut sender, signer.request(Method::GET, &path, &query, Bytes::new())?).await?;
            let document = String::from_utf8(response.into_body().collect().await?.to_bytes().into())?;
            each.push(began.elapsed().as_secs_f64() * 1e3);
            let next = texts(&document, "NextContinuationToken").next().map(str::to_owned);
            pages.push(document);
            match next {
                Some(next) => token = next,
                None => return Ok(each),
            }
        }
    })
    .await?;
    let keys: BTreeSet<&str> = pages.iter().flat_map(|page| texts(page, "Key")).collect();
    (keys.len() == count).then_some(()).ok_or_else(|| format!("{} keys are listed of {count}", keys.len()).into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let act = async {
        match &arguments.act {
            Act::Make => {
                let request = Signer(&arguments).request(Method::PUT, &format!("/{}", arguments.bucket), "", Bytes::new())?;
                let response = send(&mut connect(arguments.port).await?, request).await?;
                response.into_body().collect().await?;
                Ok(())
            },
            Act::Put(load) => run(&arguments, load, true).await,
            Act::Get(load) => run(&arguments, load, false).await,
            Act::List { count } => list(&arguments, *count).await,
        }
    };
    LocalSet::new().run_until(act).await
}
