//! Words of 4, 8 and 16 nonces in the registers of x86-64.
//!
//! Every function here is inlined into one of [`kernel`](crate::kernel) that has the processor's feature switched on, and that runs
//! only where the processor has it; nothing else may call them. What a compiler may leave as a call of its own, as it does
//! closures and the functions that map arrays, has that feature switched off, and is slow.

#![allow(unsafe_code)]

use core::arch::x86_64::*;

use idlewild_capacity_primitives::{nonce::SCOOP_WORDS, word::Word, Scoop};

use crate::lanes::Lanes;

/// Four lanes, in registers that every x86-64 processor has.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Sse2(__m128i);

/// Eight lanes.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Avx2(__m256i);

/// Sixteen lanes.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Avx512(__m512i);

/// Implements [`Word`] by the intrinsics of one width.
macro_rules! word {
    (
        $lanes:ident, $in_registers:literal, $splat:ident, $add:ident, $sub:ident, $xor:ident, $without:ident, $left:ident,
        $rotate:item
    ) => {
        impl Word for $lanes {
            const IN_REGISTERS: bool = $in_registers;

            #[inline(always)]
            fn splat(word: u32) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $splat(word.cast_signed()) })
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $add(self.0, other.0) })
            }

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $sub(self.0, other.0) })
            }

            #[inline(always)]
            fn xor(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $xor(self.0, other.0) })
            }

            #[inline(always)]
            fn without(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $without(other.0, self.0) })
            }

            #[inline(always)]
            fn not(self) -> Self {
                self.xor(Self::splat(u32::MAX))
            }

            $rotate

            #[inline(always)]
            fn triple(self) -> Self {
                self.add(self).add(self)
            }

            #[inline(always)]
            fn quintuple(self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $left::<2>(self.0) }).add(self)
            }
        }
    };
}

word!(
    Sse2,
    false,
    _mm_set1_epi32,
    _mm_add_epi32,
    _mm_sub_epi32,
    _mm_xor_si128,
    _mm_andnot_si128,
    _mm_slli_epi32,
    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm_or_si128(_mm_slli_epi32::<LEFT>(self.0), _mm_srli_epi32::<RIGHT>(self.0)) })
    }
);

word!(
    Avx2,
    false,
    _mm256_set1_epi32,
    _mm256_add_epi32,
    _mm256_sub_epi32,
    _mm256_xor_si256,
    _mm256_andnot_si256,
    _mm256_slli_epi32,
    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_or_si256(_mm256_slli_epi32::<LEFT>(self.0), _mm256_srli_epi32::<RIGHT>(self.0)) })
    }
);

word!(
    Avx512,
    // There are 32, and twelve words of two groups are 24.
    true,
    _mm512_set1_epi32,
    _mm512_add_epi32,
    _mm512_sub_epi32,
    _mm512_xor_si512,
    _mm512_andnot_si512,
    slli_512,
    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm512_rol_epi32::<LEFT>(self.0) })
    }
);

/// The shift that the others have under the same shape: this one counts in unsigned numbers.
#[inline(always)]
unsafe fn slli_512<const BY: i32>(word: __m512i) -> __m512i {
    // SAFETY: see the module.
    unsafe { _mm512_sllv_epi32(word, _mm512_set1_epi32(BY)) }
}

/// Rows of four words become columns, in each 128 bits of a register for itself.
macro_rules! turn_four {
    ($rows:expr, $low32:ident, $high32:ident, $low64:ident, $high64:ident) => {{
        let [a, b, c, d] = $rows;
        let (low, high) = ([$low32(a, b), $low32(c, d)], [$high32(a, b), $high32(c, d)]);
        [$low64(low[0], low[1]), $high64(low[0], low[1]), $low64(high[0], high[1]), $high64(high[0], high[1])]
    }};
}

/// Four rows of four words become columns.
#[inline(always)]
fn turn_4(rows: [__m128i; 4]) -> [__m128i; 4] {
    // SAFETY: see the module.
    unsafe { turn_four!(rows, _mm_unpacklo_epi32, _mm_unpackhi_epi32, _mm_unpacklo_epi64, _mm_unpackhi_epi64) }
}

