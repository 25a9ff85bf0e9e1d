//! What each call does, refuses and leaves as it was, and whole lives of panels.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod ask_grade;
mod close;
mod commit;
mod convene;
mod leave;
mod life;
mod property;
mod reveal;
mod take_seat;
mod top_up;
mod unknown;
mod vacate;
mod views;

use frame_support::traits::fungible::InspectHold;
use idlewild_compute_primitives::{
    panel::{pay_for_trying, Question, ANSWERS, SILENT, UNKNOWN},
    Balance, Digest, EscrowId, PanelId, SeatId,
};
use pallet_idlewild_test_runtime::{
    account,
    compute::trackers::{
        close_late, commit, convene, on_panel, quick_panels, take_seats, tracker, SeatFee, TrackersTreasury, Verdicts,
    },
    AccountId, Balances, Chain, Clock, RuntimeCall, Test, ALICE, BOB, CAROL, COIN,
};
use pallet_idlewild_trackers::{Call, HoldReason, Panels, Seats};

type Trackers = pallet_idlewild_trackers::Pallet<Test>;
type Escrows = pallet_idlewild_escrow::Pallet<Test>;
type Error = pallet_idlewild_trackers::Error<Test>;
type Event = pallet_idlewild_trackers::Event<Test>;

/// The bond of a seat here.
const BOND: Balance = 100 * COIN;
/// What silence costs of it.
const CHARGE: Balance = 30 * COIN;
/// What a tracker is paid.
const PAY: Balance = 3 * COIN;

const A: Digest = [0xa; 32];
const B: Digest = [0xb; 32];

const DISPUTE: Question = Question::Dispute { project: 1, chunk: 2 };
const SAMPLE: Question = Question::Sample { project: 1, chunk: 2 };
const PROBE: Question = Question::Probe { lease: 5 };

/// Runs a test on a fresh chain with quick panels and so many trackers: the account of each number has the seat of that number.
fn run(trackers: u8, test: impl FnOnce()) {
    Chain::run(|| {
        quick_panels();
        let trackers: Vec<AccountId> = (0..trackers).map(account).collect();
        take_seats(&trackers);
        test();
    });
}

/// Asks a panel that is paid from an escrow of Alice's.
fn ask(question: Question) -> (PanelId, EscrowId) {
    ask_with(question, 100 * PAY)
}

fn ask_with(question: Question, amount: Balance) -> (PanelId, EscrowId) {
    let escrow = Escrows::open(&ALICE, amount).unwrap();
    (Trackers::ask(question, escrow, PAY).unwrap(), escrow)
}

fn bond(seat: SeatId) -> Balance {
    Seats::<Test>::get(seat).unwrap().bond
}

fn held(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Seat.into(), who)
}

/// What trackers were charged.
fn treasury() -> Balance {
    Chain::wealth(&TrackersTreasury::get())
}

/// What panels decided, the latest last.
fn verdicts() -> Vec<(Question, Option<Digest>)> {
    Verdicts::get().unwrap_or_default()
}

/// What an account won or lost while something happened.
fn gain(who: &AccountId, what: impl FnOnce()) -> i128 {
    let before = Chain::wealth(who) as i128;
    what();
    Chain::wealth(who) as i128 - before
}

/// Has the only tracker there is bind a verdict on so many panels at once, and show none of them.
fn be_silent(panels: u32) {
    let asked: Vec<PanelId> = (0..panels).map(|_| ask(SAMPLE).0).collect();
    Chain::pass(2);
    for panel in &asked {
        Chain::does(&BOB, Call::convene { panel: *panel }.into());
        assert_eq!(on_panel(*panel), vec![0]);
        Chain::does(&tracker(0), commit(*panel, 0, A));
    }
    for panel in asked {
        close_late(&BOB, panel);
    }
}

/// Whether the block had this event.
fn saw(event: Event) -> bool {
    let event = event.into();
    Chain::saw(|seen| *seen == event)
}
