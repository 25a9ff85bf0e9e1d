//! What a bundle's key is sealed for.

use alloc::vec::Vec;
use codec::Encode;

use crate::DealId;

/// What it is sealed for in a share: one owner's bundle, for one account. Sealed bytes that somebody copies into another share do not
/// open there.
pub fn of_share(owner: &[u8; 32], account: &[u8; 32], root: DealId) -> Vec<u8> {
    (b"idlewild/share/1", owner, account, root).encode()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_is_of_one_owner_one_account_and_one_deal() {
        let purpose = of_share(&[1; 32], &[2; 32], 3);
        for other in [
            of_share(&[2; 32], &[2; 32], 3),
            of_share(&[1; 32], &[1; 32], 3),
            of_share(&[2; 32], &[1; 32], 3),
            of_share(&[1; 32], &[2; 32], 4),
        ] {
            assert_ne!(purpose, other);
        }
    }

    /// What is sealed is opened by it years later, so that it must never change.
    #[test]
    fn a_purpose_stays() {
        let expected = [b"idlewild/share/1".as_slice(), &[1; 32], &[2; 32], &[3, 0, 0, 0, 0, 0, 0, 0]].concat();
        assert_eq!(of_share(&[1; 32], &[2; 32], 3), expected);
    }
}
