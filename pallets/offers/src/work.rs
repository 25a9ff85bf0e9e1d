//! Work that a provider takes and is done with: resources and a part of the bond, for a chunk, an order or a lease.

use frame_support::{ensure, pallet_prelude::*, traits::Get};
use idlewild_compute_primitives::{resources::Resources, Balance, ProviderId};

use crate::{types::Provider, Config, Error, Pallet, Providers};

impl<T: Config> Pallet<T> {
    /// A provider's record.
    pub fn get(id: ProviderId) -> Result<Provider<T::AccountId>, DispatchError> {
        Providers::<T>::get(id).ok_or_else(|| Error::<T>::NoSuchProvider.into())
    }

    /// The same, if `who` is its operator.
    pub fn operated(id: ProviderId, who: &T::AccountId) -> Result<Provider<T::AccountId>, DispatchError> {
        let record = Self::get(id)?;
        ensure!(record.operator == *who, Error::<T>::NotOperator);
        Ok(record)
    }

    /// Gives an active provider work: takes `resources` of what is free and lets `bond` of what is spare stand for it.
    ///
    /// [`end_work`](Self::end_work) must follow, with the same resources and what is left of that bond.
    pub fn take_work(id: ProviderId, resources: &Resources, bond: Balance) -> DispatchResult {
        Self::mutate(id, |record| {
            ensure!(record.is_active(), Error::<T>::NotActive);
            // One that a slash brought below the least takes nothing until its operator has made up for it.
            ensure!(record.bond >= T::LeastBond::get(), Error::<T>::BondTooLow);
            ensure!(record.spare() >= bond, Error::<T>::BondInUse);
            record.free = record.free.less(resources).ok_or(Error::<T>::NoRoom)?;
            record.busy = record.busy.checked_add(1).ok_or(Error::<T>::NoRoom)?;
            record.locked = record.locked.saturating_add(bond);
            Ok(())
        })
    }

    /// Ends what [`take_work`](Self::take_work) began, however the provider stands by now. `bond` is what is left of what stood for it:
    /// less what was [slashed](Self::slash) or [charged](Self::charge) of it.
    pub fn end_work(id: ProviderId, resources: &Resources, bond: Balance) {
        Providers::<T>::mutate(id, |slot| {
            let Some(record) = slot else { return };
            // There is never more free than is offered, whatever a caller says.
            record.free = least(&record.free.plus(resources), &record.offered);
            record.locked = record.locked.saturating_sub(bond);
            record.busy = record.busy.saturating_sub(1);
        });
    }

    /// Changes a provider. Nothing is changed on an error.
    pub(crate) fn mutate(id: ProviderId, change: impl FnOnce(&mut Provider<T::AccountId>) -> DispatchResult) -> DispatchResult {
        Providers::<T>::try_mutate(id, |slot| change(slot.as_mut().ok_or(Error::<T>::NoSuchProvider)?))
    }
}

/// Of each dimension the lesser amount.
fn least(a: &Resources, b: &Resources) -> Resources {
    Resources {
        cpu_milli: a.cpu_milli.min(b.cpu_milli),
        ram_mib: a.ram_mib.min(b.ram_mib),
        disk_mib: a.disk_mib.min(b.disk_mib),
        gpus: a.gpus.min(b.gpus),
        vram_mib: a.vram_mib.min(b.vram_mib),
        up_kbps: a.up_kbps.min(b.up_kbps),
        down_kbps: a.down_kbps.min(b.down_kbps),
    }
}
