//! Whole lives of panels.

use std::collections::BTreeSet;

use pallet_idlewild_test_runtime::compute::trackers::{close, reveal, speak};
use pallet_idlewild_trackers::types::Phase;

use super::*;

/// A panel that is not over.
fn open(panel: PanelId) -> pallet_idlewild_trackers::types::Panel<AccountId> {
    pallet_idlewild_test_runtime::compute::trackers::panel(panel)
}

fn commit_all(panel: PanelId, seats: &[SeatId], verdict: Digest) {
    for seat in seats {
        Chain::does(&tracker(*seat), commit(panel, *seat, verdict));
    }
}

fn reveal_all(panel: PanelId, seats: &[SeatId], verdict: Digest) {
    for seat in seats {
        Chain::does(&tracker(*seat), reveal(panel, *seat, verdict));
    }
}

#[test]
fn four_of_five_agree() {
    run(9, || {
        let (panel, escrow) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        let said: Vec<(SeatId, Digest)> = seats.iter().copied().zip([A, A, B, A, A]).collect();
        let (supply, before) = (Chain::supply(), seats.iter().map(|seat| Chain::wealth(&tracker(*seat))).collect::<Vec<_>>());
        speak(panel, &said);
        close(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))]);
        for (index, ((seat, verdict), before)) in said.into_iter().zip(before).enumerate() {
            let wealth = Chain::wealth(&tracker(seat));
            match index {
                2 => assert_eq!((verdict, wealth, bond(seat)), (B, before - CHARGE, BOND - CHARGE)),
                _ => assert_eq!((verdict, wealth, bond(seat)), (A, before + PAY, BOND)),
            }
            assert_eq!(Seats::<Test>::get(seat).unwrap().busy, 0);
        }
        assert!(saw(Event::Paid { panel, seat: seats[0], amount: PAY }));
        assert!(saw(Event::Charged { seat: seats[2], panel, amount: CHARGE }));
        assert_eq!((Escrows::held(escrow), treasury(), Chain::supply()), (96 * PAY, CHARGE, supply));
    });
}

#[test]
fn who_does_not_commit_is_replaced_before_anything_is_shown() {
    run(9, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        let (silent, there) = seats.split_at(2);
        commit_all(panel, there, A);
        close_late(&BOB, panel);
        assert!(saw(Event::Redrawing { panel, places: 2 }));
        assert_eq!(treasury(), 0, "three of five are not enough to say that they could have spoken");
        assert!(silent.iter().all(|seat| Seats::<Test>::get(seat).unwrap().busy == 0));
        assert_eq!(on_panel(panel), there.to_vec());
        let asked = Clock::now();
        assert!(matches!(open(panel).phase, Phase::Drawing { asked: at, .. } if at == asked), "its draw has a seed of its own");
        let all = convene(&BOB, panel);
        assert_eq!((all.len(), &all[..3]), (5, there));
        let new = &all[3..];
        assert!(new.iter().all(|seat| !seats.contains(seat)), "who was silent is drawn again");
        Chain::refuses(&tracker(there[0]), reveal(panel, there[0], A), Error::NotAllCommitted);
        commit_all(panel, new, A);
        reveal_all(panel, &all, A);
        let gained = gain(&tracker(new[0]), || close(&BOB, panel));
        assert_eq!((gained, verdicts()), (PAY as i128, vec![(DISPUTE, Some(A))]));
    });
}

#[test]
fn who_is_silent_where_the_others_are_not_is_charged() {
    run(9, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        commit_all(panel, &seats[1..], A);
        close_late(&BOB, panel);
        assert!(saw(Event::Charged { seat: seats[0], panel, amount: CHARGE }));
        assert_eq!((bond(seats[0]), treasury()), (BOND - CHARGE, CHARGE));
        // Of a probe two are enough.
        let (panel, _) = ask(PROBE);
        let seats = convene(&BOB, panel);
        commit_all(panel, &seats[1..], ANSWERS);
        close_late(&BOB, panel);
        assert_eq!(treasury(), 2 * CHARGE);
    });
}

