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
        // The block after this one is built on a relay-chain block that the last input's author may have known.
        Chain::next_block();
        assert_eq!(Current::<Test>::get().unwrap().challenge, None, "its randomness may have been known");
        let seed = Randomness::of_this_block().unwrap();
        Chain::next_block();
        assert_eq!(Current::<Test>::get().unwrap().challenge, Some(next_challenge(&previous, &digest, &seed)));
    });
}

#[test]
fn blocks_on_one_relay_chain_block_make_no_challenge() {
    Chain::run(|| {
        next_round();
        let round = Current::<Test>::get().unwrap();
        while Current::<Test>::get().unwrap().index == round.index {
            Chain::next_block();
        }
        // However many blocks are built, the relay chain has to go on.
        let built_on = RelayBlock::get();
        for _ in 0..3 {
            RelayBlock::set(built_on);
            Chain::next_block();
            assert_eq!(Current::<Test>::get().unwrap().challenge, None);
        }
        RelayBlock::set(built_on + 1);
        Chain::next_block();
        assert!(Current::<Test>::get().unwrap().challenge.is_some(), "three after the one of the round's last block");
    });
}

#[test]
fn a_false_claim_costs_more_the_more_there_is_to_win() {
    Chain::run(|| {
        next_round();
        assert_eq!(Current::<Test>::get().unwrap().slash, slash(), "a little network");
        // More than a minute counts, which makes 2,048 coins.
        let full = Seen::of(1 << 43);
        let mut day = idlewild_capacity_primitives::estimate::Sums::default();
        (0..RING).for_each(|_| day.add(full));
        let recorded = Recorded::<Test>::get();
        for place in 0..recorded {
            History::<Test>::mutate(place, |record| record.as_mut().unwrap().seen = full);
        }
        Rules::<Test>::mutate(|rules| rules.nonces = 1 << 43);
        Day::<Test>::put(day);
        Current::<Test>::mutate(|round| round.as_mut().unwrap().bound = day.bound());
        Previous::<Test>::mutate(|round| round.iter_mut().for_each(|round| round.bound = day.bound()));
        next_round();
        let asks = Current::<Test>::get().unwrap().slash;
        assert_eq!(asks, 2_048 * COIN / u128::from(LENGTH));
        assert_eq!(Capacity::rounds().rounds[0].bond, asks);
    });
}

#[test]
fn a_round_that_hardly_anybody_could_claim_says_nothing() {
    Chain::run(|| {
        for (open, counts) in [(LENGTH / 2 - 1, false), (LENGTH / 2, true)] {
            let (round, _) = next_round();
            while Current::<Test>::get().unwrap().index == round {
                Chain::next_block();
            }
            // All its blocks were built. It had its challenge for most of them.
            let closing = Previous::<Test>::get().unwrap();
            assert_eq!((closing.index, closing.blocks), (round, LENGTH));
            assert!(closing.open > LENGTH / 2 && closing.open < LENGTH, "{}", closing.open);
            // As if its challenge had come late.
            let recorded = Recorded::<Test>::get();
            Previous::<Test>::mutate(|round| round.as_mut().unwrap().open = open);
            RelayBlock::set((round + 1) * LENGTH + LENGTH / 2);
            Chain::next_block();
            assert!(!Previous::<Test>::exists());
            assert_eq!(Recorded::<Test>::get() - recorded, u32::from(counts));
        }
    });
}

#[test]
fn a_gap_takes_blocks_away_in_which_a_round_is_open() {
    Chain::run(|| {
        let open = |after: u32| {
            let (round, _) = next_round();
            let opened_at = RelayBlock::get();
            Chain::pass(after);
            // The chain stands still until the round is nearly over.
            RelayBlock::set((round + 1) * LENGTH + LENGTH / 2 - 1);
            let recorded = Recorded::<Test>::get();
            pass_round(round);
            assert!(opened_at > round * LENGTH + 1);
            History::<Test>::iter_values().any(|record| record.round == round) && Recorded::<Test>::get() > recorded
        };
        assert!(!open(3), "three blocks, and one at its end");
        assert!(open(6), "six, and one");
    });
}

#[test]
fn a_bond_ages_by_the_relay_chains_clock() {
    Chain::run(|| {
        // Of a chain that stood still for a day: no round is on yet, but the relay chain knows what time it is.
        RelayBlock::mutate(|relay| *relay += 1_440 * LENGTH);
        Chain::does(&ALICE, bond(BOND));
        let age = Capacity::rules().bond_age;
        assert_eq!(Capacity::bond_of(ALICE.into()).unwrap().1, age);
        Chain::next_block();
        let (round, challenge) = opened();
        Chain::refuses(&ALICE, submit(round, 0, answer(&ALICE, round, &challenge, 0)), Error::BondTooYoung);
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
