//! `idlewild extend`

use anyhow::bail;
use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    Call,
};
use serde::Serialize;

use super::get::missing;
use crate::{
    args::{Common, Extend},
    connection,
    output::show,
};

#[derive(Serialize)]
struct Extended {
    deals: Vec<u64>,
    held: u128,
}

/// Lets a file's deals go on.
pub async fn run(common: &Common, extend: Extend) -> anyhow::Result<()> {
    let max_price = extend.max_price.as_deref().map(parse_coins).transpose().map_err(anyhow::Error::msg)?;
    let session = connection::session(common).await?;
    let listing = session.list().await?;
    let Some(object) = listing.tree.get(&extend.path) else { bail!("{}", missing(&listing, &extend.path)) };
    let mut ids: Vec<_> = object.parts.iter().map(|part| part.segment).collect();
    ids.dedup();
    let before = session.chain().balance(session.account()).await?.held;
    for id in &ids {
        let Some(segment) = listing.segments.get(id) else { continue };
        let max_price = max_price.unwrap_or(segment.deal.price);
        session.submitter().submit(Call::Extend { deal: *id, term: extend.term, max_price }).await?;
    }
    let held = session.chain().balance(session.account()).await?.held.saturating_sub(before);
    let extended = Extended { deals: ids, held };
    show(common.json, &extended, || {
        format!("{} deals go on for {} more blocks; {} on hold", extended.deals.len(), extend.term, show_coins(held))
    })?;
    Ok(())
}
