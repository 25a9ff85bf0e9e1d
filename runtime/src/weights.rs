//! Weights that belong to the runtime as a whole. The weights of calls live with their pallets, but for those of the XCM pallet,
//! which has none.

mod block;
mod extrinsic;
mod inmemory;
mod rocksdb;
mod xcm;

pub use block::BlockExecutionWeight;
pub use extrinsic::ExtrinsicBaseWeight;
pub use inmemory::InMemoryDbWeight;
pub use rocksdb::RocksDbWeight;
pub use xcm::XcmWeight;
