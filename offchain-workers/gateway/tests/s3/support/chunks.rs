//! Bodies in signed chunks.

use base64::{engine::general_purpose::STANDARD, Engine};
use crc_fast::{checksum, CrcAlgorithm};

use super::{
    signer::{scope, sha256, signature, stamp},
    Key, Request,
};

/// The SHA-256 of nothing.
pub(crate) const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
pub(crate) const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
pub(crate) const SIGNED_TRAILER: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
pub(crate) const UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

pub(crate) fn crc32(bytes: &[u8]) -> String {
    STANDARD.encode((checksum(CrcAlgorithm::Crc32IsoHdlc, bytes) as u32).to_be_bytes())
}

/// The chunks of a body with their signatures, and the last of these.
pub(crate) fn signed(key: &Key, request: &Request, chunks: &[&[u8]]) -> (Vec<u8>, String) {
    let mut body = Vec::new();
    let mut previous = request.seed.clone();
    for chunk in chunks.iter().copied().chain([b"".as_slice()]) {
        let text = format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n{}\n{}\n{previous}\n{EMPTY}\n{}",
            stamp(request.time),
            scope(request.time),
            sha256(chunk)
        );
        previous = signature(key, request.time, &text);
        body.extend_from_slice(format!("{:x};chunk-signature={previous}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        if !chunk.is_empty() {
            body.extend_from_slice(b"\r\n");
        }
    }
    (body, previous)
}

/// The signature of one trailer, after the last chunk's.
pub(crate) fn trailer_signature(key: &Key, request: &Request, last: &str, name: &str, value: &str) -> String {
    let text = format!(
        "AWS4-HMAC-SHA256-TRAILER\n{}\n{}\n{last}\n{}",
        stamp(request.time),
        scope(request.time),
        sha256(format!("{name}:{value}\n").as_bytes())
    );
    signature(key, request.time, &text)
}
