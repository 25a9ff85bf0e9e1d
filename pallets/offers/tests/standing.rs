//! `pause`, `resume` and `exit`.

use idlewild_compute_primitives::view::Standing;
use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{any_provider, record},
    Chain, BOB,
};

use crate::{exit, pause, resume, saw, takes, takes_not, Error, Event, Offers, PART};

#[test]
fn who_is_paused_keeps_what_it_has_and_takes_nothing() {
    Chain::run(|| {
        any_provider(0);
        takes(0, &PART, 5);
        Chain::does(&account(0), pause(0));
        assert!(saw(Event::StandingChanged { provider: 0, standing: Standing::Paused }));
        takes_not(0, &PART, 0, Error::NotActive);
        assert_eq!((record(0).busy, record(0).locked), (1, 5));
        Offers::end_work(0, &PART, 5);
        assert_eq!((record(0).busy, record(0).locked, record(0).free), (0, 0, record(0).offered));
        Chain::refuses(&account(0), pause(0), Error::SameStanding);
        Chain::does(&account(0), resume(0));
        assert!(saw(Event::StandingChanged { provider: 0, standing: Standing::Active }));
        Chain::refuses(&account(0), resume(0), Error::SameStanding);
        takes(0, &PART, 0);
    });
}

#[test]
fn who_leaves_takes_nothing_and_does_not_come_back() {
    Chain::run(|| {
        any_provider(0);
        takes(0, &PART, 5);
        Chain::does(&account(0), exit(0));
        assert!(saw(Event::StandingChanged { provider: 0, standing: Standing::Exiting }));
        takes_not(0, &PART, 0, Error::NotActive);
        for call in [pause(0), resume(0), exit(0)] {
            Chain::refuses(&account(0), call, Error::Leaving);
        }
        // From a pause as well.
        any_provider(1);
        Chain::does(&account(1), pause(1));
        Chain::does(&account(1), exit(1));
        assert_eq!(record(1).standing, Standing::Exiting);
    });
}

#[test]
fn they_are_refused() {
    Chain::run(|| {
        any_provider(0);
        for call in [pause(9), resume(9), exit(9)] {
            Chain::refuses(&account(0), call, Error::NoSuchProvider);
        }
        for call in [pause(0), resume(0), exit(0)] {
            Chain::refuses(&BOB, call, Error::NotOperator);
        }
    });
}
