//! `idlewild gateway retire`

use std::{path::Path, str::FromStr};

use anyhow::Context;
use idlewild_buckets_primitives::view::GatewayView;
use idlewild_chain_client::{coins::show_coins, AccountId32, BucketCall, Call, GatewayCall, GatewayChain};
use idlewild_gateway::link::buckets::granted;
use serde::Serialize;

use super::grant::{account_of, at_node, record_of, send};
use crate::{
    args::Common,
    connection,
    output::{ask, plain, show},
};

#[derive(Serialize)]
struct Retired {
    gateway: String,
    endpoint: String,
    /// What was on hold for it and its access keys.
    deposit: u128,
    /// What it might have spent.
    allowance: u128,
    access_keys: u32,
    /// Those whose keys it had; each grant has a deposit too.
    buckets: Vec<u64>,
    /// What its own account has left.
    fees: u128,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u32>,
}

/// Ends a gateway of the account to act for.
pub(super) async fn run(common: &Common, folder: &Path, gateway: Option<&str>, yes: bool) -> anyhow::Result<()> {
    let common = at_node(common, folder);
    let (_, chain, submitter) = connection::gateways(&common).await?;
    let record = find(&*chain, folder, gateway, submitter.account()).await?;
    let account = record.account;
    let grants = granted(&*chain, account).await?;
    let mut retired = Retired {
        gateway: AccountId32(account).to_string(),
        endpoint: String::from_utf8_lossy(&record.endpoint).into_owned(),
        deposit: record.deposit,
        allowance: record.allowance,
        access_keys: record.credentials,
        buckets: grants.iter().map(|grant| grant.bucket.id).collect(),
        fees: chain.balance(account).await?.free,
        block: None,
    };
    eprintln!("{}", warning(&retired));
    if !yes {
        ask("Retire it?", "nobody is there to agree: give --yes to retire the gateway").await?;
    }
    retired.block = send(&submitter, calls(account, &retired.buckets)).await.context("the gateway was not retired")?;
    show(common.json, &retired, || words(&retired))?;
    Ok(())
}

/// The chain lets a gateway go with its grants, which count for nothing then; but their deposits come back only as each is withdrawn, and
/// afterwards nobody would know of them.
fn calls(account: [u8; 32], buckets: &[u64]) -> Vec<Call> {
    let withdrawals = buckets.iter().map(|bucket| BucketCall::Withdraw { bucket: *bucket, gateway: account }.into());
    withdrawals.chain([GatewayCall::Retire { account }.into()]).collect()
}

/// The gateway of the owner that was named, or that of the folder.
async fn find(chain: &dyn GatewayChain, folder: &Path, gateway: Option<&str>, owner: [u8; 32]) -> anyhow::Result<GatewayView> {
    match gateway {
        Some(place) if AccountId32::from_str(place).is_err() => at(chain.gateways_of(owner).await?, place),
        gateway => record_of(chain, account_of(folder, gateway)?, owner).await,
    }
}

/// The one among these that is at an endpoint.
fn at(mut all: Vec<GatewayView>, place: &str) -> anyhow::Result<GatewayView> {
    all.retain(|record| !place.is_empty() && record.endpoint == place.as_bytes());
    let accounts = all.iter().map(|record| AccountId32(record.account).to_string()).collect::<Vec<_>>().join(" or ");
    match (all.pop(), all.len()) {
        (Some(record), 0) => Ok(record),
        (Some(_), _) => anyhow::bail!("several of your gateways are at {place}: name one by its address, {accounts}"),
        (None, _) => anyhow::bail!(
            "{place:?} is neither the address of a gateway nor where one of yours is: `idlewild gateway ls` shows them"
        ),
    }
}

fn called(retired: &Retired) -> String {
    match retired.endpoint.as_str() {
        "" => retired.gateway.clone(),
        endpoint => format!("{} ({})", retired.gateway, plain(endpoint)),
    }
}

