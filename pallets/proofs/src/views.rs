//! Miners as clients see them, for the view functions and the runtime API.

use alloc::vec::Vec;
use frame_support::traits::Get;
use idlewild_storage_primitives::{
    geometry,
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
    /// What a miner owes now, as if it had just been touched.
    pub fn view(miner: MinerId) -> Option<OwedView> {
        Miners::<T>::get(miner)?;
        let schedule = Self::schedule(miner);
        let period = schedule.period(Clock::<T>::now());
        let started = schedule.start(period);
        let live = Live::<T>::get(miner);
        let ledger = Self::ledger(miner);
        // An untouched miner's live peaks are sealed by its next call, whichever it is.
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

/// Most entries of a page, whatever a caller asks for.
const PAGE: usize = 256;
/// Most miners that are looked at for a page: numbers are never given again, so that there may be many with nothing to show.
const SCAN: usize = 1_000;

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
        let (miners, next) = Self::walk(after, limit, Self::miner_view);
        MinersPage { miners, next }
    }

    /// Looks through the miners after `after`, by ascending number, until a page is full or enough were looked at: what was
    /// found, and after which number to go on.
    fn walk<R>(after: Option<MinerId>, limit: u32, look: impl Fn(MinerId) -> Option<R>) -> (Vec<R>, Option<MinerId>) {
        let limit = (limit as usize).clamp(1, PAGE);
        let end = NextMiner::<T>::get();
        let mut found = Vec::new();
        let mut last = None;
        for id in (after.map_or(0, |after| after.saturating_add(1))..end).take(SCAN) {
            found.extend(look(id));
            last = Some(id);
            if found.len() >= limit {
                break;
            }
        }
        (found, last.filter(|last| last.saturating_add(1) < end))
    }

    /// The weight of all miners in draws.
    pub fn total_weight() -> Weights {
        weights::<T>(TotalWeight::<T>::get())
    }

    pub(crate) fn candidates_view(bytes: u64, after: Option<MinerId>, limit: u32) -> CandidatesView {
        let (candidates, next) = Self::walk(after, limit, |id| Self::candidate(id, bytes));
        CandidatesView { total_weight: Self::total_weight(), operators: ActiveOperators::<T>::get(), candidates, next }
    }

    /// A miner, if it has room for a shard of `bytes` bytes and the chain would admit it.
    fn candidate(id: MinerId, bytes: u64) -> Option<CandidateView> {
        let miner = Miners::<T>::get(id)?;
        let rates = T::Rates::get();
        let load = Load::slot(geometry::chunks(u32::try_from(bytes).unwrap_or(u32::MAX)));
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
