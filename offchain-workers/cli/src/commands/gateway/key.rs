//! `idlewild gateway key`

use std::path::Path;

use anyhow::{bail, Context};
use idlewild_buckets_primitives::{
    scopes::{Rights, Scopes},
    view::CredentialView,
};
use idlewild_chain_client::{Event, GatewayCall, GatewayClient, GatewayEvent, Pages, ReadError};
use idlewild_gateway::{
    config::Config,
    credentials::{self, KeyId},
    key_file::GatewaySecret,
    local_keys::{IssuedKey, LocalKeys},
    KEY_FILE,
};
use serde::Serialize;

use crate::{
    args::{Common, KeyCommand},
    connection,
    output::{show, table},
};

/// Keys of a page.
const PAGE: u32 = 100;

/// The rights, by the words that they are typed as.
const RIGHTS: [(&str, Rights); 5] = [
    ("read", Rights::READ),
    ("list", Rights::LIST),
    ("write", Rights::WRITE),
    ("delete", Rights::DELETE),
    ("configure", Rights::CONFIGURE),
];

#[derive(Serialize)]
struct Shown {
    access_key_id: String,
    generation: u32,
    rights: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    buckets: Option<Vec<u64>>,
}

/// Does something with access keys.
pub(super) async fn run(common: &Common, folder: &Path, command: KeyCommand) -> anyhow::Result<()> {
    let config = Config::load(folder)?;
    let secret = GatewaySecret::load(&folder.join(KEY_FILE))?;
    match config.chain {
        None => of_folder(common, &LocalKeys::of(folder, secret), command),
        Some(chain) => {
            let common = Common { node: chain.node, ..common.clone() };
            of_chain(&common, &secret, command).await
        },
    }
}

/// The keys of a gateway without a chain.
fn of_folder(common: &Common, keys: &LocalKeys, command: KeyCommand) -> anyhow::Result<()> {
    match command {
        KeyCommand::New { buckets, .. } if !buckets.is_empty() => {
            bail!("a gateway without a chain has no numbers of buckets: its keys are for all of them")
        },
        KeyCommand::New { rights, .. } => tell(common, &keys.issue(rights_of(&rights)?)?),
        KeyCommand::Rotate { access_key } => tell(common, &keys.rotate(&access_key)?),
        KeyCommand::Revoke { access_key } => {
            keys.revoke(&access_key)?;
            tell_revoked(common, &access_key)
        },
        KeyCommand::Ls => {
            let keys = keys.list()?.into_iter().map(|(id, key)| Shown {
                access_key_id: id.to_string(),
                generation: key.generation,
                rights: words_of(key.rights),
                buckets: None,
            });
            list(common, &keys.collect::<Vec<_>>())
        },
    }
}

