//! What clients are told of miners and of what they owe.

use idlewild_storage_primitives::view::MinerStatus;
use pallet_idlewild_test_runtime::{account, call, Chain, Miner, Proofs, COIN};

use crate::holding;

#[test]
fn what_a_miner_owes_is_told_before_it_is_touched() {
    Chain::run(|| {
        let miners = holding();
        let owed = Proofs::view(0).unwrap();
        assert_eq!((owed.period, owed.started, owed.ends), (1, 20, 40));
        assert!(owed.seed.is_some() && !owed.proven && !owed.failed);
        assert_eq!((owed.sealed.total(), owed.live.total()), (8, 8));
        assert_eq!(miners[0].prove(), Ok(()));
        let after = Proofs::view(0).unwrap();
        assert!(after.proven);
        assert_eq!(after.sealed, owed.sealed, "the call sealed what was told");
        assert!(Proofs::view(99).is_none());
    });
}

#[test]
fn miners_are_found_by_number_and_by_key_and_listed_in_pages() {
    Chain::run(|| {
        let miners = Miner::register_many(5);
        let view = Proofs::miner_view(2).unwrap();
        assert_eq!((view.id, view.operator, view.bond), (2, account(2).into(), 1_000 * COIN));
        assert_eq!(view.status, MinerStatus::Active);
        assert_eq!(Proofs::miner_of_peer(view.peer_key).map(|miner| miner.id), Some(2));
        assert!(Proofs::miner_of_peer([0; 32]).is_none());
        let ids = |after, limit| Proofs::miners_view(after, limit).iter().map(|miner| miner.id).collect::<Vec<_>>();
        assert_eq!(ids(None, 2), [0, 1]);
        assert_eq!(ids(Some(1), 2), [2, 3]);
        assert_eq!(ids(Some(3), 100), [4]);
        assert!(ids(Some(4), 100).is_empty());
        assert_eq!(miners.len(), 5);
    });
}

#[test]
fn candidates_are_those_that_have_room() {
    Chain::run(|| {
        Miner::register_many(4);
        Miner::register_with(&account(4), 4, 1_000, 10 * COIN);
        Chain::does(&account(1), call::pause(1));
        let ids = |after, limit| {
            let view = Proofs::candidates(4096, after, limit);
            (view.candidates.iter().map(|candidate| candidate.id).collect::<Vec<_>>(), view.next)
        };
        assert_eq!(ids(None, 100), (vec![0, 2, 3], None));
        assert_eq!(ids(None, 2), (vec![0, 2], Some(2)));
        assert_eq!(ids(Some(2), 2), (vec![3], None));
        assert_eq!(Proofs::candidates(4096, None, 10).operators, 4);
    });
}
