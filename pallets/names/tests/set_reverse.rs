//! `set_reverse`: which name is an account's own.

use crate::*;

fn set_account(of: &str, who: &AccountId) -> RuntimeCall {
    let bytes: [u8; 32] = who.clone().into();
    set_record(of, RecordKey::Account, Some(Record::Account(bytes)))
}

fn reverse(who: &AccountId) -> Option<String> {
    Names::reverse(who.clone().into()).map(|reverse| String::from_utf8(reverse.name).unwrap())
}

#[test]
fn a_name_is_told_of_only_while_it_leads_back() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("abcdef", "sub", &ALICE));
        Chain::does(&ALICE, set_reverse(Some("abcdef/sub")));
        assert!(saw(Event::ReverseSet { who: ALICE, node: Some(1) }));
        assert_eq!((coins(&ALICE).1, reverse(&ALICE)), (2 * NODE + ITEM, None));
        Chain::does(&ALICE, set_account("abcdef/sub", &BOB));
        assert_eq!(reverse(&ALICE), None);
        // Anybody can say it, and is not believed.
        Chain::does(&CAROL, set_reverse(Some("abcdef/sub")));
        assert_eq!(reverse(&CAROL), None);
        Chain::does(&ALICE, set_account("abcdef/sub", &ALICE));
        assert_eq!((reverse(&ALICE), reverse(&CAROL)), (Some("abcdef/sub".into()), None));
        Chain::pass_to(rules().period + 2);
        assert_eq!(reverse(&ALICE), None, "in its grace it leads nowhere");
        Chain::does(&ALICE, renew("abcdef", 1));
        assert_eq!(reverse(&ALICE), Some("abcdef/sub".into()));
        Chain::does(&ALICE, remove_sub("abcdef/sub"));
        assert_eq!(reverse(&ALICE), None);
        // Nor does another of that label.
        Chain::does(&ALICE, create_sub("abcdef", "sub", &BOB));
        Chain::does(&BOB, set_account("abcdef/sub", &ALICE));
        assert_eq!(reverse(&ALICE), None);
    });
}

#[test]
fn there_is_one_at_a_time() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        take("ghijkl", &ALICE);
        for name in ["abcdef", "ghijkl"] {
            Chain::does(&ALICE, set_account(name, &ALICE));
            Chain::does(&ALICE, set_reverse(Some(name)));
            assert_eq!(reverse(&ALICE), Some(name.to_string()));
        }
        let held = coins(&ALICE).1;
        Chain::does(&ALICE, set_reverse(None));
        assert!(saw(Event::ReverseSet { who: ALICE, node: None }));
        assert_eq!((coins(&ALICE).1, reverse(&ALICE)), (held - ITEM, None));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, set_reverse(None), Error::NoReverse);
        Chain::refuses(&ALICE, set_reverse(Some("abcdef")), Error::NoSuchName);
        take("abcdef", &ALICE);
        give(&NOBODY, ITEM + LEAST - 1);
        Chain::refuses(&NOBODY, set_reverse(Some("abcdef")), Error::NotEnoughCoins);
        Chain::pass_to(rules().period + 2);
        Chain::refuses(&ALICE, set_reverse(Some("abcdef")), Error::Lapsed);
    });
}
