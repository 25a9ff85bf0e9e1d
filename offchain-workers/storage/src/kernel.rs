//! The kernel: a matrix over GF(2^8) applied to many long rows of bytes.
//!
//! `reed-solomon-erasure` multiplies one input into one output at a time, so that with eight parity shards each output byte is
//! loaded and stored once per input. Where the processor has AVX2, this kernel keeps the outputs of 64 columns in registers
//! until all inputs are in, which takes less than half the time. Products come from that crate's own field, and everything
//! else is exclusive-or: the bytes are the same by construction, and tests compare them.

use reed_solomon_erasure::galois_8::{mul, mul_slice, mul_slice_xor};

/// Bytes of each row worked on at a time: the inputs of a common geometry stay in cache from one group of outputs to the next.
const BLOCK: usize = 2 << 10;

/// Outputs computed in one pass where there is AVX2: with two registers each, what its sixteen have room for.
const ROWS: usize = 4;

/// A matrix ready to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matrix {
    /// Factors by output, then input.
    rows: Vec<Vec<u8>>,
    /// Products by group of [`ROWS`] outputs, then input, then output within the group: the order in which they are used.
    groups: Vec<Vec<Products>>,
}

/// A factor's products with 0..16, and with the same times 16: two table look-ups multiply any byte. Each table stands there
/// twice, once for each half of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Products {
    low: [u8; 32],
    high: [u8; 32],
}

impl Products {
    fn of(factor: u8) -> Self {
        let times = |shift: u8| std::array::from_fn(|i| mul(factor, (i as u8 & 0x0F) << shift));
        Self { low: times(0), high: times(4) }
    }
}

impl Matrix {
    /// Takes factors by output, then input.
    pub(crate) fn new(rows: Vec<Vec<u8>>) -> Self {
        let inputs = rows.first().map_or(0, Vec::len);
        let in_order = |group: &[Vec<u8>]| {
            (0..inputs).flat_map(|i| group.iter().filter_map(move |row| row.get(i)).map(|f| Products::of(*f))).collect()
        };
        let groups = rows.chunks(ROWS).map(in_order).collect();
        Self { rows, groups }
    }

    /// Computes bytes `start..end` of the outputs from those of the inputs. All are at least `end` bytes long.
    pub(crate) fn apply(&self, inputs: &[&[u8]], outputs: &mut [&mut [u8]], start: usize, end: usize) {
        for from in (start..end).step_by(BLOCK) {
            let to = end.min(from.saturating_add(BLOCK));
            let done = self.apply_fast(inputs, outputs, from, to);
            self.apply_plain(inputs, outputs, done, to);
        }
    }

    fn apply_plain(&self, inputs: &[&[u8]], outputs: &mut [&mut [u8]], start: usize, end: usize) {
        if start >= end {
            return;
        }
        for (row, output) in self.rows.iter().zip(outputs.iter_mut()) {
            for (i, (factor, input)) in row.iter().zip(inputs).enumerate() {
                let multiply = if i == 0 { mul_slice } else { mul_slice_xor };
                multiply(*factor, &input[start..end], &mut output[start..end]);
            }
        }
    }

