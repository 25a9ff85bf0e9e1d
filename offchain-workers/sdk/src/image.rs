//! Container images: stored blob by blob, so that what was stored before is not stored again, and found again by name or digest.
//!
//! Each blob is a bundle of its own, and the image one more, which lists them. What this account pushed is kept in files on this
//! machine ([`PushedImages`]); without them all of it can still be run by whoever has its [`Program`], and is stored anew if it is
//! pushed once more.
//!
//! | module | concern |
//! | --- | --- |
//! | [`local`] | images of an engine on this machine |
//! | `pushed` | what this account pushed |

pub mod local;
mod pushed;

use std::{io, path::PathBuf, sync::Arc};

use codec::Encode;
use idlewild_chain_client::ReadError;
use idlewild_client::{
    bundle::{self, Bundle, BundleError},
    market::Wish,
    put::{PutEvent, Source, Told},
    Offer, PutError, PutId, PutOptions,
};
use idlewild_compute_primitives::program::{Form, Program};
use idlewild_images::{
    blob::Sha,
    import::Imported,
    index::{Image, Stored, BLOB_FILE, FILE, MAX_FILE},
};
use idlewild_storage_primitives::{geometry::MAX_SEGMENT_BYTES, view::TermsView, Balance, DealId};

use self::pushed::{Begun, Kept};
pub use self::pushed::{PushedImage, PushedImages};
use crate::Sdk;

/// Why an image is not stored, or not found.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be stored. What stands already stays; the same push goes on from there.
    #[error("the image could not be stored: {0}")]
    Store(#[from] BundleError),
    /// The image makes no sense.
    #[error(transparent)]
    Image(#[from] idlewild_images::index::ImageError),
    /// A file of this machine.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Several images are called so.
    #[error("{name:?} is what several images begin with: {digests}. Give more of the digest")]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// Which ones.
        digests: String,
    },
    /// There is no engine, or it has no such image.
    #[error(transparent)]
    Local(#[from] local::LocalError),
}

impl From<PutError> for ImageError {
    fn from(error: PutError) -> Self {
        Self::Store(error.into())
    }
}

/// How an image is stored.
#[derive(Clone, Copy, Debug)]
pub struct PushOptions {
    /// What is asked of deals.
    pub wish: Wish,
    /// The most that all of it may put on hold.
    pub most: Balance,
}

/// How far a push is.
#[derive(Clone, Debug)]
pub enum PushEvent {
    /// A blob was stored before, and lasts long enough.
    Known {
        /// The blob.
        digest: Sha,
        /// Its bytes.
        bytes: u64,
    },
    /// A blob is about to be stored.
    Begun {
        /// The blob.
        digest: Sha,
        /// Its bytes.
        bytes: u64,
    },
    /// Something happened while it was.
    Put(PutEvent),
}

/// What a push did.
#[derive(Clone, Debug)]
pub struct PushReport {
    /// The image.
    pub image: PushedImage,
    /// Bytes of blobs that were stored.
    pub stored: u64,
    /// Bytes of those that were there before.
    pub known: u64,
    /// Deals that were made.
    pub deals: Vec<DealId>,
    /// Coins on hold for these, in plancks.
    pub held: Balance,
}

/// What is still to be stored of an image, and what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PushOffer {
    /// Bytes of blobs that are to be stored.
    pub bytes: u64,
    /// Bytes of those that are there.
    pub known: u64,
    /// What they cost at most.
    #[serde(flatten)]
    pub offer: Offer,
}

type Events = Arc<dyn Fn(PushEvent) + Send + Sync>;

/// What is put under one name of a bundle.
struct Part {
    /// What it is called among what was begun.
    name: Sha,
    source: Source,
}

