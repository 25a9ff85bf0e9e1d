//! What is known of a provider from its work: its score, what it lost, when it was late, how fast it is.
//!
//! A score is a sum of points, and of each one it is known whose result it was for: of no score is more than
//! [`most_of_requester`](TrustRules::most_of_requester) by one requester. Who lost a result loses all points, and requesters may give
//! them once more; who is late loses half of them, of every requester's about half. So a score can be earned again from the same
//! requesters, at the price of the same fees, and what is remembered of a provider has a limit and goes when the provider goes.

use alloc::vec::Vec;
use idlewild_compute_primitives::{resources::Grade, trust::TrustRules, ProviderId};
use pallet_idlewild_clock::Pallet as Clock;

use crate::{
    types::{Given, Givers, Provider, TOP_SCORE},
    Config, Event, GivenBy, Pallet, Providers, Trust,
};

impl<T: Config> Pallet<T> {
    /// What makes a provider trusted.
    pub fn trust() -> TrustRules {
        Trust::<T>::get()
    }

    /// Notes that a result of a provider for this requester was agreed to and is final.
    ///
    /// To be called only where a protocol fee was burned for it, and of more than nothing: it is what a point costs. An operator gives its
    /// own provider none.
    pub fn note_agreed(id: ProviderId, requester: &T::AccountId) {
        let Some(record) = Providers::<T>::get(id) else { return };
        if record.score >= TOP_SCORE || record.operator == *requester {
            return;
        }
        let most = Self::trust().most_of_requester;
        let mut givers = GivenBy::<T>::get(id);
        match givers.iter_mut().find(|given| given.requester == *requester) {
            Some(given) if given.points >= most => return,
            Some(given) => given.points = given.points.saturating_add(1),
            // There are fewer of them than points, and of those fewer than there is room for.
            None => {
                if most == 0 || givers.try_push(Given { requester: requester.clone(), points: 1 }).is_err() {
                    return;
                }
            },
        }
        let score = record.score.saturating_add(1);
        GivenBy::<T>::insert(id, givers);
        Providers::<T>::insert(id, Provider { score, ..record });
        Self::deposit_event(Event::ScoreRaised { provider: id, score });
    }

    /// Notes that a provider lost a result, or kept it to itself: its score is gone.
    pub fn note_lost(id: ProviderId) {
        let Some(record) = Providers::<T>::get(id) else { return };
        let lost = record.lost.saturating_add(1);
        GivenBy::<T>::remove(id);
        Providers::<T>::insert(id, Provider { score: 0, lost, last_lost: Some(Clock::<T>::now()), ..record });
        Self::deposit_event(Event::Lost { provider: id, lost });
    }

    /// Notes that a provider never began what it was drawn for, or was late with it: half of its score is gone.
    pub fn note_late(id: ProviderId) {
        let Some(record) = Providers::<T>::get(id) else { return };
        let late = record.late.saturating_add(1);
        let givers = halved(GivenBy::<T>::get(id));
        let score = givers.iter().fold(0u16, |sum, given| sum.saturating_add(given.points));
        if givers.is_empty() {
            GivenBy::<T>::remove(id);
        } else {
            GivenBy::<T>::insert(id, givers);
        }
        Providers::<T>::insert(id, Provider { score, late, ..record });
        Self::deposit_event(Event::Late { provider: id, late, score });
    }

    /// Whether two providers are of different operators; one that is not there is told from nobody.
    pub fn are_distinct(a: ProviderId, b: ProviderId) -> bool {
        match (Providers::<T>::get(a), Providers::<T>::get(b)) {
            (Some(a), Some(b)) => a.operator != b.operator,
            _ => false,
        }
    }

    /// Notes how fast trackers found a provider.
    pub fn set_grade(id: ProviderId, grade: Grade) {
        let Some(record) = Providers::<T>::get(id) else { return };
        Providers::<T>::insert(id, Provider { grade: Some(grade), ..record });
        Self::deposit_event(Event::Graded { provider: id, grade });
    }
}

/// Half of all points, rounded down, taken from each as evenly as can be: what one's half has over goes on to the next.
fn halved<AccountId>(givers: Givers<AccountId>) -> Givers<AccountId> {
    let mut over = 0u16;
    let half = givers.into_iter().map(|given| {
        let points = given.points.saturating_add(over);
        over = points % 2;
        Given { points: points / 2, ..given }
    });
    let left: Vec<Given<AccountId>> = half.filter(|given| given.points > 0).collect();
    Givers::truncate_from(left)
}
