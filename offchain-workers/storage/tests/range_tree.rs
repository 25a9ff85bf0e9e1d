//! The tree against the peaks that the chain keeps: after every change, at every earlier state, for every leaf.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use idlewild_storage::range_tree::{ChangeError, RangeTree, RangeView, UnknownVersion};
use idlewild_storage_primitives::sum_range::{Leaf, Node, Peaks, RangeError};
use proptest::prelude::*;

fn leaf(number: u32, count: u32) -> Leaf {
    Leaf { deal: u64::from(number) + 7, copy: 0, slot: (number % 96) as u8, root: [number as u8; 32], count }
}

/// The chain's side and the miner's, changed together.
#[derive(Default)]
struct Both {
    tree: RangeTree,
    peaks: Peaks,
    leaves: Vec<Option<Leaf>>,
    /// Peaks and leaves at each version.
    history: Vec<(Peaks, Vec<Option<Leaf>>)>,
}

impl Both {
    fn new() -> Self {
        let mut both = Self::default();
        both.remember();
        both
    }

    fn remember(&mut self) {
        self.history.push((self.peaks.clone(), self.leaves.clone()));
    }

    fn append(&mut self, count: u32) {
        let leaf = leaf(self.leaves.len() as u32, count);
        assert_eq!(self.tree.append(leaf.node()).unwrap(), self.peaks.append(leaf.node()).unwrap());
        self.leaves.push(Some(leaf));
        self.remember();
    }

    fn clear(&mut self, index: u32) {
        let Some(Some(leaf)) = self.leaves.get(index as usize).copied() else { return };
        let path = self.tree.view().path(index).unwrap();
        self.peaks.replace(index, leaf.node(), Node::CLEARED, &path).unwrap();
        assert_eq!(self.tree.clear(index).unwrap(), leaf.node());
        self.leaves[index as usize] = None;
        self.remember();
    }

    fn rollback_to(&mut self, version: usize) {
        self.tree.rollback_to(version as u64).unwrap();
        self.history.truncate(version + 1);
        (self.peaks, self.leaves) = self.history[version].clone();
    }
}

/// Every position leads to a leaf and a path that the chain accepts, and every leaf can be cleared.
fn check(view: &RangeView<'_>, peaks: &Peaks, leaves: &[Option<Leaf>]) {
    assert_eq!((view.leaves(), view.total(), &view.nodes()[..]), (peaks.leaves, peaks.total(), peaks.nodes()));
    let mut start = 0u64;
    for (index, leaf) in (0u32..).zip(leaves) {
        let path = view.path(index).unwrap();
        let Some(leaf) = leaf else {
            assert_eq!(view.leaf(index), Some(Node::CLEARED));
            continue;
        };
        let end = start + u64::from(leaf.count);
        for position in [start, (start + end) / 2, end - 1] {
            let offset = (position - start) as u32;
            assert_eq!(view.locate(position), Some((index, offset)));
            assert_eq!(peaks.locate(position, index, leaf, &path), Ok(offset));
        }
        assert_eq!(peaks.locate(end, index, leaf, &path), Err(RangeError::WrongPosition));
        assert_eq!(peaks.clone().replace(index, leaf.node(), Node::CLEARED, &path), Ok(()));
        start = end;
    }
    assert_eq!(view.locate(start), None);
    assert_eq!(view.path(view.leaves()), None);
}

#[derive(Clone, Debug)]
enum Step {
    Append(u32),
    Clear(u32),
    Rollback(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1u32..5000).prop_map(Step::Append),
        3 => (0u32..60).prop_map(Step::Clear),
        1 => (0usize..80).prop_map(Step::Rollback),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn agrees_with_the_peaks_now_and_at_every_earlier_state(steps in prop::collection::vec(step(), 1..70)) {
        let mut both = Both::new();
        for step in steps {
            match step {
                Step::Append(count) => both.append(count),
                Step::Clear(index) => both.clear(index),
                Step::Rollback(version) => both.rollback_to(version.min(both.history.len() - 1)),
            }
        }
        prop_assert_eq!(both.tree.version() as usize + 1, both.history.len());
        check(&both.tree.view(), &both.peaks, &both.leaves);
        for (version, (peaks, leaves)) in (0u64..).zip(&both.history) {
            let view = both.tree.view_at(version).unwrap();
            check(&view, peaks, leaves);
            prop_assert_eq!(both.tree.find(peaks), Some(version));
        }
        // From its leaves alone the tree is the same.
        let nodes: Vec<Node> = (0..both.tree.leaves()).map(|i| both.tree.view().leaf(i).unwrap()).collect();
        let rebuilt = RangeTree::from_leaves(nodes, 5).unwrap();
        prop_assert_eq!(rebuilt.view().nodes(), both.tree.view().nodes());
        prop_assert_eq!((rebuilt.version(), rebuilt.oldest()), (5, 5));
    }
}

#[test]
fn sizes_around_powers_of_two() {
    let mut both = Both::new();
    for number in 0..70 {
        both.append(number % 5 + 1);
        check(&both.tree.view(), &both.peaks, &both.leaves);
    }
    for index in [0, 69, 63, 64, 31, 32, 1] {
        both.clear(index);
        check(&both.tree.view(), &both.peaks, &both.leaves);
    }
}

#[test]
fn refusals_change_nothing() {
    let mut tree = RangeTree::default();
    tree.append(leaf(0, 3).node()).unwrap();
    assert_eq!(tree.clear(1), Err(ChangeError::OutOfRange { index: 1, leaves: 1 }));
    tree.clear(0).unwrap();
    assert_eq!(tree.clear(0), Err(ChangeError::Cleared(0)));
    tree.append(Node { hash: [1; 32], sum: u64::MAX }).unwrap();
    assert_eq!(tree.append(leaf(2, 1).node()), Err(ChangeError::Overflow));
    assert_eq!((tree.version(), tree.leaves()), (3, 2));
}

#[test]
fn what_is_forgotten_cannot_be_shown() {
    let mut both = Both::new();
    (0..10).for_each(|_| both.append(4));
    both.clear(3);
    both.tree.forget_before(8);
    let unknown = UnknownVersion { wanted: 7, oldest: 8, newest: 11 };
    assert_eq!(both.tree.view_at(7).unwrap_err(), unknown);
    assert_eq!(both.tree.rollback_to(7).unwrap_err(), unknown);
    assert_eq!(both.tree.view_at(12).unwrap_err().wanted, 12);
    assert_eq!(both.tree.find(&both.history[7].0), None);
    let (peaks, leaves) = &both.history[8];
    check(&both.tree.view_at(8).unwrap(), peaks, leaves);
    both.tree.forget_before(u64::MAX);
    assert_eq!(both.tree.oldest(), 11);
}
