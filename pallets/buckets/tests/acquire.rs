//! `acquire`: the right to write.

use super::*;

#[test]
fn one_has_it_until_it_is_over() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        let until = Clock::now() + MIN_LEASE;
        assert!(saw(Event::Acquired { bucket: id, gateway: first.clone(), epoch: 1, until }));
        Chain::refuses(&second, acquire(id, MIN_LEASE), Error::LeaseHeld);
        Chain::pass_to(until - 1);
        Chain::refuses(&second, acquire(id, MIN_LEASE), Error::LeaseHeld);
        Chain::pass_to(until);
        assert_eq!(holder(id), None);
        Chain::does(&second, acquire(id, MIN_LEASE));
        assert_eq!(holder(id), Some((second.clone(), 2)));
        Chain::refuses(&first, acquire(id, MIN_LEASE), Error::LeaseHeld);
        assert_eq!(Grants::<Test>::get(id, &first).unwrap().epoch, Some(1));
        assert_eq!(Grants::<Test>::get(id, &second).unwrap().epoch, Some(2));
    });
}

#[test]
fn the_holder_goes_on_in_its_epoch() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::pass(MIN_LEASE - 1);
        Chain::does(&first, acquire(id, MAX_LEASE));
        let until = Clock::now() + MAX_LEASE;
        assert_eq!((record(id).epoch, record(id).lease.unwrap().until), (1, until));
        // Once it is over, also the one that had it begins an epoch: others might have been there.
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::pass(MIN_LEASE);
        Chain::does(&first, acquire(id, MIN_LEASE));
        assert_eq!(holder(id), Some((first, 2)));
    });
}

#[test]
fn a_gateway_that_retired_holds_up_nobody() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&first, acquire(id, MAX_LEASE));
        Chain::does(&ALICE, retire(&first));
        assert_eq!(holder(id), None);
        Chain::refuses(&first, acquire(id, MIN_LEASE), Error::NotGranted);
        Chain::does(&second, acquire(id, MIN_LEASE));
        assert_eq!(holder(id), Some((second, 2)));
        // Of another owner it writes nothing of this one's; of the same again it does.
        serve(&BOB, 0, 0);
        Chain::refuses(&first, acquire(id, MIN_LEASE), Error::NotGranted);
        Chain::does(&first, retire(&first));
        serve(&ALICE, 0, 0);
        Chain::refuses(&first, acquire(id, MIN_LEASE), Error::LeaseHeld);
    });
}

#[test]
fn buckets_have_leases_of_their_own() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&ALICE, create(Some((&second, 2))));
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::does(&second, acquire(id + 1, MIN_LEASE));
        assert_eq!((holder(id), holder(id + 1)), (Some((first, 1)), Some((second, 1))));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        for blocks in [0, MIN_LEASE - 1, MAX_LEASE + 1, u32::MAX] {
            Chain::refuses(&first, acquire(id, blocks), Error::BadLease);
        }
        for stranger in [ALICE, BOB, serve(&ALICE, 2, 0)] {
            Chain::refuses(&stranger, acquire(id, MIN_LEASE), Error::NotGranted);
        }
        Chain::refuses(&first, acquire(9, MIN_LEASE), Error::NoSuchBucket);
        Buckets::<Test>::mutate(id, |record| record.as_mut().unwrap().epoch = u32::MAX);
        Chain::refuses(&first, acquire(id, MIN_LEASE), Error::TooMany);
    });
}
