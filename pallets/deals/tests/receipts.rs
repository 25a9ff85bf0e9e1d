//! Receipts that must not count: forged, stolen, replayed, outdated, for other bytes, beyond a miner's or an operator's share.

use idlewild_storage_primitives::{deal::Slot, receipt::SlotReceipt, SlotIndex};
use pallet_idlewild_deals::{
    types::{Request, Unfilled},
    Event,
};
use pallet_idlewild_providers::{ActiveOperators, Miners};
use pallet_idlewild_test_runtime::{
    account, call, miner, Chain, Deals, Miner, RuntimeEvent, System, Test, ALICE, BOB, CAROL, COIN,
};
use sp_core::{ed25519, Pair};

use crate::{Error, SMALL};

/// A request with the receipts of four miners, the one for `slot` changed.
fn with(miners: &[Miner], slot: SlotIndex, change: impl FnOnce(&mut SlotReceipt)) -> Request {
    let (mut request, _) = miner::signed_request(&ALICE, miners, SMALL, 400);
    change(&mut request.receipts[usize::from(slot)]);
    request
}

#[track_caller]
fn refused(request: Request, error: Error) {
    Chain::refuses(&ALICE, call::create_deals(vec![request]), error);
}

#[test]
fn a_receipt_for_no_slot_of_the_deal_is_refused() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        refused(with(&miners, 3, |receipt| receipt.slot = 4), Error::NoSuchSlot);
        refused(with(&miners, 3, |receipt| receipt.slot = 255), Error::NoSuchSlot);
    });
}

#[test]
fn a_slot_takes_one_receipt() {
    Chain::run(|| {
        let miners = Miner::register_many(5);
        let (mut request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        let second = miners[4].receipt(&ALICE, &request, 0);
        request.receipts.try_push(second).unwrap();
        refused(request.clone(), Error::SlotTaken);
        // The same one twice is no better.
        request.receipts.pop();
        let again = request.receipts[0].clone();
        request.receipts.try_push(again).unwrap();
        refused(request, Error::SlotTaken);
    });
}

#[test]
fn a_receipt_of_nobody_is_refused() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        refused(with(&miners, 0, |receipt| receipt.miner = 4), Error::UnknownMiner);
        refused(with(&miners, 0, |receipt| receipt.miner = u32::MAX), Error::UnknownMiner);
    });
}

#[test]
fn a_miner_that_has_gone_since_it_signed_leaves_its_slot_unfilled() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        Chain::age_bonds();
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&miners[3].operator, call::exit(3));
        Chain::does(&miners[3].operator, call::remove(3));
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert_eq!(Chain::slot(0, 3), Slot::Empty);
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::SlotUnfilled { deal: 0, slot: 3, miner: 3, reason: Unfilled::Inactive })
        )));
    });
}

#[test]
fn a_receipt_expires() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        Chain::pass(5);
        let block = System::block_number();
        let (mut request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        request.receipts[2] = miners[2].receipt_until(&ALICE, &request, 2, block - 1);
        refused(request.clone(), Error::ReceiptExpired);
        request.receipts[2] = miners[2].receipt_until(&ALICE, &request, 2, block);
        Chain::does(&ALICE, call::create_deals(vec![request]));
    });
}

#[test]
fn a_receipt_is_valid_for_no_longer_than_receipts_may_be() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let block = System::block_number();
        let (mut request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        request.receipts[2] = miners[2].receipt_until(&ALICE, &request, 2, block + 601);
        refused(request.clone(), Error::ReceiptTooLong);
        request.receipts[2] = miners[2].receipt_until(&ALICE, &request, 2, block + 600);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert_eq!(Chain::deal(0).receipts_until, block + 600, "the record must outlive every receipt");
    });
}

#[test]
fn a_receipt_has_a_least_price() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        refused(with(&miners, 1, |receipt| receipt.least_price += 1), Error::PriceTooLow);
        // Paying more than was asked is allowed: one price at or above every least.
        let (mut request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        request.price *= 2;
        Chain::does(&ALICE, call::create_deals(vec![request]));
    });
}

#[test]
fn a_forged_or_altered_receipt_is_refused() {
    Chain::run(|| {
        let miners = Miner::register_many(5);
        refused(with(&miners, 0, |receipt| receipt.signature[0] ^= 1), Error::BadReceipt);
        refused(with(&miners, 0, |receipt| receipt.signature = [0; 64]), Error::BadReceipt);
        refused(with(&miners, 0, |receipt| receipt.valid_until += 1), Error::BadReceipt);
        refused(with(&miners, 0, |receipt| receipt.least_price -= 1), Error::BadReceipt);
        // Another miner's.
        refused(with(&miners, 0, |receipt| receipt.miner = 4), Error::BadReceipt);
        // Another slot's.
        let (mut request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        let (first, second) = (request.receipts[0].signature, request.receipts[1].signature);
        request.receipts[0].signature = second;
        request.receipts[1].signature = first;
        refused(request, Error::BadReceipt);
    });
}

#[test]
fn a_receipt_stands_for_one_root_length_term_and_salt() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (good, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        let mut other_root = good.clone();
        other_root.roots[3] = [7; 32];
        let mut other_length = good.clone();
        other_length.shard_len = 4096 + 64;
        let mut other_term = good.clone();
        other_term.term = 401;
        let mut other_salt = good.clone();
        other_salt.salt = [7; 16];
        let mut swapped_roots = good.clone();
        (swapped_roots.roots[0], swapped_roots.roots[1]) = (good.roots[1], good.roots[0]);
        for request in [other_root, other_length, other_term, other_salt, swapped_roots] {
            refused(request, Error::BadReceipt);
        }
    });
}

