//! Answers to the runtime API.

use idlewild_compute_primitives::{view::EscrowView, EscrowId};

use crate::{Config, Escrows, Pallet};

impl<T: Config> Pallet<T> {
    /// An escrow that is open.
    pub fn escrow_view(id: EscrowId) -> Option<EscrowView> {
        Escrows::<T>::get(id).map(|escrow| EscrowView {
            held: escrow.held(),
            came: escrow.came,
            paid: escrow.paid,
            burned: escrow.burned,
            refunded: escrow.refunded,
            payer: escrow.payer.into(),
        })
    }
}
