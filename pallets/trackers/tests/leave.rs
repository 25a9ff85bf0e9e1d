use super::*;

fn leave(seat: SeatId) -> RuntimeCall {
    Call::leave { seat }.into()
}

#[test]
fn a_seat_is_in_no_more_draws() {
    run(1, || {
        Chain::does(&account(0), leave(0));
        assert!(saw(Event::Leaving { seat: 0, from: Clock::now() + 40 }));
        assert_eq!(held(&account(0)), BOND, "the bond stays");
        let (panel, _) = ask(SAMPLE);
        assert!(convene(&BOB, panel).is_empty());
        assert_eq!(verdicts(), vec![(SAMPLE, None)]);
    });
}

#[test]
fn it_stays_in_those_that_were_asked_for() {
    run(1, || {
        let (panel, _) = ask(SAMPLE);
        Chain::next_block();
        Chain::does(&account(0), leave(0));
        Chain::next_block();
        Chain::does(&BOB, Call::convene { panel }.into());
        assert_eq!(on_panel(panel), vec![0]);
        Chain::does(&account(0), commit(panel, 0, A));
        close_late(&BOB, panel);
        assert_eq!(bond(0), BOND - CHARGE, "who leaves is charged as anybody");
    });
}

#[test]
fn it_is_said_once_and_by_the_tracker() {
    run(1, || {
        Chain::refuses(&BOB, leave(0), Error::NotTracker);
        Chain::refuses(&BOB, leave(1), Error::NoSuchSeat);
        Chain::does(&account(0), leave(0));
        Chain::refuses(&account(0), leave(0), Error::AlreadyLeaving);
    });
}
