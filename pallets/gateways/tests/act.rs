//! `act`: what a gateway does in its owner's name, and what it cannot do.

use frame_support::dispatch::{DispatchErrorWithPostInfo, GetDispatchInfo};
use idlewild_storage_primitives::{geometry::Geometry, DealId};
use pallet_idlewild_gateways::WeightInfo;
use pallet_idlewild_test_runtime::{account, call, miner, Miner, RuntimeOrigin, PRICE};

use super::*;

type DealsError = pallet_idlewild_deals::Error<Test>;

const SMALL: Geometry = Geometry { data: 2, parity: 2 };

/// A call that stores something for Alice, and what it takes of her free coins.
fn storing(miners: &[Miner]) -> (RuntimeCall, Balance) {
    let (request, _) = miner::signed_request(&ALICE, miners, SMALL, 400);
    let store = call::create_deals(vec![request]);
    let cost = frame_support::storage::with_transaction(|| {
        let before = Balances::balance(&ALICE);
        Chain::call(&ALICE, store.clone()).unwrap();
        sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(before - Balances::balance(&ALICE)))
    });
    (store, cost.unwrap())
}

fn create_bucket() -> RuntimeCall {
    pallet_idlewild_buckets::Call::create { label: Default::default(), sealed: Default::default(), grant: None }.into()
}

fn owner_of(deal: DealId) -> AccountId {
    Chain::deal(deal).owner
}

#[test]
fn a_deal_is_its_owners_and_comes_off_the_allowance() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (store, cost) = storing(&miners);
        assert!(cost > 0);
        let account = serve(&ALICE, 0, cost + 10 * COIN + 2);
        let free = coins(&ALICE).0;
        Chain::does(&account, act(store));
        let left = 10 * COIN + 2;
        assert_eq!((owner_of(0), coins(&ALICE).0, record(&account).allowance), (ALICE, free - cost, left));
        assert!(saw(Event::Acted { gateway: account.clone(), owner: ALICE, spent: cost, allowance: left }));
        Chain::does(&account, act(create_bucket()));
        assert_eq!(record(&account).allowance, 2);
        // All that was ever on hold for the deal is Alice's, and nothing the gateway's.
        assert_eq!(Chain::wealth(&account), 0);
    });
}

#[test]
fn nothing_is_left_of_a_call_beyond_the_allowance() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (store, cost) = storing(&miners);
        let account = serve(&ALICE, 0, cost - 1);
        Chain::refuses(&account, act(store.clone()), Error::AllowanceSpent);
        assert_eq!(record(&account).allowance, cost - 1);
        Chain::does(&ALICE, allow(&account, cost));
        Chain::does(&account, act(store));
        assert_eq!(record(&account).allowance, 0);
        Chain::refuses(&account, act(create_bucket()), Error::AllowanceSpent);
    });
}

#[test]
fn a_deposit_for_a_bucket_counts_too() {
    Chain::run(|| {
        let deposit = 10 * COIN;
        let account = serve(&ALICE, 0, 2 * deposit + 1);
        let free = coins(&ALICE).0;
        Chain::does(&account, act(create_bucket()));
        Chain::does(&account, act(create_bucket()));
        assert_eq!((coins(&ALICE).0, record(&account).allowance), (free - 2 * deposit, 1));
        assert_eq!(pallet_idlewild_buckets::Buckets::<Test>::get(1).unwrap().owner, ALICE);
        Chain::refuses(&account, act(create_bucket()), Error::AllowanceSpent);
        // What she gets back she does not give to the gateway.
        Chain::does(&ALICE, pallet_idlewild_buckets::Call::remove { bucket: 0 }.into());
        assert_eq!((coins(&ALICE).0, record(&account).allowance), (free - deposit, 1));
    });
}

#[test]
fn refunds_do_not_raise_the_allowance() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        let (id, _) = miner::deal(&ALICE, &mut miners, SMALL, 60);
        Chain::does(&ALICE, call::extend(id, 1_000, PRICE));
        let account = serve(&ALICE, 0, 5);
        Chain::pass(70);
        let free = coins(&ALICE).0;
        // The extension begins, and what was not earned until then is Alice's.
        Chain::does(&account, act(call::fill_slots(id, vec![])));
        assert!(coins(&ALICE).0 > free, "nothing came back");
        assert!(saw(Event::Acted { gateway: account.clone(), owner: ALICE, spent: 0, allowance: 5 }));
        assert_eq!(record(&account).allowance, 5);
        Chain::refuses(&account, act(create_bucket()), Error::AllowanceSpent);
    });
}

#[test]
fn the_error_is_that_of_the_call() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, u128::MAX);
        Chain::refuses(&account, act(call::fill_slots(7, vec![])), DealsError::NoSuchDeal);
        let mut miners = Miner::register_many(4);
        let (id, _) = miner::deal(&BOB, &mut miners, SMALL, 400);
        Chain::refuses(&account, act(call::fill_slots(id, vec![])), DealsError::NotOwner);
        leave(&ALICE, 5 * COIN);
        let poor = pallet_idlewild_buckets::Error::<Test>::NotEnoughCoins;
        Chain::refuses(&account, act(create_bucket()), poor);
    });
}

