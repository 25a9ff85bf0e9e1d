//! `yank`: a version is withdrawn.

use crate::*;

#[test]
fn no_new_project_can_use_it() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::does(&ALICE, release(0, module(2)));
        let held = coins(&ALICE).1;
        Chain::does(&ALICE, yank(0, 0));
        assert!(saw(Event::Yanked { app: 0, version: 0 }));
        assert_eq!(Apps::check(Some((0, &ALICE)), &module(1)), Err(Error::NotOfApp.into()));
        assert_eq!(Apps::check(Some((0, &ALICE)), &module(2)), Ok(()));
        // Whoever names no app uses what it wants.
        assert_eq!(Apps::check(None, &module(1)), Ok(()));
        // It stays on record, and so does its deposit.
        assert_eq!((versions(0), coins(&ALICE).1), (vec![(1, false), (0, true)], held));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, yank(0, 0), Error::NoSuchApp);
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::refuses(&BOB, yank(0, 0), Error::NotPublisher);
        Chain::refuses(&ALICE, yank(0, 1), Error::NoSuchVersion);
        Chain::does(&ALICE, yank(0, 0));
        Chain::refuses(&ALICE, yank(0, 0), Error::AlreadyYanked);
    });
}
