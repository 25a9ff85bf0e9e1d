//! The logic behind the calls.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
    weights::Weight,
};
use idlewild_storage_primitives::{deal::Slot, sum_range::Node, terms::Load, DealId, MinerId, SlotIndex};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_deals::Pallet as Deals;
use pallet_idlewild_proofs::{Error as ProofsError, Pallet as Proofs, Touched};
use pallet_idlewild_providers::Pallet as Providers;

use crate::{Clearing, Config, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_append(operator: T::AccountId, miner: MinerId, slots: &[(DealId, SlotIndex)]) -> DispatchResult {
        ensure!(!slots.is_empty(), Error::<T>::Nothing);
        let Some(ledger) = Proofs::<T>::touch_owned(&operator, miner)? else { return Ok(()) };
        let start = Proofs::<T>::start_of(miner, &ledger);
        for &(id, slot) in slots {
            let deal = Deals::<T>::open_deal(id)?;
            let assigned = matches!(Deals::<T>::slot_of(&deal, slot)?, Slot::Assigned { miner: to, .. } if to == miner);
            ensure!(assigned, Error::<T>::NotAssigned);
            let leaf = Deals::<T>::leaf_of(&deal, id, slot)?;
            let index = Proofs::<T>::append_leaf(miner, &leaf)?;
            Deals::<T>::mark_appended(id, deal, slot, miner, start)?;
            Self::deposit_event(Event::Appended { miner, deal: id, slot, index });
        }
        Ok(())
    }

    pub(crate) fn do_clear(operator: T::AccountId, miner: MinerId, clearings: &[Clearing]) -> DispatchResult {
        ensure!(!clearings.is_empty(), Error::<T>::Nothing);
        if Proofs::<T>::touch_owned(&operator, miner)?.is_none() {
            return Ok(());
        }
        for Clearing { leaf, index, path } in clearings {
            ensure!(Deals::<T>::is_released(leaf.deal, leaf.slot, miner), Error::<T>::StillHeld);
            Proofs::<T>::clear_leaf(miner, *index, leaf, path)?;
            let load = Load::slot(leaf.count);
            Providers::<T>::release(miner, load, load.bytes())?;
            Self::deposit_event(Event::Cleared { miner, deal: leaf.deal, slot: leaf.slot, index: *index });
        }
        Ok(())
    }

    /// Returns what it took to begin an extension that was due.
    pub(crate) fn do_report_unappended(reporter: T::AccountId, id: DealId, slot: SlotIndex) -> Result<Weight, DispatchError> {
        let (deal, begun) = Deals::<T>::current_deal(id)?;
        let Slot::Assigned { miner, since } = Deals::<T>::slot_of(&deal, slot)? else {
            return Err(Error::<T>::NotAssigned.into());
        };
        ensure!(Clock::<T>::now() > Deals::<T>::append_deadline(since), Error::<T>::NotDue);
        match Proofs::<T>::touch(miner)? {
            // Its failure opened the slot already, at a higher price.
            Touched::Failed { just_now: true } => return Ok(begun),
            Touched::Failed { just_now: false } => return Err(ProofsError::<T>::MinerFailed.into()),
            Touched::Sound(_) => {},
        }
        let load = deal.load();
        let bond = T::Rates::get().bond(load);
        Providers::<T>::release(miner, load, deal.bytes())?;
        Providers::<T>::lose_slot(miner, load, bond, true, Some(&reporter))?;
        Deals::<T>::vacate(id, deal, slot, miner)?;
        Self::deposit_event(Event::Unappended { miner, deal: id, slot, reporter });
        Ok(begun)
    }

    /// Returns what it took to begin an extension that was due.
    pub(crate) fn do_declare_lost(
        operator: T::AccountId,
        miner: MinerId,
        id: DealId,
        slot: SlotIndex,
        index: u32,
        path: &[Node],
    ) -> Result<Weight, DispatchError> {
        if Proofs::<T>::touch_owned(&operator, miner)?.is_none() {
            return Ok(Weight::zero());
        }
        let (deal, begun) = Deals::<T>::confirmed_deal(id, slot)?;
        let record = Deals::<T>::slot_of(&deal, slot)?;
        ensure!(record.earning().is_some_and(|(holder, _)| holder == miner), Error::<T>::NotHolder);
        let leaf = Deals::<T>::leaf_of(&deal, id, slot)?;
        Proofs::<T>::clear_leaf(miner, index, &leaf, path)?;
        let load = deal.load();
        // On probation the first loser's bounty is still there, and pays the next repairer as well.
        let potted = !matches!(record, Slot::Probation { .. });
        let price = T::Rates::get().floor(load);
        Providers::<T>::release(miner, load, deal.bytes())?;
        Providers::<T>::lose_slot(miner, load, price, potted, None)?;
        Deals::<T>::vacate(id, deal, slot, miner)?;
        Self::deposit_event(Event::Lost { miner, deal: id, slot, index });
        Ok(begun)
    }
}
