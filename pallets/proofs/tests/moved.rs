//! What a miner does between a period's seed and its proof changes nothing about what it owes.

use idlewild_storage_primitives::deal::Slot;
use pallet_idlewild_test_runtime::{call, miner, Chain, Miner, Proofs, ALICE, BOB, CAROL};

use crate::{holding, Error, SMALL};

#[test]
fn a_slot_appended_after_the_challenge_is_no_part_of_it() {
    Chain::run(|| {
        let mut miners = holding();
        let old = miners[0].proof().unwrap();
        miner::deal(&BOB, &mut miners, SMALL, 400);
        assert_eq!(Proofs::view(0).unwrap().sealed.total(), 8);
        assert_eq!(Proofs::view(0).unwrap().live.total(), 12);
        assert_eq!(miners[0].proof().unwrap(), old);
        assert_eq!(miners[0].prove(), Ok(()));
        Chain::assert_sound();
        // The stale range is no use in the next period.
        miners[0].pass_period();
        let mut stale = miners[0].proof().unwrap();
        for proof in &mut stale {
            proof.path = miners[0].path(2, proof.index.min(1));
            proof.index = proof.index.min(1);
            proof.leaf = miners[0].leaves[proof.index as usize].unwrap();
        }
        let outcome = Chain::call(&miners[0].operator, call::prove(0, Proofs::period_of(0), stale));
        assert!([Err(Error::WrongPosition.into()), Err(Error::WrongChunk.into())].contains(&outcome), "{outcome:?}");
        assert_eq!(miners[0].prove(), Ok(()));
    });
}

#[test]
fn a_slot_cleared_after_the_challenge_is_still_owed() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        let (short, _) = miner::deal(&ALICE, &mut miners, SMALL, 40);
        let (long, _) = miner::deal(&ALICE, &mut miners, SMALL, 400);
        miner::keep_proving(miners.iter(), 60);
        Chain::does(&CAROL, call::settle(short));
        Chain::next_block();
        assert_eq!(Proofs::period_of(0), 3);
        assert!(miners[0].owes());
        // It does away with half of its range and would like to be asked for the rest alone.
        let leaf = miners[0].leaves[0].unwrap();
        assert_eq!(miners[0].clear(&[(short, 0)]), Ok(()));
        Chain::assert_sound();
        let owed = Proofs::view(0).unwrap();
        assert_eq!((owed.sealed.total(), owed.live.total()), (8, 4));
        let mut without = miners[0].proof().unwrap();
        assert!(without.iter().any(|proof| proof.leaf == leaf), "half of the challenges fall on it, all but surely");
        let kept = miners[0].leaves[1].unwrap();
        for proof in &mut without {
            proof.leaf = kept;
            proof.index = 1;
            proof.path = miners[0].path(2, 1);
        }
        let refused = call::prove(0, 3, without);
        Chain::refuses(&miners[0].operator, refused, Error::WrongPosition);
        // With the bytes, which it must keep until the period ends, it proves.
        assert_eq!(miners[0].prove(), Ok(()));
        miners[0].pass_period();
        let next = miners[0].proof().unwrap();
        assert!(next.iter().all(|proof| proof.leaf == kept && proof.leaf.deal == long));
        assert_eq!(miners[0].prove(), Ok(()));
    });
}

#[test]
fn a_slot_declared_lost_after_the_challenge_is_still_owed() {
    Chain::run(|| {
        let mut miners = holding();
        let lost = miners[0].leaves[0].unwrap();
        assert_eq!(miners[0].declare_lost(lost.deal, lost.slot), Ok(()));
        Chain::assert_sound();
        assert!(matches!(Chain::slot(lost.deal, lost.slot), Slot::Vacant { .. }));
        assert_eq!(Proofs::view(0).unwrap().sealed.total(), 8);
        // Without the lost bytes it cannot prove this period, and misses it.
        let kept = miners[0].leaves[1].unwrap();
        let mut without = miners[0].proof().unwrap();
        without.iter_mut().for_each(|proof| (proof.leaf, proof.index) = (kept, 1));
        Chain::refuses(&miners[0].operator, call::prove(0, Proofs::period_of(0), without), Error::WrongPosition);
        Chain::pass(20);
        Chain::does(&CAROL, call::report_missed(0));
        assert!(Proofs::failed_at(0).is_none());
        // In the next one it owes the rest alone.
        miners[0].pass_period();
        assert_eq!(Proofs::view(0).unwrap().sealed.total(), 4);
    });
}

#[test]
fn clearing_everything_leaves_nothing_owed_and_nothing_missed() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        let (id, _) = miner::deal(&ALICE, &mut miners, SMALL, 40);
        miner::keep_proving(miners.iter(), 40);
        Chain::does(&CAROL, call::settle(id));
        assert_eq!(miners[0].clear(&[(id, 0)]), Ok(()));
        Chain::next_block();
        miner::keep_proving(miners[..1].iter(), 60);
        let proven = Proofs::ledger(0).proven;
        assert_eq!(proven, 2, "the period in which it cleared was still owed");
        Chain::pass(100);
        Chain::refuses(&CAROL, call::report_missed(0), Error::NothingMissed);
        Chain::refuses(&miners[0].operator, call::prove(0, Proofs::period_of(0), vec![]), Error::NothingOwed);
        // A slot that comes later is owed from the period after.
        let (next, _) = miner::deal(&BOB, &mut miners, SMALL, 400);
        miners[0].pass_period();
        assert_eq!(miners[0].prove(), Ok(()));
        assert_eq!(Proofs::ledger(0).missed, 0);
        assert_eq!(next, 1);
    });
}
