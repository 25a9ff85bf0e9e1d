//! `idlewild stat`

use idlewild_chain_client::coins::show_coins;
use idlewild_storage_primitives::{deal::Slot, view::DealView};
use serde::Serialize;

use super::chosen::{self, InDoubt};
use crate::{
    args::Common,
    connection,
    output::{plain, show},
    quantities::{show_blocks, show_bytes},
};

#[derive(Serialize)]
struct Stat {
    path: String,
    size: u64,
    deals: Vec<Deal>,
}

#[derive(Serialize)]
struct Deal {
    healthy: usize,
    #[serde(flatten)]
    deal: DealView,
}

/// Shows a stored file's deals.
pub async fn run(common: &Common, path: &str, force: bool) -> anyhow::Result<()> {
    let session = connection::session(common).await?;
    let clock = session.chain().terms().await?.clock;
    let listing = session.list().await?;
    let object = chosen::file(&listing, path, InDoubt::new(force, "--force"))?;
    let mut ids: Vec<_> = object.parts.iter().map(|part| part.segment).collect();
    ids.dedup();
    let deals = ids.iter().filter_map(|id| listing.segments.get(id)).map(|segment| Deal {
        healthy: segment.deal.slots.iter().filter(|slot| slot.is_healthy()).count(),
        deal: segment.deal.clone(),
    });
    let stat = Stat { path: object.path.clone(), size: object.size, deals: deals.collect() };
    show(common.json, &stat, || {
        let mut text = format!("{}: {}", plain(&stat.path), show_bytes(stat.size));
        for Deal { healthy, deal } in &stat.deals {
            text.push_str(&format!(
                "\ndeal {}: {}+{} in {} copies, {healthy} of {} slots healthy, ends in {}, {} left for pay, {} for bounties",
                deal.id,
                deal.geometry.data,
                deal.geometry.parity,
                deal.copies,
                deal.slots.len(),
                show_blocks(deal.ends().saturating_sub(clock)),
                show_coins(deal.funds),
                show_coins(deal.reserve)
            ));
            for (index, slot) in deal.slots.iter().enumerate() {
                let state = match slot.slot {
                    Slot::Empty => "never filled".to_owned(),
                    Slot::Vacant { since, .. } => format!("open since {since}"),
                    _ if slot.failed => format!("lost by miner {}", slot.slot.holder().unwrap_or_default()),
                    Slot::Assigned { miner, .. } => format!("taken by miner {miner}, not yet appended"),
                    Slot::Held { miner, .. } => format!("held by miner {miner}"),
                    Slot::Probation { miner, .. } => format!("repaired by miner {miner}"),
                };
                text.push_str(&format!("\n  slot {index}: {state}"));
            }
        }
        text
    })?;
    Ok(())
}
