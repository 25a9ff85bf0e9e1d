use pallet_idlewild_trackers::{types::MAX_FORGOTTEN, HoleCount, SeatCount, SeatOf};

use super::*;

fn vacate(seat: SeatId) -> RuntimeCall {
    Call::vacate { seat }.into()
}

fn leave() {
    Chain::does(&account(0), Call::leave { seat: 0 }.into());
}

#[test]
fn anybody_sends_a_bond_home_when_it_is_time() {
    run(1, || {
        Chain::refuses(&BOB, vacate(0), Error::NotLeaving);
        Chain::refuses(&BOB, vacate(1), Error::NoSuchSeat);
        leave();
        Chain::pass(39);
        Chain::refuses(&BOB, vacate(0), Error::DrawsPending);
        Chain::next_block();
        let gained = gain(&account(0), || Chain::does(&BOB, vacate(0)));
        assert_eq!((held(&account(0)), gained), (0, 0));
        assert_eq!((Seats::<Test>::get(0), SeatOf::<Test>::get(account(0))), (None, None));
        assert!(saw(Event::Vacated { seat: 0, tracker: account(0), bond: BOND }));
        Chain::refuses(&BOB, vacate(0), Error::NoSuchSeat);
    });
}

#[test]
fn who_was_drawn_stays_until_the_panel_is_closed() {
    run(1, || {
        let (panel, _) = ask(SAMPLE);
        Chain::next_block();
        leave();
        Chain::next_block();
        Chain::does(&BOB, Call::convene { panel }.into());
        Chain::does(&account(0), commit(panel, 0, A));
        Chain::pass(40);
        Chain::refuses(&BOB, vacate(0), Error::SeatBusy);
        close_late(&BOB, panel);
        Chain::does(&BOB, vacate(0));
        assert!(saw(Event::Vacated { seat: 0, tracker: account(0), bond: BOND - CHARGE }));
        assert_eq!(treasury(), CHARGE);
    });
}

#[test]
fn a_bond_that_is_used_up_leaves_by_itself() {
    run(1, || {
        be_silent(3);
        assert_eq!(bond(0), 10 * COIN);
        Chain::pass(40);
        Chain::refuses(&BOB, vacate(0), Error::NotLeaving);
    });
    run(1, || {
        be_silent(4);
        assert_eq!((bond(0), held(&account(0)), treasury()), (0, 0, BOND));
        Chain::refuses(&BOB, vacate(0), Error::DrawsPending);
        Chain::pass(40);
        Chain::does(&BOB, vacate(0));
        assert_eq!(Seats::<Test>::get(0), None);
    });
}

#[test]
fn vacant_seats_of_the_highest_numbers_are_forgotten() {
    run(16, || {
        let leaves = |seat: SeatId| Chain::does(&tracker(seat), Call::leave { seat }.into());
        (3..16).for_each(leaves);
        Chain::pass(40);
        let seats_and_holes = || (SeatCount::<Test>::get(), HoleCount::<Test>::get());
        // From the middle, in no order: as long as the highest one is taken all are counted.
        for (seat, holes) in [(7, 1), (3, 2), (14, 3), (8, 4), (13, 5), (9, 6), (4, 7), (12, 8), (5, 9), (11, 10), (10, 11)] {
            Chain::does(&BOB, vacate(seat));
            assert_eq!(seats_and_holes(), (16, holes));
        }
        Chain::does(&BOB, vacate(15));
        assert_eq!(MAX_FORGOTTEN, 8, "that many by one call");
        assert_eq!(seats_and_holes(), (8, 4), "3, 4, 5 and 7");
        Chain::does(&BOB, vacate(6));
        assert_eq!(seats_and_holes(), (3, 0));
        // A number that was forgotten costs as much as one that there never was.
        let gained = gain(&ALICE, || Chain::does(&ALICE, Call::take_seat {}.into()));
        assert_eq!((gained, tracker(3)), (-(SeatFee::get() as i128), ALICE));
    });
}

#[test]
fn a_draw_that_was_asked_for_is_among_the_seats_of_that_time() {
    run(6, || {
        Chain::does(&account(5), Call::leave { seat: 5 }.into());
        Chain::pass(40);
        let (panel, _) = ask(DISPUTE);
        Chain::does(&BOB, vacate(5));
        assert_eq!(SeatCount::<Test>::get(), 5);
        Chain::next_block();
        // Whoever has the number now came too late.
        take_seats(&[ALICE]);
        assert_eq!(tracker(5), ALICE);
        let mut seats = convene(&BOB, panel);
        seats.sort_unstable();
        assert_eq!(seats, vec![0, 1, 2, 3, 4]);
    });
}
