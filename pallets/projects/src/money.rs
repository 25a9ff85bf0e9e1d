//! A chunk's coins: what is left of its share, who gets it, and what comes in from those who lose.
//!
//! None of this can fail for want of coins, as no more is paid than is left; and where a currency refuses all the same, what was to be
//! paid stays in the share and goes back to who paid for it: nobody's coins hang on somebody else's account.

use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{Balanced, BalancedHold, Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation},
        Imbalance, OnUnbalanced,
    },
};
use idlewild_compute_primitives::{
    chunk::{Replica, Step},
    money::{buys_a_point, cost, protocol_fee, split, Slash},
    resources::Resources,
    Balance, ProviderId,
};
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_offers::Pallet as Offers;
use pallet_idlewild_organisations::Pallet as Organisations;

use crate::{
    case::Case,
    types::{place, Challenger, Kind, Project},
    Config, CreditOf, Error, Event, HoldReason, Keys, Pallet, UsedOutputs,
};

type Coins<T> = <T as pallet_idlewild_escrow::Config>::Currency;

impl<T: Config> Case<T> {
    /// What a replica may still cost.
    fn owed_to(&self, replica: &Replica) -> Balance {
        match replica.step {
            Step::Revealed { bill, .. } if replica.is_paid => cost(bill).saturating_sub(split(bill).0),
            Step::Revealed { bill, .. } => cost(bill),
            Step::Running { .. } | Step::Committed { .. } => cost(self.project.spec.price),
        }
    }

    /// What all of its replicas may still cost, those that are missing included.
    pub(crate) fn owed(&self) -> Balance {
        let missing = cost(self.project.spec.price).saturating_mul(self.chunk.missing().into());
        self.chunk.replicas.iter().fold(missing, |sum, replica| sum.saturating_add(self.owed_to(replica)))
    }

    /// What is left besides.
    pub(crate) fn spare(&self) -> Balance {
        self.chunk.left.saturating_sub(self.owed())
    }

    /// Whether there is a place, and enough left, for one more replica.
    pub(crate) fn affords_one_more(&self) -> bool {
        !self.chunk.replicas.is_full() && self.spare() >= cost(self.project.spec.price)
    }

    /// How many replicas can be paid for while there is none.
    pub(crate) fn affords(&self) -> u8 {
        let all = self.chunk.left.checked_div(cost(self.project.spec.price)).unwrap_or(0);
        u8::try_from(all).unwrap_or(u8::MAX)
    }

    /// Pays a provider.
    fn pay(&mut self, provider: ProviderId, amount: Balance) {
        let amount = amount.min(self.chunk.left);
        let Ok(record) = Offers::<T>::get(provider) else { return };
        if amount > 0 && Escrow::<T>::pay(self.project.escrow, &record.operator, amount).is_ok() {
            self.chunk.left = self.chunk.left.saturating_sub(amount);
            self.tell(|project, chunk| Event::Paid { project, chunk, provider, amount });
        }
    }

    /// Burns the fee on a bill, and says how much that was.
    fn burn_fee(&mut self, bill: Balance) -> Balance {
        let fee = protocol_fee(bill).min(self.chunk.left);
        if fee == 0 || Escrow::<T>::burn(self.project.escrow, fee).is_err() {
            return 0;
        }
        self.chunk.left = self.chunk.left.saturating_sub(fee);
        fee
    }

    /// Pays those that were not paid yet what is paid at once.
    pub(crate) fn pay_at_once(&mut self) {
        let mut due = alloc::vec::Vec::new();
        for replica in self.chunk.replicas.iter_mut().filter(|replica| !replica.is_paid) {
            if let Step::Revealed { bill, .. } = replica.step {
                replica.is_paid = true;
                due.push((replica.provider, split(bill).0));
            }
        }
        due.into_iter().for_each(|(provider, amount)| self.pay(provider, amount));
    }

    /// Pays every replica what it was not paid yet, burns the fees, and lets them go. Where the result `counts`, it raises scores.
    pub(crate) fn pay_out(&mut self, counts: bool) {
        for replica in self.chunk.replicas.clone() {
            if let Step::Revealed { bill, .. } = replica.step {
                let paid = if replica.is_paid { split(bill).0 } else { 0 };
                self.pay(replica.provider, bill.saturating_sub(paid));
                // The fee is what a score costs: too little of it, and no score.
                if buys_a_point(self.burn_fee(bill)) && counts {
                    Offers::<T>::note_agreed(replica.provider, &self.project.owner);
                }
            }
            self.release(&replica, replica.bond);
        }
        self.chunk.replicas.iter_mut().for_each(|replica| replica.is_paid = true);
    }

    /// Ends what a replica has of its provider: its resources, if it runs, and `bond`, which is what is left of what stood for it.
    pub(crate) fn release(&self, replica: &Replica, bond: Balance) {
        if matches!(replica.step, Step::Running { .. }) {
            Offers::<T>::end_work(replica.provider, &self.project.spec.resources, 0);
        }
        Offers::<T>::end_work(replica.provider, &Resources::default(), bond);
        Keys::<T>::remove(place(self.id, self.index), replica.provider);
        self.unlist(replica.provider);
    }

    /// Gives back what is left of the share.
    pub(crate) fn refund_rest(&mut self) -> Balance {
        let rest = self.chunk.left;
        if Escrow::<T>::refund(self.project.escrow, rest).is_err() {
            return 0;
        }
        self.chunk.left = 0;
        self.unbook(rest);
        rest
    }

