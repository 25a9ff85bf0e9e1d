//! Who may write blocks: invulnerable collators from genesis, and candidates with a bond.

use super::session::Period;
use crate::{AccountId, Balances, CollatorSelection, Runtime, RuntimeEvent, Session};
use frame_support::{parameter_types, traits::ConstU32, PalletId};
use frame_system::EnsureRoot;

parameter_types! {
    /// Names the account that collects fees for the collators.
    pub const PotId: PalletId = PalletId(*b"PotStake");
    /// The account that collects fees for the collators.
    pub StakingPot: AccountId = CollatorSelection::account_id();
}

impl pallet_collator_selection::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type UpdateOrigin = EnsureRoot<AccountId>;
    type PotId = PotId;
    type MaxCandidates = ConstU32<100>;
    type MinEligibleCollators = ConstU32<4>;
    type MaxInvulnerables = ConstU32<20>;
    // A candidate that wrote no block for a whole session is dropped.
    type KickThreshold = Period;
    type ValidatorId = AccountId;
    type ValidatorIdOf = pallet_collator_selection::IdentityCollator;
    type ValidatorRegistration = Session;
    type WeightInfo = pallet_collator_selection::weights::SubstrateWeight<Runtime>;
}
