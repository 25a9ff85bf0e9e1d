//! `report_missed`: bringing missed periods to light, and what that costs whom.

use frame_support::traits::Get;
use idlewild_storage_primitives::{
    terms::{Load, Rates},
    view::Timing,
    Balance,
};
use pallet_idlewild_proofs::Event;
use pallet_idlewild_providers::{types::Status, Event as ProvidersEvent};
use pallet_idlewild_test_runtime::{
    account, call, miner, Chain, Clock, Miner, Proofs, RuntimeEvent, TestRates, ALICE, BOB, CAROL,
};

use crate::{holding, Error, ProvidersError, SMALL};

fn rates() -> Rates {
    <TestRates as Get<Rates>>::get()
}

#[test]
fn a_miss_costs_a_share_and_pays_who_reported_it() {
    Chain::run(|| {
        let miners = holding();
        assert_eq!(miners[0].prove(), Ok(()));
        let (bond, supply, carol) = (Chain::miner(0).bond, Chain::supply(), Chain::wealth(&CAROL));
        Chain::pass_to(62);
        Chain::does(&CAROL, call::report_missed(0));
        let required = rates().bond(Load { slots: 2, chunks: 8 });
        let slashed = required / 20;
        assert_eq!(bond - Chain::miner(0).bond, slashed);
        let paid = Chain::wealth(&CAROL) - carol;
        assert_eq!(paid, (slashed / 2).min(rates().bounty(Load::slot(0))), "a bounty, and at most half");
        assert_eq!(supply - Chain::supply(), slashed - paid);
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Providers(ProvidersEvent::Slashed { miner: 0, amount, burned })
                if *amount == slashed && *burned == slashed - paid
        )));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Proofs(Event::ReportPaid { miner: 0, reporter, amount }) if *reporter == CAROL && *amount == paid
        )));
        // Once a miner and period.
        Chain::refuses(&CAROL, call::report_missed(0), Error::NothingMissed);
        Chain::refuses(&BOB, call::report_missed(0), Error::NothingMissed);
    });
}

#[test]
fn misses_never_take_what_the_repair_of_everything_needs() {
    Chain::start_with(Timing {
        failure: idlewild_storage_primitives::ledger::FailureRule { consecutive: 31, within: 31, window: 31 },
        ..Chain::timing()
    })
    .execute_with(|| {
        let mut miners: Vec<Miner> = (0..4)
            .map(|key| Miner::register_with(&account(key), key, 1 << 30, 10 * pallet_idlewild_test_runtime::COIN))
            .collect();
        for _ in 0..24 {
            miner::deal(&ALICE, &mut miners, SMALL, 2_000);
        }
        let load = Chain::miner(0).load;
        // The first period after the deals begins, and is missed in the first round.
        Chain::pass(20);
        for _ in 0..29 {
            Chain::pass(20);
            Chain::does(&CAROL, call::report_missed(0));
            assert!(Chain::miner(0).bond >= rates().floor(load));
        }
        assert!(Proofs::failed_at(0).is_none());
        assert_eq!(Chain::miner(0).bond, rates().floor(load), "what repair needs is all that is left");
    });
}

#[test]
fn two_misses_in_a_row_are_a_failure_and_final() {
    Chain::run(|| {
        let miners = holding();
        let (bond, supply, carol) = (Chain::miner(0).bond, Chain::supply(), Chain::wealth(&CAROL));
        let load = Chain::miner(0).load;
        Chain::pass_to(62);
        Chain::does(&CAROL, call::report_missed(0));
        let record = Chain::miner(0);
        assert_eq!(record.status, Status::Failed);
        assert_eq!((record.load, record.used, record.score), (Load::default(), 0, 0));
        // All that its slots required: a bounty for each in the pot, one for the report, the rest destroyed.
        let taken = rates().bond(load);
        assert_eq!(record.pot, rates().bounty(load));
        assert_eq!(bond - record.bond, taken);
        let paid = Chain::wealth(&CAROL) - carol;
        assert!(paid > 0 && paid <= rates().bounty(Load::slot(0)));
        assert_eq!(supply - Chain::supply(), taken - record.pot - paid);
        assert!((record.pot + paid) * 2 <= taken, "at most half of a slash is spent on bounties");
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Proofs(Event::Failed { miner: 0, .. }))));
        assert_eq!(Proofs::failed_at(0), Some(Clock::now()));
        // Nothing of it can be undone.
        for call in [call::report_missed(0), call::append(0, vec![(0, 0)]), call::claim_repair(0, 0, 0)] {
            Chain::refuses(&miners[0].operator, call, Error::MinerFailed);
        }
        for call in [call::resume(0), call::pause(0), call::exit(0), call::add_bond(0, 1), call::set_capacity(0, 1)] {
            Chain::refuses(&miners[0].operator, call, ProvidersError::Leaving);
        }
    });
}

