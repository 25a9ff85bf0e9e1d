//! `retire`: a gateway serves no longer.

use frame_support::dispatch::GetDispatchInfo;
use pallet_idlewild_gateways::{Credentials, OfOwner, WeightInfo};

use super::*;

#[test]
fn nothing_of_it_is_left() {
    Chain::run(|| {
        for who in [ALICE, gateway(0)] {
            let before = coins(&ALICE);
            let account = serve(&ALICE, 0, COIN);
            (0..3).for_each(|_| Chain::does(&ALICE, issue(&account, &BOB, scopes(Rights::ALL, None))));
            Chain::does(&ALICE, revoke(&account, 1));
            assert_eq!(coins(&ALICE).1, GATEWAY + 2 * CREDENTIAL);
            Chain::does(&who, retire(&account));
            assert!(saw(Event::Retired { gateway: account.clone(), owner: ALICE, credentials: 2 }));
            assert_eq!(coins(&ALICE), before);
            assert_eq!(Gateways::<Test>::iter().count() + Credentials::<Test>::iter().count(), 0);
            assert_eq!(OfOwner::<Test>::iter().count(), 0);
            Chain::refuses(&who, retire(&account), Error::NoSuchGateway);
        }
    });
}

#[test]
fn others_stay() {
    Chain::run(|| {
        let accounts = [0, 1, 2].map(|index| serve(&ALICE, index, COIN));
        Chain::does(&ALICE, issue(&accounts[0], &BOB, scopes(Rights::ALL, None)));
        Chain::does(&accounts[1], retire(&accounts[1]));
        assert_eq!(OfOwner::<Test>::get(ALICE).to_vec(), [accounts[0].clone(), accounts[2].clone()]);
        assert_eq!(coins(&ALICE).1, 2 * GATEWAY + CREDENTIAL);
    });
}

#[test]
fn it_costs_what_it_takes() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, COIN);
        (0..3).for_each(|_| Chain::does(&ALICE, issue(&account, &BOB, scopes(Rights::ALL, None))));
        let most = retire(&account).get_dispatch_info().call_weight;
        let took = Chain::call_with_info(&ALICE, retire(&account)).unwrap().actual_weight.unwrap();
        assert_eq!(took, <() as WeightInfo>::retire(3));
        assert!(took.all_lt(most));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, COIN);
        let other = serve(&ALICE, 1, COIN);
        Chain::refuses(&BOB, retire(&account), Error::NotParty);
        Chain::refuses(&other, retire(&account), Error::NotParty);
        Chain::refuses(&ALICE, retire(&BOB), Error::NoSuchGateway);
    });
}
