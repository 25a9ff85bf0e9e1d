//! Subnames: made by who owns what they are under.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use idlewild_names_primitives::{name::is_label, path::MAX_DEPTH};

use crate::{
    types::{Label, NodePath},
    Children, Config, Error, Event, Nodes, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create_sub(who: T::AccountId, parent: &NodePath, label: Label, owner: T::AccountId) -> DispatchResult {
        let found = Self::owned(&who, parent)?;
        ensure!(is_label(&label), Error::<T>::BadLabel);
        ensure!(found.depth < MAX_DEPTH, Error::<T>::TooDeep);
        ensure!(!Children::<T>::contains_key(found.id, &label), Error::<T>::LabelTaken);
        let node = Self::add_node(Some(found.id), label.clone(), owner.clone(), who)?;
        Children::<T>::insert(found.id, &label, node);
        Self::deposit_event(Event::SubCreated { node, parent: found.id, label, owner });
        Ok(())
    }

    pub(crate) fn do_remove_sub(who: T::AccountId, path: &NodePath) -> DispatchResult {
        let found = Self::live(path)?;
        let parent = found.node.parent.ok_or(Error::<T>::NotSubname)?;
        let may = found.node.owner == who || Nodes::<T>::get(parent).is_some_and(|above| above.owner == who);
        ensure!(may, Error::<T>::NotOwner);
        // What is under it stands no more with this one link.
        Children::<T>::remove(parent, &found.node.label);
        Self::deposit_event(Event::SubRemoved { node: found.id, parent, label: found.node.label });
        Ok(())
    }
}
