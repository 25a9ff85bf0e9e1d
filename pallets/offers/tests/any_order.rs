//! Whatever happens in whatever order: invariants hold, coins are conserved, and work that is on can always end.

use frame_support::traits::{fungible::Balanced, Imbalance};
use idlewild_compute_primitives::{
    resources::{Attributes, Resources},
    Balance,
};
use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{any_provider, attributes, record, requester, MACHINE, PRICES},
    Balances, Chain, ALICE, COIN,
};
use proptest::prelude::*;

use crate::{add_bond, age_bonds, exit, pause, remove, resume, set_offer, withdraw_bond, Offers};

#[derive(Clone, Debug)]
enum Step {
    Take(Resources, Balance),
    /// Which work, and in hundredths how much of what stands for it is slashed and charged before it ends.
    End(usize, Balance, Balance),
    Offer(Resources, u16),
    Add(Balance),
    Withdraw(Balance),
    Pause,
    Resume,
    Agreed(u8),
    Late,
    Lost,
    Wait(u32),
}

fn amounts() -> impl Strategy<Value = Resources> {
    let whole = MACHINE;
    (0..=40u32, 0..=40u32, 0..=3u32, 0..=40u32).prop_map(move |(cpu, ram, gpus, disk)| Resources {
        cpu_milli: whole.cpu_milli / 32 * cpu,
        ram_mib: whole.ram_mib / 32 * ram,
        disk_mib: whole.disk_mib / 32 * disk,
        gpus,
        vram_mib: whole.vram_mib / 32 * cpu,
        up_kbps: whole.up_kbps / 32 * disk,
        down_kbps: whole.down_kbps / 32 * ram,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (amounts(), 0..=300u128).prop_map(|(resources, bond)| Step::Take(resources, bond * COIN + bond)),
        3 => (any::<usize>(), 0..=100u128, 0..=100u128).prop_map(|(which, slash, fee)| Step::End(which, slash, fee)),
        2 => (amounts(), 1..=2u16).prop_map(|(resources, model)| Step::Offer(resources, model)),
        1 => (0..=200u128).prop_map(|amount| Step::Add(amount * COIN)),
        1 => (0..=1_200u128).prop_map(|amount| Step::Withdraw(amount * COIN)),
        1 => Just(Step::Pause),
        2 => Just(Step::Resume),
        4 => (0..=20u8).prop_map(Step::Agreed),
        1 => Just(Step::Late),
        1 => Just(Step::Lost),
        1 => (1..=30u32).prop_map(Step::Wait),
    ]
}

fn tried(steps: Vec<Step>) {
    Chain::run(|| {
        let (who, supply) = (account(0), Chain::supply());
        any_provider(0);
        let mut work: Vec<(Resources, Balance)> = Vec::new();
        let mut taken: Balance = 0;
        let wealth = Chain::wealth(&who);
        for step in steps {
            // What is refused leaves everything as it was; that each is refused for the right reason is tested elsewhere.
            match step {
                Step::Take(resources, bond) => {
                    if Offers::take_work(0, &resources, bond).is_ok() {
                        work.push((resources, bond));
                    }
                },
                Step::End(which, slash, fee) if !work.is_empty() => {
                    let (resources, bond) = work.swap_remove(which % work.len());
                    let slash = bond / 100 * slash;
                    let fee = (bond - slash) / 100 * fee;
                    for (credit, amount) in [(Offers::slash(0, slash), slash), (Offers::charge(0, fee), fee)] {
                        assert_eq!(credit.peek(), amount, "what stands for work is there");
                        taken += amount;
                        assert!(Balances::resolve(&ALICE, credit).is_ok());
                    }
                    Offers::end_work(0, &resources, bond - slash - fee);
                },
                Step::End(..) => {},
                Step::Offer(offered, gpu_model) => {
                    let attributes = Attributes { gpu_model, ..attributes() };
                    let _ = Chain::call(&who, set_offer(0, offered, attributes, PRICES));
                },
                Step::Add(amount) => drop(Chain::call(&who, add_bond(0, amount))),
                Step::Withdraw(amount) => drop(Chain::call(&who, withdraw_bond(0, amount))),
                Step::Pause => drop(Chain::call(&who, pause(0))),
                Step::Resume => drop(Chain::call(&who, resume(0))),
                Step::Agreed(index) => Offers::note_agreed(0, &requester(index)),
                Step::Late => Offers::note_late(0),
                Step::Lost => Offers::note_lost(0),
                Step::Wait(blocks) => Chain::pass(blocks),
            }
            Chain::assert_sound();
            let of = record(0);
            assert_eq!((of.busy as usize, of.locked), (work.len(), work.iter().map(|(_, bond)| bond).sum()));
            let used = work.iter().fold(Resources::default(), |sum, (part, _)| sum.plus(part));
            assert_eq!(Resources { vram_mib: 0, ..of.in_use() }, Resources { vram_mib: 0, ..used });
            let most = work.iter().filter(|(part, _)| part.gpus > 0).map(|(part, _)| part.vram_mib).max().unwrap_or(0);
            assert!(of.offered.vram_mib >= most, "work on a graphics processor has lost its memory");
            assert_eq!((Chain::wealth(&who) + taken, Chain::supply()), (wealth, supply));
        }
        // It leaves with everything that was not taken.
        work.iter().for_each(|(resources, bond)| Offers::end_work(0, resources, *bond));
        Chain::does(&who, exit(0));
        age_bonds();
        Chain::does(&who, remove(0));
        assert_eq!((Balances::free_balance(&who) + taken, Chain::supply()), (wealth, supply));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn everything_stays_whole(steps in prop::collection::vec(step(), 1..50)) {
        tried(steps);
    }
}
