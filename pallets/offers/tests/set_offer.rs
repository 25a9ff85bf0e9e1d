//! `set_offer`: other amounts, another machine, other prices, and what work that is on does not let change.

use idlewild_compute_primitives::resources::{Arch, Attributes, Grade, Prices, Resources, Runtimes, Tier};
use pallet_idlewild_offers::types::Offer;
use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{any_provider, attributes, record, MACHINE, PRICES},
    Chain, BOB,
};

use crate::{exit, pause, saw, set_offer, takes, Error, Event, Offers, PART};

fn amounts(offered: Resources) -> pallet_idlewild_test_runtime::RuntimeCall {
    set_offer(0, offered, attributes(), PRICES)
}

/// Every kind of machine that differs in one thing.
fn other_machines() -> [Attributes; 6] {
    let same = attributes();
    [
        Attributes { region: *b"NO", ..same },
        Attributes { arch: Arch::Arm64, ..same },
        Attributes { tier: Tier::Virtual, ..same },
        Attributes { runtimes: Runtimes { wasi: true, oci: false }, ..same },
        Attributes { gpu_model: 2, ..same },
        Attributes { host_class: [1; 8], ..same },
    ]
}

#[test]
fn an_idle_machine_may_become_any_other() {
    Chain::run(|| {
        any_provider(0);
        let offered = Resources { cpu_milli: 1, ram_mib: 2, ..Resources::default() };
        let attributes = Attributes { arch: Arch::Riscv64, only_for: Some(3), ..Attributes::default() };
        let prices = Prices { cpu_milli: 9, ..Prices::default() };
        Chain::does(&account(0), set_offer(0, offered, attributes, prices));
        let of = record(0);
        assert_eq!((of.offered, of.free, of.attributes, of.prices), (offered, offered, attributes, prices));
        assert!(saw(Event::OfferChanged { provider: 0, offer: Offer { offered, attributes, prices } }));
    });
}

#[test]
fn no_less_is_offered_than_is_in_use() {
    Chain::run(|| {
        any_provider(0);
        takes(0, &PART, 1);
        takes(0, &Resources { gpus: 0, vram_mib: 0, ..PART }, 1);
        let used = Resources {
            cpu_milli: 8_000,
            ram_mib: 16_384,
            disk_mib: 40_000,
            gpus: 1,
            vram_mib: MACHINE.vram_mib,
            up_kbps: 2_000,
            down_kbps: 4_000,
        };
        assert_eq!(record(0).in_use(), used);
        for less in [
            Resources { cpu_milli: 7_999, ..used },
            Resources { ram_mib: 16_383, ..used },
            Resources { disk_mib: 39_999, ..used },
            Resources { gpus: 0, ..used },
            Resources { vram_mib: used.vram_mib - 1, ..used },
            Resources { up_kbps: 1_999, ..used },
            Resources { down_kbps: 3_999, ..used },
        ] {
            Chain::refuses(&account(0), amounts(less), Error::InUse);
        }
        Chain::does(&account(0), amounts(used));
        let left = Resources { vram_mib: used.vram_mib, ..Resources::default() };
        assert_eq!((record(0).offered, record(0).free, record(0).in_use()), (used, left, used));
        // What was taken comes back to what is offered by now.
        Offers::end_work(0, &PART, 1);
        Chain::assert_sound();
        assert_eq!(record(0).free.cpu_milli, 4_000);
        Chain::does(&account(0), amounts(MACHINE));
        assert_eq!(record(0).free.cpu_milli, MACHINE.cpu_milli - 4_000);
        Offers::end_work(0, &Resources { gpus: 0, vram_mib: 0, ..PART }, 1);
        Chain::assert_sound();
        assert_eq!((record(0).offered, record(0).free), (MACHINE, MACHINE));
    });
}

#[test]
fn memory_of_graphics_processors_may_shrink_while_none_is_in_use() {
    Chain::run(|| {
        any_provider(0);
        let small = Resources { vram_mib: 4_000, ..MACHINE };
        takes(0, &Resources { gpus: 0, vram_mib: 0, ..PART }, 0);
        Chain::does(&account(0), amounts(small));
        assert_eq!(record(0).free.vram_mib, 4_000);
        takes(0, &Resources { vram_mib: 4_000, ..PART }, 0);
        Chain::refuses(&account(0), amounts(Resources { vram_mib: 3_999, ..small }), Error::InUse);
        Chain::does(&account(0), amounts(MACHINE));
        assert_eq!((record(0).free.vram_mib, record(0).free.gpus), (MACHINE.vram_mib, 1));
    });
}

#[test]
fn the_machine_stays_the_same_while_it_has_work() {
    Chain::run(|| {
        any_provider(0);
        // Even work that takes nothing is of this machine.
        takes(0, &Resources::default(), 0);
        for other in other_machines() {
            Chain::refuses(&account(0), set_offer(0, MACHINE, other, PRICES), Error::Busy);
        }
        let mine = Attributes { only_for: Some(1), ..attributes() };
        let dear = Prices { gpu: 1, ..PRICES };
        Chain::does(&account(0), set_offer(0, MACHINE, mine, dear));
        assert_eq!((record(0).attributes, record(0).prices), (mine, dear));
        Offers::end_work(0, &Resources::default(), 0);
        for other in other_machines() {
            Chain::does(&account(0), set_offer(0, MACHINE, other, PRICES));
        }
    });
}

#[test]
fn a_grade_is_of_the_machine_that_was_measured() {
    Chain::run(|| {
        any_provider(0);
        let [region, arch, tier, runtimes, gpu, host] = other_machines();
        let grade = Grade { core: 500, ..Grade::default() };
        for (other, stays) in [(region, true), (arch, false), (tier, true), (runtimes, true), (gpu, false), (host, false)] {
            Chain::does(&account(0), set_offer(0, MACHINE, attributes(), PRICES));
            Offers::set_grade(0, grade);
            Chain::does(&account(0), amounts(Resources { cpu_milli: 1, ..MACHINE }));
            assert_eq!(record(0).grade, Some(grade), "a part of a machine is as fast");
            Chain::does(&account(0), set_offer(0, MACHINE, other, PRICES));
            assert_eq!(record(0).grade, stays.then_some(grade), "{other:?}");
        }
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        any_provider(0);
        let who = account(0);
        Chain::refuses(&who, set_offer(1, MACHINE, attributes(), PRICES), Error::NoSuchProvider);
        Chain::refuses(&BOB, amounts(MACHINE), Error::NotOperator);
        Chain::refuses(&who, amounts(Resources { cpu_milli: 0, ..MACHINE }), Error::NothingOffered);
        Chain::refuses(&who, amounts(Resources { ram_mib: 0, ..MACHINE }), Error::NothingOffered);
        Chain::refuses(&who, set_offer(0, MACHINE, Attributes { region: *b"xx", ..attributes() }, PRICES), Error::BadRegion);
        Chain::does(&who, pause(0));
        Chain::does(&who, amounts(MACHINE));
        Chain::does(&who, exit(0));
        Chain::refuses(&who, amounts(MACHINE), Error::Leaving);
    });
}
