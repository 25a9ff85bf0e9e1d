//! An account's deals → manifests → indexes → the tree of its files.

use std::collections::BTreeMap;

use futures::{stream, StreamExt};
use idlewild_chain_client::ReadError;
use idlewild_storage::{
    index::{Index, IndexError},
    manifest::{Manifest, ManifestOpenError},
    tree::Tree,
};
use idlewild_storage_primitives::{view::DealView, DealId};

use crate::{get::GetError, session::Session};

const PAGE: u32 = 64;
/// Indexes read at the same time.
const AT_ONCE: usize = 16;

/// A segment that the account can read.
#[derive(Clone, Debug)]
pub struct StoredSegment {
    /// Its deal.
    pub deal: DealView,
    /// What its manifest says.
    pub manifest: Manifest,
}

/// An account's files, and the deals that hold them.
pub struct Listing {
    /// Files by path; their parts name deals.
    pub tree: Tree<DealId>,
    /// The deals.
    pub segments: BTreeMap<DealId, StoredSegment>,
    /// Deals that could not be read, and why. They may be another program's, or given to this account.
    pub unreadable: Vec<(DealId, ListError)>,
}

/// Why a deal's contents are not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Its manifest does not open.
    #[error(transparent)]
    Manifest(#[from] ManifestOpenError),
    /// Its index could not be fetched.
    #[error(transparent)]
    Get(#[from] Box<GetError>),
    /// Its index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl ListError {
    /// Whether the deal may hold files of this account, which miners could bring back another time.
    pub fn may_hide_files(&self) -> bool {
        !matches!(self, Self::Manifest(_))
    }
}

impl Session {
    /// Reads what the account has stored, from the chain and the miners alone.
    pub async fn list(&self) -> Result<Listing, ReadError> {
        let mut deals = Vec::new();
        let mut after = None;
        loop {
            let page = self.chain.deals_of(self.account(), after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            deals.extend(page);
        }
        let reads = deals.into_iter().map(|deal| async move { (deal.id, self.read_index(deal).await) });
        // In order, so that a listing is the same each time.
        let mut reads = stream::iter(reads).buffered(AT_ONCE);
        let mut segments = BTreeMap::new();
        let mut unreadable = Vec::new();
        let mut indexes = Vec::new();
        while let Some((id, read)) = reads.next().await {
            match read {
                Ok((segment, index)) => {
                    segments.insert(id, segment);
                    indexes.push((id, index));
                },
                Err(error) => unreadable.push((id, error)),
            }
        }
        Ok(Listing { tree: Tree::build(indexes), segments, unreadable })
    }

    async fn read_index(&self, deal: DealView) -> Result<(StoredSegment, Index), ListError> {
        let manifest = Manifest::open(&self.secret.manifest_key(&deal.salt), &deal.manifest)?;
        let segment = StoredSegment { deal, manifest };
        let end = manifest.index_offset.saturating_add(manifest.index_length);
        let bytes = self.read_segment(&segment, manifest.index_offset..end).await.map_err(Box::new)?;
        let index = Index::from_bytes(&bytes, manifest.index_offset)?;
        Ok((segment, index))
    }
}
