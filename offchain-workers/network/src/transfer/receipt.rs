//! A miner's receipt, made by the miner and checked by the owner.

use idlewild_storage_primitives::{
    receipt::{Receipt, SlotReceipt, StoreRequest, MAX_VALIDITY},
    Balance, PeerKey,
};

use crate::identity::{verify, Identity};

/// Blocks that a miner's head may be ahead of the client's.
const AHEAD: u32 = 20;

/// Why a receipt is worth nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is not signed by the miner's key, or signed for something else.
    #[error("the receipt of miner {miner} is not signed by its key on chain for what was asked; it is worth nothing")]
    Signature {
        /// The miner.
        miner: u32,
    },
    /// It is for another slot or miner.
    #[error("the receipt is for slot {slot} at miner {miner}, which is not what was asked")]
    OtherSlot {
        /// The slot named.
        slot: u8,
        /// The miner named.
        miner: u32,
    },
    /// The miner wants more than was offered.
    #[error("miner {miner} signed for at least {least} plancks per GiB and period, but {offered} were offered")]
    Price {
        /// The miner.
        miner: u32,
        /// Its least price.
        least: Balance,
        /// The price of the request.
        offered: Balance,
    },
    /// It is over, or lasts longer than the chain takes.
    #[error("the receipt of miner {miner} is valid until block {valid_until}, but the chain takes only those from after {block} to {}", .block.saturating_add(MAX_VALIDITY))]
    Validity {
        /// The miner.
        miner: u32,
        /// Its last block.
        valid_until: u32,
        /// The block that the client sees.
        block: u32,
    },
}

fn receipt(request: &StoreRequest, least_price: Balance, valid_until: u32) -> Receipt {
    Receipt {
        owner: request.owner,
        salt: request.salt,
        slot: request.slot,
        miner: request.miner,
        root: request.root,
        length: request.length,
        term: request.term,
        least_price,
        valid_until,
    }
}

/// Signs for a shard that is on disk.
pub fn sign_receipt(
    identity: &Identity,
    genesis: &[u8; 32],
    request: &StoreRequest,
    least_price: Balance,
    valid_until: u32,
) -> SlotReceipt {
    let signature = identity.sign(&receipt(request, least_price, valid_until).message(genesis));
    SlotReceipt { slot: request.slot, miner: request.miner, least_price, valid_until, signature }
}

/// Checks all that the chain will check of a receipt, as of `block`.
pub fn check_receipt(
    peer_key: &PeerKey,
    genesis: &[u8; 32],
    request: &StoreRequest,
    receipt: &SlotReceipt,
    block: u32,
) -> Result<(), ReceiptError> {
    let SlotReceipt { slot, miner, least_price, valid_until, signature } = *receipt;
    if slot != request.slot || miner != request.miner {
        return Err(ReceiptError::OtherSlot { slot, miner });
    }
    let message = self::receipt(request, least_price, valid_until).message(genesis);
    if !verify(peer_key, &message, &signature) {
        return Err(ReceiptError::Signature { miner });
    }
    if least_price > request.price {
        return Err(ReceiptError::Price { miner, least: least_price, offered: request.price });
    }
    if valid_until <= block || valid_until > block.saturating_add(MAX_VALIDITY).saturating_add(AHEAD) {
        return Err(ReceiptError::Validity { miner, valid_until, block });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> StoreRequest {
        StoreRequest {
            owner: [1; 32],
            salt: [2; 16],
            slot: 3,
            miner: 4,
            root: [5; 32],
            length: 64,
            term: 100,
            price: 50,
            valid_until: 600,
        }
    }

    #[test]
    fn every_field_of_a_receipt_counts() {
        let (identity, genesis, request) = (Identity::random(), [9; 32], request());
        let key = identity.peer_key();
        let good = sign_receipt(&identity, &genesis, &request, 50, 600);
        assert_eq!(check_receipt(&key, &genesis, &request, &good, 10), Ok(()));

        let signature = Err(ReceiptError::Signature { miner: 4 });
        assert_eq!(check_receipt(&key, &[8; 32], &request, &good, 10), signature);
        assert_eq!(check_receipt(&Identity::random().peer_key(), &genesis, &request, &good, 10), signature);
        for change in [
            |r: &mut StoreRequest| r.owner[0] ^= 1,
            |r: &mut StoreRequest| r.salt[0] ^= 1,
            |r: &mut StoreRequest| r.root[0] ^= 1,
            |r: &mut StoreRequest| r.length ^= 1,
            |r: &mut StoreRequest| r.term ^= 1,
        ] {
            let mut other = request.clone();
            change(&mut other);
            assert_eq!(check_receipt(&key, &genesis, &other, &good, 10), signature);
        }
        for change in [|r: &mut SlotReceipt| r.least_price = 1, |r: &mut SlotReceipt| r.valid_until = 500] {
            let mut forged = good.clone();
            change(&mut forged);
            assert_eq!(check_receipt(&key, &genesis, &request, &forged, 10), signature);
        }
        let mut elsewhere = request.clone();
        elsewhere.slot = 7;
        assert!(matches!(
            check_receipt(&key, &genesis, &elsewhere, &good, 10),
            Err(ReceiptError::OtherSlot { slot: 3, miner: 4 })
        ));
    }

    #[test]
    fn prices_and_times_are_bounded() {
        let (identity, genesis, request) = (Identity::random(), [9; 32], request());
        let key = identity.peer_key();
        let check = |price, until, block| {
            check_receipt(&key, &genesis, &request, &sign_receipt(&identity, &genesis, &request, price, until), block)
        };
        assert!(matches!(check(51, 600, 10), Err(ReceiptError::Price { least: 51, .. })));
        assert!(matches!(check(50, 10, 10), Err(ReceiptError::Validity { .. })));
        assert!(matches!(check(50, 631, 10), Err(ReceiptError::Validity { .. })));
        assert!(check(50, 11, 10).is_ok());
        assert!(check(50, 610, 10).is_ok());
    }
}
