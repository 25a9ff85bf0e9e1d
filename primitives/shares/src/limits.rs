//! How much there may be of anything. The chain refuses more.

/// Most bytes of a bundle's key that is sealed to an account.
pub const MAX_SEALED: u32 = 96;
/// Most bytes of a published file's name, in UTF-8.
pub const MAX_NAME: u32 = 128;
/// Most records that one read returns.
pub const MAX_PAGE: u32 = 100;
