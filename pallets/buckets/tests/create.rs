//! `create` and `set_label`: a bucket begins, and is called something.

use pallet_idlewild_buckets::NextBucket;

use super::*;

#[test]
fn it_is_its_owners_with_a_deposit() {
    Chain::run(|| {
        let (free, supply) = (coins(&ALICE).0, Chain::supply());
        Chain::does(&ALICE, create(None));
        Chain::does(&ALICE, create(None));
        assert_eq!((coins(&ALICE), Chain::supply()), ((free - 2 * BUCKET, 2 * BUCKET), supply));
        assert!(saw(Event::Created { bucket: 1, owner: ALICE }));
        let record = record(1);
        assert_eq!((record.owner, record.label, record.sealed), (ALICE, label("photos"), sealed(1)));
        assert_eq!((record.epoch, record.lease, record.heads.len(), record.public), (0, None, 0, None));
        assert!(OfOwner::<Test>::contains_key(ALICE, 0) && OfOwner::<Test>::contains_key(ALICE, 1));
    });
}

#[test]
fn a_gateway_has_its_key_at_once() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        Chain::does(&ALICE, create(Some((&account, 2))));
        assert!(saw(Event::Granted { bucket: 0, gateway: account.clone() }));
        assert_eq!(Grants::<Test>::get(0, &account).unwrap().sealed, sealed(2));
        assert_eq!(coins(&ALICE).1, BUCKET + GRANT);
        Chain::does(&account, acquire(0, MIN_LEASE));
    });
}

#[test]
fn a_gateway_creates_one_for_its_owner() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, BUCKET + GRANT);
        Chain::does(&account, act(create(Some((&account, 2)))));
        assert_eq!((record(0).owner, coins(&ALICE).1), (ALICE, BUCKET + GRANT));
        Chain::does(&account, acquire(0, MIN_LEASE));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let of_bob = serve(&BOB, 0, 0);
        for stranger in [&of_bob, &ALICE, &BOB] {
            Chain::refuses(&ALICE, create(Some((stranger, 2))), Error::ForeignGateway);
        }
        let account = serve(&ALICE, 1, 0);
        leave(&ALICE, BUCKET + GRANT + LEAST - 1);
        Chain::refuses(&ALICE, create(Some((&account, 2))), Error::NotEnoughCoins);
        Chain::does(&ALICE, create(None));
        leave(&ALICE, LEAST);
        Chain::refuses(&ALICE, create(None), Error::NotEnoughCoins);
        NextBucket::<Test>::put(u64::MAX);
        Chain::refuses(&BOB, create(None), Error::TooMany);
    });
}

#[test]
fn its_owner_calls_it_something_else() {
    Chain::run(|| {
        let (id, [account, _]) = shared();
        Chain::does(&ALICE, set_label(id, "pictures"));
        assert!(saw(Event::LabelSet { bucket: id }));
        assert_eq!(record(id).label, label("pictures"));
        Chain::refuses(&BOB, set_label(id, "mine"), Error::NotOwner);
        Chain::refuses(&account, set_label(id, "mine"), Error::NotOwner);
        Chain::refuses(&ALICE, set_label(9, "none"), Error::NoSuchBucket);
    });
}
