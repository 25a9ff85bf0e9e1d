//! Words of many nonces at once, and how they come from and go to scoops.

use idlewild_capacity_primitives::{nonce::SCOOP_WORDS, word::Word, Scoop, SCOOP_BYTES};

/// A word of each of several nonces.
pub(crate) trait Lanes: Word {
    /// Nonces that it has a word of.
    const COUNT: usize;

    /// The words of so many scoops. Panics where there are not as many.
    fn of_scoops(scoops: &[Scoop]) -> [Self; SCOOP_WORDS];
    /// The scoops that words make: the other way round.
    fn to_scoops(words: &[Self; SCOOP_WORDS], scoops: &mut [Scoop]);
    /// The words of each nonce, one after the other.
    fn each(self, to: &mut [u32]);
}

impl Lanes for u32 {
    const COUNT: usize = 1;

    #[inline(always)]
    fn of_scoops(scoops: &[Scoop]) -> [Self; SCOOP_WORDS] {
        let (bytes, _) = scoops[0].as_chunks::<4>();
        core::array::from_fn(|at| Self::from_le_bytes(bytes[at]))
    }

    #[inline(always)]
    fn to_scoops(words: &[Self; SCOOP_WORDS], scoops: &mut [Scoop]) {
        let (places, _) = scoops[0].as_chunks_mut::<4>();
        places.iter_mut().zip(words).for_each(|(place, word)| *place = word.to_le_bytes());
    }

    #[inline(always)]
    fn each(self, to: &mut [u32]) {
        to[0] = self;
    }
}

/// Two of the same side by side. Each step of Shabal waits for the one before; two independent ones fill the waits.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Two<W>(W, W);

impl<W: Word> Word for Two<W> {
    const IN_REGISTERS: bool = W::IN_REGISTERS;

    #[inline(always)]
    fn splat(word: u32) -> Self {
        Self(W::splat(word), W::splat(word))
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0), self.1.add(other.1))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0.sub(other.0), self.1.sub(other.1))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(self.0.xor(other.0), self.1.xor(other.1))
    }

    #[inline(always)]
    fn without(self, other: Self) -> Self {
        Self(self.0.without(other.0), self.1.without(other.1))
    }

    #[inline(always)]
    fn not(self) -> Self {
        Self(self.0.not(), self.1.not())
    }

    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        Self(self.0.rotate::<LEFT, RIGHT>(), self.1.rotate::<LEFT, RIGHT>())
    }

    #[inline(always)]
    fn triple(self) -> Self {
        Self(self.0.triple(), self.1.triple())
    }

    #[inline(always)]
    fn quintuple(self) -> Self {
        Self(self.0.quintuple(), self.1.quintuple())
    }
}

impl<W: Lanes> Lanes for Two<W> {
    const COUNT: usize = 2 * W::COUNT;

    #[inline(always)]
    fn of_scoops(scoops: &[Scoop]) -> [Self; SCOOP_WORDS] {
        let (first, second) = (W::of_scoops(&scoops[..W::COUNT]), W::of_scoops(&scoops[W::COUNT..]));
        let mut words = [Self::splat(0); SCOOP_WORDS];
        words.iter_mut().zip(first).zip(second).for_each(|((word, first), second)| *word = Self(first, second));
        words
    }

    #[inline(always)]
    fn to_scoops(words: &[Self; SCOOP_WORDS], scoops: &mut [Scoop]) {
        let (first, second) = scoops.split_at_mut(W::COUNT);
        let mut half = [words[0].0; SCOOP_WORDS];
        half.iter_mut().zip(words).for_each(|(own, word)| *own = word.0);
        W::to_scoops(&half, first);
        half.iter_mut().zip(words).for_each(|(own, word)| *own = word.1);
        W::to_scoops(&half, second);
    }

    #[inline(always)]
    fn each(self, to: &mut [u32]) {
        let (first, second) = to.split_at_mut(W::COUNT);
        self.0.each(first);
        self.1.each(second);
    }
}

const _: () = assert!(SCOOP_BYTES == 4 * SCOOP_WORDS);
