//! `announce_key`: others know what to seal to.

use super::*;

#[test]
fn a_key_is_told_and_replaced_for_one_deposit() {
    Chain::run(|| {
        assert_eq!(Pallet::receiver(BOB.into()), None);
        Chain::does(&BOB, announce([1; 32]));
        assert!(saw(Event::KeyAnnounced { account: BOB, key: [1; 32] }));
        assert_eq!((Pallet::receiver(BOB.into()), held(&BOB)), (Some([1; 32]), KEY));
        Chain::does(&BOB, announce([2; 32]));
        assert_eq!((Pallet::receiver(BOB.into()), held(&BOB)), (Some([2; 32]), KEY));
        assert_eq!(Pallet::receiver(ALICE.into()), None, "it is Bob's alone");
    });
}

#[test]
fn the_deposit_must_leave_the_account_alive() {
    Chain::run(|| {
        leave(&BOB, KEY + LEAST - 1);
        Chain::refuses(&BOB, announce([1; 32]), Error::NotEnoughCoins);
    });
    Chain::run(|| {
        leave(&BOB, KEY + LEAST);
        Chain::does(&BOB, announce([1; 32]));
        Chain::does(&BOB, announce([2; 32]));
    });
}
