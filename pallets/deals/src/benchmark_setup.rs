//! Deals for the benchmarks of this pallet and of those built on it.

use alloc::vec::Vec;
use frame_benchmarking::BenchmarkError;
use frame_support::{traits::Get, BoundedVec};
use idlewild_storage_primitives::{
    deal::{Slot, Source, MAX_MANIFEST, MAX_SLOTS},
    geometry::Geometry,
    ledger::{Ledger, Start},
    receipt::{Receipt, SlotReceipt},
    terms::Load,
    Balance, DealId, MinerId, Salt, SlotIndex,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_proofs::{Ledgers, Pallet as Proofs};
use pallet_idlewild_providers::{
    benchmark_setup::{fill_pot, sign, Peer, PRICE},
    Pallet as Providers,
};
use sp_runtime::traits::SaturatedConversion;

use crate::{
    types::{Deal, Extension, Manifest, Request, Roots},
    Config, Deals, DealsOf, Manifests, NextDeal, Pallet, Salts, ShardRoots,
};

/// Bytes of these deals' shards.
pub const SHARD_BYTES: u32 = 64 << 10;
/// Chunks of these deals' shards.
pub const CHUNKS: u32 = SHARD_BYTES / 1024;
/// Slots of the deal that has the most.
pub const MOST_SLOTS: u8 = MAX_SLOTS as u8;

/// A geometry and a number of copies with `slots` slots, or one more where two copies do not divide them evenly.
pub fn shape<T: Config>(slots: u8) -> (Geometry, u8) {
    let most = T::MaxData::get().saturating_add(T::MaxParity::get()).max(2);
    let copies = slots.div_ceil(most).max(1);
    let shards = slots.div_ceil(copies).max(2);
    // At least two parity shards where there is room for them, so that a slot may stay empty.
    let parity = shards.saturating_sub(T::MaxData::get()).max(2).min(shards.saturating_sub(1));
    (Geometry { data: shards.saturating_sub(parity), parity }, copies)
}

/// The longest manifest, full of `byte`.
pub fn manifest(byte: u8) -> Manifest {
    BoundedVec::truncate_from((0..MAX_MANIFEST).map(|_| byte).collect())
}

/// Roots of `slots` shards.
pub fn roots(slots: usize) -> Roots {
    BoundedVec::truncate_from((0..slots).map(|slot| [slot as u8; 32]).collect())
}

/// The shortest term, but never less than six periods.
pub fn term<T: Config>() -> u32 {
    let timing = Clock::<T>::timing();
    timing.min_term.max(timing.period.saturating_mul(6))
}

fn salt(number: DealId) -> Salt {
    u128::from(number).to_le_bytes()
}

/// The receipt of a miner for a slot of a deal with this salt and term.
pub fn receipt<T: Config>(
    owner: &T::AccountId,
    salt: Salt,
    term: u32,
    slot: SlotIndex,
    miner: &Peer<T::AccountId>,
) -> Result<SlotReceipt, BenchmarkError> {
    let block: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
    let valid_until = block.saturating_add(300);
    let receipt = Receipt {
        owner: owner.clone().into(),
        salt,
        slot,
        miner: miner.id,
        root: [slot; 32],
        length: SHARD_BYTES,
        term,
        least_price: PRICE,
        valid_until,
    };
    let signature = sign(&miner.key, &receipt.message(&Clock::<T>::genesis()))?;
    Ok(SlotReceipt { slot, miner: miner.id, least_price: PRICE, valid_until, signature })
}

/// A request for a deal all of whose receipts are good: the miners' in turn, one slot each.
pub fn request<T: Config>(owner: &T::AccountId, miners: &[Peer<T::AccountId>]) -> Result<Request, BenchmarkError> {
    let (geometry, copies) = shape::<T>(miners.len() as u8);
    let slots = geometry.slots(copies).ok_or(BenchmarkError::Stop("a deal has too many slots"))?;
    let salt = salt(NextDeal::<T>::get());
    let term = term::<T>();
    let receipts: Result<Vec<SlotReceipt>, BenchmarkError> =
        (0u8..).zip(miners).map(|(slot, miner)| receipt::<T>(owner, salt, term, slot, miner)).collect();
    Ok(Request {
        salt,
        geometry,
        copies,
        shard_len: SHARD_BYTES,
        term,
        price: PRICE,
        roots: roots(usize::from(slots)),
        receipts: BoundedVec::truncate_from(receipts?),
        manifest: manifest(1),
    })
}

/// Writes a deal as if it had been created now and its slots had become what they are: coins are held for it, but its holders
/// are not asked and need not exist.
pub fn deal<T: Config>(owner: &T::AccountId, slots: Vec<Slot>) -> Result<DealId, BenchmarkError> {
    deal_of::<T>(owner, shape::<T>(slots.len() as u8), slots)
}

/// The same with copies of this geometry, which must have as many slots.
pub fn deal_of<T: Config>(
    owner: &T::AccountId,
    (geometry, copies): (Geometry, u8),
    slots: Vec<Slot>,
) -> Result<DealId, BenchmarkError> {
    let id = NextDeal::<T>::get();
    let now = Clock::<T>::now();
    let term = term::<T>();
    let block: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
    let mut deal = Deal {
        owner: owner.clone(),
        creator: None,
        salt: salt(id),
        geometry,
        copies,
        shard_len: SHARD_BYTES,
        created: now,
        end: now.saturating_add(term),
        term,
        receipts_until: block,
        price: PRICE,
        funds: 0,
        reserve: 0,
        extension: None,
        slots: BoundedVec::truncate_from(slots),
    };
    let count = deal.slots.len();
    deal.funds = deal.rate().saturating_mul(1_000).saturating_mul(count as Balance);
    deal.reserve = T::Rates::get().bounty(deal.load()).saturating_mul(count as Balance);
    Pallet::<T>::hold(owner, deal.held())?;
    ShardRoots::<T>::insert(id, roots(count));
    Manifests::<T>::insert(id, manifest(1));
    DealsOf::<T>::insert(owner, id, ());
    Salts::<T>::insert(owner, deal.salt, id);
    NextDeal::<T>::put(id.saturating_add(1));
    Deals::<T>::insert(id, deal);
    Ok(id)
}

/// As many copies of `shards` slots each as a deal can have.
pub fn copies_of<T: Config>(shards: u8) -> (Geometry, u8) {
    let (geometry, _) = shape::<T>(shards);
    let copies = MOST_SLOTS.checked_div(geometry.shards()).unwrap_or(1);
    (geometry, copies.clamp(1, T::MaxCopies::get()))
}

/// As many slots as a deal can have, of which `first` is the first; the others are held by miners that need not exist.
pub fn widest(first: Slot) -> Vec<Slot> {
    let others = (1..MAX_SLOTS).map(|slot| Slot::Held { miner: u32::MAX.saturating_sub(slot), start: Start::Count(0) });
    core::iter::once(first).chain(others).collect()
}

/// Slots held each by another of these miners, with all of what each has proven still to be paid.
pub fn held<AccountId>(miners: &[Peer<AccountId>]) -> Vec<Slot> {
    miners.iter().map(|miner| Slot::Held { miner: miner.id, start: Start::Count(0) }).collect()
}

/// The same on probation, with each bounty in the pot of another of these `losers`, who have nothing else to do with the deal.
pub fn on_probation<T: Config>(miners: &[Peer<T::AccountId>], losers: &[Peer<T::AccountId>]) -> Vec<Slot> {
    let load = Load::slot(CHUNKS);
    let bounty = T::Rates::get().bounty(load);
    let slots = miners.iter().zip(losers).map(|(miner, loser)| {
        fill_pot::<T>(loser.id, load, bounty);
        let since = Proofs::<T>::period_of(miner.id);
        let source = Source::Pot(loser.id);
        Slot::Probation { miner: miner.id, start: Start::Count(0), since, source, bounty }
    });
    slots.collect()
}

/// Agrees on an extension of a standing deal by the term of these deals, in which all of its holders go along.
pub fn extended<T: Config>(id: DealId) -> Result<(), BenchmarkError> {
    let mut deal = Deals::<T>::get(id).ok_or(BenchmarkError::Stop("no deal stands"))?;
    let end = deal.end.saturating_add(term::<T>());
    deal.extension = Some(Extension { end, price: deal.price, funds: deal.funds, accepted: u128::MAX });
    Pallet::<T>::hold(&deal.owner, deal.funds)?;
    Deals::<T>::insert(id, deal);
    Ok(())
}

/// Notes that a miner proved the present period and the one before, and so many more to come.
pub fn prove_on<T: Config>(miner: MinerId, more: u32) {
    let period = Proofs::<T>::period_of(miner);
    let proven = more.saturating_add(2);
    let ledger = Ledger {
        period: period.saturating_add(more),
        proven,
        recent: 1u128.checked_shl(proven).map_or(u128::MAX, |bit| bit.saturating_sub(1)),
        ..Default::default()
    };
    Ledgers::<T>::insert(miner, ledger);
}

/// Notes that a miner proved the present period and the one before, and none of so many to come.
pub fn prove_no_more<T: Config>(miner: MinerId, missed: u32) {
    let period = Proofs::<T>::period_of(miner);
    let recent = 0b11u128.checked_shl(missed).unwrap_or(0);
    Ledgers::<T>::insert(miner, Ledger { period: period.saturating_add(missed), proven: 2, recent, ..Default::default() });
}
