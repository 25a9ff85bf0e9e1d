use frame_support::traits::{fungible::Mutate, tokens::Preservation};
use pallet_idlewild_trackers::{types::Seat, SeatCount, SeatOf};

use super::*;

fn take_seat() -> RuntimeCall {
    Call::take_seat {}.into()
}

#[test]
fn a_bond_is_put_on_hold() {
    run(0, || {
        let (since, supply) = (Clock::now(), Chain::supply());
        let gained = gain(&ALICE, || Chain::does(&ALICE, take_seat()));
        assert_eq!((held(&ALICE), gained), (BOND, -(SeatFee::get() as i128)));
        assert_eq!(Chain::supply(), supply - SeatFee::get(), "one seat more is paid for, and to nobody");
        assert!(saw(Event::SeatTaken { seat: 0, tracker: ALICE }));
        let seat = Seat { tracker: ALICE, bond: BOND, since, leaving: None, short: None, busy: 0 };
        assert_eq!(Seats::<Test>::get(0), Some(seat));
        Chain::does(&BOB, take_seat());
        assert_eq!((SeatOf::<Test>::get(BOB), SeatCount::<Test>::get()), (Some(1), 2));
    });
}

#[test]
fn nobody_has_two_or_one_on_credit() {
    run(0, || {
        Chain::does(&ALICE, take_seat());
        Chain::refuses(&ALICE, take_seat(), Error::AlreadySeated);
        let poor = AccountId::new([0x50; 32]);
        Chain::refuses(&poor, take_seat(), Error::NotEnoughCoins);
        let almost = BOND + SeatFee::get() - 1;
        Balances::transfer(&ALICE, &poor, almost, Preservation::Preserve).unwrap();
        Chain::refuses(&poor, take_seat(), Error::NotEnoughCoins);
    });
}

#[test]
fn a_vacant_seat_is_taken_again() {
    run(3, || {
        Chain::does(&account(1), Call::leave { seat: 1 }.into());
        Chain::pass(40);
        Chain::does(&BOB, Call::vacate { seat: 1 }.into());
        let gained = gain(&ALICE, || Chain::does(&ALICE, take_seat()));
        assert_eq!((tracker(1), SeatCount::<Test>::get()), (ALICE, 3));
        assert_eq!(gained, 0, "draws look at no seat more");
        Chain::does(&account(1), take_seat());
        assert_eq!(tracker(3), account(1));
    });
}
