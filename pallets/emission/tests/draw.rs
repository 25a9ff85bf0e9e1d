use pallet_idlewild_emission::{Event, Undrawn};
use pallet_idlewild_test_runtime::{Balances, ALICE, BOB};

use super::*;

#[test]
fn what_is_drawn_leaves_the_pool_and_is_an_accounts() {
    Chain::run(|| {
        let (had, supply) = (Chain::wealth(&ALICE), Chain::supply());
        assert_eq!(Emission::begin_minute(EXBIBYTE), MINUTE);
        assert_eq!(Emission::remaining(), total(COIN), "coins leave when somebody has them");
        assert_eq!(Emission::draw(Stream::Capacity, &ALICE, 5 * COIN), 5 * COIN);
        assert_eq!(Emission::draw(Stream::Capacity, &ALICE, u128::MAX), MINUTE - 5 * COIN);
        assert_eq!(Emission::draw(Stream::Capacity, &ALICE, u128::MAX), 0);
        assert_eq!((Chain::wealth(&ALICE), Chain::supply()), (had + MINUTE, supply + MINUTE));
        assert_eq!((Emission::remaining(), Credited::<Test>::get()), (total(COIN) - MINUTE, MINUTE));
        let drawn = Event::Drawn { stream: Stream::Capacity, payee: ALICE, amount: 5 * COIN };
        assert!(Chain::saw(|event| *event == drawn.clone().into()));
    });
}

#[test]
fn what_nobody_draws_stays() {
    Chain::run(|| {
        Emission::begin_minute(EXBIBYTE);
        assert_eq!(Emission::begin_minute(EXBIBYTE), MINUTE);
        assert_eq!(Emission::ready(Stream::Capacity), MINUTE, "one minute's, not two");
        assert_eq!(Emission::remaining(), total(COIN));
        Emission::begin_minute(0);
        assert_eq!(Emission::draw(Stream::Capacity, &BOB, u128::MAX), 0);
    });
}

#[test]
fn what_would_not_open_an_account_is_not_drawn() {
    Chain::run(|| {
        Emission::begin_minute(EXBIBYTE);
        let nobody = AccountId::new([77; 32]);
        let least = <Balances as frame_support::traits::fungible::Inspect<AccountId>>::minimum_balance();
        assert_eq!(Emission::draw(Stream::Capacity, &nobody, least - 1), 0);
        assert_eq!(Emission::remaining(), total(COIN));
        assert_eq!(Emission::draw(Stream::Capacity, &nobody, least), least);
    });
}

#[test]
fn the_last_coins_are_drawn_and_no_more() {
    Chain::run(|| {
        Pool::<Test>::mutate(|pool| pool.as_mut().unwrap().remaining = COIN);
        Credited::<Test>::put(total(COIN) - COIN);
        let mut drawn = 0;
        // A hundred exbibytes' worth at a time would be as much: the pool knows how much there is.
        Undrawn::<Test>::mutate(|ready| ready.capacity = COIN);
        drawn += Emission::draw(Stream::Capacity, &ALICE, u128::MAX);
        assert_eq!((drawn, Emission::remaining()), (COIN, 0));
        assert_eq!(Emission::begin_minute(EXBIBYTE), 0);
    });
}

#[test]
fn without_a_pool_nothing_is_made() {
    Chain::run(|| {
        Pool::<Test>::kill();
        assert_eq!(Emission::begin_minute(EXBIBYTE), 0);
        assert_eq!(Emission::draw(Stream::Capacity, &ALICE, u128::MAX), 0);
        assert_eq!(Emission::remaining(), 0);
    });
}
