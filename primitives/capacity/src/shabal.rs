//! Shabal-256, of messages of whole 32-bit words.
//!
//! Written for [`Word`], so that the chain hashes one message with it and a plotter as many side by side as its processor has
//! lanes. See "Shabal, a Submission to NIST's Cryptographic Hash Algorithm Competition" (2008); words are little-endian.

use core::{hint::black_box, mem::swap};

use crate::word::Word;

/// Words of a block.
pub const BLOCK: usize = 16;
/// Words of a digest.
pub const DIGEST: usize = 8;
/// Steps of the permutation: three for each word of B.
const STEPS: usize = 3 * BLOCK;
/// Words of the first of the three parts of the state.
const WHEEL: usize = 12;

/// The state that 256 bits of output begin from, after the two blocks that stand before every message.
const START: ([u32; WHEEL], [u32; BLOCK], [u32; BLOCK]) = (
    [
        0x52F8_4552,
        0xE54B_7999,
        0x2D8E_E3EC,
        0xB964_5191,
        0xE007_8B86,
        0xBB7C_44C9,
        0xD2B5_C1CA,
        0xB0D2_EB8C,
        0x14CE_5A45,
        0x22AF_50DC,
        0xEFFD_BC6B,
        0xEB21_B74A,
    ],
    [
        0xB555_C6EE,
        0x3E71_0596,
        0xA72A_652F,
        0x9301_515F,
        0xDA28_C1FA,
        0x696F_D868,
        0x9CB6_BF72,
        0x0AFE_4002,
        0xA6E0_3615,
        0x5138_C1D4,
        0xBE21_6306,
        0xB38B_8890,
        0x3EA8_B96B,
        0x3299_ACE4,
        0x3092_4DD4,
        0x55CB_34A5,
    ],
    [
        0xB405_F031,
        0xC423_3EBA,
        0xB373_3979,
        0xC0DD_9D55,
        0xC51C_28AE,
        0xA327_B8E1,
        0x56C5_6167,
        0xED61_4433,
        0x88B5_9D60,
        0x60E2_CEBA,
        0x758B_4B8B,
        0x83E8_2A7F,
        0xBC96_8828,
        0xE6E0_0BF7,
        0xBA83_9E55,
        0x9B49_1C60,
    ],
);

/// Where a message's blocks are counted from.
const FIRST_BLOCK: u64 = 1;

/// A block of the message: takes the one before out of B, puts this one in, and permutes. B and C change places after each block;
/// here their names do.
///
/// A native compiler gets all steps written out, so that it knows every index and keeps what it can in registers. What compiles wasm
/// moves the steps of one long stretch about until nothing fits any more: in a loop of its own, over memory, it is six times as fast.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn absorb<W: Word>(a: &mut [W; WHEEL], [b, c]: [&mut [W; BLOCK]; 2], [before, block]: [&[W; BLOCK]; 2], number: u64) {
    for ((word, taken), given) in b.iter_mut().zip(before).zip(block) {
        *word = word.sub(*taken).add(*given).rotate::<17, 15>();
    }
    a[0] = a[0].xor(W::splat(number as u32));
    a[1] = a[1].xor(W::splat((number >> 32) as u32));
    let mut last = a[WHEEL - 1];
    #[cfg(target_arch = "wasm32")]
    for turn in 0..STEPS / WHEEL {
        for (at, this) in a.iter_mut().enumerate() {
            last = step(last, this, b, c, block, (turn * WHEEL + at) % BLOCK);
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        macro_rules! steps {
            ($($at:literal)*) => {
                $(last = step(last, &mut a[$at % WHEEL], b, c, block, $at % BLOCK);)*
            };
        }
        steps!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        steps!(16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
        steps!(32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47);
        const { assert!(STEPS == 48) };
        let _ = last;
    }
    let renewed = |word: W, at: usize| word.add(c[(at + 3) % BLOCK].add(c[(at + 15) % BLOCK]).add(c[(at + 11) % BLOCK]));
    // Where a compiler knows every index it keeps A in registers, and where one is hidden from it in memory.
    if W::IN_REGISTERS {
        macro_rules! renew {
            ($($at:literal)*) => {
                $(a[$at] = renewed(a[$at], $at);)*
            };
        }
        renew!(0 1 2 3 4 5 6 7 8 9 10 11);
        const { assert!(WHEEL == 12) };
    } else {
        for (at, word) in a.iter_mut().enumerate().take(black_box(WHEEL)) {
            *word = renewed(*word, at);
        }
    }
}

/// One step of the permutation: `this` word of A, and word `i` of B. Each word of A waits for the one before it: what does not wait
/// is combined on the side.
#[inline(always)]
fn step<W: Word>(before: W, this: &mut W, b: &mut [W; BLOCK], c: &[W; BLOCK], message: &[W; BLOCK], i: usize) -> W {
    let chosen = b[(i + 9) % BLOCK].without(b[(i + 6) % BLOCK]);
    let aside = b[(i + 13) % BLOCK].xor(message[i]).xor(chosen);
    let turned = before.rotate::<15, 17>().quintuple();
    let word = turned.xor(this.xor(c[(BLOCK + 8 - i) % BLOCK])).triple().xor(aside);
    *this = word;
    b[i] = b[i].rotate::<1, 31>().not().xor(word);
    word
}

/// The hash of a message of whole words.
#[inline(always)]
pub fn shabal256<W: Word>(message: &[W]) -> [W; DIGEST] {
    let (blocks, rest) = message.as_chunks::<BLOCK>();
    // A bit after the message, in the first byte of a little-endian word.
    let mut last = [W::splat(0); BLOCK];
    let end = core::iter::once(W::splat(0x80));
    last.iter_mut().zip(rest.iter().copied().chain(end)).for_each(|(to, from)| *to = from);
    let (mut a, mut b, mut c) = (everywhere(&START.0), everywhere(&START.1), everywhere(&START.2));
    let (mut b, mut c) = (&mut b, &mut c);
    let mut before = &[W::splat(0); BLOCK];
    // The last block three times more, by the same number: three more permutations are what the hash ends in, and its words that
    // are taken out are put in again at once.
    for (at, block) in blocks.iter().chain([&last; 4]).enumerate() {
        absorb(&mut a, [b, c], [before, block], FIRST_BLOCK + at.min(blocks.len()) as u64);
        before = block;
        swap(&mut b, &mut c);
    }
    let [_, _, _, _, _, _, _, _, digest @ ..] = *c;
    digest
}

/// The same words of each message. Not by the array's own `map`, which may be called, and then without the caller's instructions.
#[inline(always)]
fn everywhere<W: Word, const COUNT: usize>(words: &[u32; COUNT]) -> [W; COUNT] {
    let mut each = [W::splat(0); COUNT];
    each.iter_mut().zip(words).for_each(|(to, word)| *to = W::splat(*word));
    each
}
