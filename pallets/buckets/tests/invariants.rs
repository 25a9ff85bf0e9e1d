//! Whatever anybody does in whatever order: one gateway writes a bucket at a time, what was later stays later, and a gateway ends no deal
//! but those that it stored for a bucket that it serves, and prolongs none but those that gateways stored for one.

use std::collections::BTreeMap;

use idlewild_buckets_primitives::salt::{salt, tag_of};
use idlewild_storage_primitives::{geometry::Geometry, DealId, Salt};
use pallet_idlewild_test_runtime::{call as calls, miner, Gateways, Miner, RuntimeEvent};
use proptest::prelude::*;

use super::*;

/// One thing that somebody does. Owners are Alice and Bob, gateways and buckets are numbered.
#[derive(Clone, Debug)]
enum Move {
    Pass(u32),
    Serve(bool, u8),
    Retire(u8),
    Create(bool, Option<u8>),
    Grant(u8, u8),
    Withdraw(u8, u8),
    Acquire(u8, u8, Moment),
    Release(u8, u8),
    /// By a gateway, in its last epoch or another one, in the place of so many heads from one on.
    Commit {
        bucket: u8,
        gateway: u8,
        other: bool,
        sequence: u8,
        hash: u8,
        first: u8,
        count: u8,
    },
    Remove(u8),
    Publish(u8),
    /// A deal of an owner's that looks as if that gateway stored it for that bucket.
    Store(bool, u8, u8),
    /// A gateway ends a deal of that number as one that it stored for a bucket.
    Drop(u8, u8, u8),
    /// A gateway prolongs a deal of that number as one that another, or itself, stored for a bucket.
    Prolong(u8, u8, u8, u8),
}

const BUCKETS: u8 = 3;
const GATEWAYS: u8 = 4;
/// Deals that are made at most: each takes some of what miners have room for.
const DEALS: u8 = 6;

fn moves() -> impl Strategy<Value = Move> {
    let (bucket, gateway) = (0..BUCKETS, 0..GATEWAYS);
    let pair = (bucket.clone(), gateway.clone());
    let commits = (pair.clone(), any::<bool>(), 0u8..40, any::<u8>(), 0u8..8, 0u8..5);
    let commits = commits.prop_map(|((bucket, gateway), other, sequence, hash, first, count)| {
        let other = other && hash % 8 == 0;
        Move::Commit { bucket, gateway, other, sequence, hash, first, count }
    });
    prop_oneof![
        5 => (1u32..9).prop_map(Move::Pass),
        4 => (any::<bool>(), gateway.clone()).prop_map(|(owner, index)| Move::Serve(owner && index == 3, index)),
        1 => gateway.clone().prop_map(Move::Retire),
        3 => (any::<bool>(), prop::option::of(gateway)).prop_map(|(owner, index)| Move::Create(owner, index)),
        6 => pair.clone().prop_map(|(bucket, index)| Move::Grant(bucket, index)),
        1 => pair.clone().prop_map(|(bucket, index)| Move::Withdraw(bucket, index)),
        9 => (pair.clone(), 5u32..30).prop_map(|((bucket, index), blocks)| Move::Acquire(bucket, index, blocks)),
        2 => pair.prop_map(|(bucket, index)| Move::Release(bucket, index)),
        20 => commits,
        1 => bucket.clone().prop_map(Move::Remove),
        1 => bucket.clone().prop_map(Move::Publish),
        4 => (any::<u8>(), bucket.clone(), 0..2u8).prop_map(|(byte, id, index)| Move::Store(byte % 5 == 0, id, index)),
        9 => (bucket.clone(), 0..2u8, 0..DEALS).prop_map(|(id, index, deal)| Move::Drop(id, index, deal)),
        9 => (bucket, 0..2u8, 0..2u8, 0..DEALS).prop_map(|(id, index, maker, deal)| Move::Prolong(id, index, maker, deal)),
    ]
}

fn owner(bob: bool) -> AccountId {
    if bob {
        BOB
    } else {
        ALICE
    }
}

fn owner_of(id: BucketId) -> AccountId {
    Buckets::<Test>::get(id).map_or(ALICE, |record| record.owner)
}

