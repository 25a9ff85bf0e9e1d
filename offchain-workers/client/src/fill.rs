//! Slots that no miner took at first get their shards later, from those that are there.
//!
//! Repair would fill them as well, and be paid for it from the deal's reserve; the owner does it for nothing.

use std::time::Duration;

use bytes::Bytes;
use idlewild_chain_client::{pause::jittered, Call, Event, ReadError, SubmitError};
use idlewild_storage::erasure::{CodeError, Coder, GeometryError};
use idlewild_storage_primitives::{deal::Slot, view::DealView, DealId, SlotIndex};

use crate::{
    market::{Market, MarketError, Wish},
    put::{PutEvent, Told},
    session::Session,
    shortfall::Shortfall,
    upload::{Queue, Stock},
};

/// Waits before each try, at most: miners that are being restarted are back by then.
const TRIES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(5), Duration::from_secs(15)];

/// Why open slots were not filled. The deal stands all the same.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The market could not be surveyed.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// The chain refused the receipts.
    #[error("the slots were not filled: {0}")]
    Fill(#[from] SubmitError),
    /// The geometry has no code.
    #[error(transparent)]
    Geometry(#[from] GeometryError),
    /// The missing shards cannot be made of those that came.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// Too few shards came to make the others of.
    #[error("{had} shards of a copy of deal {deal} could be had, which are too few to make the missing ones. {missing}")]
    TooFewShards {
        /// The deal.
        deal: DealId,
        /// Shards that came.
        had: usize,
        /// Each shard that did not come, and why.
        missing: String,
    },
    /// What was made of the shards is not what the deal names.
    #[error("shard {slot} of deal {deal} does not have the root that stands on chain: the deal was made with other bytes")]
    OtherRoot {
        /// The deal.
        deal: DealId,
        /// The slot.
        slot: SlotIndex,
    },
    /// A thread of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

impl Session {
    /// Tries a few times to fill the open slots of deals that a put just made, and returns how many are left open. What cannot be
    /// filled is left to repair.
    pub async fn fill_all(&self, mut deals: Vec<DealId>, wish: &Wish, event: &Told) -> u32 {
        for wait in TRIES {
            if deals.is_empty() {
                break;
            }
            tokio::time::sleep(jittered(wait)).await;
            let mut left = Vec::new();
            for deal in deals {
                match self.fill(deal, wish, event).await {
                    Ok(0) => continue,
                    Ok(_) => {},
                    Err(error) => tracing::warn!(deal, %error, "open slots were not filled"),
                }
                left.push(deal);
            }
            deals = left;
        }
        let mut open = 0u32;
        for deal in deals {
            if let Ok(Some(deal)) = self.chain.deal(deal).await {
                open = open.saturating_add(open_slots(&deal).count() as u32);
            }
        }
        open
    }

    /// Fills what it can of a deal's slots that were never filled, from the shards that its miners hold. Returns how many are
    /// left open.
    pub async fn fill(&self, id: DealId, wish: &Wish, event: &Told) -> Result<u32, FillError> {
        let Some(deal) = self.chain.deal(id).await? else { return Ok(0) };
        let open = open_slots(&deal).count() as u32;
        if open == 0 {
            return Ok(0);
        }
        let market = Market::survey(&self.chain, deal.shard_len).await?;
        let block = self.chain.best_number().await?;
        let mut receipts = Vec::new();
        for copy in 0..deal.copies {
            let indexes: Vec<u8> = of_copy(&deal, copy, open_slots(&deal)).collect();
            let queue = self.queue(&market, &deal, copy, wish).await?;
            if indexes.is_empty() || queue.is_empty() {
                continue;
            }
            let shards = self.make_shards(&deal, copy, &indexes).await?;
            let stock = Stock { salt: deal.salt, shard_len: deal.shard_len, term: wish.term, price: deal.price, block };
            let first = copy.saturating_mul(deal.geometry.shards());
            let jobs = indexes.iter().zip(shards).filter_map(|(index, bytes)| {
                let slot = first.saturating_add(*index);
                Some(self.job(&stock, slot, *deal.roots.get(usize::from(slot))?, bytes))
            });
            receipts.extend(self.upload_copy(jobs.collect(), queue, event).await.receipts);
        }
        if receipts.is_empty() {
            return Ok(open);
        }
        let outcome = self.submitter.submit_again(self.call(Call::FillSlots { deal: id, receipts })).await?;
        let filled = outcome.events.iter().filter(|event| matches!(event, Event::Assigned { deal, .. } if *deal == id)).count();
        event(PutEvent::Filled { deal: id, slots: filled as u8 });
        Ok(open.saturating_sub(filled as u32))
    }

    /// The miners that may take one more shard of a copy: those without any, within each operator's share.
    async fn queue(&self, market: &Market, deal: &DealView, copy: u8, wish: &Wish) -> Result<Queue, ReadError> {
        let holders: Vec<_> = (0u8..)
            .zip(&deal.slots)
            .filter(|(slot, _)| deal.geometry.locate(*slot).is_some_and(|(of, _)| of == copy))
            .filter_map(|(_, view)| view.slot.holder())
            .collect();
        let wish = Wish { geometry: deal.geometry, max_price: None, ..*wish };
        let ranked = market.rank(&deal.salt, copy, &wish).into_iter().filter(|seller| !holders.contains(&seller.id));
        let mut queue = Queue::new(ranked.collect(), market.most_of_operator(deal.geometry), deal.price);
        for holder in holders {
            if let Some(miner) = self.chain.miner(holder).await? {
                queue.count(miner.operator);
            }
        }
        Ok(queue)
    }

    /// Makes shards of a copy from any that can be had, and checks them against the roots on chain.
    async fn make_shards(&self, deal: &DealView, copy: u8, indexes: &[u8]) -> Result<Vec<Bytes>, FillError> {
        let mut shortfall = Shortfall::default();
        let Some(came) = self.fetch_copy(deal, copy, &mut shortfall).await? else {
            return Err(FillError::TooFewShards { deal: deal.id, had: shortfall.had(), missing: shortfall.to_string() });
        };
        let (geometry, wanted) = (deal.geometry, indexes.to_vec());
        let made = tokio::task::spawn_blocking(move || {
            let made = Coder::new(geometry)?.rebuild(&came, &wanted)?;
            Ok::<_, FillError>(
                made.into_iter().map(|bytes| (*blake3::hash(&bytes).as_bytes(), Bytes::from(bytes))).collect::<Vec<_>>(),
            )
        });
        let first = copy.saturating_mul(geometry.shards());
        let mut shards = Vec::new();
        for (index, (root, bytes)) in indexes.iter().zip(made.await.map_err(|_| FillError::Broken)??) {
            let slot = first.saturating_add(*index);
            if deal.roots.get(usize::from(slot)) != Some(&root) {
                return Err(FillError::OtherRoot { deal: deal.id, slot });
            }
            shards.push(bytes);
        }
        Ok(shards)
    }
}

/// Slots that were never filled.
fn open_slots(deal: &DealView) -> impl Iterator<Item = SlotIndex> + '_ {
    (0u8..).zip(&deal.slots).filter(|(_, view)| view.slot == Slot::Empty).map(|(slot, _)| slot)
}

/// The shards of a copy that these slots are for.
fn of_copy(deal: &DealView, copy: u8, slots: impl Iterator<Item = SlotIndex>) -> impl Iterator<Item = u8> {
    let geometry = deal.geometry;
    slots.filter_map(move |slot| geometry.locate(slot)).filter(move |(of, _)| *of == copy).map(|(_, index)| index)
}
