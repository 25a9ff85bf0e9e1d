//! How `offers` is configured in tests, and the hands to make providers.

use frame_support::{parameter_types, BoundedVec};
use idlewild_compute_primitives::{
    resources::{Attributes, Prices, Resources, Runtimes},
    Balance, ProviderId,
};
use idlewild_storage_primitives::receipt::registration_message;
use pallet_idlewild_offers::{types::Provider, Call, Config, NextProvider};
use sp_core::{ed25519, Pair};

use crate::{
    account,
    runtime::{Balances, Clock, LeastBond, Offers, RuntimeCall, RuntimeHoldReason, Test, COIN},
    AccountId, Chain,
};

parameter_types! {
    /// How long a bond of a compute provider stays after it was put up.
    pub const BondStays: u32 = 20;
}

impl Config for Test {
    type WeightInfo = ();
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type LeastBond = LeastBond;
    type BondStays = BondStays;
}

/// Where providers of the tests listen.
pub const ENDPOINT: &str = "/ip4/127.0.0.1/tcp/4100";

/// A machine with plenty of everything, and two graphics processors.
pub const MACHINE: Resources = Resources {
    cpu_milli: 64_000,
    ram_mib: 262_144,
    disk_mib: 1_048_576,
    gpus: 2,
    vram_mib: 16_384,
    up_kbps: 1_000_000,
    down_kbps: 1_000_000,
};

/// One that runs modules and containers.
pub fn attributes() -> Attributes {
    Attributes { runtimes: Runtimes { wasi: true, oci: true }, gpu_model: 1, ..Attributes::default() }
}

/// Prices that differ in every dimension.
pub const PRICES: Prices = Prices { cpu_milli: 600, ram_mib: 60, disk_mib: 6, gpu: 600_000, up_kbps: 12, down_kbps: 18 };

/// The peer key of provider number `index`: another than that of the miner of this number.
pub fn peer_key(index: u8) -> ed25519::Pair {
    let mut seed = [index; 32];
    seed[0] = 0xc0;
    ed25519::Pair::from_seed(&seed)
}

/// The call with which an operator registers a provider, signed by its peer key for this chain.
pub fn register_call(
    operator: &AccountId,
    key: &ed25519::Pair,
    offer: (Resources, Attributes, Prices),
    bond: Balance,
) -> RuntimeCall {
    let peer_key = key.public().0;
    let peer_signature = key.sign(&registration_message(&Clock::genesis(), &operator.clone().into(), &peer_key)).0;
    let (offered, attributes, prices) = offer;
    let endpoint = BoundedVec::truncate_from(ENDPOINT.as_bytes().to_vec());
    Call::register { peer_key, peer_signature, endpoint, offered, attributes, prices, bond }.into()
}

/// Registers a provider of [`account`] number `index`, with the peer key of that number.
#[track_caller]
pub fn provider(index: u8, resources: Resources, attributes: Attributes, prices: Prices, bond: Balance) -> ProviderId {
    provider_of(&account(index), index, resources, attributes, prices, bond)
}

/// Registers a provider of any operator, with the peer key of number `index`.
#[track_caller]
pub fn provider_of(
    operator: &AccountId,
    index: u8,
    resources: Resources,
    attributes: Attributes,
    prices: Prices,
    bond: Balance,
) -> ProviderId {
    let id = NextProvider::<Test>::get();
    let registered = Chain::call(operator, register_call(operator, &peer_key(index), (resources, attributes, prices), bond));
    assert_eq!(registered, Ok(()), "a provider of the tests cannot be registered");
    id
}

/// Registers a provider of [`account`] number `index` with plenty of everything.
#[track_caller]
pub fn any_provider(index: u8) -> ProviderId {
    provider(index, MACHINE, attributes(), PRICES, 1_000 * COIN)
}

/// A provider's record.
#[track_caller]
pub fn record(id: ProviderId) -> Provider<AccountId> {
    match Offers::get(id) {
        Ok(record) => record,
        Err(_) => panic!("there is no provider {id}"),
    }
}

/// Requester number `index`, who is nobody else in tests.
pub fn requester(index: u8) -> AccountId {
    let mut bytes = [0xee; 32];
    bytes[0] = index;
    AccountId::new(bytes)
}

/// Notes so many agreed results of a provider, each of a requester of its own, as if a fee had been burned for each.
pub fn agree(id: ProviderId, results: u8) {
    (0..results).for_each(|index| Offers::note_agreed(id, &requester(index)));
}
