//! Daemons with a key of their own, tried with real calls: each can do all of a day's work and reach no coin.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use frame_support::{assert_ok, traits::fungible::Inspect};
use idlewild_runtime::{
    configs::proxy::ProxyType, currency::IDW, genesis_config_presets::ENDOWMENT, AccountId, Balances, BalancesConfig, Clock,
    Providers, Proxy, Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, RuntimeOrigin, System,
};
use idlewild_storage_primitives::receipt::registration_message;
use pallet_idlewild_providers::{types::Status, Endpoints, Miners};
use sp_io::TestExternalities;
use sp_keyring::{
    Ed25519Keyring,
    Sr25519Keyring::{self, Alice, Bob, Charlie},
};
use sp_runtime::{traits::Dispatchable, BuildStorage, DispatchError, DispatchResult};

fn account(key: Sr25519Keyring) -> AccountId {
    key.to_account_id()
}

/// Alice runs miner 0, and Bob's key is her daemon's.
fn chain() -> TestExternalities {
    let balances = [Alice, Bob].map(|who| (account(who), ENDOWMENT)).to_vec();
    let genesis = RuntimeGenesisConfig { balances: BalancesConfig { balances, ..Default::default() }, ..Default::default() };
    let mut chain = TestExternalities::from(genesis.build_storage().unwrap());
    chain.execute_with(|| {
        System::set_block_number(1);
        let peer = Ed25519Keyring::Ferdie;
        let key: [u8; 32] = peer.public().into();
        let message = registration_message(&Clock::genesis(), &account(Alice).into(), &key);
        let origin = RuntimeOrigin::signed(account(Alice));
        let endpoint = b"/ip4/127.0.0.1/tcp/1".to_vec().try_into().unwrap();
        assert_ok!(Providers::register(origin.clone(), key, peer.sign(&message).into(), endpoint, 1 << 30, IDW, 100 * IDW));
        assert_ok!(Proxy::add_proxy(origin, account(Bob).into(), ProxyType::Miner, 0));
    });
    chain
}

/// Bob's key claims rounds for Alice, and does nothing else.
fn chain_with_plotter() -> TestExternalities {
    let mut chain = chain();
    chain.execute_with(|| {
        let origin = RuntimeOrigin::signed(account(Alice));
        assert_ok!(Proxy::remove_proxy(origin.clone(), account(Bob).into(), ProxyType::Miner, 0));
        assert_ok!(Proxy::add_proxy(origin, account(Bob).into(), ProxyType::Plotter, 0));
    });
    chain
}

/// Bob makes a call for Alice: what became of the call itself.
fn by_the_daemon(call: impl Into<RuntimeCall>) -> DispatchResult {
    System::reset_events();
    let call = pallet_proxy::Call::proxy { real: account(Alice).into(), force_proxy_type: None, call: Box::new(call.into()) };
    assert_ok!(RuntimeCall::from(call).dispatch(RuntimeOrigin::signed(account(Bob))));
    let executed = System::events().into_iter().find_map(|record| match record.event {
        RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
        _ => None,
    });
    executed.expect("a proxied call is reported")
}

fn endpoint(text: &[u8]) -> RuntimeCall {
    pallet_idlewild_providers::Call::set_endpoint { miner: 0, endpoint: text.to_vec().try_into().unwrap() }.into()
}

fn withdraw() -> RuntimeCall {
    pallet_idlewild_providers::Call::withdraw_bond { miner: 0, amount: IDW }.into()
}

fn filtered() -> DispatchError {
    frame_system::Error::<Runtime>::CallFiltered.into()
}

fn status() -> Status {
    Miners::<Runtime>::get(0).unwrap().status
}

#[test]
fn the_daemon_does_a_days_work() {
    chain().execute_with(|| {
        assert_eq!(by_the_daemon(endpoint(b"/dns/miner.example/tcp/4001")), Ok(()));
        assert_eq!(Endpoints::<Runtime>::get(0).unwrap().into_inner(), b"/dns/miner.example/tcp/4001");
        assert_eq!(by_the_daemon(pallet_idlewild_providers::Call::pause { miner: 0 }), Ok(()));
        assert_eq!(status(), Status::Paused);
        assert_eq!(by_the_daemon(pallet_idlewild_providers::Call::resume { miner: 0 }), Ok(()));
        assert_eq!(by_the_daemon(pallet_idlewild_providers::Call::set_capacity { miner: 0, capacity: 1 << 31 }), Ok(()));
        assert_eq!(Miners::<Runtime>::get(0).unwrap().capacity, 1 << 31);
        // There is nothing to prove, to repair or to collect here: each pallet itself says so, and no filter.
        for call in [
            RuntimeCall::from(pallet_idlewild_proofs::Call::prove { miner: 0, period: 0, proofs: Default::default() }),
            pallet_idlewild_proofs::Call::report_missed { miner: 0 }.into(),
            pallet_idlewild_slots::Call::append { miner: 0, slots: vec![(0, 0)].try_into().unwrap() }.into(),
            pallet_idlewild_slots::Call::report_unappended { deal: 0, slot: 0 }.into(),
            pallet_idlewild_repair::Call::claim_repair { miner: 0, deal: 0, slot: 0 }.into(),
            pallet_idlewild_repair::Call::complete_repair { miner: 0, deal: 0, slot: 0 }.into(),
            pallet_idlewild_deals::Call::settle { deals: vec![0].try_into().unwrap() }.into(),
            pallet_idlewild_deals::Call::decide_probation { deal: 0, slot: 0 }.into(),
        ] {
            let refused = by_the_daemon(call.clone());
            assert!(refused.is_err() && refused != Err(filtered()), "{call:?}: {refused:?}");
        }
    });
}

