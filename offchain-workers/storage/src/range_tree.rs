//! The range tree: a miner's Merkle sum mountain range with all of its nodes.
//!
//! The chain keeps the peaks; whoever proves or clears needs the paths below them. This is that other side of
//! [`idlewild_storage_primitives::sum_range::Peaks`], and agrees with it node for node.
//!
//! The chain judges a period's proofs against the range *sealed* at its first touch, while the live range moves on. So the
//! tree logs its changes, and [`RangeTree::view_at`] shows it as it was after any change still in the log. That costs nothing
//! per node: appending never alters a finished subtree, so an earlier state differs from the live one only above leaves
//! cleared since.

use std::collections::{BTreeSet, HashMap, VecDeque};

use idlewild_storage_primitives::sum_range::{Node, Peaks};

/// Counts the changes of a tree; a state is named by the number of changes that led to it.
pub type Version = u64;

/// Why a tree refused a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// No index is left.
    #[error("the range has no index left for another slot: register another miner")]
    Full,
    /// The sum of chunks would leave its type.
    #[error("the range cannot hold so many chunks: register another miner")]
    Overflow,
    /// No such leaf.
    #[error("leaf {index} cannot be cleared: the range has {leaves}")]
    OutOfRange {
        /// The leaf asked for.
        index: u32,
        /// Leaves that there are.
        leaves: u32,
    },
    /// Cleared before.
    #[error("leaf {0} was cleared before")]
    Cleared(u32),
}

/// Why an earlier state cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the state after change {wanted} is not in the log, which reaches from {oldest} to {newest}")]
pub struct UnknownVersion {
    /// The state asked for.
    pub wanted: Version,
    /// The oldest that there is.
    pub oldest: Version,
    /// The newest.
    pub newest: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Append,
    Clear { index: u32, was: Node },
}

/// All nodes of a range, level by level, and the changes that led to it.
#[derive(Clone, Debug, Default)]
pub struct RangeTree {
    /// `levels[h][i]` covers leaves `i << h` up to `(i + 1) << h`, and exists once all of these do.
    levels: Vec<Vec<Node>>,
    log: VecDeque<Change>,
    version: Version,
}

/// A tree as it is or was.
#[derive(Clone, Debug)]
pub struct RangeView<'a> {
    tree: &'a RangeTree,
    leaves: u32,
    /// Nodes that differ from the live ones, by level and index.
    differing: HashMap<(u32, u32), Node>,
}

impl RangeTree {
    /// Rebuilds a tree from its leaves, cleared ones included, with an empty log that begins at `version`.
    pub fn from_leaves(leaves: impl IntoIterator<Item = Node>, version: Version) -> Result<Self, ChangeError> {
        let mut tree = Self::default();
        for leaf in leaves {
            tree.push(leaf)?;
        }
        tree.version = version;
        Ok(tree)
    }

    /// Leaves ever appended.
    pub fn leaves(&self) -> u32 {
        // `push` refuses the leaf that would not fit.
        self.levels.first().map_or(0, |level| level.len() as u32)
    }

    /// Names the live state.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The oldest state that the log reaches back to.
    pub fn oldest(&self) -> Version {
        self.version.saturating_sub(self.log.len() as u64)
    }

    /// Appends a leaf and returns its index.
    pub fn append(&mut self, leaf: Node) -> Result<u32, ChangeError> {
        let index = self.push(leaf)?;
        self.note(Change::Append);
        Ok(index)
    }

    /// Clears a leaf and returns what stood there.
    pub fn clear(&mut self, index: u32) -> Result<Node, ChangeError> {
        let leaves = self.leaves();
        let out_of_range = ChangeError::OutOfRange { index, leaves };
        let was = self.node(0, index).ok_or(out_of_range)?;
        if was == Node::CLEARED {
            return Err(ChangeError::Cleared(index));
        }
        self.set(index, Node::CLEARED);
        self.note(Change::Clear { index, was });
        Ok(was)
    }

