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
        let Some(object) = listing.tree.get(path) else { bail!("{}", missing(&listing, path)) };
        deals.extend(object.parts.iter().map(|part| part.segment));
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
