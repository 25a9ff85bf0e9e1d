//! `release`: another version.

use crate::*;

#[test]
fn a_deposit_is_held_for_each() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::does(&ALICE, release(0, image(2)));
        Chain::does(&ALICE, release(0, compared(3, 1)));
        assert!(saw(Event::Released { app: 0, version: 2, digest: [3; 32] }));
        assert_eq!((coins(&ALICE).1, versions(0)), (APP + 3 * VERSION, vec![(2, false), (1, false), (0, false)]));
        for program in [module(1), image(2), compared(3, 1)] {
            assert_eq!(Apps::check(Some((0, &ALICE)), &program), Ok(()));
        }
    });
}

#[test]
fn bytes_that_were_withdrawn_can_be_released_with_another_class() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        let pinned = program(1, Form::Module, Class::Pinned);
        Chain::refuses(&ALICE, release(0, pinned), Error::AlreadyReleased);
        Chain::does(&ALICE, yank(0, 0));
        Chain::does(&ALICE, release(0, pinned));
        assert_eq!(versions(0), [(1, false), (0, true)]);
        assert_eq!(Apps::check(Some((0, &ALICE)), &pinned), Ok(()));
        assert_eq!(Apps::check(Some((0, &ALICE)), &module(1)), Err(Error::OtherClass.into()));
        // The first is withdrawn already, and the second by itself.
        Chain::refuses(&ALICE, yank(0, 0), Error::AlreadyYanked);
        Chain::does(&ALICE, yank(0, 1));
        assert_eq!(Apps::check(Some((0, &ALICE)), &pinned), Err(Error::NotOfApp.into()));
    });
}

#[test]
fn the_same_bytes_can_be_two_apps() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::does(&BOB, publish("abcd", module(1)));
        Chain::does(&ALICE, yank(0, 0));
        assert_eq!(Apps::check(Some((1, &ALICE)), &module(1)), Ok(()));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, release(0, module(1)), Error::NoSuchApp);
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::refuses(&BOB, release(0, module(2)), Error::NotPublisher);
        Chain::refuses(&ALICE, release(0, module(1)), Error::AlreadyReleased);
        Chain::refuses(&ALICE, release(0, program(2, Form::Image, Class::Deterministic)), Error::UnsoundProgram);
        give(&NOBODY, APP + 2 * VERSION + LEAST - 1);
        Chain::does(&NOBODY, publish("abcd", module(1)));
        Chain::refuses(&NOBODY, release(1, module(2)), Error::NotEnoughCoins);
        Chain::does(&ALICE, retire(0, 1));
        Chain::refuses(&ALICE, release(0, module(2)), Error::IsRetired);
    });
}
