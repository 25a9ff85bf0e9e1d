//! `conceal_key`: nothing more can be shared with an account.

use super::*;

#[test]
fn a_key_is_taken_back_with_its_deposit() {
    Chain::run(|| {
        let wealth = Chain::wealth(&BOB);
        Chain::does(&BOB, announce([1; 32]));
        Chain::does(&BOB, conceal());
        assert!(saw(Event::KeyConcealed { account: BOB }));
        assert_eq!((Pallet::receiver(BOB.into()), held(&BOB), Balances::balance(&BOB)), (None, 0, wealth));
        Chain::refuses(&BOB, conceal(), Error::NoSuchKey);
    });
}

#[test]
fn what_is_shared_already_remains_so() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::does(&BOB, announce([1; 32]));
        Chain::does(&ALICE, share(root, with(&BOB), None));
        Chain::does(&BOB, conceal());
        assert!(Pallet::shared(0).unwrap().is_live);
        assert_eq!(Pallet::shares_with(BOB.into(), None, 10).len(), 1);
        Chain::refuses(&ALICE, share(root, with(&BOB), None), Error::NotAnnounced);
    });
}
