//! `withdraw`: a gateway writes a bucket no longer.

use super::*;

#[test]
fn its_grant_its_deposit_and_its_lease_go() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&first, acquire(id, MAX_LEASE));
        Chain::does(&ALICE, withdraw(id, &first));
        assert!(saw(Event::Withdrawn { bucket: id, gateway: first.clone() }));
        assert_eq!((coins(&ALICE).1, record(id).grants, record(id).lease), (BUCKET + GRANT, 1, None));
        assert!(!OfGateway::<Test>::contains_key(&first, id));
        Chain::refuses(&first, acquire(id, MIN_LEASE), Error::NotGranted);
        Chain::refuses(&first, commit(id, head(1, 1, 1), &[]), Error::NotGranted);
        Chain::refuses(&first, release(id), Error::NotHolder);
        Chain::does(&second, acquire(id, MIN_LEASE));
        assert_eq!(holder(id), Some((second, 2)));
    });
}

#[test]
fn the_lease_of_another_stays() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::does(&ALICE, withdraw(id, &second));
        assert_eq!(holder(id), Some((first, 1)));
    });
}

#[test]
fn who_has_the_key_again_begins_anew() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::does(&ALICE, withdraw(id, &first));
        Chain::does(&ALICE, grant(id, &first, 5));
        Chain::refuses(&first, commit(id, head(1, 1, 1), &[]), Error::WrongEpoch);
        Chain::does(&first, acquire(id, MIN_LEASE));
        assert_eq!(holder(id), Some((first, 2)));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::refuses(&BOB, withdraw(id, &first), Error::NotOwner);
        Chain::refuses(&second, withdraw(id, &first), Error::NotOwner);
        Chain::refuses(&ALICE, withdraw(id, &BOB), Error::NoSuchGrant);
        Chain::refuses(&ALICE, withdraw(9, &first), Error::NoSuchBucket);
        // Also where the gateway is none any more.
        Chain::does(&first, retire(&first));
        Chain::does(&ALICE, withdraw(id, &first));
        Chain::refuses(&ALICE, withdraw(id, &first), Error::NoSuchGrant);
    });
}
