//! Random schedules of honest, lying, silent and late providers and trackers, until all is over.

use std::collections::BTreeMap;

use idlewild_compute_primitives::{
    commitment::Finding,
    program::Class,
    project::ProjectSpec,
    view::{Due, Duty},
    Balance, ChunkIndex, ProjectId, ProviderId,
};
use pallet_idlewild_projects::{types::Sample, Asks, Keys, Sampled, WorkOf};
use pallet_idlewild_test_runtime::{
    account,
    compute::{
        offers,
        projects::{
            acknowledge, advance, claim, commit, create, finalise, finding, operator, project, quick, reveal, spec, spec_of,
            trust, view, PRICE, WORK,
        },
        trackers,
    },
    AccountId, Chain, Clock, Escrow, Offers, Projects, RuntimeCall, RuntimeEvent, Test, Trackers, ALICE, BOB, CAROL, COIN,
};
use proptest::prelude::*;

use crate::{Call, Event};

/// Enough for everything that there is to claim at once.
const BOND: Balance = 20_000 * COIN;

/// How a provider behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As it should.
    Honest,
    /// It tells the lie of its clique.
    Colludes,
    /// It tells a lie of its own.
    Lies,
    /// It commits and never reveals.
    Silent,
    /// It begins and never commits.
    Late,
    /// It claims and never begins.
    Ghost,
}

/// How a tracker behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    True,
    False,
    Mute,
}

#[derive(Clone, Debug)]
struct Plan {
    class: Class,
    replicas: u8,
    ways: Vec<Way>,
    trusted: Vec<bool>,
    voices: Vec<Voice>,
    /// In how many of sixteen blocks whoever keeps things going is there.
    keeper: u8,
    sampled: u32,
    challenges: bool,
    cancels: Option<u32>,
    seed: u64,
}

fn plans() -> impl Strategy<Value = Plan> {
    let ways = prop_oneof![
        4 => Just(Way::Honest),
        2 => Just(Way::Colludes),
        1 => Just(Way::Lies),
        1 => Just(Way::Silent),
        1 => Just(Way::Late),
        1 => Just(Way::Ghost),
    ];
    let voices = prop_oneof![6 => Just(Voice::True), 1 => Just(Voice::Mute)];
    let class = prop_oneof![3 => Just(Class::Deterministic), 2 => Just(Class::Pinned), 1 => Just(Class::Metered)];
    let who = (proptest::collection::vec(ways, 3..8), proptest::collection::vec(any::<bool>(), 8));
    (
        (class, 1u8..=5),
        who,
        (proptest::collection::vec(voices, 0..14), 0usize..3),
        4u8..=16,
        prop_oneof![Just(0u32), Just(300_000), Just(1_000_000)],
        any::<bool>(),
        prop_oneof![3 => Just(None), 1 => (0u32..60).prop_map(Some)],
        any::<u64>(),
    )
        .prop_map(
            |((class, replicas), (ways, trusted), (mut voices, liars), keeper, sampled, challenges, cancels, seed)| {
                // Never as many as could make four of five, or eight of ten.
                voices.iter_mut().take(liars.min(2)).for_each(|voice| *voice = Voice::False);
                let replicas = if class == Class::Metered { 1 } else { replicas };
                Plan { class, replicas, ways, trusted, voices, keeper, sampled, challenges, cancels, seed }
            },
        )
}

/// A project that is run by a plan, and what was seen of its coins.
struct Run {
    plan: Plan,
    id: ProjectId,
    chunks: ChunkIndex,
    paid: BTreeMap<(ChunkIndex, ProviderId), Balance>,
    burned: Balance,
    /// What each provider lost of its bond for a result.
    slashed: BTreeMap<ProviderId, Balance>,
    /// What each paid for having been late.
    charged: BTreeMap<ProviderId, Balance>,
    random: u64,
}

impl Run {
    /// A number below `of`, the same for the same plan.
    fn random(&mut self, of: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % of
    }

    fn truth(&self) -> Finding {
        finding(1, WORK)
    }

    fn found_by(&self, provider: ProviderId) -> Finding {
        match self.way(provider) {
            Way::Colludes => finding(2, 2 * WORK),
            Way::Lies => finding(10 + provider as u8, 2 * WORK),
            _ => self.truth(),
        }
    }

    fn way(&self, provider: ProviderId) -> Way {
        self.plan.ways[provider as usize]
    }

