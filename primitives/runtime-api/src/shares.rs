//! Reads of shares and publications.

// The macro generates items that carry no documentation.
#![allow(missing_docs, unsafe_code)]

use alloc::vec::Vec;
use idlewild_shares_primitives::{
    view::{PublicationView, ShareView},
    PublicationId, SealingKey, ShareId,
};

sp_api::decl_runtime_apis! {
    /// Reads of shares and publications: who may read which bundles, and what is published.
    pub trait SharesApi {
        /// The key to which secrets for an account are sealed, if it announced one.
        fn receiver(account: [u8; 32]) -> Option<SealingKey>;
        /// A share, whether it is live or not.
        fn share(id: ShareId) -> Option<ShareView>;
        /// The shares of an account, in the order in which the state has them; a page begins behind the share `after`.
        fn shares_of(owner: [u8; 32], after: Option<ShareId>, limit: u32) -> Vec<ShareView>;
        /// The shares with an account, in the order in which the state has them; a page begins behind the share `after`.
        fn shares_with(account: [u8; 32], after: Option<ShareId>, limit: u32) -> Vec<ShareView>;
        /// A publication.
        fn publication(id: PublicationId) -> Option<PublicationView>;
        /// The publications of an account, in the order in which the state has them; a page begins behind the publication `after`.
        fn publications_of(owner: [u8; 32], after: Option<PublicationId>, limit: u32) -> Vec<PublicationView>;
    }
}
