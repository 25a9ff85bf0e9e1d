//! Every preset becomes a genesis state, with what it promises in it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use frame_support::traits::{fungible::Inspect, Get};
use idlewild_runtime::{
    currency::{EXISTENTIAL_DEPOSIT, IDW, MILLI_IDW},
    genesis_config_presets::{get_preset, preset_names, ENDOWMENT, PARA_ID},
    AccountId, AuraId, Balances, Clock, Deals, ParachainInfo, Proofs, Providers, Randomness, Repair, Runtime,
    RuntimeGenesisConfig, Slots,
};
use pallet_idlewild_randomness::{Origin, Source};
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob};
use sp_runtime::BuildStorage;

/// Lays a preset over the default genesis, as a node does.
fn merge(base: &mut Value, patch: Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        },
        (base, patch) => *base = patch,
    }
}

fn genesis(preset: &str) -> TestExternalities {
    let patch = get_preset(&PresetId::from(preset)).unwrap_or_else(|| panic!("no preset {preset}"));
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
    merge(&mut config, serde_json::from_slice(&patch).unwrap());
    let config: RuntimeGenesisConfig = serde_json::from_value(config).unwrap();
    config.build_storage().unwrap().into()
}

fn authorities() -> Vec<AuraId> {
    pallet_aura::Authorities::<Runtime>::get().into_inner()
}

fn account(key: Sr25519Keyring) -> AccountId {
    key.to_account_id()
}

#[test]
fn the_presets_are_the_two_that_nodes_ask_for() {
    assert_eq!(preset_names(), [DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET].map(PresetId::from));
    assert_eq!(get_preset(&PresetId::from("mainnet")), None);
}

#[test]
fn every_preset_builds_a_sound_genesis_state() {
    for name in preset_names() {
        genesis(&name).execute_with(|| {
            let accounts: Vec<_> = Sr25519Keyring::well_known().map(account).collect();
            for who in &accounts {
                assert_eq!(Balances::balance(who), 1_000_000 * IDW, "{name}: {who} has its million");
            }
            assert_eq!(Balances::total_issuance(), ENDOWMENT * accounts.len() as u128, "{name}: no coin of unknown origin");
            assert_eq!(u32::from(ParachainInfo::parachain_id()), PARA_ID);
            assert!(!authorities().is_empty(), "{name}: somebody writes blocks");
            let sound = Clock::do_try_state()
                .and_then(|()| Randomness::do_try_state())
                .and_then(|()| Providers::do_try_state())
                .and_then(|()| Proofs::do_try_state())
                .and_then(|()| Deals::do_try_state())
                .and_then(|()| Slots::do_try_state())
                .and_then(|()| Repair::do_try_state());
            assert_eq!(sound, Ok(()), "{name}");
        });
    }
}

/// Else one of them could keep a miner's proofs out for a whole period.
#[test]
fn a_period_has_three_blocks_of_every_collator() {
    for name in preset_names() {
        genesis(&name).execute_with(|| {
            let (period, collators) = (Clock::timing().period as usize, authorities().len());
            assert!(period >= 3 * collators, "{name}: {period} blocks for {collators} collators");
        });
    }
    let invulnerables: u32 = <Runtime as pallet_collator_selection::Config>::MaxInvulnerables::get();
    let candidates: u32 = <Runtime as pallet_collator_selection::Config>::MaxCandidates::get();
    let most = invulnerables + candidates;
    TestExternalities::default().execute_with(|| {
        let period = Clock::timing().period;
        assert!(period >= 3 * most, "of a live chain: {period} blocks for up to {most} collators");
    });
}

#[test]
fn the_development_chain_is_alices() {
    genesis(DEV_RUNTIME_PRESET).execute_with(|| {
        assert_eq!(authorities(), [AuraId::from(Alice.public())]);
        assert_eq!(pallet_collator_selection::Invulnerables::<Runtime>::get().into_inner(), [account(Alice)]);
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(account(Alice)));
    });
}

#[test]
fn the_local_testnet_belongs_to_alice_and_bob() {
    genesis(LOCAL_TESTNET_RUNTIME_PRESET).execute_with(|| {
        let mut collators = [account(Alice), account(Bob)];
        collators.sort();
        assert_eq!(pallet_collator_selection::Invulnerables::<Runtime>::get().into_inner(), collators);
        assert_eq!(authorities().len(), 2);
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(account(Alice)));
    });
}

#[test]
fn only_the_chain_that_stands_alone_makes_its_own_randomness() {
    for (preset, origin) in [(DEV_RUNTIME_PRESET, Origin::ParentHash), (LOCAL_TESTNET_RUNTIME_PRESET, Origin::Relay)] {
        genesis(preset).execute_with(|| assert_eq!(Source::<Runtime>::get(), origin, "{preset}"));
    }
    let live = RuntimeGenesisConfig::default().build_storage().unwrap();
    TestExternalities::from(live).execute_with(|| assert_eq!(Source::<Runtime>::get(), Origin::Relay));
}

#[test]
fn every_pallet_of_ours_says_how_it_stores_things() {
    use frame_support::traits::{GetStorageVersion, StorageVersion};
    genesis(DEV_RUNTIME_PRESET).execute_with(|| {
        let on_chain = [
            Clock::on_chain_storage_version(),
            Randomness::on_chain_storage_version(),
            Providers::on_chain_storage_version(),
            Proofs::on_chain_storage_version(),
            Deals::on_chain_storage_version(),
            Repair::on_chain_storage_version(),
        ];
        assert_eq!(on_chain, [StorageVersion::new(1); 6]);
        assert_eq!(Clock::in_code_storage_version(), StorageVersion::new(1));
    });
}

#[test]
fn a_chain_that_no_preset_describes_has_no_sudo_key() {
    TestExternalities::from(RuntimeGenesisConfig::default().build_storage().unwrap()).execute_with(|| {
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
    });
}

#[test]
fn the_coin_has_twelve_decimals() {
    assert_eq!(IDW, 10u128.pow(12));
    assert_eq!(MILLI_IDW, 10u128.pow(9));
    assert_eq!(EXISTENTIAL_DEPOSIT, MILLI_IDW);
}
