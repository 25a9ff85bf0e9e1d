//! Storage costs during validation.

use frame_support::{
    parameter_types,
    weights::{constants::WEIGHT_REF_TIME_PER_NANOS, RuntimeDbWeight},
};

parameter_types! {
    /// Reads and writes against the proof in memory. A relay-chain validator re-executes every block in this way, and a block
    /// that takes it too long is lost, so this is the one that the runtime is configured with.
    pub const InMemoryDbWeight: RuntimeDbWeight = RuntimeDbWeight {
        read: 13_036 * WEIGHT_REF_TIME_PER_NANOS,
        write: 31_215 * WEIGHT_REF_TIME_PER_NANOS,
    };
}
