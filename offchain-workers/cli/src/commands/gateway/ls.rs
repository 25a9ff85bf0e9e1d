//! `idlewild gateway ls` and `idlewild gateway announce`

use std::{path::Path, sync::Arc};

use anyhow::Context;
use idlewild_chain_client::{coins::show_coins, AccountId32, GatewayCall, RpcClient, Submitter};
use idlewild_gateway::{
    config::Config, key_file::GatewaySecret, link::buckets::granted, peers::wire::check_endpoint, KEY_FILE,
};
use serde::Serialize;

use super::grant::at_node;
use crate::{
    args::Common,
    connection,
    output::{plain, show, table},
};

#[derive(Serialize)]
struct Line {
    account: String,
    endpoint: String,
    allowance: u128,
    buckets: Vec<u64>,
    /// Those that it writes now.
    writes: Vec<u64>,
    /// Whether it is that of the folder.
    is_here: bool,
}

/// Lists the gateways of the account to act for.
pub(super) async fn run(common: &Common, folder: &Path) -> anyhow::Result<()> {
    let common = at_node(common, folder);
    let here = GatewaySecret::load(&folder.join(KEY_FILE)).ok().map(|secret| secret.account());
    let owner = connection::public_key(&common, None)?;
    let chain = connection::gateway_chain(&common).await?;
    let mut lines = Vec::new();
    for record in chain.gateways_of(owner).await? {
        let grants = granted(&*chain, record.account).await?;
        let writes =
            grants.iter().filter(|grant| grant.bucket.lease.as_ref().is_some_and(|lease| lease.holder == record.account));
        let writes = writes.map(|grant| grant.bucket.id).collect();
        let buckets = grants.iter().map(|grant| grant.bucket.id).collect();
        lines.push(Line {
            account: AccountId32(record.account).to_string(),
            endpoint: String::from_utf8_lossy(&record.endpoint).into_owned(),
            allowance: record.allowance,
            buckets,
            writes,
            is_here: here == Some(record.account),
        });
    }
    show(common.json, &lines, || {
        let numbers = |all: &[u64]| match all.is_empty() {
            true => "-".to_owned(),
            false => all.iter().map(u64::to_string).collect::<Vec<_>>().join(","),
        };
        let head = ["gateway", "at", "may spend", "has buckets", "writes now", ""].map(str::to_owned).to_vec();
        let rows = lines.iter().map(|line| {
            vec![
                line.account.clone(),
                if line.endpoint.is_empty() { "-".into() } else { plain(&line.endpoint) },
                show_coins(line.allowance),
                numbers(&line.buckets),
                numbers(&line.writes),
                if line.is_here { "this one".into() } else { String::new() },
            ]
        });
        table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
    })?;
    Ok(())
}

/// Says where the gateway of the folder is. It signs that itself.
pub(super) async fn announce(common: &Common, folder: &Path, endpoint: &str) -> anyhow::Result<()> {
    check_endpoint(endpoint)?;
    let chain = Config::load(folder)?.chain.context("this gateway has no chain, and nobody asks where it is")?;
    let secret = GatewaySecret::load(&folder.join(KEY_FILE))?;
    let client = Arc::new(RpcClient::connect(&chain.node).await?);
    let submitter = Submitter::new(client, secret.signer().clone());
    let call = GatewayCall::SetEndpoint { account: secret.account(), endpoint: endpoint.to_owned() };
    let outcome = submitter.submit(call.into()).await?;
    show(common.json, &serde_json::json!({ "endpoint": endpoint, "block": outcome.block }), || {
        format!("other gateways of the owner look for this one at {endpoint} from block {} on", outcome.block)
    })?;
    Ok(())
}
