//! `idlewild gateway grant` and `idlewild gateway withdraw`: which of an owner's gateways have which buckets.

use std::{path::Path, str::FromStr};

use anyhow::Context;
use idlewild_buckets_primitives::view::GatewayView;
use idlewild_chain_client::{AccountId32, BucketCall, Call, GatewayChain, Submitter};
use idlewild_client::seal::{self, Receiver};
use idlewild_gateway::{
    config::Config,
    key_file::GatewaySecret,
    link::buckets::of_gateway,
    owned::{views_of, OwnedBucket},
    KEY_FILE,
};
use idlewild_storage::keys::storage_secret_from_seed;
use serde::Serialize;

use crate::{
    args::{Chosen, Common},
    connection,
    keystore::UnlockedAccount,
    output::{plain, show},
};

/// Calls that go in one transaction.
const BATCH: usize = 32;

#[derive(Serialize)]
struct Done {
    gateway: String,
    buckets: Vec<Bucket>,
}

#[derive(Serialize)]
struct Bucket {
    id: u64,
    name: Option<String>,
}

/// Gives a gateway the keys of buckets.
pub(super) async fn grant(common: &Common, folder: &Path, gateway: Option<&str>, chosen: &Chosen) -> anyhow::Result<()> {
    let common = at_node(common, folder);
    let account = account_of(folder, gateway)?;
    let (owner, chain, submitter) = connection::gateways(&common).await?;
    let record = record_of(&*chain, account, submitter.account()).await?;
    let granted = give(&*chain, &submitter, &owner, &record, chosen).await?;
    tell(&common, &account, granted, "has from now on", "had already all that was asked for")
}

/// Takes buckets from a gateway.
pub(super) async fn withdraw(common: &Common, folder: &Path, gateway: Option<&str>, chosen: &Chosen) -> anyhow::Result<()> {
    let common = at_node(common, folder);
    let account = account_of(folder, gateway)?;
    let (owner, chain, submitter) = connection::gateways(&common).await?;
    record_of(&*chain, account, submitter.account()).await?;
    let (mut calls, mut withdrawn) = (Vec::new(), Vec::new());
    for owned in choose(&*chain, &owner, submitter.account(), chosen).await? {
        let id = owned.view.id;
        if chain.grants(id).await?.iter().any(|holder| holder.gateway == account) {
            calls.push(BucketCall::Withdraw { bucket: id, gateway: account }.into());
            withdrawn.push(Bucket { id, name: owned.name });
        }
    }
    send(&submitter, calls).await.context("the buckets were not taken from the gateway")?;
    if !withdrawn.is_empty() {
        eprintln!("what it wrote and did not send yet is not taken any more; it knows the keys of these buckets still");
    }
    tell(&common, &account, withdrawn, "does not have any more", "had none of them")
}

/// Gives a gateway the keys of those buckets that it has not yet. Returns which.
async fn give(
    chain: &dyn GatewayChain,
    submitter: &Submitter,
    owner: &UnlockedAccount,
    record: &GatewayView,
    chosen: &Chosen,
) -> anyhow::Result<Vec<Bucket>> {
    let (mut calls, mut granted) = (Vec::new(), Vec::new());
    for owned in choose(chain, owner, submitter.account(), chosen).await? {
        let id = owned.view.id;
        if chain.grants(id).await?.iter().any(|holder| holder.gateway == record.account) {
            continue;
        }
        let purpose = of_gateway(&submitter.account(), &record.account);
        let sealed = seal::seal_bytes(&*owned.key, &record.receiver, &purpose)?;
        calls.push(BucketCall::Grant { bucket: id, gateway: record.account, sealed }.into());
        granted.push(Bucket { id, name: owned.name });
    }
    send(submitter, calls).await.context("the gateway was not given the buckets")?;
    Ok(granted)
}

