//! Daemons that act for an owner within an allowance.

use crate::{currency::deposit, Balance, Balances, Runtime, RuntimeCall, RuntimeHoldReason};
use frame_support::{parameter_types, traits::Contains};

parameter_types! {
    /// For a gateway: its record, and its place among its owner's.
    pub const GatewayDeposit: Balance = deposit(2, 350);
    /// For each credential, with as many buckets as it may be bound to.
    pub const CredentialDeposit: Balance = deposit(1, 240);
}

/// What a gateway may do in its owner's name: store, and create buckets. Each call is listed, so that one that is added later is closed
/// until somebody opens it, and none of these can carry another. Ending and extending deals is not among them: here nobody knows for which
/// bucket a deal is, so that a gateway's key would do it to all that its owner has. `Buckets::drop_deal` and `prolong_deal` do it.
pub struct Acts;

impl Contains<RuntimeCall> for Acts {
    fn contains(call: &RuntimeCall) -> bool {
        match call {
            RuntimeCall::Deals(call) => {
                use pallet_idlewild_deals::Call;
                matches!(call, Call::create_deals { .. } | Call::fill_slots { .. })
            },
            RuntimeCall::Buckets(call) => matches!(call, pallet_idlewild_buckets::Call::create { .. }),
            _ => false,
        }
    }
}

impl pallet_idlewild_gateways::Config for Runtime {
    type WeightInfo = pallet_idlewild_gateways::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Acts = Acts;
    type GatewayDeposit = GatewayDeposit;
    type CredentialDeposit = CredentialDeposit;
}
