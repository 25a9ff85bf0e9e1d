//! `idlewild share`, `idlewild unshare`, `idlewild publish`, `idlewild unpublish`, and what lists and announces.

mod announce;
pub mod bundle;
mod ending;
mod list;
mod publish;

use std::{path::PathBuf, sync::Arc};

use anyhow::{bail, Context};
use idlewild_chain_client::{coins::show_coins, AccountId32, GatewayChain, ShareClient};
use idlewild_client::{
    market::Wish,
    share::{Recipient, Reference, ShareError, ShareLink, ShareView},
    PutReport, Session,
};
use idlewild_storage_primitives::view::DealView;
use serde::Serialize;
use time::OffsetDateTime;

use self::bundle::{Copying, Prepared, Standing};
pub use self::{
    announce::{announce, conceal},
    ending::{unpublish, unshare},
    list::{publications, shares},
    publish::publish,
};
use super::{put, stopping::unless_stopped};
use crate::{
    args::{Common, Copied, Share},
    connection,
    keystore::folder_of,
    output::{bytes_bar, plain, show},
    plaintext::{Place, Plaintext},
    quantities::{show_blocks, show_bytes},
};

#[derive(Serialize)]
struct Done {
    share: u64,
    /// What the other side gives to `idlewild get`. Of a link it is the secret itself.
    reference: String,
    with: Option<String>,
    until: Option<u32>,
    root: u64,
    length: u64,
    #[serde(flatten)]
    report: PutReport,
}

/// An object that is about to be copied.
struct Work<'a> {
    common: &'a Common,
    session: &'a Arc<Session>,
    copied: &'a Copied,
    place: Place,
    wish: Wish,
    yes: bool,
}

/// Shares a stored object.
pub async fn share(common: &Common, share: Share) -> anyhow::Result<()> {
    let place: Place = share.copied.object.parse().map_err(anyhow::Error::msg)?;
    let wish = share.copied.stored.wish(share.copied.copies)?;
    let with = match &share.with {
        Some(account) => Recipient::Account(connection::public_key(common, Some(account))?),
        None => Recipient::Link,
    };
    let (session, chain) = connection::sharing(common).await?;
    // Told before anything is fetched or paid.
    if let Recipient::Account(account) = &with {
        if chain.receiver(*account).await?.is_none() {
            bail!(ShareError::NotAnnounced(*account));
        }
    }
    let clock = session.chain().terms().await?.clock;
    let on_clock = |clock| {
        let end = share.until.map(|until| until.on_clock(clock, OffsetDateTime::now_utc()));
        end.transpose().map_err(|error| anyhow::anyhow!("--until: {error}"))
    };
    if let Some(until) = on_clock(clock)?.filter(|until| until.saturating_sub(clock) > wish.term) {
        eprintln!(
            "warning: its deals are paid for {} blocks, which end before block {until} of the clock: give a longer --term, or use \
             `idlewild extend` in time",
            wish.term
        );
    }
    let purpose = match &with {
        Recipient::Link => "share by link".to_owned(),
        Recipient::Account(account) => format!("share with {}", hex::encode(account)),
    };
    let work = Work { common, session: &session, copied: &share.copied, place, wish, yes: share.yes };
    unless_stopped(STOPPED, async {
        let plaintext = work.fetch().await?;
        let name = work.place.name().to_owned();
        let standing = work.copy(&plaintext, &name, &purpose).await?;
        // Counted from now on, however long the copy took.
        let until = on_clock(session.chain().terms().await?.clock)?;
        let view = session.share(&*chain, &standing.bundle, &with, until).await.context(UNTOLD)?;
        tell(common, standing, &view, plaintext.size)
    })
    .await
}

/// How every reference begins.
pub(super) const SCHEME: &str = "idlewild:";
const STOPPED: &str = "stopped; the same command goes on where it was";
const UNTOLD: &str = "the copy stands, and the chain has not been told what it is for; the same command goes on there";