fn make(step: &Move, miners: &[Miner]) {
    let call = |who: &AccountId, call: RuntimeCall| _ = Chain::call(who, call);
    match *step {
        Move::Pass(blocks) => Chain::pass(blocks),
        Move::Serve(bob, index) => {
            call(&owner(bob), pallet_idlewild_test_runtime::buckets::register(&owner(bob), index, stored::ALLOWED));
        },
        Move::Retire(index) => call(&gateway(index), retire(&gateway(index))),
        Move::Create(bob, index) => {
            let account = index.map(gateway);
            call(&owner(bob), create(account.as_ref().map(|account| (account, 2))));
        },
        Move::Grant(id, index) => call(&owner_of(id.into()), grant(id.into(), &gateway(index), 3)),
        Move::Withdraw(id, index) => call(&owner_of(id.into()), withdraw(id.into(), &gateway(index))),
        Move::Acquire(id, index, blocks) => call(&gateway(index), acquire(id.into(), blocks)),
        Move::Release(id, index) => call(&gateway(index), release(id.into())),
        Move::Commit { bucket, gateway: index, other, sequence, hash, first, count } => {
            let id = BucketId::from(bucket);
            let Some(record) = Buckets::<Test>::get(id) else { return };
            let account = gateway(index);
            let held = Grants::<Test>::get(id, &account).and_then(|grant| grant.epoch).unwrap_or(1);
            let epoch = if other { record.epoch } else { held };
            let known = record.heads.iter().skip(first.into()).take(count.into());
            let replaces: Vec<u8> = known.map(|head| head.hash[0]).collect();
            call(&account, commit(id, head(epoch, sequence.into(), hash), &replaces));
        },
        Move::Remove(id) => call(&owner_of(id.into()), remove(id.into())),
        Move::Publish(id) => call(&owner_of(id.into()), publish(id.into(), [id; 32])),
        Move::Store(bob, id, index) => {
            let number = pallet_idlewild_deals::NextDeal::<Test>::get();
            if number < DEALS.into() {
                let geometry = Geometry { data: 2, parity: 2 };
                let (mut request, _) = miner::signed_request(&owner(bob), miners, geometry, 400);
                request.salt = salt(tag_of(id.into(), gateway(index).as_ref()), number);
                miner::sign(&mut request, &owner(bob), miners);
                call(&owner(bob), calls::create_deals(vec![request]));
            }
        },
        Move::Drop(id, index, deal) => {
            call(&gateway(index), Call::drop_deal { bucket: id.into(), deal: deal.into() }.into());
        },
        Move::Prolong(id, index, maker, deal) => {
            let (bucket, maker, deal) = (id.into(), gateway(maker), deal.into());
            let max_price = pallet_idlewild_test_runtime::PRICE;
            call(&gateway(index), Call::prolong_deal { bucket, maker, deal, term: 20, max_price }.into());
        },
    }
}

/// What is known beside the chain.
#[derive(Default)]
struct Seen {
    /// To whom each epoch of each bucket went.
    epochs: BTreeMap<(BucketId, Epoch), AccountId>,
    /// Whom each gateway serves.
    owners: BTreeMap<AccountId, AccountId>,
    /// Until when each gateway may write each bucket, by what it was told, while it serves the bucket's owner.
    leases: BTreeMap<(BucketId, AccountId), Moment>,
    /// The latest epoch of each bucket.
    latest: BTreeMap<BucketId, Epoch>,
    /// The heads of each bucket, by what it was told.
    heads: BTreeMap<BucketId, Vec<Head>>,
    /// Whose each deal is, and its salt.
    deals: BTreeMap<DealId, (AccountId, Salt)>,
}

impl Seen {
    fn note(&mut self) {
        let now = Clock::now();
        for event in Chain::events() {
            match event {
                RuntimeEvent::Buckets(event) => self.note_one(event, now),
                RuntimeEvent::Gateways(pallet_idlewild_gateways::Event::Registered { gateway, owner, .. }) => {
                    self.owners.insert(gateway, owner);
                },
                RuntimeEvent::Gateways(pallet_idlewild_gateways::Event::Retired { gateway, .. }) => {
                    self.owners.remove(&gateway);
                },
                RuntimeEvent::Deals(pallet_idlewild_deals::Event::Created { deal, owner, salt, .. }) => {
                    self.deals.insert(deal, (owner, salt));
                },
                _ => {},
            }
        }
        // Each is looked at once.
        pallet_idlewild_test_runtime::System::reset_events();
        for (id, record) in Buckets::<Test>::iter() {
            let latest = self.latest.entry(id).or_default();
            assert!(record.epoch >= *latest, "an epoch fell");
            *latest = record.epoch;
            assert_eq!(record.heads.to_vec(), self.heads.get(&id).cloned().unwrap_or_default());
            assert!(record.heads.len() <= MAX_HEADS as usize);
        }
    }

