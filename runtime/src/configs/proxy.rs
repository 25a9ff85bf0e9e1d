//! Keys that may act for an account, within limits.

use crate::{currency::deposit, Balance, Balances, Runtime, RuntimeCall, RuntimeEvent};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use cumulus_pallet_parachain_system::RelaychainDataProvider;
use frame_support::{
    parameter_types,
    traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;
use sp_runtime::traits::BlakeTwo256;

parameter_types! {
    /// For an account's list of proxies: a 32-byte key and 8 bytes.
    pub const ProxyDepositBase: Balance = deposit(1, 40);
    /// For each proxy in it.
    pub const ProxyDepositFactor: Balance = deposit(0, 33);
    /// For an account's list of announced calls: a 32-byte key and 16 bytes.
    pub const AnnouncementDepositBase: Balance = deposit(1, 48);
    /// For each announcement in it.
    pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

/// What a proxy may do. Each kind lists what it allows, so that a pallet added later is closed until somebody opens it.
#[derive(
    Copy, Clone, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ProxyType {
    /// Everything that the account itself may do.
    #[default]
    #[codec(index = 0)]
    Any,
    /// Everything that moves no money, neither the account's nor that of another account which trusts it.
    #[codec(index = 1)]
    NonTransfer,
    /// What a miner's daemon does from day to day, so that the operator's own key can stay offline: it proves, appends, clears,
    /// repairs and collects, and says where the miner is and whether it takes more. Bond and price are the operator's.
    #[codec(index = 2)]
    Miner,
    /// Claims rounds for an account's plots, and nothing else: `Capacity::submit` takes its signature with the account's name, without
    /// `Proxy::proxy`.
    #[codec(index = 3)]
    Plotter,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            Self::NonTransfer => match call {
                // The calls inside a batch pass through this filter again.
                RuntimeCall::Utility(_)
                | RuntimeCall::System(_)
                | RuntimeCall::Session(_)
                | RuntimeCall::CollatorSelection(_) => true,
                // These two run a call in the name of an account that made this one its proxy, beyond the reach of the filter.
                RuntimeCall::Proxy(call) => {
                    !matches!(call, pallet_proxy::Call::proxy { .. } | pallet_proxy::Call::proxy_announced { .. })
                },
                _ => false,
            },
            Self::Plotter => matches!(call, RuntimeCall::Capacity(pallet_idlewild_capacity::Call::submit { .. })),
            Self::Miner => match call {
                // The calls inside a batch pass through this filter again.
                RuntimeCall::Utility(call) => matches!(
                    call,
                    pallet_utility::Call::batch { .. }
                        | pallet_utility::Call::batch_all { .. }
                        | pallet_utility::Call::force_batch { .. }
                ),
                RuntimeCall::Proofs(_) | RuntimeCall::Slots(_) | RuntimeCall::Repair(_) => true,
                RuntimeCall::Deals(call) => {
                    use pallet_idlewild_deals::Call;
                    matches!(call, Call::settle { .. } | Call::decide_probation { .. })
                },
                RuntimeCall::Providers(call) => matches!(
                    call,
                    pallet_idlewild_providers::Call::set_endpoint { .. }
                        | pallet_idlewild_providers::Call::set_capacity { .. }
                        | pallet_idlewild_providers::Call::pause { .. }
                        | pallet_idlewild_providers::Call::resume { .. }
                ),
                _ => false,
            },
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        self == other || *self == Self::Any
    }
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ProxyDepositBase;
    type ProxyDepositFactor = ProxyDepositFactor;
    type MaxProxies = ConstU32<32>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = AnnouncementDepositBase;
    type AnnouncementDepositFactor = AnnouncementDepositFactor;
    // Delays run on the relay chain's clock, which goes on when this chain stalls.
    type BlockNumberProvider = RelaychainDataProvider<Runtime>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}
