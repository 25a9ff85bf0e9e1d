//! What is told of gateways.

use idlewild_buckets_primitives::view::GatewayView;
use pallet_idlewild_test_runtime::{
    buckets::{receiver, ENDPOINT, OWNER_KEY},
    Gateways as Pallet,
};

use super::*;

fn raw(account: &AccountId) -> [u8; 32] {
    account.clone().into()
}

#[test]
fn a_gateway_tells_what_it_may() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 3 * COIN);
        Chain::does(&ALICE, issue(&account, &BOB, scopes(Rights::ALL, None)));
        let view = GatewayView {
            account: raw(&account),
            owner: raw(&ALICE),
            receiver: receiver(0),
            owner_key: OWNER_KEY,
            endpoint: ENDPOINT.to_vec(),
            allowance: 3 * COIN,
            credentials: 1,
            deposit: GATEWAY + CREDENTIAL,
        };
        assert_eq!(Pallet::gateway(raw(&account)), Some(view.clone()));
        let other = serve(&ALICE, 1, 0);
        let of_alice: Vec<_> = Pallet::gateways_of(raw(&ALICE)).into_iter().map(|view| view.account).collect();
        assert_eq!(of_alice, [raw(&account), raw(&other)]);
        assert_eq!((Pallet::gateway(raw(&ALICE)), Pallet::gateways_of(raw(&account))), (None, vec![]));
    });
}

#[test]
fn credentials_come_in_order() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        for key in 0..40u64 {
            Chain::does(&ALICE, issue(&account, &BOB, scopes(Rights::READ, Some(&[key]))));
        }
        Chain::does(&ALICE, revoke(&account, 5));
        let page = |after, limit| -> Vec<KeyNumber> {
            Pallet::credentials(raw(&account), after, limit).into_iter().map(|view| view.key).collect()
        };
        assert_eq!(page(None, 3), [0, 1, 2]);
        assert_eq!(page(Some(2), 3), [3, 4, 6]);
        assert_eq!(page(Some(5), 0), [6]);
        assert_eq!((page(None, u32::MAX).len(), page(Some(39), 3).len()), (39, 0));
        let view = Pallet::credential(raw(&account), 7).unwrap();
        assert_eq!((view.key, view.user, view.generation), (7, raw(&BOB), 0));
        assert!(view.scopes.allow(Rights::READ, 7) && !view.scopes.allow(Rights::READ, 8));
        assert_eq!((Pallet::credential(raw(&account), 5), Pallet::credential(raw(&BOB), 7)), (None, None));
    });
}

#[test]
fn an_owner_and_its_gateways_with_coins_may_store_for_it() {
    Chain::run(|| {
        let may = |owner: &AccountId, signer: &AccountId| Pallet::may_store_for(raw(owner), raw(signer));
        let (rich, poor) = (serve(&ALICE, 0, 1), serve(&ALICE, 1, 0));
        assert!(may(&ALICE, &ALICE) && may(&ALICE, &rich) && may(&rich, &rich));
        assert!(!may(&ALICE, &poor), "nothing to spend");
        assert!(!may(&BOB, &rich) && !may(&ALICE, &BOB) && !may(&rich, &ALICE));
        Chain::does(&ALICE, allow(&rich, 0));
        Chain::does(&ALICE, allow(&poor, 1));
        assert!(!may(&ALICE, &rich) && may(&ALICE, &poor));
        Chain::does(&ALICE, retire(&poor));
        assert!(!may(&ALICE, &poor));
    });
}
