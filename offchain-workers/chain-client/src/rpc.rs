//! A node, spoken to through its JSON-RPC port.

mod address;
mod calls;
mod capacity;
mod chain;
mod compute;
mod compute_calls;
mod compute_events;
mod events;
mod gateway_calls;
mod gateway_events;
mod gateways;
mod heads;
mod once;
mod reads;
mod shares;
mod transactions;

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::Duration,
};

use subxt::{
    rpcs::{
        client::{reconnecting_rpc_client::ExponentialBackoff, ReconnectingRpcClient},
        LegacyRpcMethods, RpcClient as Transport,
    },
    OnlineClient, PolkadotConfig,
};

use crate::error::ConnectError;

/// How long a node may take to answer at all.
pub(crate) const ANSWER: Duration = Duration::from_secs(30);
/// Longest pause before a lost node is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// When a node is tried again: never before the first connection stands, so that a wrong address is told at once; afterwards
/// until it is back.
#[derive(Clone)]
struct Comeback {
    stood: Arc<AtomicBool>,
    pauses: ExponentialBackoff,
}

impl Iterator for Comeback {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.stood.load(Ordering::Relaxed).then(|| self.pauses.next()).flatten()
    }
}

/// A connection to a node. It comes back by itself when the node was away.
#[derive(Clone)]
pub struct RpcClient {
    pub(crate) url: String,
    pub(crate) client: OnlineClient<PolkadotConfig>,
    pub(crate) methods: LegacyRpcMethods<subxt::config::RpcConfigFor<PolkadotConfig>>,
}

impl RpcClient {
    /// Connects to the node at `url`, such as `ws://127.0.0.1:9944`, and checks that its chain is one of ours. `http` and
    /// `https` stand for `ws` and `wss`: a node answers both at one port.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        let connecting = Self::connect_now(url);
        match tokio::time::timeout(ANSWER, connecting).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ConnectError::TimedOut { url: url.to_owned(), after: ANSWER }),
        }
    }

    async fn connect_now(url: &str) -> Result<Self, ConnectError> {
        let unreachable = |reason: String| ConnectError::Unreachable { url: url.to_owned(), reason };
        let stood = Arc::new(AtomicBool::new(false));
        let pauses = ExponentialBackoff::from_millis(10).max_delay(LONGEST_PAUSE);
        let transport = ReconnectingRpcClient::builder()
            .request_timeout(ANSWER)
            .retry_policy(Comeback { stood: stood.clone(), pauses })
            .build(address::websocket(url)?)
            .await
            .map_err(|error| unreachable(error.to_string()))?;
        stood.store(true, Ordering::Relaxed);
        let transport = Transport::new(once::Once::new(transport));
        let methods = LegacyRpcMethods::new(transport.clone());
        let client = OnlineClient::from_rpc_client(transport).await.map_err(|error| unreachable(error.to_string()))?;
        let connected = Self { url: url.to_owned(), client, methods };
        connected.check_chain().await?;
        Ok(connected)
    }

    async fn check_chain(&self) -> Result<(), ConnectError> {
        let wrong = |reason: String| ConnectError::WrongChain { url: self.url.clone(), reason };
        let at = self.client.at_current_block().await.map_err(|error| wrong(error.to_string()))?;
        for pallet in ["Providers", "Proofs", "Deals", "Slots", "Repair", "Capacity"] {
            if at.metadata_ref().pallet_by_name(pallet).is_none() {
                return Err(wrong(format!("it has no pallet {pallet}")));
            }
        }
        Ok(())
    }
}
