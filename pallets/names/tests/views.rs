//! What is told of names.

use idlewild_names_primitives::{
    rules::{Status, Term},
    view::{NameTerms, Quote, Unavailable},
};

use crate::*;

fn price(name: &str, periods: u32) -> Result<Quote, Unavailable> {
    Names::price(name.as_bytes().to_vec(), periods)
}

#[test]
fn a_name_is_shown_with_its_term_and_its_deposits() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("abcdef", "sub", &BOB));
        Chain::does(&BOB, set_operator("abcdef/sub", &CAROL, true));
        Chain::does(&CAROL, set_bucket("abcdef/sub", 1));
        let view = Names::named(b"abcdef/sub".to_vec()).unwrap();
        assert_eq!((view.path.as_slice(), view.node, view.owner), (&b"abcdef/sub"[..], 1, bytes(&BOB)));
        assert_eq!((view.operators, view.deposit), (vec![bytes(&CAROL)], NODE + BUCKET));
        assert_eq!((view.status, view.term), (Status::Live, Some(Term { ends: 302, free: 332 })));
        assert_eq!(view.records.len(), 1);
        Chain::pass_to(302);
        assert_eq!(Names::named(b"abcdef/sub".to_vec()).unwrap().status, Status::Grace);
        Chain::pass_to(332);
        assert_eq!(Names::named(b"abcdef/sub".to_vec()), None);
    });
}

#[test]
fn an_account_sees_all_its_names_in_pages() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        for sub in ["a", "b", "c", "d"] {
            Chain::does(&ALICE, create_sub("abcdef", sub, &ALICE));
        }
        Chain::does(&ALICE, create_sub("abcdef", "bobs", &BOB));
        Chain::does(&ALICE, remove_sub("abcdef/b"));
        for limit in [1, 2, 5, 50] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = Names::names_of(ALICE.into(), after, limit);
                assert!(page.names.len() <= limit as usize);
                seen.extend(page.names.into_iter().map(|view| (view.node, view.status == Status::Gone)));
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            seen.sort_unstable();
            // What is gone can be found, to be reclaimed.
            assert_eq!(seen, [(0, false), (1, false), (2, true), (3, false), (4, false)], "{limit}");
        }
        assert_eq!(Names::names_of(BOB.into(), None, 0).names.len(), 1);
        assert_eq!(Names::names_of(CAROL.into(), None, 10), Default::default());
    });
}

#[test]
fn subnames_come_in_pages() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        for sub in ["a", "b", "c", "d", "e"] {
            Chain::does(&ALICE, create_sub("abcdef", sub, &BOB));
        }
        Chain::does(&BOB, create_sub("abcdef/a", "deeper", &BOB));
        Chain::does(&BOB, set_bucket("abcdef/a", 1));
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = Names::children(b"abcdef".to_vec(), after, 2);
            seen.extend(page.children.into_iter().map(|child| (child.label, child.node, child.records)));
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        seen.sort_unstable();
        let all = [("a", 1, 1), ("b", 2, 0), ("c", 3, 0), ("d", 4, 0), ("e", 5, 0)];
        assert_eq!(seen, all.map(|(label, node, records)| (label.as_bytes().to_vec(), node, records)));
        assert_eq!(Names::children(b"abcdef/b".to_vec(), None, 10), Default::default());
        assert_eq!(Names::children(b"nobody".to_vec(), None, 10), Default::default());
        assert_eq!(Names::children(b"abcdef".to_vec(), Some(vec![b'x'; 64]), 10), Default::default());
    });
}

#[test]
fn a_price_is_told_or_why_there_is_none() {
    Chain::run(|| {
        Chain::pass(5);
        let until = now() + 2 * rules().period;
        assert_eq!(price("google", 2), Ok(Quote { rent: 2 * RENT, premium: 0, deposit: NODE, until }));
        assert_eq!(price("go", 1), Err(Unavailable::BadName));
        assert_eq!(price("idlewild", 1), Err(Unavailable::Reserved));
        assert_eq!(price("google", 0), Err(Unavailable::BadPeriods));
        assert_eq!(price("google", 11), Err(Unavailable::BadPeriods));
        assert_eq!(Names::renewal(b"google".to_vec(), 1), Err(Unavailable::NoSuchName));
        take("google", &ALICE);
        let free = now() + rules().period + rules().grace;
        assert_eq!(price("google", 1), Err(Unavailable::Taken { free }));
        assert_eq!(price("g00gle", 1), Err(Unavailable::LooksLike { name: b"google".to_vec(), free }));
        let until = now() + 2 * rules().period;
        assert_eq!(Names::renewal(b"google".to_vec(), 1), Ok(Quote { rent: RENT, premium: 0, deposit: 0, until }));
        assert_eq!(Names::renewal(b"google".to_vec(), 10), Err(Unavailable::BadPeriods));
        assert_eq!(Names::renewal(b"g00gle".to_vec(), 1), Err(Unavailable::NoSuchName));
    });
}

#[test]
fn the_terms_are_those_of_the_chain() {
    Chain::run(|| {
        Chain::pass(3);
        let told = NameTerms {
            now: 3,
            rules: NameRules { period: 300, grace: 30, day: 2, min_age: 2, max_age: 20 },
            max_periods: 10,
            base: COIN,
            premium: COIN << 12,
            node_deposit: NODE,
            item_deposit: ITEM,
            byte_deposit: COIN / 100,
        };
        assert_eq!(Names::terms(), told);
    });
}
