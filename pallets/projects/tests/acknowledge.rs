//! `acknowledge`: who was drawn begins, alone or not, and who does not is late.

use idlewild_compute_primitives::{
    chunk::Stage,
    program::Class,
    project::ProjectSpec,
    resources::{Attributes, Grade},
    trust::CERTAIN,
    view::{Due, Duty},
};
use pallet_idlewild_projects::WorkOf;
use pallet_idlewild_test_runtime::{
    compute::{
        offers::{self, attributes, MACHINE, PRICES},
        projects::{
            acknowledge, advance, begin, chunk, claim, create, draw, operator, spec, spec_of, trust, view, BOND, PRICE, QUICK,
        },
    },
    Chain, Clock, Offers, Projects, Test, ALICE, BOB, CAROL,
};

use crate::{locked, saw, started, Call, Error, Event, OffersError};

#[test]
fn who_is_drawn_begins_with_bond_and_machine() {
    Chain::run(|| {
        let (id, all) = started(1);
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0]), Error::Untouched);
        Chain::does(&operator(all[0]), claim(id, all[0], &[0]));
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0]), Error::NotDrawn);
        Chain::pass(QUICK.race + 1);
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0]), Error::NotDrawn);
        assert_eq!(Projects::duties(all[0], None, 9).duties, vec![]);
        Chain::next_block();
        let duties = Projects::duties(all[0], None, 9).duties;
        assert_eq!((duties[0].duty, duties[0].until), (Duty::Acknowledge, Clock::now() + QUICK.acknowledge));
        Chain::refuses(&BOB, acknowledge(id, all[0], &[0]), OffersError::NotOperator);
        Chain::does(&operator(all[0]), acknowledge(id, all[0], &[0]));
        assert!(saw(|event| matches!(event, Event::Drawn { providers, .. } if providers.to_vec() == [0])));
        assert_eq!(locked(all[0]), BOND);
        let free = offers::record(all[0]).free;
        assert_eq!((free.cpu_milli, free.ram_mib), (MACHINE.cpu_milli - 1_000, MACHINE.ram_mib - 512));
        let duties = Projects::duties(all[0], None, 9).duties;
        assert_eq!((duties[0].duty, duties[0].until), (Duty::Commit, Clock::now() + 5));
        // A new provider never works alone.
        assert_eq!((chunk(id, 0).wanted, chunk(id, 0).stage), (2, Stage::Working { since: None }));
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0]), Error::NotDrawn);
    });
}

#[test]
fn a_trusted_one_begins_alone() {
    Chain::run(|| {
        let (id, all) = started(3);
        all.iter().for_each(|provider| trust(*provider));
        let drawn = begin(id, 0, &all);
        assert_eq!(drawn.len(), 1);
        let chunk = chunk(id, 0);
        assert_eq!((chunk.wanted, chunk.chance), (1, CERTAIN / 10));
        // What is checked so seldom takes a larger bond.
        assert_eq!(locked(drawn[0]), Offers::trust().bond(PRICE, 10));
        assert!(locked(drawn[0]) > 30 * PRICE);
        assert_eq!(WorkOf::<Test>::iter().count(), 1, "nobody else has anything to do with it");
        let other = all.iter().find(|provider| **provider != drawn[0]).unwrap();
        Chain::refuses(&operator(*other), claim(id, *other, &[0]), Error::NoPlace);
    });
}

#[test]
fn how_many_begin_is_decided_by_who_is_drawn_first() {
    Chain::run(|| {
        let (_, all) = started(2);
        trust(all[1]);
        let id = create(&ALICE, ProjectSpec { tasks: 100, per_chunk: 1, price: pallet_idlewild_test_runtime::COIN, ..spec() });
        let mut seen = [0; 3];
        for index in 0..12 {
            let drawn = draw(id, index, &all);
            seen[drawn.len()] += 1;
            assert_eq!(drawn.len() == 1, drawn[0] == all[1], "a trusted one that is first is alone");
            // The trusted one may acknowledge first, and there are still two.
            if drawn.len() == 2 {
                Chain::does(&operator(all[1]), acknowledge(id, all[1], &[index]));
                assert_eq!(chunk(id, index).wanted, 2);
            }
        }
        assert!(seen[1] > 0 && seen[2] > 0, "{seen:?}");
    });
}

#[test]
fn as_many_begin_as_were_asked_for() {
    Chain::run(|| {
        let (_, all) = started(5);
        all.iter().for_each(|provider| trust(*provider));
        let id = create(&ALICE, ProjectSpec { replicas: 3, ..spec() });
        let drawn = draw(id, 0, &all);
        assert_eq!(drawn.len(), 3);
        let out = all.iter().find(|provider| !drawn.contains(provider)).unwrap();
        Chain::refuses(&operator(*out), acknowledge(id, *out, &[0]), Error::NotDrawn);
        for provider in drawn {
            Chain::does(&operator(provider), acknowledge(id, provider, &[0]));
        }
        assert_eq!((chunk(id, 0).wanted, view(id, 0).due), (3, Due::Commit));
    });
}