#[test]
fn who_does_not_reveal_is_replaced_where_it_matters() {
    run(9, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        commit_all(panel, &seats, A);
        reveal_all(panel, &seats[..4], A);
        close_late(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))], "four agreed without the fifth");
        assert_eq!((bond(seats[4]), treasury()), (BOND - CHARGE, CHARGE));
    });
    run(9, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        commit_all(panel, &seats, A);
        reveal_all(panel, &seats[..3], A);
        close_late(&BOB, panel);
        let all = convene(&BOB, panel);
        assert_eq!((all.len(), &all[..3]), (5, &seats[..3]));
        commit_all(panel, &all[3..], A);
        reveal_all(panel, &all[3..], A);
        close(&BOB, panel);
        assert_eq!((verdicts(), treasury()), (vec![(DISPUTE, Some(A))], 2 * CHARGE));
    });
}

#[test]
fn after_two_more_draws_those_decide_that_spoke() {
    run(20, || {
        let (panel, _) = ask(DISPUTE);
        for _ in 0..2 {
            let seats = convene(&BOB, panel);
            let new: Vec<SeatId> =
                seats.into_iter().filter(|seat| !open(panel).places.iter().any(|p| p.seat == *seat && p.is_bound())).collect();
            // One of those that are new.
            commit_all(panel, &new[..1], A);
            close_late(&BOB, panel);
        }
        let seats = convene(&BOB, panel);
        assert_eq!(seats.len(), 5);
        commit_all(panel, &seats[2..4], A);
        close_late(&BOB, panel);
        let reveal_until = Clock::now() + 5;
        assert!(saw(Event::Continued { panel, reveal_until }));
        assert_eq!(on_panel(panel), seats[..4].to_vec());
        reveal_all(panel, &seats[..4], A);
        close(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))]);
        assert_eq!(treasury(), CHARGE, "only the last one was silent while four were not");
    });
}

#[test]
fn a_replacement_that_nobody_convenes_is_done_without() {
    run(9, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        commit_all(panel, &seats[..4], A);
        close_late(&BOB, panel);
        close_late(&BOB, panel);
        reveal_all(panel, &seats[..4], A);
        close(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))]);
    });
    run(9, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        commit_all(panel, &seats[..3], A);
        close_late(&BOB, panel);
        close_late(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, None)], "three cannot agree");
        assert_eq!(treasury(), 0);
    });
}

#[test]
fn where_nobody_is_left_to_draw_those_that_are_there_go_on_at_once() {
    run(5, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        commit_all(panel, &seats[1..], A);
        close_late(&BOB, panel);
        assert_eq!(convene(&BOB, panel), seats[1..].to_vec());
        reveal_all(panel, &seats[1..], A);
        close(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))]);
    });
}

/// A dispute of five that do not agree: three for A, two for B. Returns the panel and who they were.
fn split() -> (PanelId, EscrowId, Vec<SeatId>) {
    let (panel, escrow) = ask(DISPUTE);
    let seats = convene(&BOB, panel);
    let said: Vec<(SeatId, Digest)> = seats.iter().copied().zip([A, B, A, B, A]).collect();
    speak(panel, &said);
    close(&BOB, panel);
    assert!(saw(Event::Doubled { panel }));
    (panel, escrow, seats)
}

#[test]
fn a_dispute_without_agreement_doubles_and_both_rounds_are_settled() {
    run(40, || {
        let (panel, escrow, first) = split();
        assert_eq!((verdicts(), treasury()), (vec![], 0), "nobody knows yet who is wrong");
        let second = convene(&BOB, panel);
        assert_eq!(second.len(), 10);
        assert!(second.iter().all(|seat| !first.contains(seat)), "ten others judge");
        let said: Vec<(SeatId, Digest)> = second.iter().map(|seat| (*seat, if *seat == second[3] { A } else { B })).collect();
        speak(panel, &said);
        let supply = Chain::supply();
        close(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, Some(B))]);
        let charged: Vec<SeatId> = (0..40).filter(|seat| bond(*seat) < BOND).collect();
        let mut wrong = vec![first[0], first[2], first[4], second[3]];
        wrong.sort_unstable();
        assert_eq!(charged, wrong);
        assert_eq!((Escrows::held(escrow), treasury()), ((100 - 2 - 9) * PAY, 4 * CHARGE));
        assert_eq!(Chain::supply(), supply);
        assert!((0..40).all(|seat| Seats::<Test>::get(seat).unwrap().busy == 0));
    });
}

