//! Claims: refused at a glance, or verified in full.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    sp_runtime::traits::{BlockNumberProvider, Convert},
    traits::{fungible::MutateHold, tokens::Precision, Contains},
};
use idlewild_capacity_primitives::{
    format::{payload, PlotFormat, PocX, Seed, X1, X1_END},
    round::{asked_scoop, quality as quality_of, tag as tag_of, Tag},
    Balance, Challenge, Quality, RoundIndex,
};

use crate::{
    types::{Claim, Round, MAX_CLAIMS_IN_BLOCK, MAX_CLAIMS_OF_ACCOUNT},
    Config, Current, Error, Event, HoldReason, InBlock, Pallet, Previous, WeightInfo,
};

/// A claim that is to be verified. Its fee is on hold.
pub(crate) struct Admitted<AccountId> {
    miner: AccountId,
    round: Round<AccountId>,
    challenge: Challenge,
    fee: Balance,
}

impl<T: Config> Pallet<T> {
    /// Whose plot a claim is of, if its signer may claim for that account.
    pub(crate) fn miner_of(signer: T::AccountId, miner: Option<T::AccountId>) -> Result<T::AccountId, DispatchError> {
        let Some(miner) = miner.filter(|miner| *miner != signer) else { return Ok(signer) };
        let pair = (miner, signer);
        ensure!(T::MayClaimFor::contains(&pair), Error::<T>::NotPlotter);
        Ok(pair.0)
    }

    /// Refuses what need not be verified. Puts the fee of what need be on hold.
    pub(crate) fn admit(
        miner: T::AccountId,
        round: RoundIndex,
        tag: Tag,
        nonce: u64,
        quality: Quality,
    ) -> Result<Admitted<T::AccountId>, DispatchError> {
        let (open, challenge) = Self::open_round(round).ok_or(Error::<T>::RoundNotOpen)?;
        ensure!(tag == tag_of(&challenge), Error::<T>::OtherChallenge);
        ensure!(quality <= open.bound, Error::<T>::TooPoor);
        ensure!(open.best.as_ref().is_none_or(|best| quality < best.quality), Error::<T>::NotBetter);
        ensure!(nonce < X1_END, Error::<T>::NoSuchNonce);
        let times = open.verified.iter().filter(|other| **other == miner).count() as u32;
        ensure!(times < MAX_CLAIMS_OF_ACCOUNT, Error::<T>::TooManyOfAccount);
        ensure!(!open.verified.is_full(), Error::<T>::TooManyOfRound);
        ensure!(InBlock::<T>::get() < MAX_CLAIMS_IN_BLOCK, Error::<T>::TooManyInBlock);
        Self::may_claim(&miner, &open)?;
        let fee = Self::fee();
        Self::hold_fee(&miner, fee)?;
        Ok(Admitted { miner, round: open, challenge, fee })
    }

    /// Verifies a claim that was admitted to a round. Returns whether it holds.
    pub(crate) fn judge(
        admitted: Admitted<T::AccountId>,
        seed: Seed,
        nonce: u64,
        quality: Quality,
    ) -> Result<bool, DispatchError> {
        let Admitted { miner, round: mut open, challenge, fee } = admitted;
        let round = open.index;
        InBlock::<T>::mutate(|count| *count = count.saturating_add(1));
        open.verified.try_push(miner.clone()).map_err(|_| Error::<T>::TooManyOfRound)?;
        let plot = X1(PocX { seed, payload: payload(&miner.clone().into()) });
        let scoop = plot.scoop(nonce, asked_scoop(&challenge, round));
        let holds = scoop.is_some_and(|scoop| quality_of(&challenge, &scoop) == quality);
        if holds {
            let claim = Claim { miner: miner.clone(), seed, nonce, quality, fee };
            if let Some(worse) = open.best.replace(claim) {
                Self::spend_fee(&worse);
            }
            Self::deposit_event(Event::Claimed { round, miner, nonce, quality });
        } else {
            // The fee is taken like that of any call, of whoever signed.
            T::Coins::release(&HoldReason::Fee.into(), &miner, fee, Precision::Exact)?;
            let slashed = Self::slash(&miner, open.slash);
            Self::deposit_event(Event::ClaimedFalsely { round, miner, slashed });
        }
        Self::keep(open);
        Ok(holds)
    }

    fn hold_fee(miner: &T::AccountId, fee: Balance) -> DispatchResult {
        Self::ensure_free(miner, fee)?;
        T::Coins::hold(&HoldReason::Fee.into(), miner, fee)
    }

    /// What a claim's verification costs.
    pub(crate) fn fee() -> Balance {
        T::FeeOf::convert(<T as Config>::WeightInfo::submit())
    }

    /// A round that takes claims, and its challenge.
    fn open_round(index: RoundIndex) -> Option<(Round<T::AccountId>, Challenge)> {
        let now = T::RelayBlock::current_block_number();
        let round = [Current::<T>::get(), Previous::<T>::get()].into_iter().flatten().find(|round| round.index == index)?;
        let challenge = round.challenge.filter(|_| now < Self::closes(index))?;
        Some((round, challenge))
    }

    fn keep(round: Round<T::AccountId>) {
        if Current::<T>::get().is_some_and(|current| current.index == round.index) {
            Current::<T>::put(round);
        } else {
            Previous::<T>::put(round);
        }
    }
}
