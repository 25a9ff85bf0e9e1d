//! Signatures. The first byte of an input says what becomes of the rest:
//!
//! | byte | the request |
//! | --- | --- |
//! | `a` | is sent as it is |
//! | `b`, `c` | is signed in its head, in its query |
//! | `d` | is signed with another secret |
//! | `e`, `f` | is signed as in `b`, `c`, and then changed as three bytes say |
//! | `g` | is the head of a body in chunks, which is sent as it is |
//! | `h` | is the head of a body that is put into chunks, which are changed as three bytes say |
//!
//! The rest is a request of HTTP. In it `$DATE` and `$DAY` stand for now.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use time::OffsetDateTime;

use super::world::{canonical, decoded, World, HOST};
use crate::support::{
    chunks::{self, crc32, SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER},
    server::{owner, reader},
    signer::stamp,
    Answer, Key, Payload, Request,
};

/// For how long a presigned request lasts.
const SECONDS: i64 = 300;
const CHECKSUM: &str = "x-amz-checksum-crc32";

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let world = World::new(&["box"]);
    world.send(&owner(), Request::new("PUT", "/box/k").body("text")).is(200);
    // Were these refused, too, then nothing that is refused would show anything.
    let right = || request(b"GET /box/%6b?response-content-type=a%20b HTTP/1.1\naccept: a b");
    for request in [signed(right(), &reader()), presigned(right())] {
        assert_eq!(world.ask(&request).expect("a request of HTTP").is(200).text(), "text");
    }
    world
});

/// Runs one input.
pub fn one(data: &[u8]) {
    let Some((how, rest)) = data.split_first() else { return };
    match how % 8 {
        1 => refused(request(rest)),
        2 => drop(ask(&signed(request(rest), &reader()))),
        3 => drop(ask(&presigned(request(rest)))),
        4 => refused(signed(request(rest), &Key::new("READER", "another secret"))),
        5 => changed(rest, |request| signed(request, &reader())),
        6 => changed(rest, presigned),
        7 => chunks_as_they_are(rest),
        _ => changed_chunks(rest),
    }
}

fn ask(request: &Request) -> Option<Answer> {
    WORLD.ask(request)
}

/// Nobody has the secret that would let this through.
fn refused(request: Request) {
    if let Some(answer) = ask(&request) {
        assert!(answer.status >= 400, "{}: {}", answer.status, answer.text());
    }
}

/// A request as an input has it: its head, with `\n` or `\r\n`, and its body.
fn request(text: &[u8]) -> Request {
    let breaks: [&[u8]; 2] = [b"\n\n", b"\r\n\r\n"];
    let end = |text: &[u8], mark: &[u8]| text.windows(mark.len()).position(|window| window == mark).map(|at| (at, mark.len()));
    let (head, body) = match breaks.iter().filter_map(|mark| end(text, mark)).min() {
        Some((at, length)) => (&text[..at], &text[at + length..]),
        None => (text, b"".as_slice()),
    };
    let now = stamp(OffsetDateTime::now_utc());
    let head = String::from_utf8_lossy(head).replace("$DATE", &now).replace("$DAY", &now[..8]);
    let mut lines = head.lines();
    let (method, target) = lines.next().unwrap_or_default().split_once(' ').unwrap_or_default();
    let mut request = Request::raw(method, target).body(body);
    request.headers =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    request
}

