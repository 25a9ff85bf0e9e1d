//! `prolong_deal`: a gateway lets go on what is stored for a bucket, and nothing else of its owner's.

use frame_support::dispatch::GetDispatchInfo;
use idlewild_storage_primitives::DealId;
use pallet_idlewild_buckets::WeightInfo;
use pallet_idlewild_test_runtime::{call, Deals, Miner, PRICE};

use super::{
    stored::{allowance, rich, salt_of, store, ALLOWED},
    *,
};

type DealsError = pallet_idlewild_deals::Error<Test>;
type GatewaysError = pallet_idlewild_gateways::Error<Test>;

const TERM: Moment = 100;

fn prolong(bucket: BucketId, maker: &AccountId, deal: DealId) -> RuntimeCall {
    Call::prolong_deal { bucket, maker: maker.clone(), deal, term: TERM, max_price: PRICE }.into()
}

fn goes_on(deal: DealId) -> bool {
    Chain::deal(deal).extension.is_some()
}

fn allow(account: &AccountId, allowance: Balance) -> RuntimeCall {
    pallet_idlewild_gateways::Call::allow { account: account.clone(), allowance }.into()
}

#[test]
fn what_it_costs_is_the_owners_and_comes_off_the_allowance() {
    Chain::run(|| {
        let (id, [first, _]) = rich();
        let miners = Miner::register_many(4);
        let deal = store(&miners, &ALICE, &first, salt_of(id, &first, 0));
        let (held, left, free) = (Deals::held_for(&ALICE), allowance(&first), Balances::balance(&ALICE));
        assert!(left < ALLOWED);
        Chain::does(&first, prolong(id, &first, deal));
        let spent = free - Balances::balance(&ALICE);
        assert!(spent > 0 && goes_on(deal));
        assert_eq!((Deals::held_for(&ALICE), allowance(&first)), (held + spent, left - spent));
        assert!(saw(Event::DealProlonged { bucket: id, gateway: first.clone(), maker: first.clone(), deal }));
        assert_eq!(Chain::deal(deal).extension.unwrap().end, Chain::deal(deal).end + TERM);
        Chain::refuses(&first, prolong(id, &first, deal), DealsError::ExtensionPending);
        assert_eq!(Chain::wealth(&first), 0);
    });
}

#[test]
fn beyond_the_allowance_nothing_is_left_of_it() {
    Chain::run(|| {
        let (id, [first, _]) = rich();
        let miners = Miner::register_many(4);
        let [one, two] = [0, 1].map(|number| store(&miners, &ALICE, &first, salt_of(id, &first, number)));
        let left = allowance(&first);
        Chain::does(&first, prolong(id, &first, one));
        let cost = left - allowance(&first);
        Chain::does(&ALICE, allow(&first, cost - 1));
        let before = Balances::balance(&ALICE);
        Chain::refuses(&first, prolong(id, &first, two), GatewaysError::AllowanceSpent);
        assert_eq!((Balances::balance(&ALICE), allowance(&first), goes_on(two)), (before, cost - 1, false));
        Chain::does(&ALICE, allow(&first, cost));
        Chain::does(&first, prolong(id, &first, two));
        assert_eq!(allowance(&first), 0);
    });
}

#[test]
fn what_another_stored_goes_on_whether_it_is_gone_or_not() {
    Chain::run(|| {
        let (id, [first, second]) = rich();
        let miners = Miner::register_many(4);
        let [one, two, three] = [0, 1, 2].map(|number| store(&miners, &ALICE, &first, salt_of(id, &first, number)));
        Chain::does(&second, prolong(id, &first, one));
        Chain::does(&ALICE, withdraw(id, &first));
        Chain::does(&second, prolong(id, &first, two));
        Chain::does(&first, retire(&first));
        Chain::does(&second, prolong(id, &first, three));
        assert!([one, two, three].into_iter().all(goes_on));
        assert!(saw(Event::DealProlonged { bucket: id, gateway: second, maker: first, deal: three }));
    });
}

