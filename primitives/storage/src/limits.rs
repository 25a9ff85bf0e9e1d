//! What one call takes at most: the chain refuses more, and daemons cut their work accordingly.

/// Most deals in one call of `create_deals`.
pub const MAX_BATCH: u32 = 8;
/// Most deals in one call of `settle`.
pub const MAX_SETTLED: u32 = 4;
/// Most slots in one call of `append`.
pub const MAX_APPENDED: u32 = 64;
/// Most leaves in one call of `clear`.
pub const MAX_CLEARED: u32 = 32;
/// Most repairs that a miner may have claimed at a time.
pub const MAX_CLAIMS: u32 = 32;
/// Most bytes of an endpoint, which is a multiaddress as text.
pub const MAX_ENDPOINT: u32 = 128;
