//! `drop_deal`: a gateway ends what it stored for a bucket, and nothing else of its owner's.

use frame_support::dispatch::GetDispatchInfo;
use idlewild_storage_primitives::DealId;
use pallet_idlewild_buckets::WeightInfo;
use pallet_idlewild_test_runtime::{call, Deals, Miner};

use super::{
    stored::{allowance, rich, salt_of, store, ALLOWED},
    *,
};

type DealsError = pallet_idlewild_deals::Error<Test>;
type GatewaysError = pallet_idlewild_gateways::Error<Test>;

/// From this age on a deal can be ended here.
const RIPE: Moment = 40;

fn drop_deal(bucket: BucketId, deal: DealId) -> RuntimeCall {
    Call::drop_deal { bucket, deal }.into()
}

#[test]
fn what_is_left_is_the_owners_and_the_allowance_stays() {
    Chain::run(|| {
        let (id, [first, _]) = rich();
        let miners = Miner::register_many(4);
        let deal = store(&miners, &ALICE, &first, salt_of(id, &first, 0));
        let (held, left) = (Deals::held_for(&ALICE), allowance(&first));
        assert!(held > 0 && left < ALLOWED);
        Chain::refuses(&first, drop_deal(id, deal), DealsError::TooYoung);
        Chain::pass(RIPE);
        let free = Balances::balance(&ALICE);
        Chain::does(&first, drop_deal(id, deal));
        assert!(saw(Event::DealDropped { bucket: id, gateway: first.clone(), deal }));
        assert!(Chain::deal(deal).is_closed());
        assert_eq!((Balances::balance(&ALICE), Deals::held_for(&ALICE)), (free + held, 0));
        assert_eq!((allowance(&first), Chain::wealth(&first)), (left, 0));
        Chain::refuses(&first, drop_deal(id, deal), DealsError::DealOver);
        Chain::refuses(&first, drop_deal(id, 99), DealsError::NoSuchDeal);
    });
}

#[test]
fn it_needs_no_lease_and_no_allowance() {
    Chain::run(|| {
        let (id, [first, second]) = rich();
        let miners = Miner::register_many(4);
        let deal = store(&miners, &ALICE, &first, salt_of(id, &first, 7));
        Chain::does(&second, acquire(id, MIN_LEASE));
        Chain::does(&ALICE, pallet_idlewild_gateways::Call::allow { account: first.clone(), allowance: 0 }.into());
        Chain::pass(RIPE);
        Chain::does(&first, drop_deal(id, deal));
        assert!(Chain::deal(deal).is_closed());
    });
}

#[test]
fn what_is_not_of_the_bucket_and_the_gateway_it_cannot_end() {
    Chain::run(|| {
        let (id, [first, second]) = rich();
        Chain::does(&ALICE, create(Some((&first, 2))));
        let other = id + 1;
        let miners = Miner::register_many(4);
        let own = store(&miners, &ALICE, &ALICE, [7; 16]);
        let of_first = store(&miners, &ALICE, &first, salt_of(id, &first, 0));
        let of_second = store(&miners, &ALICE, &second, salt_of(id, &second, 0));
        let of_other = store(&miners, &ALICE, &first, salt_of(other, &first, 0));
        // Bob's salts are his to choose.
        let of_bob = store(&miners, &BOB, &BOB, salt_of(id, &first, 1));
        // The tag is the first half, and all of it.
        let mut almost = salt_of(id, &first, 2);
        almost[7] ^= 1;
        let almost = store(&miners, &ALICE, &first, almost);
        Chain::pass(RIPE);
        for deal in [own, of_second, of_other, of_bob, almost] {
            Chain::refuses(&first, drop_deal(id, deal), Error::ForeignDeal);
        }
        for deal in [own, of_first, of_other, of_bob, almost] {
            Chain::refuses(&second, drop_deal(id, deal), Error::ForeignDeal);
        }
        Chain::refuses(&first, drop_deal(other, of_first), Error::ForeignDeal);
        // Nor by the way that is for other things.
        for deal in [own, of_first] {
            for call in [call::cancel(deal), call::settle(deal), drop_deal(id, deal)] {
                Chain::refuses(&first, act(call), GatewaysError::CallNotAllowed);
            }
        }
        Chain::does(&first, drop_deal(other, of_other));
        Chain::does(&first, drop_deal(id, of_first));
        Chain::does(&second, drop_deal(id, of_second));
        assert!([own, of_bob, almost].into_iter().all(|deal| !Chain::deal(deal).is_closed()));
        Chain::does(&ALICE, call::cancel(own));
    });
}