#[test]
fn what_is_not_of_the_bucket_it_cannot_prolong() {
    Chain::run(|| {
        let (id, [first, second]) = rich();
        Chain::does(&ALICE, create(Some((&first, 2))));
        let other = id + 1;
        let miners = Miner::register_many(4);
        let own = store(&miners, &ALICE, &ALICE, [7; 16]);
        let of_first = store(&miners, &ALICE, &first, salt_of(id, &first, 0));
        let of_other = store(&miners, &ALICE, &first, salt_of(other, &first, 0));
        // Bob's salts are his to choose.
        let of_bob = store(&miners, &BOB, &BOB, salt_of(id, &first, 1));
        let mut almost = salt_of(id, &first, 2);
        almost[7] ^= 1;
        let almost = store(&miners, &ALICE, &first, almost);
        for maker in [&first, &second, &ALICE] {
            for deal in [own, of_other, of_bob, almost] {
                Chain::refuses(&first, prolong(id, maker, deal), Error::ForeignDeal);
            }
        }
        // Named with another maker than its own, and for a bucket that the caller does not serve.
        Chain::refuses(&second, prolong(id, &second, of_first), Error::ForeignDeal);
        Chain::refuses(&second, prolong(other, &first, of_other), Error::NotGranted);
        // Nor by the way that is for other things.
        for deal in [own, of_first] {
            for call in [call::extend(deal, TERM, PRICE), call::top_up(deal, 1), prolong(id, &first, deal)] {
                Chain::refuses(&first, act(call), GatewaysError::CallNotAllowed);
            }
        }
        assert!(![own, of_first, of_other, of_bob, almost].into_iter().any(goes_on));
        Chain::does(&first, prolong(other, &first, of_other));
        Chain::does(&second, prolong(id, &first, of_first));
        Chain::does(&ALICE, call::extend(own, TERM, PRICE));
    });
}

#[test]
fn it_does_so_only_while_its_owner_lets_it() {
    Chain::run(|| {
        let (id, [first, second]) = rich();
        let stranger = serve(&ALICE, 2, ALLOWED);
        let miners = Miner::register_many(4);
        let deal = store(&miners, &ALICE, &first, salt_of(id, &first, 0));
        for who in [ALICE, BOB, stranger] {
            Chain::refuses(&who, prolong(id, &first, deal), Error::NotGranted);
        }
        Chain::refuses(&first, prolong(id + 1, &first, deal), Error::NoSuchBucket);
        Chain::refuses(&first, prolong(id, &first, 99), DealsError::NoSuchDeal);
        Chain::does(&ALICE, withdraw(id, &first));
        Chain::refuses(&first, prolong(id, &first, deal), Error::NotGranted);
        // A gateway of somebody else's now, which still knows the key: Bob's coins are not for Alice's deals.
        Chain::does(&first, retire(&first));
        serve(&BOB, 0, ALLOWED);
        Chain::refuses(&first, prolong(id, &first, deal), Error::NotGranted);
        Chain::does(&ALICE, call::transfer(deal, &BOB, b"for Bob"));
        Chain::refuses(&second, prolong(id, &first, deal), Error::ForeignDeal);
        Chain::does(&BOB, call::extend(deal, TERM, PRICE));
    });
}

#[test]
fn its_conditions_are_those_of_an_extension() {
    Chain::run(|| {
        let (id, [first, _]) = rich();
        let miners = Miner::register_many(4);
        let deal = store(&miners, &ALICE, &first, salt_of(id, &first, 0));
        let with = |term, max_price| Call::prolong_deal { bucket: id, maker: first.clone(), deal, term, max_price }.into();
        Chain::refuses(&first, with(0, PRICE), DealsError::BadTerm);
        Chain::refuses(&first, with(u32::MAX, PRICE), DealsError::BadTerm);
        Chain::refuses(&first, with(TERM, PRICE - 1), DealsError::NobodyAccepts);
        Chain::pass(400);
        Chain::refuses(&first, with(TERM, PRICE), DealsError::DealOver);
    });
}

#[test]
fn it_costs_what_it_takes() {
    Chain::run(|| {
        let (id, [first, _]) = rich();
        let weight = prolong(id, &first, 0).get_dispatch_info().call_weight;
        let extend = call::extend(0, TERM, PRICE).get_dispatch_info().call_weight;
        assert_eq!(weight, <() as WeightInfo>::prolong_deal() + extend);
    });
}
