//! How `organisations` is configured in tests.

use frame_support::parameter_types;
use idlewild_storage_primitives::Balance;

use crate::runtime::{Test, COIN};

parameter_types! {
    /// What its owner has on hold for an organisation.
    pub const OrganisationDeposit: Balance = 10 * COIN;
    /// What the owner has on hold for each member.
    pub const MemberDeposit: Balance = COIN;
}

impl pallet_idlewild_organisations::Config for Test {
    type WeightInfo = ();
    type OrganisationDeposit = OrganisationDeposit;
    type MemberDeposit = MemberDeposit;
}
