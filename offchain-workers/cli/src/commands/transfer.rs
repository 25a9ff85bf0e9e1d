//! `idlewild transfer`

use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    AccountId32, Call,
};
use serde::Serialize;

use crate::{
    args::{Common, Transfer},
    connection,
    output::show,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    to: String,
    amount: u128,
    block: u32,
}

/// Sends coins to one account after the other.
pub async fn run(common: &Common, transfer: Transfer) -> anyhow::Result<()> {
    let amount = parse_coins(&transfer.amount).map_err(anyhow::Error::msg)?;
    // All of them are read before any coin is sent.
    let receivers: Vec<[u8; 32]> =
        transfer.to.iter().map(|to| connection::public_key(common, Some(to))).collect::<Result<_, _>>()?;
    let (_, submitter) = connection::submitter(common).await?;
    // Sent together, numbered in order; each is waited for.
    let sending = receivers.iter().map(|to| submitter.submit(Call::TransferCoins { to: *to, amount }));
    let outcomes = futures::future::join_all(sending).await;
    let mut sent = Vec::new();
    for (to, outcome) in receivers.into_iter().zip(outcomes) {
        sent.push(Sent { to: AccountId32(to).to_string(), amount, block: outcome?.block });
    }
    show(common.json, &sent, || {
        let line = |sent: &Sent| format!("{} to {} in block {}", show_coins(sent.amount), sent.to, sent.block);
        sent.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(())
}
