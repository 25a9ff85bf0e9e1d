//! The 256-bit hash of everything but plots: BLAKE2b.

/// BLAKE2b with 32 bytes of output. In a runtime the host computes it.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    #[cfg(feature = "runtime")]
    {
        sp_io::hashing::blake2_256(bytes)
    }
    #[cfg(not(feature = "runtime"))]
    {
        use blake2::{digest::consts::U32, Blake2b, Digest};
        Blake2b::<U32>::digest(bytes).into()
    }
}
