//! Incoming messages wait here until a block has room for them.

use super::{system::RuntimeBlockWeights, xcmp_queue::MAX_MESSAGE_PAGE};
use crate::{Runtime, RuntimeEvent, XcmpQueue};
use core::marker::PhantomData;
use cumulus_primitives_core::{AggregateMessageOrigin, ParaId};
use frame_support::{
    parameter_types,
    traits::{ConstU32, QueueFootprint, QueuePausedQuery},
    weights::Weight,
};
use pallet_message_queue::OnQueueChanged;
use sp_runtime::Perbill;

parameter_types! {
    /// Origin of messages from the relay chain.
    pub const RelayOrigin: AggregateMessageOrigin = AggregateMessageOrigin::Parent;
    /// Part of a block that queued messages may take.
    pub MessageQueueServiceWeight: Weight = Perbill::from_percent(35) * RuntimeBlockWeights::get().max_block;
}

/// Shows a queue that knows only siblings the part of the message queue which is theirs.
pub struct SiblingsOnly<Inner>(PhantomData<Inner>);

impl<Inner: QueuePausedQuery<ParaId>> QueuePausedQuery<AggregateMessageOrigin> for SiblingsOnly<Inner> {
    fn is_paused(origin: &AggregateMessageOrigin) -> bool {
        matches!(origin, AggregateMessageOrigin::Sibling(id) if Inner::is_paused(id))
    }
}

impl<Inner: OnQueueChanged<ParaId>> OnQueueChanged<AggregateMessageOrigin> for SiblingsOnly<Inner> {
    fn on_queue_changed(origin: AggregateMessageOrigin, footprint: QueueFootprint) {
        if let AggregateMessageOrigin::Sibling(id) = origin {
            Inner::on_queue_changed(id, footprint)
        }
    }
}

impl pallet_message_queue::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    #[cfg(feature = "runtime-benchmarks")]
    type MessageProcessor = pallet_message_queue::mock_helpers::NoopMessageProcessor<AggregateMessageOrigin>;
    #[cfg(not(feature = "runtime-benchmarks"))]
    type MessageProcessor = staging_xcm_builder::ProcessXcmMessage<
        AggregateMessageOrigin,
        staging_xcm_executor::XcmExecutor<super::xcm::XcmConfig>,
        crate::RuntimeCall,
    >;
    type Size = u32;
    type QueueChangeHandler = SiblingsOnly<XcmpQueue>;
    type QueuePausedQuery = SiblingsOnly<XcmpQueue>;
    type HeapSize = ConstU32<MAX_MESSAGE_PAGE>;
    type MaxStale = ConstU32<8>;
    type ServiceWeight = MessageQueueServiceWeight;
    type IdleMaxServiceWeight = MessageQueueServiceWeight;
    type WeightInfo = pallet_message_queue::weights::SubstrateWeight<Runtime>;
}
