//! `set_operator`: who sets records besides the owner.

use crate::*;

#[test]
fn an_operator_sets_records_and_nothing_else() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, set_operator("abcdef", &BOB, true));
        assert!(saw(Event::OperatorSet { node: 0, who: BOB, allowed: true }));
        Chain::does(&BOB, set_bucket("abcdef", 1));
        Chain::refuses(&BOB, set_operator("abcdef", &CAROL, true), Error::NotOwner);
        Chain::refuses(&BOB, create_sub("abcdef", "sub", &BOB), Error::NotOwner);
        Chain::refuses(&BOB, release("abcdef"), Error::NotOwner);
        // Nor of what is under it.
        Chain::does(&ALICE, create_sub("abcdef", "sub", &ALICE));
        Chain::refuses(&BOB, set_bucket("abcdef/sub", 1), Error::NotAllowed);
        Chain::does(&ALICE, set_operator("abcdef", &BOB, false));
        assert!(saw(Event::OperatorSet { node: 0, who: BOB, allowed: false }));
        Chain::refuses(&BOB, set_bucket("abcdef", 2), Error::NotAllowed);
        assert_eq!(bucket("abcdef"), Some(1), "what it set stays");
        assert_eq!(coins(&BOB).1, BUCKET);
        Chain::does(&ALICE, set_bucket("abcdef", 2));
        assert_eq!((coins(&BOB).1, coins(&ALICE).1), (0, 2 * NODE + BUCKET));
    });
}

#[test]
fn there_are_so_many_and_no_more() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        let operator = |index: u8| AccountId::new([200 + index; 32]);
        (0..8).for_each(|index| Chain::does(&ALICE, set_operator("abcdef", &operator(index), true)));
        Chain::refuses(&ALICE, set_operator("abcdef", &operator(8), true), Error::TooManyOperators);
        Chain::does(&ALICE, set_operator("abcdef", &operator(3), false));
        Chain::does(&ALICE, set_operator("abcdef", &operator(8), true));
        let view = Names::named(b"abcdef".to_vec()).unwrap();
        assert_eq!(view.operators.len(), 8);
        assert!(!view.operators.contains(&bytes(&operator(3))));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, set_operator("abcdef", &BOB, true), Error::NoSuchName);
        take("abcdef", &ALICE);
        Chain::refuses(&BOB, set_operator("abcdef", &BOB, true), Error::NotOwner);
        Chain::refuses(&ALICE, set_operator("abcdef", &ALICE, true), Error::SameOperator);
        Chain::refuses(&ALICE, set_operator("abcdef", &BOB, false), Error::SameOperator);
        Chain::does(&ALICE, set_operator("abcdef", &BOB, true));
        Chain::refuses(&ALICE, set_operator("abcdef", &BOB, true), Error::SameOperator);
        Chain::pass_to(rules().period + 2);
        Chain::refuses(&ALICE, set_operator("abcdef", &BOB, false), Error::Lapsed);
    });
}
