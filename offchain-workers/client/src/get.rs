//! Deals → any k shards of a copy → the bytes asked for.

use std::{
    collections::BTreeSet,
    ops::Range,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures::{future::try_join_all, stream, StreamExt};
use idlewild_chain_client::{pause::jittered, ReadError};
use idlewild_network::{
    transfer::{Candidate, FetchError, Progress, ShardRef},
    PeerAddr,
};
use idlewild_storage::{
    decode::{DecodeError, VerifiedShard},
    erasure::GeometryError,
    layout::{Layout, LayoutError, Piece},
    tree::Object,
};
use idlewild_storage_primitives::{view::DealView, DealId, MinerId, SlotIndex};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::{
    objects::{Listing, StoredSegment},
    ranges::{self, Told},
    session::Session,
    shortfall::Shortfall,
};

/// How long the slowest miner may take before another is asked as well.
const PATIENCE: Duration = Duration::from_secs(3);
/// From this part of a segment on, the whole segment is fetched at once.
const WHOLE_FROM: f64 = 0.5;
/// Segments fetched ahead of the one being written.
const AHEAD: usize = 2;
/// Who has not answered for longer than this is not waited for: longer than all pauses, so that segments that are read at the same
/// time wait for it as well.
const LATELY: Duration = Duration::from_secs(10);
/// Pauses, before jitter, after which too few shards are asked for once more.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// Why bytes did not come back. None that are wrong ever do.
#[derive(Debug, thiserror::Error)]
pub enum GetError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Too few shards are left, or too few of their miners answer.
    #[error("deal {deal} cannot be read now: {needed} shards of a copy are needed, and {had} could be had. {missing}")]
    TooFewShards {
        /// The deal.
        deal: DealId,
        /// Shards needed.
        needed: u8,
        /// Shards that came or still might have, of the copy of which there are most.
        had: usize,
        /// Each shard that did not come, and why.
        missing: String,
    },
    /// A part of the file is in a deal that is gone.
    #[error("a part of the file was in deal {0}, which is gone")]
    Gone(DealId),
    /// The deal has a geometry that has no code.
    #[error(transparent)]
    Geometry(#[from] GeometryError),
    /// The deal and its manifest contradict each other.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// All copies are there, and the last of them does not decode.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The output cannot be written.
    #[error("the bytes cannot be written: {0}")]
    Write(#[from] std::io::Error),
    /// A thread of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

impl Session {
    /// Writes bytes `range` of a file, in order. `moved` is told of each piece as it is written.
    pub async fn get(
        &self,
        listing: &Listing,
        object: &Object<DealId>,
        range: Range<u64>,
        output: &mut (impl AsyncWrite + Unpin + Send),
        moved: impl Fn(u64) + Send + Sync,
    ) -> Result<(), GetError> {
        let extents = object.extents(range);
        let spare = Spare::default();
        let reads = extents.into_iter().map(|extent| {
            let spare = &spare;
            async move {
                let segment = listing.segments.get(&extent.segment).ok_or(GetError::Gone(extent.segment))?;
                self.read_with(segment, extent.range, spare).await
            }
        });
        let mut pieces = stream::iter(reads).buffered(AHEAD);
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            output.write_all(&piece).await?;
            moved(piece.len() as u64);
            spare.give(piece);
        }
        output.flush().await?;
        Ok(())
    }

    /// Reads bytes `range` of a segment's plaintext.
    pub async fn read_segment(&self, segment: &StoredSegment, range: Range<u32>) -> Result<Vec<u8>, GetError> {
        self.read_with(segment, range, &Spare::default()).await
    }

    /// Reads a segment, and once or twice more where too few shards came because miners fell silent just now: one that starts again, or
    /// has much to do, is there again in a moment. Who has been away for longer is not waited for.
    async fn read_with(&self, segment: &StoredSegment, range: Range<u32>, spare: &Spare) -> Result<Vec<u8>, GetError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let mut pauses = PAUSES.into_iter();
        loop {
            let shortfall = match self.read_once(segment, &range, spare).await? {
                Ok(bytes) => return Ok(bytes),
                Err(shortfall) => shortfall,
            };
            let deal = segment.deal.id;
            let Some(pause) = pauses.next().filter(|_| shortfall.may_pass()) else {
                let (needed, had) = (segment.deal.geometry.data, shortfall.had());
                return Err(GetError::TooFewShards { deal, needed, had, missing: shortfall.to_string() });
            };
            tracing::debug!(deal, %shortfall, "too few shards came; asking again");
            tokio::time::sleep(jittered(pause)).await;
        }
    }

    /// Reads a segment from any of its copies, or tells why none has enough.
    async fn read_once(
        &self,
        segment: &StoredSegment,
        range: &Range<u32>,
        spare: &Spare,
    ) -> Result<Result<Vec<u8>, Shortfall>, GetError> {
        let wide = f64::from(range.end - range.start) >= WHOLE_FROM * f64::from(segment.manifest.length);
        let (mut shortfall, mut wrong, mut short) = (Shortfall::default(), None, false);
        for copy in 0..segment.deal.copies {
            let read = match wide {
                true => {
                    let read = self.read_whole(segment, copy, &mut shortfall, spare).await;
                    read.map(|plain| plain.map(|plain| slice(plain, range)))
                },
                false => self.read_range(segment, copy, range.clone(), &mut shortfall).await,
            };
            match read {
                Ok(Some(bytes)) => return Ok(Ok(bytes)),
                Ok(None) => short = true,
                // Each copy was encoded by itself, and so another may be sound.
                Err(GetError::Decode(error)) => {
                    tracing::warn!(deal = segment.deal.id, copy, %error, "a copy cannot be decoded: put the file again");
                    shortfall.note_wrong(copy, &error);
                    wrong = Some(error);
                },
                Err(error) => return Err(error),
            }
        }
        match wrong {
            // No waiting helps where all copies are there.
            Some(error) if !short => Err(error.into()),
            _ => Ok(Err(shortfall)),
        }
    }

    async fn read_whole(
        &self,
        segment: &StoredSegment,
        copy: u8,
        shortfall: &mut Shortfall,
        spare: &Spare,
    ) -> Result<Option<Vec<u8>>, GetError> {
        let deal = &segment.deal;
        let Some(came) = self.fetch_copy(deal, copy, shortfall).await? else { return Ok(None) };
        let shards: Vec<VerifiedShard> =
            came.into_iter().map(|(index, bytes)| VerifiedShard::already_checked(index, bytes)).collect();
        let manifest = segment.manifest;
        let key = self.secret.data_key(&deal.salt, copy, &manifest.hash);
        let decoder = self.decoder(deal.geometry)?;
        let mut plain = spare.take();
        let decoded = tokio::task::spawn_blocking(move || {
            decoder.decode_into(&shards, manifest.length, &manifest.hash, &key, &mut plain)?;
            Ok::<_, GetError>(plain)
        });
        decoded.await.map_err(|_| GetError::Broken)?.map(Some)
    }

    /// As many shards of a copy as restore it, by their index, each checked against its root; `None` where they are too few.
    pub(crate) async fn fetch_copy(
        &self,
        deal: &DealView,
        copy: u8,
        shortfall: &mut Shortfall,
    ) -> Result<Option<Vec<(u8, Bytes)>>, ReadError> {
        let mut sources = self.sources(deal, copy, shortfall).await?;
        sources.sort_by_key(|source| self.is_doubtful(source));
        let candidates: Vec<Candidate> =
            sources.iter().map(|source| Candidate { peer: source.peer.clone(), shard: source.shard }).collect();
        let k = usize::from(deal.geometry.data);
        let fetched = self.shards.fetch_any(&candidates, k, None, PATIENCE, &Progress::none()).await;
        let came = match fetched {
            Ok(came) => came,
            Err(error) => {
                for (place, error) in &error.failures {
                    let Some(source) = sources.get(*place) else { continue };
                    let lately = error.refusal().is_some() || self.went_away(source);
                    shortfall.note_failed(source.slot, source.miner, error, lately && !source.failed);
                }
                shortfall.end_copy(error.got.len(), k);
                return Ok(None);
            },
        };
        for source in came.iter().filter_map(|(place, _)| sources.get(*place)) {
            self.note_here(&source.peer);
        }
        // Who was asked first and was overtaken by others is asked later the next time.
        let overtaken = came.iter().any(|(index, _)| *index >= k);
        for (index, source) in sources.iter().enumerate().take(k) {
            if overtaken && came.iter().all(|(came, _)| *came != index) {
                self.note_away(&source.peer);
            }
        }
        let of = |place: usize| sources.get(place).map(|source| source.index);
        Ok(Some(came.into_iter().filter_map(|(place, bytes)| Some((of(place)?, bytes))).collect()))
    }

    async fn read_range(
        &self,
        segment: &StoredSegment,
        copy: u8,
        range: Range<u32>,
        shortfall: &mut Shortfall,
    ) -> Result<Option<Vec<u8>>, GetError> {
        let deal = &segment.deal;
        let layout = Layout::new(deal.geometry, segment.manifest.length as usize)?;
        let plan = layout.plan(range)?;
        let sources = self.sources(deal, copy, shortfall).await?;
        let available: Vec<u8> = sources.iter().map(|source| source.index).collect();
        let slow = sources.iter().filter(|source| self.is_doubtful(source)).map(|source| source.index).collect();
        let source_of = |shard: u8| sources.iter().find(|source| source.index == shard);
        let ask = |piece: Piece| async move {
            match source_of(piece.shard) {
                Some(source) => self.fetch_piece(source, &piece).await,
                None => Err(None),
            }
        };
        let mut failed = BTreeSet::new();
        let tell = |shard: u8, told: Told<Option<FetchError>>| {
            let Some(source) = source_of(shard) else { return };
            match told {
                Told::Came => self.note_here(&source.peer),
                Told::Slow => {
                    self.note_away(&source.peer);
                },
                Told::Failed(error) => {
                    let lately = self.went_away(source);
                    // Two pieces of it may have been asked for.
                    if let Some(error) = error.filter(|_| failed.insert(shard)) {
                        tracing::debug!(deal = deal.id, slot = source.slot, %error, "a shard did not come");
                        shortfall.note_failed(source.slot, source.miner, &error, lately && !source.failed);
                    }
                },
            }
        };
        let fetched = ranges::fetch(&plan, &available, slow, PATIENCE, ask, tell).await.map_err(DecodeError::from)?;
        let Some(fetched) = fetched else {
            // It was given up as soon as too few were left, some of which may still have been on their way.
            shortfall.end_copy(available.len().saturating_sub(failed.len()), deal.geometry.data.into());
            return Ok(None);
        };
        let key = self.secret.data_key(&deal.salt, copy, &segment.manifest.hash);
        Ok(Some(self.decoder(deal.geometry)?.decode_range(&plan, &fetched, &key)?))
    }

    async fn fetch_piece(&self, source: &Source, piece: &Piece) -> Result<Bytes, Option<FetchError>> {
        let range = u64::from(piece.range.start)..u64::from(piece.range.end);
        Ok(self.shards.fetch_range(&source.peer, &source.shard, range, &Progress::none()).await?)
    }

    /// The shards of a copy that somebody answers for, data shards first: they need no decoding.
    async fn sources(&self, deal: &DealView, copy: u8, shortfall: &mut Shortfall) -> Result<Vec<Source>, ReadError> {
        let mut asked = Vec::with_capacity(deal.slots.len());
        for (slot, (view, root)) in (0u8..).zip(deal.slots.iter().zip(&deal.roots)) {
            let Some((_, index)) = deal.geometry.locate(slot).filter(|(of, _)| *of == copy) else { continue };
            let Some(miner) = view.slot.holder() else {
                shortfall.note_empty(slot);
                continue;
            };
            let (shard, failed) = (ShardRef { root: *root, length: deal.shard_len }, view.failed);
            asked.push(async move {
                let peer = self.peer_of(miner).await?;
                Ok::<_, ReadError>(peer.map(|peer| Source { slot, index, miner, peer, shard, failed }).ok_or((slot, miner)))
            });
        }
        let mut sources = Vec::with_capacity(asked.len());
        for source in try_join_all(asked).await? {
            match source {
                Ok(source) if source.failed && self.is_away(&source.peer) => shortfall.note_gone(source.slot, source.miner),
                Ok(source) => sources.push(source),
                Err((slot, miner)) => shortfall.note_unknown(slot, miner),
            }
        }
        Ok(sources)
    }

    /// Whether others are asked before this one. A miner that failed on chain may well have the bytes still.
    fn is_doubtful(&self, source: &Source) -> bool {
        source.failed || self.is_away(&source.peer)
    }

    /// Remembers that a miner does not answer, and tells whether it did so until lately.
    fn went_away(&self, source: &Source) -> bool {
        self.note_away(&source.peer).elapsed() < LATELY
    }
}

/// Memory of segments that were written, for those to come: the system clears what it gives out, page by page.
#[derive(Default)]
struct Spare(Mutex<Vec<Vec<u8>>>);

impl Spare {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give(&self, memory: Vec<u8>) {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < AHEAD {
            spare.push(memory);
        }
    }
}

/// Where a shard should be.
struct Source {
    slot: SlotIndex,
    /// The shard's place in its copy.
    index: u8,
    miner: MinerId,
    peer: PeerAddr,
    shard: ShardRef,
    /// Its miner has failed, and does not answer for it any more.
    failed: bool,
}

fn slice(mut plain: Vec<u8>, range: &Range<u32>) -> Vec<u8> {
    plain.truncate(range.end as usize);
    plain.drain(..(range.start as usize).min(plain.len()));
    plain
}
