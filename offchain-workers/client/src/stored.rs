//! Segments back from their deals, by the numbers of these, and which of an owner's deals are whose.

use std::ops::Range;

use idlewild_buckets_primitives::salt::{number_of, Tag};
use idlewild_chain_client::{Pages, ReadError};
use idlewild_storage::manifest::{Manifest, ManifestOpenError};
use idlewild_storage_primitives::{view::DealView, DealId};

use crate::{get::GetError, objects::StoredSegment, session::Session};

const PAGE: u32 = 64;

/// Why a deal's bytes cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is no such deal.
    #[error("there is no deal {0}: it ended, or never was")]
    Gone(DealId),
    /// It is not encrypted under this session's secret.
    #[error("deal {deal} cannot be read with this key: {source}")]
    Manifest {
        /// The deal.
        deal: DealId,
        /// Why.
        source: ManifestOpenError,
    },
    /// The bytes did not come.
    #[error(transparent)]
    Get(#[from] Box<GetError>),
    /// More was asked for than there is.
    #[error("bytes {} to {} of deal {deal} were asked for, which has {length}", .range.start, .range.end)]
    Beyond {
        /// The deal.
        deal: DealId,
        /// What was asked for.
        range: Range<u32>,
        /// Plaintext bytes of its segment.
        length: u32,
    },
}

impl Session {
    /// The open deals of an account, whoever made them.
    pub(crate) fn deals_of(&self, owner: [u8; 32]) -> Pages<'_, DealView, DealId> {
        Pages::new(PAGE, |deal: &DealView| deal.id, move |after, limit| self.chain.deals_of(owner, after, limit))
    }

    /// A deal, and what its manifest says. It is good for as long as its miners stay: keep it for a while where much is read of it.
    pub async fn open_segment(&self, deal: DealId) -> Result<StoredSegment, SegmentError> {
        let deal = self.chain.deal(deal).await?.ok_or(SegmentError::Gone(deal))?;
        self.open_deal(deal)
    }

    /// The same of a deal that is known.
    pub fn open_deal(&self, deal: DealView) -> Result<StoredSegment, SegmentError> {
        match Manifest::open(&self.secret.manifest_key(&deal.salt), &deal.manifest) {
            Ok(manifest) => Ok(StoredSegment { deal, manifest }),
            Err(source) => Err(SegmentError::Manifest { deal: deal.id, source }),
        }
    }

    /// Bytes `range` of the plaintext of a deal's segment, from whichever miners answer first.
    pub async fn fetch_range(&self, deal: DealId, range: Range<u32>) -> Result<Vec<u8>, SegmentError> {
        let segment = self.open_segment(deal).await?;
        self.fetch_part(&segment, range).await
    }

    /// The same of a segment that is open.
    pub async fn fetch_part(&self, segment: &StoredSegment, range: Range<u32>) -> Result<Vec<u8>, SegmentError> {
        let length = segment.manifest.length;
        if range.end > length {
            return Err(SegmentError::Beyond { deal: segment.deal.id, range, length });
        }
        Ok(self.read_segment(segment, range).await.map_err(Box::new)?)
    }

    /// What is at the end of a segment, from where its index begins: of a bucket's segment, its commit.
    pub async fn read_index_bytes(&self, segment: &StoredSegment) -> Result<Vec<u8>, SegmentError> {
        let Manifest { index_offset, length, .. } = segment.manifest;
        self.fetch_part(segment, index_offset..length).await
    }

    /// The deals that an owner made itself, or through its gateways, and that open under this session's secret, each once.
    ///
    /// Anybody can give an owner a deal, and everybody may know the secret of what is public: such deals are left out.
    pub async fn segments_of(&self, owner: [u8; 32]) -> Result<Vec<StoredSegment>, ReadError> {
        let mut found = Vec::new();
        let mut pages = self.deals_of(owner);
        while let Some(page) = pages.next_page().await? {
            let own = page.into_iter().filter(|deal| deal.creator == owner);
            found.extend(own.filter_map(|deal| self.open_deal(deal).ok()));
        }
        Ok(found)
    }

    /// The deals that an owner made itself, or through its gateways, under salts that begin with `tag`; by the number in the rest of
    /// the salt, which comes with each.
    ///
    /// Anybody can give an owner a deal, under any salt. Such deals are left out, as they are not what they look like.
    pub async fn deals_under(&self, owner: [u8; 32], tag: Tag) -> Result<Vec<(u64, DealView)>, ReadError> {
        let mut found = Vec::new();
        let mut pages = self.deals_of(owner);
        while let Some(page) = pages.next_page().await? {
            let own = page.into_iter().filter(|deal| deal.creator == owner);
            found.extend(own.filter_map(|deal| Some((number_of(tag, &deal.salt)?, deal))));
        }
        found.sort_unstable_by_key(|(number, deal)| (*number, deal.id));
        Ok(found)
    }
}
