//! Whom something is shared with.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Whom something is shared with. A kind keeps its index for ever.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Audience {
    /// Whoever has the link, which the key is in: the chain does not know it.
    #[codec(index = 0)]
    Link,
    /// One account.
    #[codec(index = 1)]
    Account {
        /// Which one.
        #[serde(with = "const_hex::serde")]
        account: [u8; 32],
        /// The bundle's key, sealed to the key that the account announced.
        #[serde(with = "const_hex::serde")]
        sealed: Vec<u8>,
    },
}

impl Audience {
    /// The account that it is, if it is one.
    pub fn account(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Link => None,
            Self::Account { account, .. } => Some(account),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn kinds_keep_their_indices() {
        let to_account = Audience::Account { account: [7; 32], sealed: vec![1, 2] };
        assert_eq!(Audience::Link.encode(), [0]);
        assert_eq!(to_account.encode(), [vec![1], vec![7; 32], vec![8, 1, 2]].concat());
        assert_eq!((Audience::Link.account(), to_account.account()), (None, Some(&[7; 32])));
    }
}
