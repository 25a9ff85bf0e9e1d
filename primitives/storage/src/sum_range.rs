//! The Merkle sum mountain range: what a miner commits to.
//!
//! Leaves are slots, each weighing its number of chunks; mountains are perfect binary trees of falling height, one for each
//! set bit of the number of leaves. Every node commits to its children's hashes *and* sums, so a path fixes the interval of
//! positions that a leaf covers: nobody can move a slot out of reach of a challenge.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{hash::hash, DealId, Root, SlotIndex};

/// Most mountains that a range can have; leaf indices are `u32`.
pub const MAX_PEAKS: usize = 32;

/// One slot as a miner commits to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Leaf {
    /// The deal that the slot belongs to.
    pub deal: DealId,
    /// Its copy.
    pub copy: u8,
    /// Its slot, over all copies.
    pub slot: SlotIndex,
    /// The BLAKE3 root of its shard.
    pub root: Root,
    /// Its chunks.
    pub count: u32,
}

impl Leaf {
    /// The node that stands for this leaf.
    pub fn node(&self) -> Node {
        Node { hash: hash(&(0u8, self).encode()), sum: u64::from(self.count) }
    }
}

/// A node of a mountain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Node {
    /// Commits to everything below.
    pub hash: [u8; 32],
    /// Chunks below.
    pub sum: u64,
}

impl Node {
    /// What stands where a slot was cleared: it weighs nothing, so that no challenge can fall on it.
    pub const CLEARED: Self = Self { hash: [0; 32], sum: 0 };

    /// The parent of two nodes, or `None` where their sums overflow.
    pub fn join(left: &Self, right: &Self) -> Option<Self> {
        let sum = left.sum.checked_add(right.sum)?;
        Some(Self { hash: hash(&(1u8, left, right).encode()), sum })
    }
}

/// Why a path was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeError {
    /// The range has no leaf of that index, or no chunk at that position.
    OutOfRange,
    /// The path is shorter or longer than its mountain is high.
    WrongPathLength,
    /// Hashing up the path gives another peak.
    WrongPeak,
    /// The leaf does not cover the position.
    WrongPosition,
    /// A sum overflows.
    Overflow,
    /// The range has as many leaves as an index can name.
    Full,
}

/// The peaks of a range: all that the chain keeps of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Peaks {
    /// Leaves ever appended; cleared ones keep their index.
    pub leaves: u32,
    /// One node for each set bit of `leaves`, the highest mountain first.
    nodes: Vec<Node>,
}

impl MaxEncodedLen for Peaks {
    fn max_encoded_len() -> usize {
        // u32, a compact length below 64, and the nodes.
        4 + 1 + MAX_PEAKS * Node::max_encoded_len()
    }
}

impl Peaks {
    /// The peaks, the highest mountain first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Chunks of all slots.
    pub fn total(&self) -> u64 {
        // `append` and `replace` refuse what would overflow.
        self.nodes.iter().fold(0u64, |sum, node| sum.saturating_add(node.sum))
    }

    /// Appends a leaf and returns its index.
    pub fn append(&mut self, leaf: Node) -> Result<u32, RangeError> {
        let index = self.leaves;
        let leaves = index.checked_add(1).ok_or(RangeError::Full)?;
        self.total().checked_add(leaf.sum).ok_or(RangeError::Overflow)?;
        let mut node = leaf;
        // Each trailing one of the old count is a mountain as high as the one just finished.
        for _ in 0..index.trailing_ones() {
            let left = self.nodes.pop().ok_or(RangeError::OutOfRange)?;
            node = Node::join(&left, &node).ok_or(RangeError::Overflow)?;
        }
        self.nodes.push(node);
        self.leaves = leaves;
        Ok(index)
    }

    /// The mountain that holds leaf `index`: its place among the peaks, its height, and the leaf's index within it.
    pub fn mountain(&self, index: u32) -> Option<(usize, u32, u32)> {
        if index >= self.leaves {
            return None;
        }
        let mut rest = index;
        let mut place = 0usize;
        for height in (0..32u32).rev() {
            let size = 1u32 << height;
            if self.leaves & size != 0 {
                if rest < size {
                    return Some((place, height, rest));
                }
                rest = rest.checked_sub(size)?;
                place = place.checked_add(1)?;
            }
        }
        None
    }

    /// Replaces leaf `index`, which must be `old`, by `new`, and leaves the range as it was on any error.
    pub fn replace(&mut self, index: u32, old: Node, new: Node, path: &[Node]) -> Result<(), RangeError> {
        let (place, height, within) = self.mountain(index).ok_or(RangeError::OutOfRange)?;
        if path.len() != height as usize {
            return Err(RangeError::WrongPathLength);
        }
        let (before, _) = climb(old, within, path)?;
        let (after, _) = climb(new, within, path)?;
        let peak = self.nodes.get_mut(place).ok_or(RangeError::OutOfRange)?;
        if *peak != before {
            return Err(RangeError::WrongPeak);
        }
        *peak = after;
        Ok(())
    }

    /// Checks that `leaf` stands at `index` and covers chunk `position` of the range; returns the chunk's index within it.
    pub fn locate(&self, position: u64, index: u32, leaf: &Leaf, path: &[Node]) -> Result<u32, RangeError> {
        let (place, height, within) = self.mountain(index).ok_or(RangeError::OutOfRange)?;
        if path.len() != height as usize {
            return Err(RangeError::WrongPathLength);
        }
        let (peak, start_within) = climb(leaf.node(), within, path)?;
        if self.nodes.get(place) != Some(&peak) {
            return Err(RangeError::WrongPeak);
        }
        let start = self
            .nodes
            .iter()
            .take(place)
            .try_fold(start_within, |sum, node| sum.checked_add(node.sum))
            .ok_or(RangeError::Overflow)?;
        let offset = position.checked_sub(start).ok_or(RangeError::WrongPosition)?;
        match u32::try_from(offset) {
            Ok(offset) if offset < leaf.count => Ok(offset),
            _ => Err(RangeError::WrongPosition),
        }
    }

    /// Whether the peaks are such as `append` makes them.
    pub fn is_sound(&self) -> bool {
        self.nodes.len() == self.leaves.count_ones() as usize
            && self.nodes.iter().try_fold(0u64, |sum, node| sum.checked_add(node.sum)).is_some()
    }
}

/// Hashes from a leaf up to its peak, and sums what lies to its left within the mountain.
fn climb(leaf: Node, within: u32, path: &[Node]) -> Result<(Node, u64), RangeError> {
    let mut node = leaf;
    let mut start = 0u64;
    let mut side = within;
    for sibling in path {
        let parent = if side & 1 == 0 {
            Node::join(&node, sibling)
        } else {
            start = start.checked_add(sibling.sum).ok_or(RangeError::Overflow)?;
            Node::join(sibling, &node)
        };
        node = parent.ok_or(RangeError::Overflow)?;
        side >>= 1;
    }
    Ok((node, start))
}
