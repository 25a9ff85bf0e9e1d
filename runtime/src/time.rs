//! Block times, and the limits under which the relay chain backs our blocks asynchronously.

use crate::BlockNumber;

/// Time between two blocks, and the length of an Aura slot, in milliseconds.
pub const SLOT_DURATION: u64 = 6_000;
/// Blocks in a minute.
pub const MINUTES: BlockNumber = 60_000 / (SLOT_DURATION as BlockNumber);
/// Blocks in an hour.
pub const HOURS: BlockNumber = 60 * MINUTES;
/// Blocks in a day.
pub const DAYS: BlockNumber = 24 * HOURS;

/// Length of a relay-chain slot in milliseconds.
pub const RELAY_CHAIN_SLOT_DURATION_MILLIS: u32 = 6_000;
/// Relay-chain blocks between the tip and the one we build on. Zero, because the default collator (`--authoring lookahead`)
/// builds on the tip; a positive value would tie every operator to the slot-based one.
pub const RELAY_PARENT_OFFSET: u32 = 0;
/// Our blocks for each relay-chain block: one every 6 seconds.
pub const BLOCK_PROCESSING_VELOCITY: u32 = 1;
/// Blocks that may wait for inclusion at once. Backing and inclusion take two relay-chain blocks after authoring, hence three.
pub const UNINCLUDED_SEGMENT_CAPACITY: u32 = (3 + RELAY_PARENT_OFFSET) * BLOCK_PROCESSING_VELOCITY;
