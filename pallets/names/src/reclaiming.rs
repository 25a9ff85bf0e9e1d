//! What is left of names and subnames that are gone: some records at a time, so that no call takes long.

use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::DispatchResult};
use idlewild_names_primitives::{name::skeleton, rules::Status, NodeId};
use pallet_idlewild_clock::Pallet as Clock;

use crate::{
    types::{Node, Skeleton, MAX_RECLAIMED},
    Children, Config, Error, Event, Nodes, OfOwner, Pallet, Records, Registrations, Rules,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_reclaim(id: NodeId, limit: u32) -> DispatchResult {
        ensure!((1..=MAX_RECLAIMED).contains(&limit), Error::<T>::BadLimit);
        let mut node = Nodes::<T>::get(id).ok_or(Error::<T>::NoSuchNode)?;
        ensure!(Self::standing(id).status(Clock::<T>::now()) == Status::Gone, Error::<T>::StillStands);
        let some: Vec<_> = Records::<T>::iter_prefix(id).take(limit as usize).collect();
        let mut records = 0u32;
        for (key, kept) in some {
            Records::<T>::remove(id, key);
            Self::forget(&mut node, &kept)?;
            records = records.saturating_add(1);
        }
        let ended = node.records == 0 && Self::unlink(id, &node);
        ensure!(ended || records > 0, Error::<T>::PremiumRuns);
        if ended {
            OfOwner::<T>::remove(&node.owner, id);
            Nodes::<T>::remove(id);
            Self::let_go(&node.payer, node.deposit)?;
        } else {
            Nodes::<T>::insert(id, node);
        }
        Self::deposit_event(Event::Reclaimed { node: id, records, ended });
        Ok(())
    }

    /// Removes what leads to a node that is gone, unless that has to be known a while longer.
    fn unlink(id: NodeId, node: &Node<T::AccountId>) -> bool {
        let Some(parent) = node.parent else { return Self::unlink_name(id, node) };
        if Children::<T>::get(parent, &node.label) == Some(id) {
            Children::<T>::remove(parent, &node.label);
        }
        true
    }

    fn unlink_name(id: NodeId, node: &Node<T::AccountId>) -> bool {
        let Ok(key) = Skeleton::try_from(skeleton(&node.label)) else { return true };
        let latest = Registrations::<T>::get(&key).filter(|latest| latest.node == id);
        let Some(latest) = latest else { return true };
        // The premium is counted from its end: without it, anybody could have the name for nothing but the rent.
        let kept_until = latest.term.free.saturating_add(Rules::<T>::get().premium_lasts());
        let over = Clock::<T>::now() >= kept_until;
        if over {
            Registrations::<T>::remove(key);
        }
        over
    }
}
