//! The peaks against a naive range that keeps every leaf, and every way to cheat them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use codec::{Decode, Encode, MaxEncodedLen};
use idlewild_storage_primitives::sum_range::{Leaf, Node, Peaks, RangeError, MAX_PEAKS};
use proptest::prelude::*;

fn leaf(number: u32, count: u32) -> Leaf {
    Leaf { deal: number.into(), copy: 1, slot: (number % 90) as u8, root: [number as u8; 32], count }
}

/// All leaves, and everything computed from them anew.
#[derive(Clone, Default)]
struct Naive(Vec<Node>);

impl Naive {
    fn mountains(&self) -> Vec<&[Node]> {
        let (mut rest, mut out) = (&self.0[..], Vec::new());
        while !rest.is_empty() {
            let (mountain, after) = rest.split_at(1 << rest.len().ilog2());
            out.push(mountain);
            rest = after;
        }
        out
    }

    fn peak(mountain: &[Node]) -> Node {
        match mountain {
            [leaf] => *leaf,
            _ => {
                let (left, right) = mountain.split_at(mountain.len() / 2);
                Node::join(&Self::peak(left), &Self::peak(right)).unwrap()
            },
        }
    }

    fn path(&self, index: usize) -> Vec<Node> {
        let mut before = 0;
        for mountain in self.mountains() {
            if index < before + mountain.len() {
                let (mut mountain, mut index, mut path) = (mountain, index - before, Vec::new());
                while mountain.len() > 1 {
                    let (left, right) = mountain.split_at(mountain.len() / 2);
                    let goes_left = index < left.len();
                    path.push(Self::peak(if goes_left { right } else { left }));
                    index -= if goes_left { 0 } else { left.len() };
                    mountain = if goes_left { left } else { right };
                }
                path.reverse();
                return path;
            }
            before += mountain.len();
        }
        panic!("no leaf {index}");
    }

    fn peaks(&self) -> Vec<Node> {
        self.mountains().into_iter().map(Self::peak).collect()
    }
}

fn both(counts: &[u32]) -> (Peaks, Naive, Vec<Leaf>) {
    let (mut peaks, mut naive) = (Peaks::default(), Naive::default());
    let leaves: Vec<Leaf> = (0..).zip(counts).map(|(number, count)| leaf(number, *count)).collect();
    for leaf in &leaves {
        peaks.append(leaf.node()).unwrap();
        naive.0.push(leaf.node());
    }
    (peaks, naive, leaves)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn appends_and_clears_match_the_naive_range(
        counts in prop::collection::vec(1u32..10_000, 1..50),
        clears in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let (mut peaks, mut naive, leaves) = both(&counts);
        prop_assert_eq!(peaks.nodes(), naive.peaks());
        for clear in clears {
            let index = clear.index(counts.len());
            let old = naive.0[index];
            let path = naive.path(index);
            peaks.replace(index as u32, old, Node::CLEARED, &path).unwrap();
            naive.0[index] = Node::CLEARED;
            prop_assert_eq!(peaks.nodes(), naive.peaks());
            prop_assert!(peaks.is_sound());
        }
        prop_assert_eq!(peaks.total(), naive.0.iter().map(|node| node.sum).sum::<u64>());
        // Every position belongs to exactly one leaf.
        let mut start = 0u64;
        for (index, leaf) in leaves.iter().enumerate() {
            let path = naive.path(index);
            let sum = naive.0[index].sum;
            if sum == 0 {
                prop_assert!(peaks.locate(start, index as u32, leaf, &path).is_err(), "cleared leaves cover nothing");
                continue;
            }
            prop_assert_eq!(peaks.locate(start, index as u32, leaf, &path), Ok(0));
            prop_assert_eq!(peaks.locate(start + sum - 1, index as u32, leaf, &path), Ok(leaf.count - 1));
            let beyond = peaks.locate(start + sum, index as u32, leaf, &path);
            prop_assert_eq!(beyond, Err(RangeError::WrongPosition));
            if start > 0 {
                let below = peaks.locate(start - 1, index as u32, leaf, &path);
                prop_assert_eq!(below, Err(RangeError::WrongPosition));
            }
            start += sum;
        }
        // What is stored on chain reads back, within its bound.
        let encoded = peaks.encode();
        prop_assert!(encoded.len() <= Peaks::max_encoded_len());
        prop_assert_eq!(Peaks::decode(&mut &encoded[..]).unwrap(), peaks);
    }
}

