//! Every draw: who gets a chunk, whether it is checked, who sits on a panel.
//!
//! Each takes a seed that nobody could know when what it decides about was fixed: that of two blocks of the clock later.

use alloc::vec::Vec;
use codec::Encode;
use idlewild_storage_primitives::challenge::first_u64;

use crate::{hash, trust::Chance, trust::CERTAIN, Balance, ChunkIndex, Clock, PanelId, ProjectId, ProviderId, SeatId};

/// Blocks of the clock from the moment at which a draw's inputs are fixed to that whose seed decides it.
pub const SEED_AFTER: Clock = 2;
/// Seats that are looked at for a panel, before it is said to be impossible: as many for one place as for ten, since of the seats that
/// there ever were most may be vacant.
pub const LOOKS: u32 = 160;

/// A number below 2^64 from a seed and what is drawn for.
fn number(seed: &[u8; 32], context: &'static [u8], what: impl Encode) -> u64 {
    first_u64(&hash(&(context, seed, what).encode()))
}

/// `number / 2^64 * of`, rounded down.
fn scaled(number: u64, of: u64) -> u64 {
    u64::try_from((u128::from(number) * u128::from(of)) >> 64).unwrap_or(u64::MAX)
}

/// Who of those that claimed a chunk get it, by their bonds: up to `places` of them, in the order in which they were drawn.
///
/// A bond counts in steps of a 2^32nd of all bonds together, so that no sum overflows.
pub fn winners(
    seed: &[u8; 32],
    project: ProjectId,
    chunk: ChunkIndex,
    claims: &[(ProviderId, Balance)],
    places: usize,
) -> Vec<ProviderId> {
    let total: Balance = claims.iter().fold(0, |sum, (_, bond)| sum.saturating_add(*bond));
    let step = (total >> 32).max(1);
    let weigh = |bond: Balance| u64::try_from(bond / step).unwrap_or(u64::MAX >> 16).clamp(1, u64::MAX >> 16);
    let mut left: Vec<(ProviderId, u64)> = claims.iter().map(|(provider, bond)| (*provider, weigh(*bond))).collect();
    let mut drawn = Vec::new();
    while drawn.len() < places && !left.is_empty() {
        let sum = left.iter().fold(0u64, |sum, (_, weight)| sum.saturating_add(*weight));
        let place = u32::try_from(drawn.len()).unwrap_or(u32::MAX);
        let mut at = scaled(number(seed, b"idlewild/chunk-draw/1", (project, chunk, place)), sum);
        let found = left.iter().position(|(_, weight)| match at.checked_sub(*weight) {
            Some(rest) => {
                at = rest;
                false
            },
            None => true,
        });
        // `at` is below the sum of all, so that one is found.
        let Some(index) = found else { break };
        drawn.push(left.swap_remove(index).0);
    }
    drawn
}

/// Whether a result gets a second replica.
pub fn is_checked(seed: &[u8; 32], project: ProjectId, chunk: ChunkIndex, chance: Chance) -> bool {
    falls(number(seed, b"idlewild/check/1", (project, chunk)), chance)
}

/// Whether a result that was agreed to is run again by a tracker.
pub fn is_sampled(seed: &[u8; 32], project: ProjectId, chunk: ChunkIndex, chance: Chance) -> bool {
    falls(number(seed, b"idlewild/sample/1", (project, chunk)), chance)
}

fn falls(number: u64, chance: Chance) -> bool {
    scaled(number, CERTAIN.into()) < chance.into()
}

/// The order in which seats are looked at for a panel: `look` says whether one may sit on it.
///
/// What is looked at depends on nothing that anybody can change once the seed is known: on how many seats there were when the panel was
/// asked for, and on who held them since before that. So a tracker that leaves gives up its own place and moves nobody else's.
pub fn panel(
    seed: &[u8; 32],
    id: PanelId,
    round: u8,
    seats: SeatId,
    places: u32,
    mut look: impl FnMut(SeatId) -> bool,
) -> Vec<SeatId> {
    let mut chosen = Vec::new();
    for attempt in 0..LOOKS {
        if chosen.len() >= places as usize {
            break;
        }
        let seat = scaled(number(seed, b"idlewild/panel/1", (id, round, attempt)), seats.into());
        let Ok(seat) = SeatId::try_from(seat) else { continue };
        if seat < seats && !chosen.contains(&seat) && look(seat) {
            chosen.push(seat);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeds(count: u32) -> impl Iterator<Item = [u8; 32]> {
        (0..count).map(|index| hash(&index.to_le_bytes()))
    }

    #[test]
    fn chunks_go_to_bonds() {
        let claims = [(1, 100), (2, 300), (3, 600)];
        let mut wins = [0u32; 4];
        for seed in seeds(10_000) {
            let drawn = winners(&seed, 1, 2, &claims, 2);
            assert_eq!(drawn.len(), 2);
            assert_ne!(drawn[0], drawn[1]);
            wins[drawn[0] as usize] += 1;
        }
        // Three standard deviations of 10,000 draws.
        for (provider, expected) in [(1, 1_000.0), (2, 3_000.0), (3, 6_000.0)] {
            let off = (f64::from(wins[provider]) - expected).abs();
            assert!(off < 3.0 * (expected * (1.0 - expected / 10_000.0)).sqrt(), "{wins:?}");
        }
    }

    #[test]
    fn a_draw_needs_no_small_bonds() {
        let claims = [(1, Balance::MAX / 2), (2, 0), (3, Balance::MAX / 2)];
        for seed in seeds(50) {
            assert_eq!(winners(&seed, 1, 1, &claims, 5).len(), 3);
        }
        assert!(winners(&[0; 32], 1, 1, &[], 1).is_empty());
    }

    #[test]
    fn a_chance_is_what_it_says() {
        let checked = seeds(20_000).filter(|seed| is_checked(seed, 7, 8, 50_000)).count() as f64;
        assert!((checked - 1_000.0).abs() < 3.0 * 31.0, "{checked}");
        assert!(seeds(100).all(|seed| is_checked(&seed, 1, 1, CERTAIN)));
        assert!(!seeds(100).any(|seed| is_sampled(&seed, 1, 1, 0)));
    }

    #[test]
    fn vacant_seats_end_no_panel() {
        // Nineteen of twenty are. With half as many looks, almost every other panel of five were impossible.
        let found = seeds(200).filter(|seed| panel(seed, 3, 0, 400, 5, |seat| seat % 20 == 0).len() >= 4).count();
        assert!(found >= 180, "{found} of 200");
    }

    #[test]
    fn a_panel_has_distinct_seats_and_nobody_moves_another() {
        for seed in seeds(200) {
            let all = panel(&seed, 3, 0, 20, 5, |_| true);
            assert_eq!(all.len(), 5);
            let without = panel(&seed, 3, 0, 20, 5, |seat| seat != all[2]);
            let stay = all.iter().filter(|seat| **seat != all[2]);
            assert!(stay.into_iter().all(|seat| without.contains(seat)));
        }
        assert!(panel(&[1; 32], 1, 0, 0, 5, |_| true).is_empty());
        assert!(panel(&[1; 32], 1, 0, 3, 0, |_| true).is_empty());
        assert_eq!(panel(&[1; 32], 1, 0, 3, 5, |_| true).len(), 3);
    }
}
