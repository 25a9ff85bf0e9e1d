//! Owner, miner, reporter and repairer in one hand: nothing is earned by it.

use pallet_idlewild_test_runtime::{call, miner, Balances, Chain, Clock, Miner, Proofs, ALICE, COIN};

use crate::SMALL;

/// Alice runs every miner there is and stores with herself.
fn alone(term: u32) -> (Vec<Miner>, u64, Vec<Vec<u8>>) {
    let mut miners: Vec<Miner> = (0..6).map(|key| Miner::register_for(&ALICE, key)).collect();
    let (id, shards) = miner::deal(&ALICE, &mut miners, SMALL, term);
    Chain::assert_sound();
    (miners, id, shards)
}

#[test]
fn whoever_pays_itself_has_what_it_had() {
    Chain::run(|| {
        let (wealth, supply) = (Chain::wealth(&ALICE), Chain::supply());
        let (mut miners, id, _) = alone(100);
        miner::keep_proving(miners.iter(), 100);
        Chain::does(&ALICE, call::settle(id));
        for slot in 0..4u8 {
            assert_eq!(miners[usize::from(slot)].clear(&[(id, slot)]), Ok(()));
        }
        for miner in &miners {
            Chain::does(&ALICE, call::exit(miner.id));
            Chain::does(&ALICE, call::remove(miner.id));
        }
        assert_eq!((Chain::wealth(&ALICE), Chain::supply()), (wealth, supply));
        assert_eq!(Balances::free_balance(&ALICE), wealth, "nothing is left on hold");
    });
}

#[test]
fn whoever_fails_reports_and_repairs_alone_loses_at_least_half_of_the_slash() {
    Chain::run(|| {
        let (wealth, supply) = (Chain::wealth(&ALICE), Chain::supply());
        let (mut miners, id, shards) = alone(400);
        let required = 1_000 * COIN - {
            miner::keep_proving(miners[..3].iter(), 65);
            Chain::does(&ALICE, call::report_missed(3));
            Chain::miner(3).bond
        };
        assert!(Proofs::failed_at(3).is_some() && required > 0);
        miner::keep_proving(miners[..3].iter(), Clock::now() + 16);
        assert_eq!(miners[4].repair(id, 3, &shards[3]), Ok(()));
        let live = [0usize, 1, 2, 4];
        miner::keep_proving(live.iter().map(|index| &miners[*index]), Clock::now() + 50);
        Chain::does(&ALICE, call::settle(id));
        Chain::does(&ALICE, call::remove(3));
        let lost = wealth - Chain::wealth(&ALICE);
        assert!(lost * 2 >= required, "{lost} of {required} lost");
        assert_eq!(supply - Chain::supply(), lost, "what she lost is destroyed");
    });
}

#[test]
fn losing_a_slot_on_purpose_to_repair_it_costs_more_than_it_brings() {
    Chain::run(|| {
        let (mut miners, id, shards) = alone(400);
        let wealth = Chain::wealth(&ALICE);
        for round in 0..3usize {
            let (loser, next) = ([3, 4, 5][round], [4, 5, 3][round]);
            let before = Chain::wealth(&ALICE);
            assert_eq!(miners[loser].declare_lost(id, 3), Ok(()));
            let rest = |miners: &[Miner]| {
                miner::keep_proving(miners.iter(), Clock::now() + 16);
            };
            rest(&miners);
            assert_eq!(miners[next].repair(id, 3, &shards[3]), Ok(()));
            rest(&miners);
            rest(&miners);
            rest(&miners);
            Chain::does(&ALICE, call::settle(id));
            assert!(Chain::wealth(&ALICE) < before, "round {round}");
        }
        assert!(wealth - Chain::wealth(&ALICE) >= 3 * crate::bounty());
    });
}