/// A request's query as pairs, which are what is signed.
fn in_parts(mut request: Request) -> Request {
    let target = std::mem::take(&mut request.path);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    request.path = path.to_owned();
    request.query = pairs(query);
    request
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter(|pair| !pair.trim_end_matches('=').is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// Signs a request as if its path were in the usual form, and leaves it in its own.
fn with_canonical_path(request: Request, sign: impl FnOnce(Request) -> Request) -> Request {
    let mut request = in_parts(request);
    let path = request.path.clone();
    request.path = canonical(&path);
    Request { path, ..sign(request) }
}

fn signed(request: Request, key: &Key) -> Request {
    with_canonical_path(request, |request| request.sign(key, HOST))
}

fn presigned(request: Request) -> Request {
    with_canonical_path(request, |request| request.presign(&reader(), HOST, SECONDS))
}

/// What a signature is of, as far as this spelling of a request goes.
#[derive(Debug, PartialEq)]
struct Meaning {
    method: String,
    path: Vec<u8>,
    query: Vec<(String, String)>,
    headers: Vec<(String, Vec<String>)>,
    authorization: Vec<String>,
    body: Option<Vec<u8>>,
}

impl Meaning {
    /// With the headers of these names.
    fn of(request: &Request, names: &[String]) -> Self {
        let target = request.target();
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut query = pairs(query);
        query.sort();
        let values = |name: &String| {
            let of_name = request.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
            of_name.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        let authorization = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        Self {
            method: request.method.clone(),
            path: decoded(path),
            query,
            headers: names.iter().map(|name| (name.clone(), values(name))).collect(),
            authorization: authorization
                .map(|(_, value)| value.split([',', ' ']).filter(|field| !field.is_empty()).map(str::to_owned).collect())
                .unwrap_or_default(),
            // What is signed in its query is not signed with its body, and of other methods nobody reads one.
            body: authorization.filter(|_| ["PUT", "POST"].contains(&&*request.method)).map(|_| request.body.clone()),
        }
    }
}

/// What was signed and then changed is refused, unless it means what it meant.
fn changed(data: &[u8], sign: impl FnOnce(Request) -> Request) {
    let Some((&[what, at, byte], rest)) = data.split_first_chunk() else { return };
    let original = sign(request(rest));
    let mut names: Vec<String> = original.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    names.retain(|name| name != "authorization");
    let mut request = original.clone();
    let at = usize::from(what >> 3) << 8 | usize::from(at);
    match what % 8 {
        0 => request.method = ["GET", "HEAD", "PUT", "DELETE", "POST"][usize::from(byte) % 5].into(),
        1 => change(&mut request.body, at, byte),
        2 | 3 => {
            let target = change_text(request.target(), at, byte);
            request.path = target;
            request.query.clear();
        },
        other => {
            let count = request.headers.len();
            let (name, value) = &mut request.headers[usize::from(byte) % count];
            let changed = if other == 4 { name } else { value };
            *changed = change_text(std::mem::take(changed), at, byte.rotate_left(4));
        },
    }
    if Meaning::of(&request, &names) == Meaning::of(&original, &names) {
        ask(&request);
    } else {
        refused(request);
    }
}

fn change(bytes: &mut [u8], at: usize, byte: u8) {
    if let Some(place) = at.checked_rem(bytes.len()) {
        bytes[place] = byte;
    }
}

fn change_text(text: String, at: usize, byte: u8) -> String {
    let mut bytes = text.into_bytes();
    change(&mut bytes, at, byte);
    String::from_utf8(bytes).unwrap_or_default()
}

/// A head that puts something in chunks under a key that no other request here knows.
fn put_in_chunks(mut request: Request, kind: &str, length: usize) -> Request {
    request.method = "PUT".into();
    request.path = "/box/chunks-6d1f0c".into();
    // Of a copy the body is nothing.
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("x-amz-copy-source"));
    request.query.clear();
    if !request.has("x-amz-decoded-content-length") {
        request = request.header("x-amz-decoded-content-length", &length.to_string());
    }
    request.payload(Payload::As(kind.into())).sign(&owner(), HOST)
}

fn stored() -> Vec<u8> {
    WORLD.send(&owner(), Request::new("GET", "/box/chunks-6d1f0c")).is(200).body
}

/// The bytes in chunks, by another reader.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(&body[..end]).ok()?;
        let digits = line.split(|c: char| !c.is_ascii_hexdigit()).next()?;
        let size = usize::from_str_radix(digits, 16).ok()?;
        body = &body[end + 1..];
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(..size)?);
        body = body.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

fn chunks_as_they_are(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let kind = [UNSIGNED_TRAILER, SIGNED, SIGNED_TRAILER][usize::from(*kind) % 3];
    let request = request(rest);
    let body = request.body.clone();
    let length = unchunked(&body).map_or(0, |whole| whole.len());
    let request = put_in_chunks(request, kind, length);
    if kind != UNSIGNED_TRAILER {
        return refused(request);
    }
    if ask(&request).is_some_and(|answer| answer.status < 300) {
        assert_eq!(Some(stored()), unchunked(&body));
    }
}

/// Chunks are stored as they were signed, or not at all.
fn changed_chunks(data: &[u8]) {
    let Some((&[how, at, bits], rest)) = data.split_first_chunk() else { return };
    let kind = [UNSIGNED_TRAILER, SIGNED, SIGNED_TRAILER][usize::from(how) % 3];
    let request = request(rest);
    let whole = request.body.clone();
    let own_trailer = request.has("x-amz-trailer");
    let mut request = request;
    if kind != SIGNED && !own_trailer {
        request = request.header("x-amz-trailer", CHECKSUM);
    }
    let request = put_in_chunks(request, kind, whole.len());
    let size = usize::from(how / 3 % 16) + 1;
    let pieces: Vec<&[u8]> = whole.chunks(size).collect();
    let sum = crc32(&whole);
    let mut body = Vec::new();
    if kind == UNSIGNED_TRAILER {
        for piece in &pieces {
            body.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            body.extend_from_slice(piece);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("0\r\n{CHECKSUM}:{sum}\r\n\r\n").as_bytes());
    } else {
        let (chunks, last) = chunks::signed(&owner(), &request, &pieces);
        body.extend_from_slice(&chunks);
        if kind == SIGNED_TRAILER {
            let signature = chunks::trailer_signature(&owner(), &request, &last, CHECKSUM, &sum);
            body.extend_from_slice(format!("{CHECKSUM}:{sum}\r\nx-amz-trailer-signature:{signature}\r\n").as_bytes());
        }
        body.extend_from_slice(b"\r\n");
    }
    // Spread over the body, of which an input knows no length.
    if let Some(place) = (usize::from(at) * 37).checked_rem(body.len()) {
        body[place] ^= bits;
    }
    let taken = ask(&request.body(body)).is_some_and(|answer| answer.status < 300);
    // Unsigned, with a trailer of the input's own, nothing says what the bytes were.
    if taken && !(kind == UNSIGNED_TRAILER && own_trailer) {
        assert_eq!(stored(), whole);
    }
}
