//! What both rules meet: who there is, how much there is to do, and when colluders lie.

use rand::{rngs::StdRng, Rng, SeedableRng};

/// Of so many providers, and of so many trackers, one is of the clique.
pub(crate) const ONE_OF: u32 = 10;

/// The same for both rules.
#[derive(Clone, Copy)]
pub(crate) struct World {
    /// Providers.
    pub(crate) providers: u32,
    /// Chunks for each of them, in all.
    pub(crate) chunks_each: u32,
    /// How likely a colluder lies, once it is trusted.
    pub(crate) lies: f64,
    /// What all chance begins with.
    pub(crate) seed: u64,
}

impl World {
    /// Chunks in all.
    pub(crate) fn chunks(&self) -> u64 {
        u64::from(self.providers) * u64::from(self.chunks_each)
    }

    /// Whether a provider, or a tracker, is of the clique.
    pub(crate) fn colludes(who: u32) -> bool {
        who.is_multiple_of(ONE_OF)
    }

    pub(crate) fn chance(&self) -> StdRng {
        StdRng::seed_from_u64(self.seed)
    }

    /// Whether a colluder that may lie does.
    pub(crate) fn is_lie(&self, chance: &mut StdRng) -> bool {
        chance.gen_bool(self.lies)
    }
}

/// Parts of all chunks after which it is looked at what came of it.
pub(crate) const LOOKS: u64 = 4;

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Chunks with a result that stands.
    pub(crate) accepted: u64,
    /// Those whose result is wrong.
    pub(crate) wrong: u64,
    /// Runs in all, by providers and by trackers.
    pub(crate) runs: u64,
}

/// What came of it after each part of all chunks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looks(pub(crate) Vec<Tally>);

impl Looks {
    /// Looks, when it is time.
    pub(crate) fn look(&mut self, world: &World, begun: u64, now: &Tally) {
        if begun * LOOKS >= world.chunks() * (self.0.len() as u64 + 1) && (self.0.len() as u64) < LOOKS - 1 {
            self.0.push(*now);
        }
    }

    /// Looks at the end.
    pub(crate) fn end(mut self, now: Tally) -> Self {
        self.0.push(now);
        self
    }

    pub(crate) fn last(&self) -> Tally {
        self.0.last().copied().unwrap_or_default()
    }
}

impl Tally {
    /// Runs for each result that stands.
    pub(crate) fn work(&self) -> f64 {
        self.runs as f64 / self.accepted as f64
    }
}
