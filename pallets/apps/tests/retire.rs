//! `retire`: the end of an app.

use pallet_idlewild_apps::{types::MAX_RETIRED, ByDigest, Versions};

use crate::*;

#[test]
fn it_ends_at_once_and_its_versions_go_in_steps() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        (2..=5).for_each(|digest| Chain::does(&ALICE, release(0, module(digest))));
        Chain::does(&ALICE, yank(0, 1));
        let free = coins(&ALICE).0;
        Chain::does(&ALICE, retire(0, 2));
        assert!(saw(Event::Retired { app: 0, left: 3 }));
        assert_eq!(coins(&ALICE), (free + 2 * VERSION, APP + 3 * VERSION));
        assert_eq!(versions(0), [(4, true), (3, true), (2, true)]);
        for digest in 1..=5 {
            assert_eq!(Apps::check(Some((0, &ALICE)), &module(digest)), Err(Error::IsRetired.into()));
        }
        Chain::refuses(&ALICE, yank(0, 0), Error::NoSuchVersion);
        Chain::does(&ALICE, yank(0, 2));
        Chain::does(&ALICE, retire(0, MAX_RETIRED));
        assert!(saw(Event::Retired { app: 0, left: 0 }));
        assert_eq!((coins(&ALICE), versions(0)), ((free + 5 * VERSION, APP), vec![]));
        assert_eq!(Versions::<Test>::iter().count() + ByDigest::<Test>::iter().count(), 0);
        Chain::refuses(&ALICE, retire(0, 1), Error::IsRetired);
    });
}

#[test]
fn its_name_is_nobody_elses() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::does(&ALICE, retire(0, 1));
        Chain::refuses(&BOB, publish("abc", module(1)), Error::NameTaken);
        assert_eq!((Apps::app_named(b"abc".to_vec()).unwrap().id, coins(&ALICE).1), (0, APP));
    });
}

#[test]
fn another_apps_versions_stay() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::does(&ALICE, publish("abcd", module(1)));
        Chain::does(&ALICE, retire(0, MAX_RETIRED));
        assert_eq!((Apps::check(Some((1, &ALICE)), &module(1)), versions(1)), (Ok(()), vec![(0, false)]));
    });
}

#[test]
fn bytes_that_were_released_twice_are_found_until_the_later_goes() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::does(&ALICE, yank(0, 0));
        Chain::does(&ALICE, release(0, module(1)));
        Chain::does(&ALICE, retire(0, 1));
        assert_eq!(ByDigest::<Test>::get(0, [1; 32]), Some(1));
        Chain::does(&ALICE, retire(0, 1));
        assert_eq!(ByDigest::<Test>::get(0, [1; 32]), None);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, retire(0, 1), Error::NoSuchApp);
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::refuses(&BOB, retire(0, 1), Error::NotPublisher);
        Chain::refuses(&ALICE, retire(0, 0), Error::BadLimit);
        Chain::refuses(&ALICE, retire(0, MAX_RETIRED + 1), Error::BadLimit);
        Chain::refuses(&ALICE, retire(0, u32::MAX), Error::BadLimit);
    });
}
