//! Bundles that some may read, and files that everybody may.

use crate::{currency::deposit, Balance, Runtime};
use frame_support::parameter_types;

parameter_types! {
    /// For an account's key.
    pub const KeyDeposit: Balance = deposit(1, 130);
    /// For a share: its record, and its places among those of its owner and those with its account.
    pub const ShareDeposit: Balance = deposit(3, 440);
    /// For a publication: its record with the longest name, and its place among its owner's.
    pub const PublicationDeposit: Balance = deposit(2, 410);
}

impl pallet_idlewild_shares::Config for Runtime {
    type WeightInfo = pallet_idlewild_shares::weights::SubstrateWeight<Runtime>;
    type KeyDeposit = KeyDeposit;
    type ShareDeposit = ShareDeposit;
    type PublicationDeposit = PublicationDeposit;
}
