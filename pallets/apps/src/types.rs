//! What is recorded of an app and its versions.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use idlewild_compute_primitives::{
    program::{Category, Program},
    Balance,
};
use scale_info::TypeInfo;

/// Least bytes of an app's name.
pub const MIN_NAME: usize = 3;
/// Most bytes of an app's name: what a label of a domain name may have.
pub const MAX_NAME: u32 = 63;
/// Most versions that one call to retire an app removes.
pub const MAX_RETIRED: u32 = 64;

/// An app's name.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME>>;

/// A published app.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct App<AccountId> {
    /// Who publishes it, and on whose account its deposits are on hold.
    pub publisher: AccountId,
    /// Its name, which is nobody else's ever.
    pub name: Name,
    /// What it is for.
    pub category: Category,
    /// The first version that is still recorded.
    pub first: u32,
    /// Versions that there ever were.
    pub versions: u32,
    /// Its own deposit, and those of all versions that are recorded.
    pub deposit: Balance,
    /// Whether its publisher ended it.
    pub retired: bool,
}

/// A version of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Version {
    /// What it is, with the class that it was published with.
    pub program: Program,
    /// Whether its publisher withdrew it.
    pub yanked: bool,
    /// The deposit for this record.
    pub deposit: Balance,
}

/// Whether a name can be an app's: 3 to 63 letters a to z, digits and hyphens, with no hyphen at an edge. Such a name can be a file's, a
/// label of a domain name and an argument of a command, and looks like itself only.
pub fn is_name(name: &[u8]) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    (MIN_NAME..=MAX_NAME as usize).contains(&name.len())
        && name.iter().all(is_of_name)
        && !name.starts_with(b"-")
        && !name.ends_with(b"-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_a_label_may_be() {
        for good in ["abc", "a-b", "0ad", "a--b", "123", &"x".repeat(63)] {
            assert!(is_name(good.as_bytes()), "{good}");
        }
        for bad in ["", "ab", "-ab", "ab-", "---", "aBc", "a_b", "a.b", "a b", "äbc", "ab\0", &"x".repeat(64)] {
            assert!(!is_name(bad.as_bytes()), "{bad}");
        }
    }
}
