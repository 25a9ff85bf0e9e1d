//! Judging what miners signed.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use idlewild_storage_primitives::{
    admission,
    receipt::{Receipt, SlotReceipt, MAX_VALIDITY},
    SlotIndex,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_providers::{ActiveOperators, Miners, NextMiner, Pallet as Providers, TotalWeight};
use sp_io::crypto::ed25519_verify;
use sp_runtime::{traits::SaturatedConversion, DispatchError};

use crate::{
    types::{Deal, Roots},
    Config, Error, Pallet,
};

impl<T: Config> Pallet<T> {
    /// Checks every receipt of a deal: form, time, price, admission, spread over operators, signature. Returns the block after
    /// which none of them is valid.
    ///
    /// `taken` are the slots that others hold already, with the operators behind them.
    pub(crate) fn check_receipts(
        deal: &Deal<T::AccountId>,
        roots: &Roots,
        receipts: &[SlotReceipt],
        taken: &BTreeMap<SlotIndex, T::AccountId>,
    ) -> Result<u32, DispatchError> {
        let block: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
        let genesis = Clock::<T>::genesis();
        let creator: [u8; 32] = deal.creator().clone().into();
        let mut seen: BTreeSet<SlotIndex> = taken.keys().copied().collect();
        let mut spread = Spread::<T>::new(deal);
        // Those stand as they are, however many operators there were when they were filled.
        for (slot, operator) in taken {
            spread.count(deal, *slot, operator)?;
        }
        let mut last = block;
        for receipt in receipts {
            let root = *roots.get(usize::from(receipt.slot)).ok_or(Error::<T>::NoSuchSlot)?;
            ensure!(seen.insert(receipt.slot), Error::<T>::SlotTaken);
            ensure!(receipt.valid_until >= block, Error::<T>::ReceiptExpired);
            ensure!(receipt.valid_until <= block.saturating_add(MAX_VALIDITY), Error::<T>::ReceiptTooLong);
            ensure!(receipt.least_price <= deal.price, Error::<T>::PriceTooLow);
            let Some(miner) = Miners::<T>::get(receipt.miner) else {
                // One that has gone since it signed leaves its slot unfilled, like one that is full or paused: were the call
                // refused, any miner could have it refused by going.
                ensure!(receipt.miner < NextMiner::<T>::get(), Error::<T>::UnknownMiner);
                continue;
            };
            // Who cannot take the slot leaves it unfilled, and may have no weight to be admitted by.
            if Self::cannot_take(receipt.miner, deal.load(), deal.bytes()).is_none() {
                Self::check_admission(deal, receipt, miner.weight)?;
            }
            spread.add(deal, receipt.slot, &miner.operator)?;
            let signed = Receipt {
                owner: creator,
                salt: deal.salt,
                slot: receipt.slot,
                miner: receipt.miner,
                root,
                length: deal.shard_len,
                term: deal.term,
                least_price: receipt.least_price,
                valid_until: receipt.valid_until,
            };
            let message = signed.message(&genesis);
            ensure!(ed25519_verify(&receipt.signature.into(), &message, &miner.peer_key.into()), Error::<T>::BadReceipt);
            last = last.max(receipt.valid_until);
        }
        Ok(last)
    }

    fn check_admission(
        deal: &Deal<T::AccountId>,
        receipt: &SlotReceipt,
        weight: pallet_idlewild_providers::types::Snapshots,
    ) -> DispatchResult {
        let epoch = Providers::<T>::epoch();
        let (copy, _) = deal.geometry.locate(receipt.slot).ok_or(Error::<T>::NoSuchSlot)?;
        let shards = deal.geometry.shards();
        let totals = TotalWeight::<T>::get().of(epoch);
        let admitted = admission::is_admitted_by_either(&deal.salt, copy, receipt.miner, shards, weight.of(epoch), totals);
        ensure!(admitted, Error::<T>::NotAdmitted);
        Ok(())
    }
}

/// How a deal's slots are spread over operators.
pub(crate) struct Spread<T: Config> {
    most: u32,
    counts: BTreeMap<(u8, T::AccountId), u32>,
}

impl<T: Config> Spread<T> {
    pub(crate) fn new(deal: &Deal<T::AccountId>) -> Self {
        Self { most: deal.geometry.most_of_operator(ActiveOperators::<T>::get()), counts: BTreeMap::new() }
    }

    /// Counts a slot that an operator has. Returns how many it has of that copy.
    pub(crate) fn count(
        &mut self,
        deal: &Deal<T::AccountId>,
        slot: SlotIndex,
        operator: &T::AccountId,
    ) -> Result<u32, DispatchError> {
        let (copy, _) = deal.geometry.locate(slot).ok_or(Error::<T>::NoSuchSlot)?;
        let count = self.counts.entry((copy, operator.clone())).or_default();
        *count = count.saturating_add(1);
        Ok(*count)
    }

    /// Counts one more slot of an operator, or refuses it.
    pub(crate) fn add(&mut self, deal: &Deal<T::AccountId>, slot: SlotIndex, operator: &T::AccountId) -> DispatchResult {
        ensure!(self.count(deal, slot, operator)? <= self.most, Error::<T>::TooManyOfOperator);
        Ok(())
    }
}

/// Bounds that come from the runtime.
pub(crate) fn geometry_is_allowed<T: Config>(deal: &Deal<T::AccountId>) -> bool {
    (1..=T::MaxData::get()).contains(&deal.geometry.data)
        && (1..=T::MaxParity::get()).contains(&deal.geometry.parity)
        && (1..=T::MaxCopies::get()).contains(&deal.copies)
}