    /// Makes a call that may be refused, and checks what has to be true whatever came of it.
    fn tries(&mut self, who: &AccountId, call: RuntimeCall) -> bool {
        let events = Chain::events().len();
        // A refused call leaves nothing behind, which the tests of each call check.
        if Chain::call(who, call.clone()).is_err() {
            return false;
        }
        for check in [Projects::do_try_state(), Escrow::do_try_state(), Offers::do_try_state(), Trackers::do_try_state()] {
            assert!(check.is_ok(), "{check:?} after {call:?}");
        }
        for event in Chain::events().into_iter().skip(events) {
            match event {
                RuntimeEvent::Projects(Event::Paid { chunk, provider, amount, .. }) => {
                    *self.paid.entry((chunk, provider)).or_default() += amount;
                },
                RuntimeEvent::Escrow(pallet_idlewild_escrow::Event::Burned { amount, .. }) => self.burned += amount,
                RuntimeEvent::Offers(pallet_idlewild_offers::Event::Slashed { provider, amount }) => {
                    *self.slashed.entry(provider).or_default() += amount;
                },
                RuntimeEvent::Offers(pallet_idlewild_offers::Event::Charged { provider, amount }) => {
                    *self.charged.entry(provider).or_default() += amount;
                },
                _ => {},
            }
        }
        true
    }

    fn providers(&mut self) {
        for provider in 0..self.plan.ways.len() as ProviderId {
            let who = operator(provider);
            if self.random(3) == 0 {
                continue;
            }
            for duty in Projects::duties(provider, None, 99).duties {
                let way = self.way(provider);
                let found = self.found_by(provider);
                match duty.duty {
                    Duty::Acknowledge if way != Way::Ghost => {
                        self.tries(&who, acknowledge(self.id, provider, &[duty.chunk]));
                    },
                    Duty::Commit if way != Way::Late => {
                        self.tries(&who, commit(self.id, provider, duty.chunk, &found));
                    },
                    Duty::Reveal if way != Way::Silent => {
                        self.tries(&who, reveal(self.id, provider, duty.chunk, &found));
                    },
                    _ => {},
                }
            }
            if self.random(2) == 0 {
                for open in Projects::open_chunks(provider, None, 2).chunks {
                    assert!(self.tries(&who, claim(self.id, provider, &[open.chunk])), "what is open can be claimed");
                }
            }
        }
    }

    /// Honest ones are never late: they do what they have to in the block in which they can, if they are there at all.
    fn the_honest(&mut self) {
        for provider in 0..self.plan.ways.len() as ProviderId {
            if self.way(provider) != Way::Honest {
                continue;
            }
            let (who, found) = (operator(provider), self.found_by(provider));
            for duty in Projects::duties(provider, None, 99).duties {
                let call = match duty.duty {
                    Duty::Acknowledge => acknowledge(self.id, provider, &[duty.chunk]),
                    Duty::Commit => commit(self.id, provider, duty.chunk, &found),
                    Duty::Reveal => reveal(self.id, provider, duty.chunk, &found),
                };
                assert!(self.tries(&who, call), "a duty of {provider} that is due is refused: {duty:?}");
            }
        }
    }

    fn trackers(&mut self) {
        use pallet_idlewild_trackers::types::{Answer, Phase};
        let panels: Vec<_> = pallet_idlewild_trackers::Panels::<Test>::iter().collect();
        for (id, panel) in panels {
            match panel.phase {
                Phase::Drawing { .. } => {
                    self.tries(&CAROL, pallet_idlewild_trackers::Call::convene { panel: id }.into());
                },
                Phase::Sitting { .. } => {
                    let all_bound = panel.is_bound();
                    for place in &panel.places {
                        let who = trackers::tracker(place.seat);
                        let voice = self.plan.voices[(AsRef::<[u8; 32]>::as_ref(&who)[0] - 140) as usize];
                        let verdict = match voice {
                            Voice::True => self.truth().root,
                            Voice::False => finding(2, 2 * WORK).root,
                            Voice::Mute => continue,
                        };
                        match place.answer {
                            Answer::Awaited => self.tries(&who, trackers::commit(id, place.seat, verdict)),
                            Answer::Bound { .. } if all_bound => self.tries(&who, trackers::reveal(id, place.seat, verdict)),
                            _ => false,
                        };
                    }
                },
            }
            self.tries(&CAROL, pallet_idlewild_trackers::Call::close { panel: id }.into());
        }
    }

    fn keeper(&mut self) {
        if self.random(16) >= self.plan.keeper.into() {
            return;
        }
        for index in 0..self.chunks {
            self.tries(&CAROL, advance(self.id, index));
            self.tries(&CAROL, finalise(self.id, &[index]));
        }
    }

    fn challenger(&mut self) {
        if !self.plan.challenges {
            return;
        }
        for index in 0..self.chunks {
            if view(self.id, index).due == Due::Finalise && self.random(6) == 0 {
                self.tries(&BOB, crate::projects::challenge(self.id, index));
            }
            self.tries(&BOB, crate::projects::sample(self.id, index));
        }
    }

