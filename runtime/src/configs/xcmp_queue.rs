//! Messages between this parachain and others.

use super::{
    transaction_payment::TransactionByteFee,
    xcm::{NativeLocation, XcmOriginToTransactDispatchOrigin},
};
use crate::{currency::MILLI_IDW, AccountId, MessageQueue, ParachainSystem, PolkadotXcm, Runtime, RuntimeEvent, XcmpQueue};
use cumulus_primitives_core::{AggregateMessageOrigin, ParaId};
use frame_support::{
    parameter_types,
    traits::{ConstU32, TransformOrigin},
};
use frame_system::EnsureRoot;
use polkadot_runtime_common::xcm_sender::ExponentialPrice;
use sp_runtime::traits::Convert;
use staging_xcm::latest::AssetId;

/// Largest message page. Channels usually allow 100 KiB messages, and a page must hold one with its header.
pub const MAX_MESSAGE_PAGE: u32 = 103 * 1024;

parameter_types! {
    /// Delivery is paid in IDW.
    pub FeeAssetId: AssetId = AssetId(NativeLocation::get());
    /// Price of a message, before its bytes and before the queue's congestion.
    pub const BaseDeliveryFee: u128 = MILLI_IDW;
}

/// Price of a message to another parachain: it grows exponentially while the queue is long.
pub type PriceForSiblingParachainDelivery = ExponentialPrice<FeeAssetId, BaseDeliveryFee, TransactionByteFee, XcmpQueue>;

/// Files a sibling's message under its own origin in the message queue.
pub struct ParaIdToSibling;

impl Convert<ParaId, AggregateMessageOrigin> for ParaIdToSibling {
    fn convert(para_id: ParaId) -> AggregateMessageOrigin {
        AggregateMessageOrigin::Sibling(para_id)
    }
}

impl cumulus_pallet_xcmp_queue::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ChannelInfo = ParachainSystem;
    type VersionWrapper = PolkadotXcm;
    type XcmpQueue = TransformOrigin<MessageQueue, AggregateMessageOrigin, ParaId, ParaIdToSibling>;
    type MaxInboundSuspended = ConstU32<1_000>;
    type MaxActiveOutboundChannels = ConstU32<128>;
    type MaxPageSize = ConstU32<MAX_MESSAGE_PAGE>;
    type ControllerOrigin = EnsureRoot<AccountId>;
    type ControllerOriginConverter = XcmOriginToTransactDispatchOrigin;
    type PriceForSiblingDelivery = PriceForSiblingParachainDelivery;
    type WeightInfo = cumulus_pallet_xcmp_queue::weights::SubstrateWeight<Runtime>;
}
