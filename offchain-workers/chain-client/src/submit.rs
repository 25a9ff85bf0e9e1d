//! One account's extrinsics: in order, numbered soundly, each with an answer.

use std::{sync::Arc, time::Duration};

use idlewild_storage_primitives::Balance;
use tokio::sync::Mutex;

use crate::{
    call::Call,
    client::{ChainClient, Pending},
    error::{ReadError, SubmitError},
    event::Event,
    holdings::AccountBalance,
    pause::jittered,
    Keypair,
};

/// What an extrinsic did.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The block that it is in.
    pub block: u32,
    /// That block's hash.
    pub block_hash: [u8; 32],
    /// What happened because of it.
    pub events: Vec<Event>,
}

/// Times that a call is tried before its last error is reported.
const TRIES: u32 = 5;
/// Pause before the second try; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Sends the extrinsics of one account.
///
/// Numbers are handed out here, so that several calls can be under way at once. A number whose fate is unknown makes the next
/// call ask the node afresh.
pub struct Submitter {
    chain: Arc<dyn ChainClient>,
    signer: Keypair,
    next: Mutex<Option<u64>>,
}

impl Submitter {
    /// Sends for `signer`.
    pub fn new(chain: Arc<dyn ChainClient>, signer: Keypair) -> Self {
        Self { chain, signer, next: Mutex::new(None) }
    }

    /// The account that signs.
    pub fn account(&self) -> [u8; 32] {
        self.signer.public_key().0
    }

    /// The account's coins.
    pub async fn balance(&self) -> Result<AccountBalance, ReadError> {
        self.chain.balance(self.account()).await
    }

    /// What a call costs at most now, in plancks. Nothing is sent.
    pub async fn fee(&self, call: Call) -> Result<Balance, ReadError> {
        self.chain.fee(&self.signer, call).await
    }

    /// Sends a call once and waits for what it did. Tries again only where the node certainly did not take it.
    pub async fn submit(&self, call: Call) -> Result<Outcome, SubmitError> {
        self.submit_since(call, None).await
    }

    /// The same, on chains with a block alone where one is given: [`ChainClient::send_since`].
    pub async fn submit_since(&self, call: Call, block: Option<[u8; 32]>) -> Result<Outcome, SubmitError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let error = match self.send(call.clone(), block).await {
                Ok(pending) => return self.watch(pending, block.is_some()).await,
                Err(error) => error,
            };
            if tried >= TRIES || !matches!(error, SubmitError::Nonce) {
                return Err(error);
            }
            pause(tried).await;
        }
    }

    /// Sends a call that does no harm when it is sent twice, and tries again where its fate is unknown.
    pub async fn submit_again(&self, call: Call) -> Result<Outcome, SubmitError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let outcome = match self.send(call.clone(), None).await {
                Ok(pending) => self.watch(pending, false).await,
                Err(error) => Err(error),
            };
            match outcome {
                Err(error) if tried < TRIES && error.is_passing() => {
                    tracing::debug!(%error, tried, "a transaction did not go through; trying again");
                    pause(tried).await;
                },
                outcome => return outcome,
            }
        }
    }

    async fn send(&self, call: Call, since: Option<[u8; 32]>) -> Result<Pending, SubmitError> {
        let mut next = self.next.lock().await;
        let nonce = match *next {
            Some(nonce) => nonce,
            None => {
                let asked = self.chain.next_nonce(self.account()).await;
                asked.map_err(|error| SubmitError::Rpc(error.to_string()))?
            },
        };
        // Unknown until the node has taken it.
        *next = None;
        let pending = self.chain.send_since(&self.signer, nonce, call, since).await?;
        *next = nonce.checked_add(1);
        Ok(pending)
    }

    async fn watch(&self, pending: Pending, is_urgent: bool) -> Result<Outcome, SubmitError> {
        let outcome = pending.await;
        // What is told of an urgent one is not final: with the block that tells it the number may be free again.
        if is_urgent || outcome.as_ref().is_err_and(|error| !matches!(error, SubmitError::Refused { .. })) {
            *self.next.lock().await = None;
        }
        outcome
    }
}

async fn pause(tried: u32) {
    let base = FIRST_PAUSE.saturating_mul(1u32.checked_shl(tried.saturating_sub(1)).unwrap_or(1));
    tokio::time::sleep(jittered(base)).await;
}
