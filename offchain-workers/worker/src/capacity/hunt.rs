//! A round that is being answered, and when its answer is claimed.

use std::sync::{
    atomic::{AtomicBool, Ordering},
    Arc,
};

use idlewild_capacity::scan::Question;
use idlewild_capacity_primitives::{view::RoundView, Quality};

use super::disk::Find;

/// Relay-chain blocks before the end from which on a claim may come too late: until it is in a block takes two or three.
const MARGIN: u32 = 3;
/// Times that an answer is claimed at most, where claims do not get onto the chain.
const MOST_TRIES: u32 = 6;

/// What is to be done about an answer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is claimed.
    Claim(Find),
    /// It waits: others may have a better one.
    Wait,
    /// Nothing: there is no answer, it was claimed, somebody has a better one, or the chain would not take it.
    Nothing,
}

/// A round that is being answered.
pub struct Hunt {
    /// What is asked.
    pub question: Question,
    /// The disks that were asked, by number.
    pub asked: Vec<usize>,
    best: Option<Find>,
    claimed: Option<Quality>,
    /// How often an answer was claimed.
    tries: u32,
    over: Arc<AtomicBool>,
}

impl Hunt {
    /// Of a round whose challenge is known.
    pub fn new(question: Question) -> Self {
        Self { question, asked: Vec::new(), best: None, claimed: None, tries: 0, over: Arc::default() }
    }

    /// Tells the threads that read for this round when it is over.
    pub fn over(&self) -> Arc<AtomicBool> {
        self.over.clone()
    }

    /// Takes in a disk's answer.
    pub fn found(&mut self, find: Option<Find>) {
        self.best = self.best.into_iter().chain(find).min();
    }

    /// What is to be done at relay-chain block `now`, in rounds of `length` blocks.
    ///
    /// An answer waits in proportion to its quality, half a round at most, so that most rounds see few claims, and the best early.
    pub fn next(&self, round: &RoundView, now: u32, length: u32) -> Next {
        let Some(best) = self.best else { return Next::Nothing };
        let is_beaten = round.best.as_ref().is_some_and(|other| other.quality <= best.quality);
        let was_claimed = self.claimed.is_some_and(|claimed| claimed <= best.quality);
        // Rounds of a development chain may be so short that all of them would be late.
        let is_late = now.saturating_add(MARGIN.min(length / 3)) >= round.closes;
        if is_beaten || was_claimed || is_late || best.quality > round.bound || self.tries >= MOST_TRIES {
            return Next::Nothing;
        }
        let half = length / 2;
        let wait = u128::from(best.quality) * u128::from(half) / u128::from(round.bound.max(1));
        let due = round.begins.saturating_add(u32::try_from(wait).unwrap_or(half).min(half));
        if now < due {
            Next::Wait
        } else {
            Next::Claim(best)
        }
    }

    /// Notes that an answer is being claimed.
    pub fn claiming(&mut self, quality: Quality) {
        self.claimed = Some(quality);
        self.tries = self.tries.saturating_add(1);
    }

    /// Notes that a claim came to nothing and may be made again.
    pub fn claim_again(&mut self, quality: Quality) {
        if self.claimed == Some(quality) {
            self.claimed = None;
        }
    }
}

impl Drop for Hunt {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use idlewild_capacity_primitives::view::ClaimView;

    use super::*;

    const LENGTH: u32 = 10;

    fn hunt(quality: Quality) -> Hunt {
        let mut hunt = Hunt::new(Question { round: 7, challenge: [1; 32] });
        hunt.found(Some(find(quality)));
        hunt
    }

    fn find(quality: Quality) -> Find {
        Find { quality, seed: [2; 32], nonce: 3 }
    }

    fn round(best: Option<Quality>) -> RoundView {
        let claim = |quality| ClaimView { miner: [9; 32], seed: [9; 32], nonce: 9, quality };
        RoundView {
            round: 7,
            challenge: Some([1; 32]),
            begins: 70,
            closes: 85,
            bound: 1_000,
            slash: 1,
            bond: 10,
            best: best.map(claim),
        }
    }

    #[test]
    fn answers_wait_in_proportion_to_their_quality_and_half_a_round_at_most() {
        for (quality, due) in [(0, 70), (199, 70), (200, 71), (600, 73), (1_000, 75)] {
            let hunt = hunt(quality);
            if due > 70 {
                assert_eq!(hunt.next(&round(None), due - 1, LENGTH), Next::Wait, "{quality}");
            }
            assert_eq!(hunt.next(&round(None), due, LENGTH), Next::Claim(find(quality)), "{quality}");
        }
    }

    #[test]
    fn what_the_chain_would_refuse_is_not_claimed() {
        assert_eq!(hunt(1_001).next(&round(None), 80, LENGTH), Next::Nothing, "too poor for a network of this size");
        assert_eq!(hunt(500).next(&round(Some(500)), 80, LENGTH), Next::Nothing, "no better than the best");
        assert_eq!(hunt(500).next(&round(Some(501)), 80, LENGTH), Next::Claim(find(500)));
        assert_eq!(hunt(500).next(&round(None), 81, LENGTH), Next::Claim(find(500)));
        assert_eq!(hunt(500).next(&round(None), 82, LENGTH), Next::Nothing, "too late");
        assert_eq!(hunt(500).next(&round(None), 82, 4), Next::Claim(find(500)), "a short round has no time to lose");
        assert_eq!(Hunt::new(hunt(1).question).next(&round(None), 80, LENGTH), Next::Nothing, "no answer");
    }

    #[test]
    fn an_answer_is_claimed_once_and_a_better_one_once_more() {
        let mut hunt = hunt(500);
        hunt.claiming(500);
        assert_eq!(hunt.next(&round(None), 80, LENGTH), Next::Nothing);
        hunt.found(Some(find(700)));
        assert_eq!(hunt.next(&round(None), 80, LENGTH), Next::Nothing, "a worse one changes nothing");
        hunt.found(Some(find(300)));
        assert_eq!(hunt.next(&round(None), 80, LENGTH), Next::Claim(find(300)));
        hunt.claiming(300);
        hunt.claim_again(500);
        assert_eq!(hunt.next(&round(None), 80, LENGTH), Next::Nothing, "another claim came to nothing, not this one");
        hunt.claim_again(300);
        assert_eq!(hunt.next(&round(None), 80, LENGTH), Next::Claim(find(300)));
    }

    #[test]
    fn whoever_reads_for_a_round_learns_when_it_is_over() {
        let hunt = hunt(1);
        let over = hunt.over();
        assert!(!over.load(Ordering::Relaxed));
        drop(hunt);
        assert!(over.load(Ordering::Relaxed));
    }
}
