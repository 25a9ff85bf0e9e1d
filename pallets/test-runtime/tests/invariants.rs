//! The money law over random sequences of all calls, those that take a list with one element and with several: what came in was
//! paid, given back, burned, or is still held; nobody is paid for a period that it did not prove; and every invariant holds after
//! every step.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use idlewild_storage_primitives::{
    admission,
    deal::{Slot, Source},
    geometry::Geometry,
    receipt::SlotReceipt,
    terms, Balance, DealId, MinerId, SlotIndex,
};
use pallet_idlewild_deals::{types::Request, Call as DealsCall, Event as DealsEvent, Salts, MAX_SETTLED};
use pallet_idlewild_proofs::Event as ProofsEvent;
use pallet_idlewild_providers::{Event as ProvidersEvent, Miners, TotalWeight};
use pallet_idlewild_slots::Call as SlotsCall;
use pallet_idlewild_test_runtime::{
    account, call, miner, AccountId, Chain, Clock, Deals, Miner, Proofs, Providers, RuntimeCall, RuntimeEvent, System, Test,
    ALICE, BOB, CAROL, COIN, PRICE,
};
use proptest::prelude::*;

/// One step: what is done, and three numbers to choose by.
type Step = (u8, u8, u8, u8);

/// A capacity and a bond that never run short.
const PLENTY: (u64, Balance) = (1 << 40, 1_000 * COIN);
const OWNERS: [AccountId; 2] = [ALICE, BOB];
const GEOMETRIES: [Geometry; 3] =
    [Geometry { data: 2, parity: 2 }, Geometry { data: 1, parity: 3 }, Geometry { data: 3, parity: 2 }];

/// The chain's miners with all bytes that they were ever given, and what they may at most be paid.
struct World {
    miners: Vec<Miner>,
    shards: BTreeMap<DealId, Vec<Vec<u8>>>,
    requests: BTreeMap<DealId, Request>,
    entitled: BTreeMap<(DealId, MinerId), Balance>,
    paid: BTreeMap<(DealId, MinerId), Balance>,
    /// Periods proven beyond a deal's end, which an extension agreed later will pay.
    beyond: BTreeMap<DealId, Vec<(MinerId, u32)>>,
    done: Done,
}

/// The pallet and the name of each call that succeeded, and the most elements that it took.
type Done = BTreeMap<(&'static str, &'static str), usize>;