/// Eight rows of eight words become columns.
#[inline(always)]
fn turn_8(rows: [__m256i; 8]) -> [__m256i; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    let mut columns = rows;
    // SAFETY: see the module.
    unsafe {
        let upper = turn_four!(
            [a, b, c, d],
            _mm256_unpacklo_epi32,
            _mm256_unpackhi_epi32,
            _mm256_unpacklo_epi64,
            _mm256_unpackhi_epi64
        );
        let lower = turn_four!(
            [e, f, g, h],
            _mm256_unpacklo_epi32,
            _mm256_unpackhi_epi32,
            _mm256_unpacklo_epi64,
            _mm256_unpackhi_epi64
        );
        for at in 0..4 {
            columns[at] = _mm256_permute2x128_si256::<0x20>(upper[at], lower[at]);
            columns[at + 4] = _mm256_permute2x128_si256::<0x31>(upper[at], lower[at]);
        }
    }
    columns
}

/// Sixteen rows of sixteen words become columns.
#[inline(always)]
fn turn_16(rows: [__m512i; 16]) -> [__m512i; 16] {
    let mut parts = rows;
    for part in parts.as_chunks_mut().0 {
        // SAFETY: see the module.
        *part = unsafe {
            turn_four!(*part, _mm512_unpacklo_epi32, _mm512_unpackhi_epi32, _mm512_unpacklo_epi64, _mm512_unpackhi_epi64)
        };
    }
    let mut columns = rows;
    for at in 0..4 {
        let [a, b, c, d] = [parts[at], parts[at + 4], parts[at + 8], parts[at + 12]];
        // SAFETY: see the module.
        unsafe {
            let (even, even_too) = (_mm512_shuffle_i32x4::<0x88>(a, b), _mm512_shuffle_i32x4::<0x88>(c, d));
            let (odd, odd_too) = (_mm512_shuffle_i32x4::<0xDD>(a, b), _mm512_shuffle_i32x4::<0xDD>(c, d));
            columns[at] = _mm512_shuffle_i32x4::<0x88>(even, even_too);
            columns[at + 4] = _mm512_shuffle_i32x4::<0x88>(odd, odd_too);
            columns[at + 8] = _mm512_shuffle_i32x4::<0xDD>(even, even_too);
            columns[at + 12] = _mm512_shuffle_i32x4::<0xDD>(odd, odd_too);
        }
    }
    columns
}

/// Implements [`Lanes`] by the intrinsics of one width, of which a scoop fills a few registers.
macro_rules! lanes {
    ($lanes:ident, $count:literal, $register:ty, $load:ident, $store:ident, $turn:ident) => {
        impl Lanes for $lanes {
            const COUNT: usize = $count;

            #[inline(always)]
            fn of_scoops(scoops: &[Scoop]) -> [Self; SCOOP_WORDS] {
                let scoops = &scoops[..$count];
                let mut words = [Self::splat(0); SCOOP_WORDS];
                for (part, words) in words.as_chunks_mut::<$count>().0.iter_mut().enumerate() {
                    let mut rows = [Self::splat(0).0; $count];
                    for (row, scoop) in rows.iter_mut().zip(scoops) {
                        let bytes: &[u8; 4 * $count] = &scoop.as_chunks().0[part];
                        // SAFETY: see the module, and a row is as long as the register.
                        *row = unsafe { $load(bytes.as_ptr().cast()) };
                    }
                    words.iter_mut().zip($turn(rows)).for_each(|(word, column)| *word = Self(column));
                }
                words
            }

            #[inline(always)]
            fn to_scoops(words: &[Self; SCOOP_WORDS], scoops: &mut [Scoop]) {
                let scoops = &mut scoops[..$count];
                for (part, words) in words.as_chunks::<$count>().0.iter().enumerate() {
                    let mut columns: [$register; $count] = [words[0].0; $count];
                    columns.iter_mut().zip(words).for_each(|(column, word)| *column = word.0);
                    for (scoop, row) in scoops.iter_mut().zip($turn(columns)) {
                        let place: &mut [u8; 4 * $count] = &mut scoop.as_chunks_mut().0[part];
                        // SAFETY: see the module, and the place is as long as the register.
                        unsafe { $store(place.as_mut_ptr().cast(), row) };
                    }
                }
            }

            #[inline(always)]
            fn each(self, to: &mut [u32]) {
                let to = &mut to[..$count];
                // SAFETY: see the module, and the place is as long as the register.
                unsafe { $store(to.as_mut_ptr().cast(), self.0) };
            }
        }
    };
}

lanes!(Sse2, 4, __m128i, _mm_loadu_si128, _mm_storeu_si128, turn_4);
lanes!(Avx2, 8, __m256i, _mm256_loadu_si256, _mm256_storeu_si256, turn_8);
lanes!(Avx512, 16, __m512i, _mm512_loadu_si512, _mm512_storeu_si512, turn_16);
