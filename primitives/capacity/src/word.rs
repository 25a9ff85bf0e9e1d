//! The arithmetic that Shabal takes, on one word or on a word of many nonces at once.

/// A 32-bit word, or one such word of each of several nonces that are hashed side by side. Arithmetic wraps.
pub trait Word: Copy {
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
        self.wrapping_mul(3)
    }

    #[inline(always)]
    fn quintuple(self) -> Self {
        self.wrapping_mul(5)
    }
}
