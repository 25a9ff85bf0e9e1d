//! Names: what is asked of the chain about them, what their owners call, and what happens to them.

use async_trait::async_trait;
use idlewild_names_primitives::{
    record::{Record, RecordKey},
    view::{ChildrenPage, NameTerms, NameView, NamesPage, Quote, Resolved, ReverseView, Unavailable},
    Balance, Clock, NodeId, Salt,
};

use crate::error::ReadError;

/// A call about names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the call of the same name in its pallet.
pub enum NameCall {
    /// Binds the signer to a name that it does not tell yet.
    Commit { hash: [u8; 32] },
    /// Registers a name that was committed to.
    Register { name: String, salt: Salt, periods: u32, max_price: Balance },
    /// Pays for a name for longer.
    Renew { name: String, periods: u32, max_price: Balance },
    /// Gives a name or a subname away.
    Transfer { path: String, to: [u8; 32] },
    /// Lets somebody set a name's records, or no more.
    SetOperator { path: String, who: [u8; 32], allowed: bool },
    /// Sets a record, or removes it.
    SetRecord { path: String, key: RecordKey, value: Option<Record> },
    /// Makes a subname.
    CreateSub { parent: String, label: String, owner: [u8; 32] },
    /// Removes a subname.
    RemoveSub { path: String },
    /// Says which name is the signer's own, or none.
    SetReverse { path: Option<String> },
    /// Gives a name up.
    Release { name: String },
    /// Gives back what is on hold for a name that is gone.
    Reclaim { node: NodeId, limit: u32 },
    /// Takes a commitment back.
    Uncommit { hash: [u8; 32] },
}

impl From<NameCall> for crate::Call {
    fn from(call: NameCall) -> Self {
        Self::Name(call)
    }
}

/// Something that happened to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the event of the same name in its pallet.
pub enum NameEvent {
    /// Somebody committed to a name.
    Committed { who: [u8; 32], hash: [u8; 32] },
    /// A name was registered.
    Registered { node: NodeId, name: Vec<u8>, owner: [u8; 32], paid: Balance, until: Clock },
    /// A name's term was extended.
    Renewed { node: NodeId, name: Vec<u8>, paid: Balance, until: Clock },
    /// A name or a subname has another owner.
    Transferred { node: NodeId, from: [u8; 32], to: [u8; 32] },
    /// A record was set.
    RecordSet { node: NodeId, key: RecordKey },
    /// A record was removed.
    RecordRemoved { node: NodeId, key: RecordKey },
    /// A subname was made.
    SubCreated { node: NodeId, parent: NodeId, label: Vec<u8>, owner: [u8; 32] },
    /// A subname was removed, and with it all that was under it.
    SubRemoved { node: NodeId, parent: NodeId, label: Vec<u8> },
    /// An account says which name is its own, or none.
    ReverseSet { who: [u8; 32], node: Option<NodeId> },
    /// A name was given up.
    Released { node: NodeId, name: Vec<u8> },
    /// What was on hold for a name that is gone was released, or some of it.
    Reclaimed { node: NodeId, records: u32, ended: bool },
}

impl From<NameEvent> for crate::Event {
    fn from(event: NameEvent) -> Self {
        Self::Name(event)
    }
}

/// Everything that is asked of the chain about names. Answers are of the newest final block.
#[async_trait]
pub trait NameClient: Send + Sync + 'static {
    /// What a path leads to: the longest name that it begins with, and where the rest begins.
    async fn resolve(&self, path: &str) -> Result<Option<Resolved>, ReadError>;

    /// A name or a subname, also in its grace.
    async fn name(&self, path: &str) -> Result<Option<NameView>, ReadError>;

    /// An account's names after `after`, those that are gone among them. A page may be empty and not the last.
    async fn names_of(&self, owner: [u8; 32], after: Option<NodeId>, limit: u32) -> Result<NamesPage, ReadError>;

    /// What it costs to register a name now, or why nobody can.
    async fn price_of_name(&self, name: &str, periods: u32) -> Result<Result<Quote, Unavailable>, ReadError>;

    /// What it costs to renew a name now, or why nobody can.
    async fn renewal_of_name(&self, name: &str, periods: u32) -> Result<Result<Quote, Unavailable>, ReadError>;

    /// Subnames after the label `after`. A page may be empty and not the last.
    async fn children(&self, path: &str, after: Option<Vec<u8>>, limit: u32) -> Result<ChildrenPage, ReadError>;

    /// The name that an account says is its own, where that name leads to the account.
    async fn reverse(&self, account: [u8; 32]) -> Result<Option<ReverseView>, ReadError>;

    /// When an account committed to a hash, on the clock, if that commitment still stands.
    async fn commitment(&self, who: [u8; 32], hash: [u8; 32]) -> Result<Option<Clock>, ReadError>;

    /// Rules and amounts, and the clock.
    async fn name_terms(&self) -> Result<NameTerms, ReadError>;
}
