//! Files → segments → shards at miners → deals.
//!
//! Segments are packed, encoded and uploaded one after the other, each stage one ahead of the next, while the deals of those that are
//! at their miners already are made on chain, several in a transaction: no upload waits for a block.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use idlewild_chain_client::{coins::show_coins, Call, DealRequest, Event, Outcome, ReadError, SubmitError};
use idlewild_storage::{
    encode::EncodeError,
    erasure::GeometryError,
    keys::PlainHash,
    manifest::{Manifest, ManifestSealError},
    packer::{ObjectMeta, PackError},
};
use idlewild_storage_primitives::{geometry::MAX_SEGMENT_BYTES, limits, Balance, DealId, Salt};
use tokio::sync::mpsc;

use crate::{
    encoding::Encoding,
    market::{Market, MarketError, Offer, Wish},
    session::Session,
    upload::Uploaded,
};
pub use crate::{encoding::Stopped, put_id::PutId};

/// Most deals in one transaction: the chain's own bound.
const MOST_DEALS: usize = limits::MAX_BATCH as usize;
/// Bytes that a segment's index adds, about.
const INDEX_BYTES: u64 = 512;
const PAGE: u32 = 64;

/// What is put, and how.
#[derive(Clone, Copy, Debug)]
pub struct PutOptions {
    /// What is asked of deals.
    pub wish: Wish,
    /// Bytes of a segment's plaintext; files are cut and packed into such pieces.
    pub segment_bytes: u32,
    /// The put.
    pub id: PutId,
    /// Whether the id is that of a put that was broken off: segments whose deals stand are then not sent again.
    pub again: bool,
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
    /// A segment is at its miners; its deal comes next.
    Uploaded,
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
    /// Deals of an earlier try of this put stand.
    Resumed {
        /// So many.
        deals: usize,
    },
    /// Slots that were open have been filled.
    Filled {
        /// The deal.
        deal: DealId,
        /// How many.
        slots: u8,
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
    /// Slots that no miner took yet: [`Session::fill_all`] tries again, and repair fills the rest.
    pub unfilled: u32,
    /// Deals that have or may have such slots.
    #[serde(skip)]
    pub open: Vec<DealId>,
    /// Deals that an earlier try of this put had made; they are among `deals`.
    pub resumed: usize,
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
    /// A salt of this put is spent, though no deal has it any more.
    #[error(
        "a part of this put was stored before and has been removed since, and its place is not free again yet. Given again, the \
         put starts afresh; deals that it made stay until `idlewild rm` ends them"
    )]
    Spent,
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
    #[error(
        "of the shards of a deal {needed} must be taken at least, and {filled} were, at {} per GiB and period. The last refusal: \
         {last}. Give the same command again later, or with a higher --max-price",
        show_coins(*.price)
    )]
    TooFewTaken {
        /// Shards taken.
        filled: u32,
        /// Shards needed.
        needed: u32,
        /// The price that was offered for them.
        price: Balance,
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
    /// What an earlier try stored is not what the files hold now.
    #[error("the files changed since this put was begun, though their times and sizes are the same. Given again, it starts afresh; \
             `idlewild rm` ends the deals of what was stored before")]
    NotTheSame,
    /// A thread of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

/// Told how far a put is.
pub type Told = Arc<dyn Fn(PutEvent) + Send + Sync>;

/// About what the packer will make of the files: the plaintext bytes of each segment.
pub fn expected_segments(sources: &[Source], segment_bytes: u32) -> Vec<u32> {
    let segment_bytes = segment_bytes.clamp(1, MAX_SEGMENT_BYTES);
    let all: u64 = sources.iter().map(|source| source.meta.size.saturating_add(INDEX_BYTES)).sum();
    let full = all / u64::from(segment_bytes);
    let rest = (all % u64::from(segment_bytes)) as u32;
    let mut segments = vec![segment_bytes; full as usize];
    if rest > 0 {
        segments.push(rest);
    }
    segments
}

impl Session {
    /// What a put would cost, and who could take it. Each segment is priced with the salt that its deal will have, so that this
    /// holds when it is made; what stands from an earlier try costs nothing more.
    pub async fn offer(&self, sources: &[Source], options: &PutOptions) -> Result<Offer, PutError> {
        let known = if options.again { self.deals_by_salt().await? } else { HashMap::new() };
        self.offer_beside(sources, options, &known).await
    }

    async fn offer_beside(
        &self,
        sources: &[Source],
        options: &PutOptions,
        known: &HashMap<Salt, (DealId, PlainHash)>,
    ) -> Result<Offer, PutError> {
        let all = expected_segments(sources, options.segment_bytes);
        let standing = |salt: &Salt| known.contains_key(salt);
        let salts = (0u64..).map(|number| options.id.salt(number));
        let left: Vec<(Salt, u32)> = salts.zip(all.iter().copied()).filter(|(salt, _)| !standing(salt)).collect();
        let longest = all.iter().copied().max().unwrap_or(1);
        let sealed = idlewild_storage_primitives::geometry::sealed_len(longest);
        let shard = options.wish.geometry.shard_len(sealed).unwrap_or(u32::MAX);
        let market = Market::survey(self.chain(), shard).await?;
        // A full packer may need one segment more; of a single one it is known that it suffices.
        let spare = [(options.id.salt(all.len() as u64), longest)];
        let spare = if left.len() == 1 && all.len() == 1 { &[][..] } else { &spare[..] };
        let mut offer = market.offer(&left, spare, &options.wish)?;
        offer.standing = all.len().saturating_sub(left.len()) as u32;
        Ok(offer)
    }

    /// Puts files. `event` is told how far it is. Memory is a few segments whatever the files' size.
    ///
    /// Where it fails, deals of segments that had been uploaded still are made: the same put under the same id goes on from there.
    /// No deal is made at a higher price than the wish allows: give it the price of the [`Offer`] that was agreed to.
    pub async fn put(
        self: &Arc<Self>,
        sources: Vec<Source>,
        options: &PutOptions,
        event: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> Result<PutReport, PutError> {
        let event: Told = Arc::new(event);
        let PutOptions { wish, segment_bytes, id, again } = *options;
        let known = if again { self.deals_by_salt().await? } else { HashMap::new() };
        let offer = self.offer_beside(&sources, options, &known).await?;
        // The packer may make a few segments more than expected.
        let numbers = 0..u64::from(offer.deals.saturating_add(offer.standing)).saturating_add(16);
        let resumed: Vec<DealId> = numbers.filter_map(|number| known.get(&id.salt(number)).map(|(deal, _)| *deal)).collect();
        let needed = offer.pay.saturating_add(offer.reserve);
        let free = self.chain.balance(self.account()).await?.free;
        if free < needed {
            return Err(PutError::NotEnoughCoins { free, needed });
        }
        if !resumed.is_empty() {
            event(PutEvent::Resumed { deals: resumed.len() });
        }
        let hashes = known.into_iter().map(|(salt, (_, hash))| (salt, hash)).collect();
        let shape = (wish.geometry, wish.copies);
        let mut encoding = Encoding::begin(sources, segment_bytes, shape, self.secret.clone(), id, hashes)?;
        let (ready, uploaded) = mpsc::channel(MOST_DEALS);
        let uploading = async {
            // Moved in, so that the deals come to an end when the uploads do.
            let ready = ready;
            while let Some(first) = encoding.next().await? {
                let uploaded = self.upload_segment(first, &mut encoding, &wish, &event).await?;
                if ready.send(uploaded).await.is_err() {
                    break;
                }
                event(PutEvent::Uploaded);
            }
            Ok::<_, PutError>(())
        };
        let (sent, made) = tokio::join!(uploading, self.make_deals(uploaded, &event));
        let mut report = made?;
        sent?;
        report.resumed = resumed.len();
        report.open.extend(&resumed);
        report.deals.splice(0..0, resumed);
        Ok(report)
    }

    /// Makes the deals of uploaded segments, in their order, as many at once as are there. Where one cannot be made, the others
    /// that are there still are.
    async fn make_deals(&self, mut uploaded: mpsc::Receiver<Uploaded>, event: &Told) -> Result<PutReport, PutError> {
        let mut report = PutReport::default();
        while let Some(first) = uploaded.recv().await {
            let mut batch = vec![first];
            while batch.len() < MOST_DEALS {
                let Ok(more) = uploaded.try_recv() else { break };
                batch.push(more);
            }
            let mut failure = None;
            for (Uploaded { plain_len, .. }, made) in batch.iter().zip(self.make_batch(&batch).await) {
                match made {
                    Ok(Made { deal, filled, slots, held, block }) => {
                        report.deals.push(deal);
                        report.held = report.held.saturating_add(held);
                        report.bytes = report.bytes.saturating_add(u64::from(*plain_len));
                        if filled < slots {
                            report.unfilled = report.unfilled.saturating_add(u32::from(slots.saturating_sub(filled)));
                            report.open.push(deal);
                        }
                        event(PutEvent::Stored { deal, bytes: *plain_len, filled, slots, block });
                    },
                    Err(error) => failure = failure.or(Some(error)),
                }
            }
            if let Some(error) = failure {
                return Err(error);
            }
        }
        Ok(report)
    }

    /// Makes deals in one transaction or, where the chain refuses that for the sake of one of them, each in its own.
    async fn make_batch(&self, batch: &[Uploaded]) -> Vec<Result<Made, PutError>> {
        if let [one] = batch {
            return vec![self.make_one(one).await];
        }
        let requests = batch.iter().map(|uploaded| uploaded.request.clone()).collect();
        // The salts make a second sending harmless.
        match self.submitter.submit_again(Call::CreateDeals { requests }).await {
            Ok(outcome) => {
                let of = |one: &Uploaded| made(&outcome, &self.account(), &one.request.salt).ok_or(PutError::Skipped);
                batch.iter().map(of).collect()
            },
            Err(SubmitError::Refused { .. }) => {
                let mut all = Vec::with_capacity(batch.len());
                for one in batch {
                    all.push(self.make_one(one).await);
                }
                all
            },
            Err(error) => vec![Err(error.into())],
        }
    }

    async fn make_one(&self, one: &Uploaded) -> Result<Made, PutError> {
        let salt = &one.request.salt;
        let requests = vec![one.request.clone()];
        match self.submitter.submit_again(Call::CreateDeals { requests }).await {
            Ok(outcome) => made(&outcome, &self.account(), salt).ok_or(PutError::Skipped),
            // An earlier sending got through after all, and its answer did not; or the deal has ended since.
            Err(error) if error.is("Deals", "SaltUsed") => self.deal_that_stands(&one.request).await,
            Err(error) => Err(error.into()),
        }
    }

    /// The account's deals by salt, with the hashes of their segments. Those that it cannot read are another program's.
    async fn deals_by_salt(&self) -> Result<HashMap<Salt, (DealId, PlainHash)>, ReadError> {
        let mut deals = HashMap::new();
        let mut after = None;
        loop {
            let page = self.chain.deals_of(self.account(), after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(deals) };
            after = Some(last.id);
            for deal in &page {
                if let Ok(manifest) = Manifest::open(&self.secret.manifest_key(&deal.salt), &deal.manifest) {
                    deals.insert(deal.salt, (deal.id, manifest.hash));
                }
            }
        }
    }

    /// The deal that an earlier sending of this request made. One of other bytes under the same salt is not taken for it.
    async fn deal_that_stands(&self, request: &DealRequest) -> Result<Made, PutError> {
        let Some((id, _)) = self.deals_by_salt().await?.remove(&request.salt) else { return Err(PutError::Spent) };
        let Some(deal) = self.chain.deal(id).await? else { return Err(PutError::Spent) };
        if deal.roots != request.roots {
            return Err(PutError::NotTheSame);
        }
        let filled = deal.slots.iter().filter(|slot| slot.slot.holder().is_some()).count() as u8;
        let held = deal.funds.saturating_add(deal.reserve);
        Ok(Made { deal: id, filled, slots: deal.slots.len() as u8, held, block: 0 })
    }
}

/// A deal that stands.
struct Made {
    deal: DealId,
    filled: u8,
    slots: u8,
    held: Balance,
    block: u32,
}

/// The deal that an account's request made. The outcome tells of the whole block, in which other accounts may have made deals
/// under the same salt: it is theirs to choose, and unique for each owner only.
fn made(outcome: &Outcome, account: &[u8; 32], salt: &Salt) -> Option<Made> {
    outcome.events.iter().find_map(|event| match *event {
        Event::Created { deal, owner, salt: of, filled, slots, held } if owner == *account && of == *salt => {
            Some(Made { deal, filled, slots, held, block: outcome.block })
        },
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_of_another_account_under_the_same_salt_is_not_taken_for_ours() {
        let created =
            |deal, owner: u8| Event::Created { deal, owner: [owner; 32], salt: [7; 16], filled: 4, slots: 4, held: 9 };
        let outcome = |events| Outcome { block: 5, block_hash: [0; 32], events };
        let both = outcome(vec![created(1, 2), created(2, 1)]);
        assert_eq!(made(&both, &[1; 32], &[7; 16]).map(|made| made.deal), Some(2));
        assert!(made(&outcome(vec![created(1, 2)]), &[1; 32], &[7; 16]).is_none());
        assert!(made(&both, &[1; 32], &[8; 16]).is_none());
    }
}
