//! Whatever anybody does in whatever order: every escrow ends paid or refunded, and nobody has more or less than is due.

use idlewild_compute_primitives::resources::Resources;
use pallet_idlewild_test_runtime::{compute::trackers, RuntimeEvent};
use proptest::prelude::*;

use super::*;

/// What trackers find.
#[derive(Clone, Copy, Debug)]
enum Found {
    Answers,
    Silent,
    /// All of them something else.
    Neither,
    /// Nobody draws them.
    Nothing,
}

/// One thing that somebody does.
#[derive(Clone, Debug)]
enum Move {
    Pass(u32),
    Match(u8, u8, u8, bool),
    Accept(u8),
    Verdict(u8, Found),
    Redeem(u8, u32),
    AskProbe(u8, bool),
    Report(u8),
    SetEndpoint(u8),
    Close(u8, u8),
    Finish(u8),
    TopUp(u8, u32),
    Scale(u8, u8),
    Stop(u8),
}

fn moves() -> impl Strategy<Value = Move> {
    let verdict = prop_oneof![
        10 => Just(Found::Answers),
        4 => Just(Found::Silent),
        2 => Just(Found::Neither),
        1 => Just(Found::Nothing)
    ];
    prop_oneof![
        6 => (1u32..70).prop_map(Move::Pass),
        6 => (0u8..2, 0u8..3, 0u8..4, any::<bool>())
            .prop_map(|(service, provider, rate, asked)| Move::Match(service, provider, rate, asked)),
        6 => any::<u8>().prop_map(Move::Accept),
        9 => (any::<u8>(), verdict).prop_map(|(lease, found)| Move::Verdict(lease, found)),
        5 => (any::<u8>(), 0u32..600).prop_map(|(lease, blocks)| Move::Redeem(lease, blocks)),
        3 => (any::<u8>(), any::<bool>()).prop_map(|(lease, by_owner)| Move::AskProbe(lease, by_owner)),
        3 => any::<u8>().prop_map(Move::Report),
        1 => any::<u8>().prop_map(Move::SetEndpoint),
        3 => (any::<u8>(), 0u8..3).prop_map(|(lease, who)| Move::Close(lease, who)),
        4 => any::<u8>().prop_map(Move::Finish),
        2 => (0u8..2, 0u32..300).prop_map(|(service, blocks)| Move::TopUp(service, blocks)),
        1 => (0u8..2, 0u8..4).prop_map(|(service, instances)| Move::Scale(service, instances)),
        1 => (0u8..2).prop_map(Move::Stop),
    ]
}

/// What is known beside the chain: when each lease went live and was closed, at what rate.
#[derive(Default)]
struct Seen {
    leases: std::collections::BTreeMap<LeaseId, (Balance, Option<Moment>, Option<Moment>)>,
    /// What leases paid.
    ended: Balance,
    /// What words cost.
    lost: Balance,
    /// What turning away cost providers, and what of their owners' coins was burned for that.
    staked: Balance,
    burned: Balance,
}

impl Seen {
    fn note(&mut self) {
        for event in Chain::events() {
            if let RuntimeEvent::Escrow(pallet_idlewild_escrow::Event::PutIn { amount, .. }) = event {
                self.lost += amount;
            }
            let RuntimeEvent::Services(event) = event else { continue };
            match event {
                Event::Matched { lease, rate, .. } => _ = self.leases.entry(lease).or_insert((rate, None, None)),
                Event::Live { lease, .. } => _ = self.leases.get_mut(&lease).unwrap().1.get_or_insert(now()),
                Event::TurnedAway { lost, burned, .. } => {
                    assert!(burned <= lost, "an owner lost more than its provider");
                    self.staked += lost;
                    self.burned += burned;
                },
                Event::LeaseClosing { lease, .. } => _ = self.leases.get_mut(&lease).unwrap().2.get_or_insert(now()),
                Event::LeaseEnded { lease, paid, .. } if self.leases.contains_key(&lease) => {
                    let (rate, live, closing) = self.leases[&lease];
                    let blocks = live.map_or(0, |live| closing.unwrap() - live);
                    assert!(paid <= rate * Balance::from(blocks), "a lease was paid for time that it did not have");
                    self.ended += paid;
                },
                _ => {},
            }
        }
        // Each is looked at once.
        pallet_idlewild_test_runtime::System::reset_events();
    }
}

fn nth(index: u8) -> Option<LeaseId> {
    let mut ids: Vec<_> = Leases::<Test>::iter_keys().collect();
    ids.sort_unstable();
    (!ids.is_empty()).then(|| ids[usize::from(index) % ids.len()])
}

