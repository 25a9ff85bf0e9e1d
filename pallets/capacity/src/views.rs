//! Answers to the runtime API.

use frame_support::{sp_runtime::traits::BlockNumberProvider, traits::Get};
use idlewild_capacity_primitives::{
    emission::total,
    estimate::{bytes_of, RING},
    view::{ClaimView, EmissionView, EstimateView, RecordPage, RecordView, RoundRules, RoundView, RoundsView},
    Balance,
};
use pallet_idlewild_emission::Pool;

use crate::{
    types::{Record, Round},
    Bonds, Config, Current, Day, History, Pallet, Previous, Recorded, Rules,
};

/// Records of a page.
const PAGE: u32 = 60;

impl<T: Config> Pallet<T> {
    /// The rounds that take claims, or will soon: the latest first.
    pub(crate) fn rounds_view() -> RoundsView {
        let rounds = [Current::<T>::get(), Previous::<T>::get()].into_iter().flatten().map(Self::show_round).collect();
        RoundsView { now: T::RelayBlock::current_block_number(), rounds }
    }

    /// How rounds run.
    pub(crate) fn rules_view() -> RoundRules {
        Rules::<T>::get()
    }

    /// What stands for an account's claims, and the rounds that are left until they are taken.
    pub(crate) fn bond_of_view(miner: [u8; 32]) -> Option<(Balance, u32)> {
        let bond = Bonds::<T>::get(T::AccountId::from(miner))?;
        let age = Self::round().saturating_sub(bond.since);
        Some((bond.amount, Rules::<T>::get().bond_age.saturating_sub(age)))
    }

    /// Whether an account may claim for another one, or for itself.
    pub(crate) fn may_claim_for_view(miner: [u8; 32], signer: [u8; 32]) -> bool {
        Self::miner_of(signer.into(), Some(miner.into())).is_ok()
    }

    /// What is known of the network's space.
    pub(crate) fn estimate_view() -> EstimateView {
        let nonces = Day::<T>::get().nonces();
        EstimateView { nonces, bytes: bytes_of(nonces), rounds: Recorded::<T>::get().min(RING) }
    }

    /// Some rounds that closed, the latest first: from number `from` on back, counted from the chain's first, or from the latest.
    pub(crate) fn history_view(from: Option<u32>) -> RecordPage {
        let recorded = Recorded::<T>::get();
        let oldest = recorded.saturating_sub(RING);
        let end = from.map_or(recorded, |from| from.saturating_add(1).min(recorded));
        let start = end.saturating_sub(PAGE).max(oldest);
        let records = (start..end).rev().filter_map(|number| History::<T>::get(number % RING)).map(Self::show_record).collect();
        RecordPage { records, next: start.checked_sub(1).filter(|next| *next >= oldest) }
    }

    /// What is left of the coins from space, if there is a pool.
    pub(crate) fn emission_view() -> Option<EmissionView> {
        Pool::<T>::get().map(|pool| EmissionView { pool, total: total(T::Unit::get()) })
    }

    fn show_round(round: Round<T::AccountId>) -> RoundView {
        let bond = Self::least_bond(&round);
        let best = round.best.map(|claim| ClaimView {
            miner: claim.miner.into(),
            seed: claim.seed,
            nonce: claim.nonce,
            quality: claim.quality,
        });
        RoundView {
            round: round.index,
            challenge: round.challenge,
            begins: round.index.saturating_mul(Rules::<T>::get().length),
            closes: Self::closes(round.index),
            bound: round.bound,
            slash: round.slash,
            bond,
            best,
        }
    }

    fn show_record(record: Record<T::AccountId>) -> RecordView {
        RecordView { round: record.round, seen: record.seen, winner: record.winner.map(Into::into), reward: record.reward }
    }
}
