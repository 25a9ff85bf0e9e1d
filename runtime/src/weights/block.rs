//! What a block without extrinsics costs.

use frame_support::{
    parameter_types,
    weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
};

parameter_types! {
    /// Initialising, finalising and importing an empty block: 5 ms, the figure that the SDK's system parachains use for the
    /// reference machine. Above what an empty block takes, so that a full block still fits the two seconds.
    pub const BlockExecutionWeight: Weight = Weight::from_parts(5 * WEIGHT_REF_TIME_PER_MILLIS, 0);
}
