//! Colluders against our rules and against BOINC's: a tenth of all providers agree on one wrong answer, behave until they are trusted, and
//! then lie with a certain probability.
//!
//! With BOINC a liar loses nothing but its trust, which ten results earn again. With us each lie that is found costs a part of a bond, so
//! that the number of wrong results has an end, which BOINC's has not: the longer it goes on, the greater is the difference, and the
//! rarer a clique lies, the longer it takes until that shows. What is asserted is true after as many chunks of each provider as stand in
//! [`LIES`], which are five minutes each: of those that lie rarely, six weeks of work. What is true before is printed.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod boinc;
mod market;
mod world;

use std::thread;

use idlewild_compute_primitives::{
    chunk::Deadlines,
    trust::{TrustRules, SAMPLED},
};

use crate::{
    market::{Market, Rules},
    world::{Looks, World},
};

const PROVIDERS: u32 = 1_000;
/// How likely a colluder lies, and chunks for each provider.
const LIES: [(f64, u32); 3] = [(0.05, 12_000), (0.5, 3_000), (1.0, 3_000)];

/// Wrong results and work, as parts of BOINC's.
const WRONG: f64 = 0.1;
const WORK: f64 = 1.15;

struct Case {
    world: World,
    ours: Market,
    theirs: Looks,
}

impl Case {
    fn run(lies: f64, chunks_each: u32) -> Self {
        let world = World { providers: PROVIDERS, chunks_each, lies, seed: 20_260_101 };
        let rules = Rules { trust: TrustRules::default(), deadlines: Deadlines::default(), sampled: SAMPLED };
        Self { world, ours: market::run(&world, &rules), theirs: boinc::run(&world) }
    }

    /// Of each look: ours, theirs, and ours as a part of theirs.
    fn wrong(&self) -> Vec<(u64, u64, f64)> {
        let looks = self.ours.looks.0.iter().zip(&self.theirs.0);
        looks.map(|(ours, theirs)| (ours.wrong, theirs.wrong, ours.wrong as f64 / theirs.wrong as f64)).collect()
    }

    fn work(&self) -> f64 {
        self.ours.looks.last().work() / self.theirs.last().work()
    }

    /// What a lie gains, in what a chunk is paid. It costs nothing to make one.
    fn gain(&self) -> f64 {
        (self.ours.paid_for_lies as f64 - self.ours.lost_for_good as f64) / market::PRICE as f64 / self.ours.lies as f64
    }

    fn print(&self) {
        println!("\n{} providers, a tenth of which lie with a probability of {}", self.world.providers, self.world.lies);
        println!("  {:>12} {:>10} {:>12} {:>8}", "chunks each", "wrong", "with BOINC", "ratio");
        for (look, (ours, theirs, ratio)) in self.wrong().into_iter().enumerate() {
            let chunks = u64::from(self.world.chunks_each) * (look as u64 + 1) / world::LOOKS;
            println!("  {chunks:>12} {ours:>10} {theirs:>12} {ratio:>8.3}");
        }
        println!("  wrong results: {:.3} of BOINC's, wanted <= {WRONG}", self.wrong().last().unwrap().2);
        let (ours, theirs) = (self.ours.looks.last(), self.theirs.last());
        println!(
            "  runs for each result: {:.4}, with BOINC {:.4}: {:.3} of it, wanted <= {WORK}",
            ours.work(),
            theirs.work(),
            self.work()
        );
        println!("  of these by trackers: {:.4}", self.ours.judged as f64 / ours.accepted as f64);
        let Market { lies, caught, out, honest_slashed, .. } = self.ours;
        println!("  a lie gains {:.2} of what a chunk is paid, wanted < 0: no honest work gains less", self.gain());
        println!("  {lies} lies; {caught} liars were slashed, {out} cannot work alone any more; {honest_slashed} honest were slashed");
    }
}

#[test]
fn colluders_achieve_less_than_with_boinc_and_lose_by_it() {
    let cases: Vec<Case> = thread::scope(|scope| {
        let running = LIES.map(|(lies, chunks)| scope.spawn(move || Case::run(lies, chunks)));
        running.into_iter().map(|case| case.join().unwrap()).collect()
    });
    cases.iter().for_each(Case::print);
    for case in &cases {
        let lies = case.world.lies;
        assert!(case.wrong().last().unwrap().2 <= 0.9 * WRONG, "{lies}: {:?}", case.wrong());
        assert!(case.work() <= WORK - 0.02, "{lies}: {}", case.work());
        assert!(case.gain() < -0.5, "{lies}: {}", case.gain());
        // Four of five trackers drawn are of the clique in one of two thousand disputes.
        assert!(case.ours.honest_slashed <= 5, "{lies}: {}", case.ours.honest_slashed);
        // So that it says something: they did lie, and BOINC did accept it.
        assert!(case.ours.lies > 1_000 && case.theirs.last().wrong > 10_000, "{lies}");
        assert!(case.ours.caught >= 95, "{lies}: {}", case.ours.caught);
    }
}
