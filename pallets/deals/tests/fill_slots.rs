//! `fill_slots`: receipts that come after the deal.

use idlewild_storage_primitives::{deal::Slot, receipt::Receipt};
use pallet_idlewild_deals::{types::Unfilled, Event};
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Miner, RuntimeEvent, System, ALICE, BOB};
use sp_core::Pair;

use crate::{Error, SMALL};

/// Five miners and a deal with three of its four slots filled.
fn thin(term: u32) -> (Vec<Miner>, pallet_idlewild_deals::types::Request) {
    let miners = Miner::register_many(5);
    let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, term);
    Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
    (miners, request)
}

#[test]
fn an_empty_slot_is_filled_later() {
    Chain::run(|| {
        let (miners, request) = thin(400);
        Chain::pass(10);
        let receipt = miners[3].receipt(&ALICE, &request, 3);
        Chain::does(&ALICE, call::fill_slots(0, vec![receipt.clone()]));
        assert_eq!(Chain::slot(0, 3), Slot::Assigned { miner: 3, since: Clock::now() });
        assert_eq!(Chain::deal(0).receipts_until, receipt.valid_until);
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Deals(Event::Assigned { deal: 0, slot: 3, miner: 3 }))));
    });
}

#[test]
fn only_the_owner_of_a_standing_deal_fills_it() {
    Chain::run(|| {
        let (miners, request) = thin(40);
        let receipts = vec![miners[3].receipt(&ALICE, &request, 3)];
        Chain::refuses(&ALICE, call::fill_slots(1, receipts.clone()), Error::NoSuchDeal);
        Chain::refuses(&BOB, call::fill_slots(0, receipts.clone()), Error::NotOwner);
        Chain::pass(40);
        Chain::refuses(&ALICE, call::fill_slots(0, receipts.clone()), Error::DealOver);
        Chain::does(&BOB, call::settle(0));
        Chain::refuses(&ALICE, call::fill_slots(0, receipts), Error::DealOver);
    });
}

#[test]
fn receipts_are_judged_as_at_the_start() {
    Chain::run(|| {
        let (miners, request) = thin(400);
        let good = miners[3].receipt(&ALICE, &request, 3);
        let refused = |change: &dyn Fn(&mut idlewild_storage_primitives::receipt::SlotReceipt), error| {
            let mut receipt = good.clone();
            change(&mut receipt);
            Chain::refuses(&ALICE, call::fill_slots(0, vec![receipt]), error);
        };
        refused(&|receipt| receipt.signature[5] ^= 1, Error::BadReceipt);
        refused(&|receipt| receipt.slot = 4, Error::NoSuchSlot);
        refused(&|receipt| receipt.miner = 9, Error::UnknownMiner);
        refused(&|receipt| receipt.least_price += 1, Error::PriceTooLow);
        refused(&|receipt| receipt.valid_until = 0, Error::ReceiptExpired);
        refused(&|receipt| receipt.valid_until = 10_000, Error::ReceiptTooLong);
        let his = miners[3].receipt(&BOB, &request, 3);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![his]), Error::BadReceipt);
    });
}

#[test]
fn a_slot_that_was_filled_before_takes_no_receipt() {
    Chain::run(|| {
        let (mut miners, request) = thin(400);
        // Assigned, by another miner and by the same one with its old receipt.
        let other = miners[3].receipt(&ALICE, &request, 0);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![other.clone()]), Error::SlotTaken);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![request.receipts[0].clone()]), Error::SlotTaken);
        let twice = miners[3].receipt(&ALICE, &request, 3);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![twice.clone(), twice]), Error::SlotTaken);
        // Held.
        miners[0].append(&[(0, 0, vec![0; 4096])]).unwrap();
        Chain::refuses(&ALICE, call::fill_slots(0, vec![other]), Error::SlotTaken);
        // Lost again: the miner's old receipt would put it back where it was slashed.
        Chain::pass(11);
        Chain::does(&BOB, call::report_unappended(0, 1));
        assert!(matches!(Chain::slot(0, 1), Slot::Vacant { .. }));
        Chain::refuses(&ALICE, call::fill_slots(0, vec![request.receipts[1].clone()]), Error::SlotTaken);
    });
}

#[test]
fn a_miner_that_cannot_take_the_slot_leaves_it_empty() {
    Chain::run(|| {
        let (miners, request) = thin(400);
        let receipt = miners[3].receipt(&ALICE, &request, 3);
        Chain::does(&account(3), call::pause(3));
        Chain::does(&ALICE, call::fill_slots(0, vec![receipt]));
        assert_eq!(Chain::slot(0, 3), Slot::Empty);
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::SlotUnfilled { deal: 0, slot: 3, miner: 3, reason: Unfilled::Inactive })
        )));
        // Another one takes it.
        Chain::does(&ALICE, call::fill_slots(0, vec![miners[4].receipt(&ALICE, &request, 3)]));
        assert_eq!(Chain::slot(0, 3).holder(), Some(4));
    });
}