/// What the accounts of a kind have together.
fn wealth(of: &[AccountId]) -> Balance {
    of.iter().map(Chain::wealth).sum()
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            miners: Vec::new(),
            shards: BTreeMap::new(),
            requests: BTreeMap::new(),
            entitled: BTreeMap::new(),
            paid: BTreeMap::new(),
            beyond: BTreeMap::new(),
            done: BTreeMap::new(),
        };
        // One operator runs two, and one has hardly any bond and little room.
        (0..6).for_each(|index| world.register(Miner::unregistered(&account(index), miner::key(index)), PLENTY));
        world.register(Miner::unregistered(&account(0), miner::key(6)), PLENTY);
        world.register(Miner::unregistered(&account(7), miner::key(7)), (20_000, 10 * COIN));
        assert_eq!(world.miners.len(), 8);
        // Something to begin with, or most steps would find nothing to do.
        world.create(&ALICE, &[(0, 2, 0)]);
        world.create(&BOB, &[(1, 2, 3)]);
        (0..world.miners.len()).for_each(|index| world.append(index, 64));
        world
    }

    /// Dispatches a call and checks the law for what it did, whether it succeeded or not.
    fn act(&mut self, who: &AccountId, call: RuntimeCall) -> bool {
        let (supply, owners, carol) = (Chain::supply(), wealth(&OWNERS), Chain::wealth(&CAROL));
        let before = System::events().len();
        let outcome = Chain::call(who, call.clone());
        if let Err(error) = Chain::check() {
            panic!("{error:?} after {call:?}");
        }
        let events = Chain::events().split_off(before);
        if outcome.is_err() {
            assert!(events.is_empty(), "a refused call said something: {call:?}");
            assert_eq!((supply, owners, carol), (Chain::supply(), wealth(&OWNERS), Chain::wealth(&CAROL)));
            return false;
        }
        let most = self.done.entry(call::name_of(&call)).or_default();
        *most = elements(&call).max(*most);
        let (mut burned, mut from_owners, mut slashed, mut said_burned) = (0, 0, 0, 0);
        for event in events {
            match event {
                RuntimeEvent::Balances(pallet_balances::Event::BurnedHeld { amount, .. }) => burned += amount,
                RuntimeEvent::Providers(ProvidersEvent::Slashed { amount, burned, .. }) => {
                    assert!(burned * 2 >= amount, "over half of a slash was spent on bounties: {call:?}");
                    slashed += amount;
                    said_burned += burned;
                },
                RuntimeEvent::Deals(DealsEvent::Paid { deal, miner, amount }) => {
                    from_owners += amount;
                    *self.paid.entry((deal, miner)).or_default() += amount;
                },
                RuntimeEvent::Deals(DealsEvent::BountyPaid { source: Source::Reserve, amount, .. }) => from_owners += amount,
                RuntimeEvent::Deals(DealsEvent::Extended { deal, end, price, .. }) => self.extended(deal, end, price),
                RuntimeEvent::Proofs(ProofsEvent::Proven { miner, .. }) => self.entitle(miner),
                _ => {},
            }
        }
        assert_eq!(supply - Chain::supply(), burned, "coins came from nowhere or went nowhere: {call:?}");
        assert!(said_burned <= burned, "less was burned than was said: {call:?}");
        assert_eq!(owners - wealth(&OWNERS), from_owners, "owners lost what nobody was paid: {call:?}");
        assert!((Chain::wealth(&CAROL) - carol) * 2 <= slashed, "a reporter had more than half of a slash: {call:?}");
        true
    }

    /// Notes what a proof of the current period is worth to a miner at most: the rate of each of its slots in what was sealed.
    fn entitle(&mut self, id: MinerId) {
        let Some(miner) = self.miners.iter().find(|miner| miner.id == id) else { return };
        let sealed = Proofs::view(id).map_or(0, |owed| owed.sealed.leaves) as usize;
        let next = Proofs::schedule(id).start(Proofs::period_of(id) + 1);
        let leaves = miner.sealed_leaves().into_iter().take(sealed).flatten();
        let slots: BTreeSet<(DealId, SlotIndex)> = leaves.map(|leaf| (leaf.deal, leaf.slot)).collect();
        for (id_of_deal, slot) in slots {
            let Some(deal) = pallet_idlewild_deals::Deals::<Test>::get(id_of_deal) else { continue };
            let earning = deal.slots.get(usize::from(slot)).and_then(|slot| slot.earning());
            if earning.map(|(holder, _)| holder) != Some(id) {
                continue;
            }
            let worth = self.entitled.entry((id_of_deal, id)).or_default();
            match &deal.extension {
                _ if next <= deal.end => *worth += deal.rate(),
                Some(extension) if next <= extension.end => *worth += terms::rate(extension.price, deal.shard_len),
                _ => self.beyond.entry(id_of_deal).or_default().push((id, next)),
            }
        }
    }

    fn extended(&mut self, deal: DealId, end: u32, price: Balance) {
        let rate = terms::rate(price, Chain::deal(deal).shard_len);
        for (miner, next) in self.beyond.remove(&deal).unwrap_or_default() {
            if next <= end {
                *self.entitled.entry((deal, miner)).or_default() += rate;
            }
        }
    }

    /// Lets everybody prove who owes a proof; who has all its bytes always can.
    fn prove(&mut self, which: impl Fn(MinerId) -> bool) {
        for index in 0..self.miners.len() {
            let miner = &self.miners[index];
            if which(miner.id) && miner.owes() {
                let (operator, call) = (miner.operator.clone(), miner.prove_call());
                assert!(self.act(&operator, call), "miner {index} has all bytes and could not prove");
            }
        }
    }

    /// Has a miner registered with a capacity and a bond, if the chain agrees.
    fn register(&mut self, miner: Miner, (capacity, bond): (u64, Balance)) {
        if self.act(&miner.operator, miner.register_call(capacity, bond)) {
            self.miners.push(miner);
        }
    }

    /// Asks for deals in one call, each by three numbers to choose by.
    fn create(&mut self, owner: &AccountId, wishes: &[(u8, u8, u8)]) {
        let asked: Vec<_> = (0u8..).zip(wishes).map(|(place, wish)| self.request(owner, place, *wish)).collect();
        if !self.act(owner, call::create_deals(asked.iter().map(|(request, _)| request.clone()).collect())) {
            return;
        }
        // Those that too few miners could serve were left out.
        for (request, shards) in asked {
            if let Some(id) = Salts::<Test>::get(owner, request.salt) {
                self.shards.insert(id, shards);
                self.requests.insert(id, request);
            }
        }
    }

    /// A request with what miners signed for it, as number `place` of its call, and its shards.
    fn request(&self, owner: &AccountId, place: u8, (a, b, c): (u8, u8, u8)) -> (Request, Vec<Vec<u8>>) {
        let geometry = GEOMETRIES[usize::from(a) % GEOMETRIES.len()];
        let copies = 1 + a / 128;
        let len = [64, 1024, 4096, 5120 + 64][usize::from(b) % 4];
        let mut salt = miner::fresh_salt();
        salt[8] = place;
        let (mut request, shards) = miner::request(salt, geometry, copies, len, 40 + u32::from(c));
        let slots = geometry.shards() * copies;
        // Now and then a slot of each copy stays without a receipt, or nobody asked who would be admitted.
        let signed = (0..slots).filter(|slot| slot % geometry.shards() != b % 8);
        let receipts = self.receipts(owner, &request, signed, c.into(), c % 4 > 0);
        request.receipts = receipts.try_into().unwrap();
        (request, shards)
    }

    /// Receipts for slots of a request, of one miner after the other from number `first` on, or of those that the draw admits.
    fn receipts(
        &self,
        creator: &AccountId,
        request: &Request,
        slots: impl Iterator<Item = SlotIndex>,
        first: usize,
        admitted: bool,
    ) -> Vec<SlotReceipt> {
        let mut turns = self.miners.iter().cycle().skip(first).take(4 * self.miners.len());
        let signed = slots.filter_map(|slot| {
            let miner = turns.find(|miner| !admitted || admits(request, slot, miner.id))?;
            Some(miner.receipt(creator, request, slot))
        });
        signed.collect()
    }

    /// Hands in receipts for up to `most` slots of one deal, of one miner after the other from number `first` on.
    fn fill(&mut self, (deal, slot): (DealId, SlotIndex), first: usize, most: usize) {
        // Slots that wait for one, of the deal that has most of them; where there are none the chain must refuse it.
        let mut empty: BTreeMap<DealId, Vec<SlotIndex>> = BTreeMap::new();
        for (id, slot) in self.slots(|slot| matches!(slot, Slot::Empty)) {
            empty.entry(id).or_default().push(slot);
        }
        let waits = |id| Deals::open_deal(id).is_ok_and(|deal| deal.creator.is_none());
        let widest = empty.into_iter().max_by_key(|(id, slots)| (waits(*id), slots.len()));
        let (deal, slots) = widest.unwrap_or((deal, vec![slot]));
        let Some(request) = self.requests.get(&deal).cloned() else { return };
        let Some(record) = pallet_idlewild_deals::Deals::<Test>::get(deal) else { return };
        let receipts = self.receipts(record.creator(), &request, slots.into_iter().take(most), first, true);
        self.act(&record.owner, call::fill_slots(deal, receipts));
    }

    /// Slots of open deals that are as `is` says.
    fn slots(&self, is: impl Fn(&Slot) -> bool) -> Vec<(DealId, SlotIndex)> {
        let mut found = Vec::new();
        for id in self.shards.keys() {
            let Some(deal) = pallet_idlewild_deals::Deals::<Test>::get(id) else { continue };
            let slots = (0u8..).zip(&deal.slots).filter(|(_, slot)| is(slot)).map(|(index, _)| (*id, index));
            found.extend(slots);
        }
        found
    }

    fn append(&mut self, index: usize, most: usize) {
        let id = self.miners[index].id;
        let mut slots = self.slots(|slot| matches!(slot, Slot::Assigned { miner, .. } if *miner == id));
        // Nothing is refused; to see that now and then is enough.
        if slots.is_empty() && !most.is_multiple_of(16) {
            return;
        }
        slots.truncate(most.clamp(1, 64));
        let operator = self.miners[index].operator.clone();
        if self.act(&operator, call::append(id, slots.clone())) && Proofs::failed_at(id).is_none() {
            for (deal, slot) in slots {
                let bytes = self.shards[&deal][usize::from(slot)].clone();
                self.miners[index].note(deal, slot, bytes);
            }
        }
    }

    fn leaves_of(&self, index: usize) -> usize {
        self.miners[index].leaves.iter().flatten().count()
    }

    fn clear(&mut self, index: usize) {
        let miner = &self.miners[index];
        let free: Vec<_> = miner
            .leaves
            .iter()
            .flatten()
            .filter(|leaf| Deals::is_released(leaf.deal, leaf.slot, miner.id))
            .map(|leaf| (leaf.deal, leaf.slot))
            .take(32)
            .collect();
        // Of a slot that is in the range twice, one at a time.
        let slots: Vec<_> = free.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let (operator, clearings) = (miner.operator.clone(), miner.clearings(&slots));
        if self.act(&operator, call::clear(self.miners[index].id, clearings.clone()))
            && Proofs::failed_at(self.miners[index].id).is_none()
        {
            clearings.iter().for_each(|clearing| self.miners[index].forget(clearing.index));
        }
    }

    fn declare_lost(&mut self, index: usize, which: u8) {
        let id = self.miners[index].id;
        let held = self.slots(|slot| slot.earning().is_some_and(|(holder, _)| holder == id));
        let Some((deal, slot)) = held.get(usize::from(which) % held.len().max(1)).copied() else { return };
        let (operator, call) = (self.miners[index].operator.clone(), self.miners[index].lost_call(deal, slot));
        let leaf = self.miners[index].index_of(deal, slot);
        if self.act(&operator, call) && Proofs::failed_at(id).is_none() {
            self.miners[index].forget(leaf.unwrap());
        }
    }

    fn complete(&mut self, index: usize, deal: DealId, slot: SlotIndex) {
        let id = self.miners[index].id;
        let operator = self.miners[index].operator.clone();
        let leaves = Proofs::view(id).map_or(0, |owed| owed.live.leaves);
        if self.act(&operator, call::complete_repair(id, deal, slot))
            && Proofs::view(id).is_some_and(|owed| owed.live.leaves > leaves)
        {
            assert!(matches!(Chain::slot(deal, slot), Slot::Probation { miner, .. } if miner == id));
            let bytes = self.shards[&deal][usize::from(slot)].clone();
            self.miners[index].note(deal, slot, bytes);
        }
    }

    fn step(&mut self, (what, a, b, c): Step) {
        let index = usize::from(a) % self.miners.len();
        let id = self.miners[index].id;
        let operator = self.miners[index].operator.clone();
        let owner = OWNERS[usize::from(a) % 2].clone();
        let deals: Vec<DealId> = self.shards.keys().copied().collect();
        let deal = deals.get(usize::from(b) % deals.len().max(1)).copied().unwrap_or(0);
        let shards = self.shards.get(&deal).map_or(1, Vec::len);
        let slot = (usize::from(c) % shards) as SlotIndex;
        let holder = pallet_idlewild_deals::Deals::<Test>::get(deal).map_or(owner.clone(), |deal| deal.owner);
        match what % 40 {
            // Time passes, mostly with everybody at work.
            0..=6 => {
                let lazy = u32::from(c) % 16;
                for _ in 0..=u32::from(b) % 24 {
                    self.prove(|id| id != lazy);
                    Chain::next_block();
                }
            },
            7 => Chain::pass(u32::from(b) % 30),
            8 => self.prove(|_| true),
            9..=11 => {
                // One deal or more: a call with one that is refused must leave nothing of the others.
                let wishes = (0..[1, 1, 1, 2, 3][usize::from(c) % 5]).map(|place| (b.wrapping_add(place), c ^ place, a));
                self.create(&owner, &wishes.collect::<Vec<_>>());
                // While there are slots left, before repair finds them.
                if c % 3 == 0 {
                    self.fill((deal, slot), index, 1 + usize::from(b) % 3);
                }
            },
            13..=17 => (0..self.miners.len()).for_each(|index| self.append(index, usize::from(c))),
            12 | 18 => self.fill((deal, slot), index, 1 + usize::from(c) % 3),
            19..=21 => {
                for (deal, slot) in
                    self.slots(|slot| matches!(slot, Slot::Probation { .. })).into_iter().take(usize::from(c) % 3)
                {
                    self.act(&BOB, call::decide_probation(deal, slot));
                }
                // Those behind it in the list too, be they over or gone.
                let first = usize::from(b) % deals.len().max(1);
                self.act(&CAROL, call::settle_all(deals.into_iter().skip(first).take(1 + usize::from(c) % 4).collect()));
            },
            22 => {
                self.act(&holder, call::top_up(deal, Balance::from(c) * COIN / 100));
            },
            23 => {
                self.act(&holder, call::extend(deal, 20 + u32::from(c), PRICE * 2));
            },
            24 => {
                self.act(&holder, call::cancel(deal));
            },
            25 => {
                self.act(&holder, call::transfer(deal, &OWNERS[usize::from(c) % 2], b"wrapped"));
            },
            26 | 27 => self.clear(index),
            28 => self.declare_lost(index, c),
            29 | 30 => {
                for index in 0..self.miners.len() {
                    self.act(&CAROL, call::report_missed(self.miners[index].id));
                }
            },
            31 => {
                let late = self.slots(|slot| matches!(slot, Slot::Assigned { .. }));
                for (deal, slot) in late {
                    self.act(&CAROL, call::report_unappended(deal, slot));
                }
            },
            32..=34 => {
                // Whatever is open is claimed, and most of it completed.
                for view in Deals::repairable(None, 100).slots {
                    let index = (index + usize::from(view.slot)) % self.miners.len();
                    let (id, operator) = (self.miners[index].id, self.miners[index].operator.clone());
                    self.act(&operator, call::claim_repair(id, view.deal, view.slot));
                    if (view.slot ^ c) % 5 != 0 {
                        self.complete(index, view.deal, view.slot);
                    }
                }
            },
            35 => {
                for index in 0..self.miners.len() {
                    let (id, operator) = (self.miners[index].id, self.miners[index].operator.clone());
                    self.act(&operator, call::drop_claims(id));
                }
            },
            36 => {
                let price = PRICE / 2 + PRICE * Balance::from(c) / 128;
                self.act(&operator, call::set_price(id, price));
                self.act(&operator, call::set_capacity(id, (u64::from(b) + 1) << (12 + c % 12)));
                // Now and then none that a miner could listen at.
                let endpoint = if c % 4 == 0 { "nowhere".into() } else { format!("/ip4/127.0.0.1/tcp/{b}") };
                self.act(&operator, call::set_endpoint(id, endpoint.as_bytes()));
            },
            37 => {
                self.act(&operator, call::withdraw_bond(id, Balance::from(b) * 4 * COIN));
                self.act(&operator, call::add_bond(id, Balance::from(c) * COIN));
            },
            38 => {
                if !self.act(&operator, call::pause(id)) {
                    self.act(&operator, call::resume(id));
                }
            },
            _ => {
                if c % 4 == 0 {
                    self.act(&operator, call::exit(id));
                }
                for index in 0..self.miners.len() {
                    let (id, operator) = (self.miners[index].id, self.miners[index].operator.clone());
                    self.act(&operator, call::remove(id));
                }
                if self.miners.len() < 14 {
                    let seed = 40 + self.miners.len() as u8;
                    // Now and then the key of a miner that is there, or was, and a bond that is too low.
                    let key = if b % 4 == 0 { self.miners[index].key } else { miner::key(seed) };
                    let bond = if b % 8 == 1 { 9 * COIN } else { PLENTY.1 };
                    self.register(Miner::unregistered(&account(seed), key), (PLENTY.0, bond));
                }
            },
        }
    }

    /// Runs out every deal, and checks that all that was on hold has gone where it belongs, and that every miner can leave,
    /// whether they are `at_work` to the end or not.
    fn finish(&mut self, at_work: bool) {
        let ends = self.shards.keys().filter_map(pallet_idlewild_deals::Deals::<Test>::get);
        let end = ends.map(|deal| deal.extension.as_ref().map_or(deal.end, |extension| extension.end)).max().unwrap_or(0);
        while Clock::now() < end {
            if at_work {
                self.prove(|_| true);
            }
            Chain::next_block();
        }
        let deals: Vec<DealId> = self.shards.keys().copied().collect();
        for deals in deals.chunks(MAX_SETTLED as usize) {
            self.act(&CAROL, call::settle_all(deals.to_vec()));
        }
        for owner in &OWNERS {
            assert_eq!(Deals::held_for(owner), 0, "coins of deals that are over are still on hold");
        }
        for (id, miner) in Miners::<Test>::iter() {
            assert_eq!(miner.pot, 0, "miner {id} keeps bounties for deals that are over");
        }
        for index in 0..self.miners.len() {
            let (id, operator) = (self.miners[index].id, self.miners[index].operator.clone());
            self.act(&operator, call::drop_claims(id));
            // A miner that failed keeps no range, and one that is gone already keeps nothing.
            while Proofs::view(id).is_some_and(|owed| !owed.failed) && self.leaves_of(index) > 0 {
                let before = self.leaves_of(index);
                self.clear(index);
                let sound = Proofs::view(id).is_some_and(|owed| !owed.failed);
                assert!(!sound || self.leaves_of(index) < before, "miner {id} cannot clear its range: {:?}", Chain::miner(id));
            }
            self.act(&operator, call::exit(id));
        }
        Chain::age_bonds();
        for index in 0..self.miners.len() {
            let (id, operator) = (self.miners[index].id, self.miners[index].operator.clone());
            self.act(&operator, call::remove(id));
            assert!(Proofs::view(id).is_none(), "miner {id} cannot leave: {:?}", Chain::miner(id));
        }
        for (key, paid) in &self.paid {
            let most = self.entitled.get(key).copied().unwrap_or(0);
            assert!(*paid <= most, "deal and miner {key:?}: {paid} paid for proofs worth {most}");
        }
        let everybody: Vec<AccountId> = OWNERS.into_iter().chain([CAROL]).chain((0..64).map(account)).collect();
        assert_eq!(wealth(&everybody), Chain::supply(), "coins are with nobody");
    }
}

