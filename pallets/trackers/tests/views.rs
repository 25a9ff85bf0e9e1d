use pallet_idlewild_test_runtime::compute::trackers::{reveal, QUICK};

use super::*;

#[test]
fn seats_are_shown_in_pages() {
    run(5, || {
        Chain::does(&account(2), Call::leave { seat: 2 }.into());
        let seat = Trackers::seat(2).unwrap();
        assert_eq!((seat.seat, seat.tracker, seat.bond), (2, account(2).into(), BOND));
        assert_eq!((seat.leaving, seat.busy), (Some(Clock::now()), 0));
        assert_eq!(Trackers::seat_of(account(2).into()), Some(seat));
        assert_eq!((Trackers::seat(5), Trackers::seat_of(ALICE.into())), (None, None));
        Chain::pass(40);
        Chain::does(&BOB, Call::vacate { seat: 2 }.into());
        let numbers =
            |page: &[idlewild_compute_primitives::view::SeatView]| page.iter().map(|seat| seat.seat).collect::<Vec<_>>();
        let (page, next) = Trackers::seats(None, 3);
        assert_eq!((numbers(&page), next), (vec![0, 1, 3], Some(3)));
        let (page, next) = Trackers::seats(next, 3);
        assert_eq!((numbers(&page), next), (vec![4], None));
    });
}

#[test]
fn panels_are_shown_as_they_stand() {
    run(5, || {
        let (panel, _) = ask(DISPUTE);
        let view = Trackers::panel(panel).unwrap();
        assert_eq!((view.question, view.round, view.opened), (DISPUTE, 0, Clock::now()));
        assert_eq!((view.places.len(), view.can_convene, view.can_close, view.commit_until), (0, false, false, 0));
        Chain::pass(2);
        assert!(Trackers::panel(panel).unwrap().can_convene);
        Chain::does(&BOB, Call::convene { panel }.into());
        let seats = on_panel(panel);
        for seat in &seats {
            Chain::does(&tracker(*seat), commit(panel, *seat, A));
        }
        Chain::does(&tracker(seats[1]), reveal(panel, seats[1], A));
        let view = Trackers::panel(panel).unwrap();
        assert!(!view.can_convene && !view.can_close);
        assert_eq!((view.commit_until, view.reveal_until), (Clock::now() + 10, Clock::now() + 15));
        let said: Vec<_> = view.places.iter().map(|place| (place.seat, place.committed, place.verdict)).collect();
        let expected: Vec<_> = seats.iter().map(|seat| (*seat, true, (*seat == seats[1]).then_some(A))).collect();
        assert_eq!(said, expected);
        assert_eq!((Trackers::panel(99), Trackers::rules()), (None, QUICK));
        Chain::pass(16);
        assert!(Trackers::panel(panel).unwrap().can_close);
        Chain::does(&BOB, Call::close { panel }.into());
        assert!(!Trackers::panel(panel).unwrap().can_close, "others are drawn");
        Chain::pass(13);
        let view = Trackers::panel(panel).unwrap();
        assert_eq!((view.can_convene, view.can_close), (false, true), "it is too late for a draw");
    });
}

#[test]
fn open_panels_are_in_order_and_those_of_an_account_are_its_own() {
    run(1, || {
        // Enough that numbers of one and of two bytes are among them.
        let asked: Vec<PanelId> = (0..300).map(|_| ask(SAMPLE).0).collect();
        assert_eq!(asked.last(), Some(&299));
        let numbers =
            |page: &[idlewild_compute_primitives::view::PanelView]| page.iter().map(|panel| panel.id).collect::<Vec<_>>();
        let page = Trackers::open_panels(None, 2);
        assert_eq!((numbers(&page.panels), page.next), (vec![0, 1], Some(1)));
        let page = Trackers::open_panels(Some(253), 1_000);
        assert_eq!((numbers(&page.panels), page.next), ((254..300).collect(), None));
        let page = Trackers::open_panels(Some(299), 1);
        assert_eq!((numbers(&page.panels), page.next), (vec![], None));

        assert!(Trackers::panels_of(account(0).into()).is_empty());
        Chain::pass(2);
        for panel in [270, 3] {
            Chain::does(&BOB, Call::convene { panel }.into());
        }
        let own = Trackers::panels_of(account(0).into());
        assert_eq!(numbers(&own[..2]), vec![3, 270]);
        assert!(own[2..].iter().all(|panel| panel.can_convene && panel.places.is_empty()));
        let others = Trackers::panels_of(ALICE.into());
        assert_eq!(others.first().map(|panel| panel.id), Some(0));
        assert!(others.iter().all(|panel| panel.id != 3 && panel.id != 270));
        Chain::pass(11);
        Chain::does(&BOB, Call::close { panel: 3 }.into());
        assert_eq!(numbers(&Trackers::panels_of(account(0).into())), vec![270]);
    });
}
