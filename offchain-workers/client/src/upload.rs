//! A segment's shards go to miners, each of which signs a receipt.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use bytes::Bytes;
use futures::{stream::FuturesUnordered, StreamExt};
use idlewild_chain_client::DealRequest;
use idlewild_network::transfer::{Progress, StoreOrder};
use idlewild_storage_primitives::{
    receipt::{SlotReceipt, StoreRequest, MAX_VALIDITY},
    Balance, Clock, Root, Salt, SlotIndex,
};
use tokio::sync::Mutex;

use crate::{
    encoding::{EncodedSegment, Encoding},
    market::{Market, Seller, Wish},
    put::{PutError, PutEvent, Told},
    session::Session,
};

/// Blocks that a request stays valid: long enough for a slow upload, well within what receipts may be.
const VALIDITY: u32 = MAX_VALIDITY / 2;

/// How long a miner may take to answer and to write, however small the shard.
const UPLOAD_PATIENCE: Duration = Duration::from_secs(60);
/// Bytes a second below which an upload is given up and another miner asked.
const LEAST_SPEED: u64 = 128 << 10;

/// How long a miner may take for a shard.
fn upload_time(bytes: usize) -> Duration {
    UPLOAD_PATIENCE.saturating_add(Duration::from_secs(bytes as u64 / LEAST_SPEED))
}

/// A segment that enough miners have signed for.
pub(crate) struct Uploaded {
    pub(crate) request: DealRequest,
    pub(crate) plain_len: u32,
}

impl Session {
    /// Uploads every copy of the segment that `first` is the first copy of.
    pub(crate) async fn upload_segment(
        &self,
        first: EncodedSegment,
        encoding: &mut Encoding,
        wish: &Wish,
        event: &Told,
    ) -> Result<Uploaded, PutError> {
        let EncodedSegment { salt, shard_len, plain_len, manifest, .. } = first;
        let market = Market::survey(&self.chain, shard_len).await?;
        market.check(wish)?;
        let price = market.price(&salt, wish, shard_len)?;
        let block = self.chain.best_number().await?;
        let (mut roots, mut receipts) = (Vec::new(), Vec::new());
        let mut segment = Some(first);
        for copy in 0..wish.copies {
            let encoded = match segment.take() {
                Some(first) => first.encoded,
                None => encoding.next().await?.ok_or(PutError::Broken)?.encoded,
            };
            // The next copy, or the next segment, is encoded while this one is on its way.
            encoding.start();
            let first_slot = copy.saturating_mul(wish.geometry.shards());
            let stock = Stock { salt, shard_len, term: wish.term, price, block };
            let shards = encoded.shards().zip(encoded.roots());
            let jobs = (first_slot..).zip(shards).map(|(slot, (bytes, root))| self.job(&stock, slot, *root, bytes)).collect();
            roots.extend_from_slice(encoded.roots());
            let mut ranked = market.rank(&salt, copy, wish);
            // Who did not answer before is asked last.
            ranked.sort_by_key(|seller| self.is_away(&seller.peer));
            let queue = Queue::new(ranked, market.most_of_operator(wish.geometry), price);
            let taken = self.upload_copy(jobs, queue, event).await;
            let (filled, needed) = (taken.receipts.len() as u32, u32::from(wish.geometry.least_filled()));
            if filled < needed {
                let last = taken.last.unwrap_or_else(|| "no miner was left to ask".to_owned());
                return Err(PutError::TooFewTaken { filled, needed, price, last });
            }
            receipts.extend(taken.receipts);
            encoding.recycle(encoded);
        }
        let manifest = manifest.seal(&self.secret.manifest_key(&salt))?;
        let Wish { geometry, copies, term, .. } = *wish;
        Ok(Uploaded {
            request: DealRequest { salt, geometry, copies, shard_len, term, price, roots, receipts, manifest },
            plain_len,
        })
    }