#[test]
fn slots_that_are_held_count_towards_an_operators_share() {
    Chain::run(|| {
        let mut miners: Vec<Miner> = (0..3).map(|key| Miner::register_for(&account(0), key)).collect();
        miners.extend((3..5).map(Miner::register));
        let (mut request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        request.receipts.retain(|receipt| receipt.slot < 2);
        let third = miners[3].receipt(&ALICE, &request, 2);
        request.receipts.try_push(third).unwrap();
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        let receipt = miners[2].receipt(&ALICE, &request, 3);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![receipt]), Error::TooManyOfOperator);
        Chain::does(&ALICE, call::fill_slots(0, vec![miners[4].receipt(&ALICE, &request, 3)]));
    });
}

#[test]
fn a_small_miner_is_not_admitted_later_either() {
    Chain::run(|| {
        let (_, request) = thin(400);
        let small = Miner::register_with(&account(9), 9, 1 << 20, 10 * pallet_idlewild_test_runtime::COIN);
        Chain::pass(20);
        let receipt = small.receipt(&ALICE, &request, 3);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![receipt]), Error::NotAdmitted);
    });
}

#[test]
fn a_transferred_deal_takes_no_receipts() {
    Chain::run(|| {
        let (miners, request) = thin(400);
        Chain::does(&ALICE, call::transfer(0, &BOB, b"wrapped"));
        for owner in [ALICE, BOB] {
            let receipts = vec![miners[3].receipt(&owner, &request, 3)];
            let error = if owner == BOB { Error::WasTransferred } else { Error::NotOwner };
            Chain::refuses(&owner, call::fill_slots(0, receipts), error);
        }
        // Not even when it has come back.
        Chain::does(&BOB, call::transfer(0, &ALICE, b"wrapped"));
        let receipt = miners[3].receipt(&ALICE, &request, 3);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![receipt]), Error::WasTransferred);
    });
    Chain::run(|| {
        let (miners, request) = thin(400);
        Chain::does(&ALICE, call::transfer(0, &ALICE, b"wrapped"));
        let receipt = miners[3].receipt(&ALICE, &request, 3);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![receipt]), Error::WasTransferred);
    });
}

#[test]
fn no_miner_is_bound_for_longer_than_it_signed() {
    Chain::run(|| {
        let (mut miners, request) = thin(60);
        for slot in 0..3u8 {
            miners[usize::from(slot)].append(&[(0, slot, vec![slot; 4096])]).unwrap();
        }
        // Miner 3 signed for 60 blocks. It must not find itself in a deal that was since extended by 10,000.
        let receipt = miners[3].receipt(&ALICE, &request, 3);
        Chain::does(&ALICE, call::extend(0, 10_000, request.price));
        Chain::pass(60);
        Chain::does(&BOB, call::settle(0));
        assert_eq!(Chain::deal(0).end, 10_060);
        assert!(receipt.valid_until >= System::block_number());
        Chain::refuses(&ALICE, call::fill_slots(0, vec![receipt]), Error::BadReceipt);
        // With a receipt for what the deal now lasts it may.
        let deal = Chain::deal(0);
        let signed = Receipt {
            owner: ALICE.into(),
            salt: request.salt,
            slot: 3,
            miner: 3,
            root: request.roots[3],
            length: 4096,
            term: deal.end - deal.created,
            least_price: request.price,
            valid_until: System::block_number() + 10,
        };
        let mut receipt = miners[3].receipt_until(&ALICE, &request, 3, signed.valid_until);
        receipt.signature = miners[3].key.sign(&signed.message(&Clock::genesis())).0;
        Chain::does(&ALICE, call::fill_slots(0, vec![receipt]));
    });
}

#[test]
fn a_deal_is_filled_though_there_are_more_operators_than_when_it_was_made() {
    Chain::run(|| {
        let mut miners: Vec<Miner> = (0..4).map(|key| Miner::register_for(&account(0), key)).collect();
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        // The lone operator has three slots; with four others about it could have two.
        miners.extend((4..8).map(Miner::register));
        let receipt = |index: usize| vec![miners[index].receipt(&ALICE, &request, 3)];
        Chain::refuses(&ALICE, call::fill_slots(0, receipt(3)), Error::TooManyOfOperator);
        Chain::does(&ALICE, call::fill_slots(0, receipt(4)));
        assert_eq!(Chain::slot(0, 3).holder(), Some(4));
    });
}

#[test]
fn an_extension_that_is_due_is_begun_first() {
    Chain::run(|| {
        let (mut miners, request) = thin(60);
        for slot in 0..3u8 {
            miners[usize::from(slot)].append(&[(0, slot, vec![slot; 4096])]).unwrap();
        }
        Chain::does(&ALICE, call::extend(0, 10_000, request.price));
        Chain::pass(60);
        // Nobody settled; a receipt for the first term alone is no receipt any more.
        let receipt = miners[3].receipt(&ALICE, &request, 3);
        Chain::refuses(&ALICE, call::fill_slots(0, vec![receipt]), Error::BadReceipt);
        let longer = pallet_idlewild_deals::types::Request { term: 10_060, ..request };
        Chain::does(&ALICE, call::fill_slots(0, vec![miners[3].receipt(&ALICE, &longer, 3)]));
        assert_eq!((Chain::deal(0).end, Chain::slot(0, 3).holder()), (10_060, Some(3)));
    });
}