    fn serves(&self, bucket: BucketId, gateway: &AccountId) -> bool {
        self.owners.get(gateway) == Some(&owner_of(bucket))
    }

    fn note_one(&mut self, event: Event, now: Moment) {
        match event {
            Event::Acquired { bucket, gateway, epoch, until } => {
                let others = self.leases.iter().filter(|((id, holder), _)| *id == bucket && *holder != gateway);
                let mut live = others.filter(|((_, holder), until)| **until > now && self.serves(bucket, holder));
                assert_eq!(live.next(), None, "two gateways may write a bucket");
                self.leases.retain(|(id, _), _| *id != bucket);
                let to = self.epochs.entry((bucket, epoch)).or_insert(gateway.clone());
                assert_eq!(*to, gateway, "an epoch is of two gateways");
                self.leases.insert((bucket, gateway), until);
            },
            Event::Released { bucket, gateway } | Event::Withdrawn { bucket, gateway } => {
                self.leases.remove(&(bucket, gateway));
            },
            Event::Committed { bucket, gateway, head, replaced } => {
                assert_eq!(self.epochs[&(bucket, head.epoch)], gateway, "a head is of another's epoch");
                assert!(self.serves(bucket, &gateway));
                let holds = self.leases.get(&(bucket, gateway)).is_some_and(|until| now < *until);
                let heads = self.heads.entry(bucket).or_default();
                for hash in replaced {
                    let place = heads.iter().position(|known| known.hash == hash).unwrap();
                    let old = heads.remove(place);
                    assert!(old < head && (holds || old.epoch == head.epoch));
                }
                heads.push(head);
                heads.sort();
            },
            Event::DealProlonged { bucket, gateway, maker, deal } => {
                let stored = salt(tag_of(bucket, maker.as_ref()), deal);
                assert_eq!(self.deals.get(&deal), Some(&(owner_of(bucket), stored)), "it prolonged another's deal");
                assert!(self.serves(bucket, &gateway) && Grants::<Test>::contains_key(bucket, &gateway));
            },
            Event::DealDropped { bucket, gateway, deal } => {
                let stored = salt(tag_of(bucket, gateway.as_ref()), deal);
                assert_eq!(self.deals.remove(&deal), Some((owner_of(bucket), stored)), "it ended another's deal");
                assert!(self.serves(bucket, &gateway) && Grants::<Test>::contains_key(bucket, &gateway));
            },
            _ => {},
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn one_writes_at_a_time(steps in prop::collection::vec(moves(), 1..150)) {
        Chain::run(|| {
            let miners = Miner::register_many(4);
            let supply = Chain::supply();
            // Enough to begin with that what follows is not refused for want of it.
            (0..GATEWAYS).for_each(|index| make(&Move::Serve(false, index), &miners));
            (0..BUCKETS).for_each(|index| make(&Move::Create(false, Some(index)), &miners));
            let mut seen = Seen::default();
            seen.note();
            for step in &steps {
                make(step, &miners);
                seen.note();
                // All of the chain is checked at the end: here what can be broken by such moves.
                assert_eq!((Pallet::do_try_state(), Gateways::do_try_state()), (Ok(()), Ok(())), "{step:?}");
            }
            // Whoever ends all has all of it back.
            (0..GATEWAYS).for_each(|index| _ = Chain::call(&gateway(index), retire(&gateway(index))));
            for (id, record) in Buckets::<Test>::iter().collect::<Vec<_>>() {
                Chain::call(&record.owner, remove(id)).unwrap();
            }
            assert_eq!((coins(&ALICE).1, coins(&BOB).1, Chain::supply()), (0, 0, supply));
        });
    }
}
