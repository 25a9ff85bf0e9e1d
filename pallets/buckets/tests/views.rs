//! What is told of buckets.

use idlewild_buckets_primitives::view::{BucketView, LeaseView};

use super::*;

fn raw(account: &AccountId) -> [u8; 32] {
    account.clone().into()
}

/// All that is told page by page, sorted.
fn pages<V>(limit: u32, page: impl Fn(Option<BucketId>, u32) -> Vec<V>, id: impl Fn(&V) -> BucketId) -> Vec<BucketId> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let found = page(after, limit);
        assert!(found.len() <= limit.max(1) as usize);
        let Some(last) = found.last() else { break };
        after = Some(id(last));
        ids.extend(found.iter().map(&id));
    }
    ids.sort_unstable();
    ids
}

#[test]
fn a_bucket_tells_who_may_write_it_now() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::does(&first, commit(id, head(1, 1, 1), &[]));
        Chain::does(&ALICE, publish(id, [7; 32]));
        let until = Clock::now() + MIN_LEASE;
        let view = BucketView {
            id,
            owner: raw(&ALICE),
            label: b"photos".to_vec(),
            sealed: sealed(1).into_inner(),
            epoch: 1,
            lease: Some(LeaseView { holder: raw(&first), epoch: 1, until }),
            heads: vec![head(1, 1, 1)],
            public: Some([7; 32]),
        };
        assert_eq!(Pallet::bucket(id), Some(view.clone()));
        Chain::pass(MIN_LEASE);
        assert_eq!(Pallet::bucket(id), Some(BucketView { lease: None, ..view }));
        assert_eq!(Pallet::bucket(9), None);
    });
}

#[test]
fn an_owners_buckets_come_in_pages() {
    Chain::run(|| {
        (0..7).for_each(|_| Chain::does(&ALICE, create(None)));
        Chain::does(&BOB, create(None));
        Chain::does(&ALICE, remove(3));
        for limit in [0, 1, 2, 5, 100] {
            let of_alice = pages(limit, |after, limit| Pallet::buckets_of(raw(&ALICE), after, limit), |view| view.id);
            assert_eq!(of_alice, [0, 1, 2, 4, 5, 6]);
        }
        assert_eq!(Pallet::buckets_of(raw(&BOB), None, 10).len(), 1);
        assert!(Pallet::buckets_of(raw(&CAROL), None, 10).is_empty());
    });
}

#[test]
fn a_gateway_sees_what_it_serves() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        (0..4).for_each(|_| Chain::does(&ALICE, create(Some((&first, 6)))));
        Chain::does(&first, acquire(id + 2, MIN_LEASE));
        let granted = |limit| pages(limit, |after, limit| Pallet::granted(raw(&first), after, limit), |view| view.bucket.id);
        assert_eq!((granted(1), granted(3), granted(100)), ((0..5).collect(), (0..5).collect(), (0..5).collect()));
        let all = Pallet::granted(raw(&first), None, 100);
        let of = |id: BucketId| all.iter().find(|view| view.bucket.id == id).unwrap();
        assert_eq!((of(id).sealed.clone(), of(id).epoch), (sealed(2).into_inner(), None));
        assert_eq!((of(id + 2).sealed.clone(), of(id + 2).epoch), (sealed(6).into_inner(), Some(1)));
        assert_eq!(Pallet::granted(raw(&second), None, 100).len(), 1);
        // Of another owner it serves none of these any more.
        Chain::does(&first, retire(&first));
        assert!(granted(3).is_empty());
        serve(&BOB, 0, 0);
        Chain::does(&BOB, create(Some((&first, 6))));
        assert_eq!(granted(3), [5]);
    });
}

#[test]
fn a_bucket_tells_who_has_its_key() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&second, acquire(id, MIN_LEASE));
        Chain::does(&first, retire(&first));
        let mut grants: Vec<_> =
            Pallet::grants(id).into_iter().map(|view| (view.gateway, view.sealed, view.epoch, view.counts)).collect();
        grants.sort();
        let mut expected =
            [(raw(&first), sealed(2).into_inner(), None, false), (raw(&second), sealed(3).into_inner(), Some(1), true)];
        expected.sort();
        assert_eq!(grants, expected);
        assert!(Pallet::grants(9).is_empty());
    });
}
