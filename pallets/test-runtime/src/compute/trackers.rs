//! How `trackers` is configured in tests, and the hands to play with it: panels that are drawn, and trackers that say what tests say.
//!
//! What tests tell stands in the chain's state and not beside it, so that a call that is refused changes nothing of it.

// What the macros below make has no documentation of its own.
#![allow(missing_docs)]

use frame_support::{parameter_types, storage_alias, traits::tokens::imbalance::ResolveTo, Identity};
use idlewild_compute_primitives::{
    commitment::{of_verdict, Salt},
    panel::{PanelRules, Question},
    resources::Grade,
    Balance, Digest, PanelId, ProviderId, SeatId,
};
use pallet_idlewild_trackers::{types::Panel, Call, GradeTarget, OnVerdict, Panels, Rules, SeatOf};

use crate::{
    runtime::{AccountId, Balances, Offers, RuntimeHoldReason, Test, COIN},
    Chain, Clock, RuntimeCall,
};

parameter_types! {
    /// The bond of a seat.
    pub const SeatBond: Balance = 100 * COIN;
    /// What a seat costs whose number there never was.
    pub const SeatFee: Balance = 5 * COIN;
    /// What silence costs of a bond: a seat is short after two charges, and used up after four.
    pub const SilenceCharge: Balance = 30 * COIN;
    /// What a tracker gets for a grade.
    pub const GradeFee: Balance = 2 * COIN;
    /// Where charges go.
    pub const TrackersTreasury: AccountId = AccountId::new([0xfd; 32]);
}

/// Waits short enough for tests.
pub const QUICK: PanelRules = PanelRules { commit: 10, reveal: 5, leave: 40 };

/// What panels decided, the latest last.
#[storage_alias]
pub type Verdicts = StorageValue<TestTrackers, Vec<(Question, Option<Digest>)>>;

/// Parties as tests say: the question first.
#[storage_alias]
pub type Parties = StorageValue<TestTrackers, Vec<(Question, AccountId)>>;

/// Providers as tests say.
#[storage_alias]
pub type Operators = StorageMap<TestTrackers, Identity, ProviderId, AccountId>;

/// What trackers found of providers.
#[storage_alias]
pub type Grades = StorageMap<TestTrackers, Identity, ProviderId, Grade>;

/// Keeps verdicts for tests to look at, and takes those for parties that tests say are.
pub struct Recorded;

impl OnVerdict<AccountId> for Recorded {
    fn decided(question: Question, verdict: Option<Digest>) {
        Verdicts::mutate(|all| all.get_or_insert_default().push((question, verdict)));
    }

    fn is_party(question: &Question, who: &AccountId) -> bool {
        Parties::get().unwrap_or_default().contains(&(*question, who.clone()))
    }
}

/// Providers of which only the operator and the grade are known, and those that registered.
pub struct TestProviders;

impl GradeTarget<AccountId> for TestProviders {
    fn operator_of(provider: ProviderId) -> Option<AccountId> {
        Operators::get(provider).or_else(|| Offers::get(provider).ok().map(|record| record.operator))
    }

