//! `take_work` and `end_work`: what other pallets take of a provider and give back.

use idlewild_compute_primitives::resources::Resources;
use pallet_idlewild_offers::Providers;
use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{any_provider, attributes, provider, provider_of, record, MACHINE, PRICES},
    Chain, Test, ALICE, BOB, COIN,
};
use sp_runtime::DispatchError;

use crate::{add_bond, takes, takes_not, Error, Offers, PART};

#[test]
fn what_is_taken_comes_back() {
    Chain::run(|| {
        any_provider(0);
        let before = record(0);
        takes(0, &PART, 400 * COIN);
        let of = record(0);
        assert_eq!((of.busy, of.locked, of.spare()), (1, 400 * COIN, 600 * COIN));
        assert_eq!(of.free, MACHINE.less(&PART).unwrap());
        assert_eq!((of.in_use().cpu_milli, of.in_use().gpus), (PART.cpu_milli, 1));
        takes(0, &PART, 600 * COIN);
        assert_eq!((record(0).busy, record(0).spare(), record(0).free.gpus), (2, 0, 0));
        Offers::end_work(0, &PART, 400 * COIN);
        Chain::assert_sound();
        assert_eq!((record(0).busy, record(0).locked, record(0).free.gpus), (1, 600 * COIN, 1));
        Offers::end_work(0, &PART, 600 * COIN);
        assert_eq!(record(0), before);
    });
}

#[test]
fn nothing_is_promised_twice() {
    Chain::run(|| {
        any_provider(0);
        let all = Resources { vram_mib: 1, ..MACHINE };
        for more in [
            Resources { cpu_milli: MACHINE.cpu_milli + 1, ..MACHINE },
            Resources { ram_mib: MACHINE.ram_mib + 1, ..MACHINE },
            Resources { disk_mib: MACHINE.disk_mib + 1, ..MACHINE },
            Resources { gpus: MACHINE.gpus + 1, ..MACHINE },
            Resources { vram_mib: MACHINE.vram_mib + 1, ..MACHINE },
            Resources { up_kbps: MACHINE.up_kbps + 1, ..MACHINE },
            Resources { down_kbps: MACHINE.down_kbps + 1, ..MACHINE },
        ] {
            takes_not(0, &more, 0, Error::NoRoom);
        }
        takes_not(0, &all, 1_000 * COIN + 1, Error::BondInUse);
        takes_not(0, &all, u128::MAX, Error::BondInUse);
        takes(0, &all, 1_000 * COIN);
        takes_not(0, &Resources { cpu_milli: 1, ..Resources::default() }, 0, Error::NoRoom);
        takes_not(0, &Resources::default(), 1, Error::BondInUse);
        takes(0, &Resources::default(), 0);
    });
}

#[test]
fn who_was_slashed_below_the_least_bond_takes_nothing_until_that_is_made_up_for() {
    Chain::run(|| {
        provider(0, MACHINE, attributes(), PRICES, 10 * COIN);
        drop(Offers::slash(0, 1));
        takes_not(0, &PART, 0, Error::BondTooLow);
        Chain::does(&account(0), add_bond(0, 1));
        takes(0, &PART, 0);
    });
}

#[test]
fn more_than_was_taken_makes_no_room() {
    Chain::run(|| {
        any_provider(0);
        let before = record(0);
        takes(0, &PART, 5);
        Offers::end_work(0, &MACHINE, 1_000 * COIN);
        assert_eq!(record(0), before);
        Offers::end_work(0, &MACHINE, 1);
        assert_eq!(record(0), before);
    });
}

#[test]
fn work_that_cannot_be_counted_is_not_taken() {
    Chain::run(|| {
        any_provider(0);
        Providers::<Test>::mutate(0, |slot| slot.as_mut().unwrap().busy = u32::MAX);
        takes_not(0, &PART, 0, Error::NoRoom);
    });
}

#[test]
fn a_provider_that_is_not_there_is_an_error_or_nothing() {
    Chain::run(|| {
        any_provider(0);
        takes_not(1, &PART, 0, Error::NoSuchProvider);
        let before = Chain::state();
        Offers::end_work(1, &PART, 1);
        assert_eq!(before, Chain::state());
        let missing = DispatchError::from(Error::NoSuchProvider);
        assert_eq!((Offers::get(1), Offers::operated(1, &ALICE)), (Err(missing), Err(missing)));
        assert_eq!(Offers::operated(0, &BOB), Err(Error::NotOperator.into()));
        assert_eq!(Offers::operated(0, &account(0)), Offers::get(0));
    });
}

#[test]
fn providers_of_one_operator_are_not_distinct() {
    Chain::run(|| {
        for (index, operator) in [(0, &ALICE), (1, &BOB), (2, &ALICE)] {
            provider_of(operator, index, MACHINE, attributes(), PRICES, 10 * COIN);
        }
        assert!(Offers::are_distinct(0, 1) && Offers::are_distinct(1, 2));
        assert!(!Offers::are_distinct(0, 2) && !Offers::are_distinct(0, 0));
        assert!(!Offers::are_distinct(0, 3) && !Offers::are_distinct(3, 4), "nobody knows of whom that is");
    });
}
