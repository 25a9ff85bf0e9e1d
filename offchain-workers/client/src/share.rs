//! One file for another account, for whoever has a link, or for everybody.
//!
//! What is shared is a [bundle](crate::bundle): a copy in deals of its own, under a key that opens nothing else. The chain says who may
//! read it; whoever noted root and key before can read for as long as the deals are there, so that ending a share ends them too.
//!
//! | module | concern |
//! | --- | --- |
//! | `open` | what others shared or published, checked |
//! | `own` | the bundles that this account made, found again from the chain and its secret alone, and their end |

mod open;
mod own;

use idlewild_chain_client::{AccountId32, Call, Event, Pages, ReadError, ShareCall, ShareClient, ShareEvent, SubmitError};
use idlewild_shares_primitives::{audience::Audience, limits::MAX_PAGE, purpose::of_share};
pub use idlewild_shares_primitives::{
    link::{LinkError, Reference, ShareLink},
    view::{PublicationView, ShareView},
    Clock, DealId, PublicationId, ShareId,
};
use zeroize::Zeroizing;

pub use self::{
    open::Opened,
    own::{Ending, OwnBundle},
};
use crate::{
    bundle::{Bundle, BundleError},
    put::PutId,
    seal::{seal, Receiver, SealError},
    session::Session,
};

/// Whom something is shared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Whoever has the link.
    Link,
    /// One account, which announced a key.
    Account([u8; 32]),
}

/// What is published of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its BLAKE3 root.
    pub hash: [u8; 32],
    /// Its bytes.
    pub length: u64,
    /// What it is called.
    pub name: String,
}

/// Why something was not shared, or cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The chain refused, or what became of the transaction is not known.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The key was not sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Nobody can seal to the account.
    #[error(
        "{} has announced no key that a share could be sealed to. Have its owner run `idlewild account announce`, or share with --link",
        AccountId32(*.0)
    )]
    NotAnnounced([u8; 32]),
    /// The transaction was carried out, and what it made is not to be seen.
    #[error("the chain carried it out and does not tell what it made: `idlewild shares` and `idlewild publications` show it")]
    Unseen,
    /// There is no such share.
    #[error("there is no share {0}: it was ended by its owner, or never was")]
    NoSuchShare(ShareId),
    /// Its time is over.
    #[error("share {share} was until block {until} of the clock, which is past: ask its owner to share it again")]
    Past {
        /// The share.
        share: ShareId,
        /// When it ended.
        until: Clock,
    },
    /// It is not live, though its time is not over.
    #[error("share {0} leads to nothing any more: its deals are over. Ask its owner to share it again")]
    Over(ShareId),
    /// It is another account's.
    #[error("share {share} is for {}, and not for this account: choose another with --account", AccountId32(*.account))]
    ForAnother {
        /// The share.
        share: ShareId,
        /// Whose it is.
        account: [u8; 32],
    },
    /// It is opened with its link.
    #[error("share {0} is for whoever has its link: give the whole link, with what is behind the #")]
    NeedsLink(ShareId),
    /// There is no such publication.
    #[error("there is no publication {0}: it was withdrawn by its owner, or never was")]
    NoSuchPublication(PublicationId),
    /// A share or a publication has one file.
    #[error("it has {0} files, and what is shared or published has one: it was not made by this program")]
    NotOneFile(usize),
    /// The file is not what was published.
    #[error(
        "publication {publication} leads to something else than its owner published: {what}. Nothing of it is to be trusted, and \
         nothing was kept"
    )]
    Lies {
        /// The publication.
        publication: PublicationId,
        /// What does not match.
        what: String,
    },
}

impl Session {
    /// The key of the bundle that a put under this id makes for others. It follows from the account's secret and the id, so that a put
    /// that was broken off goes on under the same key, and that no key has to be kept anywhere.
    pub fn bundle_key(&self, id: &PutId) -> Zeroizing<[u8; 32]> {
        self.secret.bundle_secret(&id.salt(0))
    }

    /// Shares a bundle. Where this account shares it with the same recipient already, as an earlier try may have come about, that
    /// share is the answer.
    pub async fn share(
        &self,
        chain: &dyn ShareClient,
        bundle: &Bundle,
        with: &Recipient,
        until: Option<Clock>,
    ) -> Result<ShareView, ShareError> {
        let account = match with {
            Recipient::Link => None,
            Recipient::Account(account) => Some(account),
        };
        let is_it = |share: &ShareView| share.root == bundle.root && share.is_live && share.audience.account() == account;
        if let Some(share) = self.own_shares(chain).await?.into_iter().find(is_it) {
            return Ok(share);
        }
        let audience = match account {
            None => Audience::Link,
            Some(account) => {
                let receiver = chain.receiver(*account).await?.ok_or(ShareError::NotAnnounced(*account))?;
                let purpose = of_share(&self.owner(), account, bundle.root);
                Audience::Account { account: *account, sealed: seal(&bundle.key, &receiver, &purpose)?.to_vec() }
            },
        };
        let outcome = self.send(ShareCall::Share { root: bundle.root, audience, until }).await;
        let outcome = outcome.map_err(|error| match account.filter(|_| error.is("Shares", "NotAnnounced")) {
            Some(account) => ShareError::NotAnnounced(*account),
            None => error.into(),
        })?;
        let made = outcome.into_iter().find_map(|event| match event {
            ShareEvent::Shared { share, owner, root, .. } if owner == self.owner() && root == bundle.root => Some(share),
            _ => None,
        });
        chain.share(made.ok_or(ShareError::Unseen)?).await?.ok_or(ShareError::Unseen)
    }

