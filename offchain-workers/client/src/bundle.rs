//! Files under a storage secret of their own, for others to read.
//!
//! A bundle is put like any other files, under a key that is drawn for it. Where one deal holds all of it, that deal is its root;
//! otherwise the root is one more deal, with a file [`LIST`] that names the others. Whoever knows the root and the key can read all
//! of it, and nobody else anything.

use std::{
    collections::BTreeMap,
    io::Write,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use codec::{Decode, Encode};
use futures::{stream, StreamExt};
use idlewild_chain_client::ReadError;
pub use idlewild_compute_primitives::program::Bundle;
use idlewild_storage::{
    keys::StorageSecret,
    packer::ObjectMeta,
    tree::{Object, Tree},
};
use idlewild_storage_primitives::{geometry::MAX_SEGMENT_BYTES, Balance, DealId};
use rand::RngCore;
use tokio::io::AsyncWrite;

use crate::{
    get::GetError,
    market::{Offer, Wish},
    objects::{ListError, Listing, AT_ONCE},
    put::{expected_segments, PutError, PutEvent, PutOptions, PutReport, Source, Told},
    put_id::PutId,
    session::Session,
};

/// The file in a bundle's root that names the other deals of the bundle.
pub const LIST: &str = ".bundle";
/// The file of a module's bundle with its bytes.
pub const MODULE_FILE: &str = "module";
/// Most deals of a bundle: 256 GiB in segments of the largest size.
const MAX_DEALS: usize = 4_096;

/// Why a bundle was not put, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The put failed. What stands already stays; the same put goes on from there.
    #[error(transparent)]
    Put(#[from] PutError),
    /// There is nothing to put.
    #[error("a bundle has one file at least")]
    Empty,
    /// A file has a name that bundles use themselves.
    #[error("no file of a bundle can be called \"{LIST}\"")]
    Reserved,
    /// The list of deals could not be written to a file.
    #[error("the bundle's list cannot be written: {0}")]
    List(std::io::Error),
    /// One of its deals is not there.
    #[error("deal {0} of the bundle is not there: it ended, or never was")]
    Gone(DealId),
    /// One of its deals cannot be read.
    #[error("deal {deal} of the bundle cannot be read: {source}")]
    Unreadable {
        /// The deal.
        deal: DealId,
        /// Why.
        source: ListError,
    },
    /// Its list makes no sense.
    #[error("the bundle's list of deals cannot be read: it was not written by this program")]
    Malformed,
    /// A part of a file is missing.
    #[error("of \"{path}\" only {found} of {parts} parts are in the bundle")]
    Incomplete {
        /// The file.
        path: String,
        /// Parts that are there.
        found: u32,
        /// Parts that it has.
        parts: u32,
    },
    /// There is no such file.
    #[error("the bundle has no file \"{0}\"")]
    NoSuchFile(String),
    /// A file is longer than the caller takes.
    #[error("\"{path}\" has {size} bytes, and {most} are taken at most")]
    TooLong {
        /// The file.
        path: String,
        /// Its bytes.
        size: u64,
        /// The most that was to be read.
        most: u64,
    },
    /// A file's bytes did not come.
    #[error(transparent)]
    Get(#[from] Box<GetError>),
}

/// Bytes that the output of a chunk is taken to have before it is known.
const EXPECTED_OUTPUT: u64 = 256 << 10;

/// A fresh key for a bundle.
pub fn new_key() -> [u8; 32] {
    let mut key = [0; 32];
    rand::thread_rng().fill_bytes(&mut key);
    key
}

impl Session {
    /// What storing the output of a chunk will cost its provider, as the market is now.
    pub async fn offer_for_output(&self, wish: &Wish) -> Result<Offer, PutError> {
        let meta = ObjectMeta { path: LIST.to_owned(), size: EXPECTED_OUTPUT, modified: 0 };
        let options = PutOptions { wish: *wish, segment_bytes: MAX_SEGMENT_BYTES, id: PutId::random(), again: false };
        self.offer(&[Source { file: PathBuf::new(), meta }], &options).await
    }

    /// Puts files as a bundle under `key`. The report is of all its deals, the root last.
    ///
    /// Given again with the same key and id it goes on where it stopped: [`PutOptions::again`].
    pub async fn put_bundle(
        &self,
        sources: Vec<Source>,
        key: [u8; 32],
        options: &PutOptions,
        agreed: Balance,
        event: Told,
    ) -> Result<(Bundle, PutReport), BundleError> {
        if sources.is_empty() {
            return Err(BundleError::Empty);
        }
        if sources.iter().any(|source| source.meta.path == LIST) {
            return Err(BundleError::Reserved);
        }
        let inside = self.under(StorageSecret::new(key));
        let told = event.clone();
        let mut report = inside.put_within(sources, options, agreed, move |now: PutEvent| told(now)).await?;
        let root = match report.deals.as_slice() {
            [only] => *only,
            deals => {
                let list = List::write(deals)?;
                let options = PutOptions { id: options.id.companion(), ..*options };
                // What an earlier try put on hold was agreed to then.
                let left = agreed.saturating_sub(report.held_now);
                let more = inside.put_within(vec![list.source()], &options, left, move |now| event(now)).await?;
                let root = more.deals.last().copied().ok_or(BundleError::Malformed)?;
                report.deals.extend(more.deals);
                report.open.extend(more.open);
                report.held = report.held.saturating_add(more.held);
                report.held_now = report.held_now.saturating_add(more.held_now);
                report.bytes = report.bytes.saturating_add(more.bytes);
                report.unfilled = report.unfilled.saturating_add(more.unfilled);
                report.resumed = report.resumed.saturating_add(more.resumed);
                root
            },
        };
        Ok((Bundle { root, key }, report))
    }

    /// What putting a bundle would cost at most, the list of its deals included where it takes several.
    pub async fn offer_bundle(&self, sources: Vec<Source>, key: [u8; 32], options: &PutOptions) -> Result<Offer, BundleError> {
        let inside = self.under(StorageSecret::new(key));
        let files = inside.offer(&sources, options).await?;
        let deals = expected_segments(&sources, options.segment_bytes).map_err(PutError::from)?.len();
        if deals <= 1 {
            return Ok(files);
        }
        let list = [Source { file: PathBuf::new(), meta: list_meta(vec![DealId::MAX; deals].encoded_size() as u64) }];
        let of_list = PutOptions { id: options.id.companion(), ..*options };
        let price = files.price.max(inside.offer(&list, &of_list).await?.price);
        // One price is agreed to for all of them, up to which either may find dearer miners.
        let max_price = Some(price).filter(|price| *price > 0).or(options.wish.max_price);
        let bound = |options: &PutOptions| PutOptions { wish: Wish { max_price, ..options.wish }, ..*options };
        let files = inside.offer(&sources, &bound(options)).await?;
        let list = inside.offer(&list, &bound(&of_list)).await?;
        Ok(Offer {
            price,
            pay: files.pay.saturating_add(list.pay),
            reserve: files.reserve.saturating_add(list.reserve),
            stored: files.stored.saturating_add(list.stored),
            deals: files.deals.saturating_add(list.deals),
            standing: files.standing.saturating_add(list.standing),
        })
    }

    /// Opens a bundle: reads what files it has.
    pub async fn open_bundle(&self, bundle: &Bundle) -> Result<OpenBundle, BundleError> {
        let session = self.under(StorageSecret::new(bundle.key));
        let root = session.read_deals(vec![bundle.root]).await?;
        let listing = match root.tree.get(LIST) {
            None => root,
            Some(list) => {
                let most = 32u64.saturating_mul(MAX_DEALS as u64);
                let bytes = read_file(&session, &root, list, most).await?;
                let deals = Vec::<DealId>::decode(&mut bytes.as_slice()).map_err(|_| BundleError::Malformed)?;
                if deals.len() > MAX_DEALS {
                    return Err(BundleError::Malformed);
                }
                session.read_deals(deals).await?
            },
        };
        if let Some(file) = listing.tree.incomplete().first() {
            return Err(BundleError::Incomplete { path: file.path.clone(), found: file.found, parts: file.parts });
        }
        Ok(OpenBundle { session, listing })
    }

    /// What these deals hold, of whatever account: all of them have to be there and to open under this session's secret.
    async fn read_deals(&self, deals: Vec<DealId>) -> Result<Listing, BundleError> {
        let reads = deals.into_iter().map(|id| async move {
            let deal = self.chain.deal(id).await?.ok_or(BundleError::Gone(id))?;
            let read = self.read_index(deal).await.map_err(|source| BundleError::Unreadable { deal: id, source })?;
            Ok::<_, BundleError>((id, read))
        });
        let mut reads = stream::iter(reads).buffered(AT_ONCE);
        let (mut segments, mut indexes) = (BTreeMap::new(), Vec::new());
        while let Some(read) = reads.next().await {
            let (id, (segment, index)) = read?;
            segments.insert(id, segment);
            indexes.push((id, index));
        }
        Ok(Listing { tree: Tree::build(indexes), segments, unreadable: Vec::new() })
    }
}

/// A bundle whose files are known.
pub struct OpenBundle {
    session: Arc<Session>,
    listing: Listing,
}

impl OpenBundle {
    /// Its files.
    pub fn files(&self) -> impl Iterator<Item = &Object<DealId>> {
        self.listing.tree.objects()
    }

    /// A file.
    pub fn file(&self, path: &str) -> Result<&Object<DealId>, BundleError> {
        self.listing.tree.get(path).ok_or_else(|| BundleError::NoSuchFile(path.to_owned()))
    }

    /// The bytes of a file, `most` at most.
    pub async fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, BundleError> {
        read_file(&self.session, &self.listing, self.file(path)?, most).await
    }

    /// Some bytes of a file; none beyond its end.
    pub async fn read_range(&self, path: &str, range: Range<u64>) -> Result<Vec<u8>, BundleError> {
        let file = self.file(path)?;
        let range = range.start.min(file.size)..range.end.min(file.size);
        let mut bytes = Vec::with_capacity(usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0));
        if !range.is_empty() {
            self.session.get(&self.listing, file, range, &mut bytes, |_| {}).await.map_err(Box::new)?;
        }
        Ok(bytes)
    }

    /// Writes a file's bytes, in order.
    pub async fn copy(&self, path: &str, output: &mut (impl AsyncWrite + Unpin + Send)) -> Result<u64, BundleError> {
        let file = self.file(path)?;
        self.copy_range(path, 0..file.size, output, |_| {}).await?;
        Ok(file.size)
    }

    /// Writes some of a file's bytes, in order; none beyond its end. `moved` is told of each piece as it is written.
    pub async fn copy_range(
        &self,
        path: &str,
        range: Range<u64>,
        output: &mut (impl AsyncWrite + Unpin + Send),
        moved: impl Fn(u64) + Send + Sync,
    ) -> Result<(), BundleError> {
        let file = self.file(path)?;
        let range = range.start.min(file.size)..range.end.min(file.size);
        if !range.is_empty() {
            self.session.get(&self.listing, file, range, output, moved).await.map_err(Box::new)?;
        }
        Ok(())
    }
}

async fn read_file(session: &Session, listing: &Listing, file: &Object<DealId>, most: u64) -> Result<Vec<u8>, BundleError> {
    if file.size > most {
        return Err(BundleError::TooLong { path: file.path.clone(), size: file.size, most });
    }
    let mut bytes = Vec::new();
    session.get(listing, file, 0..file.size, &mut bytes, |_| {}).await.map_err(Box::new)?;
    Ok(bytes)
}

/// The list of deals in a file that is gone with it.
struct List {
    file: tempfile::NamedTempFile,
    size: u64,
}

impl List {
    fn write(deals: &[DealId]) -> Result<Self, BundleError> {
        let bytes = deals.encode();
        let mut file = tempfile::NamedTempFile::new().map_err(BundleError::List)?;
        file.write_all(&bytes).and_then(|()| file.flush()).map_err(BundleError::List)?;
        Ok(Self { file, size: bytes.len() as u64 })
    }

    fn source(&self) -> Source {
        Source { file: self.file.path().to_owned(), meta: list_meta(self.size) }
    }
}

fn list_meta(size: u64) -> ObjectMeta {
    ObjectMeta { path: LIST.to_owned(), size, modified: 0 }
}

/// A file on this machine as it is to be called in a bundle.
pub fn source(file: &Path, path: &str) -> std::io::Result<Source> {
    let size = std::fs::metadata(file)?.len();
    // Times are nobody's business: a bundle is for others, and the same whenever it is made.
    Ok(Source { file: PathBuf::from(file), meta: ObjectMeta { path: path.to_owned(), size, modified: 0 } })
}
