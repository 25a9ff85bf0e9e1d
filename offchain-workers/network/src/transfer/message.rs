//! What is said on a stream.

use codec::{Decode, Encode};
use idlewild_storage_primitives::{receipt::StoreRequest, Balance, Clock, Root};

/// Most roots that one [`Request::Have`] may name.
pub const MAX_ROOTS: usize = 256;
/// Longest text of a refusal, in bytes; what is longer is cut.
pub const MAX_TEXT: usize = 1024;

/// The first message on a stream.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Request {
    /// Store a shard, whose bytes follow once the server says [`Response::Proceed`].
    #[codec(index = 0)]
    Store {
        /// What the owner wishes.
        request: StoreRequest,
        /// The owner's sr25519 signature of it.
        signature: [u8; 64],
    },
    /// Send a shard, or a slice of it.
    #[codec(index = 1)]
    Fetch {
        /// Its root.
        root: Root,
        /// The first byte wanted and the one after the last; the whole shard where there is none.
        range: Option<(u64, u64)>,
    },
    /// Tell which shards are there.
    #[codec(index = 2)]
    Have {
        /// At most [`MAX_ROOTS`].
        roots: Vec<Root>,
    },
    /// Tell what storing costs here and how much room there is.
    #[codec(index = 3)]
    Quote,
    /// [`Request::Store`] by another account than the owner's, which the chain lets store for it. Servers that are older do not know it
    /// and say that it is malformed.
    #[codec(index = 4)]
    StoreFor {
        /// What is wished for the owner that it names.
        request: StoreRequest,
        /// Who signs.
        signer: [u8; 32],
        /// The signer's sr25519 signature of [`StoreRequest::message_of`].
        signature: [u8; 64],
    },
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Response {
    /// The shard may be sent.
    #[codec(index = 0)]
    Proceed,
    /// The shard is on disk; with the request this is a whole receipt.
    #[codec(index = 1)]
    Stored {
        /// The least price that the miner accepts, in plancks per GiB and period.
        least_price: Balance,
        /// The block number after which the receipt is worth nothing.
        valid_until: u32,
        /// The miner's ed25519 signature of the receipt.
        signature: [u8; 64],
    },
    /// What was asked for follows.
    #[codec(index = 2)]
    Content {
        /// Bytes of the whole shard.
        length: u64,
        /// Bytes that follow on the stream.
        body: u64,
    },
    /// One bit for each root asked about, the first in the lowest bit of the first byte.
    #[codec(index = 3)]
    Held(Vec<u8>),
    /// The offer.
    #[codec(index = 4)]
    Quote(Quote),
    /// No, and why.
    #[codec(index = 5)]
    Refused(Refusal),
}

/// What storing costs at a miner, and how much room it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Quote {
    /// Plancks per GiB and period.
    pub price: Balance,
    /// Bytes that it would still take.
    pub free: u64,
    /// The chain's clock as the miner knows it.
    pub clock: Clock,
}

/// Why a miner says no, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub enum Reason {
    /// The request breaks the protocol's rules.
    #[codec(index = 0)]
    Malformed,
    /// The owner did not sign the request.
    #[codec(index = 1)]
    BadSignature,
    /// The request is meant for another miner.
    #[codec(index = 2)]
    WrongMiner,
    /// The request is no longer valid, or valid for too long.
    #[codec(index = 3)]
    Expired,
    /// The term is shorter or longer than the miner or the chain takes.
    #[codec(index = 4)]
    Term,
    /// The price is below what the miner takes.
    #[codec(index = 5)]
    Price,
    /// There is no room, or no bond for more.
    #[codec(index = 6)]
    Full,
    /// The owner's free balance does not cover what it has uploaded and not yet put into a deal.
    #[codec(index = 7)]
    Unfunded,
    /// The shard is longer than is taken.
    #[codec(index = 8)]
    TooLarge,
    /// The bytes sent do not have the root promised.
    #[codec(index = 9)]
    WrongRoot,
    /// The shard is not here.
    #[codec(index = 10)]
    NotFound,
    /// The range is empty or ends beyond the shard.
    #[codec(index = 11)]
    BadRange,
    /// Too much is under way; try again later.
    #[codec(index = 12)]
    Busy,
    /// The miner takes nothing new: it is paused, leaving, failed or not in step with the chain.
    #[codec(index = 13)]
    NotTaking,
    /// Something is wrong with the miner itself.
    #[codec(index = 14)]
    Internal,
    /// The chain does not let the account that signed store for the owner.
    #[codec(index = 15)]
    NotAllowed,
}

/// Why a miner says no, for programs and for people.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
#[error("{} ({reason:?})", shown(.text))]
pub struct Refusal {
    /// For programs.
    pub reason: Reason,
    /// For people.
    pub text: String,
}

impl Refusal {
    /// A refusal; text beyond [`MAX_TEXT`] is cut.
    pub fn new(reason: Reason, text: impl Into<String>) -> Self {
        let mut text = text.into();
        let mut end = text.len().min(MAX_TEXT);
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        text.truncate(end);
        Self { reason, text }
    }
}

/// A stranger's words, without anything that would steer a terminal or break a log's line.
fn shown(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_unicode().collect() } else { vec![c] }).collect()
}

/// Packs answers into the bits of [`Response::Held`].
pub fn pack_bits(held: &[bool]) -> Vec<u8> {
    held.chunks(8)
        .map(|eight| eight.iter().enumerate().fold(0u8, |byte, (bit, held)| byte | (u8::from(*held) << bit)))
        .collect()
}

/// Reads `count` answers from the bits of [`Response::Held`]; `None` where there are too few or too many bytes.
pub fn unpack_bits(bits: &[u8], count: usize) -> Option<Vec<bool>> {
    if bits.len() != count.div_ceil(8) {
        return None;
    }
    let all = bits.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
    Some(all.take(count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_back_in_order() {
        for count in [0, 1, 7, 8, 9, 256] {
            let held: Vec<_> = (0..count).map(|index| index % 3 == 0).collect();
            assert_eq!(unpack_bits(&pack_bits(&held), count).unwrap(), held);
        }
        assert!(unpack_bits(&[0], 9).is_none());
        assert!(unpack_bits(&[0, 0], 8).is_none());
    }

    #[test]
    fn refusals_steer_no_terminal() {
        let refusal = Refusal::new(Reason::Full, "full\u{1b}[2J\nü");
        assert_eq!(refusal.to_string(), "full\\u{1b}[2J\\u{a}ü (Full)");
    }

    #[test]
    fn long_refusals_are_cut_between_characters() {
        let refusal = Refusal::new(Reason::Full, "ü".repeat(MAX_TEXT));
        assert_eq!(refusal.text.len(), MAX_TEXT);
        assert!(Refusal::new(Reason::Full, "a".to_owned() + &"ü".repeat(MAX_TEXT)).text.len() < MAX_TEXT);
    }
}