    /// Takes back every change after `version`, as when the chain has left the fork that they happened on.
    pub fn rollback_to(&mut self, version: Version) -> Result<(), UnknownVersion> {
        self.check(version)?;
        while self.version > version {
            match self.log.pop_back() {
                Some(Change::Append) => self.pop(),
                Some(Change::Clear { index, was }) => self.set(index, was),
                None => break,
            }
            self.version = self.version.saturating_sub(1);
        }
        Ok(())
    }

    /// Drops the log before `version`, to which and to later ones alone one can then go back.
    pub fn forget_before(&mut self, version: Version) {
        while self.oldest() < version && self.log.pop_front().is_some() {}
    }

    /// The live state.
    pub fn view(&self) -> RangeView<'_> {
        RangeView { tree: self, leaves: self.leaves(), differing: HashMap::new() }
    }

    /// The state after change `version`.
    pub fn view_at(&self, version: Version) -> Result<RangeView<'_>, UnknownVersion> {
        self.check(version)?;
        let undone = self.version.saturating_sub(version) as usize;
        let mut leaves = self.leaves();
        let mut restored = Vec::new();
        for change in self.log.iter().rev().take(undone) {
            match change {
                Change::Append => leaves = leaves.saturating_sub(1),
                Change::Clear { index, was } => restored.push((*index, *was)),
            }
        }
        let mut view = RangeView { tree: self, leaves, differing: HashMap::new() };
        let mut touched = BTreeSet::new();
        for (index, was) in restored {
            // A leaf that had not been appended then is no part of that state.
            if index < leaves {
                view.differing.insert((0, index), was);
                touched.insert(index);
            }
        }
        let mut height = 0u32;
        while !touched.is_empty() {
            let parents: BTreeSet<u32> = touched.iter().map(|index| index >> 1).collect();
            touched.clear();
            for parent in parents {
                let joined = view.children(height, parent).and_then(|(left, right)| Node::join(&left, &right));
                if let Some(node) = joined {
                    view.differing.insert((height.saturating_add(1), parent), node);
                    touched.insert(parent);
                }
            }
            height = height.saturating_add(1);
        }
        Ok(view)
    }

    /// The newest state in the log that has these peaks.
    pub fn find(&self, peaks: &Peaks) -> Option<Version> {
        let wanted = (peaks.leaves, peaks.total());
        let (mut leaves, mut total) = (self.leaves(), self.view().total());
        let mut restored: HashMap<u32, u64> = HashMap::new();
        let mut version = self.version;
        let mut log = self.log.iter().rev();
        loop {
            // Count and sum are cheap to follow; only where both agree are nodes compared.
            if (leaves, total) == wanted && self.view_at(version).is_ok_and(|view| view.nodes() == peaks.nodes()) {
                return Some(version);
            }
            match log.next()? {
                Change::Append => {
                    leaves = leaves.checked_sub(1)?;
                    let sum = restored.remove(&leaves).or_else(|| self.node(0, leaves).map(|leaf| leaf.sum))?;
                    total = total.checked_sub(sum)?;
                },
                Change::Clear { index, was } => {
                    restored.insert(*index, was.sum);
                    total = total.checked_add(was.sum)?;
                },
            }
            version = version.saturating_sub(1);
        }
    }

    fn check(&self, wanted: Version) -> Result<(), UnknownVersion> {
        let (oldest, newest) = (self.oldest(), self.version);
        (oldest..=newest).contains(&wanted).then_some(()).ok_or(UnknownVersion { wanted, oldest, newest })
    }

    fn note(&mut self, change: Change) {
        self.log.push_back(change);
        self.version = self.version.saturating_add(1);
    }

    fn node(&self, height: u32, index: u32) -> Option<Node> {
        self.levels.get(height as usize)?.get(index as usize).copied()
    }

    fn push(&mut self, leaf: Node) -> Result<u32, ChangeError> {
        let index = self.leaves();
        index.checked_add(1).ok_or(ChangeError::Full)?;
        self.view().total().checked_add(leaf.sum).ok_or(ChangeError::Overflow)?;
        let mut node = leaf;
        let mut height = 0usize;
        loop {
            if self.levels.len() == height {
                self.levels.push(Vec::new());
            }
            let Some(level) = self.levels.get_mut(height) else { break };
            level.push(node);
            if level.len() % 2 == 1 {
                break;
            }
            let left = level.get(level.len().saturating_sub(2)).copied().ok_or(ChangeError::Overflow)?;
            // The sum of the whole range was checked, so no part of it overflows.
            node = Node::join(&left, &node).ok_or(ChangeError::Overflow)?;
            height = height.saturating_add(1);
        }
        Ok(index)
    }

    fn pop(&mut self) {
        for level in &mut self.levels {
            let was_pair = level.len() % 2 == 0;
            level.pop();
            // Only the second of a pair had made a parent.
            if !was_pair {
                break;
            }
        }
    }

    fn set(&mut self, index: u32, leaf: Node) {
        let mut node = leaf;
        let mut at = index as usize;
        let mut height = 0usize;
        while let Some(place) = self.levels.get_mut(height).and_then(|level| level.get_mut(at)) {
            *place = node;
            let level = &self.levels[height];
            let (Some(left), Some(right)) = (level.get(at & !1), level.get(at | 1)) else { break };
            let Some(parent) = Node::join(left, right) else { break };
            node = parent;
            at >>= 1;
            height = height.saturating_add(1);
        }
    }
}

