//! Records: who sets them, and on whose account their deposits are.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use idlewild_names_primitives::{
    record::{Record, RecordKey, MAX_RECORDS},
    NodeId,
};

use crate::{
    types::{Kept, Node, NodePath},
    walking::Found,
    Config, Error, Event, Nodes, Pallet, Records,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_record(who: T::AccountId, path: &NodePath, key: RecordKey, value: Option<Record>) -> DispatchResult {
        let Found { id, mut node, .. } = Self::live(path)?;
        ensure!(node.owner == who || node.operators.contains(&who), Error::<T>::NotAllowed);
        let former = Records::<T>::take(id, &key);
        ensure!(value.is_some() || former.is_some(), Error::<T>::NoSuchRecord);
        // Given back first, so that it can stand for what comes.
        if let Some(former) = former {
            Self::forget(&mut node, &former)?;
        }
        let event = match value {
            Some(record) => {
                Self::keep(id, &mut node, who, &key, record)?;
                Event::RecordSet { node: id, key }
            },
            None => Event::RecordRemoved { node: id, key },
        };
        Nodes::<T>::insert(id, node);
        Self::deposit_event(event);
        Ok(())
    }

    /// Sets a record that there is none of.
    fn keep(id: NodeId, node: &mut Node<T::AccountId>, who: T::AccountId, key: &RecordKey, record: Record) -> DispatchResult {
        ensure!(key.is_sound() && record.is_sound() && record.is_of(key), Error::<T>::BadRecord);
        ensure!(node.records < MAX_RECORDS, Error::<T>::TooManyRecords);
        let deposit = Self::record_deposit(key, &record);
        Self::hold(&who, deposit)?;
        let by = (who != node.owner).then_some(who);
        if by.is_none() {
            node.kept = node.kept.saturating_add(deposit);
        }
        node.records = node.records.saturating_add(1);
        Records::<T>::insert(id, key, Kept { record, by, deposit });
        Ok(())
    }

    /// Gives the deposit of a record that was removed to who set it.
    pub(crate) fn forget(node: &mut Node<T::AccountId>, kept: &Kept<T::AccountId>) -> DispatchResult {
        node.records = node.records.saturating_sub(1);
        match &kept.by {
            Some(by) => Self::let_go(by, kept.deposit),
            None => {
                node.kept = node.kept.saturating_sub(kept.deposit);
                Self::let_go(&node.owner, kept.deposit)
            },
        }
    }
}
