//! Erasure coding: Reed–Solomon over GF(2^8), byte for byte as `reed-solomon-erasure` does it.
//!
//! That crate's own loops walk whole shards once for each pair of input and output, which is slow for shards larger than the
//! cache. Here its matrix is read off once, by coding unit vectors, and applied column by column.

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
    sync::Mutex,
};

use idlewild_storage_primitives::{geometry::Geometry, Root};
use reed_solomon_erasure::galois_8::ReedSolomon;

use crate::kernel::Matrix;

/// Bytes of each shard prepared, hashed and coded in one go. BLAKE3 is slower with less at a time, and what is much more
/// leaves the cache before it is coded.
const COLUMN: usize = 32 << 10;
/// Recipes kept for patterns of loss met before.
const KEPT_RECIPES: usize = 16;

/// Why a coder could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeometryError {
    /// The code does not exist.
    #[error("{data} data and {parity} parity shards are no geometry: both must be at least 1 and together at most 255")]
    Impossible {
        /// Data shards asked for.
        data: u8,
        /// Parity shards asked for.
        parity: u8,
    },
}

/// Why shards could not be coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Fewer shards than data shards.
    #[error("only {have} of the {needed} shards needed are at hand: fetch {} more", needed - have)]
    TooFew {
        /// Distinct shards at hand.
        have: usize,
        /// Shards needed.
        needed: usize,
    },
    /// No such shard.
    #[error("shard {index} does not exist: the copy has {shards}")]
    OutOfRange {
        /// The index given.
        index: u8,
        /// Shards of a copy.
        shards: u8,
    },
    /// Shards of one copy all have one length.
    #[error("shard {index} has {got} bytes where the others have {expected}: fetch it again")]
    UnequalLength {
        /// The odd one.
        index: u8,
        /// Its length.
        got: usize,
        /// The others' length.
        expected: usize,
    },
}

/// Which shards make the wanted ones, and how: a row for each wanted shard, a factor in it for each input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recipe {
    pub(crate) inputs: Vec<u8>,
    matrix: Matrix,
}

/// A geometry's code.
#[derive(Debug)]
pub struct Coder {
    geometry: Geometry,
    code: ReedSolomon,
    parity: Recipe,
    recipes: Mutex<RecipeCache>,
}

#[derive(Debug, Default)]
struct RecipeCache {
    known: HashMap<(Vec<u8>, Vec<u8>), Recipe>,
    order: VecDeque<(Vec<u8>, Vec<u8>)>,
}

impl Coder {
    /// Prepares the code of a geometry.
    pub fn new(geometry: Geometry) -> Result<Self, GeometryError> {
        let impossible = GeometryError::Impossible { data: geometry.data, parity: geometry.parity };
        if geometry.data.checked_add(geometry.parity).is_none() {
            return Err(impossible);
        }
        let code = ReedSolomon::new(usize::from(geometry.data), usize::from(geometry.parity)).map_err(|_| impossible)?;
        let k = usize::from(geometry.data);
        let units: Vec<Vec<u8>> = (0..k).map(|i| unit(i, k)).collect();
        let mut rows = vec![vec![0u8; k]; usize::from(geometry.parity)];
        code.encode_sep(&units, &mut rows).map_err(|_| impossible)?;
        let parity = Recipe { inputs: (0..geometry.data).collect(), matrix: Matrix::new(rows) };
        Ok(Self { geometry, code, parity, recipes: Mutex::default() })
    }

    /// The geometry.
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// Fills the parity shards behind the data shards in `shards`, all of them `shard_len` bytes long and laid end to end,
    /// and returns the BLAKE3 root of each shard.
    ///
    /// Works on columns that stay in cache: `prepare` is given all data shards and a range, and makes sure that these bytes
    /// of every one of them are in place; then they are hashed and coded, and the parity is hashed.
    pub(crate) fn encode_and_hash<E>(
        &self,
        shards: &mut [u8],
        shard_len: usize,
        mut prepare: impl FnMut(&mut [u8], Range<usize>) -> Result<(), E>,
    ) -> Result<Vec<Root>, E> {
        let data_bytes = usize::from(self.geometry.data).saturating_mul(shard_len);
        let (data, parity) = shards.split_at_mut(data_bytes.min(shards.len()));
        let mut outputs: Vec<&mut [u8]> = parity.chunks_mut(shard_len.max(1)).collect();
        let mut of_data = vec![blake3::Hasher::new(); usize::from(self.geometry.data)];
        let mut of_parity = vec![blake3::Hasher::new(); usize::from(self.geometry.parity)];
        for start in (0..shard_len).step_by(COLUMN) {
            let end = shard_len.min(start.saturating_add(COLUMN));
            prepare(data, start..end)?;
            let inputs: Vec<&[u8]> = data.chunks(shard_len).collect();
            for (hasher, shard) in of_data.iter_mut().zip(&inputs) {
                hasher.update(&shard[start..end]);
            }
            self.parity.matrix.apply(&inputs, &mut outputs, start, end);
            for (hasher, shard) in of_parity.iter_mut().zip(&outputs) {
                hasher.update(&shard[start..end]);
            }
        }
        Ok(of_data.iter().chain(&of_parity).map(|hasher| *hasher.finalize().as_bytes()).collect())
    }

