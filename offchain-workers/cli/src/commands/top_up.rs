//! `idlewild top-up`

use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    Call,
};
use serde::Serialize;

use super::{
    chosen::{self, InDoubt},
    Each,
};
use crate::{
    args::{Common, TopUp},
    connection,
    output::show,
};

#[derive(Serialize)]
struct Added {
    added: u128,
    deals: Vec<Each>,
}

/// Adds to the bounties of a file's deals.
pub async fn run(common: &Common, top_up: TopUp) -> anyhow::Result<()> {
    let amount = parse_coins(&top_up.amount).map_err(anyhow::Error::msg)?;
    let session = connection::session(common).await?;
    let listing = session.list().await?;
    let object = chosen::file(&listing, &top_up.path, InDoubt::new(top_up.force, "--force"))?;
    let mut ids: Vec<u64> = object.parts.iter().map(|part| part.segment).collect();
    ids.dedup();
    let mut added = Added { added: 0, deals: Vec::new() };
    for (share, deal) in shares(amount, ids.len()).into_iter().zip(ids) {
        let outcome = session.submitter().submit(Call::TopUp { deal, amount: share }).await;
        if outcome.is_ok() {
            added.added = added.added.saturating_add(share);
        }
        added.deals.push(Each::new(deal, outcome));
    }
    show(common.json, &added, || {
        format!("{} added to the bounties of {} deals", show_coins(added.added), Each::done(&added.deals))
    })?;
    let look = format!("`idlewild stat {:?}` shows what each deal has for bounties", top_up.path);
    Each::all_done(&added.deals, &look)
}

/// An amount in so many even parts; what does not divide goes to the first.
fn shares(amount: u128, parts: usize) -> Vec<u128> {
    let count = parts.max(1) as u128;
    let (even, rest) = (amount / count, amount % count);
    (0..parts as u128).map(|part| even.saturating_add(if part == 0 { rest } else { 0 })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_amount_typed_is_the_amount_added() {
        assert_eq!(shares(10, 3), [4, 3, 3]);
        assert_eq!(shares(10, 1), [10]);
        assert!(shares(10, 0).is_empty());
    }
}
