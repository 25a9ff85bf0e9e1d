//! Fetching a shard, or a range of one, from a miner.

use std::ops::Range;

use bytes::Bytes;
use idlewild_storage_primitives::Root;
use libp2p::Stream;

use super::{
    client::{lost, unexpected, ExchangeError, ShardClient},
    max_shard_bytes,
    message::{Refusal, Request, Response},
    progress::Progress,
    slice::{self, SliceError},
    wire,
};
use crate::address::PeerAddr;

/// A shard as the chain knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShardRef {
    /// Its BLAKE3 root.
    pub root: Root,
    /// Its bytes.
    pub length: u32,
}

/// Why a shard was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The conversation failed, or the miner refused.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// No miner could answer it.
    #[error(transparent)]
    Range(SliceError),
    /// No shard is that long.
    #[error("no shard has {0} bytes; a deal's record is damaged")]
    TooLong(u64),
    /// The miner has something of another length.
    #[error("{peer} has {offered} bytes under this root, but the chain says {length}; it is broken or hostile")]
    WrongLength {
        /// The miner.
        peer: PeerAddr,
        /// What it offers.
        offered: u64,
        /// What the chain says.
        length: u64,
    },
    /// The miner sent other bytes.
    #[error("{peer} sent bytes that do not belong to the root {}; they were thrown away", hex::encode(.root))]
    Corrupt {
        /// The miner.
        peer: PeerAddr,
        /// The root.
        root: Root,
    },
}

impl FetchError {
    /// The miner's words, where it said no.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Exchange(error) => error.refusal(),
            _ => None,
        }
    }

    /// Whether the same miner may well answer when it is asked again in a moment.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Exchange(error) if error.may_pass())
    }
}

impl ShardClient {
    /// Fetches a whole shard; what is returned has the root.
    pub async fn fetch_shard(&self, peer: &PeerAddr, shard: &ShardRef, progress: &Progress) -> Result<Bytes, FetchError> {
        self.bounded(peer, self.whole(peer, shard, progress)).await
    }

    /// Fetches bytes `range` of a shard; what is returned is proven against the root.
    pub async fn fetch_range(
        &self,
        peer: &PeerAddr,
        shard: &ShardRef,
        range: Range<u64>,
        progress: &Progress,
    ) -> Result<Bytes, FetchError> {
        self.bounded(peer, self.range(peer, shard, range, progress)).await
    }

    async fn begin(&self, peer: &PeerAddr, shard: &ShardRef, range: Option<(u64, u64)>) -> Result<(Stream, u64), FetchError> {
        let length = u64::from(shard.length);
        if length > max_shard_bytes() {
            return Err(FetchError::TooLong(length));
        }
        match self.open(peer, &Request::Fetch { root: shard.root, range }).await? {
            (stream, Response::Content { length: offered, body }) if offered == length => Ok((stream, body)),
            (_, Response::Content { length: offered, .. }) => {
                Err(FetchError::WrongLength { peer: peer.clone(), offered, length })
            },
            _ => Err(unexpected(peer).into()),
        }
    }

    async fn whole(&self, peer: &PeerAddr, shard: &ShardRef, progress: &Progress) -> Result<Bytes, FetchError> {
        let (mut stream, body) = self.begin(peer, shard, None).await?;
        if body != u64::from(shard.length) {
            return Err(unexpected(peer).into());
        }
        let mut hasher = blake3::Hasher::new();
        let bytes = wire::read_body_into(self.buffers().take(), &mut stream, body, self.timeouts().idle, |piece| {
            hasher.update(piece);
            progress.add(piece.len());
        })
        .await
        .map_err(|error| lost(peer, error))?;
        if *hasher.finalize().as_bytes() != shard.root {
            return Err(FetchError::Corrupt { peer: peer.clone(), root: shard.root });
        }
        Ok(bytes)
    }

    async fn range(
        &self,
        peer: &PeerAddr,
        shard: &ShardRef,
        range: Range<u64>,
        progress: &Progress,
    ) -> Result<Bytes, FetchError> {
        let length = u64::from(shard.length);
        let Range { start, end } = range;
        if start >= end || end > length {
            return Err(FetchError::Range(SliceError::BadRange { start, end, length }));
        }
        let (mut stream, body) = self.begin(peer, shard, Some((start, end))).await?;
        if body > slice::max_slice_bytes(&range, length) {
            return Err(unexpected(peer).into());
        }
        let encoded = wire::read_body(&mut stream, body, self.timeouts().idle, |piece| progress.add(piece.len()))
            .await
            .map_err(|error| lost(peer, error))?;
        let bytes = slice::open(&shard.root, length, &range, &encoded)
            .map_err(|_| FetchError::Corrupt { peer: peer.clone(), root: shard.root })?;
        Ok(bytes.into())
    }
}
