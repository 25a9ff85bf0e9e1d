//! The arithmetic that Shabal takes, on one word or on a word of many nonces at once.

use core::hint::black_box;

/// A 32-bit word, or one such word of each of several nonces that are hashed side by side. Arithmetic wraps.
pub trait Word: Copy {
    /// Whether a processor with such words has registers for twelve of them beside those that it works on. Where it has not,
    /// leaving the twelve in memory is faster than what a compiler does to move them to and fro.
    const IN_REGISTERS: bool = false;

    /// The same word everywhere.
    fn splat(word: u32) -> Self;
    /// Sum.
    fn add(self, other: Self) -> Self;
    /// Difference.
    fn sub(self, other: Self) -> Self;
    /// Exclusive or.
    fn xor(self, other: Self) -> Self;
    /// Bits of `self` that are not in `other`.
    fn without(self, other: Self) -> Self;
    /// The other bits.
    fn not(self) -> Self;
    /// Rotation to the left by `LEFT` bits, which is one to the right by `RIGHT`: together they are 32. Both are named, as
    /// processors without a rotation shift both ways.
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self;
    /// Three times the word.
    fn triple(self) -> Self;
    /// Five times the word.
    fn quintuple(self) -> Self;
}

impl Word for u32 {
    // A native compiler does well with whatever number there is; for wasm every index is one that it does not know.
    const IN_REGISTERS: bool = !cfg!(target_arch = "wasm32");

    #[inline(always)]
    fn splat(word: u32) -> Self {
        word
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }

    #[inline(always)]
    fn without(self, other: Self) -> Self {
        self & !other
    }

    #[inline(always)]
    fn not(self) -> Self {
        !self
    }

    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        const { assert!(LEFT + RIGHT == 32) };
        self.rotate_left(LEFT as u32)
    }

    #[inline(always)]
    fn triple(self) -> Self {
        add_shifted::<1>(self)
    }

    #[inline(always)]
    fn quintuple(self) -> Self {
        add_shifted::<2>(self)
    }
}

/// A word and the same word shifted to the left: for a processor, one instruction of one or two cycles.
///
/// In wasm this would be written as a multiplication, which stays one, of three cycles, at the place where every step waits for the
/// one before. It is not where the shift is not known yet; what compiles wasm then knows it.
#[inline(always)]
fn add_shifted<const BY: u32>(word: u32) -> u32 {
    let by = if cfg!(target_arch = "wasm32") { black_box(BY) } else { BY };
    word.wrapping_add(word << by)
}

/// A word of each of two nonces, for machines that have no wider registers than these: making two nonces this way takes one and a
/// half times as long as one, since a step of one is mostly waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair(u64);

impl Pair {
    /// Two words side by side.
    #[inline(always)]
    pub fn new([first, second]: [u32; 2]) -> Self {
        Self(u64::from(first) | (u64::from(second) << 32))
    }

    /// The two words.
    #[inline(always)]
    pub fn words(self) -> [u32; 2] {
        [self.0 as u32, (self.0 >> 32) as u32]
    }

    #[inline(always)]
    fn each(self, change: impl Fn(u32) -> u32) -> Self {
        Self::new(self.words().map(change))
    }

    #[inline(always)]
    fn with(self, other: Self, combine: impl Fn(u32, u32) -> u32) -> Self {
        let ([a, b], [c, d]) = (self.words(), other.words());
        Self::new([combine(a, c), combine(b, d)])
    }
}

impl Word for Pair {
    #[inline(always)]
    fn splat(word: u32) -> Self {
        Self::new([word; 2])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, Word::add)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, Word::sub)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    #[inline(always)]
    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[inline(always)]
    fn not(self) -> Self {
        Self(!self.0)
    }

    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        self.each(Word::rotate::<LEFT, RIGHT>)
    }

    #[inline(always)]
    fn triple(self) -> Self {
        self.each(Word::triple)
    }

    #[inline(always)]
    fn quintuple(self) -> Self {
        self.each(Word::quintuple)
    }
}
