//! Sessions: the set of collators changes only between two of them.

use crate::{time::HOURS, AccountId, Balances, BlockNumber, CollatorSelection, Runtime, RuntimeEvent, SessionKeys};
use frame_support::parameter_types;
use sp_runtime::traits::OpaqueKeys;

parameter_types! {
    /// Length of a session in blocks.
    pub const Period: BlockNumber = 6 * HOURS;
    /// Block at which the first one starts.
    pub const Offset: BlockNumber = 0;
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = pallet_collator_selection::IdentityCollator;
    type ShouldEndSession = pallet_session::PeriodicSessions<Period, Offset>;
    type NextSessionRotation = pallet_session::PeriodicSessions<Period, Offset>;
    type SessionManager = CollatorSelection;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    type DisablingStrategy = ();
    type Currency = Balances;
    type KeyDeposit = ();
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}
