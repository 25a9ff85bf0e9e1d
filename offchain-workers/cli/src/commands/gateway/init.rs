//! `idlewild gateway init`

use std::path::Path;

use anyhow::{bail, Context};
use idlewild_buckets_primitives::{consent::consent_message, limits::MAX_CONSENT};
use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    AccountId32, Call, GatewayCall, GatewayChain, Submitter,
};
use idlewild_client::seal::Receiver;
use idlewild_files::{
    folder::make,
    whole_file::{self, FileError, OPEN},
};
use idlewild_gateway::{
    config::{Config, FILE},
    key_file::GatewaySecret,
    peers::wire::check_endpoint,
    KEY_FILE,
};
use idlewild_storage::keys::storage_secret_from_seed;
use serde::Serialize;
use zeroize::Zeroizing;

use super::grant;
use crate::{
    args::{Common, Init},
    connection,
    keystore::UnlockedAccount,
    output::{ask_to_pay, show},
};

#[derive(Serialize)]
struct Made {
    folder: String,
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown")]
    mnemonic: Option<Zeroizing<String>>,
    s3: String,
    web: String,
}

fn shown<S: serde::Serializer>(words: &Option<Zeroizing<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    words.as_ref().map(|words| words.as_str()).serialize(serializer)
}

/// Makes a gateway. Broken off, the same command goes on where it stopped.
pub(super) async fn run(common: &Common, folder: &Path, init: &Init) -> anyhow::Result<()> {
    if folder.join(FILE).exists() {
        bail!("a gateway is there already: {}", folder.display());
    }
    make(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let (secret, mnemonic) = secret(folder, init)?;
    let owner = match init.local {
        true => None,
        false => Some(register(common, init, &secret).await?),
    };
    // Last, as a folder with it is a gateway's.
    let text = Config::template(init.s3, init.web, owner.map(|_| common.node.as_str()));
    match whole_file::create(&folder.join(FILE), text.as_bytes(), OPEN) {
        Err(FileError::Exists) => bail!("a gateway is there already: {}", folder.display()),
        made => made.with_context(|| format!("{} cannot be written", folder.join(FILE).display()))?,
    }
    let made = Made {
        folder: folder.display().to_string(),
        account: AccountId32(secret.account()).to_string(),
        owner: owner.map(|owner| AccountId32(owner).to_string()),
        mnemonic,
        s3: format!("http://{}", init.s3),
        web: format!("http://NAME.localhost:{}", init.web.port()),
    };
    show(common.json, &made, || words(&made))?;
    Ok(())
}

fn words(made: &Made) -> String {
    let mut text = format!("a gateway was made in {}\n", made.folder);
    if let Some(owner) = &made.owner {
        text.push_str(&format!("it is the account {}, and acts for {owner} within its allowance\n", made.account));
    }
    if let Some(words) = &made.mnemonic {
        text.push_str(&format!(
            "\nIts mnemonic, from which it can be built anew (it is no account of yours and can do only what you allow it):\n\n    {}\n\n",
            words.as_str()
        ));
    }
    text.push_str("next: `idlewild gateway key new` makes an access key, `idlewild gateway start` runs it");
    text
}

/// The gateway's own secret: a new one, or one that is known already.
fn secret(folder: &Path, init: &Init) -> anyhow::Result<(GatewaySecret, Option<Zeroizing<String>>)> {
    let key = folder.join(KEY_FILE);
    if let Some(file) = &init.mnemonic_file {
        let words = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        return Ok((GatewaySecret::import(&key, &Zeroizing::new(words))?, None));
    }
    // Of an init that was broken off: nothing is in it yet that other words could not have as well, but it may be registered.
    if key.exists() {
        return Ok((GatewaySecret::load(&key)?, None));
    }
    let (secret, words) = GatewaySecret::create(&key)?;
    Ok((secret, Some(words)))
}

/// Registers the gateway for the account to act for, with its allowance and with coins for fees. Returns the owner.
async fn register(common: &Common, init: &Init, secret: &GatewaySecret) -> anyhow::Result<[u8; 32]> {
    let allowance = parse_coins(&init.allowance).map_err(anyhow::Error::msg)?;
    let fees = parse_coins(&init.fees).map_err(anyhow::Error::msg)?;
    let (account, chain, submitter) = connection::gateways(common).await?;
    let owner = submitter.account();
    let endpoint = init.endpoint.clone().unwrap_or_else(|| format!("http://{}", init.s3));
    check_endpoint(&endpoint)?;
    if let Some(record) = chain.gateway(secret.account()).await? {
        // Built anew from its mnemonic, or broken off after this.
        anyhow::ensure!(
            record.owner == owner,
            "this gateway acts for {}, which has to give it up first",
            AccountId32(record.owner)
        );
        if record.endpoint != endpoint.as_bytes() {
            let call = GatewayCall::SetEndpoint { account: secret.account(), endpoint };
            submitter.submit(call.into()).await.context("the chain was not told where the gateway is")?;
        }
        grant_all(init, &*chain, &submitter, &account, secret).await?;
        return Ok(owner);
    }
    if !init.yes {
        eprintln!(
            "the gateway may spend {} of your coins on deals, and gets {} for its own fees; a deposit comes back with `idlewild gateway \
             retire`",
            show_coins(allowance),
            show_coins(fees)
        );
        ask_to_pay(&show_coins(fees))?;
    }
    let until = chain.terms().await?.clock.saturating_add(MAX_CONSENT / 2);
    let receiver = secret.receiver().public();
    let owner_key = Receiver::of(&storage_secret_from_seed(&account.seed)).public();
    let consent = consent_message(&chain.genesis(), &owner, &secret.account(), &receiver, endpoint.as_bytes(), until);
    let register = GatewayCall::Register {
        account: secret.account(),
        receiver,
        owner_key,
        endpoint,
        allowance,
        until,
        signature: secret.signer().sign(&consent).0,
    };
    let fund = Call::TransferCoins { to: secret.account(), amount: fees };
    submitter.submit(Call::Batch(vec![register.into(), fund])).await.context("the gateway was not registered")?;
    grant_all(init, &*chain, &submitter, &account, secret).await?;
    Ok(owner)
}

/// Gives it its owner's buckets, where that is asked for.
async fn grant_all(
    init: &Init,
    chain: &dyn GatewayChain,
    submitter: &Submitter,
    account: &UnlockedAccount,
    secret: &GatewaySecret,
) -> anyhow::Result<()> {
    if init.grant_all {
        let granted = grant::give_all(chain, submitter, account, secret.account()).await?;
        eprintln!("it has {granted} more buckets of yours");
    }
    Ok(())
}
