//! `idlewild transfer`

use anyhow::bail;
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
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
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
        let (block, error) = match outcome {
            Ok(outcome) => (Some(outcome.block), None),
            Err(error) => (None, Some(error.to_string())),
        };
        sent.push(Sent { to: AccountId32(to).to_string(), amount, block, error });
    }
    let line = |Sent { to, amount, block, error }: &Sent| match (block, error) {
        (Some(block), _) => format!("{} to {to} in block {block}", show_coins(*amount)),
        (None, error) => format!("NOT {} to {to}: {}", show_coins(*amount), error.as_deref().unwrap_or_default()),
    };
    show(common.json, &sent, || sent.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    let failed = sent.iter().filter(|sent| sent.error.is_some()).count();
    if failed > 0 {
        bail!("{failed} of {} transfers did not go through; the others did. Send to those alone again", sent.len());
    }
    Ok(())
}
