//! Becoming a miner, and keeping the chain's record in step with the configuration.

use std::{sync::Arc, time::Duration};

use idlewild_chain_client::{
    coins::{show_coins, COIN},
    pause::jittered,
    Call, ChainClient, SubmitError, Submitter,
};
use idlewild_network::Identity;
use idlewild_storage_primitives::{receipt::registration_message, view::MinerView, Balance};
use tokio_util::sync::CancellationToken;

use super::RoleError;
use crate::{config::Storing, pause::rest, status::stage::Stage};

/// Pause between two looks at an account that has too few coins.
const POOR: Duration = Duration::from_secs(3);
/// What must be left beside the bond: an account keeps 0.001 coins, and registering costs a small part of the rest.
const LEFT: Balance = COIN / 10;
/// Parts of the names of errors that say that an account has too few coins.
const POOR_NAMES: [&str; 3] = ["NotEnoughCoins", "FundsUnavailable", "BelowMinimum"];
/// Pause before a node that is away is asked again.
const AWAY: Duration = Duration::from_secs(3);

/// Finds this peer key's miner on chain, or registers it as soon as its operator can pay. `None` where `stop` came first, or
/// where the record is gone. A node that is away is waited for. `stage` is told what is waited for.
pub async fn ensure(
    chain: &Arc<dyn ChainClient>,
    submitter: &Submitter,
    identity: &Identity,
    config: &Storing,
    stage: &Stage,
    stop: &CancellationToken,
) -> Result<Option<MinerView>, RoleError> {
    stage.note("waiting for the node to tell of its miner");
    loop {
        let ensured = tokio::select! {
            () = stop.cancelled() => return Ok(None),
            ensured = ensure_now(chain, submitter, identity, config, stage) => ensured,
        };
        match ensured {
            Err(error @ RoleError::TooPoor(_)) => {
                tracing::warn!(%error, "waiting for coins");
                stage.note(format!("waiting for coins at {}: {error}", address(submitter.account())));
            },
            Err(error) if error.is_passing() => {
                tracing::warn!(%error, "waiting for the node");
                stage.note(format!("waiting for the node: {error}"));
            },
            ensured => return ensured,
        }
        if !rest(AWAY, stop).await {
            return Ok(None);
        }
    }
}

async fn ensure_now(
    chain: &Arc<dyn ChainClient>,
    submitter: &Submitter,
    identity: &Identity,
    config: &Storing,
    stage: &Stage,
) -> Result<Option<MinerView>, RoleError> {
    if let Some(record) = chain.miner_of_peer(identity.peer_key()).await? {
        check_operator(&record, submitter.account())?;
        stage.note("waiting for the chain to take what the configuration has changed");
        update(submitter, &record, config).await;
        return Ok(chain.miner(record.id).await?);
    }
    wait_for_coins(chain, submitter, config, stage).await?;
    stage.note("waiting for the chain to register its miner");
    let peer_key = identity.peer_key();
    let message = registration_message(&chain.genesis(), &submitter.account(), &peer_key);
    let call = Call::Register {
        peer_key,
        peer_signature: identity.sign(&message),
        endpoint: config.network.endpoint.clone(),
        capacity: config.storage.capacity,
        price: config.storage.price,
        bond: config.storage.bond,
    };
    match submitter.submit_again(call).await {
        Ok(outcome) => tracing::info!(block = outcome.block, "registered"),
        Err(error) if is_too_poor(&error) => return Err(RoleError::TooPoor(error)),
        // Sent twice because the first answer was lost.
        Err(error) if error.is("Providers", "PeerKeyTaken") => {},
        Err(error) => return Err(error.into()),
    }
    Ok(chain.miner_of_peer(peer_key).await?)
}

async fn wait_for_coins(
    chain: &Arc<dyn ChainClient>,
    submitter: &Submitter,
    config: &Storing,
    stage: &Stage,
) -> Result<(), RoleError> {
    let (account, needed) = (address(submitter.account()), needed(config.storage.bond));
    let mut told = false;
    loop {
        let free = chain.balance(submitter.account()).await?.free;
        if free >= needed {
            return Ok(());
        }
        let words = format!(
            "the operator has {}, and the bond is {}. With fees, and what an account must keep, it needs {}",
            show_coins(free),
            show_coins(config.storage.bond),
            show_coins(needed)
        );
        if !told {
            tracing::warn!(%account, "waiting for coins: {words}");
            told = true;
        }
        stage.note(format!("waiting for coins at {account}: {words}"));
        // Whoever called gives up when it has to stop.
        tokio::time::sleep(jittered(POOR)).await;
    }
}

/// What the operator must have to become a miner: the bond, what its account must keep, and some fees.
pub fn needed(bond: Balance) -> Balance {
    bond.saturating_add(LEFT)
}

/// Whether the chain says that the operator's coins do not suffice.
fn is_too_poor(error: &SubmitError) -> bool {
    match error {
        SubmitError::CannotPay => true,
        // A bond below the least is no lack of coins; the chain has that error of its own.
        SubmitError::Refused { name, .. } => POOR_NAMES.iter().any(|poor| name.contains(poor)),
        _ => false,
    }
}

/// Whether a miner is this operator's: another's key would have every call refused, and pay for each.
pub fn check_operator(record: &MinerView, account: [u8; 32]) -> Result<(), RoleError> {
    match record.operator == account {
        true => Ok(()),
        false => Err(RoleError::OtherOperator {
            miner: record.id,
            registered: address(record.operator),
            configured: address(account),
        }),
    }
}

fn address(account: [u8; 32]) -> String {
    subxt_signer::sr25519::PublicKey(account).to_account_id().to_string()
}

/// Tells the chain what the configuration has changed. What the chain will not take stays as it was: a miner that has promised
/// bytes must go on proving them, whatever its configuration says.
async fn update(submitter: &Submitter, record: &MinerView, config: &Storing) {
    let miner = record.id;
    if record.endpoint != config.network.endpoint.as_bytes() {
        let endpoint = config.network.endpoint.clone();
        tell(submitter, "network.endpoint", Call::SetEndpoint { miner, endpoint }).await;
    }
    if record.price != config.storage.price {
        tell(submitter, "storage.price", Call::SetPrice { miner, price: config.storage.price }).await;
    }
    if record.capacity != config.storage.capacity {
        tell(submitter, "storage.capacity", Call::SetCapacity { miner, capacity: config.storage.capacity }).await;
    }
}

async fn tell(submitter: &Submitter, what: &str, call: Call) {
    match submitter.submit_again(call).await {
        Ok(_) => tracing::info!("the chain knows the new {what}"),
        Err(error) => {
            tracing::warn!(%error, "the chain did not take the new {what} and keeps the old one; mining goes on, and \
            the next start tries again")
        },
    }
}