    /// Does as much as comes in whole steps and says how far it got.
    #[cfg(target_arch = "x86_64")]
    fn apply_fast(&self, inputs: &[&[u8]], outputs: &mut [&mut [u8]], start: usize, end: usize) -> usize {
        if !std::arch::is_x86_feature_detected!("avx2") {
            return start;
        }
        let mut reached = start;
        for (products, outputs) in self.groups.iter().zip(outputs.chunks_mut(ROWS)) {
            reached = avx2::apply_detected(products, inputs, outputs, start, end);
        }
        reached
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn apply_fast(&self, _: &[&[u8]], _: &mut [&mut [u8]], start: usize, _: usize) -> usize {
        start
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod avx2 {
    //! The only unsafe code of this crate: a load, a store, and the call that AVX2 must have been detected for.

    use std::arch::x86_64::*;

    use super::Products;

    /// Columns of a step: two registers.
    const STEP: usize = 64;

    /// Applies a group of rows, in whole steps, and says how far it got. The caller has detected AVX2.
    pub(super) fn apply_detected(
        products: &[Products],
        inputs: &[&[u8]],
        outputs: &mut [&mut [u8]],
        start: usize,
        end: usize,
    ) -> usize {
        // SAFETY: the processor has AVX2, as the only caller has made sure.
        unsafe {
            match outputs {
                [a, b, c, d] => apply(products, inputs, [a, b, c, d], start, end),
                [a, b, c] => apply(products, inputs, [a, b, c], start, end),
                [a, b] => apply(products, inputs, [a, b], start, end),
                [a] => apply(products, inputs, [a], start, end),
                _ => start,
            }
        }
    }

    #[target_feature(enable = "avx2")]
    fn apply<const R: usize>(
        products: &[Products],
        inputs: &[&[u8]],
        outputs: [&mut [u8]; R],
        start: usize,
        end: usize,
    ) -> usize {
        let half = _mm256_set1_epi8(0x0F);
        let mut at = start;
        while at + STEP <= end {
            let mut sums = [[_mm256_setzero_si256(); 2]; R];
            for (input, products) in inputs.iter().zip(products.chunks_exact(R)) {
                let Some((first, second)) = halves(&input[at..at + STEP]) else { return at };
                let bytes = [load(first), load(second)];
                let low = bytes.map(|bytes| _mm256_and_si256(bytes, half));
                let high = bytes.map(|bytes| _mm256_and_si256(_mm256_srli_epi64::<4>(bytes), half));
                for (sum, products) in sums.iter_mut().zip(products) {
                    let (of_low, of_high) = (load(&products.low), load(&products.high));
                    for part in 0..2 {
                        let product =
                            _mm256_xor_si256(_mm256_shuffle_epi8(of_low, low[part]), _mm256_shuffle_epi8(of_high, high[part]));
                        sum[part] = _mm256_xor_si256(sum[part], product);
                    }
                }
            }
            for row in 0..R {
                let Some((first, second)) = halves_mut(&mut outputs[row][at..at + STEP]) else { return at };
                store(first, sums[row][0]);
                store(second, sums[row][1]);
            }
            at += STEP;
        }
        at
    }

    fn halves(step: &[u8]) -> Option<(&[u8; 32], &[u8; 32])> {
        let (first, rest) = step.split_first_chunk::<32>()?;
        Some((first, rest.first_chunk::<32>()?))
    }

    fn halves_mut(step: &mut [u8]) -> Option<(&mut [u8; 32], &mut [u8; 32])> {
        let (first, rest) = step.split_first_chunk_mut::<32>()?;
        Some((first, rest.first_chunk_mut::<32>()?))
    }

    #[target_feature(enable = "avx2")]
    fn load(bytes: &[u8; 32]) -> __m256i {
        // SAFETY: reads exactly the array's 32 bytes, and needs no alignment.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx2")]
    fn store(bytes: &mut [u8; 32], value: __m256i) {
        // SAFETY: writes exactly the array's 32 bytes, and needs no alignment.
        unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::StdRng, RngCore, SeedableRng};

    #[test]
    fn fast_and_plain_agree_for_every_factor_and_length() {
        let mut rng = StdRng::seed_from_u64(1);
        for (outputs, inputs, len) in [(1, 256, 64), (2, 3, 129), (3, 1, 1000), (4, 16, 4096), (10, 20, 2500), (8, 5, 63)] {
            let mut factors = vec![vec![0u8; inputs]; outputs];
            factors.iter_mut().for_each(|row| rng.fill_bytes(row));
            if inputs == 256 {
                factors[0] = (0..=255).collect();
            }
            let matrix = Matrix::new(factors);
            let mut data = vec![vec![0u8; len]; inputs];
            data.iter_mut().for_each(|row| rng.fill_bytes(row));
            let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
            let mut fast = vec![vec![0xAAu8; len]; outputs];
            let mut plain = fast.clone();
            let start = len / 5;
            matrix.apply(&data, &mut fast.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>(), start, len);
            matrix.apply_plain(&data, &mut plain.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>(), start, len);
            assert_eq!(fast, plain);
            assert!(fast.iter().all(|row| row[..start].iter().all(|byte| *byte == 0xAA)), "nothing before the start");
        }
    }
}