#[test]
fn a_stolen_receipt_is_worth_nothing() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::refuses(&BOB, call::create_deals(vec![request]), Error::BadReceipt);
    });
}

#[test]
fn a_receipt_of_a_former_peer_key_or_of_another_chain_is_worth_nothing() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Miners::<Test>::mutate(0, |record| record.as_mut().unwrap().peer_key = [1; 32]);
        let call = call::create_deals(vec![request.clone()]);
        assert_eq!(Chain::call(&ALICE, call.clone()), Err(Error::BadReceipt.into()));
        Miners::<Test>::mutate(0, |record| record.as_mut().unwrap().peer_key = miners[0].key.public().0);
        frame_system::BlockHash::<Test>::insert(0, sp_core::H256([9; 32]));
        assert_eq!(Chain::call(&ALICE, call), Err(Error::BadReceipt.into()));
    });
}

#[test]
fn a_miner_far_below_its_share_is_not_admitted() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        // A mebibyte beside four tebibytes: drawn once in a million times.
        miners.push(Miner::register_with(&account(4), 4, 1 << 20, 10 * COIN));
        let (mut request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::pass(20);
        request.receipts[3] = miners[4].receipt(&ALICE, &request, 3);
        refused(request, Error::NotAdmitted);
    });
}

#[test]
fn one_operator_has_its_share_of_a_copy_and_no_more() {
    Chain::run(|| {
        let mut miners: Vec<Miner> = (0..3).map(|key| Miner::register_for(&account(0), key)).collect();
        miners.extend((3..6).map(Miner::register));
        // Four operators: one slot each is their even share, two are allowed.
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        refused(request.clone(), Error::TooManyOfOperator);
        let mut spread = request;
        spread.receipts[2] = miners[4].receipt(&ALICE, &spread, 2);
        Chain::does(&ALICE, call::create_deals(vec![spread]));
        // A copy is a copy: two slots in each of two.
        let (mut request, _) = miner::request([9; 16], SMALL, 2, 64, 40);
        let holders = [0, 1, 3, 4, 0, 1, 3, 4];
        let receipts = (0..8u8).map(|slot| miners[holders[usize::from(slot)]].receipt(&ALICE, &request, slot)).collect();
        request.receipts = frame_support::BoundedVec::truncate_from(receipts);
        Chain::does(&ALICE, call::create_deals(vec![request]));
    });
}

#[test]
fn a_lone_operator_may_serve_a_whole_copy() {
    Chain::run(|| {
        let miners: Vec<Miner> = (0..4).map(|key| Miner::register_for(&account(0), key)).collect();
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
    });
}

#[test]
fn a_deals_record_outlives_its_receipts_so_that_none_is_replayed() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 40);
        let until = request.receipts[0].valid_until;
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        Chain::pass(45);
        Chain::does(&BOB, call::settle(0));
        assert!(Chain::deal(0).is_closed());
        assert!(System::block_number() < until, "the receipts are still valid");
        refused(request.clone(), Error::SaltUsed);
        // Settling again before the time changes nothing.
        Chain::does(&BOB, call::settle(0));
        refused(request.clone(), Error::SaltUsed);
        while System::block_number() < until {
            Chain::next_block();
        }
        Chain::does(&BOB, call::settle(0));
        refused(request.clone(), Error::SaltUsed);
        Chain::next_block();
        Chain::does(&BOB, call::settle(0));
        assert!(pallet_idlewild_deals::Deals::<Test>::get(0).is_none());
        Chain::refuses(&BOB, call::settle(0), Error::NoSuchDeal);
        refused(request, Error::ReceiptExpired);
        assert_eq!(Deals::held_for(&ALICE), 0);
    });
}

#[test]
fn a_key_without_a_miner_signs_nothing() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let stranger = ed25519::Pair::from_seed(&[200; 32]);
        let request = with(&miners, 0, |receipt| receipt.signature = stranger.sign(b"anything").0);
        refused(request, Error::BadReceipt);
    });
}

#[test]
fn small_operators_narrow_nobodys_share() {
    Chain::run(|| {
        let miners: Vec<Miner> = (0..4).map(|key| Miner::register_for(&account(0), key)).collect();
        // Ten with the least bond, whatever they say they have.
        for key in 10..20 {
            Miner::register_with(&account(key), key, 1 << 40, 10 * COIN);
        }
        assert_eq!(ActiveOperators::<Test>::get(), 1);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
    });
}

#[test]
fn a_record_that_waits_for_its_receipts_goes_with_what_others_do_later() {
    for closes in [true, false] {
        Chain::run(|| {
            let miners = Miner::register_many(4);
            let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 40);
            let until = request.receipts[0].valid_until;
            let (long, _) = miner::request([9; 16], SMALL, 1, 4096, 290);
            let mut long = long;
            miner::sign(&mut long, &BOB, &miners);
            Chain::does(&ALICE, call::create_deals(vec![request]));
            Chain::does(&BOB, call::create_deals(vec![long]));
            Chain::pass(45);
            Chain::does(&CAROL, call::settle(0));
            assert!(Chain::deal(0).is_closed());
            while System::block_number() <= until {
                Chain::next_block();
            }
            if closes {
                Chain::does(&CAROL, call::settle(1));
            } else {
                let (request, _) = miner::signed_request(&BOB, &miners, SMALL, 40);
                Chain::does(&BOB, call::create_deals(vec![request]));
            }
            assert!(pallet_idlewild_deals::Deals::<Test>::get(0).is_none());
            assert_eq!(pallet_idlewild_deals::Salts::<Test>::iter_prefix(&ALICE).count(), 0);
        });
    }
}