    /// Fills the parity shards behind the data shards in `shards`, all of them `shard_len` bytes long and laid end to end.
    pub fn encode(&self, shards: &mut [u8], shard_len: usize) {
        let data_bytes = usize::from(self.geometry.data).saturating_mul(shard_len);
        let (data, parity) = shards.split_at_mut(data_bytes.min(shards.len()));
        let inputs: Vec<&[u8]> = data.chunks(shard_len.max(1)).collect();
        let mut outputs: Vec<&mut [u8]> = parity.chunks_mut(shard_len.max(1)).collect();
        self.parity.matrix.apply(&inputs, &mut outputs, 0, shard_len);
    }

    /// Computes the shards `wanted`, data or parity, from any `data` others.
    ///
    /// `shards` are (index, bytes) in any order; surplus ones are left unused. Works on any equal byte range of the shards
    /// just as on whole ones, because byte `b` of a shard depends on bytes `b` of the others alone.
    pub fn rebuild<B: AsRef<[u8]>>(&self, shards: &[(u8, B)], wanted: &[u8]) -> Result<Vec<Vec<u8>>, CodeError> {
        let length = shards.first().map_or(0, |(_, bytes)| bytes.as_ref().len());
        let mut have: Vec<u8> = Vec::with_capacity(shards.len());
        for (index, bytes) in shards {
            self.check(*index)?;
            let got = bytes.as_ref().len();
            if got != length {
                return Err(CodeError::UnequalLength { index: *index, got, expected: length });
            }
            have.push(*index);
        }
        let recipe = self.recipe(&have, wanted)?;
        let inputs: Vec<&[u8]> = recipe
            .inputs
            .iter()
            .filter_map(|index| shards.iter().find(|(at, _)| at == index).map(|(_, bytes)| bytes.as_ref()))
            .collect();
        let mut built = vec![vec![0u8; length]; wanted.len()];
        let mut outputs: Vec<&mut [u8]> = built.iter_mut().map(Vec::as_mut_slice).collect();
        recipe.matrix.apply(&inputs, &mut outputs, 0, length);
        Ok(built)
    }

    fn check(&self, index: u8) -> Result<(), CodeError> {
        let shards = self.geometry.shards();
        (index < shards).then_some(()).ok_or(CodeError::OutOfRange { index, shards })
    }

    /// Which of the shards at hand make the wanted ones, and how.
    pub(crate) fn recipe(&self, have: &[u8], wanted: &[u8]) -> Result<Recipe, CodeError> {
        let k = usize::from(self.geometry.data);
        let mut inputs: Vec<u8> = have.to_vec();
        inputs.sort_unstable();
        inputs.dedup();
        if inputs.len() < k {
            return Err(CodeError::TooFew { have: inputs.len(), needed: k });
        }
        for index in inputs.iter().chain(wanted) {
            self.check(*index)?;
        }
        // Lowest first: each data shard used makes the matrix sparser.
        inputs.truncate(k);
        let key = (inputs, wanted.to_vec());
        let mut cache = self.recipes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(recipe) = cache.known.get(&key) {
            return Ok(recipe.clone());
        }
        let recipe = self.derive_recipe(&key.0, wanted)?;
        if cache.order.len() >= KEPT_RECIPES {
            if let Some(oldest) = cache.order.pop_front() {
                cache.known.remove(&oldest);
            }
        }
        cache.order.push_back(key.clone());
        cache.known.insert(key, recipe.clone());
        Ok(recipe)
    }

