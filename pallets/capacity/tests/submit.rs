use frame_support::traits::fungible::Mutate;
use idlewild_capacity_primitives::format::X1_END;
use pallet_idlewild_capacity::{types::MAX_CLAIMS_IN_BLOCK, Bonds};
use pallet_idlewild_test_runtime::{account, Collators, Plotters, ALICE, BOB, CAROL};

use super::*;

/// The best and the worst of some nonces of an account: nonce and quality.
fn best_and_worst(miner: &AccountId, round: RoundIndex, challenge: &Challenge) -> [(u64, u64); 2] {
    let mut answers: Vec<_> = (0..3).map(|nonce| (answer(miner, round, challenge, nonce), nonce)).collect();
    answers.sort();
    [answers[0], answers[2]].map(|(quality, nonce)| (nonce, quality))
}

#[test]
fn a_claim_that_holds_is_the_best_so_far() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        let [(nonce, quality), _] = best_and_worst(&ALICE, round, &challenge);
        let before = free(&ALICE);
        Chain::does(&ALICE, submit(round, nonce, quality));
        let best = Current::<Test>::get().unwrap().best.unwrap();
        assert_eq!((best.miner, best.nonce, best.quality, best.seed), (ALICE, nonce, quality, SEED));
        assert!(saw(Event::Claimed { round, miner: ALICE, nonce, quality }));
        // Its fee is on hold and not taken.
        assert_eq!(held(&ALICE), (BOND, best.fee));
        assert_eq!(free(&ALICE), before - best.fee);
        assert!(best.fee > 0);
    });
}

#[test]
fn a_better_claim_takes_the_place_of_the_best_whose_fee_is_spent() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE, &BOB]);
        let ours = best_and_worst(&ALICE, round, &challenge);
        let theirs = best_and_worst(&BOB, round, &challenge);
        let (worse, better, loser, winner) =
            if ours[1].1 > theirs[0].1 { (ours[1], theirs[0], ALICE, BOB) } else { (theirs[1], ours[0], BOB, ALICE) };
        // An account with less than the least takes nothing in.
        Balances::mint_into(&Collators::get(), COIN).unwrap();
        let (supply, wealth) = (Chain::supply(), Chain::wealth(&loser));
        Chain::does(&loser, submit(round, worse.0, worse.1));
        let fee = held(&loser).1;
        Chain::does(&winner, submit(round, better.0, better.1));
        assert_eq!((held(&loser).1, held(&winner).1), (0, fee));
        assert_eq!((free(&Collators::get()), Chain::wealth(&loser)), (COIN + fee, wealth - fee));
        assert_eq!(Chain::supply(), supply, "a fee that is spent goes where fees go");
        assert!(saw(Event::FeeSpent { miner: loser.clone(), fee }));
        assert_eq!(Current::<Test>::get().unwrap().best.unwrap().miner, winner);
    });
}

#[test]
fn what_is_not_better_is_refused_before_it_is_verified() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE, &BOB]);
        let [(nonce, quality), (other, worse)] = best_and_worst(&ALICE, round, &challenge);
        Chain::does(&ALICE, submit(round, nonce, quality));
        Chain::refuses(&ALICE, submit(round, other, worse), Error::NotBetter);
        Chain::refuses(&ALICE, submit(round, nonce, quality), Error::NotBetter);
        Chain::refuses(&BOB, submit(round, nonce, quality), Error::NotBetter);
        assert_eq!(Current::<Test>::get().unwrap().verified.len(), 1);
    });
}

#[test]
fn a_false_claim_costs_a_part_of_the_bond() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE, &BOB]);
        let quality = answer(&ALICE, round, &challenge, 0);
        let (supply, slash) = (Chain::supply(), slash());
        // Off by one; of another's plot.
        for (who, nonce, claimed) in [(&ALICE, 0, quality - 1), (&BOB, 0, quality)] {
            Chain::does(who, submit(round, nonce, claimed));
            assert!(saw(Event::ClaimedFalsely { round, miner: who.clone(), slashed: slash }));
            assert_eq!(held(who), (BOND - slash, 0));
            assert_eq!(Bonds::<Test>::get(who).unwrap().amount, BOND - slash);
        }
        assert_eq!(Chain::supply(), supply - 2 * slash);
        assert_eq!(Current::<Test>::get().unwrap().best, None);
        // What is left is too little to claim again.
        Chain::refuses(&ALICE, submit(round, 0, quality), Error::BondTooLow);
        Chain::does(&ALICE, bond(slash));
        Chain::refuses(&ALICE, submit(round, 0, quality), Error::BondTooYoung);
    });
}