#[test]
fn a_gateway_does_nothing_else_as_its_owner() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, u128::MAX);
        let second = serve(&account_with_coins(&account), 1, u128::MAX);
        let transfer = pallet_balances::Call::transfer_keep_alive { dest: account.clone(), value: 1 };
        let root = frame_system::Call::set_storage { items: vec![] };
        let release = pallet_idlewild_buckets::Call::remove { bucket: 0 };
        let acts: [RuntimeCall; 18] = [
            transfer.into(),
            root.into(),
            release.into(),
            frame_system::Call::remark { remark: vec![] }.into(),
            call::transfer(0, &account, b""),
            call::decide_probation(0, 0),
            call::settle(0),
            call::top_up(0, 1),
            // Whatever it is for: which of them it may end or prolong is asked of the bucket.
            call::cancel(0),
            call::extend(0, 100, PRICE),
            pallet_idlewild_buckets::Call::drop_deal { bucket: 0, deal: 0 }.into(),
            pallet_idlewild_buckets::Call::prolong_deal {
                bucket: 0,
                maker: account.clone(),
                deal: 0,
                term: 100,
                max_price: PRICE,
            }
            .into(),
            allow(&account, u128::MAX),
            issue(&account, &account, scopes(Rights::ALL, None)),
            register(&ALICE, 2, u128::MAX),
            retire(&account),
            // Also not what itself would be allowed.
            act(create_bucket()),
            act(act(create_bucket())),
        ];
        for call in acts {
            Chain::refuses(&account, act(call.clone()), Error::CallNotAllowed);
            Chain::refuses(&second, act(call), Error::CallNotAllowed);
        }
    });
}

/// The same account, with coins of its own.
fn account_with_coins(account: &AccountId) -> AccountId {
    Balances::force_set_balance(RuntimeOrigin::root(), account.clone(), 1_000 * COIN).unwrap();
    account.clone()
}

#[test]
fn a_gateway_acts_as_its_own_owner_only() {
    Chain::run(|| {
        // Alice's gateway has a gateway itself, which acts as the one and not as the other.
        let first = account_with_coins(&serve(&ALICE, 0, 100 * COIN));
        let second = serve(&first, 1, 100 * COIN);
        let free = coins(&ALICE).0;
        Chain::does(&second, act(create_bucket()));
        assert_eq!(pallet_idlewild_buckets::Buckets::<Test>::get(0).unwrap().owner, first);
        assert_eq!((coins(&ALICE).0, record(&first).allowance), (free, 100 * COIN));
        assert_eq!(record(&second).allowance, 90 * COIN);
    });
}

#[test]
fn who_is_no_gateway_does_not_act() {
    Chain::run(|| {
        Chain::refuses(&BOB, act(create_bucket()), Error::NoSuchGateway);
        let account = serve(&ALICE, 0, u128::MAX);
        Chain::refuses(&ALICE, act(create_bucket()), Error::NoSuchGateway);
        Chain::does(&account, act(create_bucket()));
        Chain::does(&ALICE, retire(&account));
        Chain::refuses(&account, act(create_bucket()), Error::NoSuchGateway);
        // Nor for the owner that it had before.
        serve(&BOB, 0, u128::MAX);
        Chain::does(&account, act(create_bucket()));
        assert_eq!(pallet_idlewild_buckets::Buckets::<Test>::get(1).unwrap().owner, BOB);
    });
}

#[test]
fn it_weighs_what_the_call_weighs_and_itself() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        miner::deal(&ALICE, &mut miners, SMALL, 400);
        let gateway = serve(&ALICE, 0, COIN);
        let own = <() as WeightInfo>::act();
        let weight = |call: &RuntimeCall| call.get_dispatch_info().call_weight;
        let fill = call::fill_slots(0, vec![]);
        assert_eq!(weight(&act(fill.clone())), own + weight(&fill));
        let alone = Chain::call_with_info(&ALICE, fill.clone()).unwrap().actual_weight.unwrap();
        assert!(alone.all_lt(weight(&fill)));
        let through = Chain::call_with_info(&gateway, act(fill)).unwrap();
        assert_eq!(through.actual_weight, Some(own + alone));
        // Also where it fails, and it is not charged for what was not even tried.
        let took = |call: RuntimeCall| -> DispatchErrorWithPostInfo { Chain::call_with_info(&gateway, act(call)).unwrap_err() };
        let missing = call::fill_slots(9, vec![]);
        let alone = Chain::call_with_info(&ALICE, missing.clone()).unwrap_err().post_info.actual_weight.unwrap();
        assert_eq!(took(missing).post_info.actual_weight, Some(own + alone));
        let dear = create_bucket();
        assert_eq!(took(dear.clone()).post_info.actual_weight, Some(own + weight(&dear)));
        assert_eq!(took(call::decide_probation(0, 0)).post_info.actual_weight, Some(own));
    });
}

#[test]
fn filters_of_the_caller_go_along() {
    Chain::run(|| {
        use frame_support::traits::OriginTrait;
        use sp_runtime::traits::Dispatchable;
        let account = serve(&ALICE, 0, u128::MAX);
        let mut origin = RuntimeOrigin::signed(account.clone());
        origin.add_filter(|call: &RuntimeCall| !matches!(call, RuntimeCall::Buckets(_)));
        let refused = act(create_bucket()).dispatch(origin).unwrap_err().error;
        assert_eq!(refused, frame_system::Error::<Test>::CallFiltered.into());
        Chain::does(&account, act(create_bucket()));
    });
}

#[test]
fn a_miner_that_is_its_own_customer_gains_nothing_from_a_gateway() {
    Chain::run(|| {
        // What comes in by the same call is counted against what goes out, and is never more than nothing.
        let mut miners = Miner::register_many(4);
        let (id, _) = miner::deal(&account(0), &mut miners, SMALL, 60);
        Chain::does(&account(0), call::extend(id, 1_000, PRICE));
        let gateway = serve(&account(0), 0, 1);
        miner::keep_proving(miners.iter(), 80);
        let free = coins(&account(0)).0;
        Chain::does(&gateway, act(call::fill_slots(id, vec![])));
        assert!(coins(&account(0)).0 > free);
        assert_eq!(record(&gateway).allowance, 1);
    });
}
