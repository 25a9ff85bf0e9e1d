//! Reads of names.

// The macro generates items that carry no documentation.
#![allow(missing_docs, unsafe_code)]

use alloc::vec::Vec;
use idlewild_names_primitives::{
    view::{ChildrenPage, NameTerms, NameView, NamesPage, Quote, Resolved, ReverseView, Unavailable},
    Clock, NodeId,
};

sp_api::decl_runtime_apis! {
    /// Reads of names: what paths lead to, whose names are, and what they cost.
    pub trait NamesApi {
        /// What a path leads to: the longest row of its words that are a name and its subnames, with all records, where in the path an
        /// object's path begins behind them, and until when that holds.
        fn resolve(path: Vec<u8>) -> Option<Resolved>;
        /// A name or a subname, also in its grace.
        fn name(path: Vec<u8>) -> Option<NameView>;
        /// Names and subnames of an account, those that are gone among them, in the order in which the state has them.
        fn names_of(owner: [u8; 32], after: Option<NodeId>, limit: u32) -> NamesPage;
        /// What it costs to register a name now.
        fn price(name: Vec<u8>, periods: u32) -> Result<Quote, Unavailable>;
        /// What it costs to renew a name now.
        fn renewal(name: Vec<u8>, periods: u32) -> Result<Quote, Unavailable>;
        /// Subnames right under a name, in the order in which the state has them.
        fn children(path: Vec<u8>, after: Option<Vec<u8>>, limit: u32) -> ChildrenPage;
        /// The name of an account: the one that it says is its own, if that has the account in its record.
        fn reverse(account: [u8; 32]) -> Option<ReverseView>;
        /// When an account committed to a hash, on the clock, if that commitment still stands.
        fn commitment(who: [u8; 32], hash: [u8; 32]) -> Option<Clock>;
        /// The rules that clients have to know, and the clock.
        fn terms() -> NameTerms;
    }
}