#[test]
fn a_bond_stands_anew_after_a_false_claim_however_much_is_left() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        Chain::does(&ALICE, bond(BOND));
        let quality = answer(&ALICE, round, &challenge, 0);
        Chain::does(&ALICE, submit(round, 0, quality - 1));
        assert_eq!(held(&ALICE), (2 * BOND - slash(), 0));
        Chain::refuses(&ALICE, submit(round, 0, quality), Error::BondTooYoung);
        let age = Capacity::rules().bond_age;
        assert_eq!(Capacity::bond_of(ALICE.into()).unwrap().1, age);
        while Current::<Test>::get().unwrap().index < round + age {
            Chain::next_block();
        }
        let (round, challenge) = opened();
        Chain::does(&ALICE, submit(round, 0, answer(&ALICE, round, &challenge, 0)));
    });
}

#[test]
fn a_false_claim_costs_what_its_round_says_and_a_claim_needs_that_much_of_a_bond() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE, &BOB]);
        let dear = 3 * BOND / 2;
        Current::<Test>::mutate(|round| round.as_mut().unwrap().slash = dear);
        let shown = &Capacity::rounds().rounds[0];
        assert_eq!((shown.slash, shown.bond), (dear, dear));
        let quality = answer(&ALICE, round, &challenge, 0);
        Chain::refuses(&ALICE, submit(round, 0, quality), Error::BondTooLow);
        // One that was enough all the time need not age for what is added.
        Chain::does(&ALICE, bond(BOND));
        Chain::does(&ALICE, submit(round, 0, quality));
        Chain::does(&BOB, bond(BOND));
        Chain::does(&BOB, submit(round, 0, quality - 1));
        assert!(saw(Event::ClaimedFalsely { round, miner: BOB, slashed: dear }));
        assert_eq!(held(&BOB), (2 * BOND - dear, 0));
    });
}

#[test]
fn whoever_may_claims_for_an_account_and_the_plot_is_that_accounts() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE, &CAROL]);
        let quality = answer(&ALICE, round, &challenge, 0);
        let call = || submit_for(Some(ALICE), round, 0, quality);
        Chain::refuses(&CAROL, call(), Error::NotPlotter);
        Plotters::set(vec![(ALICE, CAROL)]);
        assert!(Capacity::may_claim_for(ALICE.into(), CAROL.into()) && !Capacity::may_claim_for(CAROL.into(), ALICE.into()));
        let (had, other) = (free(&ALICE), Chain::wealth(&CAROL));
        Chain::does(&CAROL, call());
        let best = Current::<Test>::get().unwrap().best.unwrap();
        assert_eq!((&best.miner, best.quality), (&ALICE, quality));
        assert_eq!((free(&ALICE), Chain::wealth(&CAROL)), (had - best.fee, other), "the fee is on hold where the reward goes");
        Plotters::set(vec![]);
        Chain::refuses(&CAROL, submit_for(Some(ALICE), round, 0, quality - 1), Error::NotPlotter);
        // An account needs nobody's leave to claim for itself.
        Chain::refuses(&ALICE, call(), Error::NotBetter);
        // For the one that signs the same plot is none.
        let (round, challenge) = next_round();
        Chain::does(&CAROL, submit(round, 0, answer(&ALICE, round, &challenge, 0)));
        assert!(saw(Event::ClaimedFalsely { round, miner: CAROL, slashed: slash() }));
    });
}

#[test]
fn a_claim_of_another_fork_is_refused_and_costs_no_bond() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        let mut other = challenge;
        other[0] ^= 1;
        let quality = answer(&ALICE, round, &other, 0);
        let call = Call::submit { miner: None, round, tag: tag(&other), seed: SEED, nonce: 0, quality };
        Chain::refuses(&ALICE, call.into(), Error::OtherChallenge);
        assert_eq!(held(&ALICE), (BOND, 0));
        Chain::does(&ALICE, submit(round, 0, answer(&ALICE, round, &challenge, 0)));
    });
}

#[test]
fn last_rounds_answer_is_another_challenges_in_the_next_and_else_false() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        let (old, asked) = (answer(&ALICE, round, &challenge, 0), tag(&challenge));
        let (round, challenge) = next_round();
        assert_ne!(answer(&ALICE, round, &challenge, 0), old);
        let replayed = Call::submit { miner: None, round, tag: asked, seed: SEED, nonce: 0, quality: old };
        Chain::refuses(&ALICE, replayed.into(), Error::OtherChallenge);
        Chain::does(&ALICE, submit(round, 0, old));
        assert_eq!(held(&ALICE), (BOND - slash(), 0));
    });
}

