//! The inequalities that safety rests on, and the linearity that lets the chain keep sums.

use idlewild_storage_primitives::terms::{pay, pay_of_extension, rate, Load, Rates, LEAST_PAID};
use proptest::prelude::*;

fn rates() -> impl Strategy<Value = Rates> {
    (0u128..1 << 60, 0u128..1 << 40, 0u128..1 << 40).prop_map(|(bounty_base, bounty_per_chunk, bond_per_chunk)| Rates {
        bounty_base,
        bounty_per_chunk,
        bond_per_chunk,
    })
}

fn load() -> impl Strategy<Value = Load> {
    (0u32..1_000_000, 0u64..1 << 40).prop_map(|(slots, chunks)| Load { slots, chunks })
}

proptest! {
    #[test]
    fn a_slash_never_pays_out_more_than_half(rates in rates(), load in load()) {
        let (bond, bounty) = (rates.bond(load), rates.bounty(load));
        prop_assert!(bond >= 4 * bounty);
        // What misses must leave still holds every bounty twice.
        prop_assert_eq!(rates.floor(load), 2 * bounty);
        prop_assert!(bond >= 2 * rates.floor(load));
    }

    #[test]
    fn sums_of_slots_equal_the_slots(rates in rates(), slots in prop::collection::vec(0u32..5_000_000, 0..50)) {
        let load = slots.iter().fold(Load::default(), |sum, chunks| sum.plus(Load::slot(*chunks)));
        let each = |amount: fn(&Rates, Load) -> u128| slots.iter().map(|c| amount(&rates, Load::slot(*c))).sum::<u128>();
        prop_assert_eq!(rates.bounty(load), each(Rates::bounty));
        prop_assert_eq!(rates.bond(load), each(Rates::bond));
        prop_assert_eq!(rates.floor(load), each(Rates::floor));
        let back = slots.iter().fold(load, |rest, chunks| rest.minus(Load::slot(*chunks)));
        prop_assert_eq!(back, Load::default());
    }

    #[test]
    fn pay_is_never_more_than_its_price(price in 0u128..1 << 80, parts in prop::collection::vec(1u32..1 << 28, 1..30)) {
        let whole: u128 = parts.iter().map(|part| u128::from((*part).max(LEAST_PAID))).sum();
        let paid: u128 = parts.iter().map(|part| rate(price, *part)).sum();
        prop_assert!(paid <= (price * whole) >> 30);
    }
}

#[test]
fn a_gibibyte_costs_its_price() {
    assert_eq!(rate(1_000_000, 1 << 30), 1_000_000);
    assert_eq!(rate(1_000_000, 1 << 29), 500_000);
    assert_eq!(rate(u128::MAX, u32::MAX), u128::MAX >> 30);
}

#[test]
fn a_slot_of_a_few_bytes_costs_as_much_as_one_of_a_mebibyte() {
    assert_eq!(rate(1 << 30, 64), 1 << 20);
    assert_eq!(rate(1 << 30, LEAST_PAID), 1 << 20);
    assert_eq!(rate(1 << 30, LEAST_PAID + 64), (1 << 20) + 64);
}

#[test]
fn a_bond_covers_in_proportion() {
    let rates = Rates { bounty_base: 1_000, bounty_per_chunk: 1, bond_per_chunk: 2 };
    // A slot of 4 MiB asks for four bounties of 1,000 + 4,096, and two for each chunk.
    let slot = rates.bond(Load::slot(4096));
    assert_eq!(rates.covered(0), 0);
    assert_eq!(rates.covered(slot), 4 << 20);
    assert_eq!(rates.covered(slot / 2), 2 << 20);
    assert_eq!(rates.covered(u128::MAX), u64::MAX, "no bond overflows");
    let free = Rates { bounty_base: 0, bounty_per_chunk: 0, bond_per_chunk: 0 };
    assert_eq!(free.covered(0), u64::MAX, "where nothing is asked for");
}

#[test]
fn pay_is_for_whole_periods_and_an_extension_for_one_begun() {
    assert_eq!(pay(7, 99, 20, 3), 7 * 4 * 3);
    assert_eq!(pay_of_extension(7, 99, 20, 3), 7 * 5 * 3);
    assert_eq!(pay_of_extension(7, 100, 20, 3), 7 * 5 * 3);
    assert_eq!((pay(7, 99, 0, 3), pay_of_extension(7, 99, 0, 3)), (0, 0), "a chain without periods pays nothing");
    assert_eq!(pay(u128::MAX, 40, 20, 2), u128::MAX);
}

#[test]
fn a_reserve_has_a_bounty_for_each_parity_shard() {
    let rates = Rates { bounty_base: 1_000, bounty_per_chunk: 1, bond_per_chunk: 2 };
    assert_eq!(rates.reserve(Load::slot(24), 8, 2), 16 * 1_024);
}
