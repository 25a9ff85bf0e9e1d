//! `remove`: the end of a bucket.

use frame_support::dispatch::GetDispatchInfo;
use pallet_idlewild_buckets::WeightInfo;

use super::*;

#[test]
fn nothing_of_it_is_left() {
    Chain::run(|| {
        let before = coins(&ALICE).1;
        let (id, [first, _]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::does(&first, commit(id, head(1, 1, 1), &[]));
        Chain::does(&first, release(id));
        Chain::does(&ALICE, remove(id));
        assert!(saw(Event::Removed { bucket: id, owner: ALICE }));
        assert_eq!(coins(&ALICE).1, before);
        assert_eq!(Buckets::<Test>::iter().count() + Grants::<Test>::iter().count(), 0);
        assert_eq!(OfOwner::<Test>::iter().count() + OfGateway::<Test>::iter().count(), 0);
        Chain::refuses(&ALICE, remove(id), Error::NoSuchBucket);
        Chain::refuses(&first, acquire(id, MIN_LEASE), Error::NoSuchBucket);
        // Its number is nobody else's.
        Chain::does(&ALICE, create(None));
        assert!(Buckets::<Test>::contains_key(id + 1));
    });
}

#[test]
fn nobody_may_be_writing_it() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::refuses(&ALICE, remove(id), Error::LeaseHeld);
        Chain::pass(MIN_LEASE);
        Chain::does(&second, acquire(id, MIN_LEASE));
        Chain::refuses(&ALICE, remove(id), Error::LeaseHeld);
        Chain::does(&second, retire(&second));
        Chain::does(&ALICE, remove(id));
    });
}

#[test]
fn another_bucket_stays() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        Chain::does(&ALICE, create(Some((&first, 2))));
        Chain::refuses(&BOB, remove(id), Error::NotOwner);
        Chain::refuses(&first, remove(id), Error::NotOwner);
        Chain::does(&ALICE, remove(id));
        assert_eq!((coins(&ALICE).1, record(id + 1).grants), (BUCKET + GRANT, 1));
        Chain::does(&first, acquire(id + 1, MIN_LEASE));
    });
}

#[test]
fn it_costs_what_it_takes() {
    Chain::run(|| {
        let (id, _) = shared();
        let most = remove(id).get_dispatch_info().call_weight;
        let took = Chain::call_with_info(&ALICE, remove(id)).unwrap().actual_weight.unwrap();
        assert_eq!(took, <() as WeightInfo>::remove(2));
        assert!(took.all_lt(most));
    });
}
