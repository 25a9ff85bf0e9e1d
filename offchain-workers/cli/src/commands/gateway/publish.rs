//! `idlewild gateway publish`

use std::path::Path;

use anyhow::Context;
use idlewild_chain_client::{BucketCall, SubmitError};
use idlewild_client::seal::Receiver;
use idlewild_gateway::owned::OwnedBucket;
use idlewild_storage::keys::storage_secret_from_seed;
use serde::Serialize;

use super::grant::at_node;
use crate::{
    args::Common,
    connection,
    output::{ask, plain, show},
};

#[derive(Serialize)]
struct Published {
    bucket: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// None where it was public before.
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u32>,
}

/// Puts a bucket's key on chain. The owner does that itself: no gateway may.
pub(super) async fn run(common: &Common, folder: &Path, bucket: &str, yes: bool) -> anyhow::Result<()> {
    let common = at_node(common, folder);
    let (account, chain, submitter) = connection::gateways(&common).await?;
    let receiver = Receiver::of(&storage_secret_from_seed(&account.seed));
    let OwnedBucket { view, name, key } = OwnedBucket::find(&*chain, submitter.account(), &receiver, bucket).await?;
    let mut published = Published { bucket: view.id, name, block: None };
    if view.public.is_none() {
        eprintln!("{}", warning(&called(&published)));
        if !yes {
            ask("Make all of it public for ever?", "nobody is there to agree: give --yes to make all of it public for ever")
                .await?;
        }
        let call = BucketCall::Publish { bucket: view.id, key: *key };
        published.block = match submitter.submit(call.into()).await {
            Ok(outcome) => Some(outcome.block),
            // It was made so a moment ago, of which the chain did not tell yet.
            Err(SubmitError::Refused { pallet, name, .. }) if pallet == "Buckets" && name == "AlreadyPublic" => None,
            Err(error) => return Err(error).context("the bucket was not made public"),
        };
    }
    show(common.json, &published, || words(&published))?;
    Ok(())
}

fn called(published: &Published) -> String {
    match &published.name {
        Some(name) => format!("{} (number {} on chain)", plain(name), published.bucket),
        None => published.bucket.to_string(),
    }
}

fn warning(called: &str) -> String {
    format!(
        "This puts the key of bucket {called} on chain. From then on anybody can read everything in it: every object with its name and its \
         metadata, every old and deleted version that is on the network still, and all that is written to it later. Its policy and its \
         ACLs keep nobody out. This cannot be undone: what was once on a chain stays known."
    )
}

fn words(published: &Published) -> String {
    let Published { bucket, block, .. } = published;
    let since = match block {
        Some(block) => format!("is public from block {block} on"),
        None => "was public before".to_owned(),
    };
    format!("bucket {} {since}: any gateway shows it at /bucket/{bucket}/ and under names that lead to it", called(published))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_means_is_said_and_a_name_steers_no_terminal() {
        let published = Published { bucket: 7, name: Some("a\u{1b}b".into()), block: Some(9) };
        let text = warning(&called(&published));
        assert!(text.contains("a\\u{1b}b (number 7 on chain)") && text.contains("old and deleted version"));
        assert!(text.contains("cannot be undone"));
        assert!(words(&published).contains("from block 9 on") && words(&published).contains("/bucket/7/"));
        assert!(words(&Published { block: None, ..published }).contains("was public before"));
    }
}
