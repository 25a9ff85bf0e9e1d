//! What is recorded of an organisation and its members.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use idlewild_compute_primitives::Balance;
use scale_info::TypeInfo;

/// Most bytes of an organisation's name.
pub const MAX_NAME: u32 = 64;

/// An organisation's name, as UTF-8.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME>>;

/// A virtual organisation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Organisation<AccountId> {
    /// Who administers it, and on whose account its deposits are on hold.
    pub owner: AccountId,
    /// Its name.
    pub name: Name,
    /// Members that are recorded: those that it has, and those that left and are still counted.
    pub members: u32,
    /// Members that were ever recorded: the number of the latest one.
    pub joined: u32,
    /// Its own deposit, and those of all members that are recorded.
    pub deposit: Balance,
}

/// What a member may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Member {
    /// Its number among all that were ever recorded: who is forgotten and comes back is another one, with nothing spent.
    pub number: u32,
    /// What it may have in escrow and spent together.
    pub quota: Balance,
    /// What of that is used.
    pub used: Balance,
    /// The deposit for this record.
    pub deposit: Balance,
    /// Whether it was removed. What it used is remembered until all of it came back, or the owner writes it off: were it forgotten,
    /// what comes back of it after the account was added once more would make room in a quota that it never counted in.
    pub left: bool,
}