    /// Publishes a bundle's only file, for ever: what is told to everybody cannot be taken back. Where this account published the bundle
    /// already, that publication is the answer.
    pub async fn publish(
        &self,
        chain: &dyn ShareClient,
        bundle: &Bundle,
        facts: &Facts,
    ) -> Result<PublicationView, ShareError> {
        let is_it = |publication: &PublicationView| publication.root == bundle.root && publication.hash == facts.hash;
        if let Some(publication) = self.own_publications(chain).await?.into_iter().find(is_it) {
            return Ok(publication);
        }
        let Facts { hash, length, ref name } = *facts;
        let call = ShareCall::Publish { root: bundle.root, key: bundle.key, hash, length, name: name.as_bytes().to_vec() };
        let made = self.send(call).await?.into_iter().find_map(|event| match event {
            ShareEvent::Published { publication, owner, root, .. } if owner == self.owner() && root == bundle.root => {
                Some(publication)
            },
            _ => None,
        });
        chain.publication(made.ok_or(ShareError::Unseen)?).await?.ok_or(ShareError::Unseen)
    }

    /// Ends a share on chain: nobody opens it any more who goes by the chain. Its deals are there until they are [ended](Self::end_bundle).
    pub async fn revoke(&self, share: ShareId) -> Result<(), SubmitError> {
        self.send(ShareCall::Revoke { share }).await.map(|_| ())
    }

    /// Takes a publication off the record. What was told stays told.
    pub async fn withdraw(&self, publication: PublicationId) -> Result<(), SubmitError> {
        self.send(ShareCall::Withdraw { publication }).await.map(|_| ())
    }

    /// Announces the key to which others seal what they share with this account.
    pub async fn announce(&self) -> Result<(), SubmitError> {
        self.send(ShareCall::AnnounceKey { key: self.receiver().public() }).await.map(|_| ())
    }

    /// Takes that back; what was shared before can be opened all the same.
    pub async fn conceal(&self) -> Result<(), SubmitError> {
        self.send(ShareCall::ConcealKey).await.map(|_| ())
    }

    /// What opens the keys that were sealed to this account.
    pub fn receiver(&self) -> Receiver {
        Receiver::of(&self.secret)
    }

    /// What this account shares, by number.
    pub async fn own_shares(&self, chain: &dyn ShareClient) -> Result<Vec<ShareView>, ReadError> {
        shares_of(chain, self.owner()).await
    }

    /// What this account published, by number.
    pub async fn own_publications(&self, chain: &dyn ShareClient) -> Result<Vec<PublicationView>, ReadError> {
        publications_of(chain, self.owner()).await
    }

    /// Sends a call once, and tells what it did to shares and publications.
    async fn send(&self, call: ShareCall) -> Result<Vec<ShareEvent>, SubmitError> {
        let outcome = self.submitter.submit(self.call(Call::from(call))).await?;
        let events = outcome.events.into_iter().filter_map(|event| match event {
            Event::Share(event) => Some(event),
            _ => None,
        });
        Ok(events.collect())
    }
}

/// What an account shares, by number.
pub async fn shares_of(chain: &dyn ShareClient, owner: [u8; 32]) -> Result<Vec<ShareView>, ReadError> {
    Pages::new(MAX_PAGE, |share: &ShareView| share.id, |after, limit| chain.shares_of(owner, after, limit)).all().await
}

/// What is shared with an account, by number.
pub async fn shares_with(chain: &dyn ShareClient, account: [u8; 32]) -> Result<Vec<ShareView>, ReadError> {
    Pages::new(MAX_PAGE, |share: &ShareView| share.id, |after, limit| chain.shares_with(account, after, limit)).all().await
}

/// What an account published, by number.
pub async fn publications_of(chain: &dyn ShareClient, owner: [u8; 32]) -> Result<Vec<PublicationView>, ReadError> {
    let id_of = |publication: &PublicationView| publication.id;
    Pages::new(MAX_PAGE, id_of, |after, limit| chain.publications_of(owner, after, limit)).all().await
}
