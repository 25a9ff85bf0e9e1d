//! Serving others: taking shards in and giving them out.

use std::{ops::Range, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use idlewild_chain_client::ReadError;
use idlewild_network::{
    transfer::{sign_receipt, Quote, Reason, Refusal, ShardService},
    PeerId,
};
use idlewild_storage::{records::Pending, shard_key::ShardKey, tally::Sum};
use idlewild_storage_primitives::{
    geometry::{self, sealed_len, MAX_SEGMENT_BYTES, SHARD_ALIGN},
    receipt::{SlotReceipt, StoreRequest, MAX_VALIDITY},
    terms::{self, Load},
    view::MinerStatus,
    Balance, Root,
};

use super::{
    room::Ticket,
    shards::{is_anothers, RESERVE},
    Miner, RoleError,
};

/// The miner as the transfer protocol sees it.
pub struct Service(pub Arc<Miner>);

fn key_of(request: &StoreRequest) -> ShardKey {
    ShardKey { root: request.root, salt: request.salt, slot: request.slot }
}

/// What so many bytes cost for so many periods, at a price for each GiB and period.
fn price_of(bytes: u64, price: Balance, periods: u32) -> Balance {
    let periods = Balance::from(periods);
    match price.checked_mul(Balance::from(bytes)) {
        Some(product) => (product >> 30).saturating_mul(periods),
        // So much that the last coins do not matter.
        None => (price >> 30).saturating_mul(Balance::from(bytes)).saturating_mul(periods),
    }
}

/// Refuses a length that the chain would refuse in a deal.
fn check_length(length: u32) -> Result<(), Refusal> {
    if length == 0 || !length.is_multiple_of(SHARD_ALIGN) {
        let words = format!("the chain takes no shard of {length} bytes: lengths are multiples of {SHARD_ALIGN}");
        return Err(Refusal::new(Reason::Malformed, words));
    }
    if length > sealed_len(MAX_SEGMENT_BYTES).saturating_add(SHARD_ALIGN) {
        return Err(Refusal::new(Reason::TooLarge, format!("the chain takes no shard of {length} bytes: that is too long")));
    }
    Ok(())
}

/// The chain is what it depends on, and is away.
fn unasked(error: ReadError) -> Refusal {
    tracing::debug!(%error, "a request could not be judged");
    Refusal::new(Reason::Busy, "the chain cannot be asked now")
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    tracing::error!(%error, "a request could not be served");
    Refusal::new(Reason::Internal, "something is wrong with this miner's disk")
}

/// What an owner is told whose shard has the name of one that waits for another account's deal.
fn promised() -> Refusal {
    let words = "this shard waits here for another account's deal: upload it to another miner, or under another salt";
    Refusal::new(Reason::NotTaking, words)
}

impl Service {
    fn find(&self, root: &Root) -> Result<ShardKey, Refusal> {
        self.0
            .index
            .shard_with_root(root)
            .map_err(internal)?
            .ok_or_else(|| Refusal::new(Reason::NotFound, "the shard is not here"))
    }

    /// Refuses a shard that a deal asks for, or has in the range, as another receipt for it would be worth nothing; and one that
    /// waits for another owner's deal.
    fn check_name(&self, request: &StoreRequest) -> Result<(), Refusal> {
        let key = key_of(request);
        let known = self.0.index.pending(&key).map_err(internal)?;
        let is_in_a_deal = match known {
            Some(known) => known.deal.is_some(),
            None => self.0.index.needs(&key).map_err(internal)?,
        };
        if is_in_a_deal {
            return Err(Refusal::new(Reason::NotTaking, "a deal has this shard from here already"));
        }
        match known {
            Some(known) if is_anothers(&known, &request.owner) => Err(promised()),
            _ => Ok(()),
        }
    }

    /// Refuses what another account signed which the chain does not let store for the owner.
    async fn check_signer(&self, request: &StoreRequest, signer: &[u8; 32]) -> Result<(), Refusal> {
        let Miner { delegates, chain, .. } = &*self.0;
        if !delegates.may_store_for(chain.as_ref(), request.owner, *signer).await.map_err(unasked)? {
            let words = "the account that signed may not store for this owner: it is no gateway of the owner's, or has no allowance left";
            return Err(Refusal::new(Reason::NotAllowed, words));
        }
        Ok(())
    }

    /// Whether the owner could pay for everything that it has here, or on its way here, without a deal.
    async fn check_funds(&self, request: &StoreRequest, own: Sum) -> Result<(), Refusal> {
        let periods = request.term.checked_div(self.0.terms().timing.period).unwrap_or(0);
        // At least so much: a short shard is paid for as a longer one.
        let bytes = own.bytes.max(u64::from(own.shards).saturating_mul(u64::from(terms::LEAST_PAID)));
        let needed = price_of(bytes, request.price, periods);
        let free = self.0.chain.balance(request.owner).await.map_err(unasked)?.free;
        if free < needed {
            return Err(Refusal::new(Reason::Unfunded, "the owner's free coins do not cover what it has uploaded here"));
        }
        Ok(())
    }
}

#[async_trait]
impl ShardService for Service {
    type Ticket = Ticket;

    async fn admit(&self, _: PeerId, request: &StoreRequest, signer: &[u8; 32]) -> Result<Ticket, Refusal> {
        let miner = &self.0;
        let record = miner.record();
        let moment = miner.moment();
        let terms = miner.terms();
        if request.miner != miner.id {
            return Err(Refusal::new(Reason::WrongMiner, format!("this is miner {}", miner.id)));
        }
        if record.status != MinerStatus::Active {
            return Err(Refusal::new(Reason::NotTaking, "this miner takes nothing new"));
        }
        if !miner.is_in_step() {
            return Err(Refusal::new(Reason::NotTaking, "this miner is not in step with the chain now; try again later"));
        }
        check_length(request.length)?;
        // A second more or less: the owner may see a block that is not final here yet.
        if request.valid_until < moment.block || request.valid_until > moment.block.saturating_add(MAX_VALIDITY) {
            return Err(Refusal::new(Reason::Expired, format!("block {} is not within the next 600", request.valid_until)));
        }
        if !(terms.timing.min_term..=terms.timing.max_term).contains(&request.term) {
            return Err(Refusal::new(Reason::Term, "the chain does not allow this term"));
        }
        if request.price < record.price {
            let price = idlewild_chain_client::coins::show_coins(record.price);
            return Err(Refusal::new(Reason::Price, format!("a GiB costs {price} per period here")));
        }
        self.check_name(request)?;
        self.check_signer(request, signer).await?;
        let load = Load::slot(geometry::chunks(request.length));
        let ticket = miner
            .room
            .take(|| miner.index.waiting(&request.owner), request.clone())
            .map_err(|crowded| Refusal::new(Reason::Busy, crowded.to_string()))?;
        if record.capacity.saturating_sub(record.used) < ticket.all.bytes {
            return Err(Refusal::new(Reason::Full, "the disk that this miner offers is full"));
        }
        // What the ticket is for is counted already.
        if !miner.has_disk_for(0) {
            tracing::warn!("the disk has less room than this miner offers: free some space, or lower storage.capacity");
            return Err(Refusal::new(Reason::Full, "this miner's disk has no room left"));
        }
        if record.bond < record.required.saturating_add(terms.rates.bond(load)) {
            return Err(Refusal::new(Reason::Full, "this miner's bond is used up"));
        }
        self.check_funds(request, ticket.own).await?;
        Ok(ticket)
    }

    async fn store(&self, ticket: Ticket, bytes: Bytes) -> Result<SlotReceipt, Refusal> {
        let miner = &self.0;
        let request = &ticket.request;
        let key = key_of(request);
        let (length, owner, valid_until) = (request.length, request.owner, request.valid_until);
        let kept = miner.keep(&Pending { key, length, owner, valid_until, deal: None }, bytes).await;
        kept.map_err(|error| match error {
            // The other one came while this one was on its way.
            RoleError::Promised(_) => promised(),
            error => internal(error),
        })?;
        miner.metrics.stored(u64::from(request.length));
        let least_price = miner.record().price;
        tracing::debug!(shard = %key, bytes = request.length, "stored");
        Ok(sign_receipt(&miner.identity, &miner.chain.genesis(), request, least_price, request.valid_until))
    }

    async fn length(&self, root: &Root) -> Result<u64, Refusal> {
        let key = self.find(root)?;
        self.0.store.length(&key).await.map_err(gone)
    }

    async fn read(&self, root: &Root, range: Range<u64>) -> Result<Bytes, Refusal> {
        let key = self.find(root)?;
        let _reading = self.0.sharing.read();
        let bytes = self.0.store.read_range(&key, range).await.map_err(gone)?;
        self.0.metrics.served(bytes.len() as u64);
        Ok(bytes)
    }

    async fn has(&self, roots: &[Root]) -> Result<Vec<bool>, Refusal> {
        let mut here = Vec::with_capacity(roots.len());
        for root in roots {
            // A record may be there before its file is.
            here.push(match self.find(root) {
                Ok(key) => self.0.store.contains(&key).await.map_err(internal)?,
                Err(_) => false,
            });
        }
        Ok(here)
    }

    async fn quote(&self) -> Result<Quote, Refusal> {
        let record = self.0.record();
        // Plots on this disk give way.
        let plotted = self.0.sharing.plotted();
        let disk = self.0.store.free().map_or(u64::MAX, |free| free.saturating_add(plotted).saturating_sub(RESERVE));
        let free = record.capacity.saturating_sub(record.used).min(disk);
        Ok(Quote { price: record.price, free, clock: self.0.moment().clock })
    }
}

fn gone(error: idlewild_storage::store_error::ReadError) -> Refusal {
    tracing::warn!(%error, "a shard that should be here cannot be read");
    Refusal::new(Reason::NotFound, "the shard cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_bytes_cost_is_not_cut_off() {
        assert_eq!(price_of(1 << 30, 7, 3), 21);
        assert_eq!(price_of(1 << 40, 7, 3), 1024 * 21, "more than four GiB count in full");
        assert_eq!(price_of(1 << 30, Balance::MAX >> 1, 1), (Balance::MAX >> 31) << 30, "even where the product does not fit");
    }

    #[test]
    fn lengths_that_no_deal_can_have_are_refused() {
        for (length, reason) in [(0, Reason::Malformed), (65, Reason::Malformed), (u32::MAX - 63, Reason::TooLarge)] {
            assert_eq!(check_length(length).unwrap_err().reason, reason, "{length}");
        }
        assert!(check_length(64).is_ok() && check_length(4 << 20).is_ok());
    }
}