/// Somebody does something. Where the chain refuses it, nothing of it is left.
fn make(step: &Move, owners: &[AccountId; 2], services: &[ServiceId; 2], providers: &[ProviderId]) {
    let call = |who: &AccountId, call: RuntimeCall| _ = Chain::call(who, call);
    let key_of = |id| owner_key(1 + services.iter().position(|service| *service == lease_record(id).service).unwrap() as u8);
    let owner_of = |id| service_record(lease_record(id).service).owner;
    match *step {
        Move::Pass(blocks) => Chain::pass(blocks),
        Move::Match(service, provider, rate, asked) => {
            let provider = providers[usize::from(provider)];
            // Too dear, and for nothing, are among them.
            let rate = RATE * Balance::from(rate) / 2;
            let stake = if asked { Stake::get() } else { 0 };
            let _ = try_match(services[usize::from(service)], provider, rate, stake);
        },
        Move::Accept(lease) => _ = nth(lease).map(|id| call(&operator(id), accept(id))),
        Move::Verdict(lease, found) => {
            let probed: Vec<_> = Leases::<Test>::iter().filter(|(_, lease)| lease.probing.is_some()).collect();
            if !probed.is_empty() {
                let (id, _) = &probed[usize::from(lease) % probed.len()];
                match found {
                    Found::Answers if !is_late(*id) => probe(*id, true),
                    Found::Silent if !is_late(*id) => probe(*id, false),
                    Found::Neither if !is_late(*id) => trackers::decide(&account(39), panel_of(*id), [7; 32]),
                    _ => probe_undecided(*id),
                }
            }
        },
        Move::Redeem(lease, blocks) => {
            if let Some(id) = nth(lease) {
                let amount = lease_record(id).rate * Balance::from(blocks) + 3;
                call(&CAROL, voucher(&key_of(id), id, amount));
            }
        },
        Move::AskProbe(lease, by_owner) => {
            _ = nth(lease).map(|id| call(&if by_owner { owner_of(id) } else { operator(id) }, ask_probe(id)))
        },
        Move::Report(lease) => _ = nth(lease).map(|id| call(&CAROL, report_down(id))),
        Move::SetEndpoint(lease) => _ = nth(lease).map(|id| call(&operator(id), set_endpoint(id, AT))),
        Move::Close(lease, who) => {
            if let Some(id) = nth(lease) {
                let who = [owner_of(id), operator(id), CAROL][usize::from(who)].clone();
                call(&who, close(id));
            }
        },
        Move::Finish(lease) => _ = nth(lease).map(|id| call(&BOB, finish(id))),
        Move::TopUp(service, blocks) => {
            let place = usize::from(service);
            call(&owners[place], top_up(services[place], RATE * Balance::from(blocks) / 3));
        },
        Move::Scale(service, instances) => {
            let place = usize::from(service);
            call(&owners[place], scale(services[place], instances));
        },
        Move::Stop(service) => {
            let place = usize::from(service);
            call(&owners[place], stop(services[place]));
        },
    }
}

/// Whether nobody can draw a lease's panel any more.
fn is_late(id: LeaseId) -> bool {
    let asked = lease_record(id).probing.unwrap().asked;
    now() + 2 > asked + 2 + pallet_idlewild_test_runtime::compute::trackers::QUICK.commit
}

/// Stops everything, lets every panel speak, and finishes every lease.
fn end(owners: &[AccountId; 2], services: &[ServiceId; 2], seen: &mut Seen) {
    for (owner, service) in owners.iter().zip(services) {
        _ = Chain::call(owner, stop(*service));
        seen.note();
    }
    let probed: Vec<_> = Leases::<Test>::iter().filter(|(_, lease)| lease.probing.is_some()).map(|(id, _)| id).collect();
    for id in probed {
        probe_undecided(id);
        seen.note();
    }
    Chain::pass(RULES.close);
    let left: Vec<_> = Leases::<Test>::iter_keys().collect();
    for id in left {
        Chain::does(&BOB, finish(id));
        seen.note();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_escrow_ends_paid_or_refunded(schedule in proptest::collection::vec(moves(), 1..60)) {
        Chain::run(|| {
            quick_leases();
            seat_trackers();
            let owners = [owner(1), owner(2)];
            owners.iter().for_each(|who| _ = Balances::mint_into(who, 10_000 * COIN).unwrap());
            let providers: Vec<_> = (0..3).map(any_provider).collect();
            let supply = Chain::supply();
            let mut seen = Seen::default();
            let services = [0, 1].map(|index| deploy(&owners[index], spec(2)));
            let wealth = || (0..3).map(account).chain([CAROL]).map(|who| Chain::wealth(&who)).sum::<Balance>();
            let had = wealth();
            for step in &schedule {
                make(step, &owners, &services, &providers);
                seen.note();
                for result in [Services::do_try_state(), Escrow::do_try_state(), Offers::do_try_state()] {
                    assert!(result.is_ok(), "after {step:?}: {result:?}");
                }
                providers.iter().for_each(|provider| assert_has_its_leases(*provider));
            }
            end(&owners, &services, &mut seen);
            assert_ended(&owners, &providers);
            assert_eq!(Chain::supply(), supply - seen.burned, "coins came or went");
            assert_eq!(Chain::wealth(&ServicesTreasury::get()), seen.staked);
            // Providers, and who reports, have what leases paid, less what their word cost them, and turning away.
            assert_eq!(wealth(), had + seen.ended - seen.lost - seen.staked);
        });
    }
}

/// What a provider has in use, and what stands for that, is what its leases take: there is nothing else here.
fn assert_has_its_leases(provider: ProviderId) {
    let leases: Vec<_> = Leases::<Test>::iter_values().filter(|lease| lease.provider == provider).collect();
    let resources = leases.iter().fold(Default::default(), |sum: Resources, lease| sum.plus(&lease.resources));
    let stakes: Balance = leases.iter().map(|lease| lease.stake).sum();
    let record = Offers::get(provider).unwrap();
    assert_eq!((record.in_use(), record.busy as usize, record.locked), (resources, leases.len(), stakes));
}

/// Nothing is left on hold for a service, and every machine is free.
fn assert_ended(owners: &[AccountId; 2], providers: &[ProviderId]) {
    assert_eq!(Records::<Test>::iter().count() + Leases::<Test>::iter().count(), 0);
    for who in owners.iter().chain([&CAROL]).cloned().chain((0..3).map(account)) {
        let escrow = Balances::balance_on_hold(&pallet_idlewild_escrow::HoldReason::Escrow.into(), &who);
        assert_eq!((escrow, word(&who)), (0, 0));
    }
    for provider in providers {
        let record = Offers::get(*provider).unwrap();
        assert_eq!((record.free, record.busy, record.locked), (record.offered, 0, 0));
    }
}
