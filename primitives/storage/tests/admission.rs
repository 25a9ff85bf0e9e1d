//! Draws spread load in proportion to weight, and the order of repairers opens up.

use idlewild_storage_primitives::admission::{draw, is_admitted, may_repair, weight, SLACK};
use proptest::prelude::*;

#[test]
fn a_small_network_admits_everybody() {
    for miner in 0..32 {
        // 8 shards times the slack are 32 places for 32 equal miners.
        assert!(is_admitted(&[1; 16], 0, miner, 8, 10, 320));
    }
}

#[test]
fn a_large_network_admits_in_proportion_to_weight() {
    let admitted = |weight: u64| (0..10_000).filter(|m| is_admitted(&[2; 16], 0, *m, 8, weight, 10_000 * 5)).count();
    // 32 places for 10,000 miners of mean weight 5.
    let (light, heavy) = (admitted(5), admitted(50));
    assert!((15..60).contains(&light), "{light}");
    assert!((230..420).contains(&heavy), "{heavy}");
    assert_eq!(admitted(0), 0);
    assert_eq!(SLACK, 4);
}

proptest! {
    #[test]
    fn more_weight_never_shuts_out(salt: [u8; 16], copy: u8, miner: u32, shards in 1u8..30, w in 1u64..1 << 40) {
        let total = 1u64 << 50;
        if is_admitted(&salt, copy, miner, shards, w, total) {
            prop_assert!(is_admitted(&salt, copy, miner, shards, w * 2, total));
        }
        prop_assert_eq!(draw(&salt, copy, miner), draw(&salt, copy, miner));
    }

    #[test]
    fn who_may_repair_now_may_repair_later(deal: u64, slot: u8, miner: u32, waited in 0u32..100, w in 1u64..1000) {
        let may = |waited| may_repair(deal, slot, 7, miner, waited, 3, 20, w, 100_000);
        prop_assert!(!may(waited) || may(waited + 1));
        prop_assert!(may(60), "after all windows anybody may");
    }
}

#[test]
fn weight_counts_free_space_and_score() {
    assert_eq!(weight(0, 10_000), 0);
    assert_eq!(weight(1 << 30, 0), 0);
    assert_eq!(weight(1, 1), 1);
    assert_eq!(weight(1 << 30, 10_000), 1024 * 100);
    assert_eq!(weight(u64::MAX, 10_000), weight(1 << 52, 10_000), "a boast is capped");
}