#[test]
fn it_ends_only_while_its_owner_lets_it() {
    Chain::run(|| {
        let (id, [first, second]) = rich();
        let stranger = serve(&ALICE, 2, 0);
        let miners = Miner::register_many(4);
        let [one, two, three] = [0, 1, 2].map(|number| store(&miners, &ALICE, &first, salt_of(id, &first, number)));
        let of_second = store(&miners, &ALICE, &second, salt_of(id, &second, 0));
        Chain::pass(RIPE);
        for who in [ALICE, BOB, stranger] {
            Chain::refuses(&who, drop_deal(id, one), Error::NotGranted);
        }
        Chain::refuses(&first, drop_deal(id + 1, one), Error::NoSuchBucket);
        Chain::does(&ALICE, withdraw(id, &first));
        Chain::refuses(&first, drop_deal(id, one), Error::NotGranted);
        Chain::does(&ALICE, grant(id, &first, 3));
        Chain::does(&first, drop_deal(id, one));
        // A gateway of somebody else's now, which still knows the key.
        Chain::does(&first, retire(&first));
        Chain::refuses(&first, drop_deal(id, two), Error::NotGranted);
        serve(&BOB, 0, COIN);
        Chain::refuses(&first, drop_deal(id, two), Error::NotGranted);
        Chain::does(&ALICE, remove(id));
        Chain::refuses(&second, drop_deal(id, of_second), Error::NoSuchBucket);
        // Whoever owns them ends them.
        [two, three, of_second].into_iter().for_each(|deal| Chain::does(&ALICE, call::cancel(deal)));
    });
}

#[test]
fn a_deal_that_was_given_away_is_its_new_owners() {
    Chain::run(|| {
        let (id, [first, _]) = rich();
        let miners = Miner::register_many(4);
        let deal = store(&miners, &ALICE, &first, salt_of(id, &first, 0));
        Chain::pass(RIPE);
        Chain::does(&ALICE, call::transfer(deal, &BOB, b"for Bob"));
        Chain::refuses(&first, drop_deal(id, deal), Error::ForeignDeal);
        Chain::does(&BOB, call::cancel(deal));
    });
}

#[test]
fn an_extension_goes_with_it() {
    Chain::run(|| {
        let (id, [first, _]) = rich();
        let miners = Miner::register_many(4);
        let deal = store(&miners, &ALICE, &first, salt_of(id, &first, 0));
        Chain::does(&ALICE, call::extend(deal, 1_000, pallet_idlewild_test_runtime::PRICE));
        Chain::pass(RIPE);
        Chain::does(&first, drop_deal(id, deal));
        assert_eq!(Deals::held_for(&ALICE), 0);
    });
}

#[test]
fn it_costs_what_it_takes() {
    Chain::run(|| {
        let (id, [first, _]) = rich();
        let miners = Miner::register_many(4);
        let [one, two] = [0, 1].map(|number| store(&miners, &ALICE, &first, salt_of(id, &first, number)));
        Chain::pass(RIPE);
        let own = <() as WeightInfo>::drop_deal();
        let most = drop_deal(id, one).get_dispatch_info().call_weight;
        assert_eq!(most, own + <() as pallet_idlewild_deals::WeightInfo>::cancel());
        let alone = Chain::call_with_info(&ALICE, call::cancel(one)).unwrap().actual_weight.unwrap();
        let through = Chain::call_with_info(&first, drop_deal(id, two)).unwrap();
        assert_eq!(through.actual_weight, Some(own + alone));
        assert!((own + alone).all_lt(most));
    });
}