/// Gives a gateway that has just been registered all of its owner's buckets. Returns how many.
pub(super) async fn give_all(
    chain: &dyn GatewayChain,
    submitter: &Submitter,
    owner: &UnlockedAccount,
    account: [u8; 32],
) -> anyhow::Result<usize> {
    let record = record_of(chain, account, submitter.account()).await?;
    let all = Chosen { buckets: Vec::new(), all: true };
    Ok(give(chain, submitter, owner, &record, &all).await?.len())
}

/// Sends calls in as few transactions as there may be. Returns the block of the last one.
pub(super) async fn send(submitter: &Submitter, calls: Vec<Call>) -> anyhow::Result<Option<u32>> {
    let (mut calls, mut block) = (calls.into_iter().peekable(), None);
    while calls.peek().is_some() {
        block = Some(submitter.submit(Call::Batch(calls.by_ref().take(BATCH).collect())).await?.block);
    }
    Ok(block)
}

/// The buckets that were named, each by its name or number, or all of the owner's.
async fn choose(
    chain: &dyn GatewayChain,
    account: &UnlockedAccount,
    owner: [u8; 32],
    chosen: &Chosen,
) -> anyhow::Result<Vec<OwnedBucket>> {
    let receiver = Receiver::of(&storage_secret_from_seed(&account.seed));
    let mut all: Vec<OwnedBucket> = Vec::new();
    if chosen.all {
        for view in views_of(chain, owner).await? {
            // One that cannot be opened keeps nobody from the others.
            match OwnedBucket::open(view, &receiver) {
                Ok(owned) => all.push(owned),
                Err(error) => eprintln!("left out: {error}"),
            }
        }
        return Ok(all);
    }
    for word in &chosen.buckets {
        let owned = OwnedBucket::find(chain, owner, &receiver, word).await?;
        if all.iter().all(|other| other.view.id != owned.view.id) {
            all.push(owned);
        }
    }
    Ok(all)
}

/// The gateway of an address, or that of the folder.
pub(super) fn account_of(folder: &Path, gateway: Option<&str>) -> anyhow::Result<[u8; 32]> {
    match gateway {
        Some(address) => {
            let account = AccountId32::from_str(address);
            let account = account
                .map_err(|_| anyhow::anyhow!("{address} is no address of a gateway: `idlewild gateway ls` shows them"))?;
            Ok(account.0)
        },
        None => Ok(GatewaySecret::load(&folder.join(KEY_FILE))?.account()),
    }
}

/// What the chain has of a gateway of this owner.
pub(super) async fn record_of(chain: &dyn GatewayChain, account: [u8; 32], owner: [u8; 32]) -> anyhow::Result<GatewayView> {
    let record = chain.gateway(account).await?;
    let record = record.context("the chain knows no such gateway: `idlewild gateway init` on its machine registers it")?;
    anyhow::ensure!(record.owner == owner, "this gateway acts for {}, and not for this account", AccountId32(record.owner));
    Ok(record)
}

/// At the node of the folder's gateway, where there is one.
pub(super) fn at_node(common: &Common, folder: &Path) -> Common {
    match Config::load(folder).ok().and_then(|config| config.chain) {
        Some(chain) => Common { node: chain.node, ..common.clone() },
        None => common.clone(),
    }
}

fn tell(common: &Common, account: &[u8; 32], buckets: Vec<Bucket>, words: &str, none: &str) -> anyhow::Result<()> {
    let done = Done { gateway: AccountId32(*account).to_string(), buckets };
    show(common.json, &done, || match done.buckets.is_empty() {
        true => format!("the gateway {} {none}", done.gateway),
        false => {
            let names = done.buckets.iter().map(|bucket| {
                bucket.name.as_deref().map_or_else(|| bucket.id.to_string(), |name| format!("{} ({})", plain(name), bucket.id))
            });
            format!("the gateway {} {words}: {}", done.gateway, names.collect::<Vec<_>>().join(", "))
        },
    })?;
    Ok(())
}