#[test]
fn the_daemon_works_in_batches_too() {
    chain().execute_with(|| {
        let calls = || vec![endpoint(b"/dns/one.example"), pallet_idlewild_providers::Call::pause { miner: 0 }.into()];
        assert_eq!(by_the_daemon(pallet_utility::Call::batch_all { calls: calls() }), Ok(()));
        assert_eq!(status(), Status::Paused);
        let calls = vec![pallet_idlewild_providers::Call::resume { miner: 0 }.into(), endpoint(b"/dns/two.example")];
        assert_eq!(by_the_daemon(pallet_utility::Call::batch { calls: calls.clone() }), Ok(()));
        assert_eq!(status(), Status::Active);
        assert_eq!(by_the_daemon(pallet_utility::Call::force_batch { calls }), Ok(()));
        assert_eq!(Endpoints::<Runtime>::get(0).unwrap().into_inner(), b"/dns/two.example");
    });
}

#[test]
fn the_daemon_reaches_no_coin() {
    chain().execute_with(|| {
        let wealth = Balances::total_balance(&account(Alice));
        let bond = Miners::<Runtime>::get(0).unwrap().bond;
        let derived = pallet_utility::Call::as_derivative { index: 0, call: Box::new(withdraw()) };
        for call in [
            withdraw(),
            pallet_idlewild_providers::Call::add_bond { miner: 0, amount: IDW }.into(),
            pallet_idlewild_providers::Call::set_price { miner: 0, price: 0 }.into(),
            pallet_idlewild_providers::Call::exit { miner: 0 }.into(),
            pallet_idlewild_providers::Call::remove { miner: 0 }.into(),
            pallet_idlewild_deals::Call::top_up { deal: 0, amount: IDW }.into(),
            pallet_idlewild_deals::Call::create_deals { requests: Default::default() }.into(),
            pallet_balances::Call::transfer_allow_death { dest: account(Charlie).into(), value: IDW }.into(),
            pallet_proxy::Call::add_proxy { delegate: account(Charlie).into(), proxy_type: ProxyType::Any, delay: 0 }.into(),
            derived.into(),
            pallet_idlewild_names::Call::release { name: Default::default() }.into(),
            pallet_idlewild_gateways::Call::allow { account: account(Bob), allowance: IDW }.into(),
            pallet_idlewild_gateways::Call::act { call: Box::new(withdraw()) }.into(),
            pallet_idlewild_buckets::Call::publish { bucket: 0, key: [0; 32] }.into(),
            pallet_idlewild_shares::Call::revoke { share: 0 }.into(),
        ] {
            assert_eq!(by_the_daemon(call.clone()), Err(filtered()), "{call:?}");
            // A batch is no way around the filter: all of it fails, or it stops there.
            assert_eq!(by_the_daemon(pallet_utility::Call::batch_all { calls: vec![call.clone()] }), Err(filtered()));
            assert_eq!(by_the_daemon(pallet_utility::Call::batch { calls: vec![call] }), Ok(()));
            let stopped = |event: &RuntimeEvent| {
                matches!(event, RuntimeEvent::Utility(pallet_utility::Event::BatchInterrupted { index: 0, .. }))
            };
            assert!(System::events().iter().any(|record| stopped(&record.event)));
        }
        assert_eq!(Balances::total_balance(&account(Alice)), wealth);
        assert_eq!(Miners::<Runtime>::get(0).unwrap().bond, bond);
        assert_eq!(status(), Status::Active);
    });
}

#[test]
fn a_plotter_claims_and_reaches_no_coin() {
    chain_with_plotter().execute_with(|| {
        let submit =
            pallet_idlewild_capacity::Call::submit { miner: None, round: 0, tag: [0; 8], seed: [1; 32], nonce: 2, quality: 3 };
        // No round is on here: the pallet itself says so, and no filter.
        let closed = pallet_idlewild_capacity::Error::<Runtime>::RoundNotOpen.into();
        assert_eq!(by_the_daemon(submit), Err(closed));
        for call in [
            RuntimeCall::from(pallet_idlewild_capacity::Call::bond { amount: IDW }),
            pallet_idlewild_capacity::Call::unbond { amount: IDW }.into(),
            pallet_idlewild_providers::Call::pause { miner: 0 }.into(),
            pallet_balances::Call::transfer_allow_death { dest: account(Charlie).into(), value: IDW }.into(),
            pallet_utility::Call::batch { calls: vec![] }.into(),
            withdraw(),
        ] {
            assert_eq!(by_the_daemon(call.clone()), Err(filtered()), "{call:?}");
        }
    });
}