/// The keys that stand on chain: the owner changes them.
async fn of_chain(common: &Common, secret: &GatewaySecret, command: KeyCommand) -> anyhow::Result<()> {
    let account = secret.account();
    let number_of = |text: &str| {
        let id = KeyId::parse(text)?;
        anyhow::ensure!(id.is_of(&account), "{text} is an access key of another gateway");
        Ok(id.number)
    };
    let issued = |number: u32, generation: u32, rights: Rights| -> anyhow::Result<IssuedKey> {
        let id = KeyId::new(&account, number);
        let secret_access_key = credentials::secret(secret.seed(), &account, &id, generation)?;
        Ok(IssuedKey { access_key_id: id.to_string(), secret_access_key, rights })
    };
    if let KeyCommand::Ls = command {
        let chain = connection::gateway_chain(common).await?;
        let all = keys_of(&*chain, account).await?.into_iter().map(|view| Shown {
            access_key_id: KeyId::new(&account, view.key).to_string(),
            generation: view.generation,
            rights: words_of(view.scopes.rights),
            buckets: view.scopes.buckets,
        });
        return list(common, &all.collect::<Vec<_>>());
    }
    let (_, chain, submitter) = connection::gateways(common).await?;
    match command {
        KeyCommand::New { rights, buckets } => {
            let rights = rights_of(&rights)?;
            let scopes = Scopes { rights, buckets: Some(buckets).filter(|buckets| !buckets.is_empty()) };
            let call = GatewayCall::Issue { account, user: submitter.account(), scopes };
            let outcome = submitter.submit(call.into()).await.context("the key was not made")?;
            let key = outcome.events.iter().find_map(|event| match event {
                Event::Gateway(GatewayEvent::Issued { key, .. }) => Some(*key),
                _ => None,
            });
            tell(common, &issued(key.context("the key was made; `idlewild gateway key ls` shows it")?, 0, rights)?)
        },
        KeyCommand::Rotate { access_key } => {
            let key = number_of(&access_key)?;
            submitter.submit(GatewayCall::Rotate { account, key }.into()).await.context("the secret was not changed")?;
            let view = chain.credential(account, key).await?.context("there is no such key any more")?;
            tell(common, &issued(key, view.generation, view.scopes.rights)?)
        },
        KeyCommand::Revoke { access_key } => {
            let key = number_of(&access_key)?;
            submitter.submit(GatewayCall::Revoke { account, key }.into()).await.context("the key was not revoked")?;
            tell_revoked(common, &access_key)
        },
        KeyCommand::Ls => Ok(()),
    }
}

/// The keys of a gateway, by number.
async fn keys_of(chain: &dyn GatewayClient, account: [u8; 32]) -> Result<Vec<CredentialView>, ReadError> {
    Pages::new(PAGE, |key: &CredentialView| key.key, |after, limit| chain.credentials(account, after, limit)).all().await
}

fn tell_revoked(common: &Common, access_key: &str) -> anyhow::Result<()> {
    show(common.json, &serde_json::json!({ "revoked": access_key }), || format!("{access_key} opens nothing any more"))?;
    Ok(())
}

fn list(common: &Common, all: &[Shown]) -> anyhow::Result<()> {
    show(common.json, &all, || {
        let head = ["access key", "generation", "rights", "buckets"].map(str::to_owned).to_vec();
        let rows = all.iter().map(|key| {
            let buckets = key
                .buckets
                .as_ref()
                .map_or_else(|| "all".to_owned(), |buckets| buckets.iter().map(u64::to_string).collect::<Vec<_>>().join(","));
            vec![key.access_key_id.clone(), key.generation.to_string(), key.rights.clone(), buckets]
        });
        table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
    })?;
    Ok(())
}

fn tell(common: &Common, key: &IssuedKey) -> anyhow::Result<()> {
    show(common.json, key, || {
        format!(
            "access key id      {}\nsecret access key  {}\nrights             {}\n\nWhoever has both can do this with the gateway's buckets.",
            key.access_key_id,
            key.secret_access_key.as_str(),
            words_of(key.rights)
        )
    })?;
    Ok(())
}

fn rights_of(words: &[String]) -> anyhow::Result<Rights> {
    let mut rights = Rights::default();
    for word in words {
        let known = RIGHTS.iter().find(|(name, _)| name == word).map(|(_, right)| *right);
        let Some(right) = known.or_else(|| (word == "all").then_some(Rights::ALL)) else {
            bail!("{word:?} is no right: they are read, list, write, delete, configure, and all");
        };
        rights = rights.and(right);
    }
    Ok(rights)
}

fn words_of(rights: Rights) -> String {
    let words: Vec<&str> = RIGHTS.iter().filter(|(_, right)| rights.contains(*right)).map(|(name, _)| *name).collect();
    words.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_typed_as_words_and_shown_as_words() {
        let words = |list: &str| list.split(',').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(rights_of(&words("read,list")).unwrap(), Rights::READ.and(Rights::LIST));
        assert_eq!(rights_of(&words("all")).unwrap(), Rights::ALL);
        assert!(rights_of(&words("read,fly")).unwrap_err().to_string().contains("fly"));
        assert_eq!(words_of(Rights::ALL), "read,list,write,delete,configure");
    }
}
