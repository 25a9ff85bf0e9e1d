//! Files → segments → shards at miners → deals.

use std::{path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures::{stream::FuturesUnordered, StreamExt};
use idlewild_chain_client::{coins::show_coins, Call, DealRequest, Event, ReadError, SubmitError};
use idlewild_network::transfer::{Progress, StoreOrder};
use idlewild_storage::{
    encode::{EncodeError, Encoder},
    erasure::GeometryError,
    manifest::ManifestSealError,
    packer::{ObjectMeta, PackError, Packer, Segment},
};
use idlewild_storage_primitives::{
    receipt::{SlotReceipt, StoreRequest, MAX_VALIDITY},
    Balance, DealId, Salt,
};
use rand::RngCore;
use tokio::sync::{mpsc, Mutex};

use crate::{
    market::{Market, MarketError, Seller, Wish},
    session::Session,
};

/// Blocks that a request stays valid: long enough for a slow upload, well within what receipts may be.
const VALIDITY: u32 = MAX_VALIDITY / 2;

/// What is put, and how.
#[derive(Clone, Debug)]
pub struct PutOptions {
    /// What is asked of deals.
    pub wish: Wish,
    /// Bytes of a segment's plaintext; files are cut and packed into such pieces.
    pub segment_bytes: u32,
}

/// A file to be put.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is on this machine.
    pub file: PathBuf,
    /// What it is called afterwards, and how long it is.
    pub meta: ObjectMeta,
}

/// How far a put is.
#[derive(Clone, Debug)]
pub enum PutEvent {
    /// Bytes arrived at miners.
    Sent(u64),
    /// A segment's deal stands.
    Stored {
        /// The deal.
        deal: DealId,
        /// Plaintext bytes of the segment.
        bytes: u32,
        /// Slots that miners took.
        filled: u8,
        /// Slots in all.
        slots: u8,
        /// The block of the deal.
        block: u32,
    },
    /// A miner did not take a shard; another is asked.
    Refused {
        /// The miner.
        miner: u32,
        /// Why.
        reason: String,
    },
}

/// What a put did.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct PutReport {
    /// The deals.
    pub deals: Vec<DealId>,
    /// Coins on hold for them, in plancks.
    pub held: Balance,
    /// Plaintext bytes, indexes included.
    pub bytes: u64,
    /// Slots that no miner took yet; repair will fill them.
    pub unfilled: u32,
}

