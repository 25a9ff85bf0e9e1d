//! BLAKE2b-256, the chain's own hash, which a runtime reaches through the host at native speed.

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
