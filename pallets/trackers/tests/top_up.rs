use frame_support::traits::{fungible::Mutate, tokens::Preservation};

use super::*;

fn top_up(seat: SeatId) -> RuntimeCall {
    Call::top_up { seat }.into()
}

#[test]
fn a_bond_is_whole_again() {
    run(1, || {
        be_silent(1);
        let since = Seats::<Test>::get(0).unwrap().since;
        assert_eq!(bond(0), BOND - CHARGE);
        Chain::does(&account(0), top_up(0));
        assert_eq!((bond(0), held(&account(0))), (BOND, BOND));
        assert_eq!(Seats::<Test>::get(0).unwrap().since, since, "a seat that was in the draws stays in them");
        assert!(saw(Event::ToppedUp { seat: 0, amount: CHARGE }));
        Chain::refuses(&account(0), top_up(0), Error::BondWhole);
    });
}

#[test]
fn a_seat_that_was_short_counts_again_once_no_draw_can_tell() {
    run(1, || {
        be_silent(2);
        let short = Seats::<Test>::get(0).unwrap().short;
        assert_eq!((bond(0), short), (40 * COIN, Some(Clock::now())));
        let (panel, _) = ask(SAMPLE);
        assert!(convene(&BOB, panel).is_empty(), "a seat with too little bond was drawn");
        let open = short.unwrap() + 12;
        Chain::pass_to(open - 1);
        Chain::refuses(&account(0), top_up(0), Error::DrawsPending);
        Chain::pass_to(open);
        Chain::does(&account(0), top_up(0));
        let seat = Seats::<Test>::get(0).unwrap();
        assert_eq!((seat.bond, seat.since, seat.short), (BOND, open, None));
        let (panel, _) = ask(SAMPLE);
        assert_eq!(convene(&BOB, panel), vec![0]);
    });
}

#[test]
fn it_is_the_trackers_own() {
    run(1, || {
        be_silent(1);
        Chain::refuses(&BOB, top_up(0), Error::NotTracker);
        Chain::refuses(&BOB, top_up(1), Error::NoSuchSeat);
        Chain::does(&account(0), Call::leave { seat: 0 }.into());
        Chain::refuses(&account(0), top_up(0), Error::AlreadyLeaving);
    });
}

#[test]
fn there_must_be_coins() {
    run(0, || {
        let poor = AccountId::new([0x50; 32]);
        Balances::transfer(&ALICE, &poor, BOND + SeatFee::get() + COIN, Preservation::Preserve).unwrap();
        Chain::does(&poor, Call::take_seat {}.into());
        be_silent(1);
        Chain::refuses(&poor, top_up(0), Error::NotEnoughCoins);
    });
}
