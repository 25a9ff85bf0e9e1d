//! `issue`, `rotate`, `set_scopes` and `revoke`: whom a gateway lets in.

use idlewild_buckets_primitives::limits::{MAX_CREDENTIALS, MAX_SCOPED};
use pallet_idlewild_gateways::{types::Credential, Credentials};

use super::*;

fn credential(account: &AccountId, key: KeyNumber) -> Option<Credential<AccountId>> {
    Credentials::<Test>::get(account, key)
}

fn reader() -> Scopes {
    scopes(Rights::READ, Some(&[3]))
}

#[test]
fn a_number_is_given_once() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        for key in 0..2 {
            Chain::does(&ALICE, issue(&account, &BOB, reader()));
            assert!(saw(Event::Issued { gateway: account.clone(), key, user: BOB, scopes: reader() }));
        }
        Chain::does(&ALICE, revoke(&account, 1));
        assert!(saw(Event::Revoked { gateway: account.clone(), key: 1 }));
        Chain::does(&ALICE, issue(&account, &CAROL, reader()));
        let given = Credential { user: CAROL, generation: 0, scopes: reader(), deposit: CREDENTIAL };
        assert_eq!((credential(&account, 1), credential(&account, 2)), (None, Some(given)));
        // Each gateway has numbers of its own.
        let other = serve(&ALICE, 1, 0);
        Chain::does(&ALICE, issue(&other, &BOB, reader()));
        assert!(credential(&other, 0).is_some());
    });
}

#[test]
fn each_has_a_deposit_of_its_owners() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        let free = coins(&ALICE).0;
        (0..2).for_each(|_| Chain::does(&ALICE, issue(&account, &BOB, reader())));
        assert_eq!(coins(&ALICE), (free - 2 * CREDENTIAL, GATEWAY + 2 * CREDENTIAL));
        Chain::does(&ALICE, revoke(&account, 0));
        assert_eq!(coins(&ALICE), (free - CREDENTIAL, GATEWAY + CREDENTIAL));
        leave(&ALICE, CREDENTIAL);
        Chain::refuses(&ALICE, issue(&account, &BOB, reader()), Error::NotEnoughCoins);
    });
}

#[test]
fn its_secret_and_its_scopes_change() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        Chain::does(&ALICE, issue(&account, &BOB, reader()));
        for generation in 1..3 {
            Chain::does(&ALICE, rotate(&account, 0));
            assert!(saw(Event::Rotated { gateway: account.clone(), key: 0, generation }));
        }
        let writer = scopes(Rights::READ.and(Rights::WRITE), None);
        Chain::does(&ALICE, set_scopes(&account, 0, writer.clone()));
        assert!(saw(Event::ScopesSet { gateway: account.clone(), key: 0, scopes: writer.clone() }));
        let now = Credential { user: BOB, generation: 2, scopes: writer, deposit: CREDENTIAL };
        assert_eq!(credential(&account, 0), Some(now));
        Credentials::<Test>::mutate(&account, 0, |record| record.as_mut().unwrap().generation = u32::MAX);
        Chain::refuses(&ALICE, rotate(&account, 0), Error::TooMany);
    });
}

#[test]
fn scopes_are_sound() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        let most: Vec<BucketId> = (0..u64::from(MAX_SCOPED)).collect();
        Chain::does(&ALICE, issue(&account, &BOB, scopes(Rights::ALL, Some(&most))));
        for bad in [
            scopes(Rights(0), None),
            scopes(Rights(32), None),
            scopes(Rights(255), None),
            scopes(Rights::READ, Some(&[])),
            scopes(Rights::READ, Some(&[1, 2, 1])),
        ] {
            Chain::refuses(&ALICE, issue(&account, &BOB, bad.clone()), Error::BadScopes);
            Chain::refuses(&ALICE, set_scopes(&account, 0, bad), Error::BadScopes);
        }
    });
}

#[test]
fn they_are_their_owners_to_say() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, COIN);
        Chain::does(&ALICE, issue(&account, &BOB, reader()));
        let calls = |account: &AccountId, key| [rotate(account, key), set_scopes(account, key, reader()), revoke(account, key)];
        for who in [&BOB, &account] {
            Chain::refuses(who, issue(&account, &BOB, reader()), Error::NotOwner);
            calls(&account, 0).into_iter().for_each(|call| Chain::refuses(who, call, Error::NotOwner));
        }
        calls(&account, 1).into_iter().for_each(|call| Chain::refuses(&ALICE, call, Error::NoSuchCredential));
        calls(&gateway(9), 0).into_iter().for_each(|call| Chain::refuses(&ALICE, call, Error::NoSuchGateway));
        Chain::refuses(&ALICE, issue(&gateway(9), &BOB, reader()), Error::NoSuchGateway);
    });
}

#[test]
fn a_gateway_has_so_many() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        (0..MAX_CREDENTIALS).for_each(|_| Chain::call(&ALICE, issue(&account, &BOB, reader())).unwrap());
        Chain::refuses(&ALICE, issue(&account, &BOB, reader()), Error::TooManyCredentials);
        Chain::does(&ALICE, revoke(&account, 17));
        Chain::does(&ALICE, issue(&account, &BOB, reader()));
        Gateways::<Test>::mutate(&account, |record| record.as_mut().unwrap().next_key = u32::MAX);
        Chain::does(&ALICE, revoke(&account, 18));
        Chain::refuses(&ALICE, issue(&account, &BOB, reader()), Error::TooMany);
    });
}
