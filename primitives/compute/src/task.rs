//! What a task is told, and the root by which all tasks of a project stand on chain.
//!
//! A project's input bundle has a file for each chunk, [`CHUNKS`]`/INDEX`, with its list of [`Task`]s encoded. The chain knows them by the
//! root of a Merkle tree over those lists; a worker checks what it was given for its chunk before it begins, with the other leaves from
//! the file [`LEAVES`].

use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;

use crate::{hash, Digest};

/// The folder of a project's input bundle with a file for each chunk, named by its index.
pub const CHUNKS: &str = "chunks";
/// The file of a project's input bundle with the leaves of all chunks, one after the other.
pub const LEAVES: &str = "leaves";
/// The file of a chunk's output bundle with what became of its tasks: their [outcomes](crate::outcome::Outcome), encoded.
pub const OUTCOMES: &str = "outcomes";
/// The folder of an output bundle with what tasks wrote, each by its place in the chunk; not of one that wrote nothing.
pub const OUTPUTS: &str = "out";
/// The folder of an output bundle with the ends of tasks' logs, likewise.
pub const LOGS: &str = "log";
/// Most arguments of a task.
pub const MAX_ARGUMENTS: usize = 256;
/// Most bytes of all arguments of a task together.
pub const MAX_ARGUMENT_BYTES: usize = 64 << 10;

/// What one run of a program is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Task {
    /// Arguments, without the program's own name.
    pub arguments: Vec<String>,
    /// What it reads from its standard input: the path of a file in the input bundle.
    pub input: Option<String>,
}

/// The leaf of a chunk: the hash of its list of tasks, encoded.
pub fn leaf(tasks: &[Task]) -> Digest {
    hash(&(b"idlewild/tasks/1", tasks).encode())
}

/// A node above two others. What has no partner is its own parent, so that a tree of one leaf is that leaf.
fn parent(left: &Digest, right: &Digest) -> Digest {
    hash(&(b"idlewild/task-node/1", left, right).encode())
}

/// The root over the leaves of all chunks. No chunks have a root of zeros.
pub fn root(leaves: &[Digest]) -> Digest {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => parent(left, right),
                [only, ..] => *only,
                [] => Digest::default(),
            })
            .collect();
    }
    level.first().copied().unwrap_or_default()
}

/// The siblings that lead from a leaf to the root; `None` where there is no such leaf.
pub fn path(leaves: &[Digest], index: u32) -> Option<Vec<Digest>> {
    let mut at = usize::try_from(index).ok().filter(|at| *at < leaves.len())?;
    let mut level = leaves.to_vec();
    let mut path = Vec::new();
    while level.len() > 1 {
        path.extend(level.get(at ^ 1));
        level = level
            .chunks(2)
            .filter_map(|pair| match pair {
                [left, right] => Some(parent(left, right)),
                [only, ..] => Some(*only),
                [] => None,
            })
            .collect();
        at /= 2;
    }
    Some(path)
}

/// Whether a leaf stands at `index` of the `count` leaves under `root`.
pub fn verify(root: &Digest, count: u32, index: u32, leaf: Digest, path: &[Digest]) -> bool {
    if index >= count {
        return false;
    }
    let (mut at, mut width, mut node, mut siblings) = (index, count, leaf, path.iter());
    while width > 1 {
        // The last of an odd level has no partner.
        if at ^ 1 < width {
            let Some(sibling) = siblings.next() else { return false };
            node = if at % 2 == 0 { parent(&node, sibling) } else { parent(sibling, &node) };
        }
        at /= 2;
        width = width.div_ceil(2);
    }
    siblings.next().is_none() && node == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u8) -> Vec<Digest> {
        (0..count).map(|byte| [byte; 32]).collect()
    }

    #[test]
    fn every_leaf_leads_to_the_root_and_to_no_other_place() {
        for count in 1..=17u8 {
            let leaves = leaves(count);
            let top = root(&leaves);
            for index in 0..u32::from(count) {
                let path = path(&leaves, index).unwrap();
                for other in 0..=u32::from(count) {
                    let at_other = verify(&top, count.into(), other, leaves[index as usize], &path);
                    assert_eq!(at_other, other == index, "{index} of {count} at {other}");
                }
                let mut long = path.clone();
                long.push([9; 32]);
                assert!(!verify(&top, count.into(), index, leaves[index as usize], &long));
                if let Some((_, short)) = path.split_last() {
                    assert!(!verify(&top, count.into(), index, leaves[index as usize], short));
                }
            }
            assert_eq!(path(&leaves, count.into()), None);
        }
    }

    #[test]
    fn a_leaf_is_told_from_a_node() {
        let two = leaves(2);
        assert_ne!(root(&two), two[0]);
        assert_ne!(leaf(&[]), leaf(&[Task::default()]));
    }
}
