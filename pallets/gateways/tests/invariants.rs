//! Whatever anybody does in whatever order: no gateway ever spends more than its owner allowed, and every deposit is accounted for.

use std::collections::BTreeMap;

use pallet_idlewild_test_runtime::{Buckets, Gateways as Pallet, RuntimeEvent};
use proptest::prelude::*;

use super::*;

/// One thing that somebody does. Owners are Alice and Bob, gateways are numbered.
#[derive(Clone, Debug)]
enum Move {
    Register(bool, u8, u8),
    Allow(bool, u8, u8),
    Retire(u8, u8),
    Issue(bool, u8, u8),
    Rotate(bool, u8, u8),
    Revoke(bool, u8, u8),
    /// A bucket, for so many gateways' keys, in its owner's name.
    Create(u8, u8),
    /// The owner removes a bucket, and has its coins back.
    Remove(bool, u8),
    Spend(bool, u8),
}

fn moves() -> impl Strategy<Value = Move> {
    let gateway = 0u8..4;
    prop_oneof![
        4 => (any::<bool>(), gateway.clone(), any::<u8>()).prop_map(|(owner, gateway, coins)| Move::Register(owner, gateway, coins)),
        3 => (any::<bool>(), gateway.clone(), any::<u8>()).prop_map(|(owner, gateway, coins)| Move::Allow(owner, gateway, coins)),
        1 => (0u8..6, gateway.clone()).prop_map(|(who, gateway)| Move::Retire(who, gateway)),
        3 => (any::<bool>(), gateway.clone(), any::<u8>()).prop_map(|(owner, gateway, rights)| Move::Issue(owner, gateway, rights)),
        1 => (any::<bool>(), gateway.clone(), 0u8..6).prop_map(|(owner, gateway, key)| Move::Rotate(owner, gateway, key)),
        2 => (any::<bool>(), gateway.clone(), 0u8..6).prop_map(|(owner, gateway, key)| Move::Revoke(owner, gateway, key)),
        8 => (gateway, 0u8..5).prop_map(|(gateway, granted)| Move::Create(gateway, granted)),
        2 => (any::<bool>(), any::<u8>()).prop_map(|(owner, bucket)| Move::Remove(owner, bucket)),
        1 => (any::<bool>(), any::<u8>()).prop_map(|(owner, coins)| Move::Spend(owner, coins)),
    ]
}

fn owner(bob: bool) -> AccountId {
    if bob {
        BOB
    } else {
        ALICE
    }
}

fn make(step: &Move) {
    let call = |who: &AccountId, call: RuntimeCall| _ = Chain::call(who, call);
    match *step {
        Move::Register(bob, index, coins) => {
            call(&owner(bob), register(&owner(bob), index, Balance::from(coins) * COIN / 4));
        },
        Move::Allow(bob, index, coins) => call(&owner(bob), allow(&gateway(index), Balance::from(coins) * COIN / 4)),
        Move::Retire(who, index) => {
            let who = if who < 2 { owner(who == 1) } else { gateway(who - 2) };
            call(&who, retire(&gateway(index)));
        },
        Move::Issue(bob, index, rights) => call(&owner(bob), issue(&gateway(index), &CAROL, scopes(Rights(rights / 4), None))),
        Move::Rotate(bob, index, key) => call(&owner(bob), rotate(&gateway(index), key.into())),
        Move::Revoke(bob, index, key) => call(&owner(bob), revoke(&gateway(index), key.into())),
        Move::Create(index, granted) => {
            let grant = (granted < 4).then(|| (gateway(granted), Default::default()));
            let create = pallet_idlewild_buckets::Call::create { label: Default::default(), sealed: Default::default(), grant };
            call(&gateway(index), act(create));
        },
        Move::Remove(bob, bucket) => {
            let next = pallet_idlewild_buckets::NextBucket::<Test>::get().max(1);
            call(&owner(bob), pallet_idlewild_buckets::Call::remove { bucket: u64::from(bucket) % next }.into());
        },
        Move::Spend(bob, coins) => {
            let spend = pallet_balances::Call::transfer_keep_alive { dest: CAROL, value: Balance::from(coins) * COIN };
            call(&owner(bob), spend.into());
        },
    }
}

/// What is known beside the chain: what each gateway was allowed by its owner last, and what it spent since.
#[derive(Default)]
struct Seen {
    allowed: BTreeMap<AccountId, (Balance, Balance)>,
}

impl Seen {
    fn note(&mut self) {
        for event in Chain::events() {
            let RuntimeEvent::Gateways(event) = event else { continue };
            match event {
                Event::Registered { gateway, allowance, .. } | Event::Allowed { gateway, allowance } => {
                    self.allowed.insert(gateway, (allowance, 0));
                },
                Event::Retired { gateway, .. } => _ = self.allowed.remove(&gateway),
                Event::Acted { gateway, spent, allowance, .. } => {
                    let (allowed, sum) = self.allowed.get_mut(&gateway).expect("who is no gateway acted");
                    *sum += spent;
                    assert!(*sum <= *allowed, "more was spent than was allowed");
                    assert_eq!(allowance, *allowed - *sum);
                },
                _ => {},
            }
        }
        // Each is looked at once.
        pallet_idlewild_test_runtime::System::reset_events();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn gateways_spend_what_they_may(steps in prop::collection::vec(moves(), 1..120)) {
        Chain::run(|| {
            // Little enough that owners run out of coins now and then.
            [ALICE, BOB].iter().for_each(|who| leave(who, 150 * COIN));
            let supply = Chain::supply();
            let mut seen = Seen::default();
            for step in &steps {
                let before = [ALICE, BOB].map(|who| coins(&who).0);
                let is_act = matches!(step, Move::Create(..));
                make(step);
                // By a gateway an owner loses no more than the event says.
                let spent: Balance = Chain::events().into_iter().map(|event| match event {
                    RuntimeEvent::Gateways(Event::Acted { spent, .. }) => spent,
                    _ => 0,
                }).sum();
                let after = [ALICE, BOB].map(|who| coins(&who).0);
                if is_act {
                    assert_eq!(before.iter().sum::<Balance>() - after.iter().sum::<Balance>(), spent);
                }
                seen.note();
                // All of the chain is checked at the end: here what can be broken by such moves.
                assert_eq!((Pallet::do_try_state(), Buckets::do_try_state()), (Ok(()), Ok(())), "{step:?}");
            }
            assert_eq!(Chain::supply(), supply, "coins came or went");
            // Whoever ends all has all of it back.
            for index in 0..4 {
                _ = Chain::call(&gateway(index), retire(&gateway(index)));
            }
            assert_eq!([ALICE, BOB].map(|who| coins(&who).1), [0, 0]);
        });
    }
}
