//! `finalise`: the rest is paid, fees are burned, bonds are free, and what was not needed goes back.

use idlewild_compute_primitives::{chunk::Stage, money};
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{chunk, finalise, pass_challenge, project, right, run, PRICE},
    },
    Chain, ALICE, CAROL,
};

use crate::{held, left, locked, saw, share, started, wealth, Error, Event};

#[test]
fn all_is_paid_and_the_rest_goes_back() {
    Chain::run(|| {
        let (id, all) = started(2);
        let (before, supply) = (Chain::wealth(&ALICE), Chain::supply());
        assert_eq!(held(id), 4 * share());
        let each = |provider: u32| wealth(provider);
        let (a, b) = (each(all[0]), each(all[1]));
        run(id, 0, &[(all[0], right()), (all[1], right())]);
        // Half of what may be used, of which four fifths at once.
        let bill = PRICE / 2;
        assert_eq!((wealth(all[0]) - a, wealth(all[1]) - b), (bill / 5 * 4, bill / 5 * 4));
        assert_eq!(left(id, 0), share() - 2 * (bill / 5 * 4));
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { root, .. } if root == right().root));
        Chain::refuses(&CAROL, finalise(id, &[0]), Error::TooEarly);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!((wealth(all[0]) - a, wealth(all[1]) - b), (bill, bill));
        assert_eq!(held(id), 3 * share());
        let fees = 2 * money::protocol_fee(bill);
        assert_eq!(supply - Chain::supply(), fees);
        assert_eq!(before - Chain::wealth(&ALICE), 2 * bill + fees);
        assert_eq!((locked(all[0]), locked(all[1])), (0, 0));
        assert_eq!((offers::record(all[0]).score, offers::record(all[0]).busy), (1, 0));
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: Some(right().root) });
        assert_eq!(project(id).finished, 1);
        assert!(saw(
            |event| matches!(event, Event::Finished { chunk: 0, refunded, .. } if *refunded == share() - 2 * bill - fees)
        ));
        Chain::refuses(&CAROL, finalise(id, &[0]), Error::NotAgreed);
    });
}
