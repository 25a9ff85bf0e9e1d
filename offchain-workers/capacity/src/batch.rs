//! Nonces that are made side by side, and the scoops that they are read as.

use idlewild_capacity_primitives::{
    nonce::{Base, LONGEST_BASE, NONCE_WORDS},
    Scoop, SCOOPS,
};

use crate::{
    kernel::{self, Kernel},
    line::{words_of_mut, Line},
};

/// As many nonces as a kernel makes side by side. One thread makes one batch after the other in the same memory.
pub struct Batch {
    kernel: Kernel,
    lines: Vec<Line>,
    made: usize,
}

impl Batch {
    /// Memory for the nonces of a kernel: 256 KiB for each.
    pub fn new(kernel: Kernel) -> Self {
        let words = (NONCE_WORDS + LONGEST_BASE) * kernel.lanes();
        Self { kernel, lines: vec![Line::ZERO; words.div_ceil(Line::ZERO.0.len())], made: 0 }
    }

    /// Nonces that it holds at most.
    pub fn lanes(&self) -> usize {
        self.kernel.lanes()
    }

    /// Nonces that it holds.
    pub fn len(&self) -> usize {
        self.made
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.made == 0
    }

    /// Makes the nonces of some bases in place of those that were there. Bases that are more than it holds, or longer than the first,
    /// are left out.
    pub fn make(&mut self, bases: &[Base]) {
        let lanes = self.lanes();
        let length = bases.first().map_or(0, |base| base.words().len());
        self.made = bases.len().min(lanes);
        let words = words_of_mut(&mut self.lines);
        for (lane, base) in bases.iter().take(lanes).enumerate() {
            for (at, word) in base.words().iter().take(length).enumerate() {
                words[(NONCE_WORDS + at) * lanes + lane] = *word;
            }
        }
        kernel::make(self.kernel, &mut self.lines, length);
    }

    /// Reads a scoop of each nonce: there are as many places as lanes, of which the first [`Batch::len`] count.
    pub fn scoop<'a>(&self, number: u16, places: &'a mut [Scoop; kernel::MOST_LANES]) -> &'a [Scoop] {
        debug_assert!(number < SCOOPS);
        kernel::read_scoop(self.kernel, &self.lines, number, places.as_mut_slice());
        &places[..self.made]
    }
}
