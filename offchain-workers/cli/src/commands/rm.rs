//! `idlewild rm`

use std::collections::BTreeSet;

use anyhow::bail;
use idlewild_chain_client::{coins::show_coins, Call, Event};
use serde::Serialize;

use super::get::missing;
use crate::{
    args::{Common, Rm},
    connection,
    output::show,
};

#[derive(Serialize)]
struct Removed {
    deals: Vec<u64>,
    refunded: u128,
}

/// Ends the deals that hold nothing but the files given.
pub async fn run(common: &Common, rm: Rm) -> anyhow::Result<()> {
    let session = connection::session(common).await?;
    let listing = session.list().await?;
    let mut deals = BTreeSet::new();
    for path in &rm.paths {
        let before = deals.len();
        // Earlier versions and broken-off puts of the same path cost coins too.
        let versions = listing.tree.get(path).into_iter().chain(listing.tree.superseded());
        for version in versions.filter(|version| version.path == *path) {
            deals.extend(version.parts.iter().map(|part| part.segment));
        }
        for broken_off in listing.tree.incomplete().iter().filter(|object| object.path == *path) {
            deals.extend(&broken_off.segments);
        }
        if deals.len() == before && listing.tree.get(path).is_none() {
            bail!("{}", missing(&listing, path));
        }
    }
    // A segment is ended as a whole: what else is in it would be lost.
    for other in listing.tree.objects().filter(|object| !rm.paths.contains(&object.path)) {
        if let Some(part) = other.parts.iter().find(|part| deals.contains(&part.segment)) {
            bail!(
                "deal {} also holds {:?}, which would be lost. Name it too, or put it again first",
                part.segment,
                other.path
            );
        }
    }
    let mut removed = Removed { deals: Vec::new(), refunded: 0 };
    for deal in deals {
        let outcome = session.submitter().submit(Call::Cancel { deal }).await?;
        for event in outcome.events {
            if let Event::Closed { deal: of, refunded } = event {
                if of == deal {
                    removed.refunded = removed.refunded.saturating_add(refunded);
                }
            }
        }
        removed.deals.push(deal);
    }
    show(common.json, &removed, || {
        format!("ended {} deals; {} came back", removed.deals.len(), show_coins(removed.refunded))
    })?;
    Ok(())
}
