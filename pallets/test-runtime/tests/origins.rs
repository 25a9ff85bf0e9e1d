//! Who may call: every call of the storage pallets wants a signature, and refuses all other origins before it does anything.

use std::collections::BTreeSet;

use idlewild_storage_primitives::geometry::Geometry;
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Miner, RuntimeCall, RuntimeOrigin, ALICE, BOB, COIN, PRICE};
use sp_runtime::{traits::Dispatchable, DispatchError};

const SMALL: Geometry = Geometry { data: 2, parity: 2 };

/// One of each call, about miners and a deal that are there.
fn calls() -> Vec<RuntimeCall> {
    let mut miners = Miner::register_many(5);
    let (id, _) = miner::deal(&ALICE, &mut miners[..4], SMALL, 400);
    let (request, _) = miner::signed_request(&ALICE, &miners[..4], SMALL, 400);
    miners[0].pass_period();
    vec![
        call::register(&BOB, &miner::key(99), "/ip4/127.0.0.1/tcp/4000", 1 << 30, PRICE, 10 * COIN),
        call::add_bond(0, COIN),
        call::withdraw_bond(0, COIN),
        call::set_capacity(0, 1 << 30),
        call::set_endpoint(0, b"/ip4/127.0.0.1/tcp/4001"),
        call::set_price(0, 1),
        call::pause(0),
        call::resume(0),
        call::exit(0),
        call::remove(0),
        miners[0].prove_call(),
        call::report_missed(1),
        call::fill_slots(id, vec![miners[4].receipt(&ALICE, &request, 0)]),
        call::create_deals(vec![request]),
        call::settle(id),
        call::decide_probation(id, 0),
        call::top_up(id, COIN),
        call::extend(id, 400, PRICE),
        call::cancel(id),
        call::transfer(id, &BOB, b"wrapped"),
        call::append(0, vec![(id, 0)]),
        call::clear(0, miners[0].clearings(&[(id, 0)])),
        call::report_unappended(id, 0),
        miners[0].lost_call(id, 0),
        call::claim_repair(4, id, 0),
        call::complete_repair(4, id, 0),
        call::drop_claims(4),
    ]
}

#[test]
fn every_call_wants_a_signature() {
    Chain::run(|| {
        let calls = calls();
        let names: BTreeSet<_> = calls.iter().map(call::name_of).collect();
        assert_eq!(names, call::names(), "the table has not every call of the runtime");
        assert_eq!(names.len(), calls.len(), "the table has a call twice");
        let before = Chain::state();
        for call in &calls {
            for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
                let refused = call.clone().dispatch(origin.clone()).map_err(|refused| refused.error);
                assert_eq!(refused, Err(DispatchError::BadOrigin), "{origin:?} was let in: {call:?}");
                assert_eq!(before, Chain::state(), "{origin:?} changed something: {call:?}");
            }
        }
        // It was the origin: with a signature all of them get further, be it only to another refusal.
        for call in calls {
            let outcome = Chain::call(&account(0), call.clone());
            assert_ne!(outcome, Err(DispatchError::BadOrigin), "a signature was refused: {call:?}");
        }
    });
}
