//! `prove`: the one proof that counts, and all that must not.

use idlewild_storage_primitives::{chunk, proof::ChunkProof, sum_range::Node, CHALLENGES};
use pallet_idlewild_proofs::Event;
use pallet_idlewild_randomness::Seeds;
use pallet_idlewild_test_runtime::{
    call, miner, Chain, Clock, Miner, Proofs, Providers, RuntimeEvent, Test, ALICE, BOB, CAROL,
};
use sp_runtime::DispatchError;

use crate::{holding, Error, ProvidersError, SMALL};

#[track_caller]
fn refused(miner: &Miner, proofs: Vec<ChunkProof>, error: Error) {
    Chain::refuses(&miner.operator, call::prove(miner.id, Proofs::period_of(miner.id), proofs), error);
}

#[test]
fn a_proof_counts_once_for_its_period_and_costs_no_fee() {
    Chain::run(|| {
        let miners = holding();
        let period = Proofs::period_of(0);
        let info = Chain::call_with_info(&miners[0].operator, miners[0].prove_call()).unwrap();
        assert_eq!(info.pays_fee, frame_support::dispatch::Pays::No);
        Chain::assert_sound();
        let ledger = Proofs::ledger(0);
        assert_eq!((ledger.period, ledger.proven, ledger.is_proven()), (period, 1, true));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Proofs(Event::Proven { miner: 0, period: of, chunks: 8 }) if *of == period
        )));
        // The same again, and later the same.
        let replayed = miners[0].prove_call();
        Chain::refuses(&miners[0].operator, replayed.clone(), Error::AlreadyProven);
        miners[0].pass_period();
        Chain::refuses(&miners[0].operator, replayed, Error::WrongPeriod);
    });
}

#[test]
fn a_refused_proof_pays_its_fee() {
    Chain::run(|| {
        let miners = holding();
        let refused = Chain::call_with_info(&miners[0].operator, call::prove(0, 1, vec![])).unwrap_err();
        assert_eq!(refused.post_info.pays_fee, frame_support::dispatch::Pays::Yes);
    });
}

#[test]
fn an_old_proof_is_not_a_proof_of_a_later_period() {
    Chain::run(|| {
        let miners = holding();
        let old = miners[0].proof().unwrap();
        assert_eq!(miners[0].prove(), Ok(()));
        miners[0].pass_period();
        // Its chunks stand where the last period's challenges fell.
        let outcome = Chain::call(&miners[0].operator, call::prove(0, Proofs::period_of(0), old));
        assert!([Err(Error::WrongPosition.into()), Err(Error::WrongChunk.into())].contains(&outcome), "{outcome:?}");
        Chain::assert_sound();
    });
}

#[test]
fn a_proof_is_late_by_one_block() {
    Chain::run(|| {
        let miners = holding();
        let (period, proof) = (Proofs::period_of(0), miners[0].proof().unwrap());
        let end = Proofs::schedule(0).start(period + 1);
        Chain::pass_to(end - 1);
        let in_time = sp_io_transaction(|| Chain::call(&miners[0].operator, call::prove(0, period, proof.clone())));
        assert_eq!(in_time, Ok(()), "the last block of a period still counts");
        Chain::next_block();
        Chain::refuses(&miners[0].operator, call::prove(0, period, proof.clone()), Error::WrongPeriod);
        Chain::refuses(&miners[0].operator, call::prove(0, period + 2, proof), Error::WrongPeriod);
    });
}

/// What would come of it, without keeping it.
fn sp_io_transaction(what: impl FnOnce() -> Result<(), DispatchError>) -> Result<(), DispatchError> {
    frame_support::storage::with_transaction(|| {
        let outcome = what();
        frame_support::storage::TransactionOutcome::Rollback(Ok::<_, DispatchError>(outcome))
    })?
}

#[test]
fn only_the_operator_of_a_miner_proves() {
    Chain::run(|| {
        let miners = holding();
        Chain::refuses(&BOB, miners[0].prove_call(), ProvidersError::NotOperator);
        Chain::refuses(&miners[1].operator, miners[0].prove_call(), ProvidersError::NotOperator);
        Chain::refuses(&BOB, call::prove(99, 1, vec![]), ProvidersError::NoSuchMiner);
    });
}

#[test]
fn nothing_is_owed_before_something_is_sealed() {
    Chain::run(|| {
        let mut miners = Miner::register_many(5);
        refused(&miners[4], vec![], Error::NothingOwed);
        // A slot appended in this period is not part of it.
        miner::deal(&ALICE, &mut miners[..4], SMALL, 400);
        refused(&miners[0], vec![], Error::NothingOwed);
        miners[4].pass_period();
        refused(&miners[4], vec![], Error::NothingOwed);
        Chain::pass(100);
        refused(&miners[4], vec![], Error::NothingOwed);
        Chain::refuses(&BOB, call::report_missed(4), Error::NothingMissed);
    });
}

