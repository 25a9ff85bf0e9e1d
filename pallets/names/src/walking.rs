//! From a path to a node, and from a node to its path.

use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::DispatchError};
use idlewild_names_primitives::{
    name::skeleton,
    path::{exact, labels, MAX_DEPTH},
    rules::{Status, Term},
    Clock as Moment, NodeId,
};
use pallet_idlewild_clock::Pallet as Clock;

use crate::{
    types::{Label, Node, Registration, Skeleton},
    Children, Config, Error, Nodes, Pallet, Registrations,
};

/// A node that stands, and how deep it is.
pub(crate) struct Found<AccountId> {
    pub(crate) id: NodeId,
    pub(crate) node: Node<AccountId>,
    /// Labels of its path.
    pub(crate) depth: usize,
}

/// Where a path leads.
pub(crate) struct Reached {
    pub(crate) id: NodeId,
    pub(crate) term: Term,
    /// Labels of the node's path.
    pub(crate) depth: usize,
    /// Where in the path that was read the rest begins.
    pub(crate) rest: usize,
}

/// What is known of a node from below.
pub(crate) struct Standing {
    /// Labels, the name first, or the topmost that is still on record.
    pub(crate) labels: Vec<Label>,
    /// When the name ends that it is under, if all of that is as it was.
    pub(crate) term: Option<Term>,
}

impl Standing {
    pub(crate) fn status(&self, now: Moment) -> Status {
        self.term.map_or(Status::Gone, |term| term.status(now))
    }
}

impl<T: Config> Pallet<T> {
    /// The latest registration of a name, or of one that looks like it.
    pub(crate) fn latest(name: &[u8]) -> Option<Registration> {
        Skeleton::try_from(skeleton(name)).ok().and_then(Registrations::<T>::get)
    }

    /// The registration of just this name, unless it is gone.
    pub(crate) fn registered(name: &[u8]) -> Option<Registration> {
        let registration = Self::latest(name).filter(|latest| latest.name.as_slice() == name)?;
        (registration.term.status(Clock::<T>::now()) != Status::Gone).then_some(registration)
    }

    /// Follows a path as far as there are names and subnames, whether the name is in its grace or not.
    pub(crate) fn reach(path: &[u8]) -> Option<Reached> {
        let mut labels = labels(path);
        let first = labels.next()?;
        let registration = Self::registered(first.label)?;
        let mut reached = Reached { id: registration.node, term: registration.term, depth: 1, rest: first.rest };
        for word in labels {
            let Ok(label) = Label::try_from(word.label.to_vec()) else { break };
            let Some(id) = Children::<T>::get(reached.id, label) else { break };
            reached = Reached { id, depth: reached.depth.saturating_add(1), rest: word.rest, ..reached };
        }
        Some(reached)
    }

    /// Follows a path that must lead to a node, with nothing behind it.
    pub(crate) fn reach_exactly(path: &[u8]) -> Option<Reached> {
        let depth = exact(path)?.len();
        Self::reach(path).filter(|reached| reached.depth == depth)
    }

    /// The node that a call is about.
    pub(crate) fn live(path: &[u8]) -> Result<Found<T::AccountId>, DispatchError> {
        let reached = Self::reach_exactly(path).ok_or(Error::<T>::NoSuchName)?;
        ensure!(reached.term.status(Clock::<T>::now()) == Status::Live, Error::<T>::Lapsed);
        let node = Nodes::<T>::get(reached.id).ok_or(Error::<T>::NoSuchName)?;
        Ok(Found { id: reached.id, node, depth: reached.depth })
    }

    /// The same, if it is the caller's own.
    pub(crate) fn owned(who: &T::AccountId, path: &[u8]) -> Result<Found<T::AccountId>, DispatchError> {
        let found = Self::live(path)?;
        ensure!(found.node.owner == *who, Error::<T>::NotOwner);
        Ok(found)
    }

    /// Looks from a node upwards: its path, and whether it still is what is under that.
    pub(crate) fn standing(id: NodeId) -> Standing {
        let mut labels = Vec::new();
        let mut term = None;
        let mut unbroken = true;
        let mut next = Some(id);
        for _ in 0..MAX_DEPTH {
            let Some(id) = next else { break };
            let Some(node) = Nodes::<T>::get(id) else { break };
            match node.parent {
                Some(parent) => unbroken = unbroken && Children::<T>::get(parent, &node.label) == Some(id),
                None => {
                    let latest = Self::latest(&node.label).filter(|latest| latest.node == id);
                    term = latest.filter(|_| unbroken).map(|latest| latest.term);
                },
            }
            labels.push(node.label);
            next = node.parent;
        }
        labels.reverse();
        Standing { labels, term }
    }
}
