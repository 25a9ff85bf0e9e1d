//! `create`: what stands after it, who pays, and what is refused.

use frame_support::{
    traits::fungible::{InspectHold, Mutate},
    BoundedVec,
};
use idlewild_compute_primitives::{
    money::{escrow_of_chunk, least_price},
    program::{Class, Form},
    project::{Input, Limits, ProjectSpec, LONGEST_OPEN, MAX_OUTPUT},
    resources::Resources,
};
use pallet_idlewild_organisations::Members;
use pallet_idlewild_projects::{Chunks, HoldReason};
use pallet_idlewild_test_runtime::{
    compute::projects::{create, project, quick, spec, spec_of, ProjectDeposit, PRICE, QUICK},
    AccountId, Balances, Chain, Clock, Organisations, Projects, Test, ALICE, BOB, COIN,
};

use crate::{held, saw, share, Call, Error, Event};

#[test]
fn a_project_is_one_record_whatever_its_size() {
    Chain::run(|| {
        quick();
        let large = ProjectSpec { tasks: 100_000, per_chunk: 1_024, price: COIN, ..spec() };
        let id = create(&ALICE, large);
        assert_eq!(project(id).chunks, 98);
        assert_eq!(held(id), 98 * escrow_of_chunk(COIN, 5));
        assert_eq!(Chunks::<Test>::iter().count(), 0);
        let largest = ProjectSpec { tasks: 65_536 * 1_024, per_chunk: 1_024, price: COIN / 200, ..spec() };
        let info = Chain::call_with_info(&BOB, Call::create { spec: largest }.into()).unwrap();
        let small = Chain::call_with_info(&BOB, Call::create { spec: spec() }.into()).unwrap();
        assert_eq!(info.actual_weight, small.actual_weight);
        assert_eq!(project(id + 1).chunks, 65_536);
    });
}

#[test]
fn what_it_may_cost_is_held() {
    Chain::run(|| {
        quick();
        let before = Balances::free_balance(&ALICE);
        let id = create(&ALICE, spec());
        assert_eq!(before - Balances::free_balance(&ALICE), 4 * share() + ProjectDeposit::get());
        // Five replicas with their fees, and five trackers.
        assert_eq!(share(), 5 * (PRICE + PRICE / 50) + 5 * PRICE);
        assert!(saw(
            |event| matches!(event, Event::Created { project, chunks: 4, held, .. } if *project == id && *held == 4 * share())
        ));
        assert!(project(id).spec.wishes.runtimes.wasi, "who cannot run it cannot win it");
        let other = create(&ALICE, spec_of(Class::Pinned));
        assert!(project(other).spec.wishes.runtimes.oci);
    });
}

#[test]
fn who_has_too_little_creates_nothing() {
    Chain::run(|| {
        quick();
        let dear = ProjectSpec { price: 25_000 * COIN, ..spec() };
        let error = pallet_idlewild_escrow::Error::<Test>::NotEnoughCoins;
        Chain::refuses(&ALICE, Call::create { spec: dear }.into(), error);
        let endless = ProjectSpec { price: u128::MAX / 11, ..spec() };
        Chain::refuses(&ALICE, Call::create { spec: endless }.into(), Error::PriceTooHigh);
    });
}

fn mint(who: &AccountId, amount: u128) {
    assert_eq!(Balances::mint_into(who, amount), Ok(amount));
}

#[test]
fn a_record_takes_a_deposit_besides() {
    Chain::run(|| {
        quick();
        let poor = AccountId::new([77; 32]);
        // All that the chunks may cost, and what keeps an account alive.
        mint(&poor, 4 * share() + COIN);
        Chain::refuses(&poor, Call::create { spec: spec() }.into(), Error::NotEnoughCoins);
        mint(&poor, ProjectDeposit::get());
        let id = create(&poor, spec());
        let on_hold = || Balances::balance_on_hold(&HoldReason::Project.into(), &poor);
        assert_eq!((on_hold(), project(id).deposit), (ProjectDeposit::get(), ProjectDeposit::get()));
        Chain::does(&poor, Call::cancel { project: id }.into());
        assert_eq!(on_hold(), ProjectDeposit::get(), "the record is still there");
        Chain::does(&poor, Call::close { project: id }.into());
        assert_eq!(on_hold(), 0);
    });
}

