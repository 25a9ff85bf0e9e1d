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
    packer::{self, ObjectMeta, PackError},
};
use idlewild_storage_primitives::{limits, view::DealView, Balance, DealId, Salt};
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
        /// The block of the deal; `None` where an earlier sending made it after all, and its block is not known.
        block: Option<u32>,
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
    /// Coins on hold for them, in plancks: for pay and for bounties. Of those of an earlier try it is what is left.
    pub held: Balance,
    /// Plaintext bytes in them, indexes included.
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
    /// More would be on hold than was agreed to.
    #[error(
        "the put stops where more would be paid than was agreed to: {} of {} are on hold for its deals, and what comes next needs \
         {}. Miners ask for more, or more is left to store, than when the price was told. What stands stays; given again, the put \
         tells what the rest costs now",
        show_coins(*.held), show_coins(*.agreed), show_coins(*.needed)
    )]
    BeyondAgreed {
        /// What was agreed to.
        agreed: Balance,
        /// What is on hold for the deals that were made.
        held: Balance,
        /// What the next deal, or all that were to be made, would need on top of that.
        needed: Balance,
    },
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

/// What the packer will make of the files: the plaintext bytes of each segment, a few too many at most.
pub fn expected_segments(sources: &[Source], segment_bytes: u32) -> Result<Vec<u32>, PackError<Stopped>> {
    packer::lengths(sources.iter().map(|source| &source.meta), segment_bytes)
}

