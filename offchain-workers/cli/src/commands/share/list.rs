//! `idlewild shares` and `idlewild publications`

use idlewild_chain_client::{AccountId32, ReadError, ShareClient};
use idlewild_client::share::{publications_of, shares_of, shares_with, PublicationView, Reference, ShareView};
use serde::Serialize;

use super::until_words;
use crate::{
    args::{Common, Shares},
    connection,
    output::{plain, show, table},
    quantities::show_bytes,
};

#[derive(Serialize)]
struct Lists {
    #[serde(skip_serializing_if = "Option::is_none")]
    mine: Option<Vec<Share>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with_me: Option<Vec<Share>>,
}

#[derive(Serialize)]
struct Share {
    share: u64,
    reference: String,
    owner: String,
    /// None of a link.
    with: Option<String>,
    until: Option<u32>,
    /// Whether it can be opened now.
    live: bool,
    root: u64,
    deposit: u128,
}

impl From<ShareView> for Share {
    fn from(view: ShareView) -> Self {
        let address = |account: &[u8; 32]| AccountId32(*account).to_string();
        Self {
            share: view.id,
            reference: Reference::Share { share: view.id, key: None }.to_string(),
            owner: address(&view.owner),
            with: view.audience.account().map(address),
            until: view.until,
            live: view.is_live,
            root: view.root,
            deposit: view.deposit,
        }
    }
}

/// Lists what an account shares, and what is shared with it.
pub async fn shares(common: &Common, which: Shares) -> anyhow::Result<()> {
    let account = connection::public_key(common, None)?;
    let chain = connection::gateway_chain(common).await?;
    let clock = chain.terms().await?.clock;
    let of = |views: Vec<ShareView>| views.into_iter().map(Share::from).collect::<Vec<_>>();
    let lists = Lists {
        mine: match which.with_me {
            false => Some(of(shares_of(&*chain, account).await?)),
            true => None,
        },
        with_me: match which.mine {
            false => Some(of(shares_with(&*chain, account).await?)),
            true => None,
        },
    };
    show(common.json, &lists, || words(&lists, clock))?;
    Ok(())
}

fn words(lists: &Lists, clock: u32) -> String {
    let mut rows = vec![["share", "", "until", ""].map(str::to_owned).to_vec()];
    let state = |share: &Share| if share.live { String::new() } else { "over".to_owned() };
    let row = |share: &Share, whom: String| vec![share.reference.clone(), whom, until_words(share.until, clock), state(share)];
    let mine = lists.mine.iter().flatten();
    rows.extend(
        mine.map(|share| row(share, share.with.as_ref().map_or_else(|| "by link".into(), |with| format!("with {with}")))),
    );
    rows.extend(lists.with_me.iter().flatten().map(|share| row(share, format!("from {}", share.owner))));
    match rows.len() {
        1 => "nothing is shared".into(),
        _ => table(&rows),
    }
}

#[derive(Serialize)]
struct Publication {
    publication: u64,
    reference: String,
    owner: String,
    name: String,
    hash: String,
    length: u64,
    root: u64,
    key: String,
    published: u32,
    deposit: u128,
}

impl From<PublicationView> for Publication {
    fn from(view: PublicationView) -> Self {
        let digits = |bytes: &[u8; 32]| format!("0x{}", hex::encode(bytes));
        Self {
            publication: view.id,
            reference: Reference::Publication(view.id).to_string(),
            owner: AccountId32(view.owner).to_string(),
            name: String::from_utf8_lossy(&view.name).into_owned(),
            hash: digits(&view.hash),
            length: view.length,
            root: view.root,
            key: digits(&view.key),
            published: view.published,
            deposit: view.deposit,
        }
    }
}

/// Lists what an account published.
pub async fn publications(common: &Common, of: Option<&str>) -> anyhow::Result<()> {
    let account = connection::public_key(common, of)?;
    let chain = connection::gateway_chain(common).await?;
    let list = all(&*chain, account).await?;
    show(common.json, &list, || {
        if list.is_empty() {
            return "nothing is published".into();
        }
        let rows =
            list.iter().map(|one| vec![one.reference.clone(), show_bytes(one.length), one.hash.clone(), plain(&one.name)]);
        table(&rows.collect::<Vec<_>>())
    })?;
    Ok(())
}

async fn all(chain: &dyn ShareClient, account: [u8; 32]) -> Result<Vec<Publication>, ReadError> {
    Ok(publications_of(chain, account).await?.into_iter().map(Publication::from).collect())
}

#[cfg(test)]
mod tests {
    use idlewild_shares_primitives::audience::Audience;

    use super::*;

    fn share(id: u64, audience: Audience, is_live: bool) -> Share {
        ShareView { id, owner: [1; 32], root: 9, audience, until: Some(700), is_live, deposit: 5 }.into()
    }

    #[test]
    fn each_share_says_whom_it_concerns_and_none_shows_a_key() {
        let account = Audience::Account { account: [2; 32], sealed: vec![3; 80] };
        let lists = Lists {
            mine: Some(vec![share(1, Audience::Link, true), share(2, account.clone(), false)]),
            with_me: Some(vec![share(3, account, true)]),
        };
        let said = words(&lists, 100);
        let lines: Vec<&str> = said.lines().collect();
        assert!(
            lines[1].starts_with("idlewild:share/1 ") && lines[1].contains("by link") && lines[1].contains("600 blocks"),
            "{said}"
        );
        assert!(lines[2].contains(&format!("with {}", AccountId32([2; 32]))) && lines[2].ends_with("over"), "{said}");
        assert!(lines[3].contains(&format!("from {}", AccountId32([1; 32]))), "{said}");
        let told = serde_json::to_value(&lists).unwrap();
        assert_eq!((&told["mine"][0]["with"], &told["mine"][1]["live"]), (&serde_json::Value::Null, &false.into()));
        assert!(!told.to_string().contains("0303"), "{told}");
        let none = Lists { mine: Some(Vec::new()), with_me: None };
        assert_eq!(words(&none, 100), "nothing is shared");
        assert_eq!(serde_json::to_value(&none).unwrap(), serde_json::json!({ "mine": [] }));
    }
}
