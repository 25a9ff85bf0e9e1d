//! The deals of segments that are at their miners.

use std::collections::{HashMap, HashSet};

use idlewild_chain_client::{Call, DealRequest, Event, Outcome, ReadError, SubmitError};
use idlewild_storage::{keys::PlainHash, manifest::Manifest};
use idlewild_storage_primitives::{limits, view::DealView, Balance, DealId, Salt};
use tokio::sync::mpsc;

use crate::{
    encoding::Encoding,
    market::Wish,
    put::{PutError, PutEvent, PutReport, Told},
    session::Session,
    upload::Uploaded,
};

/// Most deals in one transaction: the chain's own bound.
const MOST_DEALS: usize = limits::MAX_BATCH as usize;

/// A deal of an earlier try that stands.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) deal: DealId,
    /// Of its segment.
    pub(crate) hash: PlainHash,
    /// Plaintext bytes of its segment.
    pub(crate) bytes: u32,
    pub(crate) held: Balance,
}

/// What is to come of a put's uploads.
#[derive(Default)]
pub(crate) struct Aim {
    /// The most that all of its new deals may have on hold.
    pub(crate) agreed: Balance,
    /// Deals that it is to make.
    pub(crate) deals: usize,
    /// What goes with the last of them into one transaction.
    pub(crate) further: Vec<Call>,
}

/// What came of some of the deals that were to be made together.
struct Batch {
    /// For each.
    made: Vec<Result<Made, PutError>>,
    /// For the further calls.
    further: Result<(), PutError>,
}

impl Batch {
    /// Nothing further was to be done.
    fn of(made: Vec<Result<Made, PutError>>) -> Self {
        Self { made, further: Ok(()) }
    }
}

impl Session {
    /// Uploads what comes out of the encoding, and makes its deals.
    pub(crate) async fn carry_out(
        &self,
        mut encoding: Encoding,
        wish: &Wish,
        aim: Aim,
        event: &Told,
    ) -> Result<PutReport, PutError> {
        let (ready, uploaded) = mpsc::channel(MOST_DEALS);
        let uploading = async {
            // Moved in, so that the deals come to an end when the uploads do.
            let ready = ready;
            while let Some(first) = encoding.next().await? {
                let uploaded = self.upload_segment(first, &mut encoding, wish, event).await?;
                if ready.send(uploaded).await.is_err() {
                    break;
                }
                event(PutEvent::Uploaded);
            }
            Ok::<_, PutError>(())
        };
        let (sent, made) = tokio::join!(uploading, self.make_deals(uploaded, &aim, event));
        let report = made?;
        sent?;
        Ok(report)
    }

