//! How `shares` is configured in tests.

use frame_support::parameter_types;
use idlewild_shares_primitives::Balance;

use crate::runtime::{Test, COIN};

parameter_types! {
    /// What an account has on hold for its announced key.
    pub const KeyDeposit: Balance = COIN;
    /// What an owner has on hold for a share.
    pub const ShareDeposit: Balance = 3 * COIN;
    /// What it has on hold for a publication.
    pub const PublicationDeposit: Balance = 5 * COIN;
}

impl pallet_idlewild_shares::Config for Test {
    type WeightInfo = ();
    type KeyDeposit = KeyDeposit;
    type ShareDeposit = ShareDeposit;
    type PublicationDeposit = PublicationDeposit;
}
