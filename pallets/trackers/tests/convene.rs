use std::collections::BTreeSet;

use frame_support::dispatch::{GetDispatchInfo, Pays};
use pallet_idlewild_test_runtime::compute::trackers::Parties;

use super::*;

fn call(panel: PanelId) -> RuntimeCall {
    Call::convene { panel }.into()
}

#[test]
fn it_takes_randomness_that_came_later() {
    run(8, || {
        Chain::refuses(&BOB, call(0), Error::NoSuchPanel);
        let (panel, _) = ask(DISPUTE);
        assert!(saw(Event::Asked { panel, question: DISPUTE }));
        Chain::refuses(&BOB, call(panel), Error::NoSeedYet);
        Chain::next_block();
        Chain::refuses(&BOB, call(panel), Error::NoSeedYet);
        Chain::next_block();
        Chain::does(&BOB, call(panel));
        let seats = on_panel(panel);
        assert_eq!(seats.iter().collect::<BTreeSet<_>>().len(), 5);
        assert!(seats.iter().all(|seat| Seats::<Test>::get(seat).unwrap().busy == 1));
        let now = Clock::now();
        let seats = seats.try_into().unwrap();
        assert!(saw(Event::Convened { panel, round: 0, seats, commit_until: now + 10, reveal_until: now + 15 }));
        Chain::refuses(&BOB, call(panel), Error::NotDrawing);
    });
}

#[test]
fn it_has_its_time() {
    run(8, || {
        let (panel, _) = ask(DISPUTE);
        Chain::pass(12);
        let (other, _) = ask(DISPUTE);
        Chain::does(&BOB, call(panel));
        Chain::pass(13);
        Chain::refuses(&BOB, call(other), Error::TooLate);
    });
}

#[test]
fn a_draw_costs_no_fee_and_no_more_weight_than_it_looks() {
    run(8, || {
        let (panel, _) = ask(PROBE);
        let most = call(panel).get_dispatch_info().call_weight;
        let early = Chain::call_with_info(&BOB, call(panel)).unwrap_err();
        assert_eq!(early.post_info.pays_fee, Pays::Yes);
        Chain::pass(2);
        let done = Chain::call_with_info(&BOB, call(panel)).unwrap();
        assert_eq!(done.pays_fee, Pays::No);
        assert!(done.actual_weight.unwrap().all_lt(most));
    });
}

#[test]
fn parties_do_not_judge() {
    run(8, || {
        let parties = [1, 4, 6].map(|index| (DISPUTE, account(index)));
        Parties::put(parties.to_vec());
        let (panel, _) = ask(DISPUTE);
        let mut seats = convene(&BOB, panel);
        seats.sort_unstable();
        assert_eq!(seats, vec![0, 2, 3, 5, 7]);
        let (panel, _) = ask(SAMPLE);
        Parties::put((0..7).map(|index| (SAMPLE, account(index))).collect::<Vec<_>>());
        assert_eq!(convene(&BOB, panel), vec![7]);
    });
}

#[test]
fn where_too_few_are_there_to_agree_it_is_over() {
    run(3, || {
        let (panel, escrow) = ask(DISPUTE);
        assert!(convene(&BOB, panel).is_empty());
        assert!(saw(Event::Decided { panel, question: DISPUTE, verdict: None }));
        assert_eq!((verdicts(), Panels::<Test>::get(panel)), (vec![(DISPUTE, None)], None));
        assert_eq!(Escrows::held(escrow), 100 * PAY);
        assert!((0..3).all(|seat| Seats::<Test>::get(seat).unwrap().busy == 0));
    });
    run(4, || {
        let (panel, _) = ask(DISPUTE);
        assert_eq!(convene(&BOB, panel).len(), 4, "four can agree");
    });
}

/// Seats that are vacant when a draw is asked for.
const VACANT: [SeatId; 6] = [1, 3, 5, 7, 9, 11];

/// Whom a dispute gets where something happens at a time: the clock when it was asked, and once randomness is known.
fn drawn(when_asked: impl FnOnce(), when_known: impl FnOnce()) -> Vec<SeatId> {
    let mut seats = Vec::new();
    Chain::run(|| {
        quick_panels();
        take_seats(&(0..12).map(account).collect::<Vec<_>>());
        // Every second seat is vacant, and in the time of a draw somebody may take it.
        for seat in VACANT {
            Chain::does(&tracker(seat), Call::leave { seat }.into());
        }
        Chain::pass(40);
        for seat in VACANT {
            Chain::does(&BOB, Call::vacate { seat }.into());
        }
        Chain::next_block();
        let (panel, _) = ask(DISPUTE);
        Chain::next_block();
        when_asked();
        Chain::next_block();
        when_known();
        Chain::does(&BOB, call(panel));
        seats = on_panel(panel);
    });
    seats
}

#[test]
fn nothing_that_happens_after_it_was_asked_for_changes_who_is_drawn() {
    let undisturbed = drawn(|| (), || ());
    assert_eq!(undisturbed.len(), 5);
    assert!(undisturbed.iter().all(|seat| !VACANT.contains(seat)));
    let come = || {
        take_seats(&(20..28).map(account).collect::<Vec<_>>());
        assert!(VACANT.iter().all(Seats::<Test>::contains_key));
    };
    let go = || {
        for seat in [0, 2, 4, 6, 8, 10] {
            Chain::does(&tracker(seat), Call::leave { seat }.into());
        }
    };
    assert_eq!(drawn(come, || ()), undisturbed);
    assert_eq!(drawn(|| (), come), undisturbed);
    assert_eq!(drawn(go, || ()), undisturbed);
    assert_eq!(drawn(|| (), go), undisturbed);
    assert_eq!(drawn(come, go), undisturbed);
}

#[test]
fn who_was_there_in_time_is_drawn() {
    // The other side of the test above: what is fixed before does matter.
    run(5, || {
        let (without, _) = ask(DISPUTE);
        Chain::next_block();
        take_seats(&[ALICE]);
        let (with, _) = ask(Question::Sample { project: 7, chunk: 7 });
        assert_eq!(tracker(5), ALICE);
        Chain::pass(2);
        Parties::put((0..5).map(|index| (Question::Sample { project: 7, chunk: 7 }, account(index))).collect::<Vec<_>>());
        Chain::does(&BOB, call(without));
        Chain::does(&BOB, call(with));
        assert!(!on_panel(without).contains(&5));
        assert_eq!(on_panel(with), vec![5]);
    });
}

#[test]
fn a_bond_that_runs_short_gets_nobody_out_of_a_draw() {
    run(1, || {
        let silent: Vec<PanelId> = (0..2).map(|_| ask(SAMPLE).0).collect();
        Chain::pass(2);
        for panel in &silent {
            Chain::does(&BOB, call(*panel));
            Chain::does(&account(0), commit(*panel, 0, A));
        }
        Chain::pass(15);
        let (pending, _) = ask(PROBE);
        let (later, _) = ask(SAMPLE);
        Chain::next_block();
        for panel in silent {
            Chain::does(&BOB, Call::close { panel }.into());
        }
        assert!(Seats::<Test>::get(0).unwrap().short.is_some());
        Chain::refuses(&account(0), Call::top_up { seat: 0 }.into(), Error::DrawsPending);
        Chain::next_block();
        Chain::does(&BOB, call(later));
        assert_eq!(on_panel(later), vec![0]);
        Chain::does(&BOB, call(pending));
        assert_eq!(Panels::<Test>::get(pending), None, "a probe takes two");
    });
}