#[test]
fn challenges_are_unknown_until_the_seed_is_drawn() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        miner::deal(&ALICE, &mut miners, SMALL, 400);
        Chain::pass_to(20);
        assert_eq!(Proofs::period_of(0), 1);
        refused(&miners[0], vec![], Error::SeedNotDrawn);
        assert!(miners[0].proof().is_none());
        Chain::next_block();
        assert_eq!(miners[0].prove(), Ok(()));
        // The ring keeps a seed for as long as its period lasts; without it no proof can be judged.
        miners[0].pass_period();
        let call = miners[0].prove_call();
        let start = Proofs::schedule(0).start(Proofs::period_of(0));
        Seeds::<Test>::remove((start + 1) % pallet_idlewild_randomness::RING);
        assert_eq!(Chain::call(&miners[0].operator, call), Err(Error::SeedNotDrawn.into()));
    });
}

#[test]
fn there_are_as_many_chunks_as_challenges() {
    Chain::run(|| {
        let miners = holding();
        let mut proofs = miners[0].proof().unwrap();
        assert_eq!(proofs.len(), CHALLENGES as usize);
        proofs.pop();
        refused(&miners[0], proofs, Error::WrongNumberOfChunks);
        refused(&miners[0], vec![], Error::WrongNumberOfChunks);
    });
}

#[test]
fn a_chunk_stands_where_the_challenge_fell() {
    Chain::run(|| {
        let miners = holding();
        let good = miners[0].proof().unwrap();
        let mut altered: Vec<Vec<ChunkProof>> = Vec::new();
        let mut alter = |change: &dyn Fn(&mut Vec<ChunkProof>)| {
            let mut proofs = good.clone();
            change(&mut proofs);
            altered.push(proofs);
        };
        // The other leaf's index, one beyond the range, the last there can be.
        alter(&|proofs| proofs[0].index ^= 1);
        alter(&|proofs| proofs[0].index = 2);
        alter(&|proofs| proofs[0].index = u32::MAX);
        // A longer, a shorter and another path.
        alter(&|proofs| proofs[0].path.push(Node::CLEARED));
        alter(&|proofs| proofs[0].path.clear());
        alter(&|proofs| proofs[0].path[0].sum += 1);
        alter(&|proofs| proofs[0].path[0].hash[0] ^= 1);
        // A leaf that claims more chunks, or that is of another deal, copy or slot.
        alter(&|proofs| proofs[0].leaf.count += 1);
        alter(&|proofs| proofs[0].leaf.count = u32::MAX);
        alter(&|proofs| proofs[0].leaf.deal += 1);
        alter(&|proofs| proofs[0].leaf.copy += 1);
        alter(&|proofs| proofs[0].leaf.slot += 1);
        alter(&|proofs| proofs[0].leaf.root[0] ^= 1);
        alter(&|proofs| proofs[7].index ^= 1);
        for proofs in altered {
            refused(&miners[0], proofs, Error::WrongPosition);
        }
        assert_eq!(miners[0].prove(), Ok(()));
    });
}

#[test]
fn a_right_chunk_of_another_shard_or_place_is_wrong() {
    Chain::run(|| {
        let miners = holding();
        let good = miners[0].proof().unwrap();
        // The leaf at the other end of the range, with a valid path and a valid chunk of its own.
        let other = good.iter().find(|proof| proof.index != good[0].index);
        let mut proofs = good.clone();
        let leaf = miners[0].leaves[1 - good[0].index as usize].unwrap();
        let shard = &miners[0].shards[&(leaf.deal, leaf.slot)];
        proofs[0] = ChunkProof {
            leaf,
            index: 1 - good[0].index,
            path: miners[0].path(2, 1 - good[0].index),
            chunk: shard[..1024].to_vec(),
            chunk_path: chunk::path(shard, 0).unwrap(),
        };
        refused(&miners[0], proofs, Error::WrongPosition);
        // The right place with the chunk of the other shard.
        if let Some(other) = other {
            let mut proofs = good.clone();
            proofs[0].chunk = other.chunk.clone();
            proofs[0].chunk_path = other.chunk_path.clone();
            refused(&miners[0], proofs, Error::WrongChunk);
        }
        // Every other chunk of the right shard.
        let leaf = good[0].leaf;
        let shard = &miners[0].shards[&(leaf.deal, leaf.slot)];
        for offset in 0..4u32 {
            let bytes = &shard[offset as usize * 1024..][..1024];
            if bytes == good[0].chunk {
                continue;
            }
            let mut proofs = good.clone();
            proofs[0].chunk = bytes.to_vec();
            proofs[0].chunk_path = chunk::path(shard, offset).unwrap();
            refused(&miners[0], proofs, Error::WrongChunk);
        }
        // Another miner's proof.
        miners[1].pass_period();
        if let Some(his) = miners[1].proof() {
            let outcome = Chain::call(&miners[0].operator, call::prove(0, Proofs::period_of(0), his));
            assert_eq!(outcome, Err(Error::WrongPosition.into()));
        }
    });
}