#[test]
fn cheating_paths_are_refused() {
    let (peaks, naive, leaves) = both(&[5, 1, 9, 30, 2, 2, 7, 100, 3, 3, 1]);
    for (index, leaf) in leaves.iter().enumerate() {
        let (at, path) = (index as u32, naive.path(index));
        let start: u64 = leaves[..index].iter().map(|leaf| u64::from(leaf.count)).sum();
        assert_eq!(peaks.locate(start, at, leaf, &path), Ok(0));
        // Another leaf's place, and no place at all.
        for other in (0..12).filter(|other| *other != at) {
            assert!(peaks.locate(start, other, leaf, &path).is_err(), "leaf {index} as {other}");
        }
        // A path too long or too short.
        let long = [&path[..], &[Node::CLEARED]].concat();
        assert_eq!(peaks.locate(start, at, leaf, &long), Err(RangeError::WrongPathLength));
        if !path.is_empty() {
            assert_eq!(peaks.locate(start, at, leaf, &path[1..]), Err(RangeError::WrongPathLength));
        }
        // Another hash or sum anywhere: above all sums moved from one side to the other to dodge a position.
        for height in 0..path.len() {
            for (hash, sum) in [(1, 0), (0, 1), (0, u64::MAX)] {
                let mut forged = path.clone();
                forged[height].hash[0] ^= hash;
                forged[height].sum = forged[height].sum.wrapping_add(sum);
                let refused = peaks.locate(start, at, leaf, &forged).unwrap_err();
                assert!(matches!(refused, RangeError::WrongPeak | RangeError::Overflow), "{refused:?}");
            }
        }
        // Another leaf in this place.
        for forged in [
            Leaf { count: leaf.count + 1, ..*leaf },
            Leaf { deal: leaf.deal + 1, ..*leaf },
            Leaf { copy: 9, ..*leaf },
            Leaf { slot: leaf.slot + 1, ..*leaf },
            Leaf { root: [0xEE; 32], ..*leaf },
        ] {
            assert_eq!(peaks.locate(start, at, &forged, &path), Err(RangeError::WrongPeak));
            let mut changed = peaks.clone();
            let refused = changed.replace(at, forged.node(), Node::CLEARED, &path);
            assert_eq!((refused, changed), (Err(RangeError::WrongPeak), peaks.clone()));
        }
    }
}

#[test]
fn a_cleared_leaf_is_never_found_and_never_cleared_again() {
    let (mut peaks, mut naive, leaves) = both(&[4, 4, 4]);
    let path = naive.path(1);
    peaks.replace(1, leaves[1].node(), Node::CLEARED, &path).unwrap();
    naive.0[1] = Node::CLEARED;
    assert_eq!(peaks.total(), 8);
    assert_eq!(peaks.replace(1, leaves[1].node(), Node::CLEARED, &path), Err(RangeError::WrongPeak));
    for position in 0..8 {
        assert!(peaks.locate(position, 1, &leaves[1], &naive.path(1)).is_err());
    }
    // Its index stays taken.
    assert_eq!(peaks.append(leaf(9, 1).node()), Ok(3));
}

#[test]
fn paths_made_for_an_older_range_do_not_fit_a_newer_one() {
    let (old, old_naive, leaves) = both(&[4, 4, 4]);
    let (new, _, _) = both(&[4, 4, 4, 4]);
    let path = old_naive.path(2);
    assert_eq!(old.locate(8, 2, &leaves[2], &path), Ok(0));
    assert_eq!(new.locate(8, 2, &leaves[2], &path), Err(RangeError::WrongPathLength));
}

/// A range of so many leaves, all of them cleared, read back as the chain would: nobody can append so many in a test.
fn cleared(leaves: u32) -> Peaks {
    let encoded = (leaves, vec![Node::CLEARED; leaves.count_ones() as usize]).encode();
    assert!(encoded.len() <= Peaks::max_encoded_len());
    Peaks::decode(&mut &encoded[..]).unwrap()
}

#[test]
fn a_range_with_every_index_taken_is_full() {
    let mut peaks = cleared(u32::MAX - 1);
    let last = leaf(0, 3);
    assert_eq!(peaks.append(last.node()), Ok(u32::MAX - 1));
    assert_eq!((peaks.leaves, peaks.nodes().len(), peaks.total()), (u32::MAX, MAX_PEAKS, 3));
    let full = peaks.clone();
    assert_eq!(peaks.append(leaf(1, 1).node()), Err(RangeError::Full));
    assert_eq!(peaks, full);
    assert!(peaks.is_sound());
    // What is in it can still be found and cleared; that frees no index.
    assert_eq!(peaks.locate(2, u32::MAX - 1, &last, &[]), Ok(2));
    assert_eq!(peaks.replace(u32::MAX - 1, last.node(), Node::CLEARED, &[]), Ok(()));
    assert_eq!(peaks, cleared(u32::MAX));
    assert_eq!(peaks.append(leaf(1, 1).node()), Err(RangeError::Full));
}

#[test]
fn sums_never_wrap() {
    let mut peaks = Peaks::default();
    peaks.append(Node { hash: [1; 32], sum: u64::MAX - 1 }).unwrap();
    let before = peaks.clone();
    assert_eq!(peaks.append(leaf(0, 2).node()), Err(RangeError::Overflow));
    assert_eq!(peaks, before);
    peaks.append(leaf(0, 1).node()).unwrap();
    assert_eq!(peaks.total(), u64::MAX);
    assert_eq!(peaks.append(leaf(1, 1).node()), Err(RangeError::Overflow));
    assert_eq!(Node::join(&before.nodes()[0], &before.nodes()[0]), None);
    assert_eq!(MAX_PEAKS, 32);
}
