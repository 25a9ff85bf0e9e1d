//! What the endpoint of a lease answers beside the service itself.
//!
//! The port of an endpoint is the service's own. Before it, the provider looks at the first bytes of each connection: those that begin
//! with a magic are for the provider, and everything else passes through untouched.
//!
//! | who | what |
//! | --- | --- |
//! | anybody | [`PROBE`] and a nonce of 32 bytes |
//! | the provider | the lease key's signature over [`probe_message`], and that is all |
//! | the owner | [`LOGS`] and a nonce |
//! | the provider | that signature, and a challenge of 32 bytes |
//! | the owner | [`LogsRequest`] |
//! | the provider | [`SERVED`], a length and the end of the log, sealed to the owner; or [`REFUSED`], or [`FAILED`] |
//!
//! [`probe_message`]: idlewild_compute_primitives::lease::probe_message

use codec::{Decode, DecodeAll, Encode};
use idlewild_compute_primitives::{Digest, LeaseId};

/// Bytes of a magic. It begins with one that no text does, and is longer than anything that another protocol begins with by chance.
pub const MAGIC: usize = 16;
/// Begins a probe.
pub const PROBE: [u8; MAGIC] = *b"\xf5idlewild-probe1";
/// Begins a request for the log.
pub const LOGS: [u8; MAGIC] = *b"\xf5idlewild-logs-1";
/// Bytes of a magic and its nonce.
pub const PROLOGUE: usize = MAGIC + 32;

/// Most bytes of a log that are sent, before they are sealed.
pub const MAX_LOG: usize = 256 << 10;
/// Most bytes of an answer: what sealing adds is far less than this.
pub const MAX_ANSWER: u32 = (MAX_LOG + 1_024) as u32;
/// Most lines of a log that can be asked for.
pub const MAX_LINES: u32 = 10_000;

/// The log follows.
pub const SERVED: u8 = 0;
/// Whoever asks is not the owner.
pub const REFUSED: u8 = 1;
/// The log cannot be had at the moment.
pub const FAILED: u8 = 2;

/// What the first bytes of a connection are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// A probe with its nonce.
    Probe([u8; 32]),
    /// A request for the log with its nonce.
    Logs([u8; 32]),
    /// The service's own.
    Through,
    /// Not known before there are more.
    Short,
}

impl First {
    /// Looks at the bytes that have come so far.
    pub fn of(bytes: &[u8]) -> Self {
        let (head, rest) = bytes.split_at(bytes.len().min(MAGIC));
        let begins = |magic: &[u8; MAGIC]| magic.starts_with(head);
        if !begins(&PROBE) && !begins(&LOGS) {
            return Self::Through;
        }
        match <[u8; 32]>::try_from(rest.get(..32).unwrap_or_default()) {
            Ok(nonce) if head == PROBE => Self::Probe(nonce),
            Ok(nonce) => Self::Logs(nonce),
            Err(_) => Self::Short,
        }
    }
}

/// What begins a conversation with the provider.
pub fn prologue(magic: &[u8; MAGIC], nonce: &[u8; 32]) -> [u8; PROLOGUE] {
    let mut bytes = [0; PROLOGUE];
    for (place, byte) in bytes.iter_mut().zip(magic.iter().chain(nonce)) {
        *place = *byte;
    }
    bytes
}

/// A request for the end of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LogsRequest {
    /// Lines.
    pub lines: u32,
    /// The X25519 key that the answer is sealed to.
    pub reply_to: [u8; 32],
    /// The owner's sr25519 signature over [`Self::message`].
    pub signature: [u8; 64],
}

impl LogsRequest {
    /// Its bytes, always as many.
    pub const BYTES: usize = 4 + 32 + 64;

    /// Reads one.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        Self::decode_all(&mut bytes.as_slice()).ok()
    }

    /// The bytes that the owner signs: a signature is good for one chain, one lease, one connection and one receiver.
    pub fn message(genesis: &Digest, lease: LeaseId, challenge: &[u8; 32], lines: u32, reply_to: &[u8; 32]) -> Vec<u8> {
        (b"idlewild/logs/1", genesis, lease, challenge, lines, reply_to).encode()
    }
}

/// What an answer is sealed for: this connection of this lease.
pub fn of_logs(lease: LeaseId, challenge: &[u8; 32]) -> Vec<u8> {
    (b"idlewild/logs-answer/1", lease, challenge).encode()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_known_by_its_first_bytes_however_they_come() {
        for (magic, expected) in [(PROBE, First::Probe([7; 32])), (LOGS, First::Logs([7; 32]))] {
            let bytes = prologue(&magic, &[7; 32]);
            for length in 0..PROLOGUE {
                assert_eq!(First::of(&bytes[..length]), First::Short, "{length} bytes");
            }
            assert_eq!(First::of(&bytes), expected);
            assert_eq!(First::of(&[bytes.as_slice(), b"more"].concat()), expected);
            for at in 0..MAGIC {
                let mut other = bytes;
                other[at] ^= 0x80;
                assert_eq!(First::of(&other), First::Through, "byte {at}");
            }
        }
        for text in ["G", "GET / HTTP/1.1\r\n", "SSH-2.0-x", "\u{16}\u{3}"] {
            assert_eq!(First::of(text.as_bytes()), First::Through);
        }
    }

    #[test]
    fn a_request_has_the_length_that_is_read_and_is_bound_to_its_connection() {
        let request = LogsRequest { lines: 9, reply_to: [1; 32], signature: [2; 64] };
        let bytes: [u8; LogsRequest::BYTES] = request.encode().try_into().unwrap();
        assert_eq!(LogsRequest::from_bytes(&bytes), Some(request));
        let message =
            |lease, challenge, lines, reply| LogsRequest::message(&[0; 32], lease, &[challenge; 32], lines, &[reply; 32]);
        let all = [message(1, 1, 1, 1), message(2, 1, 1, 1), message(1, 2, 1, 1), message(1, 1, 2, 1), message(1, 1, 1, 2)];
        for (at, one) in all.iter().enumerate() {
            assert!(all.iter().skip(at + 1).all(|other| other != one), "{at}");
        }
    }
}
