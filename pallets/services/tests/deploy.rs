use frame_support::traits::tokens::Preservation;
use idlewild_compute_primitives::{
    program::{Class, Form},
    resources::Resources,
};
use pallet_idlewild_organisations::Call as Organisation;

use super::*;

#[test]
fn every_instance_is_paid_for_ahead() {
    run(|who| {
        let before = free(&who);
        let id = deploy(&who, spec(3));
        assert_eq!(ahead(), 400 * RATE + 8 * 3 * ProbePay::get());
        assert_eq!(held(id), 3 * ahead());
        assert_eq!(free(&who), before - 3 * ahead());
        let record = service_record(id);
        assert_eq!((record.wanted(), record.allotted, record.active), (3, 0, 0));
        assert!(saw(Event::Deployed { service: id, owner: who.clone(), escrow: record.escrow, amount: 3 * ahead() }));
        assert_eq!(deploy(&who, spec(1)), id + 1);
    });
}

#[test]
fn what_cannot_be_run_or_paid_is_refused() {
    run(|who| {
        let refuses = |change: fn(&mut ServiceSpec), error: Error| {
            let mut asked = spec(1);
            change(&mut asked);
            Chain::refuses(&who, deploy_call(asked), error);
        };
        refuses(|spec| spec.program.form = Form::Module, Error::NotAnImage);
        refuses(|spec| spec.wishes.runtimes.oci = false, Error::NotAnImage);
        refuses(|spec| spec.instances = 0, Error::BadInstances);
        refuses(|spec| spec.instances = 17, Error::BadInstances);
        refuses(|spec| spec.resources.cpu_milli = 0, Error::NoResources);
        refuses(|spec| spec.resources = Resources { ram_mib: 0, ..INSTANCE }, Error::NoResources);
        refuses(|spec| spec.max_rate = 0, Error::NoRate);
        refuses(|spec| spec.term = RULES.period - 1, Error::TermTooShort);
        let mut unsound = spec(1);
        unsound.program.class = Class::Deterministic;
        Chain::refuses(&who, deploy_call(unsound), pallet_idlewild_apps::Error::<Test>::UnsoundProgram);
        let mut dear = spec(16);
        dear.max_rate = Balance::MAX / 2;
        Chain::refuses(&who, deploy_call(dear), pallet_idlewild_escrow::Error::<Test>::NotEnoughCoins);
        deploy(&who, ServiceSpec { term: RULES.period, ..spec(16) });
    });
}

#[test]
fn an_organisation_pays_within_a_members_quota() {
    run(|who| {
        let organisation = 0;
        let name = b"lab".to_vec().try_into().unwrap();
        Chain::does(&ALICE, Organisation::found { name }.into());
        let purse = pallet_idlewild_organisations::Pallet::<Test>::account_of(organisation);
        Balances::transfer(&ALICE, &purse, 100 * COIN, Preservation::Preserve).unwrap();
        let member = Organisation::add_member { organisation, member: who.clone(), quota: 2 * ahead() };
        Chain::does(&ALICE, member.into());
        let used = || pallet_idlewild_organisations::Members::<Test>::get(organisation, &who).unwrap().used;
        let asked = |instances| ServiceSpec { organisation: Some(organisation), ..spec(instances) };
        Chain::refuses(&BOB, deploy_call(asked(1)), pallet_idlewild_organisations::Error::<Test>::NotMember);
        Chain::refuses(&who, deploy_call(asked(3)), pallet_idlewild_organisations::Error::<Test>::OverQuota);
        let before = (free(&who), Balances::total_balance(&purse));
        let id = deploy(&who, asked(2));
        assert_eq!(free(&who), before.0, "the member pays nothing");
        assert_eq!(used(), 2 * ahead());
        let lease = live(id, any_provider(0), RATE);
        let paid = 10 * RATE;
        pass_since_live(lease, 20);
        Chain::does(&BOB, voucher(&owner_key(1), lease, paid));
        Chain::does(&who, stop(id));
        Chain::pass(RULES.close);
        Chain::does(&BOB, finish(lease));
        let spent = paid + probe_cost();
        assert_eq!(used(), spent, "what came back is free to be used again");
        assert_eq!(Balances::total_balance(&purse), before.1 - spent);
    });
}
