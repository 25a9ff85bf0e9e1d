//! Where bytes come from that are no longer on this machine.

use std::ops::Range;

use bytes::Bytes;
use futures::future::BoxFuture;

/// Why the network did not give bytes.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FetchError {
    /// No such deal, or its term is over.
    #[error("the network has no deal {0} any more; what was in it is lost unless another gateway has it")]
    NoSuchDeal(u64),
    /// Too few of those who have the bytes gave them.
    #[error("too few miners gave the bytes, try again: {0}")]
    Unavailable(String),
    /// Something came, of another length than was asked for.
    #[error("{came} bytes came of {asked}; the deal is not of the segment that it was taken for")]
    Length {
        /// Bytes asked for.
        asked: u32,
        /// Bytes that came.
        came: usize,
    },
    /// Nothing came in time.
    #[error("nothing came in time, try again")]
    TimedOut,
    /// Nobody said where bytes come from.
    #[error("the store has no source of bytes on the network; connect it first")]
    NoSource,
}

/// Fetches ranges of segments that are on the network. It sees to hedging and to retries itself.
pub trait Source: Send + Sync {
    /// Bytes of the segment that this deal of this bucket holds, exactly as many as the range has.
    fn fetch(&self, bucket: u64, deal: u64, range: Range<u32>) -> BoxFuture<'_, Result<Bytes, FetchError>>;
}
