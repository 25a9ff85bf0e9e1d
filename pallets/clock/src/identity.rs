//! Which chain this is.

use codec::Encode;
use frame_system::pallet_prelude::BlockNumberFor;
use idlewild_storage_primitives::hash::hash;

use crate::{Config, Pallet};

impl<T: Config> Pallet<T> {
    /// The genesis hash, which every signature outside of extrinsics names.
    pub fn genesis() -> [u8; 32] {
        let hashed = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::default());
        // A hash of 32 bytes stays as it is; a runtime with longer ones would still get a fixed name for its chain.
        hashed.using_encoded(|bytes| bytes.try_into().unwrap_or_else(|_| hash(bytes)))
    }
}