impl RangeView<'_> {
    /// Leaves ever appended.
    pub fn leaves(&self) -> u32 {
        self.leaves
    }

    /// Chunks of all leaves.
    pub fn total(&self) -> u64 {
        self.mountains().filter_map(|(height, index)| self.node(height, index)).fold(0, |sum, n| sum.saturating_add(n.sum))
    }

    /// The peaks, the highest mountain first, as the chain keeps them.
    pub fn nodes(&self) -> Vec<Node> {
        self.mountains().filter_map(|(height, index)| self.node(height, index)).collect()
    }

    /// A leaf's node.
    pub fn leaf(&self, index: u32) -> Option<Node> {
        self.node(0, index)
    }

    /// The path of a leaf, from its sibling up to the one below the peak.
    pub fn path(&self, index: u32) -> Option<Vec<Node>> {
        let (height, _) = self.mountains().find(|(height, mountain)| index.checked_shr(*height) == Some(*mountain))?;
        (0..height).map(|level| self.node(level, (index >> level) ^ 1)).collect()
    }

    /// The leaf that covers a position, and the position's offset within it.
    pub fn locate(&self, position: u64) -> Option<(u32, u32)> {
        let mut rest = position;
        for (height, index) in self.mountains() {
            let sum = self.node(height, index)?.sum;
            if rest >= sum {
                rest = rest.checked_sub(sum)?;
                continue;
            }
            let (mut height, mut index) = (height, index);
            while height > 0 {
                height = height.checked_sub(1)?;
                index = index.checked_mul(2)?;
                let left = self.node(height, index)?.sum;
                if rest >= left {
                    rest = rest.checked_sub(left)?;
                    index = index.checked_add(1)?;
                }
            }
            return Some((index, u32::try_from(rest).ok()?));
        }
        None
    }

    /// Height and index of each mountain, the highest first.
    fn mountains(&self) -> impl Iterator<Item = (u32, u32)> {
        let leaves = self.leaves;
        (0..32u32).rev().filter(move |height| leaves >> height & 1 == 1).map(move |height| {
            // The leaves before this mountain are the set bits above it, a multiple of twice its size.
            (height, (leaves >> height) & !1)
        })
    }

    fn node(&self, height: u32, index: u32) -> Option<Node> {
        let end = (u64::from(index).checked_add(1)?) << height;
        if end > u64::from(self.leaves) {
            return None;
        }
        self.differing.get(&(height, index)).copied().or_else(|| self.tree.node(height, index))
    }

    fn children(&self, height: u32, parent: u32) -> Option<(Node, Node)> {
        let left = parent.checked_mul(2)?;
        Some((self.node(height, left)?, self.node(height, left.checked_add(1)?)?))
    }
}
