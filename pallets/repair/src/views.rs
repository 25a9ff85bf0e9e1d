//! Claims as clients see them, for the view functions and the runtime API.

use alloc::vec::Vec;
use idlewild_storage_primitives::{view::ClaimView, MinerId};

use crate::{Claims, Config, Pallet};

impl<T: Config> Pallet<T> {
    pub(crate) fn claims_view(miner: MinerId) -> Vec<ClaimView> {
        let claims = Claims::<T>::get(miner).into_iter();
        claims
            .map(|claim| ClaimView {
                deal: claim.deal,
                slot: claim.slot,
                opened: claim.opened,
                until: claim.until,
                bytes: claim.bytes,
            })
            .collect()
    }
}
