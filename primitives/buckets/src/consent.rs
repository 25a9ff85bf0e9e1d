//! What a gateway signs before it serves an owner: nobody becomes the owner of a gateway that does not know of it.

use alloc::vec::Vec;
use codec::Encode;

use crate::{Clock, SealingKey};

const CONTEXT: &[u8] = b"idlewild/gateway-consent/1";

/// The bytes that a gateway signs with the sr25519 key of its account: for which owner, with which keys and where it will serve, and
/// until when on the clock the owner may say so.
pub fn consent_message(
    genesis: &[u8; 32],
    owner: &[u8; 32],
    gateway: &[u8; 32],
    receiver: &SealingKey,
    endpoint: &[u8],
    until: Clock,
) -> Vec<u8> {
    (CONTEXT, genesis, owner, gateway, receiver, endpoint, until).encode()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_can_be_another() {
        let of = |genesis, owner, gateway, receiver, endpoint: &[u8], until| {
            consent_message(&[genesis; 32], &[owner; 32], &[gateway; 32], &[receiver; 32], endpoint, until)
        };
        let consent = of(1, 2, 3, 4, b"here", 5);
        for other in [
            of(2, 2, 3, 4, b"here", 5),
            of(1, 3, 3, 4, b"here", 5),
            of(1, 2, 4, 4, b"here", 5),
            of(1, 2, 3, 5, b"here", 5),
            of(1, 2, 3, 4, b"there", 5),
            of(1, 2, 3, 4, b"here", 6),
        ] {
            assert_ne!(consent, other);
        }
    }
}
