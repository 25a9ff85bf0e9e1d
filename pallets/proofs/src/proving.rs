//! Touching a miner, judging its proofs, and charging what it missed.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use idlewild_storage_primitives::{
    challenge::Schedule,
    ledger::Ledger,
    proof::{self, ChunkProof, ProofError},
    terms::Load,
    MinerId, Period, CHALLENGES,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_providers::{Miners, Pallet as Providers};
use pallet_idlewild_randomness::Pallet as Randomness;

use crate::{Config, Error, Event, FailedAt, Ledgers, Live, Pallet, Sealed};

/// How a miner was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// Sound, with this record; misses that came to light are charged.
    Sound(Ledger),
    /// It failed just now, or long ago: the caller must keep what this touch wrote, and so return `Ok`, where `just_now`.
    Failed {
        /// Whether this touch brought it to light.
        just_now: bool,
    },
}

impl<T: Config> Pallet<T> {
    /// When a miner's periods begin and end.
    pub fn schedule(miner: MinerId) -> Schedule {
        Schedule::new(miner, Clock::<T>::timing().period)
    }

    /// The period that a miner is in.
    pub fn period_of(miner: MinerId) -> Period {
        Self::schedule(miner).period(Clock::<T>::now())
    }

    /// A miner's record, as it was last written; an untouched miner's begins now.
    pub fn ledger(miner: MinerId) -> Ledger {
        Ledgers::<T>::get(miner).unwrap_or_else(|| Ledger::new(Self::period_of(miner)))
    }

    /// When a miner's failure came out, on the clock, if it has failed.
    pub fn failed_at(miner: MinerId) -> Option<idlewild_storage_primitives::Clock> {
        FailedAt::<T>::get(miner)
    }

    /// Brings a miner's record up to the present: charges what passed unproven and seals the range for the current period.
    pub fn touch(miner: MinerId) -> Result<Touched, DispatchError> {
        Self::touch_reported(miner, None).map(|(touched, _)| touched)
    }

    /// Touches a miner that `operator` is behind. `None` where it failed just now: the caller must return `Ok`, or the charge
    /// would be undone.
    pub fn touch_owned(operator: &T::AccountId, miner: MinerId) -> Result<Option<Ledger>, DispatchError> {
        Providers::<T>::owned(operator, miner)?;
        match Self::touch(miner)? {
            Touched::Sound(ledger) => Ok(Some(ledger)),
            Touched::Failed { just_now: true } => Ok(None),
            Touched::Failed { just_now: false } => Err(Error::<T>::MinerFailed.into()),
        }
    }

    fn touch_reported(miner: MinerId, reporter: Option<&T::AccountId>) -> Result<(Touched, u32), DispatchError> {
        ensure!(Miners::<T>::contains_key(miner), pallet_idlewild_providers::Error::<T>::NoSuchMiner);
        let now = Self::period_of(miner);
        let Some(mut ledger) = Ledgers::<T>::get(miner) else {
            let ledger = Ledger::new(now);
            Ledgers::<T>::insert(miner, ledger);
            return Ok((Touched::Sound(ledger), 0));
        };
        if ledger.failed.is_some() {
            return Ok((Touched::Failed { just_now: false }, 0));
        }
        if now <= ledger.period {
            return Ok((Touched::Sound(ledger), 0));
        }
        let live = Live::<T>::get(miner);
        let owed_between = live.total() > 0;
        let owed = Sealed::<T>::get(miner).total() > 0;
        let proven = ledger.is_proven();
        let passed = ledger.pass_to(now, owed, owed_between, &Clock::<T>::timing().failure);
        Ledgers::<T>::insert(miner, ledger);
        if proven || passed.missed > 0 {
            Providers::<T>::rate_period(miner, proven, passed.missed)?;
        }
        let bounty = <T as pallet_idlewild_providers::Config>::Rates::get().bounty(Load::slot(0));
        let reward = reporter.map(|who| (who, bounty));
        if passed.failed {
            Live::<T>::remove(miner);
            Sealed::<T>::remove(miner);
            FailedAt::<T>::insert(miner, Clock::<T>::now());
            Self::deposit_event(Event::Missed { miner, periods: passed.missed, slashed: 0 });
            let paid = Providers::<T>::fail(miner, reward)?;
            Self::note_reward(reporter, miner, paid);
            Self::deposit_event(Event::Failed { miner, period: now });
            return Ok((Touched::Failed { just_now: true }, passed.missed));
        }
        Sealed::<T>::insert(miner, live);
        if passed.missed > 0 {
            let slashed = Providers::<T>::slash_misses(miner, passed.missed)?;
            let paid = Providers::<T>::settle_slash(miner, slashed, reward)?;
            Self::deposit_event(Event::Missed { miner, periods: passed.missed, slashed });
            Self::note_reward(reporter, miner, paid);
        }
        Ok((Touched::Sound(ledger), passed.missed))
    }

    fn note_reward(reporter: Option<&T::AccountId>, miner: MinerId, amount: idlewild_storage_primitives::Balance) {
        if let Some(reporter) = reporter.filter(|_| amount > 0) {
            Self::deposit_event(Event::ReportPaid { reporter: reporter.clone(), miner, amount });
        }
    }

    /// Returns whether the proof was judged and found valid. It is not where the miner turns out to have failed, which must be
    /// kept.
    pub(crate) fn do_prove(
        operator: T::AccountId,
        miner: MinerId,
        period: Period,
        proofs: &[ChunkProof],
    ) -> Result<bool, DispatchError> {
        let Some(mut ledger) = Self::touch_owned(&operator, miner)? else { return Ok(false) };
        ensure!(period == ledger.period, Error::<T>::WrongPeriod);
        ensure!(!ledger.is_proven(), Error::<T>::AlreadyProven);
        let sealed = Sealed::<T>::get(miner);
        ensure!(sealed.total() > 0, Error::<T>::NothingOwed);
        let start = Self::schedule(miner).start(period);
        let seed = Randomness::<T>::seed_of_period(start).ok_or(Error::<T>::SeedNotDrawn)?;
        proof::verify(&sealed, &seed, miner, CHALLENGES, proofs).map_err(|refused| match refused {
            ProofError::NothingOwed => Error::<T>::NothingOwed,
            ProofError::WrongNumber => Error::<T>::WrongNumberOfChunks,
            ProofError::Position(_) => Error::<T>::WrongPosition,
            ProofError::Chunk(_) => Error::<T>::WrongChunk,
        })?;
        ledger.prove();
        Ledgers::<T>::insert(miner, ledger);
        Self::deposit_event(Event::Proven { miner, period, chunks: sealed.total() });
        Ok(true)
    }

    pub(crate) fn do_report_missed(reporter: T::AccountId, miner: MinerId) -> DispatchResult {
        let (touched, missed) = Self::touch_reported(miner, Some(&reporter))?;
        ensure!(touched != Touched::Failed { just_now: false }, Error::<T>::MinerFailed);
        ensure!(missed > 0, Error::<T>::NothingMissed);
        Ok(())
    }
}

impl<T: Config> pallet_idlewild_providers::OnRemoved for Pallet<T> {
    fn on_removed(miner: MinerId) {
        Ledgers::<T>::remove(miner);
        Live::<T>::remove(miner);
        Sealed::<T>::remove(miner);
        FailedAt::<T>::remove(miner);
    }
}
