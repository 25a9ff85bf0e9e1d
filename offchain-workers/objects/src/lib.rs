//! The object store of a gateway: versioned objects in buckets, durable on this machine before a write is answered, and packed into
//! segments for the network.
//!
//! | module | concern |
//! | --- | --- |
//! | [`options`], [`bucket`], [`version`], [`upload`], [`query`], [`error`] | what callers give and get |
//! | [`store`] | the store, opened and closed |
//! | [`sealing`], [`outbox`], [`told`] | what goes to the network, and how others find it there |
//! | [`evict`], [`carry`] | what need not stay here, and what not even there |
//! | [`foreign`] | what others have there that must stay |
//! | [`source`], [`apply`] | what comes from there |
//! | [`commit`], [`merge`], [`history`] | what a bucket's tree is built from, by which rules, and how it came about |
//!
//! Nothing here knows S3, the chain or other machines.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod apply;
pub mod bucket;
mod buckets;
mod cache;
pub mod carry;
mod clock;
pub mod commit;
mod committer;
mod conditions;
mod delete;
mod dropping;
pub mod error;
pub mod evict;
pub mod foreign;
pub mod history;
mod journal;
mod lane;
mod layout;
mod lines;
mod list;
mod list_uploads;
mod list_versions;
pub mod merge;
mod meta;
mod objects;
pub mod options;
pub mod outbox;
mod packing;
pub mod query;
mod read;
mod reclaim;
pub mod records;
mod recovery;
mod restore;
pub mod sealing;
mod segments;
pub mod source;
pub mod store;
pub mod told;
mod tx;
pub mod upload;
mod uploads;
pub mod version;
mod versions;
pub mod waiting;
pub mod writer;

pub use apply::{Applied, ApplyError};
pub use bucket::{Bucket, BucketInit, BucketKey, ConfigKind, Versioning};
pub use carry::{Burden, CarryError};
pub use commit::{Change, Commit, CommitError, CommitHash, Place};
pub use error::{BucketError, CompleteError, DeleteError, OpenError, PutError, ReadError, StoreError};
pub use evict::DeadDeal;
pub use foreign::Needed;
pub use history::CommitInfo;
pub use options::Options;
pub use outbox::{Sealed, SealedBytes, StoreState};
pub use query::{ListQuery, Listed, Listing, Page, VersionListing, VersionsQuery};
pub use records::SegmentNumber;
pub use sealing::Line;
pub use source::{FetchError, Source};
pub use store::Store;
pub use upload::{Part, Upload, UploadId};
pub use version::{Amendment, Conditions, Deleted, Durability, NewVersion, Retention, RetentionMode, Version, VersionId};
pub use waiting::Unsealed;
pub use writer::{Staged, Writer};
