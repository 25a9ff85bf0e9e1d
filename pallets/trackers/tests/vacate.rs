use pallet_idlewild_trackers::SeatOf;

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