#[test]
fn where_ten_do_not_agree_either_nobody_is_right() {
    run(40, || {
        let (panel, escrow, _) = split();
        let second = convene(&BOB, panel);
        let said: Vec<(SeatId, Digest)> =
            second.iter().enumerate().map(|(index, seat)| (*seat, if index < 3 { A } else { B })).collect();
        speak(panel, &said);
        close(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, None)], "seven of ten are not enough");
        assert_eq!((Escrows::held(escrow), treasury()), (100 * PAY, 0));
        assert!((0..40).all(|seat| Seats::<Test>::get(seat).unwrap().busy == 0));
    });
}

#[test]
fn a_doubled_panel_has_its_own_draws() {
    run(64, || {
        let (panel, _, first) = split();
        for draw in 0..3 {
            let seats = convene(&BOB, panel);
            assert_eq!(seats.len(), 10, "draw {draw}");
            assert!(seats.iter().all(|seat| !first.contains(seat)));
            close_late(&BOB, panel);
        }
        assert_eq!(verdicts(), vec![(DISPUTE, None)]);
        assert_eq!(treasury(), 0);
        assert!(first.iter().all(|seat| bond(*seat) == BOND));
    });
}

#[test]
fn a_dispute_of_which_nobody_says_a_word_ends_too() {
    run(60, || {
        let (panel, escrow) = ask(DISPUTE);
        let (mut steps, mut drawn, mut seats) = (0, 0, BTreeSet::new());
        while Panels::<Test>::contains_key(panel) {
            let new = convene(&BOB, panel);
            drawn += new.len();
            seats.extend(new);
            close_late(&BOB, panel);
            steps += 1;
        }
        assert_eq!(steps, 6, "three draws in each of two rounds");
        assert_eq!(verdicts(), vec![(DISPUTE, None)]);
        assert_eq!((Escrows::held(escrow), treasury()), (100 * PAY, 0), "it may be that nobody could");
        assert!((0..60).all(|seat| bond(seat) == BOND));
        assert_eq!((drawn, seats.len()), (45, 45), "nobody is drawn twice for one panel");
    });
}

#[test]
fn others_than_disputes_do_not_double() {
    run(9, || {
        let (panel, _) = ask(PROBE);
        let seats = convene(&BOB, panel);
        speak(panel, &[(seats[0], ANSWERS), (seats[1], SILENT), (seats[2], UNKNOWN)]);
        close(&BOB, panel);
        let (panel, _) = ask(SAMPLE);
        for _ in 0..3 {
            assert_eq!(convene(&BOB, panel).len(), 1);
            close_late(&BOB, panel);
        }
        assert_eq!(verdicts(), vec![(PROBE, None), (SAMPLE, None)]);
        assert_eq!(treasury(), 0, "where one alone is asked nobody says that it could have spoken");
    });
}

#[test]
fn silence_brings_a_tracker_out_of_the_draws_until_it_pays() {
    run(1, || {
        be_silent(2);
        let (panel, _) = ask(SAMPLE);
        assert!(convene(&BOB, panel).is_empty());
        assert_eq!(bond(0), BOND - 2 * CHARGE);
        Chain::pass(12);
        Chain::does(&account(0), Call::top_up { seat: 0 }.into());
        let (panel, _) = ask(SAMPLE);
        let seats = convene(&BOB, panel);
        assert_eq!(seats, vec![0]);
        speak(panel, &[(0, A)]);
        close(&BOB, panel);
        assert_eq!(verdicts().last(), Some(&(SAMPLE, Some(A))));
    });
}

#[test]
fn a_seed_that_is_gone_ends_a_panel() {
    run(5, || {
        let (panel, _) = ask(DISPUTE);
        Chain::pass(2_060);
        Chain::refuses(&BOB, Call::convene { panel }.into(), Error::TooLate);
        close(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, None)]);
    });
}
