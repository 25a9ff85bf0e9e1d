//! What is signed before a deal: the owner's request to store a shard, and the miner's receipt for it.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Balance, Clock, MinerId, PeerKey, Root, Salt, SlotIndex};

/// Longest time that a receipt may be valid for, in blocks.
pub const MAX_VALIDITY: u32 = 600;

const RECEIPT_CONTEXT: &[u8] = b"idlewild/storage-receipt/1";
const REQUEST_CONTEXT: &[u8] = b"idlewild/storage-request/1";
const REQUEST_FOR_CONTEXT: &[u8] = b"idlewild/storage-request-for/1";
const REGISTRATION_CONTEXT: &[u8] = b"idlewild/peer-key/1";

/// A miner's word that it holds a shard and will keep it for `term` if the chain takes the receipt in time.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Receipt {
    /// The account that pays.
    pub owner: [u8; 32],
    /// The deal's salt, used once by that owner.
    pub salt: Salt,
    /// The slot, over all copies.
    pub slot: SlotIndex,
    /// The miner that signs.
    pub miner: MinerId,
    /// The BLAKE3 root of the shard, which the miner has checked.
    pub root: Root,
    /// Bytes of the shard.
    pub length: u32,
    /// How long the miner will keep it, in blocks of the clock.
    pub term: Clock,
    /// The least price that it accepts, in plancks per GiB and period.
    pub least_price: Balance,
    /// The block number after which the receipt is worth nothing.
    pub valid_until: u32,
}

impl Receipt {
    /// The bytes that the miner signs with its peer key.
    pub fn message(&self, genesis: &[u8; 32]) -> Vec<u8> {
        (RECEIPT_CONTEXT, genesis, self).encode()
    }
}

/// The part of a receipt that a call carries; the deal itself supplies the rest.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SlotReceipt {
    /// The slot, over all copies.
    pub slot: SlotIndex,
    /// The miner that signed.
    pub miner: MinerId,
    /// The least price that it accepts, in plancks per GiB and period.
    pub least_price: Balance,
    /// The block number after which the receipt is worth nothing.
    pub valid_until: u32,
    /// The miner's ed25519 signature of [`Receipt::message`].
    pub signature: [u8; 64],
}

/// A signed wish that a miner store a shard, shown to the miner before any byte is sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct StoreRequest {
    /// The account that will pay. Its sr25519 key signs, or that of an account which may store for it.
    pub owner: [u8; 32],
    /// The salt of the deal to come.
    pub salt: Salt,
    /// The slot, over all copies.
    pub slot: SlotIndex,
    /// The miner asked.
    pub miner: MinerId,
    /// The BLAKE3 root of the shard.
    pub root: Root,
    /// Bytes of the shard.
    pub length: u32,
    /// How long it is to be kept, in blocks of the clock.
    pub term: Clock,
    /// The price that the owner will pay, in plancks per GiB and period.
    pub price: Balance,
    /// The block number after which the request is worth nothing.
    pub valid_until: u32,
}

impl StoreRequest {
    /// The bytes that the owner signs.
    pub fn message(&self, genesis: &[u8; 32]) -> Vec<u8> {
        (REQUEST_CONTEXT, genesis, self).encode()
    }

    /// The bytes that `signer` signs: those of [`StoreRequest::message`] where it is the owner, and otherwise such that nothing which
    /// it signs for itself can be taken for it.
    pub fn message_of(&self, genesis: &[u8; 32], signer: &[u8; 32]) -> Vec<u8> {
        match *signer == self.owner {
            true => self.message(genesis),
            false => (REQUEST_FOR_CONTEXT, genesis, signer, self).encode(),
        }
    }
}

/// Whether bytes may be the multiaddress of a peer. What is in it is for who dials it to understand.
pub fn is_multiaddress(endpoint: &[u8]) -> bool {
    endpoint.first() == Some(&b'/') && core::str::from_utf8(endpoint).is_ok()
}

/// The bytes that a peer key signs to show that it consents to serve `operator`.
pub fn registration_message(genesis: &[u8; 32], operator: &[u8; 32], peer_key: &PeerKey) -> Vec<u8> {
    (REGISTRATION_CONTEXT, genesis, operator, peer_key).encode()
}