    fn block(&mut self, block: u32) {
        self.the_honest();
        self.providers();
        self.trackers();
        self.challenger();
        self.keeper();
        if self.plan.cancels == Some(block) {
            self.tries(&ALICE, Call::cancel { project: self.id }.into());
        }
        if Clock::now() > project(self.id).spec.deadline {
            self.tries(&BOB, Call::expire { project: self.id }.into());
        }
        Chain::next_block();
    }
}

fn follow(plan: Plan) {
    quick();
    Sampled::<Test>::put(plan.sampled);
    let mut start = BTreeMap::new();
    for (index, trusted) in plan.ways.iter().zip(&plan.trusted).map(|(_, trusted)| *trusted).enumerate() {
        let provider = offers::provider(index as u8, offers::MACHINE, offers::attributes(), offers::PRICES, BOND);
        if trusted {
            trust(provider);
        }
        start.insert(provider, Chain::wealth(&operator(provider)));
    }
    let seats: Vec<AccountId> = (40..40 + plan.voices.len() as u8).map(account).collect();
    trackers::take_seats(&seats);
    let owner = Chain::wealth(&ALICE);
    let supply = Chain::supply();
    let base = if plan.class == Class::Deterministic { spec() } else { spec_of(plan.class) };
    let id = create(&ALICE, ProjectSpec { tasks: 6, replicas: plan.replicas, deadline: Clock::now() + 150, ..base });
    let random = plan.seed;
    let mut run = Run {
        plan,
        id,
        chunks: 3,
        paid: BTreeMap::new(),
        burned: 0,
        slashed: BTreeMap::new(),
        charged: BTreeMap::new(),
        random,
    };
    let mut blocks = 0;
    while project(id).ended.is_none() {
        run.block(blocks);
        blocks += 1;
        assert!(blocks < 2_500, "it never ends: {:?}", (0..3).map(|index| view(id, index)).collect::<Vec<_>>());
    }
    // Every escrow is paid or refunded, and nothing is left of anything.
    assert_eq!(pallet_idlewild_escrow::Escrows::<Test>::iter().count(), 0);
    assert_eq!((WorkOf::<Test>::iter().count(), Asks::<Test>::iter().count(), Keys::<Test>::iter().count()), (0, 0, 0));
    assert_eq!(supply - Chain::supply(), run.burned, "coins came or went");
    // Nothing is paid twice: for a chunk nobody has more than its price, and a result that stands is paid as billed.
    assert!(run.paid.values().all(|paid| *paid <= PRICE));
    let mut most = BTreeMap::<ChunkIndex, Balance>::new();
    for ((index, _), paid) in &run.paid {
        *most.entry(*index).or_default() += paid;
    }
    for (provider, start) in start {
        let paid: Balance = run.paid.iter().filter(|((_, who), _)| *who == provider).map(|(_, paid)| paid).sum();
        let record = offers::record(provider);
        assert_eq!((record.locked, record.busy, record.free), (0, 0, offers::MACHINE));
        let now = Chain::wealth(&operator(provider));
        let [slashed, charged] = [&run.slashed, &run.charged].map(|of| of.get(&provider).copied().unwrap_or(0));
        assert_eq!(record.bond, BOND - slashed - charged, "a bond went another way");
        assert_eq!(now, start + paid - slashed - charged, "coins went another way");
        if run.way(provider) == Way::Honest {
            assert_eq!((slashed, charged), (0, 0), "an honest provider lost something");
        }
        if run.plan.class != Class::Deterministic {
            assert_eq!(slashed, 0, "somebody was slashed for what nobody can prove");
        }
    }
    for index in 0..3 {
        let Some(record) = pallet_idlewild_projects::Chunks::<Test>::get(id, index) else { continue };
        assert!(record.is_final() && record.sample != Sample::Due);
        let honest = record.replicas.iter().filter(|replica| run.way(replica.provider) == Way::Honest);
        for replica in honest {
            let bill = match replica.step {
                idlewild_compute_primitives::chunk::Step::Revealed { bill, .. } => bill,
                _ => panic!("a replica of a chunk that is over shows nothing"),
            };
            assert_eq!(run.paid.get(&(index, replica.provider)).copied().unwrap_or(0), bill);
        }
    }
    // It never costs its owner more than what was set aside.
    assert!(owner.saturating_sub(Chain::wealth(&ALICE)) <= 3 * crate::share());
    assert!(most.values().all(|paid| *paid <= crate::share()));
    // Where it was cancelled before anybody came, there is no chunk to remove.
    if project(id).touched > 0 {
        Chain::does(&ALICE, Call::clean { project: id, limit: 64 }.into());
    }
    Chain::does(&ALICE, Call::close { project: id }.into());
    assert_eq!(pallet_idlewild_projects::Chunks::<Test>::iter().count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_ends_paid_or_refunded_and_the_honest_lose_nothing(plan in plans()) {
        Chain::run(|| follow(plan));
    }
}
