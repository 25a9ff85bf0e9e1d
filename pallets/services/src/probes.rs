//! Probes: who asks for them, who pays, and what their verdicts do.
//!
//! | who asks | when | whose word is on hold, and lost where the contrary is found |
//! | --- | --- | --- |
//! | the provider, by accepting a lease | once, unless trackers did not agree | its own: the endpoint answers |
//! | the provider | once a period, together with the owner | its own: the endpoint answers |
//! | the owner | once a period, together with the provider | nobody's |
//! | anybody, by a report | at any time | its own: the endpoint is silent |
//!
//! A lease has one panel at a time. What that may cost is reserved when it is asked: out of what the lease has for probes, and then out
//! of its funds, but never out of what the provider may have earned, unless it asks itself. A word that is lost makes up for it, so that
//! nobody can burn an owner's coins: a stranger not with reports, a provider not with an endpoint that is not there.

use frame_support::{
    ensure,
    pallet_prelude::*,
    storage::with_storage_layer,
    traits::{
        fungible::{BalancedHold, Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation},
        Defensive, Get,
    },
    weights::Weight,
};
use idlewild_compute_primitives::{
    lease,
    panel::{Question, ANSWERS, SILENT},
    Balance, Clock as Moment, Digest, LeaseId,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_offers::Pallet as Offers;
use pallet_idlewild_trackers::{OnVerdict, Pallet as Trackers};

use crate::{
    types::{Lease, Probing, Service, Why, Word},
    Config, CurrencyOf, Error, Event, HoldReason, Leases, Pallet, ReasonOf, Rules, Services, WeightInfo,
};

impl<T: Config> Pallet<T> {
    /// Whether a period has begun in which the escrow has not paid for a probe.
    pub(crate) fn has_probe(lease: &Lease<T::AccountId>, now: Moment) -> bool {
        lease.live.is_some_and(|live| lease::may_probe(live, lease.asked, now, Rules::<T>::get().period))
    }

    /// Whether a lease has the coins for a probe that its provider asks for.
    pub(crate) fn can_reserve(lease: &Lease<T::AccountId>) -> bool {
        lease.held() >= Self::probe_cost()
    }

    pub(crate) fn do_ask_probe(who: T::AccountId, id: LeaseId) -> DispatchResult {
        let mut lease = Self::lease_of(id)?;
        let service = Self::service_of(&lease)?;
        let is_owner = who == service.owner;
        ensure!(is_owner || Offers::<T>::operated(lease.provider, &who).is_ok(), Error::<T>::NotParty);
        Self::ensure_can_be_probed(&lease)?;
        let now = Clock::<T>::now();
        ensure!(Self::has_probe(&lease, now), Error::<T>::TooEarly);
        lease.asked = now;
        if is_owner {
            let owed = Self::unpaid(&lease, now);
            return Self::ask(&service, id, lease, owed, None);
        }
        let word = Self::take_word(who, true)?;
        Self::ask(&service, id, lease, 0, Some(word))
    }

    pub(crate) fn do_report_down(who: T::AccountId, id: LeaseId) -> DispatchResult {
        let lease = Self::lease_of(id)?;
        let service = Self::service_of(&lease)?;
        Self::ensure_can_be_probed(&lease)?;
        let owed = Self::unpaid(&lease, Clock::<T>::now());
        let word = Self::take_word(who, false)?;
        Self::ask(&service, id, lease, owed, Some(word))
    }

    /// Puts as much on hold for somebody's word as a probe costs.
    pub(crate) fn take_word(who: T::AccountId, answers: bool) -> Result<Word<T::AccountId>, DispatchError> {
        let deposit = Self::probe_cost();
        let free = CurrencyOf::<T>::reducible_balance(&who, Preservation::Protect, Fortitude::Polite);
        ensure!(free >= deposit, Error::<T>::NotEnoughCoins);
        CurrencyOf::<T>::hold(&Self::reason(), &who, deposit)?;
        Ok(Word { who, answers, deposit })
    }

    fn ensure_can_be_probed(lease: &Lease<T::AccountId>) -> DispatchResult {
        ensure!(lease.closing.is_none(), Error::<T>::Closing);
        ensure!(lease.live.is_some(), Error::<T>::NotLive);
        ensure!(lease.probing.is_none(), Error::<T>::ProbeOpen);
        Ok(())
    }

    /// What a provider may have earned and was not paid yet.
    fn unpaid(lease: &Lease<T::AccountId>, now: Moment) -> Balance {
        lease.most(now).saturating_sub(lease.redeemed)
    }

    /// Asks for a panel, pays for it out of the lease's funds but for `owed` of them, and keeps the lease.
    pub(crate) fn ask(
        service: &Service<T::AccountId>,
        id: LeaseId,
        mut lease: Lease<T::AccountId>,
        owed: Balance,
        word: Option<Word<T::AccountId>>,
    ) -> DispatchResult {
        let (reserved, of_time) = Self::reserve(&mut lease, owed)?;
        let panel = Trackers::<T>::ask(Question::Probe { lease: id }, service.escrow, T::ProbePay::get())?;
        let by = word.as_ref().map_or_else(|| service.owner.clone(), |word| word.who.clone());
        Self::deposit_event(Event::ProbeAsked { lease: id, panel, by });
        lease.probing = Some(Probing { panel, asked: Clock::<T>::now(), reserved, of_time, word });
        Leases::<T>::insert(id, lease);
        Ok(())
    }

    pub(crate) fn reason() -> ReasonOf<T> {
        HoldReason::Word.into()
    }

    /// What follows from a panel that is over; `answers` is nothing where trackers did not agree.
    pub(crate) fn judge(id: LeaseId, answers: Option<bool>) -> DispatchResult {
        // A lease stays until its panel is over. Another panel than its own would find nothing to decide.
        let Some(mut lease) = Leases::<T>::get(id) else { return Ok(()) };
        let Some(probing) = lease.probing.take() else { return Ok(()) };
        let mut service = Self::service_of(&lease)?;
        let now = Clock::<T>::now();
        service.allotted = service.allotted.saturating_sub(probing.reserved);
        if answers.is_none() && lease.closing.is_none() {
            // Nobody was paid, so that it is as if nobody had been asked.
            Self::give_back(&mut service, &mut lease, probing.reserved, probing.of_time);
        }
        if let Some(word) = &probing.word {
            Self::settle_word(&mut service, &mut lease, &probing, word, answers)?;
        }
        Self::deposit_event(Event::Probed { lease: id, answers });
        let service_id = lease.service;
        if lease.live.is_some() {
            Self::count(&mut lease, &probing, answers, now);
            if lease.closing.is_none() && lease.silent >= Rules::<T>::get().silent {
                if Self::is_fresh(&lease, now) {
                    // It went live for nothing.
                    Self::turn_away(&mut service, id, &mut lease)?;
                } else {
                    Offers::<T>::note_lease_late(lease.provider);
                }
                Self::close_lease(&mut service, id, lease, now, Why::Silent)?;
            } else {
                Leases::<T>::insert(id, lease);
            }
        } else if lease.closing.is_some() {
            Self::end_lease(&mut service, id, &lease);
        } else {
            Self::begin(&mut service, id, lease, answers, now)?;
        }
        Self::trim(&service)?;
        Self::conclude(service_id, service)
    }

    /// Counts the time before a probe as up or down.
    fn count(lease: &mut Lease<T::AccountId>, probing: &Probing<T::AccountId>, answers: Option<bool>, now: Moment) {
        // Nobody can ask for the next probe before this one is over: what that takes counts then as well.
        let next = Rules::<T>::get().period.max(now.saturating_sub(probing.asked));
        let Some(answers) = answers else {
            lease.span = lease.span.saturating_add(next);
            return;
        };
        let blocks = probing.asked.saturating_sub(lease.probed).min(lease.span);
        lease.probes = lease.probes.judged(answers, blocks);
        lease.probed = lease.probed.max(probing.asked);
        lease.span = next;
        lease.silent = if answers { 0 } else { lease.silent.saturating_add(1) };
    }

    /// What the first probe of a lease decides.
    fn begin(
        service: &mut Service<T::AccountId>,
        id: LeaseId,
        mut lease: Lease<T::AccountId>,
        answers: Option<bool>,
        now: Moment,
    ) -> DispatchResult {
        match answers {
            Some(true) => {
                lease.live = Some(now);
                lease.probed = now;
                lease.asked = now;
                Self::deposit_event(Event::Live { lease: id, runs_out: lease.runs_out().unwrap_or(now) });
                Leases::<T>::insert(id, lease);
            },
            Some(false) => {
                Self::turn_away(service, id, &mut lease)?;
                Self::close_lease(service, id, lease, now, Why::NotBegun)?;
            },
            None => {
                // Not its provider's fault: it may accept once more, as if it had been matched now.
                lease.matched = now;
                lease.key = None;
                lease.endpoint = Default::default();
                Leases::<T>::insert(id, lease);
            },
        }
        Ok(())
    }

    fn settle_word(
        service: &mut Service<T::AccountId>,
        lease: &mut Lease<T::AccountId>,
        probing: &Probing<T::AccountId>,
        word: &Word<T::AccountId>,
        answers: Option<bool>,
    ) -> DispatchResult {
        let (who, deposit) = (&word.who, word.deposit);
        if answers.is_none_or(|answers| answers == word.answers) {
            return CurrencyOf::<T>::release(&Self::reason(), who, deposit, Precision::BestEffort).map(|_| ());
        }
        let before = Escrow::<T>::held(service.escrow);
        let (credit, _) = CurrencyOf::<T>::slash(&Self::reason(), who, deposit);
        Escrow::<T>::put_in(service.escrow, credit)?;
        let came = Escrow::<T>::held(service.escrow).saturating_sub(before);
        if lease.closing.is_none() {
            // They paid the panel.
            Self::give_back(service, lease, came, probing.of_time);
        }
        Ok(())
    }

    /// Makes up for what a probe took of a lease: first for what was for its time.
    fn give_back(service: &mut Service<T::AccountId>, lease: &mut Lease<T::AccountId>, amount: Balance, of_time: Balance) {
        let of_time = of_time.min(amount);
        lease.funds = lease.funds.saturating_add(of_time);
        lease.for_probes = lease.for_probes.saturating_add(amount.saturating_sub(of_time));
        service.allotted = service.allotted.saturating_add(amount);
    }
}

impl<T: Config> OnVerdict<T::AccountId> for Pallet<T> {
    fn decided(question: Question, verdict: Option<Digest>) {
        let Question::Probe { lease } = question else { return };
        let answers = match verdict {
            Some(ANSWERS) => Some(true),
            Some(SILENT) => Some(false),
            _ => None,
        };
        // All of it or nothing; a panel's end must not hang on it.
        let _ = with_storage_layer(|| Self::judge(lease, answers)).defensive();
    }

    /// The owner, who pays, the provider's operator, who is paid, and whose word is on hold. None of them changes while a panel is
    /// open: the lease stays until it is over.
    fn is_party(question: &Question, who: &T::AccountId) -> bool {
        let Question::Probe { lease } = question else { return false };
        let Some(lease) = Leases::<T>::get(lease) else { return false };
        let has_word = lease.probing.and_then(|probing| probing.word).is_some_and(|word| word.who == *who);
        has_word
            || Services::<T>::get(lease.service).is_some_and(|service| service.owner == *who)
            || Offers::<T>::operated(lease.provider, who).is_ok()
    }

    fn decided_weight() -> Weight {
        <T as Config>::WeightInfo::decided()
    }

    fn is_party_weight() -> Weight {
        <T as Config>::WeightInfo::is_party()
    }
}