/// A deal of an earlier try that stands.
#[derive(Clone, Copy)]
struct Standing {
    deal: DealId,
    /// Of its segment.
    hash: PlainHash,
    /// Plaintext bytes of its segment.
    bytes: u32,
    held: Balance,
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
        known: &HashMap<Salt, Standing>,
    ) -> Result<Offer, PutError> {
        let all = expected_segments(sources, options.segment_bytes)?;
        let standing = |salt: &Salt| known.contains_key(salt);
        let salts = (0u64..).map(|number| options.id.salt(number));
        let left: Vec<(Salt, u32)> = salts.zip(all.iter().copied()).filter(|(salt, _)| !standing(salt)).collect();
        let longest = all.iter().copied().max().unwrap_or(1);
        let sealed = idlewild_storage_primitives::geometry::sealed_len(longest);
        let shard = options.wish.geometry.shard_len(sealed).unwrap_or(u32::MAX);
        let market = Market::survey(self.chain(), shard).await?;
        let mut offer = market.offer(&left, &options.wish)?;
        offer.standing = all.len().saturating_sub(left.len()) as u32;
        Ok(offer)
    }

    /// Puts files. `event` is told how far it is. Memory is a few segments whatever the files' size.
    ///
    /// Where it fails, deals of segments that had been uploaded still are made: the same put under the same id goes on from there.
    /// No deal is made at a higher price than the wish allows. What all of them come to is bounded by [`Session::put_within`]
    /// alone.
    pub async fn put(
        self: &Arc<Self>,
        sources: Vec<Source>,
        options: &PutOptions,
        event: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> Result<PutReport, PutError> {
        self.put_within(sources, options, Balance::MAX, event).await
    }

    /// The same for who has agreed to an [`Offer`]: the wish's price is the offer's, and `agreed` is its [total](Offer::total).
    ///
    /// It stops before its new deals would have more on hold than `agreed`, whatever has changed since.
    pub async fn put_within(
        self: &Arc<Self>,
        sources: Vec<Source>,
        options: &PutOptions,
        agreed: Balance,
        event: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> Result<PutReport, PutError> {
        let event: Told = Arc::new(event);
        let PutOptions { wish, segment_bytes, id, again } = *options;
        let known = if again { self.deals_by_salt().await? } else { HashMap::new() };
        let offer = self.offer_beside(&sources, options, &known).await?;
        let numbers = 0..u64::from(offer.deals.saturating_add(offer.standing));
        let resumed: Vec<Standing> = numbers.filter_map(|number| known.get(&id.salt(number)).copied()).collect();
        let needed = offer.total();
        if needed > agreed {
            return Err(PutError::BeyondAgreed { agreed, held: 0, needed });
        }
        let free = self.chain.balance(self.account()).await?.free;
        if free < needed {
            return Err(PutError::NotEnoughCoins { free, needed });
        }
        if !resumed.is_empty() {
            event(PutEvent::Resumed { deals: resumed.len() });
        }
        let hashes = known.into_iter().map(|(salt, standing)| (salt, standing.hash)).collect();
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
        let (sent, made) = tokio::join!(uploading, self.make_deals(uploaded, agreed, &event));
        let mut report = made?;
        sent?;
        report.resumed = resumed.len();
        for Standing { deal, bytes, held, .. } in &resumed {
            report.open.push(*deal);
            report.held = report.held.saturating_add(*held);
            report.bytes = report.bytes.saturating_add(u64::from(*bytes));
        }
        report.deals.splice(0..0, resumed.iter().map(|standing| standing.deal));
        Ok(report)
    }

    /// Makes the deals of uploaded segments, in their order, as many at once as are there, until the next would have more on hold
    /// with the others than `agreed`. Where one cannot be made, the others that are there still are.
    async fn make_deals(
        &self,
        mut uploaded: mpsc::Receiver<Uploaded>,
        agreed: Balance,
        event: &Told,
    ) -> Result<PutReport, PutError> {
        let mut report = PutReport::default();
        while let Some(first) = uploaded.recv().await {
            let mut batch = vec![first];
            while batch.len() < MOST_DEALS {
                let Ok(more) = uploaded.try_recv() else { break };
                batch.push(more);
            }
            let affordable = fitting(batch.iter().map(|uploaded| uploaded.cost), agreed.saturating_sub(report.held));
            let beyond = batch.get(affordable).map(|uploaded| uploaded.cost);
            batch.truncate(affordable);
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
            if let Some(needed) = beyond {
                return Err(PutError::BeyondAgreed { agreed, held: report.held, needed });
            }
        }
        Ok(report)
    }

    /// Makes deals in one transaction or, where the chain refuses that for the sake of one of them, each in its own.
    async fn make_batch(&self, batch: &[Uploaded]) -> Vec<Result<Made, PutError>> {
        match batch {
            [] => return Vec::new(),
            [one] => return vec![self.make_one(one).await],
            _ => {},
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

    /// The account's deals by salt. Those that it cannot read are another program's.
    async fn deals_by_salt(&self) -> Result<HashMap<Salt, Standing>, ReadError> {
        let mut deals = HashMap::new();
        let mut after = None;
        loop {
            let page = self.chain.deals_of(self.account(), after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(deals) };
            after = Some(last.id);
            for deal in &page {
                if let Ok(manifest) = Manifest::open(&self.secret.manifest_key(&deal.salt), &deal.manifest) {
                    let Manifest { hash, length: bytes, .. } = manifest;
                    deals.insert(deal.salt, Standing { deal: deal.id, hash, bytes, held: on_hold(deal) });
                }
            }
        }
    }

    /// The deal that an earlier sending of this request made. One of other bytes under the same salt is not taken for it.
    async fn deal_that_stands(&self, request: &DealRequest) -> Result<Made, PutError> {
        let Some(Standing { deal: id, .. }) = self.deals_by_salt().await?.remove(&request.salt) else {
            return Err(PutError::Spent);
        };
        let Some(deal) = self.chain.deal(id).await? else { return Err(PutError::Spent) };
        if deal.roots != request.roots {
            return Err(PutError::NotTheSame);
        }
        let filled = deal.slots.iter().filter(|slot| slot.slot.holder().is_some()).count() as u8;
        Ok(Made { deal: id, filled, slots: deal.slots.len() as u8, held: on_hold(&deal), block: None })
    }
}

/// What a deal has left of its coins, those of an extension too.
fn on_hold(deal: &DealView) -> Balance {
    let extension = deal.extension.as_ref().map_or(0, |extension| extension.funds);
    deal.funds.saturating_add(deal.reserve).saturating_add(extension)
}

/// How many of these, from the first on, come to `most` at most together.
fn fitting(costs: impl Iterator<Item = Balance>, most: Balance) -> usize {
    let mut sum: Balance = 0;
    costs
        .take_while(|cost| {
            sum = sum.saturating_add(*cost);
            sum <= most
        })
        .count()
}

/// A deal that was made.
struct Made {
    deal: DealId,
    filled: u8,
    slots: u8,
    held: Balance,
    /// Where it is known.
    block: Option<u32>,
}

/// The deal that an account's request made. The outcome tells of the whole block, in which other accounts may have made deals
/// under the same salt: it is theirs to choose, and unique for each owner only.
fn made(outcome: &Outcome, account: &[u8; 32], salt: &Salt) -> Option<Made> {
    outcome.events.iter().find_map(|event| match *event {
        Event::Created { deal, owner, salt: of, filled, slots, held } if owner == *account && of == *salt => {
            Some(Made { deal, filled, slots, held, block: Some(outcome.block) })
        },
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paths_and_short_ones_take_the_room_that_they_have_in_an_index() {
        let segments = |count: usize, path: usize| {
            let meta = |number: usize| ObjectMeta { path: format!("{number:0path$}"), size: 1, modified: 0 };
            let sources: Vec<Source> = (0..count).map(|number| Source { file: PathBuf::new(), meta: meta(number) }).collect();
            expected_segments(&sources, 256 << 10).unwrap().len()
        };
        // 4,058 bytes and 63 to a file in the index.
        assert_eq!(segments(600, 4_000), 10);
        assert_eq!(segments(4_000, 6), 1);
        assert_eq!(segments(0, 6), 0);
    }

    #[test]
    fn only_what_was_agreed_to_is_paid() {
        let fitting = |costs: &[Balance], most| fitting(costs.iter().copied(), most);
        assert_eq!(fitting(&[5, 5, 5], 15), 3);
        assert_eq!(fitting(&[5, 5, 5], 14), 2);
        assert_eq!(fitting(&[5, 9, 1], 6), 1, "what comes after one that is too dear waits for it");
        assert_eq!(fitting(&[5], 4), 0);
        assert_eq!(fitting(&[Balance::MAX, 1], Balance::MAX), 2, "without a bound");
    }

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
