//! `grant`: a gateway has a bucket's key.

use super::*;

#[test]
fn each_has_a_deposit() {
    Chain::run(|| {
        let (id, [_, second]) = shared();
        assert_eq!(coins(&ALICE).1, BUCKET + 2 * GRANT);
        assert!(OfGateway::<Test>::contains_key(&second, id));
        assert_eq!((record(id).grants, record(id).deposit), (2, BUCKET + 2 * GRANT));
    });
}

#[test]
fn the_same_gateway_has_it_sealed_anew_and_nothing_else() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        let before = coins(&ALICE);
        Chain::does(&ALICE, grant(id, &first, 9));
        assert!(saw(Event::Granted { bucket: id, gateway: first.clone() }));
        let now = Grants::<Test>::get(id, &first).unwrap();
        assert_eq!((now.sealed, now.epoch, coins(&ALICE)), (sealed(9), Some(1), before));
        assert_eq!(holder(id), Some((first, 1)));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        let of_bob = serve(&BOB, 2, 0);
        Chain::refuses(&ALICE, grant(id, &of_bob, 4), Error::ForeignGateway);
        Chain::refuses(&BOB, grant(id, &of_bob, 4), Error::NotOwner);
        Chain::refuses(&first, grant(id, &first, 4), Error::NotOwner);
        Chain::refuses(&ALICE, grant(9, &first, 4), Error::NoSuchBucket);
        let third = serve(&ALICE, 3, 0);
        leave(&ALICE, GRANT + LEAST - 1);
        Chain::refuses(&ALICE, grant(id, &third, 4), Error::NotEnoughCoins);
    });
}

#[test]
fn so_many_have_it() {
    Chain::run(|| {
        Chain::does(&ALICE, create(None));
        let most = MAX_GRANTS as u8;
        for index in 0..most {
            let account = gateway(index);
            Chain::call(&ALICE, pallet_idlewild_test_runtime::buckets::register(&ALICE, index, 0)).unwrap();
            Chain::call(&ALICE, grant(0, &account, 1)).unwrap();
        }
        // A gateway that retired makes room for another one of its owner's, and none of the bucket's until it is withdrawn.
        Chain::does(&ALICE, retire(&gateway(0)));
        let other = serve(&ALICE, most, 0);
        Chain::refuses(&ALICE, grant(0, &other, 1), Error::TooManyGrants);
        Chain::does(&ALICE, withdraw(0, &gateway(0)));
        Chain::does(&ALICE, grant(0, &other, 1));
    });
}
