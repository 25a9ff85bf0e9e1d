//! What can go wrong between here and the chain.

use std::time::Duration;

/// Why no chain could be reached.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is none.
    #[error("{url:?} is no address of a node: {reason}. Write one such as ws://127.0.0.1:9944, or wss:// for one far away")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nobody answers at the address, or not in the node's language.
    #[error("no node answers at {url}: {reason}. Start one there, or give the address of another (`--node` of `idlewild`, `chain.node` of a worker)")]
    Unreachable {
        /// The address.
        url: String,
        /// What the transport said.
        reason: String,
    },
    /// Nobody answered in time.
    #[error("the node at {url} did not answer within {} seconds", .after.as_secs())]
    TimedOut {
        /// The address.
        url: String,
        /// How long we waited.
        after: Duration,
    },
    /// The node runs another chain, or a version that this program does not speak.
    #[error(
        "the node at {url} runs a chain that this program does not know: {reason}. Use the program of the chain's version"
    )]
    WrongChain {
        /// The address.
        url: String,
        /// What does not match.
        reason: String,
    },
}

/// Why something could not be read from the chain.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The connection is gone or the node refused.
    #[error("the node could not be asked: {0}")]
    Rpc(String),
    /// The answer is not of the shape that this program knows.
    #[error("the node's answer to {what} cannot be read: {reason}. Is the program as new as the chain?")]
    Shape {
        /// What was asked.
        what: &'static str,
        /// What does not match.
        reason: String,
    },
    /// Nobody answered in time.
    #[error("the node did not answer to {what} within {} seconds", .after.as_secs())]
    TimedOut {
        /// What was asked.
        what: &'static str,
        /// How long we waited.
        after: Duration,
    },
}

/// Why an extrinsic came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The call was executed and refused; nothing was changed but the fee.
    #[error("the chain refused it: {pallet}.{name}{}", docs_suffix(.docs))]
    Refused {
        /// The pallet that refused.
        pallet: String,
        /// The error's name.
        name: String,
        /// The error's documentation, from the chain's metadata.
        docs: String,
    },
    /// The node would not take it into its pool.
    #[error("the node would not take the transaction: {0}")]
    Invalid(String),
    /// It is numbered wrongly: another transaction of the account came first.
    #[error("the transaction's nonce is out of date")]
    Nonce,
    /// The account cannot pay the fee.
    #[error("the account cannot pay the fee of the transaction. Send it some coins first")]
    CannotPay,
    /// The connection is gone, so that its fate is unknown.
    #[error("the node could not be asked: {0}")]
    Rpc(String),
    /// The node did not say in time what became of it.
    #[error(
        "the node did not say within {} seconds what became of the transaction, which may still be carried out: look at the \
         balance before you send it again",
        .0.as_secs()
    )]
    TimedOut(Duration),
    /// The node took it and then could not say what became of it.
    #[error(
        "what became of transaction {hash} is not known: {reason}. It may still be carried out: look for it, or at the balance, \
         before you send it again"
    )]
    Unknown {
        /// The transaction's hash.
        hash: String,
        /// Why its fate is not known.
        reason: String,
    },
    /// No block took it while it was valid.
    #[error("no block took transaction {hash} while it was valid, and none will: nothing was done. Try again")]
    Expired {
        /// The transaction's hash.
        hash: String,
    },
}

impl SubmitError {
    /// Whether the chain refused with this error of this pallet.
    pub fn is(&self, pallet: &str, name: &str) -> bool {
        matches!(self, Self::Refused { pallet: p, name: n, .. } if p == pallet && n == name)
    }

    /// Whether trying again may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Nonce | Self::Rpc(_) | Self::TimedOut(_) | Self::Unknown { .. } | Self::Expired { .. })
    }
}

fn docs_suffix(docs: &str) -> String {
    if docs.is_empty() {
        String::new()
    } else {
        format!(": {docs}")
    }
}
