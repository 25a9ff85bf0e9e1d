//! `idlewild unshare` and `idlewild unpublish`

use std::collections::BTreeSet;

use anyhow::bail;
use idlewild_chain_client::{ShareClient, SubmitError};
use idlewild_client::{
    share::{Ending, OwnBundle, ShareError},
    PutId, Session,
};
use idlewild_storage_primitives::Salt;
use serde::Serialize;

use super::records;
use crate::{
    args::Common,
    commands::{fate, fate::Failure, Each},
    connection,
    output::show,
    quantities::show_blocks,
    unfinished::Unfinished,
};

#[derive(Serialize)]
struct Ended {
    /// What is off the record.
    revoked: Vec<u64>,
    /// The deals that are over.
    ended: Vec<u64>,
    /// Those that cannot be ended yet.
    young: Vec<Young>,
    /// What went wrong.
    outcomes: Vec<Each>,
}

#[derive(Serialize)]
struct Young {
    deal: u64,
    /// From when on, on the clock.
    from: u32,
}

/// Ends shares: on chain first, then their deals.
pub async fn unshare(common: &Common, shares: Vec<u64>) -> anyhow::Result<()> {
    let (session, chain) = connection::sharing(common).await?;
    let chain = super::shares_of(&chain);
    if shares.is_empty() {
        return clear_up(common, &session, chain).await;
    }
    let mut roots = Vec::new();
    for share in &BTreeSet::from_iter(shares) {
        let view = chain.share(*share).await?.ok_or(ShareError::NoSuchShare(*share));
        let view = view.map_err(|error| {
            anyhow::anyhow!("{error}. `idlewild unshare` without a number ends the deals of shares that were ended before")
        })?;
        if view.owner != session.account() {
            bail!("share {share} is another account's: choose its owner with --account");
        }
        roots.push((*share, view.root));
    }
    end(common, &session, chain, roots, Kind::Share).await
}

/// Takes publications off the record, and ends their deals.
pub async fn unpublish(common: &Common, publications: Vec<u64>) -> anyhow::Result<()> {
    let (session, chain) = connection::sharing(common).await?;
    let chain = super::shares_of(&chain);
    let mut roots = Vec::new();
    for publication in &BTreeSet::from_iter(publications) {
        let view = chain.publication(*publication).await?.ok_or(ShareError::NoSuchPublication(*publication));
        let view = view.map_err(|error| {
            anyhow::anyhow!("{error}. `idlewild unshare` without a number ends the deals of what was withdrawn before")
        })?;
        if view.owner != session.account() {
            bail!("publication {publication} is another account's: choose its owner with --account");
        }
        roots.push((*publication, view.root));
    }
    end(common, &session, chain, roots, Kind::Publication).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Share,
    Publication,
}

async fn end(
    common: &Common,
    session: &Session,
    chain: &dyn ShareClient,
    records: Vec<(u64, u64)>,
    kind: Kind,
) -> anyhow::Result<()> {
    let (mut revoked, mut failures) = (Vec::new(), Vec::new());
    let mut roots = BTreeSet::new();
    for (id, root) in records {
        let outcome = match kind {
            Kind::Share => session.revoke(id).await,
            Kind::Publication => session.withdraw(id).await,
        };
        match outcome {
            Ok(()) => {
                revoked.push(id);
                roots.insert(root);
            },
            Err(error) => failures.push((id, error)),
        }
    }
    // What another share or publication leads to stays.
    let mut bundles = session.left_bundles(chain).await?;
    bundles.retain(|bundle| roots.iter().any(|root| bundle.has(*root)));
    let ending = end_all(common, session, &bundles).await?;
    tell(common, session, revoked, ending, failures).await
}

/// Ends what is over: shares whose time is past, and the deals of those that were ended before.
async fn clear_up(common: &Common, session: &Session, chain: &dyn ShareClient) -> anyhow::Result<()> {
    let (mut revoked, mut failures) = (Vec::new(), Vec::new());
    for share in session.own_shares(chain).await?.into_iter().filter(|share| !share.is_live) {
        match session.revoke(share.id).await {
            Ok(()) => revoked.push(share.id),
            Err(error) => failures.push((share.id, error)),
        }
    }
    let begun = Unfinished::ids(&records(common)?)?;
    let mut bundles = session.left_bundles(chain).await?;
    bundles.retain(|bundle| !is_begun(bundle, &begun));
    let ending = end_all(common, session, &bundles).await?;
    tell(common, session, revoked, ending, failures).await
}

/// Whether a bundle is what a command that was broken off has made so far, and would go on with.
fn is_begun(bundle: &OwnBundle, begun: &[PutId]) -> bool {
    begun.iter().any(|id| bundle.first().salt == id.salt(0))
}

async fn end_all(common: &Common, session: &Session, bundles: &[OwnBundle]) -> anyhow::Result<Ending> {
    let mut all = Ending::default();
    for bundle in bundles {
        let ending = session.end_bundle(bundle).await?;
        let salt_of = |id: &u64| bundle.deals().find(|deal| deal.id == *id).map(|deal| deal.salt);
        let spent: Vec<Salt> = ending.ended.iter().filter_map(salt_of).collect();
        // The same command given again must not go on where deals are missing: their salts are spent.
        Unfinished::forget_all_with(&records(common)?, &spent)?;
        all.extend(ending);
    }
    Ok(all)
}

async fn tell(
    common: &Common,
    session: &Session,
    revoked: Vec<u64>,
    ending: Ending,
    failures: Vec<(u64, SubmitError)>,
) -> anyhow::Result<()> {
    let clock = session.chain().terms().await?.clock;
    let Ending { ended, young, failed } = ending;
    let young: Vec<Young> = young.into_iter().map(|(deal, from)| Young { deal, from }).collect();
    let outcomes: Vec<Each> = failed.into_iter().map(|(deal, error)| Each::new(deal, Err(error))).collect();
    let done = Ended { revoked, ended, young, outcomes };
    show(common.json, &done, || {
        let mut text = format!("{} taken off the record, {} deals ended", done.revoked.len(), done.ended.len());
        if let Some(from) = done.young.iter().map(|young| young.from).max() {
            text.push_str(&format!(
                "\n{} deals are too young to be ended: from block {from} of the clock on, in {}, `idlewild unshare` ends them. Whoever \
                 noted the key can read them until then",
                done.young.len(),
                show_blocks(from.saturating_sub(clock))
            ));
        }
        text
    })?;
    let all = done.revoked.len().saturating_add(failures.len());
    let (said, failures): (Vec<String>, Vec<Failure>) =
        failures.into_iter().map(|(id, error)| (format!("{id}: {error}"), Failure::from(error))).unzip();
    let look = "`idlewild shares` and `idlewild publications` show what is on record";
    fate::all_went_well(all, "transactions", failures.iter(), look)
        .map_err(|error| anyhow::anyhow!("{error}\n{}", said.join("\n")))?;
    Each::all_done(&done.outcomes, "`idlewild unshare` without a number tries again")
}
