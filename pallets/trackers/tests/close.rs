use frame_support::dispatch::{GetDispatchInfo, Pays};
use pallet_idlewild_test_runtime::compute::trackers::{reveal, speak};

use super::*;

fn call(panel: PanelId) -> RuntimeCall {
    Call::close { panel }.into()
}

#[test]
fn nobody_is_cut_off() {
    run(5, || {
        Chain::refuses(&BOB, call(0), Error::NoSuchPanel);
        let (panel, _) = ask(DISPUTE);
        Chain::refuses(&BOB, call(panel), Error::TooEarly);
        let seats = convene(&BOB, panel);
        Chain::pass(10);
        Chain::refuses(&BOB, call(panel), Error::TooEarly);
        for seat in &seats {
            Chain::does(&tracker(*seat), commit(panel, *seat, A));
        }
        for seat in &seats[..4] {
            Chain::does(&tracker(*seat), reveal(panel, *seat, A));
        }
        Chain::pass(5);
        Chain::refuses(&BOB, call(panel), Error::TooEarly);
        Chain::does(&tracker(seats[4]), reveal(panel, seats[4], A));
        Chain::does(&BOB, call(panel));
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))]);
        Chain::refuses(&BOB, call(panel), Error::NoSuchPanel);
    });
}

#[test]
fn a_panel_that_nobody_convened_is_over() {
    run(5, || {
        let (panel, _) = ask(DISPUTE);
        Chain::pass(12);
        Chain::refuses(&BOB, call(panel), Error::TooEarly);
        Chain::next_block();
        Chain::does(&BOB, call(panel));
        assert_eq!((verdicts(), Panels::<Test>::get(panel)), (vec![(DISPUTE, None)], None));
        assert_eq!(treasury(), 0);
    });
}

#[test]
fn what_could_be_closed_costs_no_fee() {
    run(5, || {
        let (panel, _) = ask(PROBE);
        let seats = convene(&BOB, panel);
        let early = Chain::call_with_info(&BOB, call(panel)).unwrap_err();
        assert_eq!(early.post_info.pays_fee, Pays::Yes);
        speak(panel, &seats.iter().map(|seat| (*seat, ANSWERS)).collect::<Vec<_>>());
        let most = call(panel).get_dispatch_info().call_weight;
        let done = Chain::call_with_info(&BOB, call(panel)).unwrap();
        assert_eq!(done.pays_fee, Pays::No);
        assert!(done.actual_weight.unwrap().all_lt(most));
    });
}

#[test]
fn an_escrow_that_cannot_pay_all_is_shared() {
    run(5, || {
        let (panel, escrow) = ask_with(DISPUTE, 5 * PAY - 3);
        let seats = convene(&BOB, panel);
        speak(panel, &seats.iter().map(|seat| (*seat, A)).collect::<Vec<_>>());
        let before = Chain::wealth(&tracker(seats[0]));
        Chain::does(&BOB, call(panel));
        assert_eq!(Chain::wealth(&tracker(seats[0])) - before, PAY - 1);
        assert_eq!(Escrows::held(escrow), 2);
    });
    run(5, || {
        let (panel, escrow) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        speak(panel, &seats.iter().map(|seat| (*seat, A)).collect::<Vec<_>>());
        Escrows::close(escrow).unwrap();
        // Which nobody who asks may do.
        assert!(Trackers::do_try_state().is_err());
        let gained = gain(&tracker(seats[0]), || Chain::does(&BOB, call(panel)));
        assert_eq!((gained, verdicts()), (0, vec![(DISPUTE, Some(A))]), "a verdict does not hang on money");
    });
}

#[test]
fn who_differs_on_a_probe_is_only_not_paid() {
    run(3, || {
        let (panel, escrow) = ask(PROBE);
        let seats = convene(&BOB, panel);
        speak(panel, &[(seats[0], ANSWERS), (seats[1], SILENT), (seats[2], ANSWERS)]);
        let gained = gain(&tracker(seats[1]), || Chain::does(&BOB, call(panel)));
        assert_eq!((gained, bond(seats[1]), treasury()), (0, BOND, 0));
        assert_eq!(Escrows::held(escrow), 98 * PAY);
        assert_eq!(verdicts(), vec![(PROBE, Some(ANSWERS))]);
    });
}
