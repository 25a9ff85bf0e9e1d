//! BOINC's adaptive replication, as its documentation has it (wiki page AdaptiveReplication): a host is trusted from ten consecutive
//! valid results on, and then with a probability of 1 - 1/(consecutive valid results) for each job; what it computes then is not
//! compared with anything. Whoever is not trusted gets a replicated job: one that waits for its second instance, or else a new one that is
//! marked as replicated. Results are compared until two are equal. Only what was compared counts, and who was in the minority begins
//! anew.
//!
//! Colluders do not know here whether what they compute is replicated, but know each other: who gets a job that a friend has lied about
//! says the same.

use std::collections::VecDeque;

use rand::{rngs::StdRng, Rng};

use crate::world::{Looks, Tally, World};

/// Consecutive valid results from which on a host is trusted.
const TRUSTED_FROM: u32 = 10;
/// Results that have to be equal.
const QUORUM: usize = 2;

/// A replicated job that has too few equal results.
#[derive(Default)]
struct Job {
    /// Who ran it, and whether the result is the wrong one.
    results: Vec<(u32, bool)>,
}

impl Job {
    fn quorum(&self) -> Option<bool> {
        [false, true].into_iter().find(|wrong| self.results.iter().filter(|(_, other)| other == wrong).count() >= QUORUM)
    }
}

/// What came of it.
pub(crate) fn run(world: &World) -> Looks {
    let mut chance = world.chance();
    let mut valid = vec![0u32; world.providers as usize];
    let mut waiting: VecDeque<Job> = VecDeque::new();
    let mut begun = 0;
    let (mut tally, mut looks) = (Tally::default(), Looks::default());
    while begun < world.chunks() || !waiting.is_empty() {
        looks.look(world, begun, &tally);
        let host = chance.gen_range(0..world.providers);
        let consecutive = valid[host as usize];
        let is_trusted = consecutive >= TRUSTED_FROM && !chance.gen_bool(1.0 / f64::from(consecutive));
        // When there is nothing else, the last replicated jobs are given to anybody.
        if is_trusted && begun < world.chunks() {
            begun += 1;
            tally.runs += 1;
            tally.accepted += 1;
            tally.wrong += u64::from(lies(world, &mut chance, host, consecutive, &Job::default()));
            continue;
        }
        let mut job = match waiting.pop_front() {
            Some(job) if job.results.iter().all(|(other, _)| *other != host) => job,
            Some(own) => {
                waiting.push_back(own);
                if begun == world.chunks() {
                    continue;
                }
                begun += 1;
                Job::default()
            },
            None => {
                begun += 1;
                Job::default()
            },
        };
        let wrong = lies(world, &mut chance, host, consecutive, &job);
        tally.runs += 1;
        job.results.push((host, wrong));
        let Some(result) = job.quorum() else {
            waiting.push_back(job);
            continue;
        };
        tally.accepted += 1;
        tally.wrong += u64::from(result);
        for (host, wrong) in job.results {
            let valid = &mut valid[host as usize];
            *valid = if wrong == result { *valid + 1 } else { 0 };
        }
    }
    looks.end(tally)
}

fn lies(world: &World, chance: &mut StdRng, host: u32, consecutive: u32, job: &Job) -> bool {
    let friend_lied = job.results.iter().any(|(_, wrong)| *wrong);
    World::colludes(host) && (friend_lied || (consecutive >= TRUSTED_FROM && world.is_lie(chance)))
}
