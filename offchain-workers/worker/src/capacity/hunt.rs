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
/// The same for an answer that was claimed before and found no place: to try once more costs little.
const LAST: u32 = 1;
/// Times that an answer is claimed at most, where claims do not get onto the chain. Somebody may fill the places of block after block so
/// that a better answer than his finds none: that gets dear only if it is claimed again in each.
const MOST_TRIES: u32 = 16;
/// Blocks after which a claim of which nothing was heard is made again. Should both get in, the second costs a look.
pub const UNHEARD: u32 = 3;

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
    claimed: Option<Claimed>,
    /// How often an answer was claimed.
    tries: u32,
    /// How many disks have answered.
    answered: usize,
    /// How many claims a block took.
    taken: u32,
    over: Arc<AtomicBool>,
}

/// A claim that was made.
#[derive(Clone, Copy, Debug)]
struct Claimed {
    quality: Quality,
    /// The newest block when it was sent.
    at: u32,
    /// What is known of it.
    fate: Fate,
}

/// What is known of a claim.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// Nothing yet.
    Unheard,
    /// This block took it.
    Taken(u32),
    /// It came to nothing, and would again.
    Vain,
}

impl Claimed {
    /// Whether there is nothing to be done about it after a block.
    fn stands(&self, tip: u32) -> bool {
        match self.fate {
            Fate::Unheard => tip < self.at.saturating_add(UNHEARD),
            // A chain with a later block that has it not has left the one that took it.
            Fate::Taken(block) => tip < block,
            Fate::Vain => true,
        }
    }
}

impl Hunt {
    /// Of a round whose challenge is known.
    pub fn new(question: Question) -> Self {
        Self { question, asked: Vec::new(), best: None, claimed: None, tries: 0, answered: 0, taken: 0, over: Arc::default() }
    }

    /// Tells the threads that read for this round when it is over.
    pub fn over(&self) -> Arc<AtomicBool> {
        self.over.clone()
    }

    /// Takes in a disk's answer.
    pub fn found(&mut self, find: Option<Find>) {
        self.answered = self.answered.saturating_add(1);
        self.best = self.best.into_iter().chain(find).min();
    }

