//! What must be true of names at all times.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_names_primitives::{
    name::{is_label, is_name, is_reserved, skeleton},
    path::MAX_DEPTH,
    record::MAX_RECORDS,
    rules::Status,
    Balance, NodeId,
};
use pallet_idlewild_clock::Pallet as Clock;
use sp_runtime::TryRuntimeError;

use crate::{
    types::Node, Children, Commits, Config, NextNode, Nodes, OfOwner, Pallet, Records, Registrations, Reverses, Rules,
};

/// What is on hold for each account.
type Held<AccountId> = BTreeMap<AccountId, Balance>;

fn add<AccountId: Ord>(held: &mut Held<AccountId>, who: AccountId, amount: Balance) {
    let sum = held.entry(who).or_default();
    *sum = sum.saturating_add(amount);
}

impl<T: Config> Pallet<T> {
    /// Checks that names and subnames are whole and found by what leads to them, and that every coin on hold, of whatever account, is
    /// one of the deposits on record.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        ensure!(Rules::<T>::get().is_sound(), "names cannot be registered by these rules");
        let now = Clock::<T>::now();
        let mut held = Held::new();
        for (who, _, commit) in Commits::<T>::iter() {
            ensure!(commit.at <= now, "a commitment was made later than now");
            add(&mut held, who, commit.deposit);
        }
        for (who, reverse) in Reverses::<T>::iter() {
            ensure!(reverse.node < NextNode::<T>::get(), "an account has a name that was never registered");
            add(&mut held, who, reverse.deposit);
        }
        Self::check_registrations()?;
        let mut records = 0usize;
        for (id, node) in Nodes::<T>::iter() {
            records = records.saturating_add(Self::check_node(id, &node, &mut held)?);
        }
        ensure!(Records::<T>::iter_keys().count() == records, "a record is of a name that is no more");
        ensure!(OfOwner::<T>::iter_keys().count() == Nodes::<T>::iter_keys().count(), "an account has a name that is no more");
        for (parent, label, id) in Children::<T>::iter() {
            let child = Nodes::<T>::get(id).ok_or("a subname is no more, and is found")?;
            ensure!(child.parent == Some(parent) && child.label == label, "a subname is found where it is not");
        }
        for who in frame_system::Account::<T>::iter_keys() {
            let on_hold = T::Currency::balance_on_hold(&Self::reason(), &who);
            ensure!(on_hold == held.remove(&who).unwrap_or(0), "what is on hold is not the sum of deposits");
        }
        ensure!(held.values().all(|held| *held == 0), "somebody with deposits has no account");
        Ok(())
    }

    fn check_registrations() -> Result<(), TryRuntimeError> {
        for (key, latest) in Registrations::<T>::iter() {
            ensure!(is_name(&latest.name) && !is_reserved(&latest.name), "a name is none");
            ensure!(skeleton(&latest.name) == key.as_slice(), "a name is found by what it does not look like");
            ensure!(latest.term.ends <= latest.term.free, "a name's grace ends before its term");
            let node = Nodes::<T>::get(latest.node).ok_or("a name on record is no more")?;
            ensure!(node.parent.is_none() && node.label == latest.name, "a name leads to another");
        }
        Ok(())
    }

    /// Checks one node, adds what is on hold for it, and counts its records.
    fn check_node(id: NodeId, node: &Node<T::AccountId>, held: &mut Held<T::AccountId>) -> Result<usize, TryRuntimeError> {
        ensure!(id < NextNode::<T>::get(), "a name has a number that was not given yet");
        ensure!(is_label(&node.label), "a subname's label is none");
        ensure!(OfOwner::<T>::contains_key(&node.owner, id), "a name is not among those of its owner");
        ensure!(!node.operators.contains(&node.owner), "an owner is its own operator");
        // Numbers are given in order, so that nothing can be under itself.
        ensure!(node.parent.is_none_or(|parent| parent < id), "a subname is older than what it is under");
        let standing = Self::standing(id);
        ensure!(standing.labels.len() <= MAX_DEPTH, "a subname is too deep");
        if standing.status(Clock::<T>::now()) != Status::Gone {
            let path = idlewild_names_primitives::path::join(standing.labels.iter().map(|label| label.as_slice()));
            let found = Self::reach_exactly(&path).is_some_and(|reached| reached.id == id);
            ensure!(found, "a name that stands is not found by its path");
        }
        add(held, node.payer.clone(), node.deposit);
        let (mut count, mut kept) = (0u32, 0 as Balance);
        for (key, record) in Records::<T>::iter_prefix(id) {
            ensure!(key.is_sound() && record.record.is_sound() && record.record.is_of(&key), "a record is not of its key");
            count = count.saturating_add(1);
            if record.by.is_none() {
                kept = kept.saturating_add(record.deposit);
            }
            add(held, record.by.unwrap_or_else(|| node.owner.clone()), record.deposit);
        }
        ensure!(count == node.records && count <= MAX_RECORDS, "records are miscounted");
        ensure!(kept == node.kept, "an owner's deposits for records are not their sum");
        Ok(count as usize)
    }
}
