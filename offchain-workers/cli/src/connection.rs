//! An unlocked account on a chain and a network.

use std::{str::FromStr, sync::Arc};

use anyhow::{bail, Context};
use idlewild_chain_client::{ChainClient, ComputeClient, GatewayChain, Keypair, RpcClient, Submitter};
use idlewild_client::{bundle::new_key, Session};
use idlewild_network::{Network, NetworkConfig};
use idlewild_storage::keys::{storage_secret_from_seed, StorageSecret};

use crate::{
    args::Common,
    keystore::{folder_of, Keystore, Password, PasswordSource, UnlockedAccount},
};

/// The chain of `--node`.
pub async fn chain(common: &Common) -> anyhow::Result<Arc<dyn ChainClient>> {
    tracing::info!(node = %common.node, "connecting with the node");
    Ok(Arc::new(RpcClient::connect(&common.node).await?))
}

/// The same, for those who have jobs run.
pub async fn compute(common: &Common) -> anyhow::Result<Arc<dyn ComputeClient>> {
    tracing::info!(node = %common.node, "connecting with the node");
    Ok(Arc::new(RpcClient::connect(&common.node).await?))
}

/// The same, for those who have names or gateways.
pub async fn gateway_chain(common: &Common) -> anyhow::Result<Arc<dyn GatewayChain>> {
    tracing::info!(node = %common.node, "connecting with the node");
    Ok(Arc::new(RpcClient::connect(&common.node).await?))
}

/// The account to act for, unlocked, with what knows its gateways.
pub async fn gateways(common: &Common) -> anyhow::Result<(UnlockedAccount, Arc<dyn GatewayChain>, Submitter)> {
    let (account, chain) = account_and_chain(common).await?;
    let submitter = Submitter::new(chain, account.signer.clone());
    Ok((account, gateway_chain(common).await?, submitter))
}

/// An account and the password given for it.
struct Locked {
    keystore: Keystore,
    name: String,
    password: Password,
}

/// The account of `--account`, or the only one.
fn locked(common: &Common) -> anyhow::Result<Locked> {
    let keystore = Keystore::open(folder_of(common.home.as_deref())?)?;
    let name = chosen_name(common, &keystore)?;
    keystore.account(&name)?;
    let password = PasswordSource::new(common.password_file.clone()).enter(&name)?;
    Ok(Locked { keystore, name, password })
}

/// The account, unlocked, and the chain. Passwords are slow to check on purpose; the node is connected with meanwhile.
async fn account_and_chain(common: &Common) -> anyhow::Result<(UnlockedAccount, Arc<dyn ChainClient>)> {
    let Locked { keystore, name, password } = locked(common)?;
    let unlocking = tokio::task::spawn_blocking(move || keystore.unlock(&name, &password));
    let common = common.clone();
    let connecting = tokio::spawn(async move { chain(&common).await });
    // A wrong password is told first, whatever else is wrong.
    let account = unlocking.await??;
    Ok((account, connecting.await??))
}

/// The public key of an account by name or address, or of the account to act for.
pub fn public_key(common: &Common, account: Option<&str>) -> anyhow::Result<[u8; 32]> {
    let keystore = Keystore::open(folder_of(common.home.as_deref())?)?;
    let name = match account {
        Some(account) => {
            if let Ok(address) = idlewild_chain_client::AccountId32::from_str(account) {
                return Ok(address.0);
            }
            account.to_owned()
        },
        None => chosen_name(common, &keystore)?,
    };
    Ok(keystore.account(&name)?.public)
}

fn chosen_name(common: &Common, keystore: &Keystore) -> anyhow::Result<String> {
    if let Some(name) = &common.account {
        return Ok(name.clone());
    }
    let accounts = keystore.list()?.accounts;
    match accounts.as_slice() {
        [only] => Ok(only.name.clone()),
        [] => bail!("there is no account on this machine. Make one with `idlewild account new NAME`"),
        many => {
            let names: Vec<_> = many.iter().map(|account| account.name.as_str()).collect();
            bail!("there are several accounts ({}). Choose one with --account NAME", names.join(", "))
        },
    }
}

/// Sends the account's transactions; needs no network.
pub async fn submitter(common: &Common) -> anyhow::Result<(Arc<dyn ChainClient>, Submitter)> {
    let (account, chain) = account_and_chain(common).await?;
    let submitter = Submitter::new(chain.clone(), account.signer.clone());
    Ok((chain, submitter))
}

/// A session that can store and fetch.
pub async fn session(common: &Common) -> anyhow::Result<Arc<Session>> {
    let (account, chain) = account_and_chain(common).await?;
    let network = network(&*chain)?;
    let secret = storage_secret_from_seed(&account.seed);
    Ok(Arc::new(Session::new(chain, network, account.signer.clone(), secret)))
}

/// The same, with what knows shares and publications.
pub async fn sharing(common: &Common) -> anyhow::Result<(Arc<Session>, Arc<dyn GatewayChain>)> {
    let session = session(common).await?;
    Ok((session, gateway_chain(common).await?))
}

/// The same for whoever has the key of what is read, and so needs no account: it is nobody's.
pub async fn reader(common: &Common) -> anyhow::Result<(Arc<Session>, Arc<dyn GatewayChain>)> {
    let chain = chain(common).await?;
    let network = network(&*chain)?;
    let nobody = Keypair::from_secret_key(new_key()).context("the system gives no randomness")?;
    let session = Session::new(chain, network, nobody, StorageSecret::new(new_key()));
    Ok((Arc::new(session), gateway_chain(common).await?))
}

fn network(chain: &dyn ChainClient) -> anyhow::Result<Network> {
    Network::start(NetworkConfig::of_user(chain.genesis())).context("the network cannot be started")
}
