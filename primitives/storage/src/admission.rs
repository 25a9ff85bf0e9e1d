//! Which miners a deal may choose, and in which order miners may repair.
//!
//! Both are rendezvous draws: a hash of the place and the miner, weighed by what the miner has to offer. They spread load.
//! They are no security assumption: salts can be ground.

use codec::Encode;

use crate::{challenge::first_u64, hash::hash, Clock, DealId, MinerId, Salt, SlotIndex};

/// A copy of `shards` slots may draw from so many times as many miners.
pub const SLACK: u32 = 4;

fn admits(draw: u64, total_weight: u64, weight: u64, places: u64) -> bool {
    // draw / 2^64 < places * weight / total_weight, without a division.
    (u128::from(draw) * u128::from(total_weight)) >> 64 < u128::from(places) * u128::from(weight)
}

/// The draw of a miner for a copy of a deal; lower is nearer.
pub fn draw(salt: &Salt, copy: u8, miner: MinerId) -> u64 {
    first_u64(&hash(&(b"idlewild/admission/1", salt, copy, miner).encode()))
}

/// Whether a miner may hold a slot of a copy of `shards` slots by either of two snapshots of its weight and that of all: the
/// present epoch's and the one before, so that no receipt is worth nothing because an epoch ended.
pub fn is_admitted_by_either(
    salt: &Salt,
    copy: u8,
    miner: MinerId,
    shards: u8,
    weights: (u64, u64),
    total_weights: (u64, u64),
) -> bool {
    is_admitted(salt, copy, miner, shards, weights.0, total_weights.0)
        || is_admitted(salt, copy, miner, shards, weights.1, total_weights.1)
}

/// Whether a miner of `weight` among `total_weight` may hold a slot of a copy of `shards` slots.
pub fn is_admitted(salt: &Salt, copy: u8, miner: MinerId, shards: u8, weight: u64, total_weight: u64) -> bool {
    let places = u64::from(SLACK).saturating_mul(u64::from(shards));
    admits(draw(salt, copy, miner), total_weight, weight, places)
}

/// Whether a miner may claim a repair `waited` blocks after the slot opened, where one more miner is let in, on average, each
/// `window` blocks, and everybody after `windows` of them.
#[allow(clippy::too_many_arguments)]
pub fn may_repair(
    deal: DealId,
    slot: SlotIndex,
    opened: Clock,
    miner: MinerId,
    waited: Clock,
    window: Clock,
    windows: u32,
    weight: u64,
    total_weight: u64,
) -> bool {
    let passed = waited.checked_div(window).unwrap_or(windows);
    if passed >= windows {
        return true;
    }
    let draw = first_u64(&hash(&(b"idlewild/repair/1", deal, slot, opened, miner).encode()));
    admits(draw, total_weight, weight, u64::from(passed).saturating_add(1))
}

/// The weight of a miner: what it can take, in MiB, times its score in hundredths, at least one while it has any of both.
///
/// What it can take is bounded by its capacity and by its spare bond alike, or a boast would cost nothing.
pub fn weight(free_bytes: u64, score: u16) -> u64 {
    if free_bytes == 0 || score == 0 {
        return 0;
    }
    // 2^44 MiB is far beyond any disk; the bound keeps sums of weights within u64.
    let mebibytes = (free_bytes >> 20).clamp(1, 1 << 32);
    mebibytes.saturating_mul(u64::from(score.div_ceil(100))).max(1)
}