/// Why a put failed. Deals that stand already stay, and are reported before.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The market has no room.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The chain refused the deal.
    #[error("the deal was not made: {0}")]
    Deal(#[from] SubmitError),
    /// The chain left the deal out.
    #[error("the deal was not made: too few of its miners could still take their shards. Try again")]
    Skipped,
    /// The account cannot pay.
    #[error("the account has {} to spend, and the deal needs {}", show_coins(*.free), show_coins(*.needed))]
    NotEnoughCoins {
        /// What it has.
        free: Balance,
        /// What is needed.
        needed: Balance,
    },
    /// Too few miners took their shards.
    #[error("{filled} of {needed} shards that a deal needs at least were taken. The last refusal: {last}")]
    TooFewTaken {
        /// Shards taken.
        filled: u32,
        /// Shards needed.
        needed: u32,
        /// What the last miner that refused said.
        last: String,
    },
    /// The files could not be read or packed.
    #[error(transparent)]
    Pack(#[from] PackError<Stopped>),
    /// The geometry has no code.
    #[error(transparent)]
    Geometry(#[from] GeometryError),
    /// The segment was not encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The manifest was not sealed.
    #[error(transparent)]
    Manifest(#[from] ManifestSealError),
    /// A thread of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

/// The upload ended before the packing did.
#[derive(Debug, thiserror::Error)]
#[error("the upload stopped")]
pub struct Stopped;

impl Session {
    /// Puts files. `event` is told how far it is.
    ///
    /// Segments are packed in one thread, encoded in another and uploaded by this task, each one ahead of the next, so that
    /// memory is a few segments whatever the files' size.
    pub async fn put(
        self: &Arc<Self>,
        sources: Vec<Source>,
        options: &PutOptions,
        event: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> Result<PutReport, PutError> {
        let event: Arc<dyn Fn(PutEvent) + Send + Sync> = Arc::new(event);
        let encoder = Arc::new(Encoder::new(options.wish.geometry)?);
        let (sender, mut segments) = mpsc::channel::<Segment>(1);
        let capacity = options.segment_bytes;
        let packing = tokio::task::spawn_blocking(move || pack(sources, capacity, &sender));
        let mut report = PutReport::default();
        while let Some(segment) = segments.recv().await {
            let bytes = segment.bytes.len() as u64;
            let stored = self.put_segment(segment, &options.wish, &encoder, &event).await;
            let stored = match stored {
                Ok(stored) => stored,
                Err(error) => {
                    // Closing the channel ends the packing; its own error would only say so.
                    drop(segments);
                    let _ = packing.await;
                    return Err(error);
                },
            };
            report.deals.push(stored.deal);
            report.held = report.held.saturating_add(stored.held);
            report.bytes = report.bytes.saturating_add(bytes);
            report.unfilled = report.unfilled.saturating_add(stored.unfilled);
        }
        packing.await.map_err(|_| PutError::Broken)??;
        Ok(report)
    }

    async fn put_segment(
        &self,
        segment: Segment,
        wish: &Wish,
        encoder: &Arc<Encoder>,
        event: &Arc<dyn Fn(PutEvent) + Send + Sync>,
    ) -> Result<StoredDeal, PutError> {
        let plain_len = segment.bytes.len() as u32;
        let layout = idlewild_storage::layout::Layout::new(wish.geometry, segment.bytes.len())
            .map_err(|error| PutError::Encode(error.into()))?;
        let shard_len = layout.shard_len();
        let market = Market::survey(&self.chain, shard_len).await?;
        let offer = market.offer(&[plain_len], wish)?;
        let needed = offer.pay.saturating_add(offer.reserve);
        let free = self.chain.balance(self.account()).await?.free;
        if free < needed {
            return Err(PutError::NotEnoughCoins { free, needed });
        }
        let mut salt: Salt = [0; 16];
        rand::thread_rng().fill_bytes(&mut salt);
        let plain = Arc::new(segment);
        let mut price = 0;
        for copy in 0..wish.copies {
            let ranked = market.rank(&salt, copy, wish);
            price = market.price(&ranked, wish, shard_len)?.max(price);
        }
        let block = self.chain.best_number().await?;
        let mut roots = Vec::new();
        let mut receipts = Vec::new();
        let mut hash = None;
        for copy in 0..wish.copies {
            let encoded = {
                let (plain, encoder, secret) = (plain.clone(), encoder.clone(), self.secret.clone());
                tokio::task::spawn_blocking(move || {
                    let hash = idlewild_storage::encode::plain_hash(&plain.bytes);
                    encoder.encode(&plain.bytes, &secret.data_key(&salt, copy, &hash)).map(|encoded| (hash, encoded))
                })
                .await
                .map_err(|_| PutError::Broken)??
            };
            let (plain_hash, encoded) = encoded;
            hash = Some(plain_hash);
            let first = usize::from(copy).saturating_mul(usize::from(wish.geometry.shards()));
            let jobs: Vec<Job> = (0u8..)
                .zip(encoded.shards().zip(encoded.roots()))
                .map(|(index, (bytes, root))| Job {
                    request: StoreRequest {
                        owner: self.account(),
                        salt,
                        slot: (first as u8).saturating_add(index),
                        miner: 0,
                        root: *root,
                        length: shard_len,
                        term: wish.term,
                        price,
                        valid_until: block.saturating_add(VALIDITY),
                    },
                    bytes,
                    block,
                })
                .collect();
            roots.extend_from_slice(encoded.roots());
            let ranked = market.rank(&salt, copy, wish);
            let most = market.most_of_operator(wish.geometry);
            let taken = self.upload_copy(jobs, ranked, most, price, event).await;
            let needed = u32::from(wish.geometry.least_filled());
            if (taken.receipts.len() as u32) < needed {
                let filled = taken.receipts.len() as u32;
                let last = taken.last.unwrap_or_else(|| "no miner was left to ask".to_owned());
                return Err(PutError::TooFewTaken { filled, needed, last });
            }
            receipts.extend(taken.receipts);
            encoder.recycle(encoded);
        }
        let hash = hash.ok_or(PutError::Broken)?;
        let manifest = plain.manifest(hash).seal(&self.secret.manifest_key(&salt))?;
        let request = DealRequest {
            salt,
            geometry: wish.geometry,
            copies: wish.copies,
            shard_len,
            term: wish.term,
            price,
            roots,
            receipts,
            manifest,
        };
        // Sent once only where its fate is known: the salt makes a second one harmless, and a refused second one is told apart.
        let outcome = self.submitter.submit_again(Call::CreateDeals { requests: vec![request] }).await?;
        let created = outcome.events.iter().find_map(|happened| match happened {
            Event::Created { deal, salt: of, filled, slots, held, .. } if *of == salt => {
                Some((*deal, *filled, *slots, *held))
            },
            _ => None,
        });
        let (deal, filled, slots, held) = created.ok_or(PutError::Skipped)?;
        event(PutEvent::Stored { deal, bytes: plain_len, filled, slots, block: outcome.block });
        Ok(StoredDeal { deal, held, unfilled: u32::from(slots.saturating_sub(filled)) })
    }

    /// Uploads the shards of a copy, each to the next miner that is left, until all are taken or nobody is.
    async fn upload_copy(
        &self,
        jobs: Vec<Job>,
        ranked: Vec<Seller>,
        most: u32,
        price: Balance,
        event: &Arc<dyn Fn(PutEvent) + Send + Sync>,
    ) -> Taken {
        let queue = Mutex::new(Queue::new(ranked, most, price));
        let last = Mutex::new(None);
        let uploads: FuturesUnordered<_> =
            jobs.into_iter().map(|job| self.upload_shard(job, &queue, &last, event)).collect();
        let receipts: Vec<SlotReceipt> = uploads.filter_map(|receipt| async move { receipt }).collect().await;
        Taken { receipts, last: last.into_inner() }
    }

    async fn upload_shard(
        &self,
        job: Job,
        queue: &Mutex<Queue>,
        last: &Mutex<Option<String>>,
        event: &Arc<dyn Fn(PutEvent) + Send + Sync>,
    ) -> Option<SlotReceipt> {
        loop {
            let seller = queue.lock().await.next()?;
            let mut request = job.request.clone();
            request.miner = seller.id;
            let signature = self.signer.sign(&request.message(&self.chain.genesis())).0;
            let order = StoreOrder { request, signature, block: job.block };
            let told = event.clone();
            let progress = Progress::new(move |bytes| told(PutEvent::Sent(bytes)));
            match self.shards.store_shard(&seller.peer, &order, job.bytes.clone(), &progress).await {
                Ok(receipt) => return Some(receipt),
                Err(error) => {
                    let reason = error.to_string();
                    event(PutEvent::Refused { miner: seller.id, reason: reason.clone() });
                    *last.lock().await = Some(reason);
                    queue.lock().await.give_back(&seller);
                },
            }
        }
    }
}

struct StoredDeal {
    deal: DealId,
    held: Balance,
    unfilled: u32,
}

struct Job {
    request: StoreRequest,
    bytes: Bytes,
    block: u32,
}

struct Taken {
    receipts: Vec<SlotReceipt>,
    last: Option<String>,
}

/// The miners that are left for a copy.
struct Queue {
    left: std::collections::VecDeque<Seller>,
    of_operator: std::collections::HashMap<[u8; 32], u32>,
    most: u32,
}

impl Queue {
    fn new(ranked: Vec<Seller>, most: u32, price: Balance) -> Self {
        let left = ranked.into_iter().filter(|seller| seller.price <= price).collect();
        Self { left, of_operator: Default::default(), most }
    }

    fn next(&mut self) -> Option<Seller> {
        while let Some(seller) = self.left.pop_front() {
            let count = self.of_operator.entry(seller.operator).or_default();
            if *count < self.most {
                *count += 1;
                return Some(seller);
            }
        }
        None
    }

    /// A refusal leaves the operator's place to another of its miners.
    fn give_back(&mut self, seller: &Seller) {
        if let Some(count) = self.of_operator.get_mut(&seller.operator) {
            *count = count.saturating_sub(1);
        }
    }
}

fn pack(sources: Vec<Source>, capacity: u32, sender: &mpsc::Sender<Segment>) -> Result<(), PackError<Stopped>> {
    let mut packer = Packer::with_capacity(capacity, |segment| sender.blocking_send(segment).map_err(|_| Stopped));
    for Source { file, meta } in sources {
        let opened = std::fs::File::open(&file)
            .map_err(|source| PackError::Read { path: file.display().to_string(), source })?;
        packer.add(&meta, opened)?;
    }
    packer.finish().map_err(PackError::Sink)
}
