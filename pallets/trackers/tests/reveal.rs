use pallet_idlewild_test_runtime::compute::trackers::reveal;

use super::*;

#[test]
fn nothing_is_shown_before_all_are_bound() {
    run(5, || {
        Chain::refuses(&BOB, reveal(0, 0, A), Error::NoSuchPanel);
        let (panel, _) = ask(DISPUTE);
        Chain::refuses(&BOB, reveal(panel, 0, A), Error::NotConvened);
        let seats = convene(&BOB, panel);
        let (first, last) = (seats[0], seats[4]);
        for seat in &seats[..4] {
            Chain::does(&tracker(*seat), commit(panel, *seat, A));
        }
        Chain::refuses(&tracker(first), reveal(panel, first, A), Error::NotAllCommitted);
        Chain::refuses(&tracker(last), reveal(panel, last, A), Error::NotCommitted);
        Chain::does(&tracker(last), commit(panel, last, A));
        Chain::does(&tracker(first), reveal(panel, first, A));
        assert!(saw(Event::Revealed { panel, seat: first, verdict: A }));
    });
}

#[test]
fn what_was_bound_is_shown_once_by_its_tracker_and_in_time() {
    run(5, || {
        let (panel, _) = ask(DISPUTE);
        let seats = convene(&BOB, panel);
        for seat in &seats {
            Chain::does(&tracker(*seat), commit(panel, *seat, A));
        }
        let (seat, other) = (seats[0], seats[1]);
        Chain::refuses(&tracker(seat), reveal(panel, seat, B), Error::OtherCommitment);
        Chain::refuses(&tracker(other), reveal(panel, seat, A), Error::NotTracker);
        Chain::refuses(&tracker(seat), reveal(panel, 9, A), Error::NotOnPanel);
        Chain::does(&tracker(seat), reveal(panel, seat, A));
        Chain::refuses(&tracker(seat), reveal(panel, seat, A), Error::AlreadyRevealed);
        Chain::pass(15);
        Chain::does(&tracker(other), reveal(panel, other, A));
        Chain::next_block();
        Chain::refuses(&tracker(seats[2]), reveal(panel, seats[2], A), Error::TooLate);
    });
}
