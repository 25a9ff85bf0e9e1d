//! Miners for the benchmarks of this pallet and of those built on it.

use alloc::{format, vec::Vec};
use frame_benchmarking::{account, BenchmarkError};
use frame_support::traits::{fungible::Mutate, Get};
use frame_system::RawOrigin;
use idlewild_storage_primitives::{receipt::registration_message, terms::Load, Balance, MinerId, PeerKey};
use pallet_idlewild_clock::{Now, Pallet as Clock};
use sp_io::crypto::{ed25519_generate, ed25519_sign};
use sp_runtime::KeyTypeId;

use crate::{
    types::{COUNTED_WEIGHT, TOP_SCORE},
    Config, Endpoint, Miners, NextMiner, Pallet, MAX_ENDPOINT,
};

/// Under which the keystore of a benchmark keeps peer keys.
const PEER_KEYS: KeyTypeId = KeyTypeId(*b"peer");
/// Bytes that each of these miners offers.
pub const CAPACITY: u64 = 1 << 50;
/// What each of them asks for, in plancks per GiB and period.
pub const PRICE: Balance = 1 << 40;

/// A miner with the account behind it and its peer key, whose secret is in the keystore.
#[derive(Clone)]
pub struct Peer<AccountId> {
    /// Its number.
    pub id: MinerId,
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

/// What that key signs.
pub fn sign(key: &PeerKey, message: &[u8]) -> Result<[u8; 64], BenchmarkError> {
    let signature = ed25519_sign(PEER_KEYS, &(*key).into(), message);
    Ok(signature.ok_or(BenchmarkError::Stop("a peer key is not in the keystore"))?.into())
}

/// The signature with which `key` consents to serve `operator`.
pub fn consent<T: Config>(operator: &T::AccountId, key: &PeerKey) -> Result<[u8; 64], BenchmarkError> {
    sign(key, &registration_message(&Clock::<T>::genesis(), &operator.clone().into(), key))
}

/// More coins than any benchmark moves.
pub fn fortune<T: Config>() -> Balance {
    T::LeastBond::get().saturating_mul(1_000_000)
}

/// Gives an account a fortune.
pub fn enrich<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
    T::Currency::mint_into(who, fortune::<T>())?;
    Ok(())
}

/// The longest endpoint, ending in `last`.
pub fn endpoint(last: u8) -> Endpoint {
    let mut endpoint: Vec<u8> = core::iter::once(b'/').chain(core::iter::repeat(b'a')).take(MAX_ENDPOINT as usize).collect();
    if let Some(end) = endpoint.last_mut() {
        *end = last;
    }
    Endpoint::truncate_from(endpoint)
}

/// Registers miner number `index` of these benchmarks, of an operator of its own, with bond and room for whatever comes.
pub fn register<T: Config>(index: u32) -> Result<Peer<T::AccountId>, BenchmarkError> {
    let operator: T::AccountId = account("operator", index, 0);
    enrich::<T>(&operator)?;
    let key = peer_key(index);
    let id = NextMiner::<T>::get();
    let bond = T::LeastBond::get().saturating_mul(1_000);
    let signature = consent::<T>(&operator, &key)?;
    let origin = RawOrigin::Signed(operator.clone()).into();
    Pallet::<T>::register(origin, key, signature, endpoint(b'a'), CAPACITY, PRICE, bond)?;
    Ok(Peer { id, operator, key })
}

/// Registers miners number `first` to `first + count - 1`.
pub fn register_many<T: Config>(first: u32, count: u32) -> Result<Vec<Peer<T::AccountId>>, BenchmarkError> {
    (first..first.saturating_add(count)).map(register::<T>).collect()
}

/// Lets so much time pass that bonds may be withdrawn.
pub fn age_bonds<T: Config>() {
    let epoch = Clock::<T>::timing().epoch;
    Now::<T>::mutate(|now| *now = now.saturating_add(epoch.saturating_mul(2)));
}

/// Makes a miner answer for `slots` slots of `chunks` chunks each.
pub fn load<T: Config>(miner: MinerId, slots: u32, chunks: u32) -> Result<(), BenchmarkError> {
    let chunks = u64::from(slots).saturating_mul(u64::from(chunks));
    Pallet::<T>::assign(miner, Load { slots, chunks }, chunks.saturating_mul(1024))?;
    Ok(())
}

/// Where a miner stands to the weight from which its operator counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// It counts, and with the least loss does so no more.
    Just,
    /// It does not, and with the least gain does.
    NotQuite,
}

/// The room that makes a miner of the highest score count.
fn counted_bytes(edge: Edge) -> u64 {
    let bytes = (COUNTED_WEIGHT / u64::from(TOP_SCORE / 100)) << 20;
    match edge {
        Edge::Just => bytes,
        Edge::NotQuite => bytes.saturating_sub(1),
    }
}

/// Leaves a miner as much free capacity as brings it to the edge. Calls that change a miner's weight cost most there, because they
/// change the count of operators as well.
pub fn to_the_edge<T: Config>(miner: MinerId, edge: Edge) -> Result<(), BenchmarkError> {
    Pallet::<T>::mutate(miner, |record| {
        record.capacity = record.used.saturating_add(counted_bytes(edge));
        Ok(())
    })?;
    stands_at::<T>(miner, edge)
}

/// The same by its bond: it answers for chunks that leave it no more of that.
pub fn bond_to_the_edge<T: Config>(miner: MinerId, edge: Edge) -> Result<(), BenchmarkError> {
    let rates = T::Rates::get();
    Pallet::<T>::mutate(miner, |record| {
        let chunk = rates.bond(Load { slots: 0, chunks: 1 }).max(1);
        // Coverage is measured in slots of four mebibytes.
        let slots = counted_bytes(Edge::Just) >> 22;
        let spare = rates.bond(Load::slot(4 << 10)).saturating_mul(slots.into());
        let taken = record.bond.saturating_sub(rates.bond(record.load)).saturating_sub(spare).checked_div(chunk).unwrap_or(0);
        let more = if edge == Edge::NotQuite { 1 << 10 } else { 0 };
        record.load.chunks = record.load.chunks.saturating_add(taken as u64).saturating_add(more);
        Ok(())
    })?;
    stands_at::<T>(miner, edge)
}

fn stands_at<T: Config>(miner: MinerId, edge: Edge) -> Result<(), BenchmarkError> {
    let counts = Miners::<T>::get(miner).is_some_and(|record| record.weight.live() >= COUNTED_WEIGHT);
    if counts == (edge == Edge::Just) {
        Ok(())
    } else {
        Err(BenchmarkError::Stop("a miner does not stand at the edge"))
    }
}

/// Moves `amount` of a miner's bond into its pot, as if it had lost `load`.
pub fn fill_pot<T: Config>(miner: MinerId, load: Load, amount: Balance) {
    Miners::<T>::mutate(miner, |record| {
        if let Some(record) = record {
            record.bond = record.bond.saturating_sub(amount);
            record.pot = record.pot.saturating_add(amount);
            record.lost = record.lost.plus(load);
        }
    });
}
