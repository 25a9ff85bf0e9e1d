//! What a call costs in a book with very many orders.

use super::*;
use codec::Encode;
use frame_support::storage::{with_transaction, TransactionOutcome};
use pallet_idlewild_market::Pages;
use pallet_idlewild_offers::{types::Provider, Providers};
use sp_runtime::DispatchError;

/// A chain with so many providers and services, each with so many orders, over a thousand prices of each side; and a provider and a
/// service with none.
fn with_orders(players: u32, each: u32) -> (sp_io::TestExternalities, ProviderId, ServiceId) {
    let mut chain = Chain::start();
    let (provider, service) = chain.execute_with(|| {
        let example = any_provider(0);
        let template = record(example);
        let own = service(&ALICE, 200);
        for index in 1..=players {
            // Written as they are, since a signature each would take longer than everything else here.
            Providers::<Test>::insert(index, Provider { ..template.clone() });
            Needs::insert(ServiceId::from(index), need(&BOB, 200));
            for order in 0..each {
                let step = ((index * 31 + order * 617) % 1_000) as u16;
                Chain::call(&account(0), ask(index, 2_000 + step)).unwrap();
                Chain::call(&BOB, bid(index.into(), 1_999 - step)).unwrap();
            }
        }
        // The events of all of that are no part of what a call costs.
        Chain::next_block();
        (example, own)
    });
    chain.commit_all().unwrap();
    (chain, provider, service)
}

/// Bytes of storage proof that each call takes.
fn proofs(players: u32, each: u32) -> [(&'static str, usize); 6] {
    let (mut chain, provider, service) = with_orders(players, each);
    let middle = chain.execute_with(|| {
        let pages: Vec<_> = Pages::<Test>::iter().collect();
        let (number, page) = pages.iter().find(|(_, page)| page.tick == 2_500).unwrap();
        number * 16 + u64::from(page.entries[0].place)
    });
    let calls = [
        ("a bid that is matched", ALICE, bid(service, 2_400)),
        ("an ask that is matched", account(0), ask(provider, 1_600)),
        ("a bid that waits", ALICE, bid(service, 1_500)),
        ("an ask that waits", account(0), ask(provider, 2_500)),
        ("the first bid of a price", ALICE, bid(service, 900)),
        ("a cancelled ask", account(0), cancel(middle)),
    ];
    calls.map(|(name, who, call)| {
        // Taken back at once, so that each call finds the same state.
        let (outcome, proof) = chain.execute_and_prove(|| {
            with_transaction(|| TransactionOutcome::Rollback(Ok::<_, DispatchError>(Chain::call(&who, call)))).unwrap()
        });
        assert_eq!(outcome, Ok(()), "{name}");
        (name, proof.encoded_size())
    })
}

/// Compares books of which one has ten times as many orders of the same providers and services.
fn compare(players: u32) {
    let few = proofs(players, 2);
    let many = proofs(players, 20);
    for ((name, before), (_, after)) in few.into_iter().zip(many) {
        println!("{name}: {before} bytes of proof with {} orders, {after} with {}", players * 4, players * 40);
        assert!(after <= 12 * 1_024, "{name}: {after} bytes");
        assert!(after * 100 <= before * 115, "{name}: {before} and {after} bytes");
    }
}

#[test]
fn ten_times_the_orders_cost_about_the_same() {
    compare(250);
}

/// The same with 10,000 and 100,000 orders, which takes minutes to set up where nothing is optimised.
#[test]
#[ignore = "minutes"]
fn a_hundred_thousand_orders_cost_about_the_same() {
    compare(2_500);
}