    fn graded(provider: ProviderId, grade: Grade) {
        Grades::insert(provider, grade);
        Offers::set_grade(provider, grade);
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn provider_of(operator: &AccountId) -> Result<ProviderId, sp_runtime::DispatchError> {
        Operators::insert(7, operator);
        Ok(7)
    }
}

impl pallet_idlewild_trackers::Config for Test {
    type WeightInfo = ();
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type OnVerdict = (Recorded, crate::Services, crate::Projects);
    type Providers = TestProviders;
    type Treasury = ResolveTo<TrackersTreasury, Balances>;
    type SeatBond = SeatBond;
    type SeatFee = SeatFee;
    type SilenceCharge = SilenceCharge;
    type GradeFee = GradeFee;
}

/// Makes waits short, for tests that let panels run.
pub fn quick_panels() {
    Rules::<Test>::put(QUICK);
}

/// Gives accounts seats.
#[track_caller]
pub fn take_seats(trackers: &[AccountId]) {
    for tracker in trackers {
        assert_eq!(Chain::call(tracker, Call::take_seat {}.into()), Ok(()), "{tracker:?} gets no seat");
    }
    Chain::assert_sound();
}

/// A panel that is not over.
#[track_caller]
pub fn panel(id: PanelId) -> Panel<AccountId> {
    match Panels::<Test>::get(id) {
        Some(panel) => panel,
        None => panic!("there is no panel {id}"),
    }
}

/// The seats that have a place on a panel, in the order of their draws.
#[track_caller]
pub fn on_panel(id: PanelId) -> Vec<SeatId> {
    panel(id).places.iter().map(|place| place.seat).collect()
}

/// Whose a seat is.
#[track_caller]
pub fn tracker(seat: SeatId) -> AccountId {
    match pallet_idlewild_trackers::Seats::<Test>::get(seat) {
        Some(record) => record.tracker,
        None => panic!("there is no seat {seat}"),
    }
}

/// An account's seat.
#[track_caller]
pub fn seat(tracker: &AccountId) -> SeatId {
    match SeatOf::<Test>::get(tracker) {
        Some(seat) => seat,
        None => panic!("{tracker:?} has no seat"),
    }
}

/// Lets blocks pass until a panel can be convened, and has `who` do that. Returns the seats on it, none where it is over by that.
#[track_caller]
pub fn convene(who: &AccountId, id: PanelId) -> Vec<SeatId> {
    Chain::pass(idlewild_compute_primitives::draw::SEED_AFTER);
    Chain::does(who, Call::convene { panel: id }.into());
    Panels::<Test>::get(id).map(|panel| panel.places.iter().map(|place| place.seat).collect()).unwrap_or_default()
}

/// The salt of all trackers in tests.
pub const SALT: Salt = [9; 16];

/// The call by which a seat's tracker binds a verdict.
#[track_caller]
pub fn commit(id: PanelId, seat: SeatId, verdict: Digest) -> RuntimeCall {
    let commitment = of_verdict(id, &verdict, &SALT, tracker(seat).as_ref());
    Call::commit { panel: id, seat, commitment }.into()
}

/// The call by which it shows the verdict.
pub fn reveal(id: PanelId, seat: SeatId, verdict: Digest) -> RuntimeCall {
    Call::reveal { panel: id, seat, verdict, salt: SALT }.into()
}

/// Has trackers bind verdicts, and then show them.
#[track_caller]
pub fn speak(id: PanelId, verdicts: &[(SeatId, Digest)]) {
    for (seat, verdict) in verdicts {
        Chain::does(&tracker(*seat), commit(id, *seat, *verdict));
    }
    for (seat, verdict) in verdicts {
        Chain::does(&tracker(*seat), reveal(id, *seat, *verdict));
    }
}

/// Has `who` close what a panel waits for.
#[track_caller]
pub fn close(who: &AccountId, id: PanelId) {
    Chain::does(who, Call::close { panel: id }.into());
}

/// Lets blocks pass until the time is over of what a panel waits for, and has `who` close that.
#[track_caller]
pub fn close_late(who: &AccountId, id: PanelId) {
    use pallet_idlewild_trackers::types::Phase;
    let panel = panel(id);
    let until = match panel.phase {
        Phase::Drawing { asked, .. } => {
            asked.saturating_add(idlewild_compute_primitives::draw::SEED_AFTER).saturating_add(Rules::<Test>::get().commit)
        },
        Phase::Sitting { commit_until, .. } if !panel.is_bound() => commit_until,
        Phase::Sitting { reveal_until, .. } => reveal_until,
    };
    Chain::pass_to(until.saturating_add(1).max(Clock::now()));
    close(who, id);
}

/// Has a whole panel decide: convened by `who`, of one mind, and closed.
#[track_caller]
pub fn decide(who: &AccountId, id: PanelId, verdict: Digest) {
    let seats = convene(who, id);
    let verdicts: Vec<(SeatId, Digest)> = seats.into_iter().map(|seat| (seat, verdict)).collect();
    speak(id, &verdicts);
    close(who, id);
}
