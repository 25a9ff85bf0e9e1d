//! Weights that belong to the runtime as a whole. The weights of calls live with their pallets.

mod block;
mod extrinsic;
mod inmemory;
mod rocksdb;

pub use block::BlockExecutionWeight;
pub use extrinsic::ExtrinsicBaseWeight;
pub use inmemory::InMemoryDbWeight;
pub use rocksdb::RocksDbWeight;