/// Whether the draw of a request's copy lets a miner have a slot of it; who is gone by then is passed over.
fn admits(request: &Request, slot: SlotIndex, id: MinerId) -> bool {
    let (copy, _) = request.geometry.locate(slot).unwrap();
    let (epoch, shards) = (Providers::epoch(), request.geometry.shards());
    let total = TotalWeight::<Test>::get().of(epoch);
    Miners::<Test>::get(id)
        .is_none_or(|miner| admission::is_admitted_by_either(&request.salt, copy, id, shards, miner.weight.of(epoch), total))
}

/// How many elements a call was given that takes a list; one where it takes none.
fn elements(call: &RuntimeCall) -> usize {
    match call {
        RuntimeCall::Deals(DealsCall::create_deals { requests }) => requests.len(),
        RuntimeCall::Deals(DealsCall::fill_slots { receipts, .. }) => receipts.len(),
        RuntimeCall::Deals(DealsCall::settle { deals }) => deals.len(),
        RuntimeCall::Slots(SlotsCall::append { slots, .. }) => slots.len(),
        RuntimeCall::Slots(SlotsCall::clear { clearings, .. }) => clearings.len(),
        _ => 1,
    }
}

fn steps(count: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(any::<Step>(), count)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 100, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_money_law_holds_after_every_call(steps in steps(40..100)) {
        Chain::start().execute_with(|| {
            let mut world = World::new();
            let at_work = steps.len() % 2 == 0;
            steps.into_iter().for_each(|step| world.step(step));
            world.finish(at_work);
        });
    }
}

/// The calls that take a list.
const BATCHES: [(&str, &str); 5] =
    [("Deals", "create_deals"), ("Deals", "fill_slots"), ("Deals", "settle"), ("Slots", "append"), ("Slots", "clear")];

/// A check of the test itself: its sequences reach every call, and those that take a list with several elements.
#[test]
fn random_sequences_reach_every_call() {
    let mut done = Done::new();
    // The same on every run: a small generator is all that it takes.
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    for _ in 0..6 {
        Chain::start().execute_with(|| {
            let mut world = World::new();
            for _ in 0..160 {
                world.step((next(), next(), next(), next()));
            }
            world.finish(true);
            for (name, elements) in world.done {
                let most = done.entry(name).or_default();
                *most = elements.max(*most);
            }
        });
    }
    // As the runtime has them, so that a call that is added to it must be reached too.
    let reached: BTreeSet<_> = done.keys().copied().collect();
    assert_eq!(reached, call::names(), "the sequences do not reach every call");
    for (pallet, name) in BATCHES {
        assert!(done[&(pallet, name)] > 1, "no sequence reached {name} with several elements: {done:?}");
    }
}