    fn derive_recipe(&self, inputs: &[u8], wanted: &[u8]) -> Result<Recipe, CodeError> {
        let k = inputs.len();
        let mut shards: Vec<Option<Vec<u8>>> = vec![None; usize::from(self.geometry.shards())];
        for (position, index) in inputs.iter().enumerate() {
            if let Some(place) = shards.get_mut(usize::from(*index)) {
                *place = Some(unit(position, k));
            }
        }
        self.code.reconstruct(&mut shards).map_err(|_| CodeError::TooFew { have: k, needed: k })?;
        let rows = wanted.iter().filter_map(|index| shards.get(usize::from(*index)).cloned().flatten()).collect();
        Ok(Recipe { inputs: inputs.to_vec(), matrix: Matrix::new(rows) })
    }
}

/// The vector with a one at `position`: coding it yields a column of the matrix.
fn unit(position: usize, length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::from(i == position)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::StdRng, seq::SliceRandom, RngCore, SeedableRng};

    fn coded(geometry: Geometry, shard_len: usize, rng: &mut StdRng) -> (Coder, Vec<Vec<u8>>, Vec<Root>) {
        let coder = Coder::new(geometry).unwrap();
        let mut bytes = vec![0; shard_len * usize::from(geometry.shards())];
        rng.fill_bytes(&mut bytes[..shard_len * usize::from(geometry.data)]);
        let roots = coder.encode_and_hash(&mut bytes, shard_len, |_, _| Ok::<_, ()>(())).unwrap();
        (coder, bytes.chunks(shard_len).map(<[u8]>::to_vec).collect(), roots)
    }

    #[test]
    fn bytes_equal_the_reference_library_and_roots_equal_blake3() {
        let mut rng = StdRng::seed_from_u64(1);
        for (geometry, shard_len) in [
            (Geometry::HOT, 64),
            (Geometry::STANDARD, 64 * 1001),
            (Geometry::ARCHIVE, COLUMN + 64),
            (Geometry { data: 1, parity: 1 }, 128),
            (Geometry { data: 3, parity: 2 }, 2048),
        ] {
            let (_, shards, roots) = coded(geometry, shard_len, &mut rng);
            let mut expected = shards.clone();
            expected[usize::from(geometry.data)..].iter_mut().for_each(|shard| shard.fill(0));
            ReedSolomon::new(geometry.data.into(), geometry.parity.into()).unwrap().encode(&mut expected).unwrap();
            assert_eq!(shards, expected);
            for (shard, root) in shards.iter().zip(&roots) {
                assert_eq!(blake3::hash(shard).as_bytes(), root);
            }
        }
    }

    #[test]
    fn any_k_rebuild_any_other() {
        let mut rng = StdRng::seed_from_u64(2);
        for geometry in [Geometry::HOT, Geometry::STANDARD, Geometry::ARCHIVE] {
            let (coder, shards, _) = coded(geometry, 640, &mut rng);
            for _ in 0..40 {
                let mut order: Vec<u8> = (0..geometry.shards()).collect();
                order.shuffle(&mut rng);
                let (kept, lost) = order.split_at(usize::from(geometry.data));
                let at_hand: Vec<(u8, &[u8])> = kept.iter().map(|i| (*i, &shards[usize::from(*i)][..])).collect();
                let rebuilt = coder.rebuild(&at_hand, lost).unwrap();
                for (index, bytes) in lost.iter().zip(rebuilt) {
                    assert_eq!(bytes, shards[usize::from(*index)]);
                }
            }
        }
    }

    #[test]
    fn bad_input_is_named() {
        let mut rng = StdRng::seed_from_u64(3);
        let (coder, shards, _) = coded(Geometry::HOT, 64, &mut rng);
        let some: Vec<(u8, &[u8])> = (0..3).map(|i| (i, &shards[usize::from(i)][..])).collect();
        assert_eq!(coder.rebuild(&some, &[3]), Err(CodeError::TooFew { have: 3, needed: 4 }));
        // The same shard twice is one shard.
        let twice = [some.clone(), some.clone()].concat();
        assert_eq!(coder.rebuild(&twice, &[3]), Err(CodeError::TooFew { have: 3, needed: 4 }));
        assert_eq!(coder.rebuild(&[(8, &shards[0])], &[0]), Err(CodeError::OutOfRange { index: 8, shards: 8 }));
        let odd: Vec<(u8, &[u8])> = vec![(0, &shards[0]), (1, &shards[1][..63]), (2, &shards[2]), (3, &shards[3])];
        assert_eq!(coder.rebuild(&odd, &[4]), Err(CodeError::UnequalLength { index: 1, got: 63, expected: 64 }));
        for (data, parity) in [(0, 1), (1, 0), (200, 56)] {
            assert!(Coder::new(Geometry { data, parity }).is_err());
        }
    }
}
