//! What claims of rounds cost, and whom: the account whose plots they are, and the key of its daemon.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use cumulus_pallet_parachain_system::RelaychainDataProvider;
use frame_support::{
    assert_ok,
    dispatch::GetDispatchInfo,
    traits::fungible::{Inspect, Mutate},
};
use idlewild_capacity_primitives::{
    emission::Emission,
    estimate::bytes_of,
    format::{payload, PlotFormat, PocX, X1},
    round::{asked_scoop, quality, tag},
    view::RoundRules,
    Quality, RoundIndex,
};
use idlewild_runtime::{
    configs::{
        capacity::{FalseClaimSlash, FeeOf},
        collator_selection::StakingPot,
        proxy::ProxyType,
    },
    currency::{IDW, MILLI_IDW},
    genesis_config_presets::ENDOWMENT,
    AccountId, Balance, Balances, BalancesConfig, Capacity, CapacityConfig, Proxy, Runtime, RuntimeCall, RuntimeGenesisConfig,
    RuntimeOrigin, System,
};
use pallet_idlewild_capacity::{
    types::{Round, LIVE_RULES, MAX_CLAIMS, MAX_CLAIMS_IN_BLOCK, MAX_LENGTH},
    Bonds, Call, Current, WeightInfo as _,
};
use pallet_transaction_payment::{ChargeTransactionPayment, Multiplier, NextFeeMultiplier};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie};
use sp_runtime::{
    traits::{BlockNumberProvider, Convert, DispatchTransaction},
    BuildStorage, FixedPointNumber,
};

const ROUND: RoundIndex = 7;
const CHALLENGE: [u8; 32] = [7; 32];
const SEED: [u8; 32] = [5; 32];
const BOND: Balance = 100 * IDW;
/// Bytes of a claim as it is sent.
const EXTRINSIC: usize = 250;
/// What a claim costs that nobody needs to verify.
const LOOK: Balance = 3 * MILLI_IDW;

fn account(key: Sr25519Keyring) -> AccountId {
    key.to_account_id()
}

/// Alice has a bond, and Bob's key is her plotter's. A round is on.
fn chain() -> TestExternalities {
    let genesis = RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: [Alice, Bob, Charlie].map(|who| (account(who), ENDOWMENT)).to_vec(),
            ..Default::default()
        },
        capacity: CapacityConfig { rules: Some(RoundRules { bond_age: 1, ..LIVE_RULES }), ..Default::default() },
        ..Default::default()
    };
    let mut chain = TestExternalities::from(genesis.build_storage().unwrap());
    chain.execute_with(|| {
        System::set_block_number(1);
        RelaychainDataProvider::<Runtime>::set_block_number((ROUND - 1) * LIVE_RULES.length);
        let alice = RuntimeOrigin::signed(account(Alice));
        assert_ok!(Proxy::add_proxy(alice.clone(), account(Bob).into(), ProxyType::Plotter, 0));
        assert_ok!(Capacity::bond(alice, BOND));
        RelaychainDataProvider::<Runtime>::set_block_number(ROUND * LIVE_RULES.length);
        Current::<Runtime>::put(Round {
            index: ROUND,
            challenge: Some(CHALLENGE),
            bound: u64::MAX,
            slash: FalseClaimSlash::get(),
            blocks: 1,
            open: 1,
            built_on: ROUND * LIVE_RULES.length,
            digest: [0; 32],
            best: None,
            verified: Default::default(),
        });
    });
    chain
}

/// How well a nonce of Alice's answers.
fn answer_of(nonce: u64) -> Quality {
    let plot = X1(PocX { seed: SEED, payload: payload(&account(Alice).into()) });
    quality(&CHALLENGE, &plot.scoop(nonce, asked_scoop(&CHALLENGE, ROUND)).unwrap())
}

/// How well her first one does.
fn answer() -> Quality {
    answer_of(0)
}

fn claim_of(miner: Option<Sr25519Keyring>, nonce: u64, quality: Quality) -> RuntimeCall {
    Call::submit { miner: miner.map(account), round: ROUND, tag: tag(&CHALLENGE), seed: SEED, nonce, quality }.into()
}

fn claim(miner: Option<Sr25519Keyring>, quality: Quality) -> RuntimeCall {
    claim_of(miner, 0, quality)
}