    /// What is to be done after block `tip` of the chain and `now` of the relay chain, in rounds of `length` blocks of that.
    ///
    /// An answer waits in proportion to its quality, half a round at most, so that most rounds see few claims, and the best early.
    pub fn next(&self, round: &RoundView, tip: u32, now: u32, length: u32) -> Next {
        let Some(best) = self.best else { return Next::Nothing };
        let is_beaten = round.best.as_ref().is_some_and(|other| other.quality <= best.quality);
        let was_claimed = self.claimed.is_some_and(|claimed| claimed.quality <= best.quality && claimed.stands(tip));
        // Rounds of a development chain may be so short that all of them would be late.
        let margin = if self.tries > 0 { LAST } else { MARGIN.min(length / 3) };
        let is_late = now.saturating_add(margin) >= round.closes;
        if is_beaten || was_claimed || is_late || best.quality > round.bound || self.tries >= MOST_TRIES {
            return Next::Nothing;
        }
        // Of two claims of an account that are verified this is the last: it has to be the best of all disks.
        let may_get_better = self.taken > 0 && self.answered < self.asked.len();
        if may_get_better && now.saturating_add(margin).saturating_add(1) < round.closes {
            return Next::Wait;
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

    /// Notes that an answer is being claimed after a block.
    pub fn claiming(&mut self, quality: Quality, tip: u32) {
        self.claimed = Some(Claimed { quality, at: tip, fate: Fate::Unheard });
        self.tries = self.tries.saturating_add(1);
    }

    /// Notes that a block took a claim.
    pub fn taken(&mut self, quality: Quality, block: u32) {
        self.taken = self.taken.saturating_add(1);
        self.learn(quality, Some(Fate::Taken(block)));
    }

    /// Notes that a claim came to nothing, and would again.
    pub fn in_vain(&mut self, quality: Quality) {
        self.learn(quality, Some(Fate::Vain));
    }

    /// Notes that a claim came to nothing and may be made again.
    pub fn claim_again(&mut self, quality: Quality) {
        self.learn(quality, None);
    }

    fn learn(&mut self, quality: Quality, fate: Option<Fate>) {
        if let Some(claimed) = self.claimed.filter(|claimed| claimed.quality == quality) {
            self.claimed = fate.map(|fate| Claimed { fate, ..claimed });
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
                assert_eq!(hunt.next(&round(None), 1, due - 1, LENGTH), Next::Wait, "{quality}");
            }
            assert_eq!(hunt.next(&round(None), 1, due, LENGTH), Next::Claim(find(quality)), "{quality}");
        }
    }

    #[test]
    fn what_the_chain_would_refuse_is_not_claimed() {
        assert_eq!(hunt(1_001).next(&round(None), 1, 80, LENGTH), Next::Nothing, "too poor for a network of this size");
        assert_eq!(hunt(500).next(&round(Some(500)), 1, 80, LENGTH), Next::Nothing, "no better than the best");
        assert_eq!(hunt(500).next(&round(Some(501)), 1, 80, LENGTH), Next::Claim(find(500)));
        assert_eq!(hunt(500).next(&round(None), 1, 81, LENGTH), Next::Claim(find(500)));
        assert_eq!(hunt(500).next(&round(None), 1, 82, LENGTH), Next::Nothing, "too late");
        assert_eq!(hunt(500).next(&round(None), 1, 82, 4), Next::Claim(find(500)), "a short round has no time to lose");
        assert_eq!(Hunt::new(hunt(1).question).next(&round(None), 1, 80, LENGTH), Next::Nothing, "no answer");
    }

    #[test]
    fn an_answer_is_claimed_once_and_a_better_one_once_more() {
        let mut hunt = hunt(500);
        hunt.claiming(500, 1);
        assert_eq!(hunt.next(&round(None), 1, 80, LENGTH), Next::Nothing);
        hunt.found(Some(find(700)));
        assert_eq!(hunt.next(&round(None), 1, 80, LENGTH), Next::Nothing, "a worse one changes nothing");
        hunt.found(Some(find(300)));
        assert_eq!(hunt.next(&round(None), 1, 80, LENGTH), Next::Claim(find(300)));
        hunt.claiming(300, 1);
        hunt.claim_again(500);
        assert_eq!(hunt.next(&round(None), 1, 80, LENGTH), Next::Nothing, "another claim came to nothing, not this one");
        hunt.claim_again(300);
        assert_eq!(hunt.next(&round(None), 1, 80, LENGTH), Next::Claim(find(300)));
        hunt.claiming(300, 1);
        hunt.in_vain(300);
        assert_eq!(hunt.next(&round(None), 99, 80, LENGTH), Next::Nothing);
    }

    #[test]
    fn the_second_claim_is_of_the_best_of_all_disks() {
        let mut hunt = hunt(500);
        hunt.asked = vec![0, 1, 2];
        assert_eq!(hunt.next(&round(None), 1, 75, LENGTH), Next::Claim(find(500)), "the first does not wait for slow disks");
        hunt.claiming(500, 1);
        hunt.taken(500, 2);
        hunt.found(Some(find(300)));
        assert_eq!(hunt.next(&round(Some(500)), 3, 76, LENGTH), Next::Wait, "one disk is still reading");
        assert_eq!(hunt.next(&round(Some(500)), 3, 83, LENGTH), Next::Claim(find(300)), "it may come too late");
        hunt.found(Some(find(100)));
        assert_eq!(hunt.next(&round(Some(500)), 3, 77, LENGTH), Next::Claim(find(100)));
    }

    #[test]
    fn what_found_no_place_is_claimed_again_to_the_last() {
        let mut hunt = hunt(500);
        for (tip, now) in (70..84).enumerate() {
            assert_eq!(hunt.next(&round(Some(600)), tip as u32, now.max(73), LENGTH), Next::Claim(find(500)), "{now}");
            hunt.claiming(500, tip as u32);
            hunt.claim_again(500);
        }
        assert_eq!(hunt.next(&round(Some(600)), 20, 84, LENGTH), Next::Nothing, "no block that is still to come takes it");
    }

    #[test]
    fn a_claim_that_nobody_heard_of_or_that_the_chain_has_left_is_made_again() {
        let mut hunt = hunt(500);
        hunt.claiming(500, 10);
        assert_eq!(hunt.next(&round(None), 12, 80, LENGTH), Next::Nothing);
        assert_eq!(hunt.next(&round(None), 13, 80, LENGTH), Next::Claim(find(500)));
        hunt.claiming(500, 13);
        hunt.taken(500, 15);
        assert_eq!(hunt.next(&round(None), 14, 80, LENGTH), Next::Nothing, "that block has not been looked at");
        assert_eq!(hunt.next(&round(Some(500)), 15, 80, LENGTH), Next::Nothing, "it is the best there");
        assert_eq!(hunt.next(&round(None), 15, 80, LENGTH), Next::Claim(find(500)), "another block has taken its place");
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
