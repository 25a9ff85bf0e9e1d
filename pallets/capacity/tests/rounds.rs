use idlewild_capacity_primitives::{
    estimate::{Seen, RING},
    round::{fold, next_challenge},
};
use pallet_idlewild_capacity::{Day, History, LastChallenge, Recorded, Rules};
use pallet_idlewild_emission::Pool;
use pallet_idlewild_test_runtime::{Randomness, System, ALICE, BOB};

use super::*;

fn remaining() -> Balance {
    Pool::<Test>::get().unwrap().remaining
}

#[test]
fn a_challenge_is_made_of_all_blocks_of_the_round_before_and_of_what_came_after() {
    Chain::run(|| {
        next_round();
        let (round, previous) = (Current::<Test>::get().unwrap().index, LastChallenge::<Test>::get());
        let mut digest = Current::<Test>::get().unwrap().digest;
        // Blocks of this round whose hash is not in yet, up to the last.
        loop {
            Chain::next_block();
            if Current::<Test>::get().unwrap().index > round {
                break;
            }
            digest = fold(&digest, &System::parent_hash().0);
        }
        assert_eq!(Current::<Test>::get().unwrap().challenge, None, "its inputs are only just known");
        let seed = Randomness::of_this_block().unwrap();
        Chain::next_block();
        assert_eq!(Current::<Test>::get().unwrap().challenge, Some(next_challenge(&previous, &digest, &seed)));
    });
}

#[test]
fn the_winner_gets_the_minutes_coins_and_its_fee_back() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE, &BOB]);
        let mut claims: Vec<_> = [ALICE, BOB].map(|miner| (answer(&miner, round, &challenge, 3), miner)).to_vec();
        claims.sort();
        let [(best, winner), (worse, loser)] = [claims[0].clone(), claims[1].clone()];
        Chain::does(&loser, submit(round, 3, worse));
        Chain::does(&winner, submit(round, 3, best));
        let (had, lost, left) = (Chain::wealth(&winner), Chain::wealth(&loser), remaining());
        pass_round(round);
        let record = History::<Test>::get(Recorded::<Test>::get() - 1).unwrap();
        assert_eq!((record.round, record.winner.as_ref()), (round, Some(&winner)));
        assert_eq!(record.seen, Seen { quality: best, hit: true });
        assert!(record.reward > 0);
        assert_eq!(Chain::wealth(&winner), had + record.reward);
        assert_eq!(Chain::wealth(&loser), lost);
        assert_eq!(remaining(), left - record.reward);
        assert_eq!((held(&winner), held(&loser)), ((BOND, 0), (BOND, 0)));
    });
}

#[test]
fn claims_are_taken_through_half_of_the_next_round() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        let quality = answer(&ALICE, round, &challenge, 0);
        // The last block in which it is open.
        while RelayBlock::get() + 1 < (round + 1) * LENGTH + LENGTH / 2 {
            Chain::next_block();
        }
        Chain::does(&ALICE, submit(round, 0, quality));
        assert_eq!(Previous::<Test>::get().unwrap().best.unwrap().miner, ALICE);
        pass_round(round);
        assert_eq!(History::<Test>::get(Recorded::<Test>::get() - 1).unwrap().winner, Some(ALICE));
    });
}

#[test]
fn a_round_without_a_claim_tells_that_nobody_had_a_better_one() {
    Chain::run(|| {
        let (round, _) = next_round();
        let (bound, left, day) = (Current::<Test>::get().unwrap().bound, remaining(), Day::<Test>::get());
        let recorded = Recorded::<Test>::get();
        pass_round(round);
        let record = History::<Test>::get(Recorded::<Test>::get() - 1).unwrap();
        assert_eq!((record.seen, record.winner, record.reward), (Seen { quality: bound, hit: false }, None, 0));
        assert_eq!(remaining(), left, "what nobody won was never out of the pool");
        assert_eq!(day.hits - Day::<Test>::get().hits, Recorded::<Test>::get() - recorded);
    });
}

#[test]
fn a_round_of_which_too_few_blocks_were_built_says_nothing() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        Chain::does(&ALICE, submit(round, 0, answer(&ALICE, round, &challenge, 0)));
        let (recorded, left, had) = (Recorded::<Test>::get(), remaining(), Chain::wealth(&ALICE));
        let blocks = Current::<Test>::get().unwrap().blocks;
        assert!(blocks < LENGTH / 2, "{blocks}");
        // The relay chain goes on without this one.
        RelayBlock::set((round + 1) * LENGTH);
        pass_round(round);
        // The round before it was still open then.
        assert_eq!((Recorded::<Test>::get(), remaining()), (recorded + 1, left));
        assert_eq!(History::<Test>::get(recorded).unwrap().round, round - 1);
        assert_eq!((Chain::wealth(&ALICE), held(&ALICE)), (had, (BOND, 0)), "the fee comes back all the same");
    });
}

#[test]
fn after_a_gap_rounds_close_one_a_block() {
    Chain::run(|| {
        let (round, _) = next_round();
        while Previous::<Test>::exists() || Current::<Test>::get().unwrap().index < round + 1 {
            Chain::next_block();
        }
        // In the first half of a round, so that the one before it is still open; then an hour passes.
        let (round, _) = next_round();
        assert!(Previous::<Test>::exists());
        let recorded = Recorded::<Test>::get();
        RelayBlock::mutate(|relay| *relay += 60 * LENGTH);
        Chain::next_block();
        assert_eq!((Previous::<Test>::get().unwrap().index, Current::<Test>::get().unwrap().index > round), (round, true));
        Chain::next_block();
        assert!(!Previous::<Test>::exists());
        assert!(Recorded::<Test>::get() <= recorded + 1, "rounds that never were are not recorded");
        let (later, _) = opened();
        assert!(later >= round + 60);
    });
}

#[test]
fn the_day_forgets_its_oldest_round() {
    Chain::run(|| {
        let nonces = Rules::<Test>::get().nonces;
        // As if a day had passed, of rounds that saw what genesis said.
        Recorded::<Test>::put(RING);
        for place in 0..RING {
            let record = pallet_idlewild_capacity::types::Record {
                round: place,
                seen: Seen { hit: place != 0, ..Seen::of(nonces) },
                winner: None,
                reward: 0,
            };
            History::<Test>::insert(place, record);
        }
        Day::<Test>::mutate(|day| day.hits -= 1);
        let (round, _) = opened();
        pass_round(round);
        // The round that saw no hit is out, and another one is in.
        assert_eq!(Day::<Test>::get().hits, RING - 1);
        assert_eq!(History::<Test>::get(0).unwrap().round, round);
    });
}

#[test]
fn history_is_read_in_pages_from_the_latest_back() {
    Chain::run(|| {
        for _ in 0..70 {
            let (round, _) = opened();
            pass_round(round);
        }
        let recorded = Recorded::<Test>::get();
        let first = Capacity::history(None);
        assert_eq!(first.records.len(), 60);
        assert!(first.records.windows(2).all(|two| two[0].round == two[1].round + 1));
        let second = Capacity::history(first.next);
        assert_eq!(second.records.len() as u32, recorded - 60);
        assert_eq!(second.next, None);
        assert_eq!(first.records[59].round, second.records[0].round + 1);
    });
}
