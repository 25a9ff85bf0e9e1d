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
    /// What its deal will have on hold.
    pub(crate) cost: Balance,
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
        let (pay, reserve) = market.cost(price, shard_len, wish);
        Ok(Uploaded {
            request: DealRequest { salt, geometry, copies, shard_len, term, price, roots, receipts, manifest },
            plain_len,
            cost: pay.saturating_add(reserve),
        })
    }

    /// What it takes to have a shard stored by whoever takes it.
    pub(crate) fn job(&self, stock: &Stock, slot: SlotIndex, root: Root, bytes: Bytes) -> Job {
        let Stock { salt, shard_len, term, price, block } = *stock;
        let request = StoreRequest {
            owner: self.owner(),
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
            let signature = self.signer.sign(&request.message_of(&self.chain.genesis(), &self.account())).0;
            let order = StoreOrder { request, signer: self.delegate(), signature, block: job.block };
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

    /// Whether nobody may be asked as things stand.
    pub(crate) fn is_empty(&self) -> bool {
        self.place().is_none()
    }

    /// Where the next one is whose operator has a place left. Those before it wait: a refusal may make room for them.
    fn place(&self) -> Option<usize> {
        let has_room = |seller: &Seller| self.of_operator.get(&seller.operator).is_none_or(|count| *count < self.most);
        self.left.iter().position(has_room)
    }

    fn next(&mut self) -> Option<Seller> {
        let seller = self.left.remove(self.place()?)?;
        self.count(seller.operator);
        Some(seller)
    }

    /// A refusal leaves the operator's place to another of its miners.
    fn give_back(&mut self, seller: &Seller) {
        if let Some(count) = self.of_operator.get_mut(&seller.operator) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Miners of these operators, numbered from 0.
    fn queue(operators: &[u8], most: u32) -> Queue {
        let sellers = (0u32..).zip(operators).map(|(id, operator)| Seller::of([*operator; 32], id, 5));
        Queue::new(sellers.collect(), most, 5)
    }

    #[test]
    fn an_operators_further_miners_are_asked_when_its_first_refuses() {
        let mut queue = queue(&[1, 1, 1, 2], 2);
        let first = queue.next().unwrap();
        let others: Vec<_> = std::iter::from_fn(|| queue.next().map(|seller| seller.id)).collect();
        assert_eq!((first.id, others), (0, vec![1, 3]), "two of an operator's three, and the other operator's");
        assert!(queue.is_empty());
        queue.give_back(&first);
        assert!(!queue.is_empty());
        assert_eq!(queue.next().map(|seller| seller.id), Some(2));
        assert!(queue.is_empty() && queue.next().is_none());
    }

    #[test]
    fn what_an_operator_has_already_counts() {
        let mut queue = queue(&[1, 2], 1);
        queue.count([1; 32]);
        assert_eq!(queue.next().map(|seller| seller.id), Some(1));
        assert!(queue.is_empty());
    }

    #[test]
    fn who_asks_for_more_than_is_paid_is_not_asked() {
        let sellers = vec![Seller::of([1; 32], 0, 6), Seller::of([2; 32], 1, 5)];
        let mut queue = Queue::new(sellers, 9, 5);
        assert_eq!(queue.next().map(|seller| seller.id), Some(1));
        assert!(queue.is_empty());
    }
}
