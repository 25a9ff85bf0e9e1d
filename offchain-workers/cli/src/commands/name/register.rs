//! `idlewild name register`

use std::time::Duration;

use anyhow::{bail, Context};
use futures::StreamExt;
use idlewild_chain_client::{coins::show_coins, NameCall};
use idlewild_names_primitives::commitment::commitment;
use serde::Serialize;

use super::{agree, show};
use crate::{
    args::{Common, Register},
    connection,
    output::{plain, show as print},
};

/// How long to wait for the blocks between commitment and registration.
const PATIENCE: Duration = Duration::from_secs(600);

#[derive(Serialize)]
struct Registered {
    name: String,
    node: u64,
    paid: u128,
    until: u32,
    block: u32,
}

/// Registers a name. Broken off, the same command goes on where it stopped.
pub(super) async fn run(common: &Common, wish: &Register) -> anyhow::Result<()> {
    let (account, chain, submitter) = connection::gateways(common).await?;
    let name = &wish.name;
    let quote = chain.price_of_name(name, wish.periods).await?.map_err(show::unavailable)?;
    let max_price = agree(common, &quote, wish.max_price.as_deref(), wish.yes)?;
    let rules = chain.name_terms().await?;
    let owner = submitter.account();
    // Nothing has to be kept for going on later: the secret of a commitment follows from the account and the time. It changes as often
    // as a commitment may be old, so that what one registration told does not give away the next.
    let age = rules.rules.max_age.max(1);
    let salt = |round: u32| {
        let mut hasher = blake3::Hasher::new_keyed(&blake3::derive_key("idlewild name commitment 1", account.seed.as_ref()));
        hasher.update(&chain.genesis()).update(&round.to_le_bytes()).update(name.as_bytes());
        *hasher.finalize().as_bytes()
    };
    let round = rules.now / age;
    let hash_of = |salt: &[u8; 32]| commitment(&chain.genesis(), name.as_bytes(), &owner, salt);
    let current = salt(round);
    // One of a try before may have been made in the round before this one.
    let earlier = salt(round.saturating_sub(1));
    let mut heads = chain.finalized_heads().await?;
    let begun = match chain.commitment(owner, hash_of(&earlier)).await? {
        Some(at) if rules.now.saturating_sub(at).saturating_add(rules.rules.min_age) < age => Some((earlier, at)),
        _ => chain.commitment(owner, hash_of(&current)).await?.map(|at| (current, at)),
    };
    let (salt, committed) = match begun {
        Some(begun) => begun,
        None => {
            submitter.submit(NameCall::Commit { hash: hash_of(&current) }.into()).await?;
            let at = chain.commitment(owner, hash_of(&current)).await?;
            (current, at.context("the commitment is not there although it was made; give the command again")?)
        },
    };
    let ready = committed.saturating_add(rules.rules.min_age);
    if !common.json {
        eprintln!("committed; {} can be told in {} blocks", plain(name), ready.saturating_sub(rules.now));
    }
    let waiting = async {
        while let Some(head) = heads.next().await {
            if head?.clock >= ready {
                return Ok(());
            }
        }
        bail!("the node tells of no more blocks; give the command again, it goes on where it stopped")
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.context("the chain stands still; give the command again, it goes on where it stopped")??;
    let call = NameCall::Register { name: name.clone(), salt, periods: wish.periods, max_price };
    let outcome = submitter.submit(call.into()).await?;
    let view = chain.name(name).await?.context("the name was registered and is not there; ask `idlewild name get`")?;
    let until = view.term.map_or(0, |term| term.ends);
    let paid = quote.rent.saturating_add(quote.premium);
    let done = Registered { name: name.clone(), node: view.node, paid, until, block: outcome.block };
    let words = show::until(&*chain, until).await?;
    print(common.json, &done, || format!("{} is yours until {words}, for {} at most", plain(name), show_coins(paid)))?;
    Ok(())
}
