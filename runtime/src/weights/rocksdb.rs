//! Storage costs on a collator's disk.

use frame_support::{
    parameter_types,
    weights::{constants::WEIGHT_REF_TIME_PER_NANOS, RuntimeDbWeight},
};

parameter_types! {
    /// Reads and writes against RocksDB. Not charged by this runtime; benchmarks compare with it.
    pub const RocksDbWeight: RuntimeDbWeight = RuntimeDbWeight {
        read: 25_000 * WEIGHT_REF_TIME_PER_NANOS,
        write: 100_000 * WEIGHT_REF_TIME_PER_NANOS,
    };
}