fn warning(retired: &Retired) -> String {
    let Retired { access_keys, deposit, allowance, buckets, fees, .. } = retired;
    let mut text = format!(
        "This ends the gateway {}. From then on it can neither act for you nor be paid for: its {access_keys} access keys open nothing, and \
         it has none of the {} buckets that it has now. What it sent to the miners stays there while its deals last, which another \
         gateway of yours that has the bucket prolongs; what it wrote and did not send yet is not taken any more, so let it `idlewild \
         gateway flush` before. {} come back that are on hold for it and its \
         access keys, and a deposit for each bucket. The {} that it might still spend are in your account, and stay there.",
        called(retired),
        buckets.len(),
        show_coins(*deposit),
        show_coins(*allowance)
    );
    if *fees > 0 {
        text.push_str(&format!(
            " {} for fees are left in its own account, which `idlewild account import` opens with its mnemonic.",
            show_coins(*fees)
        ));
    }
    text
}

fn words(retired: &Retired) -> String {
    let since = retired.block.map_or_else(String::new, |block| format!(" from block {block} on"));
    format!(
        "the gateway {} is retired{since}: {} that were on hold for it are yours again, and it may not spend {} any more",
        called(retired),
        show_coins(retired.deposit),
        show_coins(retired.allowance)
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use idlewild_chain_client::coins::COIN;

    use super::*;
    use crate::args::{Cli, Command, GatewayCommand};

    fn record(account: u8, endpoint: &str) -> GatewayView {
        GatewayView {
            account: [account; 32],
            owner: [9; 32],
            receiver: [0; 32],
            owner_key: [0; 32],
            endpoint: endpoint.into(),
            allowance: 0,
            credentials: 0,
            deposit: 0,
        }
    }

    #[test]
    fn one_is_named_by_where_it_is_if_no_other_is_there() {
        let all = || vec![record(1, "http://a"), record(2, "http://b"), record(3, ""), record(4, "http://b")];
        assert_eq!(at(all(), "http://a").unwrap().account, [1; 32]);
        let said = at(all(), "http://b").unwrap_err().to_string();
        for account in [2, 4] {
            assert!(said.contains(&AccountId32([account; 32]).to_string()), "{said}");
        }
        for nowhere in ["", "http://c"] {
            let said = at(all(), nowhere).unwrap_err().to_string();
            assert!(said.contains("gateway ls"), "{said}");
        }
    }

    #[test]
    fn grants_end_before_their_gateway_does() {
        let account = [7; 32];
        let withdraw = |bucket| BucketCall::Withdraw { bucket, gateway: account }.into();
        assert_eq!(calls(account, &[3, 5]), [withdraw(3), withdraw(5), GatewayCall::Retire { account }.into()]);
        assert_eq!(calls(account, &[]), [GatewayCall::Retire { account }.into()]);
    }

    #[test]
    fn what_it_means_is_said_with_the_amounts_and_a_place_steers_no_terminal() {
        let retired = Retired {
            gateway: "5Gw".into(),
            endpoint: "http://a\u{1b}b".into(),
            deposit: 2 * COIN,
            allowance: 90 * COIN,
            access_keys: 3,
            buckets: vec![1, 2],
            fees: COIN / 2,
            block: None,
        };
        let said = warning(&retired);
        for part in [
            "5Gw (http://a\\u{1b}b)",
            "3 access keys",
            "the 2 buckets",
            "2 IDW come back",
            "90 IDW",
            "0.5 IDW for fees",
            "flush",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!warning(&Retired { fees: 0, ..retired }).contains("fees"));
    }

    #[test]
    fn it_is_said_once_it_is_done() {
        let retired = Retired {
            gateway: "5Gw".into(),
            endpoint: String::new(),
            deposit: 2 * COIN,
            allowance: 90 * COIN,
            access_keys: 0,
            buckets: Vec::new(),
            fees: 0,
            block: Some(12),
        };
        let said = words(&retired);
        assert!(said.contains("5Gw is retired from block 12 on: 2 IDW") && said.contains("90 IDW"), "{said}");
    }

    #[test]
    fn it_is_typed_with_a_gateway_or_without() {
        let typed = |words: &str| match Cli::try_parse_from(words.split(' ')).unwrap().command {
            Command::Gateway(gateway) => match gateway.command {
                GatewayCommand::Retire { gateway, yes } => (gateway, yes),
                _ => panic!("it is another command"),
            },
            _ => panic!("it is another command"),
        };
        assert_eq!(typed("idlewild gateway retire"), (None, false));
        assert_eq!(typed("idlewild gateway retire http://a --yes"), (Some("http://a".into()), true));
    }
}
