//! How much there may be of anything. The chain refuses more.

use crate::Clock;

/// Most gateways of an owner.
pub const MAX_GATEWAYS: u32 = 16;
/// Most credentials of a gateway.
pub const MAX_CREDENTIALS: u32 = 256;
/// Most buckets that a credential may be bound to.
pub const MAX_SCOPED: u32 = 16;
/// Most bytes of a gateway's endpoint.
pub const MAX_ENDPOINT: u32 = idlewild_storage_primitives::limits::MAX_ENDPOINT;
/// Most bytes of a bucket's label, which is its name under its own key.
pub const MAX_LABEL: u32 = 128;
/// Most bytes of a bucket's key that is sealed to somebody.
pub const MAX_SEALED: u32 = 96;
/// Most heads of a bucket.
pub const MAX_HEADS: u32 = 8;
/// Most gateways that hold a bucket's key.
pub const MAX_GRANTS: u32 = 16;
/// Shortest lease, in blocks of the clock.
pub const MIN_LEASE: Clock = 10;
/// Longest lease: a day.
pub const MAX_LEASE: Clock = 14_400;
/// Longest time that a gateway's consent may be valid for, in blocks of the clock. Short, because an owner could bring it again
/// after the gateway has left.
pub const MAX_CONSENT: Clock = 600;
