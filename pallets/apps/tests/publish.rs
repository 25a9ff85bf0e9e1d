//! `publish`: an app begins.

use pallet_idlewild_apps::NextApp;

use crate::*;

#[test]
fn it_has_a_name_a_version_and_deposits() {
    Chain::run(|| {
        let (supply, free) = (Chain::supply(), coins(&ALICE).0);
        Chain::does(&ALICE, publish("ray-tracer", module(1)));
        Chain::does(&ALICE, publish("folding", image(1)));
        assert_eq!((coins(&ALICE), Chain::supply()), ((free - 2 * (APP + VERSION), 2 * (APP + VERSION)), supply));
        let category = Category::Rendering;
        assert!(saw(Event::Published { app: 0, publisher: ALICE, name: name("ray-tracer"), category }));
        assert!(saw(Event::Released { app: 0, version: 0, digest: [1; 32] }));
        let view = Apps::app(0).unwrap();
        assert_eq!((view.id, view.publisher, view.name, view.category), (0, ALICE.into(), b"ray-tracer".to_vec(), category));
        assert_eq!((view.versions.len(), view.versions[0].program, view.versions[0].yanked), (1, module(1), false));
        assert_eq!(Apps::app_named(b"folding".to_vec()).unwrap().id, 1);
    });
}

#[test]
fn names_are_labels() {
    Chain::run(|| {
        let longest = "x".repeat(63);
        for good in ["abc", "a-b", "0ad", "a--b", "123", &longest] {
            Chain::does(&ALICE, publish(good, module(1)));
        }
        for bad in ["", "ab", "-ab", "ab-", "---", "aBc", "a_b", "a.b", "a b", "äbc", "ab\0", "ab\n"] {
            Chain::refuses(&ALICE, publish(bad, module(1)), Error::BadName);
        }
        assert!(Name::try_from("x".repeat(64).into_bytes()).is_err());
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::refuses(&BOB, publish("abc", module(2)), Error::NameTaken);
        Chain::refuses(&ALICE, publish("abc", module(2)), Error::NameTaken);
        let unsound = program(1, Form::Image, Class::Deterministic);
        Chain::refuses(&ALICE, publish("abcd", unsound), Error::UnsoundProgram);
        Chain::refuses(&NOBODY, publish("abcd", module(1)), Error::NotEnoughCoins);
        give(&NOBODY, APP + VERSION + LEAST - 1);
        Chain::refuses(&NOBODY, publish("abcd", module(1)), Error::NotEnoughCoins);
        give(&NOBODY, 1);
        Chain::does(&NOBODY, publish("abcd", module(1)));
        assert_eq!(coins(&NOBODY), (LEAST, APP + VERSION));
        NextApp::<Test>::put(u32::MAX);
        Chain::refuses(&ALICE, publish("abcde", module(1)), Error::TooMany);
    });
}
