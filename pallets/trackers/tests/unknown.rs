//! What cannot be judged: nobody who tried loses by it, and who asked pays.

use pallet_idlewild_test_runtime::compute::trackers::{close, reveal, speak};

use super::*;

/// What everybody on a panel won or lost while it was closed.
fn gains(seats: &[SeatId], what: impl FnOnce()) -> Vec<i128> {
    let wealth = || seats.iter().map(|seat| Chain::wealth(&tracker(*seat)) as i128).collect::<Vec<_>>();
    let before = wealth();
    what();
    wealth().into_iter().zip(before).map(|(now, before)| now - before).collect()
}

/// A panel of which the first so many say that they cannot judge, and the others A.
fn unable(question: Question, unknown: usize) -> (PanelId, EscrowId, Vec<SeatId>) {
    let (panel, escrow) = ask(question);
    let seats = convene(&BOB, panel);
    let said = |(index, seat): (usize, &SeatId)| (*seat, if index < unknown { UNKNOWN } else { A });
    speak(panel, &seats.iter().enumerate().map(said).collect::<Vec<_>>());
    (panel, escrow, seats)
}

const TRIED: i128 = (PAY / 10) as i128;

#[test]
fn a_dispute_that_nobody_can_judge_ends_at_once_and_costs_who_asked() {
    assert_eq!(pay_for_trying(PAY) as i128, TRIED);
    run(40, || {
        let supply = Chain::supply();
        for round in 1..=4 {
            let (panel, escrow, seats) = unable(DISPUTE, 5);
            let gained = gains(&seats, || close(&BOB, panel));
            assert_eq!(gained, [TRIED; 5]);
            assert_eq!(verdicts(), vec![(DISPUTE, None); round], "it does not double");
            assert!(saw(Event::Paid { panel, seat: seats[0], amount: PAY / 10 }));
            assert_eq!(Escrows::held(escrow), 100 * PAY - 5 * (PAY / 10));
            Escrows::close(escrow).unwrap();
        }
        assert_eq!((treasury(), Chain::supply()), (0, supply));
        assert!((0..40).all(|seat| bond(seat) == BOND && Seats::<Test>::get(seat).unwrap().busy == 0));
    });
}

#[test]
fn more_than_half_say_that_it_cannot_be_judged() {
    run(40, || {
        let (panel, _, seats) = unable(DISPUTE, 3);
        assert_eq!(gains(&seats, || close(&BOB, panel)), [TRIED, TRIED, TRIED, 0, 0]);
        assert_eq!((verdicts(), treasury()), (vec![(DISPUTE, None)], 0));
    });
}

#[test]
fn two_who_cannot_keep_nobody_from_judging() {
    run(40, || {
        let (panel, escrow, first) = unable(DISPUTE, 2);
        close(&BOB, panel);
        assert!(saw(Event::Doubled { panel }));
        let second = convene(&BOB, panel);
        let said: Vec<_> = second.iter().map(|seat| (*seat, if second[..2].contains(seat) { UNKNOWN } else { A })).collect();
        speak(panel, &said);
        let all = [first, second].concat();
        let (lost, won) = (-(CHARGE as i128), PAY as i128);
        let expected = [&[lost; 2][..], &[won; 3], &[lost; 2], &[won; 8]].concat();
        assert_eq!(gains(&all, || close(&BOB, panel)), expected, "others could, so that they are of the minority");
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))]);
        assert_eq!((Escrows::held(escrow), treasury()), (89 * PAY, 4 * CHARGE));
    });
}

