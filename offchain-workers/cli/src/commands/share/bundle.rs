//! A copy of an object in deals of its own, under a key of its own.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use idlewild_client::{
    bundle::{self, Bundle, BundleError},
    market::Wish,
    put::{Source, Told},
    Offer, PutError, PutEvent, PutOptions, PutReport, Session,
};
use idlewild_storage::keys::StorageSecret;
use idlewild_storage_primitives::geometry::MAX_SEGMENT_BYTES;
use zeroize::Zeroizing;

use crate::unfinished::{Unfinished, UnfinishedError};

/// What is to be copied, and what for.
#[derive(Clone, Copy, Debug)]
pub struct Copying<'a> {
    /// Where the bytes are.
    pub file: &'a Path,
    /// What the copy is called.
    pub name: &'a str,
    /// The BLAKE3 root of the bytes.
    pub hash: [u8; 32],
    /// What the copy is for. Another purpose is another copy, as each has its own key.
    pub purpose: &'a str,
}

/// A copy whose price is known, and of which nothing has been sent by this run.
pub struct Prepared {
    source: Source,
    key: Zeroizing<[u8; 32]>,
    options: PutOptions,
    unfinished: Unfinished,
    offer: Offer,
}

/// A copy that stands, and whose purpose has not been told to the chain yet. The record of it stays until that is done.
pub struct Standing {
    /// How it is read.
    pub bundle: Bundle,
    /// What was put.
    pub report: PutReport,
    unfinished: Unfinished,
}

impl Prepared {
    /// Finds out what a copy would cost, or what is left of one that was broken off and of which `folder` keeps the record.
    ///
    /// The record has no key, which follows from it and from the account's secret.
    pub async fn new(session: &Session, folder: &Path, copying: &Copying<'_>, wish: Wish) -> anyhow::Result<Self> {
        let source = bundle::source(copying.file, copying.name)?;
        let record = record(session, copying, &wish);
        let unfinished = Unfinished::named(folder, &record)?;
        let (id, again) = (unfinished.id(), unfinished.is_begun_before());
        let options = PutOptions { wish, segment_bytes: MAX_SEGMENT_BYTES, id, again };
        let key = session.bundle_key(&id);
        let offer = session.offer_bundle(vec![source.clone()], *key, &options).await?;
        Ok(Self { source, key, options, unfinished, offer })
    }

    /// What it would cost.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Puts the copy, the offer having been agreed to.
    pub async fn put(
        self,
        session: &Arc<Session>,
        event: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> anyhow::Result<Standing> {
        let Self { source, key, mut options, unfinished, offer } = self;
        // Whatever happens from here on, neither one deal nor all of them cost more than was agreed to.
        options.wish.max_price = Some(offer.price).filter(|price| *price > 0).or(options.wish.max_price);
        unfinished.begin()?;
        let event: Told = Arc::new(event);
        match session.put_bundle(vec![source], *key, &options, offer.total(), event.clone()).await {
            Ok((bundle, mut report)) => {
                let open = std::mem::take(&mut report.open);
                report.unfilled = session.under(StorageSecret::new(*key)).fill_all(open, &options.wish, &event).await;
                Ok(Standing { bundle, report, unfinished })
            },
            Err(error @ BundleError::Put(PutError::NotTheSame | PutError::Spent)) => {
                unfinished.finish()?;
                Err(error.into())
            },
            Err(error) => Err(error).context("the copy is not complete; the same command goes on where it stopped"),
        }
    }
}

impl Standing {
    /// Forgets the record: the chain knows what the copy is for.
    pub fn finish(self) -> Result<(), UnfinishedError> {
        self.unfinished.finish()
    }
}

/// What names the same copy again. It tells nothing to whoever reads it.
fn record(session: &Session, copying: &Copying<'_>, wish: &Wish) -> String {
    let Copying { name, hash, purpose, .. } = *copying;
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    digest.update(&session.chain().genesis());
    digest.update(&session.account());
    digest.update(&hash);
    // Not the price: what found too few miners goes on when it is given again with a higher one. Debug forms are quoted, and so one
    // field never runs into the next.
    digest.update(format!("bundle {purpose:?} {name:?} {:?}", Wish { max_price: None, ..*wish }).as_bytes());
    hex::encode(digest.finish())
}
