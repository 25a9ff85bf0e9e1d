//! What an owner does with a name: to whom it gives it, who may set its records, and whose own it is.

use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{fungible::Inspect, Get},
};

use crate::{
    types::{NodePath, Reverse},
    Config, Error, Event, Nodes, OfOwner, Pallet, Reverses,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_transfer(who: T::AccountId, path: &NodePath, to: T::AccountId) -> DispatchResult {
        let mut found = Self::owned(&who, path)?;
        ensure!(to != who, Error::<T>::SameOwner);
        ensure!(T::Currency::balance(&to) >= T::Currency::minimum_balance(), Error::<T>::NoSuchAccount);
        let mut amount = found.node.kept;
        if found.node.payer == who {
            amount = amount.saturating_add(found.node.deposit);
            found.node.payer = to.clone();
        }
        if amount > 0 {
            Self::hand_over(&who, &to, amount)?;
        }
        OfOwner::<T>::remove(&who, found.id);
        OfOwner::<T>::insert(&to, found.id, ());
        found.node.owner = to.clone();
        // Whom the former owner trusted, the new one need not.
        found.node.operators = Default::default();
        Nodes::<T>::insert(found.id, found.node);
        Self::deposit_event(Event::Transferred { node: found.id, from: who, to });
        Ok(())
    }

    pub(crate) fn do_set_operator(owner: T::AccountId, path: &NodePath, who: T::AccountId, allowed: bool) -> DispatchResult {
        let mut found = Self::owned(&owner, path)?;
        let place = found.node.operators.iter().position(|operator| *operator == who);
        match (place, allowed) {
            (None, true) => {
                ensure!(who != owner, Error::<T>::SameOperator);
                found.node.operators.try_push(who.clone()).map_err(|_| Error::<T>::TooManyOperators)?;
            },
            (Some(place), false) => _ = found.node.operators.remove(place),
            (None, false) | (Some(_), true) => return Err(Error::<T>::SameOperator.into()),
        }
        Nodes::<T>::insert(found.id, found.node);
        Self::deposit_event(Event::OperatorSet { node: found.id, who, allowed });
        Ok(())
    }

    pub(crate) fn do_set_reverse(who: T::AccountId, path: Option<NodePath>) -> DispatchResult {
        let former = Reverses::<T>::take(&who);
        ensure!(path.is_some() || former.is_some(), Error::<T>::NoReverse);
        if let Some(former) = former {
            Self::let_go(&who, former.deposit)?;
        }
        let node = path.map(|path| Self::live(&path)).transpose()?.map(|found| found.id);
        if let Some(node) = node {
            let deposit = T::ItemDeposit::get();
            Self::hold(&who, deposit)?;
            Reverses::<T>::insert(&who, Reverse { node, deposit });
        }
        Self::deposit_event(Event::ReverseSet { who, node });
        Ok(())
    }
}
