//! A node, spoken to through its JSON-RPC port.

mod calls;
mod chain;
mod events;
mod heads;
mod reads;
mod transactions;

use std::time::Duration;

use subxt::{
    rpcs::{client::ReconnectingRpcClient, LegacyRpcMethods, RpcClient as Transport},
    OnlineClient, PolkadotConfig,
};

use crate::error::ConnectError;

/// How long a node may take to answer at all.
pub(crate) const ANSWER: Duration = Duration::from_secs(30);
/// How long a transaction may take to be in a final block.
pub(crate) const FINAL: Duration = Duration::from_secs(180);

/// A connection to a node. It comes back by itself when the node was away.
#[derive(Clone)]
pub struct RpcClient {
    pub(crate) url: String,
    pub(crate) client: OnlineClient<PolkadotConfig>,
    pub(crate) methods: LegacyRpcMethods<subxt::config::RpcConfigFor<PolkadotConfig>>,
}

impl RpcClient {
    /// Connects to the node at `url`, such as `ws://127.0.0.1:9944`, and checks that its chain is one of ours.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        let connecting = Self::connect_now(url);
        match tokio::time::timeout(ANSWER, connecting).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ConnectError::TimedOut { url: url.to_owned(), after: ANSWER }),
        }
    }

    async fn connect_now(url: &str) -> Result<Self, ConnectError> {
        let unreachable = |reason: String| ConnectError::Unreachable { url: url.to_owned(), reason };
        // The first connection is not retried: whoever starts a program wants to know at once that the address is wrong.
        let transport = ReconnectingRpcClient::builder()
            .request_timeout(ANSWER)
            .build(url)
            .await
            .map_err(|error| unreachable(error.to_string()))?;
        let transport = Transport::new(transport);
        let methods = LegacyRpcMethods::new(transport.clone());
        let client =
            OnlineClient::from_rpc_client(transport).await.map_err(|error| unreachable(error.to_string()))?;
        let connected = Self { url: url.to_owned(), client, methods };
        connected.check_chain().await?;
        Ok(connected)
    }

    async fn check_chain(&self) -> Result<(), ConnectError> {
        let wrong = |reason: String| ConnectError::WrongChain { url: self.url.clone(), reason };
        let at = self.client.at_current_block().await.map_err(|error| wrong(error.to_string()))?;
        for pallet in ["Providers", "Proofs", "Deals", "Slots", "Repair"] {
            if at.metadata_ref().pallet_by_name(pallet).is_none() {
                return Err(wrong(format!("it has no pallet {pallet}")));
            }
        }
        Ok(())
    }
}
