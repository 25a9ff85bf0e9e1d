//! Shares and publications: what is asked of the chain about them, what their owners call, and what happens to them.

use async_trait::async_trait;
use idlewild_shares_primitives::{
    audience::Audience,
    view::{PublicationView, ShareView},
    Clock, DealId, PublicationId, SealingKey, ShareId,
};

use crate::error::ReadError;

/// A call about shares and publications.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the call of the same name in its pallet.
pub enum ShareCall {
    /// Tells the key that others seal to for the signer.
    AnnounceKey { key: SealingKey },
    /// Takes that back.
    ConcealKey,
    /// Shares a bundle.
    Share { root: DealId, audience: Audience, until: Option<Clock> },
    /// Ends a share.
    Revoke { share: ShareId },
    /// Publishes a bundle with one file.
    Publish { root: DealId, key: [u8; 32], hash: [u8; 32], length: u64, name: Vec<u8> },
    /// Says where the same file is now.
    Relocate { publication: PublicationId, root: DealId, key: [u8; 32] },
    /// Takes a publication off the record.
    Withdraw { publication: PublicationId },
}

impl From<ShareCall> for crate::Call {
    fn from(call: ShareCall) -> Self {
        Self::Share(call)
    }
}

/// Something that happened to a share or a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the event of the same name in its pallet.
pub enum ShareEvent {
    /// Others can seal to an account.
    KeyAnnounced { account: [u8; 32], key: SealingKey },
    /// They no longer can.
    KeyConcealed { account: [u8; 32] },
    /// Something is shared.
    Shared { share: ShareId, owner: [u8; 32], root: DealId, to: Option<[u8; 32]>, until: Option<Clock> },
    /// It no longer is.
    Revoked { share: ShareId, owner: [u8; 32] },
    /// A file is published.
    Published { publication: PublicationId, owner: [u8; 32], root: DealId, hash: [u8; 32], length: u64 },
    /// It is in other deals.
    Relocated { publication: PublicationId, root: DealId },
    /// It is off the record.
    Withdrawn { publication: PublicationId, owner: [u8; 32] },
}

impl From<ShareEvent> for crate::Event {
    fn from(event: ShareEvent) -> Self {
        Self::Share(event)
    }
}

/// Everything that is asked of the chain about shares and publications. Answers are of the newest final block.
#[async_trait]
pub trait ShareClient: Send + Sync + 'static {
    /// The key to which secrets for an account are sealed, if it announced one.
    async fn receiver(&self, account: [u8; 32]) -> Result<Option<SealingKey>, ReadError>;

    /// A share, whether it is live or not.
    async fn share(&self, id: ShareId) -> Result<Option<ShareView>, ReadError>;

    /// What an account shares, after `after`, in the order in which the state has it. A page with less than `limit` is the last.
    async fn shares_of(&self, owner: [u8; 32], after: Option<ShareId>, limit: u32) -> Result<Vec<ShareView>, ReadError>;

    /// What is shared with an account, after `after`, in the order in which the state has it. A page with less than `limit` is the last.
    async fn shares_with(&self, account: [u8; 32], after: Option<ShareId>, limit: u32) -> Result<Vec<ShareView>, ReadError>;

    /// A publication.
    async fn publication(&self, id: PublicationId) -> Result<Option<PublicationView>, ReadError>;

    /// What an account published, after `after`, in the order in which the state has it. A page with less than `limit` is the last.
    async fn publications_of(
        &self,
        owner: [u8; 32],
        after: Option<PublicationId>,
        limit: u32,
    ) -> Result<Vec<PublicationView>, ReadError>;
}
