//! Becoming a provider, and keeping the chain's record in step with the configuration.

use std::{sync::Arc, time::Duration};

use idlewild_chain_client::{
    coins::{show_coins, COIN},
    ComputeCall, ComputeClient, ReadError, SubmitError, Submitter,
};
use idlewild_compute_primitives::{
    resources::{Attributes, Prices, Resources},
    view::ProviderView,
    Balance,
};
use idlewild_network::Identity;
use idlewild_storage_primitives::receipt::registration_message;
use tokio_util::sync::CancellationToken;

use crate::pause::{after, rest};

/// What must be left beside the bond: an account keeps 0.001 coins, and its calls and deals cost something.
const LEFT: Balance = COIN / 10;
/// The longest pause before it is tried again.
const LONGEST: u32 = 5;

/// Why there is no provider.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The chain refused.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The operator has too few coins.
    #[error("the operator has {}, and to become a provider it needs {}", show_coins(*.free), show_coins(*.needed))]
    TooPoor {
        /// What it has.
        free: Balance,
        /// What it needs.
        needed: Balance,
    },
    /// The peer key belongs to another operator's provider.
    #[error(
        "the peer key is that of provider {0}, which has another operator: use another peer key, or the operator's own secret"
    )]
    OtherOperator(u32),
}

/// What is to stand on chain.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where the provider is reached.
    pub endpoint: String,
    /// What it has.
    pub offered: Resources,
    /// What is true of it.
    pub attributes: Attributes,
    /// What it asks.
    pub prices: Prices,
    /// What it answers with.
    pub bond: Balance,
}

/// Finds this peer key's provider on chain, or registers it as soon as its operator can pay. `None` where `stop` came first.
pub async fn ensure(
    compute: &Arc<dyn ComputeClient>,
    submitter: &Submitter,
    identity: &Identity,
    genesis: [u8; 32],
    wanted: &Wanted,
    stop: &CancellationToken,
) -> Result<Option<ProviderView>, RegisterError> {
    let mut failures = 0u32;
    loop {
        let ensured = tokio::select! {
            () = stop.cancelled() => return Ok(None),
            ensured = ensure_now(compute, submitter, identity, genesis, wanted) => ensured,
        };
        match ensured {
            Ok(Some(provider)) => return Ok(Some(provider)),
            Ok(None) => {},
            Err(error @ RegisterError::OtherOperator(_)) => return Err(error),
            Err(RegisterError::Submit(error @ SubmitError::Refused { .. })) => return Err(error.into()),
            Err(error) => tracing::warn!(%error, "the compute role waits"),
        }
        failures = failures.saturating_add(1).min(LONGEST);
        if !rest(after(failures).min(Duration::from_secs(15)), stop).await {
            return Ok(None);
        }
    }
}

async fn ensure_now(
    compute: &Arc<dyn ComputeClient>,
    submitter: &Submitter,
    identity: &Identity,
    genesis: [u8; 32],
    wanted: &Wanted,
) -> Result<Option<ProviderView>, RegisterError> {
    let peer_key = identity.peer_key();
    if let Some(record) = compute.provider_of_peer(peer_key).await? {
        if record.operator != submitter.account() {
            return Err(RegisterError::OtherOperator(record.id));
        }
        update(submitter, &record, wanted).await;
        return Ok(compute.provider(record.id).await?);
    }
    let (free, needed) = (submitter.balance().await?.free, wanted.bond.saturating_add(LEFT));
    if free < needed {
        return Err(RegisterError::TooPoor { free, needed });
    }
    let message = registration_message(&genesis, &submitter.account(), &peer_key);
    let Wanted { endpoint, offered, attributes, prices, bond } = wanted.clone();
    let peer_signature = identity.sign(&message);
    let call = ComputeCall::RegisterProvider { peer_key, peer_signature, endpoint, offered, attributes, prices, bond };
    match submitter.submit_again(call.into()).await {
        Ok(outcome) => tracing::info!(block = outcome.block, "registered as a provider"),
        // Sent twice because the first answer was lost.
        Err(error) if error.is("Offers", "PeerKeyTaken") => {},
        Err(error) => return Err(error.into()),
    }
    Ok(compute.provider_of_peer(peer_key).await?)
}

/// Changes what has changed. What cannot be changed while there is work is tried again with the next start.
async fn update(submitter: &Submitter, record: &ProviderView, wanted: &Wanted) {
    let provider = record.id;
    let mut calls = Vec::new();
    let (offered, attributes, prices) = (wanted.offered, wanted.attributes, wanted.prices);
    if (record.offered, record.attributes, record.prices) != (offered, attributes, prices) {
        calls.push(ComputeCall::SetOffer { provider, offered, attributes, prices });
    }
    if record.endpoint != wanted.endpoint.as_bytes() {
        calls.push(ComputeCall::SetProviderEndpoint { provider, endpoint: wanted.endpoint.clone() });
    }
    if wanted.bond > record.bond {
        calls.push(ComputeCall::AddProviderBond { provider, amount: wanted.bond.saturating_sub(record.bond) });
    }
    for call in calls {
        if let Err(error) = submitter.submit_again(call.clone().into()).await {
            tracing::warn!(?call, %error, "the chain's record of this provider is not what the configuration says");
        }
    }
}
