//! What clients are told of miners and of what they owe.

use idlewild_storage_primitives::view::{MinerStatus, Weights};
use pallet_idlewild_providers::NextMiner;
use pallet_idlewild_test_runtime::{account, call, Chain, Clock, Miner, Proofs, Test, COIN};

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
fn a_failure_is_told_when_it_has_come_to_light_and_not_before() {
    Chain::run(|| {
        let miners = holding();
        // It proves neither of the first two periods in which it has slots, which is a failure.
        Chain::pass_to(62);
        let owed = Proofs::view(0).unwrap();
        assert_eq!((owed.period, owed.proven, owed.failed), (3, false, false));
        assert_eq!((owed.sealed.total(), owed.live.total()), (8, 8));
        assert!(Proofs::miner_view(0).unwrap().overdue);
        assert_eq!(Proofs::failed_at(0), None);
        // The next call succeeds, brings it to light, and does nothing else.
        assert_eq!(miners[0].prove(), Ok(()));
        let owed = Proofs::view(0).unwrap();
        assert_eq!((owed.period, owed.proven, owed.failed), (3, false, true));
        assert_eq!((owed.sealed.total(), owed.live.total()), (0, 0));
        assert!(!Proofs::miner_view(0).unwrap().overdue);
        assert_eq!(Proofs::failed_at(0), Some(Clock::now()));
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
        let ids = |after, limit| Proofs::miners(after, limit).miners.iter().map(|miner| miner.id).collect::<Vec<_>>();
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
        // A shard takes whole chunks: a miner with room for ten has none for ten and a part.
        Miner::register_with(&account(5), 5, 10 * 1024 + 512, 10 * COIN);
        let takes = |bytes| Proofs::candidates(bytes, Some(4), 1).candidates.len();
        assert_eq!((takes(10 * 1024), takes(10 * 1024 + 64)), (1, 0));
        // Those of miners 0, 2 and 3: what miner 4 has is too little to count.
        assert_eq!(Proofs::candidates(4096, None, 10).operators, 3);
    });
}

#[test]
fn a_candidate_is_in_one_of_the_two_draws() {
    Chain::run(|| {
        Miner::register_many(3);
        let epoch = Chain::timing().epoch;
        let ids = || Proofs::candidates(4096, None, 10).candidates.iter().map(|candidate| candidate.id).collect::<Vec<_>>();
        Chain::does(&account(2), call::pause(2));
        Chain::pass_to(epoch * 3);
        Chain::does(&account(2), call::resume(2));
        assert_eq!(Proofs::miner(2).unwrap().weight, Weights::default(), "it has room and is in neither draw");
        assert_eq!(ids(), [0, 1], "the chain would not admit it");
        Chain::pass(epoch);
        let weight = Proofs::miner(2).unwrap().weight;
        assert!(weight.current > 0 && weight.previous == 0);
        assert_eq!(ids(), [0, 1, 2]);
        Chain::does(&account(1), call::pause(1));
        Chain::pass(epoch);
        Chain::does(&account(1), call::resume(1));
        let weight = Proofs::miner(1).unwrap().weight;
        assert!(weight.current == 0 && weight.previous > 0);
        assert_eq!(ids(), [0, 1, 2], "the draw before is as good");
    });
}

#[test]
fn a_miner_is_told_with_its_weight_even_where_it_takes_nothing() {
    Chain::run(|| {
        Miner::register_many(2);
        Chain::pass(Chain::timing().epoch);
        let view = Proofs::miner(1).unwrap();
        assert!(view.weight.current > 0 && view.weight.current == view.weight.previous);
        let candidates = Proofs::candidates(4096, None, 10);
        assert_eq!(candidates.candidates[1].weight, view.weight);
        assert_eq!(candidates.total_weight.current, 2 * view.weight.current);
        Chain::does(&account(1), call::pause(1));
        assert_eq!(Proofs::miner(1).unwrap().weight, view.weight, "the draw goes by the start of the epoch");
        assert_eq!(Proofs::candidates(4096, None, 10).candidates.len(), 1);
    });
}

#[test]
fn one_answer_looks_at_a_bounded_number_of_miners() {
    Chain::start().execute_with(|| {
        Miner::register_many(2);
        NextMiner::<Test>::put(2_500);
        let page = |after| {
            let view = Proofs::candidates(4096, after, 10);
            (view.candidates.len(), view.next)
        };
        assert_eq!(page(None), (2, Some(999)));
        assert_eq!(page(Some(999)), (0, Some(1_999)));
        assert_eq!(page(Some(1_999)), (0, None));
        let page = |after| {
            let page = Proofs::miners(after, 10);
            (page.miners.len(), page.next)
        };
        assert_eq!(page(None), (2, Some(999)));
        assert_eq!(page(Some(999)), (0, Some(1_999)));
        assert_eq!(page(Some(1_999)), (0, None));
    });
}
