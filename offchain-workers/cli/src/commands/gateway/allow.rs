//! `idlewild gateway allow`

use std::path::Path;

use anyhow::Context;
use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    GatewayCall,
};
use idlewild_gateway::{config::Config, key_file::GatewaySecret, KEY_FILE};

use crate::{args::Common, connection, output::show};

/// Sets what a gateway may still spend.
pub(super) async fn run(common: &Common, folder: &Path, coins: &str) -> anyhow::Result<()> {
    let allowance = parse_coins(coins).map_err(anyhow::Error::msg)?;
    let chain = Config::load(folder)?.chain.context("this gateway has no chain, and spends nothing")?;
    let account = GatewaySecret::load(&folder.join(KEY_FILE))?.account();
    let common = Common { node: chain.node, ..common.clone() };
    let (_, _, submitter) = connection::gateways(&common).await?;
    let outcome = submitter.submit(GatewayCall::Allow { account, allowance }.into()).await?;
    show(common.json, &serde_json::json!({ "allowance": allowance.to_string(), "block": outcome.block }), || {
        format!("the gateway may spend {} from block {} on", show_coins(allowance), outcome.block)
    })?;
    Ok(())
}
