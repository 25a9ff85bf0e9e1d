//! Which positions a miner owes in a period.

use codec::Encode;

use crate::{hash::hash, Clock, MinerId, Period};

/// The periods of one miner. Phases are spread by miner id, so that not everybody proves in the same block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    length: u32,
    phase: u32,
}

impl Schedule {
    /// The schedule of `miner` where a period lasts `length` blocks of the clock (zero counts as one).
    pub fn new(miner: MinerId, length: u32) -> Self {
        let length = length.max(1);
        // A multiplicative hash: neighbours in registration order land far apart, whatever the length.
        let spread = miner.wrapping_mul(0x9E37_79B1) >> 8;
        Self { length, phase: spread.checked_rem(length).unwrap_or(0) }
    }

    /// The period that a moment of the clock belongs to.
    pub fn period(&self, clock: Clock) -> Period {
        clock.saturating_add(self.phase).checked_div(self.length).unwrap_or(0)
    }

    /// The first moment of a period. The very first period of a miner may be short.
    pub fn start(&self, period: Period) -> Clock {
        period.saturating_mul(self.length).saturating_sub(self.phase)
    }
}

/// The position of challenge `j` among `total` chunks, or `None` where there are none.
pub fn position(seed: &[u8; 32], miner: MinerId, j: u32, total: u64) -> Option<u64> {
    if total == 0 {
        return None;
    }
    let drawn = first_u64(&hash(&(b"idlewild/challenge/1", seed, miner, j).encode()));
    Some(((u128::from(drawn) * u128::from(total)) >> 64) as u64)
}

/// The first eight bytes of a hash as a little-endian number.
pub fn first_u64(hash: &[u8; 32]) -> u64 {
    let mut first = [0u8; 8];
    first.iter_mut().zip(hash.iter()).for_each(|(to, from)| *to = *from);
    u64::from_le_bytes(first)
}