impl Sdk {
    /// What pushing an image would cost: what was pushed before and lasts long enough costs nothing.
    pub async fn offer_image(&self, image: &Imported, pushed: &PushedImages, wish: &Wish) -> Result<PushOffer, ImageError> {
        let terms = self.session.chain().terms().await?;
        let mut all = PushOffer::default();
        for made in &image.blobs {
            if self.stored_before(pushed, &made.blob.digest, wish, &terms).await?.is_some() {
                all.known = all.known.saturating_add(made.blob.size);
                continue;
            }
            all.bytes = all.bytes.saturating_add(made.blob.size);
            let source = source_of(&made.file, BLOB_FILE)?;
            let begun = pushed.begun(&made.blob.digest)?;
            let offer = self.session.offer_bundle(vec![source], begun.key, &options(wish, &begun)).await?;
            all.offer = sum(&all.offer, &offer);
        }
        if all.bytes > 0 || self.pushed_before(pushed, &image.digest(), wish, &terms).await?.is_none() {
            // The image's own file is known once all of its blobs are; its size is that already.
            let pieces: usize = image.blobs.iter().map(|made| made.blob.pieces.len()).sum();
            let size = image.manifest.len().saturating_add(pieces.saturating_mul(32)).saturating_add(1_024) as u64;
            let mut source = source_of(&std::env::temp_dir(), FILE)?;
            source.meta.size = size;
            let begun = Begun::new();
            let offer = self.session.offer_bundle(vec![source], begun.key, &options(wish, &begun)).await?;
            all.offer = sum(&all.offer, &offer);
        }
        Ok(all)
    }

    /// Stores an image: what was stored before, and lasts long enough, is not stored again. Given again after it broke off, it goes on
    /// where it stopped.
    pub async fn push_image(
        &self,
        image: &Imported,
        pushed: &PushedImages,
        push: &PushOptions,
        told: impl Fn(PushEvent) + Send + Sync + 'static,
    ) -> Result<PushReport, ImageError> {
        let told: Events = Arc::new(told);
        let (digest, terms) = (image.digest(), self.session.chain().terms().await?);
        let mut made_deals = Made { left: push.most, ..Made::default() };
        let (mut blobs, mut all, mut stored, mut known) = (Vec::new(), Vec::new(), 0u64, 0u64);
        for made in &image.blobs {
            let blob = &made.blob;
            let kept = match self.stored_before(pushed, &blob.digest, &push.wish, &terms).await? {
                Some(kept) => {
                    told(PushEvent::Known { digest: blob.digest, bytes: blob.size });
                    known = known.saturating_add(blob.size);
                    kept
                },
                None => {
                    told(PushEvent::Begun { digest: blob.digest, bytes: blob.size });
                    let part = Part { name: blob.digest, source: source_of(&made.file, BLOB_FILE)? };
                    let (bundle, deals) = self.put_part(part, pushed, push, &mut made_deals, &told).await?;
                    let kept = Kept { stored: Stored { blob: blob.clone(), bundle }, deals };
                    pushed.keep_blob(&kept)?;
                    pushed.forget_begun(&blob.digest)?;
                    stored = stored.saturating_add(blob.size);
                    kept
                },
            };
            all.extend(&kept.deals);
            blobs.push(kept.stored);
        }
        let index = Image { manifest: image.manifest.clone(), blobs };
        index.check(digest)?;
        let before = self.pushed_before(pushed, &digest, &push.wish, &terms).await?.filter(|_| stored == 0);
        let bundle = match before {
            Some(before) => {
                all.push(before.bundle.root);
                before.bundle
            },
            None => {
                let bytes = index.encode();
                let name = Sha::of(&bytes);
                let file = tempfile::NamedTempFile::new().map_err(of(&std::env::temp_dir()))?;
                std::fs::write(file.path(), &bytes).map_err(of(file.path()))?;
                let part = Part { name, source: source_of(file.path(), FILE)? };
                let (bundle, deals) = self.put_part(part, pushed, push, &mut made_deals, &told).await?;
                all.extend(deals);
                pushed.forget_begun(&name)?;
                bundle
            },
        };
        let bytes = index.blobs.iter().map(|stored| stored.blob.size).sum();
        let image = PushedImage::new(digest, bundle, image.names.clone(), bytes, all);
        pushed.keep_image(&image)?;
        Ok(PushReport { image, stored, known, deals: made_deals.deals, held: made_deals.held })
    }

