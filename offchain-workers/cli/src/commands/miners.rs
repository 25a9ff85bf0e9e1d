//! `idlewild miners`

use idlewild_chain_client::coins::show_coins;

use crate::{
    args::Common,
    connection,
    output::{plain, show, table},
    quantities::show_bytes,
};

const PAGE: u32 = 256;

/// Lists miners.
pub async fn run(common: &Common) -> anyhow::Result<()> {
    let chain = connection::chain(common).await?;
    let mut miners = Vec::new();
    let mut after = None;
    loop {
        let page = chain.miners(after, PAGE).await?;
        miners.extend(page.miners);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    show(common.json, &miners, || {
        let heading = ["miner", "status", "free", "of", "price per GiB and period", "score", "slots", "proven", "endpoint"];
        let mut rows = vec![heading.iter().map(|cell| (*cell).to_owned()).collect()];
        rows.extend(miners.iter().map(|miner| {
            vec![
                miner.id.to_string(),
                format!("{:?}", miner.status).to_lowercase(),
                show_bytes(miner.capacity.saturating_sub(miner.used)),
                show_bytes(miner.capacity),
                show_coins(miner.price),
                format!("{:.1} %", f64::from(miner.score) / 100.0),
                miner.slots.to_string(),
                miner.proven.to_string(),
                plain(&String::from_utf8_lossy(&miner.endpoint)),
            ]
        }));
        table(&rows)
    })?;
    Ok(())
}
