//! `register`: a gateway serves an owner.

use idlewild_buckets_primitives::{
    consent::consent_message,
    limits::{MAX_CONSENT, MAX_GATEWAYS},
};
use pallet_idlewild_test_runtime::{
    buckets::{gateway_key, receiver, ENDPOINT, OWNER_KEY},
    Clock, ExistentialDeposit,
};
use sp_core::Pair;

use super::*;

/// The parts of a registration.
#[derive(Clone)]
struct Parts {
    owner: AccountId,
    signer: u8,
    account: AccountId,
    receiver: [u8; 32],
    endpoint: Endpoint,
    until: u32,
}

impl Parts {
    /// Those of gateway 0 for Alice.
    fn new() -> Self {
        let endpoint = BoundedVec::truncate_from(ENDPOINT.to_vec());
        Self { owner: ALICE, signer: 0, account: gateway(0), receiver: receiver(0), endpoint, until: Clock::now() + 1 }
    }

    /// A call with these parts, with a signature of those.
    fn signed(&self, of: &Parts) -> RuntimeCall {
        let genesis = Clock::genesis();
        let message = consent_message(&genesis, of.owner.as_ref(), of.account.as_ref(), &of.receiver, &of.endpoint, of.until);
        self.with(gateway_key(of.signer).sign(&message).0)
    }

    fn with(&self, signature: [u8; 64]) -> RuntimeCall {
        Call::register {
            account: self.account.clone(),
            receiver: self.receiver,
            owner_key: OWNER_KEY,
            endpoint: self.endpoint.clone(),
            allowance: COIN,
            until: self.until,
            signature,
        }
        .into()
    }
}

#[test]
fn it_is_known_with_a_deposit() {
    Chain::run(|| {
        let (free, supply) = (coins(&ALICE).0, Chain::supply());
        let account = serve(&ALICE, 0, 7 * COIN);
        assert_eq!((coins(&ALICE), Chain::supply()), ((free - GATEWAY, GATEWAY), supply));
        let record = record(&account);
        assert_eq!((record.owner, record.receiver, record.owner_key), (ALICE, receiver(0), OWNER_KEY));
        assert_eq!((record.endpoint.to_vec(), record.allowance, record.next_key), (ENDPOINT.to_vec(), 7 * COIN, 0));
        let (endpoint, allowance) = (record.endpoint, 7 * COIN);
        assert!(saw(Event::Registered { gateway: account.clone(), owner: ALICE, receiver: receiver(0), endpoint, allowance }));
        let other = serve(&BOB, 1, 0);
        assert_eq!((Gateways::<Test>::get(other).unwrap().owner, Gateways::<Test>::get(account).unwrap().owner), (BOB, ALICE));
    });
}

#[test]
fn a_consent_is_to_what_it_says() {
    Chain::run(|| {
        let parts = Parts::new();
        for other in [
            Parts { owner: BOB, ..parts.clone() },
            Parts { signer: 1, ..parts.clone() },
            Parts { account: gateway(1), ..parts.clone() },
            Parts { receiver: [9; 32], ..parts.clone() },
            Parts { endpoint: text("https://elsewhere.example"), ..parts.clone() },
            Parts { until: parts.until + 1, ..parts.clone() },
        ] {
            Chain::refuses(&ALICE, parts.signed(&other), Error::BadConsent);
        }
        Chain::refuses(&ALICE, parts.with([0; 64]), Error::BadConsent);
        // Nobody but the owner that it names can bring it.
        Chain::refuses(&BOB, parts.signed(&parts), Error::BadConsent);
        Chain::does(&ALICE, parts.signed(&parts));
    });
}

#[test]
fn a_consent_is_good_for_a_while() {
    Chain::run(|| {
        Chain::pass(5);
        let now = Clock::now();
        let until = |until| Parts { until, ..Parts::new() };
        Chain::refuses(&ALICE, until(now - 1).signed(&until(now - 1)), Error::ConsentExpired);
        let too_long = until(now + MAX_CONSENT + 1);
        Chain::refuses(&ALICE, too_long.signed(&too_long), Error::ConsentTooLong);
        Chain::refuses(&ALICE, until(u32::MAX).signed(&until(u32::MAX)), Error::ConsentTooLong);
        let longest = until(now + MAX_CONSENT);
        Chain::does(&ALICE, longest.signed(&longest));
        Chain::does(&ALICE, retire(&gateway(0)));
        Chain::does(&ALICE, until(now).signed(&until(now)));
    });
}

#[test]
fn an_account_serves_one_owner_at_a_time() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, COIN);
        Chain::refuses(&ALICE, register(&ALICE, 0, COIN), Error::AlreadyRegistered);
        Chain::refuses(&BOB, register(&BOB, 0, COIN), Error::AlreadyRegistered);
        Chain::does(&account, retire(&account));
        Chain::does(&BOB, register(&BOB, 0, COIN));
    });
}

#[test]
fn nobody_is_its_own_gateway() {
    Chain::run(|| {
        let account = gateway(0);
        Balances::force_set_balance(pallet_idlewild_test_runtime::RuntimeOrigin::root(), account.clone(), 100 * COIN).unwrap();
        Chain::refuses(&account, register(&account, 0, COIN), Error::OwnAccount);
    });
}

#[test]
fn an_owner_has_so_many_gateways() {
    Chain::run(|| {
        let most = MAX_GATEWAYS as u8;
        (0..most).for_each(|index| _ = serve(&ALICE, index, COIN));
        Chain::refuses(&ALICE, register(&ALICE, most, COIN), Error::TooManyGateways);
        Chain::does(&BOB, register(&BOB, most, COIN));
        Chain::does(&ALICE, retire(&gateway(3)));
        Chain::does(&ALICE, register(&ALICE, most + 1, COIN));
    });
}

#[test]
fn an_endpoint_is_text() {
    Chain::run(|| {
        let parts = Parts { endpoint: BoundedVec::truncate_from(vec![0xff]), ..Parts::new() };
        Chain::refuses(&ALICE, parts.signed(&parts), Error::BadEndpoint);
        let parts = Parts { endpoint: text(""), ..Parts::new() };
        Chain::does(&ALICE, parts.signed(&parts));
    });
}

#[test]
fn the_owner_pays_the_deposit_and_stays_alive() {
    Chain::run(|| {
        Chain::refuses(&NOBODY, register(&NOBODY, 0, 0), Error::NotEnoughCoins);
        let least = ExistentialDeposit::get();
        leave(&BOB, GATEWAY + least - 1);
        Chain::refuses(&BOB, register(&BOB, 0, 0), Error::NotEnoughCoins);
        leave(&ALICE, GATEWAY + least);
        Chain::does(&ALICE, register(&ALICE, 0, 0));
        assert_eq!(coins(&ALICE), (least, GATEWAY));
    });
}
