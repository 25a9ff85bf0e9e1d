use pallet_idlewild_test_runtime::compute::trackers::reveal;

use super::*;

#[test]
fn a_verdict_is_bound_once_by_its_tracker_and_in_time() {
    run(9, || {
        Chain::refuses(&BOB, Call::commit { panel: 0, seat: 0, commitment: A }.into(), Error::NoSuchPanel);
        let (panel, _) = ask(DISPUTE);
        Chain::refuses(&account(0), commit(panel, 0, A), Error::NotConvened);
        let seats = convene(&BOB, panel);
        let [seat, late, ..] = seats[..] else { panic!("too few") };
        let absent = (0..9).find(|seat| !seats.contains(seat)).unwrap();
        Chain::refuses(&tracker(absent), commit(panel, absent, A), Error::NotOnPanel);
        Chain::refuses(&BOB, commit(panel, seat, A), Error::NotTracker);
        Chain::refuses(&tracker(absent), commit(panel, seat, A), Error::NotTracker);
        Chain::does(&tracker(seat), commit(panel, seat, A));
        assert!(saw(Event::Committed { panel, seat }));
        Chain::refuses(&tracker(seat), commit(panel, seat, B), Error::AlreadyCommitted);
        Chain::pass(10);
        Chain::does(&tracker(seats[2]), commit(panel, seats[2], A));
        Chain::next_block();
        Chain::refuses(&tracker(late), commit(panel, late, A), Error::TooLate);
        Chain::refuses(&tracker(late), reveal(panel, late, A), Error::NotCommitted);
    });
}

#[test]
fn a_copy_of_a_commitment_opens_to_nothing() {
    run(5, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        let (honest, copier) = (seats[0], seats[1]);
        for seat in seats.iter().filter(|seat| **seat != copier) {
            Chain::does(&tracker(*seat), commit(panel, *seat, A));
        }
        let copied = pallet_idlewild_test_runtime::compute::trackers::panel(panel).places[0];
        let pallet_idlewild_trackers::types::Answer::Bound { commitment } = copied.answer else { panic!("nothing to copy") };
        Chain::does(&tracker(copier), Call::commit { panel, seat: copier, commitment }.into());
        for seat in seats.iter().filter(|seat| **seat != copier) {
            Chain::does(&tracker(*seat), reveal(panel, *seat, A));
        }
        // By now verdict and salt of the honest one are known to everybody.
        Chain::refuses(&tracker(copier), reveal(panel, copier, A), Error::OtherCommitment);
        close_late(&BOB, panel);
        assert_eq!((bond(honest), bond(copier)), (BOND, BOND - CHARGE));
        assert_eq!(verdicts(), vec![(DISPUTE, Some(A))]);
    });
}
