//! Every call of the storage pallets as a value, so that tests dispatch them as a block does: all of a call or nothing of it.

use std::collections::BTreeSet;

use frame_support::{traits::GetCallMetadata, BoundedVec};
use idlewild_storage_primitives::{
    proof::ChunkProof, receipt::SlotReceipt, sum_range::Node, Balance, Clock as Moment, DealId, MinerId, Period, SlotIndex,
};
use pallet_idlewild_deals::types::Request;
use pallet_idlewild_slots::Clearing;
use sp_core::{ed25519, Pair};

use crate::{AccountId, Clock, RuntimeCall, Test};

type Deals = pallet_idlewild_deals::Call<Test>;
type Miners = pallet_idlewild_providers::Call<Test>;
type Proving = pallet_idlewild_proofs::Call<Test>;
type Ranges = pallet_idlewild_slots::Call<Test>;
type Repairs = pallet_idlewild_repair::Call<Test>;

/// The pallet and the name of every call of the storage pallets, as the runtime has them: a test that goes over all of them fails
/// when there is one more.
pub fn names() -> BTreeSet<(&'static str, &'static str)> {
    let pallets = RuntimeCall::get_module_names().iter().filter(|pallet| {
        !matches!(
            **pallet,
            "System"
                | "Balances"
                | "Emission"
                | "Capacity"
                | "Escrow"
                | "Organisations"
                | "Apps"
                | "Offers"
                | "Trackers"
                | "Market"
                | "Projects"
                | "Services"
                | "Names"
                | "Gateways"
                | "Buckets"
                | "Shares"
        )
    });
    pallets.flat_map(|pallet| RuntimeCall::get_call_names(pallet).iter().map(move |name| (*pallet, *name))).collect()
}

/// The pallet and the name of a call.
pub fn name_of(call: &RuntimeCall) -> (&'static str, &'static str) {
    let metadata = call.get_call_metadata();
    (metadata.pallet_name, metadata.function_name)
}

/// `create_deals`.
pub fn create_deals(requests: Vec<Request>) -> RuntimeCall {
    Deals::create_deals { requests: BoundedVec::truncate_from(requests) }.into()
}

/// `fill_slots`.
pub fn fill_slots(deal: DealId, receipts: Vec<SlotReceipt>) -> RuntimeCall {
    Deals::fill_slots { deal, receipts: BoundedVec::truncate_from(receipts) }.into()
}

/// `settle` of one deal.
pub fn settle(deal: DealId) -> RuntimeCall {
    settle_all(vec![deal])
}

/// `settle`.
pub fn settle_all(deals: Vec<DealId>) -> RuntimeCall {
    Deals::settle { deals: BoundedVec::truncate_from(deals) }.into()
}

/// `top_up`.
pub fn top_up(deal: DealId, amount: Balance) -> RuntimeCall {
    Deals::top_up { deal, amount }.into()
}

/// `extend`.
pub fn extend(deal: DealId, term: Moment, max_price: Balance) -> RuntimeCall {
    Deals::extend { deal, term, max_price }.into()
}

/// `cancel`.
pub fn cancel(deal: DealId) -> RuntimeCall {
    Deals::cancel { deal }.into()
}

/// `transfer`.
pub fn transfer(deal: DealId, to: &AccountId, manifest: &[u8]) -> RuntimeCall {
    Deals::transfer { deal, to: to.clone(), manifest: BoundedVec::truncate_from(manifest.to_vec()) }.into()
}

/// `decide_probation`.
pub fn decide_probation(deal: DealId, slot: SlotIndex) -> RuntimeCall {
    Deals::decide_probation { deal, slot }.into()
}

/// `register`, with the signature of `key` for `operator`.
pub fn register(
    operator: &AccountId,
    key: &ed25519::Pair,
    endpoint: &str,
    capacity: u64,
    price: Balance,
    bond: Balance,
) -> RuntimeCall {
    let peer_key = key.public().0;
    let message = idlewild_storage_primitives::receipt::registration_message(&Clock::genesis(), operator.as_ref(), &peer_key);
    let endpoint = BoundedVec::truncate_from(endpoint.as_bytes().to_vec());
    Miners::register { peer_key, peer_signature: key.sign(&message).0, endpoint, capacity, price, bond }.into()
}

/// `add_bond`.
pub fn add_bond(miner: MinerId, amount: Balance) -> RuntimeCall {
    Miners::add_bond { miner, amount }.into()
}

/// `withdraw_bond`.
pub fn withdraw_bond(miner: MinerId, amount: Balance) -> RuntimeCall {
    Miners::withdraw_bond { miner, amount }.into()
}

/// `set_capacity`.
pub fn set_capacity(miner: MinerId, capacity: u64) -> RuntimeCall {
    Miners::set_capacity { miner, capacity }.into()
}

/// `set_endpoint`.
pub fn set_endpoint(miner: MinerId, endpoint: &[u8]) -> RuntimeCall {
    Miners::set_endpoint { miner, endpoint: BoundedVec::truncate_from(endpoint.to_vec()) }.into()
}

/// `set_price`.
pub fn set_price(miner: MinerId, price: Balance) -> RuntimeCall {
    Miners::set_price { miner, price }.into()
}

/// `pause`.
pub fn pause(miner: MinerId) -> RuntimeCall {
    Miners::pause { miner }.into()
}

/// `resume`.
pub fn resume(miner: MinerId) -> RuntimeCall {
    Miners::resume { miner }.into()
}

/// `exit`.
pub fn exit(miner: MinerId) -> RuntimeCall {
    Miners::exit { miner }.into()
}

/// `remove`.
pub fn remove(miner: MinerId) -> RuntimeCall {
    Miners::remove { miner }.into()
}

/// `prove`.
pub fn prove(miner: MinerId, period: Period, proofs: Vec<ChunkProof>) -> RuntimeCall {
    Proving::prove { miner, period, proofs: BoundedVec::truncate_from(proofs) }.into()
}

/// `report_missed`.
pub fn report_missed(miner: MinerId) -> RuntimeCall {
    Proving::report_missed { miner }.into()
}

/// `append`.
pub fn append(miner: MinerId, slots: Vec<(DealId, SlotIndex)>) -> RuntimeCall {
    Ranges::append { miner, slots: BoundedVec::truncate_from(slots) }.into()
}

/// `clear`.
pub fn clear(miner: MinerId, clearings: Vec<Clearing>) -> RuntimeCall {
    Ranges::clear { miner, clearings: BoundedVec::truncate_from(clearings) }.into()
}

/// `report_unappended`.
pub fn report_unappended(deal: DealId, slot: SlotIndex) -> RuntimeCall {
    Ranges::report_unappended { deal, slot }.into()
}

/// `declare_lost`.
pub fn declare_lost(miner: MinerId, deal: DealId, slot: SlotIndex, index: u32, path: Vec<Node>) -> RuntimeCall {
    Ranges::declare_lost { miner, deal, slot, index, path: BoundedVec::truncate_from(path) }.into()
}

/// `claim_repair`.
pub fn claim_repair(miner: MinerId, deal: DealId, slot: SlotIndex) -> RuntimeCall {
    Repairs::claim_repair { miner, deal, slot }.into()
}

/// `complete_repair`.
pub fn complete_repair(miner: MinerId, deal: DealId, slot: SlotIndex) -> RuntimeCall {
    Repairs::complete_repair { miner, deal, slot }.into()
}

/// `drop_claims`.
pub fn drop_claims(miner: MinerId) -> RuntimeCall {
    Repairs::drop_claims { miner }.into()
}