#[test]
fn who_never_touches_a_miner_finds_it_as_who_touched_it_every_period() {
    let outcome = |every: u32| -> (Balance, Balance, u32, Option<u32>) {
        Chain::start().execute_with(|| {
            let miners = holding();
            assert_eq!(miners[0].prove(), Ok(()));
            let end = Clock::now() + 400;
            while Clock::now() < end {
                Chain::pass(every);
                let _ = Chain::call(&CAROL, call::report_missed(0));
                Chain::assert_sound();
            }
            let ledger = Proofs::ledger(0);
            (Chain::miner(0).pot, Balance::from(ledger.proven), ledger.missed.count_ones(), ledger.failed)
        })
    };
    let (always, never) = (outcome(1), outcome(400));
    assert_eq!(always, never);
    assert_eq!(always.3, Some(4), "period 1 was proven, 2 and 3 were missed");
}

#[test]
fn six_misses_among_twenty_four_are_a_failure_too() {
    Chain::run(|| {
        let miners = holding();
        let mut misses = 0;
        while Proofs::failed_at(0).is_none() {
            assert_eq!(miners[0].prove(), Ok(()));
            assert!(Proofs::failed_at(0).is_none() || misses == 6);
            Chain::pass(20);
            if Chain::call(&CAROL, call::report_missed(0)).is_ok() {
                misses += 1;
            }
            miners[0].pass_period();
            if Proofs::failed_at(0).is_none() && Chain::call(&CAROL, call::report_missed(0)).is_ok() {
                misses += 1;
            }
            assert!(misses <= 6);
        }
        assert_eq!(misses, 6);
        Chain::assert_sound();
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let miners = holding();
        Chain::refuses(&CAROL, call::report_missed(99), ProvidersError::NoSuchMiner);
        Chain::refuses(&CAROL, call::report_missed(0), Error::NothingMissed);
        assert_eq!(miners[0].prove(), Ok(()));
        Chain::refuses(&CAROL, call::report_missed(0), Error::NothingMissed);
        // The period that has just begun is not missed yet.
        let end = Proofs::schedule(0).start(Proofs::period_of(0) + 2);
        Chain::pass_to(end - 1);
        Chain::refuses(&CAROL, call::report_missed(0), Error::NothingMissed);
        Chain::next_block();
        Chain::does(&CAROL, call::report_missed(0));
    });
}

#[test]
fn a_miner_that_reports_itself_still_loses_half() {
    Chain::run(|| {
        let miners = holding();
        assert_eq!(miners[0].prove(), Ok(()));
        let wealth = Chain::wealth(&account(0));
        Chain::pass_to(62);
        Chain::does(&account(0), call::report_missed(0));
        let slashed = rates().bond(Load { slots: 2, chunks: 8 }) / 20;
        assert!((wealth - Chain::wealth(&account(0))) * 2 >= slashed);
    });
}

#[test]
fn a_reporter_without_an_account_opens_one_with_its_bounty() {
    Chain::run(|| {
        let miners = holding();
        assert_eq!(miners[0].prove(), Ok(()));
        Chain::pass_to(62);
        let nobody = pallet_idlewild_test_runtime::AccountId::new([251; 32]);
        Chain::does(&nobody, call::report_missed(0));
        assert!(Chain::wealth(&nobody) > 0);
    });
}