#[test]
fn level_zero_and_a_transposed_nonce_are_false() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE, &BOB]);
        let scoop = asked_scoop(&challenge, round);
        let plot = PocX { seed: SEED, payload: payload(ALICE.as_ref()) };
        let level_zero = quality(&challenge, &plot.scoop(7, scoop).unwrap());
        Chain::does(&ALICE, submit(round, 7, level_zero));
        assert!(saw(Event::ClaimedFalsely { round, miner: ALICE, slashed: slash() }));
        let plot = X1(PocX { seed: SEED, payload: payload(BOB.as_ref()) });
        let transposed = quality(&challenge, &plot.scoop(u64::from(scoop), 7).unwrap());
        Chain::does(&BOB, submit(round, 7, transposed));
        assert!(saw(Event::ClaimedFalsely { round, miner: BOB, slashed: slash() }));
    });
}

#[test]
fn rounds_that_take_no_claims_are_refused() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        let quality = answer(&ALICE, round, &challenge, 0);
        Chain::refuses(&ALICE, submit(round + 1, 0, quality), Error::RoundNotOpen);
        Chain::refuses(&ALICE, submit(round - 2, 0, quality), Error::RoundNotOpen);
        // The next one's challenge is not known in its first block.
        while Current::<Test>::get().unwrap().index == round {
            Chain::next_block();
        }
        Chain::refuses(&ALICE, submit(round + 1, 0, quality), Error::RoundNotOpen);
        // Until half of it is over, the one before is open.
        while RelayBlock::get() < Capacity::rounds().rounds[1].closes {
            assert_eq!(Capacity::rounds().rounds[1].round, round);
            Chain::next_block();
        }
        Chain::refuses(&ALICE, submit(round, 0, quality), Error::RoundNotOpen);
    });
}

#[test]
fn an_account_has_two_claims_of_a_round_and_a_block_four() {
    Chain::run(|| {
        let miners: Vec<_> = (0..=MAX_CLAIMS_IN_BLOCK).map(account).collect();
        let (round, challenge) = ready(&miners.iter().collect::<Vec<_>>());
        // Each better than the one before it.
        let mut answers: Vec<_> = miners
            .iter()
            .flat_map(|miner| (0..3).map(|nonce| (answer(miner, round, &challenge, nonce), nonce, miner.clone())))
            .collect();
        answers.sort();
        answers.reverse();
        let (mut in_block, mut of) = (0, std::collections::BTreeMap::<AccountId, u32>::new());
        for (quality, nonce, miner) in answers {
            let call = submit(round, nonce, quality);
            let times = of.entry(miner.clone()).or_default();
            if *times == 2 {
                Chain::refuses(&miner, call, Error::TooManyOfAccount);
                continue;
            }
            if in_block == MAX_CLAIMS_IN_BLOCK {
                Chain::refuses(&miner, call.clone(), Error::TooManyInBlock);
                Chain::next_block();
                in_block = 0;
            }
            Chain::does(&miner, call);
            (*times, in_block) = (*times + 1, in_block + 1);
        }
        assert!(of.values().all(|times| *times == 2));
    });
}

#[test]
fn who_may_not_claim_is_told_why() {
    Chain::run(|| {
        let (round, challenge) = opened();
        let quality = answer(&ALICE, round, &challenge, 0);
        Chain::refuses(&ALICE, submit(round, 0, quality), Error::NotBonded);
        Chain::does(&ALICE, bond(BOND));
        Chain::refuses(&ALICE, submit(round, 0, quality), Error::BondTooYoung);
        Chain::refuses(&ALICE, submit(round, X1_END, quality), Error::NoSuchNonce);
    });
}

#[test]
fn a_claim_worse_than_the_network_needs_is_refused() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        Current::<Test>::mutate(|round| round.as_mut().unwrap().bound = 1);
        let quality = answer(&ALICE, round, &challenge, 0);
        Chain::refuses(&ALICE, submit(round, 0, quality), Error::TooPoor);
        Current::<Test>::mutate(|round| round.as_mut().unwrap().bound = quality);
        Chain::does(&ALICE, submit(round, 0, quality));
    });
}

#[test]
fn who_cannot_pay_the_fee_is_refused() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        let rest = free(&ALICE);
        Chain::does(&ALICE, bond(rest - Balances::minimum_balance() - 1));
        Chain::refuses(&ALICE, submit(round, 0, answer(&ALICE, round, &challenge, 0)), Error::NotEnoughCoins);
    });
}

#[test]
fn what_is_refused_costs_little_and_what_holds_is_paid_by_the_hold() {
    Chain::run(|| {
        let (round, challenge) = ready(&[&ALICE]);
        let quality = answer(&ALICE, round, &challenge, 0);
        let refused = Chain::call_with_info(&ALICE, submit(round + 9, 0, quality)).unwrap_err();
        assert!(refused.post_info.actual_weight.is_some());
        let done = Chain::call_with_info(&ALICE, submit(round, 0, quality)).unwrap();
        assert_eq!(done.pays_fee, frame_support::dispatch::Pays::No);
    });
}