#[test]
fn those_of_both_rounds_are_paid_for_trying() {
    run(40, || {
        let (panel, _, first) = unable(DISPUTE, 2);
        close(&BOB, panel);
        let second = convene(&BOB, panel);
        let said: Vec<_> = second.iter().map(|seat| (*seat, if second[..4].contains(seat) { A } else { UNKNOWN })).collect();
        speak(panel, &said);
        let expected = [&[TRIED; 2][..], &[0; 3], &[0; 4], &[TRIED; 6]].concat();
        assert_eq!(gains(&[first, second].concat(), || close(&BOB, panel)), expected);
        assert_eq!((verdicts(), treasury()), (vec![(DISPUTE, None)], 0));
    });
    // Where it ends because they differ, nobody is paid for not having judged.
    run(40, || {
        let (panel, escrow, _) = unable(DISPUTE, 2);
        close(&BOB, panel);
        let second = convene(&BOB, panel);
        let said: Vec<_> = second.iter().map(|seat| (*seat, if second[..5].contains(seat) { A } else { UNKNOWN })).collect();
        speak(panel, &said);
        close(&BOB, panel);
        assert_eq!((verdicts(), treasury()), (vec![(DISPUTE, None)], 0));
        assert_eq!(Escrows::held(escrow), 100 * PAY);
    });
}

#[test]
fn one_who_cannot_is_of_the_minority_where_four_agree() {
    run(9, || {
        let (panel, _, seats) = unable(DISPUTE, 1);
        let won = PAY as i128;
        assert_eq!(gains(&seats, || close(&BOB, panel)), [-(CHARGE as i128), won, won, won, won]);
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))]);
    });
}

#[test]
fn others_are_not_drawn_for_what_most_could_not_judge() {
    run(20, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        for seat in &seats {
            Chain::does(&tracker(*seat), commit(panel, *seat, UNKNOWN));
        }
        for seat in &seats[..3] {
            Chain::does(&tracker(*seat), reveal(panel, *seat, UNKNOWN));
        }
        close_late(&BOB, panel);
        assert_eq!(verdicts(), vec![(DISPUTE, None)]);
        assert_eq!(treasury(), 2 * CHARGE, "who bound something has no reason not to show it");
    });
}

#[test]
fn of_anything_but_a_dispute_it_is_neither_paid_nor_charged() {
    run(5, || {
        for question in [SAMPLE, PROBE] {
            let (panel, escrow, seats) = unable(question, 3);
            assert!(gains(&seats, || close(&BOB, panel)).iter().all(|gain| *gain == 0));
            assert_eq!((verdicts().pop(), treasury()), (Some((question, None)), 0));
            assert_eq!(Escrows::held(escrow), 100 * PAY);
        }
        let (panel, _) = ask(PROBE);
        let seats = convene(&BOB, panel);
        speak(panel, &[(seats[0], ANSWERS), (seats[1], ANSWERS), (seats[2], UNKNOWN)]);
        assert_eq!(gains(&seats, || close(&BOB, panel)), [PAY as i128, PAY as i128, 0]);
    });
}

#[test]
fn a_grade_is_of_those_who_measured() {
    use pallet_idlewild_test_runtime::compute::trackers::{Grades, Operators};
    let grade = |core| {
        let grade = idlewild_compute_primitives::resources::Grade { core, ..Default::default() };
        idlewild_compute_primitives::panel::digest_of(&grade)
    };
    run(3, || {
        Operators::insert(900, CAROL);
        Chain::does(&CAROL, Call::ask_grade { provider: 900 }.into());
        let seats = convene(&BOB, 0);
        speak(0, &[(seats[0], grade(700)), (seats[1], UNKNOWN), (seats[2], grade(600))]);
        let gained = gains(&seats, || close(&BOB, 0));
        assert_eq!(gained, [2 * COIN as i128, 0, 2 * COIN as i128]);
        assert_eq!(Grades::get(900).map(|grade| grade.core), Some(600));
    });
}

#[test]
fn a_probe_says_one_of_two_things() {
    run(3, || {
        for verdict in [A, UNKNOWN, [7; 32]] {
            let (panel, escrow) = ask(PROBE);
            let seats = convene(&BOB, panel);
            speak(panel, &seats.iter().map(|seat| (*seat, verdict)).collect::<Vec<_>>());
            close(&BOB, panel);
            assert_eq!(
                (verdicts().pop(), Escrows::held(escrow)),
                (Some((PROBE, None)), 100 * PAY),
                "and nobody is paid for a third"
            );
        }
    });
}
