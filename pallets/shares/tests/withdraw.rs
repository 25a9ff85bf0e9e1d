//! `withdraw`: a publication is off the record.

use super::*;

#[test]
fn its_owner_takes_it_back_with_its_deposit() {
    Chain::run(|| {
        let [root, ..] = deals();
        let before = Balances::balance(&ALICE);
        Chain::does(&ALICE, publish(root));
        Chain::refuses(&BOB, withdraw(0), Error::NotOwner);
        Chain::does(&ALICE, withdraw(0));
        assert!(saw(Event::Withdrawn { publication: 0, owner: ALICE }));
        assert_eq!((Pallet::publication(0), held(&ALICE), Balances::balance(&ALICE)), (None, 0, before));
        assert_eq!(Pallet::publications_of(ALICE.into(), None, 10), []);
        Chain::refuses(&ALICE, withdraw(0), Error::NoSuchPublication);
    });
}

#[test]
fn it_goes_when_its_deal_is_over() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::does(&ALICE, publish(root));
        Chain::pass(Chain::timing().min_term);
        Chain::does(&ALICE, call::cancel(root));
        Chain::does(&ALICE, withdraw(0));
        assert_eq!(held(&ALICE), 0);
    });
}
