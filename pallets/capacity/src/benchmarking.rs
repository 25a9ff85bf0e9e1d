//! Benchmarks of calls and hooks. Rounds are as full of claims as they may be.

use frame_benchmarking::v2::*;
use frame_support::{
    sp_runtime::traits::BlockNumberProvider,
    traits::{
        fungible::{Inspect, Mutate, MutateHold},
        Contains, Get,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use idlewild_capacity_primitives::{
    estimate::{Seen, RING},
    format::{payload, PlotFormat, PocX, X1},
    round::{asked_scoop, quality, tag},
    Balance, RoundIndex,
};
use pallet_idlewild_emission::Pool;
use pallet_idlewild_randomness::Latest;

use crate::{
    types::{Bond, Claim, Record, Round, MAX_CLAIMS, MAX_CLAIMS_IN_BLOCK},
    *,
};

/// An account with a bond that has always stood, and coins.
fn miner<T: Config>(index: u32) -> Result<T::AccountId, BenchmarkError> {
    let who: T::AccountId = account("miner", index, 0);
    let bond = T::LeastCapacityBond::get();
    <T as pallet_idlewild_emission::Config>::Currency::mint_into(&who, bond.saturating_mul(1_000))?;
    T::Coins::hold(&HoldReason::Bond.into(), &who, bond)?;
    Bonds::<T>::insert(&who, Bond { amount: bond, since: 0 });
    Ok(who)
}

/// A round with a challenge, as many claims but one as there may be, and a best claim.
fn round<T: Config>(index: RoundIndex) -> Result<Round<T::AccountId>, BenchmarkError> {
    let best = miner::<T>(u32::MAX)?;
    let fee: Balance = 1_000_000_000;
    T::Coins::hold(&HoldReason::Fee.into(), &best, fee)?;
    let mut verified = BoundedVec::new();
    for other in 1..MAX_CLAIMS {
        let who: T::AccountId = account("other", other, 0);
        verified.try_push(who).map_err(|_| BenchmarkError::Stop("there are more claims than fit"))?;
    }
    Ok(Round {
        index,
        challenge: Some([7; 32]),
        bound: u64::MAX,
        slash: T::LeastCapacityBond::get(),
        blocks: Rules::<T>::get().length,
        open: Rules::<T>::get().length,
        built_on: 1,
        digest: [3; 32],
        best: Some(Claim { miner: best, seed: [1; 32], nonce: 1, quality: u64::MAX, fee }),
        verified,
    })
}

/// A full day of rounds, a round that is to close, and one after it, when the relay chain begins another.
fn closing<T: Config>(now: RoundIndex) -> Result<(), BenchmarkError> {
    T::RelayBlock::set_block_number(Rules::<T>::get().length.saturating_mul(now));
    Previous::<T>::put(round::<T>(9)?);
    Current::<T>::put(Round { best: None, ..round::<T>(10)? });
    Recorded::<T>::put(RING);
    let record = Record { round: 0, seen: Seen::of(1), winner: Some(miner::<T>(0)?), reward: 1 };
    History::<T>::insert(0, record);
    Pool::<T>::put(idlewild_capacity_primitives::emission::Emission::new(T::Unit::get()));
    Ok(())
}

/// A round that takes claims for a little while longer, and the one after it.
fn two_rounds<T: Config>(index: RoundIndex) -> Result<(), BenchmarkError> {
    let next = index.saturating_add(1);
    T::RelayBlock::set_block_number(next.saturating_mul(Rules::<T>::get().length));
    Previous::<T>::put(round::<T>(index)?);
    Current::<T>::put(Round { best: None, ..round::<T>(next)? });
    Ok(())
}

/// What a block does by itself.
fn hooks<T: Config>() {
    InBlock::<T>::kill();
    Pallet::<T>::note_parent();
    Pallet::<T>::advance();
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// A block in which a round closes that somebody won, and another one begins.
    #[benchmark]
    fn close_and_begin() -> Result<(), BenchmarkError> {
        closing::<T>(12)?;

        #[block]
        {
            hooks::<T>();
        }

        assert_eq!(Recorded::<T>::get(), RING.saturating_add(1));
        assert_eq!(Current::<T>::get().map(|round| round.index), Some(12));
        Ok(())
    }

    /// A block in which a round closes that somebody won, and the one that is on gets its challenge, as late as that may be.
    #[benchmark]
    fn close_and_open() -> Result<(), BenchmarkError> {
        let length = Rules::<T>::get().length;
        closing::<T>(10)?;
        T::RelayBlock::set_block_number(length.saturating_mul(10).saturating_add(length / 2));
        Current::<T>::put(Round { best: None, challenge: None, ..round::<T>(10)? });
        Waiting::<T>::put(([5; 32], 1));
        frame_system::Pallet::<T>::set_block_number(1u32.into());
        Latest::<T>::put((frame_system::Pallet::<T>::block_number(), [6; 32]));

        #[block]
        {
            hooks::<T>();
        }

        assert_eq!(Recorded::<T>::get(), RING.saturating_add(1));
        assert!(Current::<T>::get().is_some_and(|round| round.challenge.is_some()));
        Ok(())
    }

    #[benchmark]
    fn bond() -> Result<(), BenchmarkError> {
        let who = miner::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), 1);

        assert_eq!(Bonds::<T>::get(&who).map(|stands| stands.amount), Some(T::LeastCapacityBond::get().saturating_add(1)));
        Ok(())
    }

    #[benchmark]
    fn unbond() -> Result<(), BenchmarkError> {
        let who = miner::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), T::LeastCapacityBond::get());

        assert_eq!(Bonds::<T>::get(&who), None);
        Ok(())
    }

    /// A claim that holds, in the round before, with a worse one.
    #[benchmark]
    fn submit() -> Result<(), BenchmarkError> {
        let who = miner::<T>(0)?;
        let index = Rules::<T>::get().bond_age.saturating_add(1);
        two_rounds::<T>(index)?;
        let signer: T::AccountId = account("signer", 0, 0);
        let plot = X1(PocX { seed: [5; 32], payload: payload(&who.clone().into()) });
        let scoop = plot.scoop(77, asked_scoop(&[7; 32], index)).ok_or(BenchmarkError::Stop("there is no such scoop"))?;
        let quality = quality(&[7; 32], &scoop);

        let claimed;

        #[block]
        {
            // Nobody is a proxy here; to look costs the same.
            let _ = T::MayClaimFor::contains(&(who.clone(), signer));
            let origin = RawOrigin::Signed(who.clone()).into();
            claimed = Pallet::<T>::submit(origin, None, index, tag(&[7; 32]), [5; 32], 77, quality).is_ok();
        }

        assert!(claimed);
        assert_eq!(Previous::<T>::get().and_then(|round| round.best).map(|best| best.miner), Some(who));
        Ok(())
    }

    /// A claim that is refused for the last of all reasons.
    #[benchmark]
    fn refuse() -> Result<(), BenchmarkError> {
        let who = miner::<T>(0)?;
        let index = Rules::<T>::get().bond_age.saturating_add(1);
        two_rounds::<T>(index)?;
        InBlock::<T>::put(MAX_CLAIMS_IN_BLOCK.saturating_sub(1));
        let coins = <T as pallet_idlewild_emission::Config>::Currency::minimum_balance();
        <T as pallet_idlewild_emission::Config>::Currency::set_balance(&who, coins);
        let signer: T::AccountId = account("signer", 0, 0);
        let refused;

        #[block]
        {
            let _ = T::MayClaimFor::contains(&(who.clone(), signer));
            refused = Pallet::<T>::admit(who, index, tag(&[7; 32]), 77, 5).map(|_| ());
        }

        assert_eq!(refused, Err(Error::<T>::NotEnoughCoins.into()));
        Ok(())
    }
}
