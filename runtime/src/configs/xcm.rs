//! What other chains may ask of this one, and what this one may ask of them.
//!
//! The chain knows one asset, IDW, and is its only reserve: it trusts nobody to teleport it or to hold it for us. Other chains may
//! hold IDW here in their sovereign accounts, and pay for execution with it.

use super::{
    transaction_payment::{TransactionByteFee, WeightToFee},
    xcmp_queue::{BaseDeliveryFee, FeeAssetId},
};
use crate::{
    configs::collator_selection::StakingPot, currency::deposit, AccountId, AllPalletsWithSystem, Balance, Balances,
    ParachainInfo, ParachainSystem, PolkadotXcm, Runtime, RuntimeCall, RuntimeEvent, RuntimeHoldReason, RuntimeOrigin,
    XcmpQueue,
};
use frame_support::{
    parameter_types,
    traits::{
        fungible::HoldConsideration, tokens::imbalance::ResolveTo, ConstU32, ConstU8, Equals, Everything, LinearStoragePrice,
        Nothing,
    },
    weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_xcm::{AuthorizedAliasers, XcmPassthrough};
use polkadot_parachain_primitives::primitives::Sibling;
use polkadot_runtime_common::xcm_sender::ExponentialPrice;
use staging_xcm::latest::prelude::*;
use staging_xcm_builder::{
    AccountId32Aliases, AliasChildLocation, AllowExplicitUnpaidExecutionFrom, AllowHrmpNotificationsFromRelayChain,
    AllowKnownQueryResponses, AllowSubscriptionsFrom, AllowTopLevelPaidExecutionFrom, DenyRecursively,
    DenyReserveTransferToRelayChain, DenyThenTry, DescribeAllTerminal, DescribeFamily, EnsureXcmOrigin, FixedWeightBounds,
    FrameTransactionalProcessor, FungibleAdapter, HashedDescription, IsConcrete, IsParentsOnly, ParentIsPreset,
    RelayChainAsNative, SendXcmFeeToAccount, SiblingParachainAsNative, SiblingParachainConvertsVia, SignedAccountId32AsNative,
    SignedToAccountId32, SovereignSignedViaLocation, TakeWeightCredit, TrailingSetTopicAsId, UsingComponents,
    WithComputedOrigin, WithUniqueTopic, XcmFeeManagerFromComponents,
};
use staging_xcm_executor::XcmExecutor;

parameter_types! {
    /// Where IDW lives, seen from here.
    pub const NativeLocation: Location = Location::here();
    /// This chain itself.
    pub const RootLocation: Location = Location::here();
    /// The runtime does not say under which relay chain it runs; an account location must not name one either.
    pub const RelayNetwork: Option<NetworkId> = None;
    /// Origin of calls from the relay chain.
    pub RelayChainOrigin: RuntimeOrigin = cumulus_pallet_xcm::Origin::Relay.into();
    /// This chain's place under its relay chain.
    pub UniversalLocation: InteriorLocation = [Parachain(ParachainInfo::parachain_id().into())].into();
    /// Charged for each instruction: generous in time, and room in the proof for the accounts that one can touch.
    pub const UnitWeightCost: Weight = Weight::from_parts(1_000_000_000, 64 * 1024);
    /// Longest program that is looked at.
    pub const MaxInstructions: u32 = 100;
    /// Most assets that a program may hold at once.
    pub const MaxAssetsIntoHolding: u32 = 64;
    /// Reason under which the deposit of an authorised alias is held.
    pub const AuthorizeAliasHoldReason: RuntimeHoldReason =
        RuntimeHoldReason::PolkadotXcm(pallet_xcm::HoldReason::AuthorizeAlias);
    /// Deposit for each authorised alias.
    pub const AliasDepositPerItem: Balance = deposit(1, 0);
    /// Deposit for each byte of it.
    pub const AliasDepositPerByte: Balance = deposit(0, 1);
}

/// The account here that belongs to a location elsewhere.
pub type LocationToAccountId = (
    ParentIsPreset<AccountId>,
    SiblingParachainConvertsVia<Sibling, AccountId>,
    AccountId32Aliases<RelayNetwork, AccountId>,
    HashedDescription<AccountId, DescribeFamily<DescribeAllTerminal>>,
);

/// Moves IDW for XCM programs.
pub type AssetTransactor = FungibleAdapter<Balances, IsConcrete<NativeLocation>, LocationToAccountId, AccountId, ()>;

/// The origin with which a remote `Transact` is dispatched. The relay chain gets no root here: its `Relay` origin is known to no
/// pallet of ours.
pub type XcmOriginToTransactDispatchOrigin = (
    SovereignSignedViaLocation<LocationToAccountId, RuntimeOrigin>,
    RelayChainAsNative<RelayChainOrigin, RuntimeOrigin>,
    SiblingParachainAsNative<cumulus_pallet_xcm::Origin, RuntimeOrigin>,
    SignedAccountId32AsNative<RelayNetwork, RuntimeOrigin>,
    XcmPassthrough<RuntimeOrigin>,
);

/// Which messages are executed at all.
pub type Barrier = TrailingSetTopicAsId<
    DenyThenTry<
        DenyRecursively<DenyReserveTransferToRelayChain>,
        (
            TakeWeightCredit,
            AllowKnownQueryResponses<PolkadotXcm>,
            WithComputedOrigin<
                (
                    AllowTopLevelPaidExecutionFrom<Everything>,
                    // The relay chain pays nobody; everyone else pays.
                    AllowExplicitUnpaidExecutionFrom<IsParentsOnly<ConstU8<1>>>,
                    AllowSubscriptionsFrom<Everything>,
                    AllowHrmpNotificationsFromRelayChain,
                ),
                UniversalLocation,
                ConstU32<8>,
            >,
        ),
    >,
>;

/// Weight of a program before it runs.
pub type Weigher = FixedWeightBounds<UnitWeightCost, RuntimeCall, MaxInstructions>;

/// Buys execution with IDW at the same price as an extrinsic's, for the collators.
pub type Trader = UsingComponents<WeightToFee, NativeLocation, AccountId, Balances, ResolveTo<StakingPot, Balances>>;

/// Price of a message to the relay chain.
pub type PriceForParentDelivery = ExponentialPrice<FeeAssetId, BaseDeliveryFee, TransactionByteFee, ParachainSystem>;

/// Sends messages: upwards to the relay chain, sideways to parachains.
pub type XcmRouter =
    WithUniqueTopic<(cumulus_primitives_utility::ParentAsUmp<ParachainSystem, PolkadotXcm, PriceForParentDelivery>, XcmpQueue)>;

/// How a signed origin here is called elsewhere.
pub type LocalOriginToLocation = SignedToAccountId32<RuntimeOrigin, AccountId, RelayNetwork>;

/// Configuration of the XCM executor.
pub struct XcmConfig;

impl staging_xcm_executor::Config for XcmConfig {
    type RuntimeCall = RuntimeCall;
    type XcmSender = XcmRouter;
    type XcmEventEmitter = PolkadotXcm;
    type AssetTransactor = AssetTransactor;
    type OriginConverter = XcmOriginToTransactDispatchOrigin;
    type IsReserve = ();
    type IsTeleporter = ();
    type UniversalLocation = UniversalLocation;
    type Barrier = Barrier;
    type Weigher = Weigher;
    type Trader = Trader;
    type ResponseHandler = PolkadotXcm;
    type AssetTrap = PolkadotXcm;
    type SubscriptionService = PolkadotXcm;
    type PalletInstancesInfo = AllPalletsWithSystem;
    type MaxAssetsIntoHolding = MaxAssetsIntoHolding;
    type AssetLocker = ();
    type AssetExchanger = ();
    type FeeManager = XcmFeeManagerFromComponents<Equals<RootLocation>, SendXcmFeeToAccount<Self::AssetTransactor, StakingPot>>;
    type MessageExporter = ();
    type UniversalAliases = Nothing;
    type CallDispatcher = RuntimeCall;
    type SafeCallFilter = Everything;
    type Aliasers = (AliasChildLocation, AuthorizedAliasers<Runtime>);
    type TransactionalProcessor = FrameTransactionalProcessor;
    type HrmpNewChannelOpenRequestHandler = ();
    type HrmpChannelAcceptedHandler = ();
    type HrmpChannelClosingHandler = ();
    type XcmRecorder = PolkadotXcm;
}

impl pallet_xcm::Config for Runtime {
    const VERSION_DISCOVERY_QUEUE_SIZE: u32 = 100;

    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type RuntimeCall = RuntimeCall;
    type SendXcmOrigin = EnsureXcmOrigin<RuntimeOrigin, LocalOriginToLocation>;
    type ExecuteXcmOrigin = EnsureXcmOrigin<RuntimeOrigin, LocalOriginToLocation>;
    type XcmRouter = XcmRouter;
    type XcmExecuteFilter = Everything;
    type XcmExecutor = XcmExecutor<XcmConfig>;
    // There is no chain that we trust to mint IDW, so a teleport could only lose it.
    type XcmTeleportFilter = Nothing;
    type XcmReserveTransferFilter = Everything;
    type Weigher = Weigher;
    type UniversalLocation = UniversalLocation;
    type AdvertisedXcmVersion = pallet_xcm::CurrentXcmVersion;
    type AdminOrigin = EnsureRoot<AccountId>;
    type Currency = Balances;
    type CurrencyMatcher = ();
    type TrustedLockers = ();
    type SovereignAccountOf = LocationToAccountId;
    type MaxLockers = ConstU32<8>;
    type MaxRemoteLockConsumers = ConstU32<0>;
    type RemoteLockConsumerIdentifier = ();
    type AuthorizedAliasConsideration = HoldConsideration<
        AccountId,
        Balances,
        AuthorizeAliasHoldReason,
        LinearStoragePrice<AliasDepositPerItem, AliasDepositPerByte, Balance>,
    >;
    type WeightInfo = crate::weights::XcmWeight;
}

impl cumulus_pallet_xcm::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type XcmExecutor = XcmExecutor<XcmConfig>;
}
