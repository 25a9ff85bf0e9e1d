//! Miners as clients see them, for the view functions and the runtime API.

use frame_support::traits::Get;
use idlewild_storage_primitives::{
    geometry,
    page::page,
    terms::Load,
    view::{CandidateView, CandidatesView, MinerStatus, MinerView, MinersPage, OwedView, Weights},
    MinerId, PeerKey,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_providers::{
    types::{Snapshots, Status},
    ActiveOperators, ByPeerKey, Endpoints, Miners, NextMiner, Pallet as Providers, TotalWeight,
};
use pallet_idlewild_randomness::Pallet as Randomness;

use crate::{Config, Ledgers, Live, Pallet, Sealed};

impl<T: Config> Pallet<T> {
    /// What a miner owes in its current period, be it touched in it already or not.
    ///
    /// Periods that passed unproven are not gone through: a failure that the next touch would bring to light is none yet, here
    /// as in every other view, since slots open only when it has come out. [`MinerView::overdue`] tells that there may be one.
    pub fn view(miner: MinerId) -> Option<OwedView> {
        Miners::<T>::get(miner)?;
        let schedule = Self::schedule(miner);
        let period = schedule.period(Clock::<T>::now());
        let started = schedule.start(period);
        let live = Live::<T>::get(miner);
        let ledger = Self::ledger(miner);
        // An untouched miner's live peaks are sealed by its next call, whichever it is, unless that brings a failure to light.
        let touched = ledger.period == period;
        Some(OwedView {
            period,
            started,
            ends: schedule.start(period.saturating_add(1)),
            seed: Randomness::<T>::seed_of_period(started),
            sealed: if touched { Sealed::<T>::get(miner) } else { live.clone() },
            live,
            proven: touched && ledger.is_proven(),
            failed: ledger.failed.is_some(),
        })
    }
}

impl<T: Config> Pallet<T> {
    /// A miner, with what it has proven.
    pub fn miner_view(id: MinerId) -> Option<MinerView> {
        let miner = Miners::<T>::get(id)?;
        Some(MinerView {
            id,
            operator: miner.operator.into(),
            peer_key: miner.peer_key,
            endpoint: Endpoints::<T>::get(id).map(|endpoint| endpoint.into_inner()).unwrap_or_default(),
            capacity: miner.capacity,
            used: miner.used,
            price: miner.price,
            bond: miner.bond,
            required: T::Rates::get().bond(miner.load),
            pot: miner.pot,
            score: miner.score,
            status: match miner.status {
                Status::Active => MinerStatus::Active,
                Status::Paused => MinerStatus::Paused,
                Status::Exiting => MinerStatus::Exiting,
                Status::Failed => MinerStatus::Failed,
            },
            slots: miner.answers.slots,
            proven: Ledgers::<T>::get(id).map_or(0, |ledger| ledger.proven),
            overdue: Self::is_overdue(id),
            weight: weights::<T>(miner.weight),
        })
    }

    /// Whether a report would bring misses to light.
    fn is_overdue(id: MinerId) -> bool {
        let Some(ledger) = Ledgers::<T>::get(id).filter(|ledger| ledger.failed.is_none()) else { return false };
        let passed = Self::period_of(id).saturating_sub(ledger.period);
        let missed_first = passed > 0 && !ledger.is_proven() && Sealed::<T>::get(id).total() > 0;
        missed_first || (passed > 1 && Live::<T>::get(id).total() > 0)
    }

    pub(crate) fn miner_view_of_peer(peer_key: PeerKey) -> Option<MinerView> {
        ByPeerKey::<T>::get(peer_key).and_then(Self::miner_view)
    }

    pub(crate) fn miners_view(after: Option<MinerId>, limit: u32) -> MinersPage {
        let (miners, next) = page(numbers_after::<T>(after), limit, |id, found| found.extend(Self::miner_view(id)));
        MinersPage { miners, next }
    }

    /// The weight of all miners in draws.
    pub fn total_weight() -> Weights {
        weights::<T>(TotalWeight::<T>::get())
    }

    pub(crate) fn candidates_view(bytes: u64, after: Option<MinerId>, limit: u32) -> CandidatesView {
        let (candidates, next) = page(numbers_after::<T>(after), limit, |id, found| found.extend(Self::candidate(id, bytes)));
        CandidatesView { total_weight: Self::total_weight(), operators: ActiveOperators::<T>::get(), candidates, next }
    }

    /// A miner, if it has room for a shard of `bytes` bytes and the chain would admit it.
    fn candidate(id: MinerId, bytes: u64) -> Option<CandidateView> {
        let miner = Miners::<T>::get(id)?;
        let rates = T::Rates::get();
        let load = Load::slot(geometry::chunks(u32::try_from(bytes).unwrap_or(u32::MAX)));
        // More than any shard has fits nowhere, and so is not cut to what a load can say.
        let bytes = bytes.max(load.bytes());
        let weight = weights::<T>(miner.weight);
        if weight == Weights::default() || !Providers::<T>::has_room(id, load, bytes) {
            return None;
        }
        // What its bond still covers, in slots of this size, bounds what it can take.
        let spare = miner.bond.saturating_sub(rates.bond(miner.load));
        let slots = spare.checked_div(rates.bond(load)).unwrap_or(u128::MAX);
        let covered = slots.saturating_mul(u128::from(bytes)).min(u128::from(u64::MAX)) as u64;
        Some(CandidateView {
            id,
            free: miner.free().min(covered),
            price: miner.price,
            score: miner.score,
            weight,
            operator: miner.operator.into(),
            peer_key: miner.peer_key,
            endpoint: Endpoints::<T>::get(id).map(|endpoint| endpoint.into_inner()).unwrap_or_default(),
        })
    }
}

fn weights<T: Config>(snapshots: Snapshots) -> Weights {
    let (current, previous) = snapshots.of(Providers::<T>::epoch());
    Weights { current, previous }
}

fn numbers_after<T: Config>(after: Option<MinerId>) -> core::ops::Range<MinerId> {
    after.map_or(0, |after| after.saturating_add(1))..NextMiner::<T>::get()
}
