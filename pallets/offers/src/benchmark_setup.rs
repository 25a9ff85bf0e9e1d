//! Providers for the benchmarks of this pallet and of those built on it.

use alloc::{format, vec::Vec};
use frame_benchmarking::{account, BenchmarkError};
use frame_support::traits::{fungible::Mutate, Get};
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    resources::{Arch, Attributes, Prices, Resources, Runtimes, Tier},
    Balance, PeerKey, ProviderId,
};
use idlewild_storage_primitives::receipt::registration_message;
use pallet_idlewild_clock::{Now, Pallet as Clock};
use sp_io::crypto::{ed25519_generate, ed25519_sign};
use sp_runtime::KeyTypeId;

use crate::{
    types::{Offer, TOP_SCORE},
    Config, Endpoint, NextProvider, Pallet, MAX_ENDPOINT,
};

/// Under which the keystore of a benchmark keeps peer keys.
const PEER_KEYS: KeyTypeId = KeyTypeId(*b"peer");

/// What each of these providers offers: more than any benchmark takes.
pub const OFFER: Offer = Offer {
    offered: Resources {
        cpu_milli: 1 << 30,
        ram_mib: 1 << 30,
        disk_mib: 1 << 30,
        gpus: 1 << 20,
        vram_mib: 1 << 20,
        up_kbps: 1 << 30,
        down_kbps: 1 << 30,
    },
    attributes: Attributes {
        region: *b"NO",
        arch: Arch::Amd64,
        tier: Tier::Container,
        runtimes: Runtimes { wasi: true, oci: true },
        gpu_model: 1,
        host_class: [7; 8],
        only_for: None,
    },
    prices: Prices { cpu_milli: 600, ram_mib: 60, disk_mib: 6, gpu: 600_000, up_kbps: 6, down_kbps: 6 },
};

/// A provider with the account behind it and its peer key, whose secret is in the keystore.
#[derive(Clone)]
pub struct Peer<AccountId> {
    /// Its number.
    pub id: ProviderId,
    /// The account behind it.
    pub operator: AccountId,
    /// Its peer key.
    pub key: PeerKey,
}

/// The peer key of number `index`, the same one each time.
pub fn peer_key(index: u32) -> PeerKey {
    // A seed in hex: anything else would be stretched like a password, which takes longer than most benchmarks.
    let seed = format!("0x{:064x}", u64::from(index).saturating_add(1));
    ed25519_generate(PEER_KEYS, Some(seed.into_bytes())).into()
}

/// The signature with which `key` consents to serve `operator`.
pub fn consent<T: Config>(operator: &T::AccountId, key: &PeerKey) -> Result<[u8; 64], BenchmarkError> {
    let message = registration_message(&Clock::<T>::genesis(), &operator.clone().into(), key);
    let signature = ed25519_sign(PEER_KEYS, &(*key).into(), &message);
    Ok(signature.ok_or(BenchmarkError::Stop("a peer key is not in the keystore"))?.into())
}

/// Gives an account more coins than any benchmark moves.
pub fn enrich<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
    T::Currency::mint_into(who, <T as Config>::LeastBond::get().saturating_mul(1_000_000))?;
    Ok(())
}

/// What each of these providers puts up: more than any benchmark lets stand for work.
pub fn bond<T: Config>() -> Balance {
    <T as Config>::LeastBond::get().saturating_mul(10_000)
}

/// The longest endpoint, ending in `last`.
pub fn endpoint(last: u8) -> Endpoint {
    let mut endpoint: Vec<u8> = core::iter::once(b'/').chain(core::iter::repeat(b'a')).take(MAX_ENDPOINT as usize).collect();
    if let Some(end) = endpoint.last_mut() {
        *end = last;
    }
    Endpoint::truncate_from(endpoint)
}

/// Registers provider number `index` of these benchmarks, of an operator of its own, with bond and room for whatever comes.
pub fn register<T: Config>(index: u32) -> Result<Peer<T::AccountId>, BenchmarkError> {
    register_of::<T>(account("provider", index, 0), index)
}

/// The same of any operator, with the peer key of number `index`.
pub fn register_of<T: Config>(operator: T::AccountId, index: u32) -> Result<Peer<T::AccountId>, BenchmarkError> {
    enrich::<T>(&operator)?;
    let key = peer_key(index);
    let id = NextProvider::<T>::get();
    let signature = consent::<T>(&operator, &key)?;
    let origin = RawOrigin::Signed(operator.clone()).into();
    let Offer { offered, attributes, prices } = OFFER;
    Pallet::<T>::register(origin, key, signature, endpoint(b'a'), offered, attributes, prices, bond::<T>())?;
    Ok(Peer { id, operator, key })
}

/// Gives a provider a point of each of so many requesters: as many as can be remembered make its record the longest.
pub fn agree<T: Config>(id: ProviderId, results: u32) {
    for index in 0..results.min(TOP_SCORE.into()) {
        Pallet::<T>::note_agreed(id, &account("requester", index, 0));
    }
}

/// Lets so much time pass that bonds may be withdrawn.
pub fn age_bonds<T: Config>() {
    Now::<T>::mutate(|now| *now = now.saturating_add(T::BondStays::get()));
}