    /// Notes that so much of what was booked came back.
    pub(crate) fn unbook(&mut self, amount: Balance) {
        Pallet::<T>::unbook(&mut self.project, amount);
    }

    /// Forgets with which deal somebody showed a result that is no more.
    pub(crate) fn forget_output(&self, replica: &Replica) {
        if let Some(finding) = replica.finding() {
            UsedOutputs::<T>::remove(finding.output);
        }
    }

    /// Puts what somebody lost into the share.
    fn put_in(&mut self, credit: CreditOf<T>) {
        let escrow = self.project.escrow;
        let before = Escrow::<T>::held(escrow);
        // On an error it is burned.
        let _burned = Escrow::<T>::put_in(escrow, credit);
        let came = Escrow::<T>::held(escrow).saturating_sub(before);
        self.chunk.left = self.chunk.left.saturating_add(came);
    }

    /// Takes from a provider what losing costs, and lets it go: of a [proven](Kind::Proven) result the whole bond that stood for it, of
    /// others the score alone. A `challenger` has its part of that before anybody else. `owed` is what trackers were paid and nobody has
    /// made up for; what is over is the challenger's as well.
    pub(crate) fn lose(&mut self, replica: &Replica, owed: &mut Balance, challenger: Option<&T::AccountId>) {
        let provider = replica.provider;
        let mut slashed = 0;
        if self.chunk.kind == Kind::Proven {
            let credit = Offers::<T>::slash(provider, replica.bond);
            slashed = credit.peek();
            let parts = Slash::of(slashed);
            let (first, rest) = credit.split(challenger.map_or(0, |_| parts.challenger));
            let half = parts.challenger.saturating_add(parts.checkers);
            let (checkers, rest) = rest.split(half.saturating_sub(first.peek()));
            let (requester, treasury) = rest.split(parts.requester);
            let made_up = checkers.peek().min(*owed);
            let (back, over) = checkers.split(made_up);
            *owed = owed.saturating_sub(made_up);
            self.put_in(back.merge(requester));
            let reward = first.merge(over);
            let treasury = match challenger {
                Some(who) => match self.reward(who, reward) {
                    Ok(()) => treasury,
                    Err(refused) => treasury.merge(refused),
                },
                None => treasury.merge(reward),
            };
            <T as Config>::Treasury::on_unbalanced(treasury);
        }
        Offers::<T>::note_lost(provider);
        self.note_tried(provider);
        self.forget_output(replica);
        self.release(replica, replica.bond.saturating_sub(slashed));
        self.tell(|project, chunk| Event::Lost { project, chunk, provider, slashed });
    }

    fn reward(&self, who: &T::AccountId, credit: CreditOf<T>) -> Result<(), CreditOf<T>> {
        let amount = credit.peek();
        Coins::<T>::resolve(who, credit)?;
        if amount > 0 {
            self.tell(|project, chunk| Event::Rewarded { project, chunk, who: who.clone(), amount });
        }
        Ok(())
    }

    /// Takes a fee for having been late, and returns what is left of the bond.
    pub(crate) fn charge(&self, replica: &Replica, fee: Balance) -> Balance {
        let credit = Offers::<T>::charge(replica.provider, fee);
        let left = replica.bond.saturating_sub(credit.peek());
        <T as Config>::Treasury::on_unbalanced(credit);
        left
    }

    /// Gives a challenger its deposit back, or puts it into the share, which the panel was paid from.
    pub(crate) fn end_challenge(&mut self, is_lost: bool) {
        let Some(Challenger { who, deposit }) = self.chunk.challenger.take() else { return };
        if is_lost {
            let (credit, _) = Coins::<T>::slash(&HoldReason::Challenge.into(), &who, deposit);
            self.put_in(credit);
        } else {
            // Whatever is on hold for it can be released.
            let _released = Coins::<T>::release(&HoldReason::Challenge.into(), &who, deposit, Precision::BestEffort);
        }
        self.tell(|project, chunk| Event::ChallengeOver { project, chunk, who, deposit, is_lost });
    }
}

impl<T: Config> Pallet<T> {
    /// Notes that so much of what was booked for a project came back. No more than was booked: what liars lost to a project must not give
    /// its owner room in its quota for another.
    pub(crate) fn unbook(project: &mut Project<T::AccountId>, amount: Balance) {
        let back = amount.min(project.booked);
        project.booked = project.booked.saturating_sub(back);
        let number = |organisation| Organisations::<T>::number_of(organisation, &project.owner);
        // Who was forgotten and came back booked none of it.
        if project.spec.organisation.is_some_and(|organisation| number(organisation) == project.member) {
            Organisations::<T>::unbook(project.spec.organisation, &project.owner, back);
        }
    }

    /// Puts a deposit on hold.
    pub(crate) fn hold(reason: HoldReason, who: &T::AccountId, deposit: Balance) -> DispatchResult {
        // Asked first, because the currency's own errors do not tell a user what to do.
        let free = Coins::<T>::reducible_balance(who, Preservation::Protect, Fortitude::Polite);
        ensure!(free >= deposit, Error::<T>::NotEnoughCoins);
        Coins::<T>::hold(&reason.into(), who, deposit)
    }

    /// Gives back what its owner has on hold for a project.
    pub(crate) fn release_deposit(project: &Project<T::AccountId>) {
        // Whatever is on hold for it can be released.
        let _released =
            Coins::<T>::release(&HoldReason::Project.into(), &project.owner, project.deposit, Precision::BestEffort);
    }
}