    /// Makes the deals of uploaded segments, in their order, as many at once as are there, until the next would have more on hold
    /// with the others than was agreed to. Where one cannot be made, the others that are there still are.
    async fn make_deals(&self, mut uploaded: mpsc::Receiver<Uploaded>, aim: &Aim, event: &Told) -> Result<PutReport, PutError> {
        let Aim { agreed, deals, ref further } = *aim;
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
            let is_last = report.deals.len().saturating_add(batch.len()) >= deals;
            let outcome = self.make_batch(&batch, if is_last { further } else { &[] }).await;
            let mut failure = None;
            for (Uploaded { plain_len, .. }, made) in batch.iter().zip(outcome.made) {
                match made {
                    Ok(Made { deal, filled, slots, held, block }) => {
                        report.deals.push(deal);
                        report.held = report.held.saturating_add(held);
                        report.held_now = report.held;
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
            if let Some(error) = failure.or(outcome.further.err()) {
                return Err(error);
            }
            if let Some(needed) = beyond {
                return Err(PutError::BeyondAgreed { agreed, held: report.held, needed });
            }
        }
        Ok(report)
    }

    /// Makes deals in one transaction, with further calls where there are any. Where the chain refuses that for the sake of one of
    /// them, each deal is made in a transaction of its own, and where all stand the further calls follow.
    async fn make_batch(&self, batch: &[Uploaded], further: &[Call]) -> Batch {
        match batch {
            [] => return Batch::of(Vec::new()),
            [one] if further.is_empty() => return Batch::of(vec![self.make_one(one).await]),
            _ => {},
        }
        let requests = batch.iter().map(|uploaded| uploaded.request.clone()).collect();
        let create = self.call(Call::CreateDeals { requests });
        // The salts make a second sending harmless, also of what is further in it: it is refused as a whole.
        match self.submitter.submit_again(together(Some(create), further)).await {
            Ok(outcome) => {
                let of = |one: &Uploaded| made(&outcome, &self.owner(), &one.request.salt).ok_or(PutError::Skipped);
                Batch::of(batch.iter().map(of).collect())
            },
            Err(SubmitError::Refused { .. }) => {
                let mut all = Vec::with_capacity(batch.len());
                for one in batch {
                    all.push(self.make_one(one).await);
                }
                let further = match all.iter().all(Result::is_ok) && !further.is_empty() {
                    true => self.submit_further(further).await,
                    false => Ok(()),
                };
                Batch { made: all, further }
            },
            Err(error) => Batch::of(vec![Err(error.into())]),
        }
    }

    /// Sends further calls alone, as all deals stand.
    pub(crate) async fn submit_further(&self, further: &[Call]) -> Result<(), PutError> {
        self.submitter.submit_again(together(None, further)).await.map(|_| ()).map_err(PutError::Further)
    }

    async fn make_one(&self, one: &Uploaded) -> Result<Made, PutError> {
        let salt = &one.request.salt;
        let requests = vec![one.request.clone()];
        match self.submitter.submit_again(self.call(Call::CreateDeals { requests })).await {
            Ok(outcome) => made(&outcome, &self.owner(), salt).ok_or(PutError::Skipped),
            // An earlier sending got through after all, and its answer did not; or the deal has ended since.
            Err(error) if error.is("Deals", "SaltUsed") => self.deal_that_stands(&one.request).await,
            Err(error) => Err(error.into()),
        }
    }

    /// The owner's deals by salt. Those that this session cannot read are another program's.
    pub(crate) async fn deals_by_salt(&self) -> Result<HashMap<Salt, Standing>, ReadError> {
        self.deals_with(|_| true, usize::MAX).await
    }

    /// Of the owner's deals those with these salts.
    pub(crate) async fn deals_of_salts(&self, salts: &HashSet<Salt>) -> Result<HashMap<Salt, Standing>, ReadError> {
        self.deals_with(|salt| salts.contains(salt), salts.len()).await
    }

    /// Deals whose salts are wanted, until there are `most`.
    async fn deals_with(&self, wanted: impl Fn(&Salt) -> bool, most: usize) -> Result<HashMap<Salt, Standing>, ReadError> {
        let mut deals = HashMap::new();
        let mut pages = self.deals_of(self.owner());
        while deals.len() < most {
            let Some(page) = pages.next_page().await? else { break };
            for deal in page.iter().filter(|deal| wanted(&deal.salt)) {
                if let Ok(manifest) = Manifest::open(&self.secret.manifest_key(&deal.salt), &deal.manifest) {
                    let Manifest { hash, length: bytes, .. } = manifest;
                    deals.insert(deal.salt, Standing { deal: deal.id, hash, bytes, held: on_hold(deal) });
                }
            }
        }
        Ok(deals)
    }

    /// The deal that an earlier sending of this request made. One of other bytes under the same salt is not taken for it.
    async fn deal_that_stands(&self, request: &DealRequest) -> Result<Made, PutError> {
        let known = self.deals_of_salts(&HashSet::from([request.salt])).await?.remove(&request.salt);
        let Some(Standing { deal: id, .. }) = known else { return Err(PutError::Spent) };
        let Some(deal) = self.chain.deal(id).await? else { return Err(PutError::Spent) };
        if deal.roots != request.roots {
            return Err(PutError::NotTheSame);
        }
        let filled = deal.slots.iter().filter(|slot| slot.slot.holder().is_some()).count() as u8;
        Ok(Made { deal: id, filled, slots: deal.slots.len() as u8, held: on_hold(&deal), block: None })
    }
}

/// One transaction with all of these.
fn together(first: Option<Call>, further: &[Call]) -> Call {
    let mut calls: Vec<Call> = first.into_iter().chain(further.iter().cloned()).collect();
    match calls.len() {
        1 => calls.swap_remove(0),
        _ => Call::Batch(calls),
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