#[test]
fn what_nobody_could_do_or_judge_is_refused() {
    Chain::run(|| {
        quick();
        let limits = spec().limits;
        let resources = spec().resources;
        let wrapped = Input::Wrapped { root: 3 };
        let cases: Vec<(ProjectSpec, Error)> = vec![
            (ProjectSpec { tasks: 0, ..spec() }, Error::BadTasks),
            (ProjectSpec { per_chunk: 0, ..spec() }, Error::BadTasks),
            (ProjectSpec { per_chunk: 1_025, ..spec() }, Error::BadTasks),
            (ProjectSpec { tasks: 65_537, per_chunk: 1, ..spec() }, Error::BadTasks),
            (ProjectSpec { limits: Limits { work: 0, ..limits }, ..spec() }, Error::BadLimits),
            (ProjectSpec { limits: Limits { time_ms: 0, ..limits }, ..spec() }, Error::BadLimits),
            (ProjectSpec { limits: Limits { time_ms: 30_001, ..limits }, ..spec() }, Error::BadLimits),
            (ProjectSpec { limits: Limits { memory_mib: 0, ..limits }, ..spec() }, Error::BadLimits),
            (ProjectSpec { limits: Limits { output: MAX_OUTPUT + 1, ..limits }, ..spec() }, Error::BadLimits),
            (ProjectSpec { resources: Resources { cpu_milli: 0, ..resources }, ..spec() }, Error::BadLimits),
            (ProjectSpec { resources: Resources { ram_mib: 0, ..resources }, ..spec() }, Error::BadLimits),
            (ProjectSpec { run: 0, ..spec() }, Error::BadRun),
            (ProjectSpec { run: QUICK.adjudicate / 4 + 1, ..spec() }, Error::BadRun),
            (ProjectSpec { price: least_price(5) - 1, ..spec() }, Error::PriceTooLow),
            (ProjectSpec { replicas: 0, ..spec() }, Error::BadReplicas),
            (ProjectSpec { replicas: 6, ..spec() }, Error::BadReplicas),
            (ProjectSpec { replicas: 2, ..spec_of(Class::Metered) }, Error::BadReplicas),
            (ProjectSpec { input: wrapped, ..spec() }, Error::InputNotPublic),
            (ProjectSpec { input: wrapped, ..spec_of(Class::Pinned) }, Error::InputNotPublic),
            (ProjectSpec { deadline: Clock::now(), ..spec() }, Error::BadDeadline),
            (ProjectSpec { deadline: Clock::now() + LONGEST_OPEN + 1, ..spec() }, Error::BadDeadline),
        ];
        for (spec, error) in cases {
            Chain::refuses(&ALICE, Call::create { spec }.into(), error);
        }
        let mut unsound = spec();
        unsound.program.form = Form::Image;
        let error = pallet_idlewild_apps::Error::<Test>::UnsoundProgram;
        Chain::refuses(&ALICE, Call::create { spec: unsound }.into(), error);
        let nowhere = ProjectSpec { app: Some(7), ..spec() };
        Chain::refuses(&ALICE, Call::create { spec: nowhere }.into(), pallet_idlewild_apps::Error::<Test>::NoSuchApp);
        create(&ALICE, ProjectSpec { input: wrapped, ..spec_of(Class::Metered) });
        create(&ALICE, ProjectSpec { run: QUICK.adjudicate / 4, replicas: 5, ..spec() });
        create(&ALICE, ProjectSpec { price: least_price(5), deadline: Clock::now() + LONGEST_OPEN, ..spec() });
    });
}

#[test]
fn an_organisation_pays_as_far_as_a_quota_goes() {
    Chain::run(|| {
        quick();
        type Org = pallet_idlewild_organisations::Call<Test>;
        Chain::does(&BOB, Org::found { name: BoundedVec::truncate_from(b"lab".to_vec()) }.into());
        Chain::does(&BOB, Org::add_member { organisation: 0, member: ALICE, quota: 5 * share() }.into());
        let purse = Organisations::account_of(0);
        let _minted = Balances::mint_into(&purse, 1_000 * COIN);
        let paid = ProjectSpec { organisation: Some(0), ..spec() };
        let wealth = Balances::free_balance(&ALICE);
        let id = create(&ALICE, paid);
        assert_eq!(Balances::free_balance(&ALICE), wealth - ProjectDeposit::get(), "but for the record");
        assert_eq!(Organisations::member(0, ALICE.into()).unwrap().used, 4 * share());
        let over = pallet_idlewild_organisations::Error::<Test>::OverQuota;
        Chain::refuses(&ALICE, Call::create { spec: paid }.into(), over);
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        assert_eq!(Organisations::member(0, ALICE.into()).unwrap().used, 0);
        assert_eq!(Balances::free_balance(&purse), 1_000 * COIN);
    });
}

#[test]
fn what_is_taken_of_a_quota_is_what_projects_took() {
    Chain::run(|| {
        let (_, all) = crate::started(2);
        crate::trackers(12);
        type Org = pallet_idlewild_organisations::Call<Test>;
        let join = || Org::add_member { organisation: 0, member: ALICE, quota: 100 * share() };
        let leave = || Org::remove_member { organisation: 0, member: ALICE };
        let used = || Organisations::member(0, ALICE.into()).unwrap().used;
        Chain::does(&BOB, Org::found { name: BoundedVec::truncate_from(b"lab".to_vec()) }.into());
        Chain::does(&BOB, join().into());
        mint(&Organisations::account_of(0), 10_000 * COIN);
        let spec = ProjectSpec { organisation: Some(0), tasks: 2, ..spec() };
        let (id, other) = (create(&ALICE, spec), create(&ALICE, spec));
        assert_eq!(used(), 2 * share());
        // More comes back to the first one than was taken for it, because a liar lost as much: which makes no room for the other.
        crate::projects::run(id, 0, &[(all[0], crate::projects::right()), (all[1], crate::projects::wrong())]);
        crate::panels::decide(&BOB, crate::projects::last_panel(), crate::projects::right().root);
        assert!(project(id).ended.is_some());
        assert_eq!((used(), project(id).booked), (share(), 0));
        // Who is forgotten and comes back has spent nothing, and gets nothing back of what it had before.
        Chain::does(&BOB, leave().into());
        Chain::does(&BOB, leave().into());
        Chain::does(&BOB, join().into());
        let third = create(&ALICE, spec);
        assert_eq!(used(), share());
        Chain::does(&ALICE, Call::cancel { project: other }.into());
        assert_eq!(used(), share());
        Members::<Test>::mutate(0, &ALICE, |member| member.as_mut().unwrap().used -= 1);
        assert!(Projects::do_try_state().is_err());
        Members::<Test>::mutate(0, &ALICE, |member| member.as_mut().unwrap().used += 1);
        Chain::does(&ALICE, Call::cancel { project: third }.into());
        assert_eq!(used(), 0);
    });
}
