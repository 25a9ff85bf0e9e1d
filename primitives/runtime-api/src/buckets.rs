//! Reads of buckets.

// The macro generates items that carry no documentation.
#![allow(missing_docs, unsafe_code, clippy::too_many_arguments)]

use alloc::vec::Vec;
use idlewild_buckets_primitives::{
    view::{BucketView, GrantView, HolderView},
    BucketId,
};

sp_api::decl_runtime_apis! {
    /// Reads of buckets: where their trees end, who may write them, and who has their keys.
    pub trait BucketsApi {
        /// A bucket.
        fn bucket(id: BucketId) -> Option<BucketView>;
        /// The buckets of an account, in the order in which the state has them; a page begins behind the bucket `after`.
        fn buckets_of(owner: [u8; 32], after: Option<BucketId>, limit: u32) -> Vec<BucketView>;
        /// The buckets that a gateway serves, each with its key sealed to it, in the order in which the state has them; a page begins
        /// behind the bucket `after`.
        fn granted(gateway: [u8; 32], after: Option<BucketId>, limit: u32) -> Vec<GrantView>;
        /// The gateways that have the key of a bucket.
        fn grants(id: BucketId) -> Vec<HolderView>;
    }
}
