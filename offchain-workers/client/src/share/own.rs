//! The bundles that an account made for others. Their keys follow from its secret and the salts of their deals, so that neither a file
//! here nor a miner is needed to find them and to end them.

use futures::{stream, StreamExt};
use idlewild_chain_client::{Call, ReadError, ShareClient, SubmitError};
use idlewild_storage::{
    keys::{ManifestKey, StorageSecret},
    manifest::Manifest,
};
use idlewild_storage_primitives::{view::DealView, Clock, DealId};
use zeroize::Zeroizing;

use crate::session::Session;

/// Deals ended at the same time.
const AT_ONCE: usize = 8;

/// A bundle of this account's, by the deals that are left of it.
pub struct OwnBundle {
    key: Zeroizing<[u8; 32]>,
    /// The deal that the key follows from.
    first: DealView,
    others: Vec<DealView>,
}

/// What became of deals that are to end.
#[derive(Debug, Default)]
pub struct Ending {
    /// They are over.
    pub ended: Vec<DealId>,
    /// They are too young; from when on each can be ended, on the clock.
    pub young: Vec<(DealId, Clock)>,
    /// The chain would not end them.
    pub failed: Vec<(DealId, SubmitError)>,
}

impl Ending {
    /// Takes in what became of others.
    pub fn extend(&mut self, other: Self) {
        self.ended.extend(other.ended);
        self.young.extend(other.young);
        self.failed.extend(other.failed);
    }
}

impl OwnBundle {
    /// Its key.
    pub fn key(&self) -> Zeroizing<[u8; 32]> {
        self.key.clone()
    }

    /// The deal that its key follows from: that of its put's first segment.
    pub fn first(&self) -> &DealView {
        &self.first
    }

    /// Its deals.
    pub fn deals(&self) -> impl Iterator<Item = &DealView> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Whether a deal is one of them.
    pub fn has(&self, id: DealId) -> bool {
        self.deals().any(|deal| deal.id == id)
    }
}

impl Session {
    /// All bundles that this account made for others and of which deals are left.
    pub async fn own_bundles(&self) -> Result<Vec<OwnBundle>, ReadError> {
        let mut deals = Vec::new();
        let mut pages = self.deals_of(self.owner());
        while let Some(page) = pages.next_page().await? {
            // Whoever knows a bundle's key could give this account deals that look like the bundle's.
            deals.extend(page.into_iter().filter(|deal| deal.creator == deal.owner));
        }
        Ok(bundles(&self.secret, deals))
    }

    /// The bundle that a deal is of.
    pub async fn own_bundle(&self, deal: DealId) -> Result<Option<OwnBundle>, ReadError> {
        Ok(self.own_bundles().await?.into_iter().find(|bundle| bundle.has(deal)))
    }

    /// The bundles that no share and no publication of this account leads to: what is left of those that were ended, or what a put that
    /// was broken off has made so far.
    pub async fn left_bundles(&self, chain: &dyn ShareClient) -> Result<Vec<OwnBundle>, ReadError> {
        // Asked for first: what is shared while this looks is not taken for what is left.
        let mut bundles = self.own_bundles().await?;
        let shares = self.own_shares(chain).await?.into_iter().map(|share| share.root);
        let publications = self.own_publications(chain).await?.into_iter().map(|publication| publication.root);
        let roots: Vec<DealId> = shares.chain(publications).collect();
        bundles.retain(|bundle| !roots.iter().any(|root| bundle.has(*root)));
        Ok(bundles)
    }

    /// Ends a bundle's deals, those that have lasted the shortest term. The deal that the others are found by ends last.
    pub async fn end_bundle(&self, bundle: &OwnBundle) -> Result<Ending, ReadError> {
        let terms = self.chain.terms().await?;
        let ripe_at = |deal: &DealView| deal.created.saturating_add(terms.timing.min_term);
        let mut ending = Ending::default();
        let (ripe, young): (Vec<&DealView>, Vec<&DealView>) =
            bundle.others.iter().partition(|deal| ripe_at(deal) <= terms.clock);
        ending.young.extend(young.into_iter().map(|deal| (deal.id, ripe_at(deal))));
        self.cancel_all(ripe.into_iter().map(|deal| deal.id), &mut ending).await;
        let first = bundle.first.id;
        let waits = ending.young.iter().map(|(_, from)| *from).chain([ripe_at(&bundle.first)]).max();
        match waits.filter(|from| *from > terms.clock) {
            Some(from) => ending.young.push((first, from)),
            None if ending.failed.is_empty() => self.cancel_all([first], &mut ending).await,
            // Told with the others, the next time.
            None => {},
        }
        Ok(ending)
    }

    async fn cancel_all(&self, deals: impl IntoIterator<Item = DealId>, ending: &mut Ending) {
        let ends = deals
            .into_iter()
            .map(|deal| async move { (deal, self.submitter.submit_again(self.call(Call::Cancel { deal })).await) });
        let mut ends = stream::iter(ends).buffered(AT_ONCE);
        while let Some((deal, outcome)) = ends.next().await {
            match outcome {
                Ok(_) => ending.ended.push(deal),
                // An earlier sending ended it, or its term did.
                Err(error) if error.is("Deals", "NoSuchDeal") || error.is("Deals", "DealOver") => ending.ended.push(deal),
                Err(error) => ending.failed.push((deal, error)),
            }
        }
    }
}

fn opens(key: &ManifestKey, deal: &DealView) -> bool {
    Manifest::open(key, &deal.manifest).is_ok()
}

/// Of an account's deals those that are bundles' under keys that follow from its secret.
fn bundles(secret: &StorageSecret, deals: Vec<DealView>) -> Vec<OwnBundle> {
    let (mut bundles, mut others) = (Vec::new(), Vec::new());
    for deal in deals {
        if opens(&secret.manifest_key(&deal.salt), &deal) {
            continue;
        }
        let key = secret.bundle_secret(&deal.salt);
        match opens(&StorageSecret::new(*key).manifest_key(&deal.salt), &deal) {
            true => bundles.push(OwnBundle { key, first: deal, others: Vec::new() }),
            false => others.push(deal),
        }
    }
    for deal in others {
        let is_its = |bundle: &&mut OwnBundle| opens(&StorageSecret::new(*bundle.key).manifest_key(&deal.salt), &deal);
        if let Some(bundle) = bundles.iter_mut().find(is_its) {
            bundle.others.push(deal);
        }
    }
    bundles
}
