//! The best of many scoops for a challenge.

use idlewild_capacity_primitives::{round::challenge_words, Challenge, Quality, Scoop};

use crate::kernel::{self, Kernel};

/// Scoops that are judged before the best of them is looked for: their qualities stay in the first cache.
const AT_ONCE: usize = 1_024;

/// The quality of each scoop.
pub fn qualities(kernel: Kernel, challenge: &Challenge, scoops: &[Scoop]) -> Vec<Quality> {
    let mut qualities = vec![0; scoops.len()];
    kernel::judge(kernel, &challenge_words(challenge), scoops, &mut qualities);
    qualities
}

/// The best of some scoops, and which one it is: the first of equals. `None` where there are none.
pub fn best(kernel: Kernel, challenge: &Challenge, scoops: &[Scoop]) -> Option<(Quality, usize)> {
    let challenge = challenge_words(challenge);
    let mut qualities = [0; AT_ONCE];
    let mut best: Option<(Quality, usize)> = None;
    for (part, scoops) in scoops.chunks(AT_ONCE).enumerate() {
        let qualities = &mut qualities[..scoops.len()];
        kernel::judge(kernel, &challenge, scoops, qualities);
        let here = qualities.iter().enumerate().map(|(at, quality)| (*quality, part * AT_ONCE + at)).min();
        best = best.into_iter().chain(here).min();
    }
    best
}
