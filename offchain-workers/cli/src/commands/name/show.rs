//! What is shown of names.

use anyhow::Context;
use idlewild_chain_client::{coins::show_coins, AccountId32, GatewayChain};
use idlewild_names_primitives::{
    record::RecordKey,
    rules::Status,
    view::{NameView, RecordView, Unavailable},
};
use serde::Serialize;

use super::value;
use crate::{
    args::Common,
    connection,
    output::{plain, show as print, table},
    quantities::show_blocks,
};

/// Names of a page.
const PAGE: u32 = 100;

/// Says why a name cannot be had.
pub(super) fn unavailable(reason: Unavailable) -> anyhow::Error {
    match reason {
        Unavailable::BadName => anyhow::anyhow!(
            "that is no name: a name has 3 to 63 letters a to z, digits and hyphens, no hyphen at an edge and no two together"
        ),
        Unavailable::Reserved => anyhow::anyhow!("that name is kept for the network itself"),
        Unavailable::BadPeriods => anyhow::anyhow!("a name is paid for 1 to 10 years ahead, with what is paid already"),
        Unavailable::Taken { .. } => anyhow::anyhow!("the name is taken; `idlewild name get` shows whose it is"),
        Unavailable::LooksLike { name, .. } => {
            let other = plain(&String::from_utf8_lossy(&name));
            anyhow::anyhow!(
                "the name looks like {other}, which is taken: 0 and o, 1, i and l, rn and m, vv and w count as the same"
            )
        },
        Unavailable::NoSuchName => anyhow::anyhow!("there is no such name; `idlewild name register` makes one"),
    }
}

/// Until when something holds, in words.
pub(super) async fn until(chain: &dyn GatewayChain, clock: u32) -> anyhow::Result<String> {
    let now = chain.name_terms().await?.now;
    Ok(format!("block {clock} of the clock, in {}", show_blocks(clock.saturating_sub(now))))
}

#[derive(Serialize)]
struct Found {
    name: String,
    free: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rent: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    premium: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposit: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Shows whether a name is free.
pub(super) async fn search(common: &Common, name: &str, periods: u32) -> anyhow::Result<()> {
    let chain = connection::gateway_chain(common).await?;
    let name = name.to_owned();
    let found = match chain.price_of_name(&name, periods).await? {
        Ok(quote) => Found {
            name,
            free: true,
            rent: Some(quote.rent),
            premium: Some(quote.premium),
            deposit: Some(quote.deposit),
            reason: None,
        },
        Err(reason) => {
            let free_at = match &reason {
                Unavailable::Taken { free } | Unavailable::LooksLike { free, .. } => Some(*free),
                _ => None,
            };
            let mut reason = unavailable(reason).to_string();
            if let Some(free) = free_at {
                reason.push_str(&format!("; unless it is renewed it is free at {}", until(&*chain, free).await?));
            }
            Found { name, free: false, rent: None, premium: None, deposit: None, reason: Some(reason) }
        },
    };
    print(common.json, &found, || match (&found.reason, found.rent) {
        (None, Some(rent)) => {
            let premium = found.premium.filter(|premium| *premium > 0);
            let premium = premium.map_or_else(String::new, |premium| {
                format!(" and a premium of {} that falls from block to block", show_coins(premium))
            });
            let deposit = show_coins(found.deposit.unwrap_or(0));
            format!("{} is free: {}{premium}, and a deposit of {deposit} that comes back", plain(&found.name), show_coins(rent))
        },
        (reason, _) => format!("{}: {}", plain(&found.name), reason.as_deref().unwrap_or("not free")),
    })?;
    Ok(())
}

#[derive(Serialize)]
struct Got {
    path: String,
    owner: String,
    object: String,
    until: u32,
    records: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    key: String,
    value: String,
}

impl Shown {
    fn of(record: &RecordView) -> Self {
        Self { key: value::show_key(&record.key), value: value::show(&record.record) }
    }
}

/// Shows what a path leads to.
pub(super) async fn get(common: &Common, path: &str, key: Option<&str>) -> anyhow::Result<()> {
    let key: Option<RecordKey> = key.map(value::key).transpose()?;
    let chain = connection::gateway_chain(common).await?;
    let found = chain
        .resolve(path)
        .await?
        .with_context(|| format!("{} leads nowhere: no such name is registered, or its time is over", plain(path)))?;
    if let Some(key) = key {
        let record = found.records.iter().find(|record| record.key == key);
        let record = record.with_context(|| format!("{} has no record of {}", plain(path), value::show_key(&key)))?;
        let shown = Shown::of(record);
        print(common.json, &shown, || shown.value.clone())?;
        return Ok(());
    }
    let words = until(&*chain, found.until).await?;
    let got = Got {
        path: String::from_utf8_lossy(&found.path).into_owned(),
        owner: AccountId32(found.owner).to_string(),
        object: path.get(found.rest as usize..).unwrap_or("").trim_start_matches('/').to_owned(),
        until: found.until,
        records: found.records.iter().map(Shown::of).collect(),
    };
    print(common.json, &got, || {
        let mut lines = vec![format!("{}  of {}, until {words}", plain(&got.path), got.owner)];
        if !got.object.is_empty() {
            lines.push(format!("object  {}", plain(&got.object)));
        }
        lines.push(table(&got.records.iter().map(|shown| vec![shown.key.clone(), shown.value.clone()]).collect::<Vec<_>>()));
        lines.join("\n")
    })?;
    Ok(())
}

#[derive(Serialize)]
struct Listed {
    path: String,
    node: u64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<u32>,
    records: usize,
}

impl Listed {
    fn of(view: &NameView) -> Self {
        let status = match view.status {
            Status::Live => "live",
            Status::Grace => "in grace",
            Status::Gone => "gone: release it to get its deposits back",
        };
        let path = String::from_utf8_lossy(&view.path).into_owned();
        Self { path, node: view.node, status, until: view.term.map(|term| term.ends), records: view.records.len() }
    }
}

/// Lists the account's names.
pub(super) async fn names(common: &Common) -> anyhow::Result<()> {
    let owner = connection::public_key(common, None)?;
    let chain = connection::gateway_chain(common).await?;
    let now = chain.name_terms().await?.now;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = chain.names_of(owner, after, PAGE).await?;
        all.extend(page.names.iter().map(Listed::of));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    print(common.json, &all, || {
        let head = ["name", "until", "records", ""].map(str::to_owned).to_vec();
        let rows = all.iter().map(|name| {
            let until = name.until.map_or_else(|| "-".into(), |until| show_blocks(until.saturating_sub(now)));
            vec![plain(&name.path), until, name.records.to_string(), name.status.to_owned()]
        });
        table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
    })?;
    Ok(())
}

#[derive(Serialize)]
struct Child {
    label: String,
    owner: String,
    records: u32,
}

/// Lists what is below a path.
pub(super) async fn children(common: &Common, path: &str) -> anyhow::Result<()> {
    let chain = connection::gateway_chain(common).await?;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = chain.children(path, after, PAGE).await?;
        all.extend(page.children.iter().map(|child| Child {
            label: String::from_utf8_lossy(&child.label).into_owned(),
            owner: AccountId32(child.owner).to_string(),
            records: child.records,
        }));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    print(common.json, &all, || {
        let head = ["subname", "owner", "records"].map(str::to_owned).to_vec();
        let rows = all.iter().map(|child| vec![plain(&child.label), child.owner.clone(), child.records.to_string()]);
        table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
    })?;
    Ok(())
}
