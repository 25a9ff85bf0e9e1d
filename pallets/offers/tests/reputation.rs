//! Scores: what a requester can give, what being late and what losing takes, and what is remembered of it.

use idlewild_compute_primitives::{resources::Grade, trust::CERTAIN};
use pallet_idlewild_offers::{
    types::{Given, TOP_SCORE},
    GivenBy, Trust,
};
use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{agree, any_provider, record, requester},
    Chain, Clock, Test, ALICE, BOB, CAROL,
};

use crate::{saw, Event, Offers};

fn points(id: u32) -> Vec<u16> {
    GivenBy::<Test>::get(id).iter().map(|given| given.points).collect()
}

#[test]
fn one_requester_gives_so_much_and_no_more() {
    Chain::run(|| {
        any_provider(0);
        for score in 1..=5 {
            Offers::note_agreed(0, &ALICE);
            assert!(saw(Event::ScoreRaised { provider: 0, score }));
            assert_eq!(record(0).score, score);
        }
        let before = Chain::state();
        Offers::note_agreed(0, &ALICE);
        assert_eq!(before, Chain::state(), "she gave as much as she can");
        assert_eq!(Offers::trust().checked(record(0).score), CERTAIN);
        (0..5).for_each(|_| Offers::note_agreed(0, &BOB));
        Chain::assert_sound();
        assert_eq!((record(0).score, points(0)), (10, vec![5, 5]));
        assert!(Offers::trust().checked(record(0).score) < CERTAIN, "two requesters make it trusted");
        // What she gave one provider is not counted at another.
        any_provider(1);
        Offers::note_agreed(1, &ALICE);
        assert_eq!(record(1).score, 1);
    });
}

#[test]
fn the_limit_is_that_of_genesis() {
    Chain::run(|| {
        Trust::<Test>::mutate(|rules| rules.most_of_requester = 2);
        any_provider(0);
        (0..3).for_each(|_| Offers::note_agreed(0, &ALICE));
        assert_eq!(record(0).score, 2);
        Trust::<Test>::mutate(|rules| rules.most_of_requester = 0);
        Offers::note_agreed(0, &BOB);
        assert_eq!((record(0).score, points(0)), (2, vec![2]));
        Trust::<Test>::mutate(|rules| rules.most_of_requester = 2);
    });
}

#[test]
fn nobody_gives_itself_a_score() {
    Chain::run(|| {
        any_provider(0);
        Offers::note_agreed(0, &account(0));
        assert_eq!((record(0).score, GivenBy::<Test>::contains_key(0)), (0, false));
    });
}

#[test]
fn a_score_has_a_top_and_so_has_what_is_remembered() {
    Chain::run(|| {
        any_provider(0);
        agree(0, TOP_SCORE as u8);
        Chain::assert_sound();
        assert_eq!((record(0).score, points(0).len()), (TOP_SCORE, usize::from(TOP_SCORE)));
        let before = Chain::state();
        // Neither somebody new nor somebody known.
        Offers::note_agreed(0, &ALICE);
        Offers::note_agreed(0, &requester(0));
        assert_eq!(before, Chain::state());
    });
}

#[test]
fn being_late_takes_half() {
    Chain::run(|| {
        any_provider(0);
        agree(0, 63);
        let mut late = 0;
        for score in [31, 15, 7, 3, 1, 0, 0] {
            late += 1;
            Offers::note_late(0);
            Chain::assert_sound();
            assert!(saw(Event::Late { provider: 0, late, score }));
            let of = record(0);
            assert_eq!((of.score, of.late, of.lost, of.last_lost), (score, late, 0, None));
        }
        assert!(!GivenBy::<Test>::contains_key(0), "nothing is kept of nothing");
    });
}

#[test]
fn half_is_taken_of_each_and_can_be_given_again() {
    Chain::run(|| {
        any_provider(0);
        for (who, points) in [(&ALICE, 5), (&BOB, 1), (&CAROL, 4)] {
            (0..points).for_each(|_| Offers::note_agreed(0, who));
        }
        Offers::note_late(0);
        // Two and a half, a half and two: what her half has over goes on to his.
        let left = [(ALICE, 2), (BOB, 1), (CAROL, 2)].map(|(requester, points)| Given { requester, points });
        assert_eq!((GivenBy::<Test>::get(0).into_inner(), record(0).score), (left.to_vec(), 5));
        (0..9).for_each(|_| Offers::note_agreed(0, &ALICE));
        Chain::assert_sound();
        assert_eq!((points(0), record(0).score), (vec![5, 1, 2], 8), "never more than five of her");
    });
}

#[test]
fn losing_takes_all_and_it_can_be_given_again() {
    Chain::run(|| {
        any_provider(0);
        (0..5).for_each(|_| Offers::note_agreed(0, &ALICE));
        agree(0, 20);
        Chain::pass(7);
        Offers::note_lost(0);
        Chain::assert_sound();
        assert!(saw(Event::Lost { provider: 0, lost: 1 }));
        let of = record(0);
        assert_eq!((of.score, of.lost, of.late, of.last_lost), (0, 1, 0, Some(Clock::now())));
        assert!(!GivenBy::<Test>::contains_key(0));
        (0..9).for_each(|_| Offers::note_agreed(0, &ALICE));
        assert_eq!(record(0).score, 5);
        Chain::pass(7);
        Offers::note_lost(0);
        assert_eq!((record(0).lost, record(0).last_lost), (2, Some(Clock::now())));
    });
}

#[test]
fn trackers_say_how_fast_it_is() {
    Chain::run(|| {
        any_provider(0);
        let grade = Grade { core: 800, memory: 700, disk: 600, gpu: 500 };
        Offers::set_grade(0, grade);
        assert!(saw(Event::Graded { provider: 0, grade }));
        Offers::note_late(0);
        Offers::note_lost(0);
        assert_eq!(record(0).grade, Some(grade));
    });
}

#[test]
fn nothing_is_noted_of_who_is_not_there() {
    Chain::run(|| {
        any_provider(0);
        let (before, events) = (Chain::state(), Chain::events().len());
        Offers::note_agreed(1, &ALICE);
        Offers::note_lost(1);
        Offers::note_late(1);
        Offers::set_grade(1, Grade::default());
        assert_eq!((before, events), (Chain::state(), Chain::events().len()));
    });
}
