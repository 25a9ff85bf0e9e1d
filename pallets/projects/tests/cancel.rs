//! `cancel` and `expire`: what nobody touched comes back at once, and what somebody works on goes on.

use frame_support::{traits::fungible::Mutate, BoundedVec};
use idlewild_compute_primitives::project::ProjectSpec;
use pallet_idlewild_test_runtime::{
    compute::projects::{begin, claim, commits, create, operator, pass_challenge, project, reveals, right, show, spec},
    Balances, Chain, Clock, Escrow, Organisations, Test, ALICE, BOB, CAROL,
};

use crate::{held, saw, share, started, wealth, Call, Error, Event};

#[test]
fn what_nobody_touched_comes_back_and_the_rest_goes_on() {
    Chain::run(|| {
        let (id, all) = started(2);
        begin(id, 1, &all);
        Chain::refuses(&BOB, Call::cancel { project: id }.into(), Error::NotOwner);
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        assert!(saw(|event| matches!(event, Event::Shut { untouched: 3, refunded, .. } if *refunded == 3 * share())));
        assert_eq!((held(id), project(id).finished), (share(), 3));
        Chain::refuses(&ALICE, Call::cancel { project: id }.into(), Error::ProjectClosed);
        Chain::refuses(&BOB, Call::expire { project: id }.into(), Error::TooEarly);
        let before = wealth(all[0]);
        show(id, 1, &all, &[(all[0], right()), (all[1], right())]);
        pass_challenge();
        Chain::does(&CAROL, crate::projects::finalise(id, &[1]));
        assert!(wealth(all[0]) > before);
        assert!(project(id).ended.is_some());
        assert!(Escrow::payer_of(project(id).escrow).is_none());
    });
}

#[test]
fn a_chunk_that_is_worked_on_still_finds_its_second_replica() {
    Chain::run(|| {
        let (id, all) = started(2);
        begin(id, 1, &all[..1]);
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        begin(id, 1, &all[1..]);
        all.iter().for_each(|provider| commits(id, 1, *provider, &right()));
        all.iter().for_each(|provider| reveals(id, 1, *provider, &right()));
        assert!(crate::projects::chunk(id, 1).roots().len() == 2);
    });
}

#[test]
fn one_that_loses_its_last_replica_is_over() {
    Chain::run(|| {
        let (id, all) = started(1);
        begin(id, 1, &all);
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        Chain::pass(6);
        Chain::does(&CAROL, crate::projects::advance(id, 1));
        assert!(project(id).ended.is_some());
    });
}

#[test]
fn a_project_without_any_work_is_over_at_once() {
    Chain::run(|| {
        let before = Chain::wealth(&ALICE);
        let (id, _) = started(0);
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        assert_eq!(project(id).ended, Some(Clock::now()));
        assert_eq!(Chain::wealth(&ALICE), before);
        assert!(Escrow::payer_of(project(id).escrow).is_none());
    });
}

#[test]
fn anybody_ends_what_is_past_its_deadline() {
    Chain::run(|| {
        let (_, all) = started(1);
        let id = create(&ALICE, ProjectSpec { deadline: Clock::now() + 5, ..spec() });
        Chain::does(&operator(all[0]), claim(id, all[0], &[0]));
        Chain::pass(5);
        Chain::refuses(&BOB, Call::expire { project: id }.into(), Error::TooEarly);
        Chain::next_block();
        Chain::does(&BOB, Call::expire { project: id }.into());
        assert_eq!(held(id), share());
        Chain::refuses(&BOB, Call::expire { project: 9 }.into(), Error::NoSuchProject);
        Chain::refuses(&BOB, Call::expire { project: id }.into(), Error::ProjectClosed);
        Chain::does(&CAROL, crate::projects::advance(id, 0));
        assert!(project(id).ended.is_some());
    });
}

#[test]
fn to_end_a_project_takes_the_same_whatever_its_size() {
    Chain::run(|| {
        crate::quick();
        let large = ProjectSpec { tasks: 65_536, per_chunk: 1, price: pallet_idlewild_test_runtime::COIN / 200, ..spec() };
        let (small, large) = (create(&ALICE, spec()), create(&ALICE, large));
        let before = Chain::events().len();
        Chain::does(&ALICE, Call::cancel { project: small }.into());
        let of_small = Chain::events().len() - before;
        Chain::does(&ALICE, Call::cancel { project: large }.into());
        assert_eq!(Chain::events().len() - before, 2 * of_small);
    });
}

#[test]
fn who_owns_the_organisation_that_pays_may_cancel() {
    Chain::run(|| {
        crate::quick();
        type Org = pallet_idlewild_organisations::Call<Test>;
        let name = |name: &[u8]| Org::found { name: BoundedVec::truncate_from(name.to_vec()) };
        Chain::does(&BOB, name(b"lab").into());
        Chain::does(&CAROL, name(b"other").into());
        Chain::does(&BOB, Org::add_member { organisation: 0, member: ALICE, quota: 5 * share() }.into());
        let purse = Organisations::account_of(0);
        assert!(Balances::mint_into(&purse, 1_000 * pallet_idlewild_test_runtime::COIN).is_ok());
        let id = create(&ALICE, ProjectSpec { organisation: Some(0), ..spec() });
        let own = create(&ALICE, spec());
        Chain::refuses(&CAROL, Call::cancel { project: id }.into(), Error::NotOwner);
        Chain::refuses(&BOB, Call::cancel { project: own }.into(), Error::NotOwner);
        Chain::does(&BOB, Call::cancel { project: id }.into());
        assert!(project(id).ended.is_some());
        assert_eq!(Balances::free_balance(&purse), 1_000 * pallet_idlewild_test_runtime::COIN);
    });
}
