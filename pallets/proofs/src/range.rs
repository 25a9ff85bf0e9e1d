//! Changing what a miner has committed to. Only live peaks ever change here; `touch` seals them.

use frame_support::pallet_prelude::DispatchResult;
use idlewild_storage_primitives::{
    ledger::{Ledger, Start},
    sum_range::{Leaf, Node},
    MinerId,
};
use sp_runtime::DispatchError;

use crate::{Config, Error, Live, Pallet, Sealed};

impl<T: Config> Pallet<T> {
    /// Appends a slot to a miner's range and returns its index there. The miner must have been touched.
    pub fn append_leaf(miner: MinerId, leaf: &Leaf) -> Result<u32, DispatchError> {
        Live::<T>::try_mutate(miner, |live| live.append(leaf.node()).map_err(|_| Error::<T>::WrongPosition.into()))
    }

    /// From where a slot that is appended now begins to earn. The miner must have been touched.
    pub fn start_of(miner: MinerId, ledger: &Ledger) -> Start {
        // Where nothing is sealed no proof can be due before the slot itself is, and the first one is for it.
        if Sealed::<T>::get(miner).total() == 0 {
            return Start::Count(ledger.proven);
        }
        ledger.start()
    }

    /// Clears a slot from a miner's range. The miner must have been touched.
    pub fn clear_leaf(miner: MinerId, index: u32, leaf: &Leaf, path: &[Node]) -> DispatchResult {
        Live::<T>::try_mutate(miner, |live| {
            live.replace(index, leaf.node(), Node::CLEARED, path).map_err(|_| Error::<T>::WrongPosition.into())
        })
    }
}
