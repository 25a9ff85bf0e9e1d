//! What the runtime API answers.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{
    json::{accounts, amount, optional_text, text},
    record::{Record, RecordKey},
    rules::{NameRules, Status, Term},
    Balance, Clock, NodeId,
};

/// A record and its key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordView {
    /// Which record.
    pub key: RecordKey,
    /// What it says.
    pub record: Record,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resolved {
    /// The name or subname, as a path of its own, the name first.
    #[serde(with = "text")]
    pub path: Vec<u8>,
    /// The registration that this is.
    pub node: NodeId,
    /// Whose it is.
    #[serde(with = "const_hex::serde")]
    pub owner: [u8; 32],
    /// Its records, in the order of their keys.
    pub records: Vec<RecordView>,
    /// Where the object's path begins in the path that was asked for; the length of it where there is none.
    pub rest: u32,
    /// Until when that holds if nobody changes it, on the clock.
    pub until: Clock,
}

/// A name or a subname, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NameView {
    /// Its path, the name first. Of one that is gone, what is still known of it.
    #[serde(with = "text")]
    pub path: Vec<u8>,
    /// The registration that this is.
    pub node: NodeId,
    /// Whose it is.
    #[serde(with = "const_hex::serde")]
    pub owner: [u8; 32],
    /// Who may set its records besides.
    #[serde(with = "accounts")]
    pub operators: Vec<[u8; 32]>,
    /// How it stands: a subname as the name that it is under.
    pub status: Status,
    /// When the name ends that it is, or is under. None where that is another registration by now.
    pub term: Option<Term>,
    /// Its records, in the order of their keys.
    pub records: Vec<RecordView>,
    /// What is on hold for it and its records, on whose accounts ever.
    #[serde(with = "amount")]
    pub deposit: Balance,
}

/// Some names of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamesPage {
    /// The names, those among them that are gone and can be reclaimed.
    pub names: Vec<NameView>,
    /// After which registration the next page begins, if there is one.
    pub next: Option<NodeId>,
}

/// A subname of a name, without what is under it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChildView {
    /// Its label.
    #[serde(with = "text")]
    pub label: Vec<u8>,
    /// The registration that this is.
    pub node: NodeId,
    /// Whose it is.
    #[serde(with = "const_hex::serde")]
    pub owner: [u8; 32],
    /// How many records it has.
    pub records: u32,
}

/// Some subnames of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChildrenPage {
    /// The subnames.
    pub children: Vec<ChildView>,
    /// After which label the next page begins, if there is one.
    #[serde(with = "optional_text")]
    pub next: Option<Vec<u8>>,
}

/// The name that an account goes by.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReverseView {
    /// As a path, the name first.
    #[serde(with = "text")]
    pub name: Vec<u8>,
}

/// What a name costs now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// For the periods.
    #[serde(with = "amount")]
    pub rent: Balance,
    /// Because the name was somebody's a short while ago; it falls with each block.
    #[serde(with = "amount")]
    pub premium: Balance,
    /// What is put on hold besides, for as long as the name is kept on record.
    #[serde(with = "amount")]
    pub deposit: Balance,
    /// Until when that pays for the name, were it registered or renewed now.
    pub until: Clock,
}

/// Why a name has no price now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unavailable {
    /// It is no name.
    #[codec(index = 0)]
    BadName,
    /// Nobody gets it.
    #[codec(index = 1)]
    Reserved,
    /// It cannot be paid for so many periods, or so far ahead.
    #[codec(index = 2)]
    BadPeriods,
    /// It is somebody's.
    #[codec(index = 3)]
    Taken {
        /// From when on it is not, unless it is renewed.
        free: Clock,
    },
    /// One that looks like it is somebody's.
    #[codec(index = 4)]
    LooksLike {
        /// That name.
        #[serde(with = "text")]
        name: Vec<u8>,
        /// From when on it is not, unless it is renewed.
        free: Clock,
    },
    /// It is nobody's, and so cannot be renewed.
    #[codec(index = 5)]
    NoSuchName,
}

/// The rules that clients have to know, and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NameTerms {
    /// The clock.
    pub now: Clock,
    /// Waits and terms.
    pub rules: NameRules,
    /// Most periods that a name can be paid for ahead.
    pub max_periods: u32,
    /// The base rate: [`rates`](crate::price::rates) says how many of them a name costs for a period.
    #[serde(with = "amount")]
    pub base: Balance,
    /// The premium on a name in the moment in which anybody can register it.
    #[serde(with = "amount")]
    pub premium: Balance,
    /// What is on hold for a name or a subname.
    #[serde(with = "amount")]
    pub node_deposit: Balance,
    /// What is on hold for a record, a commitment and a reverse record.
    #[serde(with = "amount")]
    pub item_deposit: Balance,
    /// What is on hold for each byte of a record and its key besides.
    #[serde(with = "amount")]
    pub byte_deposit: Balance,
}