#[test]
fn a_slow_machine_has_longer() {
    Chain::run(|| {
        let (id, all) = started(1);
        Offers::set_grade(all[0], Grade { core: 625, ..Grade::default() });
        begin(id, 0, &all);
        assert_eq!((view(id, 0).due, view(id, 0).until), (Due::Claim, 0), "nobody waits for the second one yet");
        let until = Projects::duties(all[0], None, 9).duties[0].until;
        assert_eq!(until, Clock::now() + 8);
    });
}

#[test]
fn who_does_not_begin_in_time_is_late_once() {
    Chain::run(|| {
        let (id, all) = started(2);
        trust(all[0]);
        draw(id, 0, &all[..1]);
        Chain::does(&CAROL, advance(id, 0));
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
        Chain::pass(QUICK.acknowledge + 1);
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0]), Error::NotDrawn);
        Chain::does(&CAROL, advance(id, 0));
        let record = offers::record(all[0]);
        assert_eq!((record.late, record.score, record.bond), (1, 5, 1_000 * pallet_idlewild_test_runtime::COIN));
        assert_eq!(chunk(id, 0).tried.to_vec(), vec![operator(all[0])]);
        assert_eq!(Projects::duties(all[0], None, 9).duties, vec![]);
    });
}

#[test]
fn nobody_begins_with_what_was_cancelled() {
    Chain::run(|| {
        let (id, all) = started(2);
        draw(id, 0, &all);
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0]), Error::ProjectClosed);
        Chain::pass(QUICK.acknowledge + 1);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!(offers::record(all[0]).late, 0, "which is not their fault");
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: None });
    });
}

#[test]
fn what_one_was_drawn_by_has_to_be_there() {
    Chain::run(|| {
        let (id, all) = started(1);
        // Its bond may leave, as it stands for nothing and has been there for a while.
        Chain::pass(20);
        draw(id, 0, &all);
        let withdraw = pallet_idlewild_offers::Call::withdraw_bond { provider: all[0], amount: 1 };
        Chain::does(&operator(all[0]), withdraw.into());
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0]), Error::BondTooLow);
        Chain::does(&operator(all[0]), pallet_idlewild_offers::Call::add_bond { provider: all[0], amount: 1 }.into());
        Chain::does(&operator(all[0]), acknowledge(id, all[0], &[0]));
    });
}

#[test]
fn who_has_no_room_any_more_is_refused() {
    Chain::run(|| {
        let (_, all) = started(1);
        let id = create(&ALICE, ProjectSpec { resources: MACHINE, ..spec() });
        Chain::does(&operator(all[0]), claim(id, all[0], &[0, 1]));
        Chain::pass(4);
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0, 1]), OffersError::NoRoom);
        Chain::does(&operator(all[0]), acknowledge(id, all[0], &[0]));
        let rich = create(&ALICE, ProjectSpec { price: 995 * pallet_idlewild_test_runtime::COIN, ..spec() });
        Chain::refuses(&operator(all[0]), claim(rich, all[0], &[0]), Error::NoRoom);
    });
}

#[test]
fn what_stands_for_a_chunk_is_what_it_was_claimed_for() {
    Chain::run(|| {
        let (id, all) = started(2);
        offers::agree(all[0], 9);
        // All of its bond would not do for one who is trusted.
        offers::agree(all[1], 10);
        let dear = create(&ALICE, ProjectSpec { price: 90 * pallet_idlewild_test_runtime::COIN, ..spec() });
        draw(dear, 0, &all[..1]);
        Offers::note_agreed(all[0], &offers::requester(9));
        assert_eq!(offers::record(all[0]).score, 10);
        Chain::does(&operator(all[0]), acknowledge(dear, all[0], &[0]));
        assert_eq!((locked(all[0]), chunk(dear, 0).chance), (900 * pallet_idlewild_test_runtime::COIN, CERTAIN));
        // And who loses a result after it claimed alone is not left alone with it.
        draw(id, 0, &all[1..]);
        Offers::note_lost(all[1]);
        Chain::does(&operator(all[1]), acknowledge(id, all[1], &[0]));
        assert_eq!((chunk(id, 0).wanted, chunk(id, 0).chance), (1, CERTAIN));
        assert_eq!(locked(all[1]), Offers::trust().bond(PRICE, 10));
    });
}

#[test]
fn who_becomes_another_class_of_hosts_makes_nobody_late() {
    Chain::run(|| {
        let (_, all) = started(2);
        let id = create(&ALICE, spec_of(Class::Pinned));
        assert_eq!(draw(id, 0, &all).len(), 2);
        let other = Attributes { host_class: [9; 8], ..attributes() };
        let change = |attributes| pallet_idlewild_offers::Call::set_offer {
            provider: all[0],
            offered: MACHINE,
            attributes,
            prices: PRICES,
        };
        Chain::does(&operator(all[0]), change(other).into());
        Chain::refuses(&operator(all[0]), acknowledge(id, all[0], &[0]), Error::OtherHostClass);
        Chain::does(&operator(all[1]), acknowledge(id, all[1], &[0]));
        assert_eq!(chunk(id, 0).host_class, attributes().host_class);
    });
}
