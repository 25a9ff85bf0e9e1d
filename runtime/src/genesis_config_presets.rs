//! Named genesis states, for a node to start a chain from without a file.
//!
//! Both are for development: their collators and their sudo key are the well-known development accounts, whose secrets are public.

use crate::{
    currency::{EXISTENTIAL_DEPOSIT, IDW},
    AccountId, AuraId, Balance, BalancesConfig, CollatorSelectionConfig, ParachainInfoConfig,
    PolkadotXcmConfig, RuntimeGenesisConfig, SessionConfig, SessionKeys, SudoConfig,
};
use alloc::{vec, vec::Vec};
use cumulus_primitives_core::ParaId;
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;

/// The parachain id in both presets.
pub const PARA_ID: u32 = 2_000;
/// What each development account starts with.
pub const ENDOWMENT: Balance = 1_000_000 * IDW;
/// The version of XCM to use with a chain that has not said which it knows.
const SAFE_XCM_VERSION: u32 = staging_xcm::prelude::XCM_VERSION;

/// A development chain with these collators. The first of them holds the sudo key.
fn development_chain(collators: &[Sr25519Keyring]) -> Value {
    let collators: Vec<(AccountId, AuraId)> = collators
        .iter()
        .map(|key| (key.to_account_id(), AuraId::from(key.public())))
        .collect();
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known()
                .map(|key| (key.to_account_id(), ENDOWMENT))
                .collect::<Vec<_>>(),
        },
        parachain_info: ParachainInfoConfig {
            parachain_id: ParaId::new(PARA_ID)
        },
        collator_selection: CollatorSelectionConfig {
            invulnerables: collators
                .iter()
                .map(|(account, _)| account.clone())
                .collect::<Vec<_>>(),
            candidacy_bond: EXISTENTIAL_DEPOSIT * 16,
        },
        session: SessionConfig {
            keys: collators
                .iter()
                .map(|(account, aura)| (
                    account.clone(),
                    account.clone(),
                    SessionKeys { aura: aura.clone() }
                ))
                .collect::<Vec<_>>(),
        },
        polkadot_xcm: PolkadotXcmConfig {
            safe_xcm_version: Some(SAFE_XCM_VERSION)
        },
        sudo: SudoConfig {
            key: collators.first().map(|(account, _)| account.clone())
        },
    })
}

/// The preset of this name as JSON, a patch to the default genesis; `None` if there is none of this name.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_str() {
        DEV_RUNTIME_PRESET => development_chain(&[Sr25519Keyring::Alice]),
        LOCAL_TESTNET_RUNTIME_PRESET => {
            development_chain(&[Sr25519Keyring::Alice, Sr25519Keyring::Bob])
        }
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![
        PresetId::from(DEV_RUNTIME_PRESET),
        PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET),
    ]
}
