//! `uncommit`: a commitment that is not used.

use crate::*;

#[test]
fn its_deposit_comes_back_at_any_age() {
    Chain::run(|| {
        for age in [0, 5, 50] {
            Chain::does(&ALICE, commit("abcdef", &ALICE));
            Chain::pass(age);
            Chain::does(&ALICE, uncommit("abcdef", &ALICE));
            assert!(saw(Event::Uncommitted { who: ALICE, hash: hash("abcdef", &ALICE) }));
            assert_eq!(coins(&ALICE), (1_000_000 * COIN, 0));
        }
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, uncommit("abcdef", &ALICE), Error::NoCommitment);
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        Chain::refuses(&BOB, uncommit("abcdef", &ALICE), Error::NoCommitment);
        Chain::refuses(&ALICE, uncommit("abcdeg", &ALICE), Error::NoCommitment);
        Chain::pass(2);
        Chain::does(&ALICE, register("abcdef"));
        Chain::refuses(&ALICE, uncommit("abcdef", &ALICE), Error::NoCommitment);
    });
}
