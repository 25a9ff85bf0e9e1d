//! BLAKE2b-256, the chain's own hash, for everything but shard bytes.
//!
//! A runtime reaches it through the host at native speed; that keeps the cost of a position's path small beside that of the
//! chunk, so that `prove` hardly grows with the number of slots.

/// The 256-bit BLAKE2b hash of `data`.
#[cfg(feature = "runtime")]
pub fn hash(data: &[u8]) -> [u8; 32] {
    sp_io::hashing::blake2_256(data)
}

/// The 256-bit BLAKE2b hash of `data`.
#[cfg(not(feature = "runtime"))]
pub fn hash(data: &[u8]) -> [u8; 32] {
    use blake2::{digest::consts::U32, Blake2b, Digest};
    Blake2b::<U32>::digest(data).into()
}
