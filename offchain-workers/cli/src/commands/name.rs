//! `idlewild name`

mod register;
mod show;
mod value;

use anyhow::Context;
use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    Call, NameCall, Outcome, Submitter,
};
use idlewild_names_primitives::view::Quote;
use idlewild_storage_primitives::Balance;
use serde::Serialize;

use crate::{
    args::{Common, NameCommand, Renew, Set, SubCommand},
    connection,
    output::{ask_to_pay, show as print},
};

/// Nodes whose deposits one call reclaims.
const RECLAIMED: u32 = 32;

#[derive(Serialize)]
struct Done {
    done: String,
    block: u32,
}

/// Does something with names.
pub async fn run(common: &Common, command: NameCommand) -> anyhow::Result<()> {
    match command {
        NameCommand::Search { name, periods } => show::search(common, &name, periods).await,
        NameCommand::Register(register) => register::run(common, &register).await,
        NameCommand::Renew(wish) => renew(common, &wish).await,
        NameCommand::Set(set) => self::set(common, set).await,
        NameCommand::Get { path, key } => show::get(common, &path, key.as_deref()).await,
        NameCommand::Transfer { path, to } => {
            let to = connection::public_key(common, Some(&to))?;
            send(common, NameCall::Transfer { path: path.clone(), to }, format!("{path} has another owner")).await
        },
        NameCommand::Release { name, yes } => release(common, name, yes).await,
        NameCommand::Ls { path: None } => show::names(common).await,
        NameCommand::Ls { path: Some(path) } => show::children(common, &path).await,
        NameCommand::Sub(SubCommand::Add { parent, label, owner }) => {
            let owner = connection::public_key(common, owner.as_deref())?;
            let said = format!("{parent}/{label} is there");
            send(common, NameCall::CreateSub { parent, label, owner }, said).await
        },
        NameCommand::Sub(SubCommand::Rm { path }) => {
            remove(common, path.clone(), NameCall::RemoveSub { path: path.clone() }, format!("{path} is gone")).await
        },
        NameCommand::Operator { path, who, remove } => {
            let who = connection::public_key(common, Some(&who))?;
            let said = if remove { "may no longer set records" } else { "may set records" };
            send(common, NameCall::SetOperator { path, who, allowed: !remove }, format!("the account {said}")).await
        },
        NameCommand::Reverse { path } => {
            let said = match &path {
                Some(path) => format!("this account goes by {path}"),
                None => "this account goes by no name".into(),
            };
            send(common, NameCall::SetReverse { path }, said).await
        },
    }
}

async fn send(common: &Common, call: NameCall, done: String) -> anyhow::Result<()> {
    let (_, submitter) = connection::submitter(common).await?;
    let outcome = submitter.submit(call.into()).await?;
    tell(common, &outcome, done)
}

fn tell(common: &Common, outcome: &Outcome, done: String) -> anyhow::Result<()> {
    let done = Done { done, block: outcome.block };
    print(common.json, &done, || format!("{}, since block {}", done.done, done.block))?;
    Ok(())
}

async fn set(common: &Common, set: Set) -> anyhow::Result<()> {
    let key = value::key(&set.key)?;
    let record = match &set.value {
        Some(text) => Some(value::record(common, &key, text)?),
        None => None,
    };
    let said = match record {
        Some(_) => format!("{} of {} is set", set.key, set.path),
        None => format!("{} of {} is removed", set.key, set.path),
    };
    send(common, NameCall::SetRecord { path: set.path, key, value: record }, said).await
}

async fn renew(common: &Common, wish: &Renew) -> anyhow::Result<()> {
    let chain = connection::gateway_chain(common).await?;
    let quote = chain.renewal_of_name(&wish.name, wish.periods).await?.map_err(show::unavailable)?;
    let max_price = agree(common, &quote, wish.max_price.as_deref(), wish.yes)?;
    let call = NameCall::Renew { name: wish.name.clone(), periods: wish.periods, max_price };
    send(common, call, format!("{} is paid until {}", wish.name, show::until(&*chain, quote.until).await?)).await
}

/// What may be paid at most, once that is agreed to.
fn agree(common: &Common, quote: &Quote, most: Option<&str>, yes: bool) -> anyhow::Result<Balance> {
    let price = quote.rent.saturating_add(quote.premium);
    let most = match most {
        Some(text) => parse_coins(text).map_err(anyhow::Error::msg)?,
        None => price,
    };
    anyhow::ensure!(
        price <= most,
        "it costs {}, which is more than the {} of --max-price; nothing was done",
        show_coins(price),
        show_coins(most)
    );
    if !yes {
        eprintln!(
            "rent {}, premium {}, deposit {} (comes back)",
            show_coins(quote.rent),
            show_coins(quote.premium),
            show_coins(quote.deposit)
        );
        ask_to_pay(&show_coins(price)).with_context(|| if common.json { "programs give --yes" } else { "not agreed to" })?;
    }
    Ok(most)
}

async fn release(common: &Common, name: String, yes: bool) -> anyhow::Result<()> {
    if !yes {
        eprintln!("anybody can register {name} then, and all of its subnames end; what was paid for it does not come back");
        ask_to_pay("nothing, and to give it up").context("not agreed to")?;
    }
    remove(common, name.clone(), NameCall::Release { name: name.clone() }, format!("{name} is released")).await
}

/// Ends a name or subname, and takes back its deposits.
async fn remove(common: &Common, path: String, call: NameCall, said: String) -> anyhow::Result<()> {
    let chain = connection::gateway_chain(common).await?;
    let node = chain.name(&path).await?.with_context(|| format!("there is no {path}"))?.node;
    let (_, submitter) = connection::submitter(common).await?;
    let outcome = submitter.submit(call.into()).await?;
    reclaim(&submitter, node).await.context("its deposits can be taken back with the same command later")?;
    tell(common, &outcome, said)
}

async fn reclaim(submitter: &Submitter, node: u64) -> anyhow::Result<()> {
    submitter.submit(Call::from(NameCall::Reclaim { node, limit: RECLAIMED })).await?;
    Ok(())
}
