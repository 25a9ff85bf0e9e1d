//! How a store is run.

/// The most bytes that a segment may have: what fits into one deal.
pub const MAX_SEGMENT_BYTES: u32 = 64 << 20;
/// Bodies up to this many bytes share the bucket's open segment.
pub const SMALL_BYTES: u64 = 1 << 20;

/// How a store is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes of a segment, [`MAX_SEGMENT_BYTES`] at most.
    pub segment_bytes: u32,
    /// Local bytes of segments that the network has; more is evicted, oldest use first.
    pub keep_bytes: u64,
    /// Bytes of the memory cache for remote reads.
    pub memory_bytes: usize,
    /// Bytes of the disk cache for remote reads; none where it is 0.
    pub cache_bytes: u64,
    /// Free bytes of the disk below which writes are refused.
    pub reserve_bytes: u64,
    /// Who writes: the gateway's account. It goes into version ids, so that those of two gateways never clash.
    pub origin: [u8; 32],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: MAX_SEGMENT_BYTES,
            keep_bytes: 10 << 30,
            memory_bytes: 64 << 20,
            cache_bytes: 0,
            reserve_bytes: 256 << 20,
            origin: [0; 32],
        }
    }
}
