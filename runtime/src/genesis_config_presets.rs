//! Named genesis states, for a node to start a chain from without a file.
//!
//! Both are for development: their collators and their sudo key are the well-known development accounts, whose secrets are public.
//! They differ in what is behind them: a development node stands alone and has no randomness but its own blocks' hashes, while a
//! local testnet has a relay chain, and draws from it like a live chain does.

use crate::{
    currency::{EXISTENTIAL_DEPOSIT, IDW},
    AccountId, AuraId, Balance, BalancesConfig, CapacityConfig, ClockConfig, CollatorSelectionConfig, EmissionConfig,
    NamesConfig, OffersConfig, ParachainInfoConfig, PolkadotXcmConfig, ProjectsConfig, RandomnessConfig, RuntimeGenesisConfig,
    ServicesConfig, SessionConfig, SessionKeys, SudoConfig, TrackersConfig,
};
use alloc::{vec, vec::Vec};
use cumulus_primitives_core::ParaId;
use frame_support::build_struct_json_patch;
use idlewild_capacity_primitives::view::RoundRules;
use idlewild_compute_primitives::{
    chunk::Deadlines,
    lease::LeaseRules,
    panel::PanelRules,
    trust::{TrustRules, SAMPLED},
};
use idlewild_names_primitives::rules::NameRules;
use idlewild_storage_primitives::{ledger::FailureRule, view::Timing};
use pallet_idlewild_randomness::Origin as RandomnessOrigin;
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;

/// The parachain id in both presets.
pub const PARA_ID: u32 = 2_000;
/// What each development account starts with.
pub const ENDOWMENT: Balance = 1_000_000 * IDW;
/// The version of XCM to use with a chain that has not said which it knows.
const SAFE_XCM_VERSION: u32 = staging_xcm::prelude::XCM_VERSION;

/// Short periods, so that a miner's life can be watched: with blocks every second a period is twenty seconds. To append there is
/// longer, as a miner that was killed may have to start for it.
pub const DEVELOPMENT_TIMING: Timing = Timing {
    period: 20,
    failure: FailureRule { consecutive: 2, within: 6, window: 24 },
    append_deadline: 30,
    rank_window: 3,
    rank_windows: 5,
    claim: 20,
    probation: 1,
    epoch: 20,
    min_term: 20,
    max_term: 1_000_000,
};

/// Rounds as long as on a live chain, which with blocks every second are ten seconds; bonds that count after three of them; a network
/// of one warp to begin with.
pub const DEVELOPMENT_ROUNDS: RoundRules = RoundRules { length: 10, bond_age: 3, nonces: 4_096 };

/// Results that are final within a minute of blocks every second, and panels that have time to run them again.
pub const DEVELOPMENT_DEADLINES: Deadlines = Deadlines { race: 2, acknowledge: 20, reveal: 40, challenge: 20, adjudicate: 200 };
/// Panels in step with that.
pub const DEVELOPMENT_PANELS: PanelRules = PanelRules { commit: 150, reveal: 50, leave: 600 };
/// One requester is enough to make a provider trusted: there may be no other.
pub const DEVELOPMENT_TRUST: TrustRules = TrustRules { trusted_from: 10, most_of_requester: 64 };
/// Vouchers every half minute of blocks every second.
pub const DEVELOPMENT_LEASES: LeaseRules = LeaseRules { period: 30, start: 120, close: 10, silent: 2 };

/// Names for ten minutes of blocks every second, two minutes to renew them, and a premium that is gone as soon.
pub const DEVELOPMENT_NAMES: NameRules = NameRules { period: 600, grace: 120, day: 5, min_age: 2, max_age: 600 };

/// A chain for tests with these collators. The first of them holds the sudo key.
fn test_chain(collators: &[Sr25519Keyring], randomness: RandomnessOrigin) -> Value {
    let collators: Vec<(AccountId, AuraId)> =
        collators.iter().map(|key| (key.to_account_id(), AuraId::from(key.public()))).collect();
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known().map(|key| (key.to_account_id(), ENDOWMENT)).collect::<Vec<_>>(),
        },
        parachain_info: ParachainInfoConfig { parachain_id: ParaId::new(PARA_ID) },
        collator_selection: CollatorSelectionConfig {
            invulnerables: collators.iter().map(|(account, _)| account.clone()).collect::<Vec<_>>(),
            candidacy_bond: EXISTENTIAL_DEPOSIT * 16,
        },
        session: SessionConfig {
            keys: collators
                .iter()
                .map(|(account, aura)| (account.clone(), account.clone(), SessionKeys { aura: aura.clone() }))
                .collect::<Vec<_>>(),
        },
        polkadot_xcm: PolkadotXcmConfig { safe_xcm_version: Some(SAFE_XCM_VERSION) },
        clock: ClockConfig { timing: Some(DEVELOPMENT_TIMING) },
        randomness: RandomnessConfig { source: randomness },
        emission: EmissionConfig { open: true },
        capacity: CapacityConfig { rules: Some(DEVELOPMENT_ROUNDS) },
        offers: OffersConfig { trust: Some(DEVELOPMENT_TRUST) },
        trackers: TrackersConfig { rules: Some(DEVELOPMENT_PANELS) },
        projects: ProjectsConfig { deadlines: Some(DEVELOPMENT_DEADLINES), sampled: SAMPLED },
        services: ServicesConfig { rules: Some(DEVELOPMENT_LEASES) },
        names: NamesConfig { rules: Some(DEVELOPMENT_NAMES) },
        sudo: SudoConfig { key: collators.first().map(|(account, _)| account.clone()) },
    })
}

/// The preset of this name as JSON, a patch to the default genesis; `None` if there is none of this name.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_str() {
        DEV_RUNTIME_PRESET => test_chain(&[Sr25519Keyring::Alice], RandomnessOrigin::ParentHash),
        LOCAL_TESTNET_RUNTIME_PRESET => test_chain(&[Sr25519Keyring::Alice, Sr25519Keyring::Bob], RandomnessOrigin::Relay),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)]
}