/// Makes a call as an extrinsic does. Returns what Alice and Bob have less than before, and whether it was done.
fn costs(signer: Sr25519Keyring, call: RuntimeCall) -> (Balance, Balance, bool) {
    let had = [Alice, Bob].map(|who| Balances::total_balance(&account(who)));
    let info = call.get_dispatch_info();
    let charge = ChargeTransactionPayment::<Runtime>::from(0);
    let done = charge.dispatch_transaction(RuntimeOrigin::signed(account(signer)), call, &info, EXTRINSIC, 0).unwrap();
    let [alice, bob] = [Alice, Bob].map(|who| Balances::total_balance(&account(who)));
    (had[0] - alice, had[1] - bob, done.is_ok())
}

fn bond() -> Balance {
    Bonds::<Runtime>::get(account(Alice)).map_or(0, |bond| bond.amount)
}

/// What one verification costs.
fn verification() -> Balance {
    FeeOf::convert(<Runtime as pallet_idlewild_capacity::Config>::WeightInfo::submit())
}

#[test]
fn a_claim_that_holds_costs_nobody_a_fee_until_a_better_one_comes() {
    chain().execute_with(|| {
        // A pot that is empty takes in no less than an account needs.
        assert_ok!(Balances::mint_into(&StakingPot::get(), IDW));
        let had = Balances::balance(&account(Alice));
        let [worse, better] = {
            let mut answers = [0, 1].map(|nonce| (answer_of(nonce), nonce));
            answers.sort();
            answers.reverse();
            answers
        };
        assert_eq!(costs(Bob, claim_of(Some(Alice), worse.1, worse.0)), (0, 0, true));
        assert_eq!(Balances::balance(&account(Alice)), had - verification(), "the fee is on hold where the reward goes");
        let best = Current::<Runtime>::get().unwrap().best.unwrap();
        assert_eq!((best.miner, best.fee), (account(Alice), verification()));
        assert_eq!(costs(Bob, claim_of(Some(Alice), better.1, better.0)), (verification(), 0, true));
        assert_eq!(Balances::balance(&StakingPot::get()), IDW + verification(), "it goes where all fees go");
    });
}

#[test]
fn only_those_that_need_not_ask_claim_for_an_account() {
    for (kind, delay, may) in [
        (ProxyType::Plotter, 0, true),
        (ProxyType::Any, 0, true),
        (ProxyType::Plotter, 1, false),
        (ProxyType::Any, 1, false),
        (ProxyType::NonTransfer, 0, false),
        (ProxyType::Miner, 0, false),
    ] {
        chain().execute_with(|| {
            let alice = || RuntimeOrigin::signed(account(Alice));
            assert_ok!(Proxy::remove_proxies(alice()));
            assert_ok!(Proxy::add_proxy(alice(), account(Charlie).into(), ProxyType::NonTransfer, 0));
            assert_ok!(Proxy::add_proxy(alice(), account(Bob).into(), kind, delay));
            assert_eq!(Capacity::may_claim_for(account(Alice).into(), account(Bob).into()), may, "{kind:?}, {delay}");
            let (_, _, done) = costs(Bob, claim(Some(Alice), answer()));
            assert_eq!(done, may, "{kind:?}, {delay}");
        });
    }
}

#[test]
fn a_claim_that_is_refused_costs_its_signer_a_look_and_the_miner_nothing() {
    chain().execute_with(|| {
        assert_eq!(costs(Bob, claim(Some(Alice), answer())), (0, 0, true));
        let (owner, key, done) = costs(Bob, claim(Some(Alice), answer()));
        assert!(owner == 0 && key < LOOK && !done, "{key}");
        let (owner, key, done) = costs(Alice, claim(None, answer()));
        assert!(owner < LOOK && key == 0 && !done, "{owner}");
        // Nobody else's key claims for her.
        let (owner, key, done) = costs(Charlie, claim(Some(Alice), answer() - 1));
        assert_eq!((owner, key, done, bond()), (0, 0, false, BOND));
    });
}

#[test]
fn a_false_claim_costs_its_signer_the_verification_and_the_miner_bond() {
    chain().execute_with(|| {
        let (owner, key, done) = costs(Bob, claim(Some(Alice), answer() - 1));
        assert_eq!((owner, bond(), done), (FalseClaimSlash::get(), BOND - FalseClaimSlash::get(), true));
        assert!(key > verification() && key < verification() + LOOK, "{key}");
        // And no more of it for as long as a bond ages, whoever has the key.
        let (owner, key, done) = costs(Bob, claim(Some(Alice), answer() - 1));
        assert!(owner == 0 && key < LOOK && !done, "{key}");
    });
}

