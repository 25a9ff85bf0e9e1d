//! Files → segments → shards at miners → deals.
//!
//! Segments are packed, encoded and uploaded one after the other, each stage one ahead of the next, while the deals of those that are
//! at their miners already are made on chain, several in a transaction: no upload waits for a block.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use idlewild_chain_client::{coins::show_coins, AccountId32, ReadError, SubmitError};
use idlewild_storage::{
    encode::EncodeError,
    erasure::GeometryError,
    manifest::ManifestSealError,
    packer::{self, ObjectMeta, PackError},
};
use idlewild_storage_primitives::{Balance, DealId, Salt};

use crate::{
    deals::{Aim, Standing},
    encoding::{Encoding, Supply},
    market::{Market, MarketError, Offer, Wish},
    session::Session,
};
pub use crate::{encoding::Stopped, put_id::PutId};

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
    /// Of that, what is on hold for the deals that this try made.
    #[serde(skip)]
    pub held_now: Balance,
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
    Deal(SubmitError),
    /// The chain does not let this account store for the owner.
    #[error(
        "{} may not store for {}: it is no gateway of this owner's, or what the owner allows it to spend is used up. The owner \
         registers a gateway, and allows it more",
        AccountId32(*.signer), AccountId32(*.owner)
    )]
    NotAllowed {
        /// Whose deals they would be.
        owner: [u8; 32],
        /// Who would make them.
        signer: [u8; 32],
    },
    /// The owner allows less than the deal needs.
    #[error(
        "the deal was not made: it takes more of the owner's coins than is left of what the owner allows this gateway to spend. The \
         owner can allow it more"
    )]
    BeyondAllowance,
    /// The deals stand, and what was to be done with them was refused.
    #[error("all deals stand, and what was to follow them was not done: {0}")]
    Further(SubmitError),
    /// A ready-made segment cannot be had.
    #[error("the segment {name} cannot be stored: {reason}")]
    Segment {
        /// Its file, or its salt.
        name: String,
        /// Why.
        reason: String,
    },
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

impl From<SubmitError> for PutError {
    fn from(error: SubmitError) -> Self {
        match error.is("Gateways", "AllowanceSpent") {
            true => Self::BeyondAllowance,
            false => Self::Deal(error),
        }
    }
}

/// Told how far a put is.
pub type Told = Arc<dyn Fn(PutEvent) + Send + Sync>;

/// What the packer will make of the files: the plaintext bytes of each segment, a few too many at most.
pub fn expected_segments(sources: &[Source], segment_bytes: u32) -> Result<Vec<u32>, PackError<Stopped>> {
    packer::lengths(sources.iter().map(|source| &source.meta), segment_bytes)
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
        self.check_means(&offer, agreed).await?;
        if !resumed.is_empty() {
            event(PutEvent::Resumed { deals: resumed.len() });
        }
        let hashes = known.into_iter().map(|(salt, standing)| (salt, standing.hash)).collect();
        let supply = Supply::Files { sources, segment_bytes, id };
        let encoding = Encoding::begin(supply, (wish.geometry, wish.copies), self.secret.clone(), hashes)?;
        let aim = Aim { agreed, deals: offer.deals as usize, further: Vec::new() };
        let mut report = self.carry_out(encoding, &wish, aim, &event).await?;
        report.resumed = resumed.len();
        for Standing { deal, bytes, held, .. } in &resumed {
            report.open.push(*deal);
            report.held = report.held.saturating_add(*held);
            report.bytes = report.bytes.saturating_add(u64::from(*bytes));
        }
        report.deals.splice(0..0, resumed.iter().map(|standing| standing.deal));
        Ok(report)
    }

    /// Checks that what is offered is within what was agreed to, that the owner can pay it, and that this account may store for it.
    pub(crate) async fn check_means(&self, offer: &Offer, agreed: Balance) -> Result<(), PutError> {
        let (needed, owner, signer) = (offer.total(), self.owner(), self.account());
        if needed > agreed {
            return Err(PutError::BeyondAgreed { agreed, held: 0, needed });
        }
        if owner != signer && !self.chain.may_store_for(owner, signer).await? {
            return Err(PutError::NotAllowed { owner, signer });
        }
        let free = self.chain.balance(owner).await?.free;
        if free < needed {
            return Err(PutError::NotEnoughCoins { free, needed });
        }
        Ok(())
    }
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
}
