//! What is recorded of an escrow.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use idlewild_compute_primitives::Balance;
use scale_info::TypeInfo;

/// Coins that are kept for work to come.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Escrow<AccountId> {
    /// Whose coins they were, and on whose account they are on hold.
    pub payer: AccountId,
    /// What was put in.
    pub came: Balance,
    /// What was paid.
    pub paid: Balance,
    /// What was burned.
    pub burned: Balance,
    /// What went back.
    pub refunded: Balance,
}

impl<AccountId> Escrow<AccountId> {
    /// What is still held: what came and has not gone anywhere.
    pub fn held(&self) -> Balance {
        self.came.saturating_sub(self.gone())
    }

    /// What has gone somewhere.
    pub fn gone(&self) -> Balance {
        self.paid.saturating_add(self.burned).saturating_add(self.refunded)
    }
}