    /// What it takes to have a shard stored by whoever takes it.
    pub(crate) fn job(&self, stock: &Stock, slot: SlotIndex, root: Root, bytes: Bytes) -> Job {
        let Stock { salt, shard_len, term, price, block } = *stock;
        let request = StoreRequest {
            owner: self.account(),
            salt,
            slot,
            miner: 0,
            root,
            length: shard_len,
            term,
            price,
            valid_until: block.saturating_add(VALIDITY),
        };
        Job { request, bytes, block }
    }

    /// Uploads shards of a copy, each to the next miner that is left, until all are taken or nobody is.
    pub(crate) async fn upload_copy(&self, jobs: Vec<Job>, queue: Queue, event: &Told) -> Taken {
        let queue = Mutex::new(queue);
        let last = Mutex::new(None);
        let uploads: FuturesUnordered<_> = jobs.into_iter().map(|job| self.upload_shard(job, &queue, &last, event)).collect();
        let receipts: Vec<SlotReceipt> = uploads.filter_map(|receipt| async move { receipt }).collect().await;
        Taken { receipts, last: last.into_inner() }
    }

    async fn upload_shard(
        &self,
        job: Job,
        queue: &Mutex<Queue>,
        last: &Mutex<Option<String>>,
        event: &Told,
    ) -> Option<SlotReceipt> {
        loop {
            let seller = queue.lock().await.next()?;
            let mut request = job.request.clone();
            request.miner = seller.id;
            let signature = self.signer.sign(&request.message(&self.chain.genesis())).0;
            let order = StoreOrder { request, signature, block: job.block };
            let told = event.clone();
            let progress = Progress::new(move |bytes| told(PutEvent::Sent(bytes)));
            let storing = self.shards.store_shard(&seller.peer, &order, job.bytes.clone(), &progress);
            let after = upload_time(job.bytes.len());
            let outcome = match tokio::time::timeout(after, storing).await {
                Ok(outcome) => outcome.map_err(|error| (error.refusal().is_none(), error.to_string())),
                Err(_) => Err((true, format!("it was too slow: the shard was not there after {} seconds", after.as_secs()))),
            };
            match outcome {
                Ok(receipt) => {
                    self.note_here(&seller.peer);
                    return Some(receipt);
                },
                Err((away, reason)) => {
                    if away {
                        self.note_away(&seller.peer);
                    }
                    event(PutEvent::Refused { miner: seller.id, reason: reason.clone() });
                    *last.lock().await = Some(reason);
                    queue.lock().await.give_back(&seller);
                },
            }
        }
    }
}

/// What all shards of a deal have in common.
pub(crate) struct Stock {
    pub(crate) salt: Salt,
    pub(crate) shard_len: u32,
    pub(crate) term: Clock,
    /// The most that is paid.
    pub(crate) price: Balance,
    /// The block as of which requests are signed.
    pub(crate) block: u32,
}

pub(crate) struct Job {
    request: StoreRequest,
    bytes: Bytes,
    block: u32,
}

pub(crate) struct Taken {
    pub(crate) receipts: Vec<SlotReceipt>,
    last: Option<String>,
}

/// The miners that are left for a copy.
pub(crate) struct Queue {
    left: VecDeque<Seller>,
    of_operator: HashMap<[u8; 32], u32>,
    most: u32,
}

impl Queue {
    /// Of `ranked`, nearest first, those that ask for `price` at most, and no more than `most` of one operator's.
    pub(crate) fn new(ranked: Vec<Seller>, most: u32, price: Balance) -> Self {
        let left = ranked.into_iter().filter(|seller| seller.price <= price).collect();
        Self { left, of_operator: HashMap::new(), most }
    }

    /// Counts a slot that an operator has already.
    pub(crate) fn count(&mut self, operator: [u8; 32]) {
        let count = self.of_operator.entry(operator).or_default();
        *count = count.saturating_add(1);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.left.is_empty()
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
