//! Which instructions hash: chosen when the program runs, from what the processor has.

#![allow(unsafe_code)]

use std::{fmt, str::FromStr};

use idlewild_capacity_primitives::{
    nonce::{self, NONCE_WORDS, SCOOP_WORDS},
    round::{quality_words, CHALLENGE_WORDS},
    Quality, Scoop, SCOOPS,
};

#[cfg(target_arch = "x86_64")]
use crate::x86::{Avx2, Avx512, Sse2};
use crate::{
    lanes::{Lanes, Two},
    line::{lanes_of, lanes_of_mut, Line},
};

/// Most nonces that any kernel makes side by side.
pub const MOST_LANES: usize = 32;

/// A set of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionSet {
    /// What every processor has.
    Scalar,
    /// 128 bits: every x86-64 processor.
    Sse2,
    /// 256 bits.
    Avx2,
    /// 512 bits.
    Avx512,
}

impl InstructionSet {
    /// All of them, slowest first.
    pub const ALL: [Self; 4] = [Self::Scalar, Self::Sse2, Self::Avx2, Self::Avx512];

    /// Its name, as a flag has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Sse2 => "sse2",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    fn is_here(self) -> bool {
        match self {
            Self::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            Self::Sse2 => is_x86_feature_detected!("sse2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No set of instructions has this name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no kernel is called {0:?}: there are scalar, sse2, avx2 and avx512")]
pub struct UnknownKernel(String);

impl FromStr for InstructionSet {
    type Err = UnknownKernel;

    fn from_str(name: &str) -> Result<Self, UnknownKernel> {
        Self::ALL.into_iter().find(|set| set.name() == name).ok_or_else(|| UnknownKernel(name.into()))
    }
}

/// This processor lacks a set of instructions.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this processor has no {0}; it can do {best}", best = Kernel::best().set())]
pub struct NotHere(pub InstructionSet);

/// A set of instructions that this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel(InstructionSet);

impl Kernel {
    /// With these instructions, where the processor has them.
    pub fn new(set: InstructionSet) -> Result<Self, NotHere> {
        if set.is_here() {
            Ok(Self(set))
        } else {
            Err(NotHere(set))
        }
    }

    /// The fastest that the processor has.
    pub fn best() -> Self {
        Self::all().pop().unwrap_or(Self(InstructionSet::Scalar))
    }

    /// All that the processor has, slowest first.
    pub fn all() -> Vec<Self> {
        InstructionSet::ALL.into_iter().filter_map(|set| Self::new(set).ok()).collect()
    }

    /// Its instructions.
    pub fn set(self) -> InstructionSet {
        self.0
    }

    /// Nonces that it makes side by side.
    pub fn lanes(self) -> usize {
        match self.0 {
            InstructionSet::Scalar => <u32 as Lanes>::COUNT,
            InstructionSet::Sse2 => 8,
            InstructionSet::Avx2 => 16,
            InstructionSet::Avx512 => 32,
        }
    }
}

/// A function that is compiled once for each set of instructions. The kernel says which is run.
macro_rules! for_each_set {
    ($(#[$doc:meta])* fn $name:ident($($argument:ident: $kind:ty),*) = $inner:ident) => {
        $(#[$doc])*
        pub(crate) fn $name(kernel: Kernel, $($argument: $kind),*) {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "sse2")]
            fn sse2($($argument: $kind),*) {
                $inner::<Two<Sse2>>($($argument),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2($($argument: $kind),*) {
                $inner::<Two<Avx2>>($($argument),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f")]
            fn avx512($($argument: $kind),*) {
                $inner::<Two<Avx512>>($($argument),*)
            }
            match kernel.0 {
                InstructionSet::Scalar => $inner::<u32>($($argument),*),
                // SAFETY: there is no kernel of instructions that the processor lacks.
                #[cfg(target_arch = "x86_64")]
                InstructionSet::Sse2 => unsafe { sse2($($argument),*) },
                // SAFETY: the same.
                #[cfg(target_arch = "x86_64")]
                InstructionSet::Avx2 => unsafe { avx2($($argument),*) },
                // SAFETY: the same.
                #[cfg(target_arch = "x86_64")]
                InstructionSet::Avx512 => unsafe { avx512($($argument),*) },
                #[cfg(not(target_arch = "x86_64"))]
                _ => $inner::<u32>($($argument),*),
            }
        }
    };
}

for_each_set! {
    /// Makes nonces side by side: the lines have their bases, of so many words, after their place.
    fn make(lines: &mut [Line], base: usize) = make_in
}

for_each_set! {
    /// Reads a scoop of each of the nonces that lie side by side.
    fn read_scoop(lines: &[Line], number: u16, scoops: &mut [Scoop]) = read_scoop_in
}

for_each_set! {
    /// The quality of each scoop; there are as many places as scoops.
    fn judge(challenge: &[u32; CHALLENGE_WORDS], scoops: &[Scoop], qualities: &mut [Quality]) = judge_in
}

#[inline(always)]
fn make_in<L: Lanes>(lines: &mut [Line], base: usize) {
    nonce::make(&mut lanes_of_mut::<L>(lines)[..NONCE_WORDS + base]);
}

#[inline(always)]
fn read_scoop_in<L: Lanes>(lines: &[Line], number: u16, scoops: &mut [Scoop]) {
    let words = lanes_of::<L>(lines);
    let (near, far) = (usize::from(number) * SCOOP_WORDS, usize::from(SCOOPS - 1 - number) * SCOOP_WORDS);
    let scoop = core::array::from_fn(|at| words[if at < SCOOP_WORDS / 2 { near + at } else { far + at }]);
    L::to_scoops(&scoop, scoops);
}

#[inline(always)]
fn judge_in<L: Lanes>(challenge: &[u32; CHALLENGE_WORDS], scoops: &[Scoop], qualities: &mut [Quality]) {
    let mut spare = [[0; 4 * SCOOP_WORDS]; MOST_LANES];
    for (scoops, qualities) in scoops.chunks(L::COUNT).zip(qualities.chunks_mut(L::COUNT)) {
        // What is left at the end may be less than there are lanes.
        let scoops = if scoops.len() == L::COUNT {
            scoops
        } else {
            spare[..scoops.len()].copy_from_slice(scoops);
            &spare[..L::COUNT]
        };
        let [low, high] = quality_words(challenge, &L::of_scoops(scoops));
        let (mut lows, mut highs) = ([0; MOST_LANES], [0; MOST_LANES]);
        low.each(&mut lows[..L::COUNT]);
        high.each(&mut highs[..L::COUNT]);
        for ((quality, low), high) in qualities.iter_mut().zip(lows).zip(highs) {
            *quality = u64::from(high) << 32 | u64::from(low);
        }
    }
}
