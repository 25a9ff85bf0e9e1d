//! `idlewild extend`

use anyhow::bail;
use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    Call,
};
use idlewild_client::Session;
use idlewild_storage_primitives::{
    terms,
    view::{DealView, MinerStatus},
    Balance, Clock,
};
use serde::Serialize;

use super::{
    chosen::{self, InDoubt},
    share, Each,
};
use crate::{
    args::{Common, Extend},
    connection,
    output::{ask_to_pay, show},
};

#[derive(Serialize)]
struct Extended {
    deals: Vec<u64>,
    held: u128,
    outcomes: Vec<Each>,
}

/// What the extension of a deal costs.
struct Price {
    deal: u64,
    /// The highest price of those that go along.
    price: Balance,
    pay: Balance,
    accept: usize,
    slots: usize,
}

/// Lets the deals of a file, or of a copy that is shared or published, go on.
pub async fn run(common: &Common, extend: Extend) -> anyhow::Result<()> {
    let max_price = extend.max_price.as_deref().map(parse_coins).transpose().map_err(anyhow::Error::msg)?;
    let (session, deals) = match share::shared(&extend.path)? {
        Some(reference) => share::deals_of(common, &reference).await?,
        None => {
            let session = connection::session(common).await?;
            let deals = of_file(&session, &extend).await?;
            (session, deals)
        },
    };
    let period = session.chain().terms().await?.timing.period;
    let mut prices = Vec::new();
    for deal in &deals {
        if let Some(extension) = &deal.extension {
            bail!(
                "deal {} is extended already, to block {} of the clock; it can be extended again from block {} on",
                deal.id,
                extension.end,
                deal.end
            );
        }
        prices.push(price(&session, deal, max_price.unwrap_or(deal.price), (extend.term, period)).await?);
    }
    let pay = prices.iter().fold(0, |sum: Balance, price| sum.saturating_add(price.pay));
    if !common.json || !extend.yes {
        for Price { deal, price, pay, accept, slots } in &prices {
            eprintln!(
                "deal {deal}: {accept} of {slots} slots go on at {} per GiB and period, {} for {} blocks; the others wait for repair",
                show_coins(*price),
                show_coins(*pay),
                extend.term
            );
        }
    }
    if !extend.yes {
        ask_to_pay(&show_coins(pay))?;
    }
    let mut extended = Extended { deals: Vec::new(), held: 0, outcomes: Vec::new() };
    for Price { deal, price, pay, .. } in prices {
        // Not a planck more than was agreed to, whatever miners ask by now.
        let outcome = session.submitter().submit(Call::Extend { deal, term: extend.term, max_price: price }).await;
        if outcome.is_ok() {
            extended.deals.push(deal);
            extended.held = extended.held.saturating_add(pay);
        }
        extended.outcomes.push(Each::new(deal, outcome));
    }
    show(common.json, &extended, || {
        let held = show_coins(extended.held);
        format!("{} deals go on for {} more blocks; {held} on hold", extended.deals.len(), extend.term)
    })?;
    let look = match share::shared(&extend.path)? {
        Some(_) => "the same command, given again, says which deals are extended already".to_owned(),
        None => format!("`idlewild stat {:?}` shows when each deal ends", extend.path),
    };
    Each::all_done(&extended.outcomes, &look)
}

/// The deals of a stored file.
async fn of_file(session: &Session, extend: &Extend) -> anyhow::Result<Vec<DealView>> {
    let listing = session.list().await?;
    let object = chosen::file(&listing, &extend.path, InDoubt::new(extend.force, "--force"))?;
    let mut ids: Vec<_> = object.parts.iter().map(|part| part.segment).collect();
    ids.dedup();
    Ok(ids.iter().filter_map(|id| listing.segments.get(id)).map(|segment| segment.deal.clone()).collect())
}

/// What the chain will take for an extension: the highest posted price, up to `most`, of the holders that stay.
async fn price(session: &Session, deal: &DealView, most: Balance, (term, period): (Clock, Clock)) -> anyhow::Result<Price> {
    let mut asked = Vec::new();
    for slot in &deal.slots {
        let Some(holder) = slot.slot.holder().filter(|_| !slot.failed) else { continue };
        if let Some(miner) = session.chain().miner(holder).await? {
            if matches!(miner.status, MinerStatus::Active | MinerStatus::Paused) {
                asked.push(miner.price);
            }
        }
    }
    let accept = asked.iter().filter(|price| **price <= most).count();
    let Some(price) = asked.iter().copied().filter(|price| *price <= most).max() else {
        match asked.iter().min() {
            Some(least) => bail!(
                "nobody goes on with deal {} for at most {} per GiB and period; the cheapest of its miners takes {}: give --max-price",
                deal.id,
                show_coins(most),
                show_coins(*least)
            ),
            None => bail!("deal {} has no sound miner left that could go on with it: put the file again", deal.id),
        }
    };
    let rate = terms::rate(price, deal.shard_len);
    let slots = deal.slots.len();
    let pay = terms::pay_of_extension(rate, term, period, slots as u32);
    Ok(Price { deal: deal.id, price, pay, accept, slots })
}