    async fn put_part(
        &self,
        part: Part,
        pushed: &PushedImages,
        push: &PushOptions,
        made: &mut Made,
        told: &Events,
    ) -> Result<(Bundle, Vec<DealId>), ImageError> {
        let begun = pushed.begin(&part.name)?;
        let event: Told = {
            let told = told.clone();
            Arc::new(move |event| told(PushEvent::Put(event)))
        };
        let options = options(&push.wish, &begun);
        let put = self.session.put_bundle(vec![part.source], begun.key, &options, made.left, event.clone()).await;
        if let Err(BundleError::Put(PutError::NotTheSame | PutError::Spent)) = &put {
            // What is left of it cannot be gone on with.
            pushed.forget_begun(&part.name)?;
        }
        let (bundle, mut report) = put?;
        let open = std::mem::take(&mut report.open);
        if !open.is_empty() {
            self.session.fill_all(open, &push.wish, &event).await;
        }
        made.left = made.left.saturating_sub(report.held_now);
        made.held = made.held.saturating_add(report.held);
        made.deals.extend(&report.deals);
        Ok((bundle, report.deals))
    }

    /// What was stored of a blob before, if its deals stand for half of the time at least that is asked for.
    async fn stored_before(
        &self,
        pushed: &PushedImages,
        digest: &Sha,
        wish: &Wish,
        terms: &TermsView,
    ) -> Result<Option<Kept>, ImageError> {
        let Some(kept) = pushed.blob(digest)? else { return Ok(None) };
        let until = terms.clock.saturating_add(wish.term / 2);
        Ok(self.stand_until(&kept.deals, until).await?.then_some(kept))
    }

    async fn pushed_before(
        &self,
        pushed: &PushedImages,
        digest: &Sha,
        wish: &Wish,
        terms: &TermsView,
    ) -> Result<Option<PushedImage>, ImageError> {
        let Some(image) = pushed.image(digest)? else { return Ok(None) };
        let until = terms.clock.saturating_add(wish.term / 2);
        Ok(self.stand_until(&image.deals, until).await?.then_some(image))
    }

    /// Whether all deals of an image still stand.
    pub async fn is_alive(&self, image: &PushedImage) -> Result<bool, ImageError> {
        let now = self.session.chain().terms().await?.clock;
        self.stand_until(&image.deals, now).await
    }

    async fn stand_until(&self, deals: &[DealId], until: u32) -> Result<bool, ImageError> {
        for deal in deals {
            if self.session.chain().deal(*deal).await?.is_none_or(|deal| deal.end <= until) {
                return Ok(false);
            }
        }
        Ok(!deals.is_empty())
    }

    /// Reads what a program that is an image is made of, and checks it against its digest, before anything is paid for running it.
    pub async fn look_at_image(&self, program: &Program) -> Result<(), ImageError> {
        if program.form == Form::Image {
            let bytes = self.session.open_bundle(&program.bundle).await?.read(FILE, MAX_FILE).await?;
            Image::open(&bytes, Sha(program.digest))?;
        }
        Ok(())
    }
}

/// Deals that a push made.
#[derive(Default)]
struct Made {
    left: Balance,
    held: Balance,
    deals: Vec<DealId>,
}

fn options(wish: &Wish, begun: &Begun) -> PutOptions {
    PutOptions { wish: *wish, segment_bytes: MAX_SEGMENT_BYTES, id: PutId::from_bytes(begun.put), again: begun.is_again }
}

fn sum(one: &Offer, other: &Offer) -> Offer {
    Offer {
        price: one.price.max(other.price),
        pay: one.pay.saturating_add(other.pay),
        reserve: one.reserve.saturating_add(other.reserve),
        stored: one.stored.saturating_add(other.stored),
        deals: one.deals.saturating_add(other.deals),
        standing: one.standing.saturating_add(other.standing),
    }
}

fn of(path: &std::path::Path) -> impl FnOnce(io::Error) -> ImageError {
    let path = path.to_owned();
    move |source| ImageError::File { path, source }
}

fn source_of(file: &std::path::Path, name: &str) -> Result<Source, ImageError> {
    bundle::source(file, name).map_err(of(file))
}