#[test]
fn a_chunk_has_all_its_bytes_and_no_more() {
    Chain::run(|| {
        let miners = holding();
        let good = miners[0].proof().unwrap();
        let refuse = |change: &dyn Fn(&mut ChunkProof)| {
            let mut proofs = good.clone();
            change(&mut proofs[3]);
            refused(&miners[0], proofs, Error::WrongChunk);
        };
        refuse(&|proof| proof.chunk[512] ^= 1);
        refuse(&|proof| {
            let _ = proof.chunk.pop();
        });
        refuse(&|proof| proof.chunk.push(0));
        refuse(&|proof| proof.chunk.clear());
        refuse(&|proof| proof.chunk_path[0][0] ^= 1);
        refuse(&|proof| {
            let _ = proof.chunk_path.pop();
        });
        refuse(&|proof| proof.chunk_path.push([0; 32]));
        refuse(&|proof| proof.chunk_path.clear());
    });
}

#[test]
fn the_last_chunk_is_as_short_as_the_shard_says() {
    // One chunk of 64 bytes, and one more after a whole one: every challenge falls on few chunks, short ones among them.
    for len in [64u32, 1024 + 64] {
        Chain::run(|| {
            let mut miners = Miner::register_many(4);
            let (mut request, shards) = miner::request([1; 16], SMALL, 1, len, 400);
            miner::sign(&mut request, &ALICE, &miners);
            Chain::does(&ALICE, call::create_deals(vec![request]));
            assert_eq!(miners[0].append(&[(0, 0, shards[0].clone())]), Ok(()));
            miners[0].pass_period();
            let good = miners[0].proof().unwrap();
            let short = good.iter().position(|proof| proof.chunk.len() == 64).unwrap();
            let mut cut = good.clone();
            cut[short].chunk.pop();
            refused(&miners[0], cut, Error::WrongChunk);
            let mut padded = good.clone();
            padded[short].chunk.resize(1024, 0);
            refused(&miners[0], padded, Error::WrongChunk);
            assert_eq!(miners[0].prove(), Ok(()));
        });
    }
}

#[test]
fn a_failed_miner_never_proves_again() {
    Chain::run(|| {
        let miners = holding();
        Chain::pass(45);
        // Its own proof brings the failure to light: the call stands, so that the charge does, and the proof does not count.
        let call = miners[0].prove_call();
        let info = Chain::call_with_info(&miners[0].operator, call).unwrap();
        assert_eq!(info.pays_fee, frame_support::dispatch::Pays::Yes, "whatever it carried was not looked at");
        Chain::assert_sound();
        assert!(Proofs::failed_at(0).is_some());
        assert_eq!(Proofs::ledger(0).proven, 0);
        Chain::refuses(&miners[0].operator, call::prove(0, Proofs::period_of(0), vec![]), Error::MinerFailed);
        Chain::pass(100);
        Chain::refuses(&miners[0].operator, call::prove(0, Proofs::period_of(0), vec![]), Error::MinerFailed);
        Chain::refuses(&CAROL, call::report_missed(0), Error::MinerFailed);
        assert_eq!(Providers::pot(0), Chain::miner(0).pot);
    });
}

#[test]
fn a_missed_period_is_charged_though_the_next_is_proven() {
    Chain::run(|| {
        let miners = holding();
        assert_eq!(miners[0].prove(), Ok(()));
        let bond = Chain::miner(0).bond;
        Chain::pass(20);
        miners[0].pass_period();
        assert_eq!(miners[0].prove(), Ok(()));
        Chain::assert_sound();
        let ledger = Proofs::ledger(0);
        assert_eq!((ledger.proven, ledger.missed, ledger.recent & 0b111), (2, 0b10, 0b101));
        assert!(Chain::miner(0).bond < bond);
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Proofs(Event::Missed { miner: 0, periods: 1, .. }))));
        // It is charged once.
        let bond = Chain::miner(0).bond;
        Chain::refuses(&CAROL, call::report_missed(0), Error::NothingMissed);
        assert_eq!(Chain::miner(0).bond, bond);
        assert!(Clock::now() > 60);
    });
}

#[test]
fn a_range_of_many_slots_is_proven_with_as_many_chunks() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        for _ in 0..13 {
            miner::deal(&ALICE, &mut miners, SMALL, 400);
        }
        for _ in 0..5 {
            for miner in &miners {
                miner::keep_proving(miners.iter(), Clock::now());
                miner.pass_period();
            }
            miner::keep_proving(miners.iter(), Clock::now());
        }
        Chain::assert_sound();
        assert!(Proofs::ledger(0).proven > 0);
    });
}
