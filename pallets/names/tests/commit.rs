//! `commit`: the hash of a name, some blocks before it.

use crate::*;

#[test]
fn a_deposit_is_held_for_it() {
    Chain::run(|| {
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        assert!(saw(Event::Committed { who: ALICE, hash: hash("abcdef", &ALICE) }));
        assert_eq!(coins(&ALICE), (1_000_000 * COIN - ITEM, ITEM));
    });
}

#[test]
fn one_that_is_too_old_is_made_anew() {
    Chain::run(|| {
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        Chain::refuses(&ALICE, commit("abcdef", &ALICE), Error::AlreadyCommitted);
        Chain::pass(rules().max_age);
        Chain::refuses(&ALICE, commit("abcdef", &ALICE), Error::AlreadyCommitted);
        Chain::next_block();
        Chain::refuses(&ALICE, register("abcdef"), Error::TooOld);
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        assert_eq!(coins(&ALICE).1, ITEM);
        Chain::refuses(&ALICE, register("abcdef"), Error::TooFresh);
        Chain::pass(rules().min_age);
        Chain::does(&ALICE, register("abcdef"));
    });
}

#[test]
fn anothers_copy_of_it_disturbs_nobody() {
    Chain::run(|| {
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        Chain::next_block();
        // Seen in a block, and sent again: before it is used, and in place of it.
        Chain::does(&BOB, commit("abcdef", &ALICE));
        Chain::next_block();
        Chain::refuses(&BOB, register("abcdef"), Error::NoCommitment);
        Chain::does(&BOB, uncommit("abcdef", &ALICE));
        Chain::does(&ALICE, register("abcdef"));
        assert_eq!(resolve("abcdef").unwrap().owner, bytes(&ALICE));
    });
}

#[test]
fn it_is_refused_to_who_cannot_pay() {
    Chain::run(|| {
        give(&NOBODY, ITEM + LEAST - 1);
        Chain::refuses(&NOBODY, commit("abcdef", &NOBODY), Error::NotEnoughCoins);
        give(&NOBODY, 1);
        Chain::does(&NOBODY, commit("abcdef", &NOBODY));
    });
}
