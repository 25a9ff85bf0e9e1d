//! Every read that a client of the chain needs, as a runtime API.
//!
//! Clients call these with `state_call` and no custom types: shapes come with the chain's metadata. Every read is a view function
//! of a pallet too.
//!
//! Lists are paged: `after` is the last number of the page before, and `limit` an upper bound that the chain may lower. Where a
//! page says what comes `next`, the chain looks through a bounded number of records for it, so that no call takes long: such a
//! page may be empty though there is more, and the next one begins after `next`.

#![cfg_attr(not(feature = "std"), no_std)]
// The macro generates items that carry no documentation.
#![allow(missing_docs, unsafe_code)]

extern crate alloc;

pub mod buckets;
pub mod compute;
pub mod gateways;
pub mod names;
pub mod shares;

use alloc::vec::Vec;
use idlewild_capacity_primitives::view::{EmissionView, EstimateView, RecordPage, RoundRules, RoundsView};
use idlewild_storage_primitives::{
    view::{
        CandidatesView, ClaimView, DealView, EarningsPage, MinerView, MinersPage, OwedView, RepairablePage, SlotsPage,
        TermsView,
    },
    DealId, MinerId, PeerKey,
};

sp_api::decl_runtime_apis! {
    /// Reads of storage: deals, miners, what is owed and what is to be repaired.
    pub trait StorageApi {
        /// The rules, bounds and amounts that a client must know to build a deal, and the clock.
        fn terms() -> TermsView;
        /// A deal with its slots, roots and manifest.
        fn deal(id: DealId) -> Option<DealView>;
        /// The open deals of an account, in the order in which the state has them; a page begins behind the deal `after`.
        fn deals_of(owner: [u8; 32], after: Option<DealId>, limit: u32) -> Vec<DealView>;
        /// A miner.
        fn miner(id: MinerId) -> Option<MinerView>;
        /// The miner that a peer key belongs to.
        fn miner_of_peer(peer_key: PeerKey) -> Option<MinerView>;
        /// All miners, by ascending number.
        fn miners(after: Option<MinerId>, limit: u32) -> MinersPage;
        /// Miners that a new deal may choose for shards of `bytes` bytes, with their prices and their weights in the draw.
        fn candidates(bytes: u64, after: Option<MinerId>, limit: u32) -> CandidatesView;
        /// The slots of open deals that a miner answers for, by ascending number of the deal.
        fn slots_of(miner: MinerId, after: Option<DealId>, limit: u32) -> SlotsPage;
        /// What settling deals would pay a miner now, and deals of its that are over, by ascending number of the deal.
        fn earnings(miner: MinerId, after: Option<DealId>, limit: u32) -> EarningsPage;
        /// What a miner owes in its current period.
        fn owed(miner: MinerId) -> Option<OwedView>;
        /// Slots that wait for a repairer, by ascending number of the deal.
        fn repairable(after: Option<DealId>, limit: u32) -> RepairablePage;
        /// The slots that a miner claimed and has not repaired yet.
        fn claims_of(miner: MinerId) -> Vec<ClaimView>;
        /// Whether `signer` may have shards stored that `owner` pays for: it is the owner, or a gateway of the owner's that may still
        /// spend something.
        fn may_store_for(owner: [u8; 32], signer: [u8; 32]) -> bool;
    }

    /// Reads of capacity mining: rounds, bonds, the network's space and the coins that it makes.
    pub trait CapacityApi {
        /// How rounds run.
        fn rules() -> RoundRules;
        /// The rounds that take claims, or will soon: the latest first.
        fn rounds() -> RoundsView;
        /// What stands for an account's claims, and the rounds that are left until they are taken.
        fn bond_of(miner: [u8; 32]) -> Option<(u128, u32)>;
        /// Whether an account may claim for another one, or for itself.
        fn may_claim_for(miner: [u8; 32], signer: [u8; 32]) -> bool;
        /// What is known of the network's space.
        fn estimate() -> EstimateView;
        /// Some rounds that closed, the latest first: from number `from` on back, or from the latest.
        fn history(from: Option<u32>) -> RecordPage;
        /// What is left of the coins from space, if there is a pool.
        fn emission() -> Option<EmissionView>;
    }
}
