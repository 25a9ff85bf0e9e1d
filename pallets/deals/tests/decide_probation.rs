//! `decide_probation`: a bounty, or a slot that is open again, without a settlement of the whole deal.

use frame_support::dispatch::Pays;
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    Balance,
};
use pallet_idlewild_deals::{Event, WeightInfo};
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Deals, Miner, Proofs, RuntimeEvent, BOB, PRICE};

use crate::{bounty, fail, standing_with_shards, Error};

/// A deal whose miner 3 failed and whose slot 3 miner 4 has just repaired.
fn repaired(term: u32) -> (Vec<Miner>, u64) {
    let (mut miners, id, shards) = standing_with_shards(5, term);
    fail(&miners, 3);
    assert_eq!(miners[4].repair(id, 3, &shards[3]), Ok(()));
    (miners, id)
}

/// Lets everybody that is left prove, but for those in `without`, until `moment`.
fn proving(miners: &[Miner], without: &[u32], moment: u32) {
    let live = miners.iter().filter(|miner| miner.id != 3 && !without.contains(&miner.id));
    miner::keep_proving(live, moment);
}

fn wealth() -> (Balance, Balance) {
    (Chain::wealth(&account(4)), Chain::wealth(&account(0)))
}

#[test]
fn a_bounty_is_paid_with_what_the_repairer_earned_and_nobody_else_is_settled() {
    Chain::run(|| {
        let (miners, id) = repaired(400);
        Chain::refuses(&BOB, call::decide_probation(id, 3), Error::Undecided);
        proving(&miners, &[], Clock::now() + 42);
        let earnings = Deals::earnings(4, None, 10).deals;
        assert_eq!((earnings.len(), &earnings[0].passed), (1, &vec![3]));
        let (repairer, other) = wealth();
        let info = Chain::call_with_info(&BOB, call::decide_probation(id, 3)).unwrap();
        assert_eq!((info.pays_fee, info.actual_weight), (Pays::Yes, Some(<() as WeightInfo>::decide_probation())));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::BountyPaid { deal: 0, slot: 3, miner: 4, source: Source::Pot(3), .. })
        )));
        assert!(matches!(Chain::slot(id, 3), Slot::Held { miner: 4, .. }));
        assert!(earnings[0].due > bounty());
        assert_eq!(wealth(), (repairer + earnings[0].due, other));
        Chain::assert_sound();
        Chain::refuses(&BOB, call::decide_probation(id, 3), Error::Undecided);
        assert_eq!(Deals::earnings(4, None, 10).deals, vec![]);
    });
}

#[test]
fn a_slot_whose_repairer_missed_its_probation_is_open_again() {
    Chain::run(|| {
        let (miners, id) = repaired(400);
        let since = Proofs::period_of(4);
        proving(&miners, &[4], Proofs::schedule(4).start(since + 2));
        Chain::does(&BOB, call::report_missed(4));
        assert!(Proofs::failed_at(4).is_none());
        assert_eq!(Deals::earnings(4, None, 10).deals, vec![], "nothing was passed");
        let bond = Chain::miner(4).bond;
        Chain::does(&BOB, call::decide_probation(id, 3));
        assert!(matches!(Chain::slot(id, 3), Slot::Vacant { source: Source::Pot(3), last: 4, .. }));
        assert_eq!(bond - Chain::miner(4).bond, 2 * bounty());
    });
}

#[test]
fn an_extension_that_is_due_is_begun_and_decides_it() {
    Chain::run(|| {
        let (miners, id) = repaired(200);
        Chain::does(&pallet_idlewild_test_runtime::ALICE, call::extend(id, 100, PRICE));
        proving(&miners, &[], 205);
        let info = Chain::call_with_info(&BOB, call::decide_probation(id, 3)).unwrap();
        let begun = <() as WeightInfo>::settle(4);
        assert_eq!(info.actual_weight, Some(<() as WeightInfo>::decide_probation().saturating_add(begun)));
        assert!(matches!(Chain::slot(id, 3), Slot::Held { miner: 4, .. }));
        assert!(Chain::deal(id).extension.is_none());
        Chain::assert_sound();
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (miners, id) = repaired(160);
        Chain::refuses(&BOB, call::decide_probation(id + 1, 3), Error::NoSuchDeal);
        Chain::refuses(&BOB, call::decide_probation(id, 4), Error::NoSuchSlot);
        Chain::refuses(&BOB, call::decide_probation(id, 0), Error::Undecided);
        proving(&miners, &[], 160);
        Chain::refuses(&BOB, call::decide_probation(id, 3), Error::DealOver);
        let refused = Chain::call_with_info(&BOB, call::decide_probation(id, 3)).unwrap_err();
        assert_eq!(refused.post_info.actual_weight, Some(<() as WeightInfo>::decide_probation()));
    });
}
