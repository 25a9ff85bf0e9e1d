//! The link with the relay chain: what it tells us in each block, and what we send it.

use super::{message_queue::RelayOrigin, system::MAXIMUM_BLOCK_WEIGHT};
use crate::{
    time::{BLOCK_PROCESSING_VELOCITY, RELAY_CHAIN_SLOT_DURATION_MILLIS, RELAY_PARENT_OFFSET, UNINCLUDED_SEGMENT_CAPACITY},
    MessageQueue, Runtime, RuntimeEvent, XcmpQueue,
};
use cumulus_pallet_parachain_system::RelayNumberMonotonicallyIncreases;
use frame_support::{
    parameter_types,
    traits::{ConstU32, EnqueueWithOrigin},
    weights::Weight,
};

parameter_types! {
    /// Part of a block that messages from other parachains may take.
    pub const ReservedXcmpWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(4);
    /// Part of a block that messages from the relay chain may take.
    pub const ReservedDmpWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(4);
}

/// Keeps authors to one block for each relay-chain block, and to the slot that the relay chain is in.
pub type ConsensusHook = cumulus_pallet_aura_ext::FixedVelocityConsensusHook<
    Runtime,
    RELAY_CHAIN_SLOT_DURATION_MILLIS,
    BLOCK_PROCESSING_VELOCITY,
    UNINCLUDED_SEGMENT_CAPACITY,
>;

impl cumulus_pallet_parachain_system::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = cumulus_pallet_parachain_system::weights::SubstrateWeight<Runtime>;
    type SelfParaId = staging_parachain_info::Pallet<Runtime>;
    // Pallets that read the relay chain's randomness or block number are told of each block here.
    type OnSystemEvent = super::randomness::RelayRandomness;
    type OutboundXcmpMessageSource = XcmpQueue;
    type XcmpMessageHandler = XcmpQueue;
    type ReservedXcmpWeight = ReservedXcmpWeight;
    type DmpQueue = EnqueueWithOrigin<MessageQueue, RelayOrigin>;
    type ReservedDmpWeight = ReservedDmpWeight;
    type CheckAssociatedRelayNumber = RelayNumberMonotonicallyIncreases;
    type ConsensusHook = ConsensusHook;
    type RelayParentOffset = ConstU32<RELAY_PARENT_OFFSET>;
    // Were it set, blocks could be scheduled on older relay-chain blocks than the challenges of `Capacity` reckon with.
    type SchedulingSignatureVerifier = ();
}
