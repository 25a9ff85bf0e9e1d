//! `claim`: who may race for a chunk, and how long.

use idlewild_compute_primitives::{
    project::ProjectSpec,
    resources::{Resources, Wishes},
    view::Due,
};
use pallet_idlewild_projects::{types::Race, WorkOf};
use pallet_idlewild_test_runtime::{
    account,
    compute::{
        offers::{self, attributes, MACHINE, PRICES},
        projects::{self, acknowledge, advance, chunk, claim, create, draw, operator, quick, spec, view, BOND, QUICK},
    },
    Chain, Clock, Offers, Test, ALICE, CAROL, COIN,
};

use crate::{held, locked, saw, share, started, Call, Error, Event, OffersError};

#[test]
fn a_claim_opens_a_race_and_takes_nothing() {
    Chain::run(|| {
        let (id, all) = started(3);
        let now = Clock::now();
        Chain::does(&operator(all[0]), claim(id, all[0], &[0, 2]));
        assert!(saw(|event| matches!(event, Event::Claimed { chunk: 2, provider: 0, .. })));
        assert_eq!((locked(all[0]), held(id)), (0, 4 * share()));
        let shown = view(id, 2);
        assert_eq!((shown.claims, shown.due, shown.until), (vec![all[0]], Due::Claim, now + QUICK.race));
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[2]), Error::AlreadyClaimed);
        Chain::pass(QUICK.race);
        Chain::does(&operator(all[1]), claim(id, all[1], &[2]));
        Chain::next_block();
        Chain::refuses(&operator(all[2]), claim(id, all[2], &[2]), Error::DrawPending);
        assert_eq!(view(id, 2).due, Due::Draw);
        Chain::next_block();
        // Drawn, and not acknowledged.
        assert_eq!(view(id, 2).due, Due::Acknowledge);
        Chain::refuses(&operator(all[2]), claim(id, all[2], &[2]), Error::DrawPending);
        assert_eq!(WorkOf::<Test>::iter().count(), 3);
    });
}

#[test]
fn a_claim_is_of_all_chunks_or_of_none() {
    Chain::run(|| {
        let (id, all) = started(1);
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[0, 4]), Error::NoSuchChunk);
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[0, 0]), Error::AlreadyClaimed);
        Chain::does(&operator(all[0]), claim(id, all[0], &[0, 1, 2, 3]));
    });
}

#[test]
fn who_could_not_run_it_may_not_claim_it() {
    Chain::run(|| {
        let (id, all) = started(1);
        let call = |provider| claim(id, provider, &[0]);
        Chain::refuses(&ALICE, call(all[0]), OffersError::NotOperator);
        Chain::refuses(&ALICE, call(9), OffersError::NoSuchProvider);
        Chain::refuses(&operator(all[0]), claim(9, all[0], &[0]), Error::NoSuchProject);
        let small = offers::provider(10, Resources { ram_mib: 511, ..MACHINE }, attributes(), PRICES, 100 * COIN);
        Chain::refuses(&account(10), call(small), Error::NoRoom);
        let poor = offers::provider(11, MACHINE, attributes(), PRICES, BOND);
        Chain::does(&account(11), call(poor));
        let dear = create(&ALICE, ProjectSpec { price: 11 * COIN, ..spec() });
        Chain::refuses(&account(11), claim(dear, poor, &[0]), Error::BondTooLow);
        let plain = offers::provider(12, MACHINE, Default::default(), PRICES, 100 * COIN);
        Chain::refuses(&account(12), call(plain), Error::NotSuited);
        let far = create(&ALICE, ProjectSpec { wishes: Wishes { region: Some(*b"NO"), ..Default::default() }, ..spec() });
        Chain::refuses(&operator(all[0]), claim(far, all[0], &[0]), Error::NotSuited);
        Chain::does(&operator(all[0]), pallet_idlewild_offers::Call::pause { provider: all[0] }.into());
        Chain::refuses(&operator(all[0]), call(all[0]), Error::NotActive);
    });
}

#[test]
fn nothing_is_given_out_of_a_project_that_is_closed() {
    Chain::run(|| {
        let (id, all) = started(2);
        Chain::does(&operator(all[0]), claim(id, all[0], &[0]));
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        Chain::refuses(&operator(all[1]), claim(id, all[1], &[0]), Error::ProjectClosed);
        Chain::refuses(&operator(all[1]), claim(id, all[1], &[1]), Error::ProjectClosed);
        let other = create(&ALICE, ProjectSpec { deadline: Clock::now() + 3, ..spec() });
        Chain::pass(3);
        Chain::does(&operator(all[1]), claim(other, all[1], &[1]));
        Chain::next_block();
        Chain::refuses(&operator(all[0]), claim(other, all[0], &[0]), Error::ProjectClosed);
        Chain::refuses(&operator(all[0]), claim(other, all[0], &[1]), Error::ProjectClosed);
    });
}