impl Work<'_> {
    /// Fetches the object's bytes to this disk.
    async fn fetch(&self) -> anyhow::Result<Plaintext> {
        let gateway = match &self.copied.dir {
            Some(dir) => dir.clone(),
            None => super::gateway::default_folder(self.common)?,
        };
        let fetching =
            Plaintext::fetch(self.common, self.session, &self.place, &gateway, self.copied.readable, &self.folder()?).await;
        fetching.with_context(|| format!("{:?} cannot be read", self.copied.object))
    }

    /// Makes the copy, after its price was agreed to, and the record of it.
    async fn copy(&self, plaintext: &Plaintext, name: &str, purpose: &str) -> anyhow::Result<Standing> {
        let copying = Copying { file: plaintext.path(), name, hash: plaintext.hash, purpose };
        let prepared = Prepared::new(self.session, &self.folder()?, &copying, self.wish).await?;
        let offer = *prepared.offer();
        let what = format!("a copy of {:?}, {}, becomes", plain(&self.copied.object), show_bytes(plaintext.size));
        put::agree(self.common, (self.yes, self.wish.term), &offer, &what).await?;
        let bar = bytes_bar(self.common.json, offer.stored);
        let standing = prepared.put(self.session, put::teller(&bar)).await;
        bar.finish_and_clear();
        standing
    }

    fn folder(&self) -> anyhow::Result<PathBuf> {
        records(self.common)
    }
}

/// The folder of the records of unfinished puts.
fn records(common: &Common) -> anyhow::Result<PathBuf> {
    Ok(folder_of(common.home.as_deref())?.with_file_name("puts"))
}

fn tell(common: &Common, standing: Standing, view: &ShareView, length: u64) -> anyhow::Result<()> {
    let account = view.audience.account().copied();
    let key = account.is_none().then_some(standing.bundle.key);
    let reference = match key {
        Some(key) => ShareLink { share: view.id, key }.to_string(),
        None => Reference::Share { share: view.id, key: None }.to_string(),
    };
    let with = account.map(|account| AccountId32(account).to_string());
    let (root, report) = (standing.bundle.root, standing.report.clone());
    let done = Done { share: view.id, reference, with, until: view.until, root, length, report };
    if !common.json {
        let until = done.until.map_or_else(String::new, |until| format!(" until block {until} of the clock"));
        let held = show_coins(done.report.held);
        eprintln!("share {}: {} in {} deals, {held} on hold{until}", done.share, show_bytes(length), done.report.deals.len());
        match &done.with {
            Some(account) => eprintln!("{account} reads it with `idlewild get`, and this:"),
            None => eprintln!("whoever has this link can read it with `idlewild get`; it is not shown again:"),
        }
    }
    show(common.json, &done, || done.reference.clone())?;
    // Only now: a link that nobody saw is shown when the command is given again.
    Ok(standing.finish()?)
}

/// What this account shares or publishes, where a path is a reference to it.
pub(super) fn shared(path: &str) -> anyhow::Result<Option<Reference>> {
    match path.starts_with(SCHEME) {
        true => Ok(Some(path.parse()?)),
        false => Ok(None),
    }
}

/// The deals of the copy that this account shares or publishes.
pub(super) async fn deals_of(common: &Common, reference: &Reference) -> anyhow::Result<(Arc<Session>, Vec<DealView>)> {
    let (session, chain) = connection::sharing(common).await?;
    let (owner, root) = match *reference {
        Reference::Share { share, .. } => {
            let view = chain.share(share).await?.ok_or(ShareError::NoSuchShare(share))?;
            (view.owner, view.root)
        },
        Reference::Publication(publication) => {
            let view = chain.publication(publication).await?.ok_or(ShareError::NoSuchPublication(publication))?;
            (view.owner, view.root)
        },
    };
    if owner != session.account() {
        bail!("it is another account's, which pays for its deals: choose its owner with --account");
    }
    let copy = session.own_bundle(root).await?;
    let copy = copy
        .with_context(|| format!("deal {root}, which leads to it, is over or was not made by this program: share it again"))?;
    Ok((session, copy.deals().cloned().collect()))
}

/// What is left of a term, where the clock is known.
fn until_words(until: Option<u32>, clock: u32) -> String {
    until.map_or_else(|| "-".into(), |until| show_blocks(until.saturating_sub(clock)))
}

/// The chain as those see it who share.
fn shares_of(chain: &Arc<dyn GatewayChain>) -> &dyn ShareClient {
    &**chain
}
