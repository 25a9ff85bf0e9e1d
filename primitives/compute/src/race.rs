//! Whose claims are kept when more providers want a chunk than a race has room for.
//!
//! A claim costs nothing, so that there can be any number of them. Were the largest bonds kept, the richest few would own every race
//! that is full, and the draw after it would be among them alone. Instead each claim has a [`rank`]: its bond, divided by a number
//! between nothing and one that a seed gives to it. The highest are kept, so that a large bond is kept more often than a small one, and
//! not always.
//!
//! The draw after that counts each claim that was kept by its [`weight`]: its bond, or the highest rank that had to go where that is more.
//! That is what makes it fair: a bond that is kept only rarely stands, when it is, for all those like it that were not, so that over both
//! together who has a hundredth of all bonds gets a hundredth of the chunks (priority sampling by Duffield, Lund and Thorup).
//!
//! The seed of a rank is the latest that is known when a race opens, so that it is one for all of a race. So whoever opens it knows it: it can
//! wait for one, each six seconds another, under which its own claim ranks high, for as long as nobody else opens the race first. That
//! is little: it gains a place among those that are kept, in a race that has more claims than places, and nothing in the draw, whose
//! seed nobody knows before the race is over.

use codec::Encode;
use idlewild_storage_primitives::challenge::first_u64;

use crate::{hash, Balance, ChunkIndex, ProjectId, ProviderId};

/// What decides whether a claim is kept: of two, the one that ranks higher.
pub fn rank(seed: &[u8; 32], project: ProjectId, chunk: ChunkIndex, provider: ProviderId, bond: Balance) -> Balance {
    let number = first_u64(&hash(&(b"idlewild/race/1", seed, project, chunk, provider).encode()));
    // Between 1 and 2^32, of which it is a part.
    let part = Balance::from(number >> 32).saturating_add(1);
    match bond.checked_mul(1 << 32) {
        Some(scaled) => scaled.checked_div(part).unwrap_or(scaled),
        // More coins than there will be: less exact, and without an overflow.
        None => bond.checked_div(part).unwrap_or(bond).saturating_mul(1 << 32),
    }
}

/// What a claim that was kept counts in the draw, where `passed` is the highest rank of those that had to go.
pub fn weight(bond: Balance, passed: Balance) -> Balance {
    bond.max(passed)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::{chunk::MAX_CLAIMS, draw::winners};

    /// Who is kept, and the highest rank that had to go: in the order in which they came.
    fn race(seed: &[u8; 32], chunk: ChunkIndex, claims: &[(ProviderId, Balance)]) -> (Vec<(ProviderId, Balance)>, Balance) {
        let (mut kept, mut passed) = (Vec::new(), 0);
        for (provider, bond) in claims {
            kept.push((rank(seed, 1, chunk, *provider, *bond), *provider, *bond));
            kept.sort_unstable_by(|a, b| b.cmp(a));
            if kept.len() > MAX_CLAIMS as usize {
                passed = kept.pop().map_or(passed, |(rank, ..)| rank.max(passed));
            }
        }
        (kept.into_iter().map(|(_, provider, bond)| (provider, weight(bond, passed))).collect(), passed)
    }

    #[test]
    fn chunks_go_to_bonds_however_many_want_them() {
        // One with a tenth of all bonds, four with a twentieth each, and seventy that share the rest.
        let coin = 1_000_000_000_000;
        let of = |id: ProviderId| match id {
            0 => 140 * coin,
            1..=4 => 70 * coin,
            _ => 14 * coin,
        };
        let all: Vec<(ProviderId, Balance)> = (0..75).map(|id| (id, of(id))).collect();
        let rounds = 20_000u32;
        let (mut rich, mut middle) = (0u32, 0u32);
        for round in 0..rounds {
            let seeds = [hash(&round.to_le_bytes()), hash(&(round, 1u8).encode())];
            let (kept, _) = race(&seeds[0], 7, &all);
            assert_eq!(kept.len(), MAX_CLAIMS as usize);
            match winners(&seeds[1], 1, 7, &kept, 1)[0] {
                0 => rich += 1,
                1..=4 => middle += 1,
                _ => {},
            }
        }
        // Of 1,400 coins; four standard deviations.
        for (wins, share) in [(rich, 0.1), (middle, 0.2)] {
            let (expected, off) = (f64::from(rounds) * share, (f64::from(rounds) * share * (1.0 - share)).sqrt());
            assert!((f64::from(wins) - expected).abs() < 4.0 * off, "{wins} of {rounds}, and not {expected}");
        }
    }

    #[test]
    fn the_largest_bonds_are_not_always_kept() {
        let all: Vec<(ProviderId, Balance)> = (0..40).map(|id| (id, if id < 16 { 200 } else { 100 })).collect();
        let poor =
            (0..50u32).filter(|round| race(&hash(&round.to_le_bytes()), 1, &all).0.iter().any(|(id, _)| *id >= 16)).count();
        assert_eq!(poor, 50, "sixteen rich ones would own every race");
    }

    #[test]
    fn who_is_alone_counts_by_its_bond_and_no_sum_overflows() {
        assert_eq!(race(&[1; 32], 1, &[(1, 5), (2, 7)]).0.len(), 2);
        assert_eq!((race(&[1; 32], 1, &[(1, 5), (2, 7)]).1, weight(5, 0)), (0, 5));
        for bond in [0, 1, 1 << 95, 1 << 97, Balance::MAX] {
            assert!((0..50).all(|provider| rank(&[3; 32], 1, 1, provider, bond) >= bond), "a part of a bond is more than it");
        }
        assert_ne!(rank(&[3; 32], 1, 1, 1, 1_000), rank(&[3; 32], 1, 2, 1, 1_000), "each chunk is another race");
    }
}