#[test]
fn no_bond_owns_a_race_that_is_full() {
    Chain::run(|| {
        quick();
        let id = create(&ALICE, spec());
        let bond = |index: u8| if index < 16 { 400 * COIN } else { 200 * COIN };
        let kept = |chunk: u32| {
            let Race::Open { claims, passed, .. } = projects::chunk(id, chunk).race else { panic!("there is no race") };
            (claims.iter().map(|claim| claim.provider).collect::<Vec<u32>>(), passed)
        };
        for index in 0..16u8 {
            let provider = offers::provider(index, MACHINE, attributes(), PRICES, bond(index));
            Chain::does(&account(index), claim(id, provider, &[0, 1, 2]));
        }
        let rich = [kept(0).0, kept(1).0, kept(2).0];
        assert_eq!(kept(0).1, 0, "nobody had to go yet");
        let (mut refused, mut displaced) = (0, 0);
        for index in 16..40u8 {
            let provider = offers::provider(index, MACHINE, attributes(), PRICES, bond(index));
            for chunk in 0..3 {
                let before = kept(chunk);
                if Chain::call(&account(index), claim(id, provider, &[chunk])).is_err() {
                    Chain::refuses(&account(index), claim(id, provider, &[chunk]), Error::RaceFull);
                    refused += 1;
                    continue;
                }
                displaced += 1;
                let after = kept(chunk);
                let gone: Vec<&u32> = before.0.iter().filter(|other| !after.0.contains(other)).collect();
                assert!(after.0.len() == 16 && after.0.contains(&provider) && gone.len() == 1);
                assert!(saw(|event| matches!(event, Event::Displaced { provider, .. } if provider == gone[0])));
                assert!(after.1 > before.1, "each that has to go ranks higher than the one before");
                assert_eq!(WorkOf::<Test>::iter_prefix(gone[0]).filter(|(place, _)| place[11] == chunk as u8).count(), 0);
            }
            Chain::assert_sound();
        }
        assert!(refused > 10 && displaced > 10, "{refused} {displaced}");
        assert!((0..3).all(|chunk| kept(chunk).0 != rich[chunk as usize]));
        // A race for another chunk keeps others.
        assert_ne!(kept(0).0, kept(1).0);
    });
}

#[test]
fn who_tried_in_vain_does_not_come_back_as_another_provider() {
    Chain::run(|| {
        let (id, all) = started(1);
        let twin = offers::provider_of(&account(0), 60, MACHINE, attributes(), PRICES, 1_000 * COIN);
        draw(id, 0, &all);
        Chain::pass(QUICK.acknowledge + 1);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!((chunk(id, 0).tried.to_vec(), view(id, 0).tried), (vec![account(0)], vec![account(0).into()]));
        Chain::refuses(&account(0), claim(id, twin, &[0]), Error::Tried);
        Chain::does(&account(0), claim(id, twin, &[1]));
    });
}

#[test]
fn who_may_not_begin_may_not_claim() {
    Chain::run(|| {
        quick();
        let id = create(&ALICE, ProjectSpec { price: COIN / 10, ..spec() });
        let provider = offers::provider(0, MACHINE, attributes(), PRICES, 10 * COIN);
        drop(Offers::slash(provider, 1));
        // Enough for the chunk, and less than every provider must have.
        Chain::refuses(&account(0), claim(id, provider, &[0]), Error::BondTooLow);
        Chain::does(&account(0), pallet_idlewild_offers::Call::add_bond { provider, amount: 1 }.into());
        Chain::does(&account(0), claim(id, provider, &[0]));
    });
}

#[test]
fn a_draw_that_nobody_asked_for_is_as_if_it_had_never_been() {
    Chain::run(|| {
        let (id, all) = started(2);
        Chain::does(&operator(all[0]), claim(id, all[0], &[0]));
        // Longer than its seed is kept.
        Chain::pass(2_100);
        assert_eq!(view(id, 0).drawn, Vec::<u32>::new());
        let other = create(&ALICE, spec());
        Chain::refuses(&operator(all[0]), claim(other, all[0], &[9]), Error::NoSuchChunk);
        // The project's deadline has passed by then, but that of one who claims again in time has not.
        pallet_idlewild_projects::Projects::<Test>::mutate(id, |project| {
            project.as_mut().unwrap().spec.deadline = Clock::now() + 10;
        });
        Chain::does(&operator(all[1]), claim(id, all[1], &[0]));
        assert_eq!(view(id, 0).claims, vec![all[1]]);
        assert_eq!(offers::record(all[0]).late, 0);
    });
}

#[test]
fn what_was_drawn_and_not_begun_is_open_again_and_not_for_the_same() {
    Chain::run(|| {
        let (id, all) = started(3);
        let drawn = draw(id, 0, &all[..2]);
        assert_eq!(drawn.len(), 2);
        Chain::does(&operator(all[0]), acknowledge(id, all[0], &[0]));
        Chain::pass(QUICK.acknowledge);
        Chain::refuses(&operator(all[2]), claim(id, all[2], &[0]), Error::DrawPending);
        Chain::next_block();
        Chain::does(&operator(all[2]), claim(id, all[2], &[0]));
        assert_eq!(offers::record(all[1]).late, 1);
        assert_eq!(offers::record(all[0]).late, 0);
        Chain::refuses(&operator(all[1]), claim(id, all[1], &[0]), Error::Tried);
        // Who runs it already has it.
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[0]), Error::SameOperator);
    });
}
