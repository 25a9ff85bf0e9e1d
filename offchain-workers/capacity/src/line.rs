//! Memory for words that lie side by side.

#![allow(unsafe_code)]

use crate::lanes::Lanes;

/// As many words as the widest register has; aligned as it wants them.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Line(pub(crate) [u32; 16]);

impl Line {
    pub(crate) const ZERO: Self = Self([0; 16]);
}

/// The same memory, as words of lanes.
#[inline(always)]
pub(crate) fn lanes_of<L: Lanes>(lines: &[Line]) -> &[L] {
    let count = size_of_val(lines) / size_of::<L>();
    const { assert!(align_of::<L>() <= align_of::<Line>() && size_of::<L>() == 4 * L::COUNT) };
    // SAFETY: lanes are plain numbers, aligned no stricter than lines are, and all of them lie within.
    unsafe { std::slice::from_raw_parts(lines.as_ptr().cast(), count) }
}

/// The same memory, as words of lanes.
#[inline(always)]
pub(crate) fn lanes_of_mut<L: Lanes>(lines: &mut [Line]) -> &mut [L] {
    let count = size_of_val(lines) / size_of::<L>();
    const { assert!(align_of::<L>() <= align_of::<Line>() && size_of::<L>() == 4 * L::COUNT) };
    // SAFETY: lanes are plain numbers, aligned no stricter than lines are, and all of them lie within.
    unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), count) }
}

/// The same memory, as plain words.
pub(crate) fn words_of_mut(lines: &mut [Line]) -> &mut [u32] {
    lanes_of_mut::<u32>(lines)
}
