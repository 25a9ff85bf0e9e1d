//! Rounds: how they begin, get their challenge, and close.

use frame_support::{
    sp_runtime::traits::BlockNumberProvider,
    traits::{
        fungible::{BalancedHold, MutateHold},
        tokens::Precision,
        Get, OnUnbalanced,
    },
};
use idlewild_capacity_primitives::{
    estimate::{bytes_of, Seen, Sums, RING},
    round::{fold, next_challenge},
    Balance, RoundIndex,
};
use pallet_idlewild_emission::{types::Stream, Pallet as Emission};
use pallet_idlewild_randomness::Pallet as Randomness;

use crate::{
    types::{Claim, Record, Round},
    Config, Current, Day, Event, History, HoldReason, LastChallenge, Pallet, Previous, Recorded, Rules, Waiting,
};

/// Relay-chain blocks after the one that the last input was built on, from which on randomness is new enough for a challenge: a block
/// may be built on one that already has two after it, whose randomness its author then knows, and could choose its own hash by. That
/// is the relay chain's scheduling lookahead of three, less one: should it be raised there, this has to be raised first.
const SEED_AFTER: u32 = 3;

impl<T: Config> Pallet<T> {
    /// The block before this one is a part of its round's inputs.
    pub(crate) fn note_parent() {
        let parent = frame_system::Pallet::<T>::parent_hash();
        Current::<T>::mutate(|current| {
            if let Some(round) = current {
                let mut hash = [0; 32];
                hash.iter_mut().zip(parent.as_ref()).for_each(|(to, from)| *to = *from);
                round.digest = fold(&round.digest, &hash);
            }
        });
    }

    /// Moves rounds on with the block that ends here. One at most closes: after a gap the others follow in the next blocks.
    pub(crate) fn advance() {
        let now = T::RelayBlock::current_block_number();
        Self::count_open(now);
        if let Some(previous) = Previous::<T>::get() {
            if now >= Self::closes(previous.index) {
                Previous::<T>::kill();
                Self::close(previous);
            }
        }
        let index = Self::round();
        match Current::<T>::get() {
            None => Self::begin(index, [0; 32], now),
            // The one before it is closed by now, however long a gap was: it takes claims for half of this one at most.
            Some(round) if index > round.index => {
                let (digest, built_on) = (round.digest, round.built_on);
                Previous::<T>::put(round);
                Self::begin(index, digest, built_on);
            },
            Some(_) => Self::open(now),
        }
        Current::<T>::mutate(|current| {
            if let Some(round) = current {
                round.blocks = round.blocks.saturating_add(1);
                round.built_on = now;
            }
        });
    }

    /// Counts the block for the rounds that it could take claims for.
    fn count_open(now: u32) {
        let count = |round: &mut Option<Round<T::AccountId>>| {
            if let Some(round) = round.as_mut().filter(|round| round.challenge.is_some() && now < Self::closes(round.index)) {
                round.open = round.open.saturating_add(1);
            }
        };
        Current::<T>::mutate(count);
        Previous::<T>::mutate(count);
    }

    /// The relay-chain block from which on a round takes no claims.
    pub(crate) fn closes(round: RoundIndex) -> u32 {
        let length = Rules::<T>::get().length;
        let next = round.saturating_add(1).saturating_mul(length);
        next.saturating_add(length / 2)
    }

    /// Begins a round. The last input of its challenge was built on this relay-chain block.
    fn begin(index: RoundIndex, inputs: [u8; 32], built_on: u32) {
        Waiting::<T>::put((inputs, built_on.saturating_add(SEED_AFTER)));
        let day = Day::<T>::get();
        Current::<T>::put(Round {
            index,
            challenge: None,
            bound: day.bound(),
            slash: Self::slash_for(&day),
            blocks: 0,
            open: 0,
            built_on,
            digest: [0; 32],
            best: None,
            verified: Default::default(),
        });
    }

    /// What a false claim costs in a round that begins after such a day: [`Round::slash`] says why.
    fn slash_for(day: &Sums) -> Balance {
        let reward = Emission::<T>::outlook(Stream::Capacity, bytes_of(day.nonces()));
        let part = reward.checked_div(Rules::<T>::get().length.into()).unwrap_or(0);
        T::FalseClaimSlash::get().max(part)
    }

    /// Makes the challenge of the round that is on, once there is randomness for it.
    fn open(now: u32) {
        let Some((inputs, from)) = Waiting::<T>::get() else { return };
        let Some(seed) = Randomness::<T>::of_this_block().filter(|_| now >= from) else { return };
        let challenge = next_challenge(&LastChallenge::<T>::get(), &inputs, &seed);
        Waiting::<T>::kill();
        LastChallenge::<T>::put(challenge);
        let opened = Current::<T>::mutate(|current| {
            current.as_mut().map(|round| {
                round.challenge = Some(challenge);
                round.index
            })
        });
        if let Some(round) = opened {
            Self::deposit_event(Event::RoundOpened { round, challenge });
        }
    }

    fn close(round: Round<T::AccountId>) {
        let recorded = Self::counts(&round);
        if let Some(claim) = &round.best {
            Self::free_fee(claim);
        }
        let winner = round.best.map(|claim| (claim.miner, claim.quality));
        let mut reward = 0;
        if recorded {
            let seen = match &winner {
                Some((_, quality)) => Seen { quality: *quality, hit: true },
                None => Seen { quality: round.bound, hit: false },
            };
            let day = Self::forget_oldest(seen);
            Emission::<T>::begin_minute(bytes_of(day.nonces()));
            reward = winner.as_ref().map_or(0, |(miner, _)| Emission::<T>::draw(Stream::Capacity, miner, Balance::MAX));
            let record = Record { round: round.index, seen, winner: winner.clone().map(|(miner, _)| miner), reward };
            let number = Recorded::<T>::mutate(|recorded| core::mem::replace(recorded, recorded.saturating_add(1)));
            History::<T>::insert(number % RING, record);
        }
        let winner = winner.map(|(miner, _)| miner);
        Self::deposit_event(Event::RoundClosed { round: round.index, winner, reward, recorded });
    }

    /// Whether a round says something of the network: not where too few could have seen its challenge, or got a claim in.
    fn counts(round: &Round<T::AccountId>) -> bool {
        round.blocks.min(round.open).saturating_mul(2) >= Rules::<T>::get().length
    }

    /// Takes a round into the day in place of the oldest, and returns the day.
    fn forget_oldest(seen: Seen) -> Sums {
        let oldest = History::<T>::get(Recorded::<T>::get() % RING);
        let oldest = oldest.map_or_else(|| Seen::of(Rules::<T>::get().nonces), |record| record.seen);
        Day::<T>::mutate(|day| {
            day.remove(oldest);
            day.add(seen);
            *day
        })
    }

    /// The fee of a claim that won: it is its account's again.
    fn free_fee(claim: &Claim<T::AccountId>) {
        let freed = T::Coins::release(&HoldReason::Fee.into(), &claim.miner, claim.fee, Precision::BestEffort);
        debug_assert_eq!(freed, Ok(claim.fee));
    }

    /// The fee of a claim that a better one came after goes where fees go.
    pub(crate) fn spend_fee(claim: &Claim<T::AccountId>) {
        let (fee, missing) = T::Coins::slash(&HoldReason::Fee.into(), &claim.miner, claim.fee);
        debug_assert_eq!(missing, 0);
        T::OnFee::on_unbalanced(fee);
        Self::deposit_event(Event::FeeSpent { miner: claim.miner.clone(), fee: claim.fee });
    }
}
