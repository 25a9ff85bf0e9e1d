//! A transport that sends a transaction once.
//!
//! The client above it knows several ways to hand in a transaction, and tries the next with the same bytes whenever one fails:
//! also where the connection broke after the node had taken them. What the second try is told then, that the transaction is known
//! or out of date, would be believed of the first, and it would be paid a second time.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use sp_crypto_hashing::blake2_256;
use subxt::rpcs::{
    client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT},
    Error,
};

/// The ways to hand in a transaction.
const SUBMITS: [&str; 2] = ["transactionWatch_v1_submitAndWatch", "author_submitAndWatchExtrinsic"];
/// Transactions that are remembered; those that the client tries again come within moments.
const REMEMBERED: usize = 64;

/// A transaction was about to be sent again, after an answer was lost.
#[derive(Debug, thiserror::Error)]
#[error("the connection broke while the transaction was being sent, so that the node may have it")]
struct SentBefore;

/// The transport within, but for what it has sent already.
pub(super) struct Once<C> {
    inner: C,
    /// The digests of what was sent and not certainly refused, the oldest first.
    sent: Mutex<VecDeque<[u8; 32]>>,
}

impl<C> Once<C> {
    pub(super) fn new(inner: C) -> Self {
        Self { inner, sent: Mutex::default() }
    }

    /// Remembers a transaction. Returns whether it is new.
    fn remember(&self, transaction: [u8; 32]) -> bool {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.contains(&transaction) {
            return false;
        }
        if sent.len() == REMEMBERED {
            sent.pop_front();
        }
        sent.push_back(transaction);
        true
    }

    fn forget(&self, transaction: [u8; 32]) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).retain(|known| *known != transaction);
    }
}

impl<C: RpcClientT> RpcClientT for Once<C> {
    fn request_raw<'a>(&'a self, method: &'a str, params: Option<Box<RawValue>>) -> RawRpcFuture<'a, Box<RawValue>> {
        self.inner.request_raw(method, params)
    }

    fn subscribe_raw<'a>(
        &'a self,
        sub: &'a str,
        params: Option<Box<RawValue>>,
        unsub: &'a str,
    ) -> RawRpcFuture<'a, RawRpcSubscription> {
        if !SUBMITS.contains(&sub) {
            return self.inner.subscribe_raw(sub, params, unsub);
        }
        Box::pin(async move {
            let transaction = blake2_256(params.as_ref().map_or("", |params| params.get()).as_bytes());
            if !self.remember(transaction) {
                return Err(Error::Client(Box::new(SentBefore)));
            }
            let outcome = self.inner.subscribe_raw(sub, params, unsub).await;
            // A node that answers with an error has not taken it.
            if matches!(outcome, Err(Error::User(_))) {
                self.forget(transaction);
            }
            outcome
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    };

    use subxt::rpcs::{
        client::{rpc_params, RpcClient},
        UserError,
    };

    use super::*;

    /// A node that counts what reaches it, and answers as it is told.
    struct Node {
        reached: Arc<AtomicUsize>,
        answer: fn() -> Error,
    }

    impl RpcClientT for Node {
        fn request_raw<'a>(&'a self, _: &'a str, _: Option<Box<RawValue>>) -> RawRpcFuture<'a, Box<RawValue>> {
            Box::pin(async { Err((self.answer)()) })
        }

        fn subscribe_raw<'a>(
            &'a self,
            _: &'a str,
            _: Option<Box<RawValue>>,
            _: &'a str,
        ) -> RawRpcFuture<'a, RawRpcSubscription> {
            self.reached.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Err((self.answer)()) })
        }
    }

    /// Hands the same bytes in by every way, and tells how often they reached the node, and the last error.
    async fn tried_everywhere(answer: fn() -> Error) -> (usize, String) {
        let reached = Arc::new(AtomicUsize::new(0));
        let client = RpcClient::new(Once::new(Node { reached: reached.clone(), answer }));
        let mut last = String::new();
        for way in SUBMITS.iter().chain(&SUBMITS) {
            let outcome = client.subscribe::<String>(way, rpc_params!["0x0102"], "unwatch").await;
            last = outcome.err().map(|error| error.to_string()).unwrap_or_default();
        }
        (reached.load(Ordering::Relaxed), last)
    }

    #[tokio::test]
    async fn after_a_lost_answer_a_transaction_is_not_sent_again() {
        let (reached, last) = tried_everywhere(|| Error::DisconnectedWillReconnect("closed".into())).await;
        assert_eq!(reached, 1);
        // What was lost is told as a lost connection, whose transaction may have been carried out.
        assert!(last.contains("connection"), "{last}");
    }

    #[tokio::test]
    async fn what_the_node_refused_may_be_tried_another_way() {
        let (reached, _) = tried_everywhere(|| Error::User(UserError::method_not_found())).await;
        assert_eq!(reached, 4);
    }

    #[tokio::test]
    async fn other_transactions_and_other_subscriptions_pass() {
        let reached = Arc::new(AtomicUsize::new(0));
        let node = Node { reached: reached.clone(), answer: || Error::DisconnectedWillReconnect("closed".into()) };
        let client = RpcClient::new(Once::new(node));
        for number in 0..2 * REMEMBERED {
            let _ = client.subscribe::<String>(SUBMITS[0], rpc_params![number], "unwatch").await;
            let _ = client.subscribe::<String>("chainHead_v1_follow", rpc_params![true], "unfollow").await;
        }
        assert_eq!(reached.load(Ordering::Relaxed), 4 * REMEMBERED);
    }
}
