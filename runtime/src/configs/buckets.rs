//! Encrypted file trees that gateways write.

use crate::{currency::deposit, Balance, Runtime};
use frame_support::parameter_types;

parameter_types! {
    /// For a bucket: its record with as many heads as there may be, and its place among its owner's.
    pub const BucketDeposit: Balance = deposit(2, 950);
    /// For each gateway with its key: the key, and the bucket's place among the gateway's.
    pub const GrantDeposit: Balance = deposit(2, 280);
}

impl pallet_idlewild_buckets::Config for Runtime {
    type WeightInfo = pallet_idlewild_buckets::weights::SubstrateWeight<Runtime>;
    type BucketDeposit = BucketDeposit;
    type GrantDeposit = GrantDeposit;
}