#[test]
fn inside_of_another_call_what_is_verified_is_paid_for_by_the_signer_too() {
    chain().execute_with(|| {
        let proxied = |quality| -> RuntimeCall {
            pallet_proxy::Call::proxy {
                real: account(Alice).into(),
                force_proxy_type: None,
                call: Box::new(claim(None, quality)),
            }
            .into()
        };
        let (owner, key, _) = costs(Bob, proxied(answer()));
        assert!(owner == 0 && key > verification(), "{key}");
        assert!(Current::<Runtime>::get().unwrap().best.is_some());
        let (owner, key, _) = costs(Bob, proxied(answer()));
        assert!(owner == 0 && key > verification(), "what is refused is not given back: {key}");
        // A batch gives it back, and takes the fee of what holds all the same.
        Current::<Runtime>::mutate(|round| round.as_mut().unwrap().best = None);
        let batch = || -> RuntimeCall { pallet_utility::Call::batch { calls: vec![claim(None, answer())] }.into() };
        let (owner, _, _) = costs(Alice, batch());
        assert!(owner > verification() && owner < 2 * verification(), "{owner}");
        let (owner, _, _) = costs(Alice, batch());
        assert!(owner < LOOK, "{owner}");
    });
}

#[test]
fn a_batch_that_is_rolled_back_pays_for_what_it_verified_and_takes_no_place() {
    chain().execute_with(|| {
        let fails = pallet_balances::Call::transfer_allow_death { dest: account(Charlie).into(), value: 2 * ENDOWMENT };
        let calls = vec![claim(None, answer() - 1), fails.into()];
        let (owner, _, done) = costs(Alice, pallet_utility::Call::batch_all { calls }.into());
        assert!(!done && owner > verification(), "{owner}");
        assert_eq!(bond(), BOND);
        let round = Current::<Runtime>::get().unwrap();
        assert!(round.verified.is_empty() && round.best.is_none());
        assert_eq!(pallet_idlewild_capacity::InBlock::<Runtime>::get(), 0);
    });
}

#[test]
fn the_fee_on_hold_rises_with_all_others() {
    chain().execute_with(|| {
        let quiet = verification();
        NextFeeMultiplier::<Runtime>::put(Multiplier::saturating_from_integer(3));
        assert_eq!(verification(), 3 * quiet);
        assert_eq!(costs(Bob, claim(Some(Alice), answer())), (0, 0, true));
        assert_eq!(Current::<Runtime>::get().unwrap().best.unwrap().fee, 3 * quiet);
    });
}

#[test]
fn to_fill_the_places_of_a_round_with_false_claims_costs_twice_its_reward() {
    // The fewest places of a round with a reward: its chain was open for claims in half as many blocks as it has relay-chain blocks.
    for length in [4, LIVE_RULES.length, MAX_LENGTH] {
        let places = (length.div_ceil(2) * u32::from(MAX_CLAIMS_IN_BLOCK)).min(MAX_CLAIMS);
        for exponent in 20..=46 {
            let nonces = 1u64 << exponent;
            let genesis = RuntimeGenesisConfig {
                capacity: CapacityConfig { rules: Some(RoundRules { length, bond_age: 1, nonces }), ..Default::default() },
                emission: idlewild_runtime::EmissionConfig { open: true, ..Default::default() },
                ..Default::default()
            };
            TestExternalities::from(genesis.build_storage().unwrap()).execute_with(|| {
                System::set_block_number(1);
                RelaychainDataProvider::<Runtime>::set_block_number(length);
                <Capacity as frame_support::traits::Hooks<u32>>::on_finalize(1);
                let slash = Current::<Runtime>::get().unwrap().slash;
                let reward = Emission::new(IDW).minute(bytes_of(nonces), IDW);
                let price = slash * Balance::from(places);
                // The estimate of a day that is as genesis said falls short by one hit in 1,440.
                assert!(
                    price * 1_000 >= reward * 1_998,
                    "{length}, {exponent}: {places} places cost {price}, and {reward} is won"
                );
            });
        }
    }
    let full = Emission::new(IDW).minute(1 << 60, IDW);
    assert_eq!(full, 2_048 * IDW, "the most that a minute makes");
}
