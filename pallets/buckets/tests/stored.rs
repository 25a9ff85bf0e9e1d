//! Deals that gateways store for buckets.

use idlewild_buckets_primitives::salt::{salt, tag_of};
use idlewild_storage_primitives::{geometry::Geometry, DealId, Salt};
use pallet_idlewild_test_runtime::{call, miner, Miner};

use super::*;

const SMALL: Geometry = Geometry { data: 2, parity: 2 };
/// What the gateways may spend.
pub(crate) const ALLOWED: Balance = 100_000 * COIN;

/// A deal of an owner's with this salt, which `signer` makes, itself or as the owner's gateway.
pub(crate) fn store(miners: &[Miner], owner: &AccountId, signer: &AccountId, of: Salt) -> DealId {
    let id = pallet_idlewild_deals::NextDeal::<Test>::get();
    let (mut request, _) = miner::signed_request(owner, miners, SMALL, 400);
    request.salt = of;
    miner::sign(&mut request, owner, miners);
    let call = call::create_deals(vec![request]);
    Chain::does(signer, if owner == signer { call } else { act(call) });
    id
}

/// The salt of what a gateway stores for a bucket.
pub(crate) fn salt_of(bucket: BucketId, gateway: &AccountId, number: u64) -> Salt {
    salt(tag_of(bucket, gateway.as_ref()), number)
}

/// A bucket of Alice's, and two gateways of hers that have its key and may spend something.
pub(crate) fn rich() -> (BucketId, [AccountId; 2]) {
    let (id, gateways) = shared();
    for account in gateways.clone() {
        Chain::does(&ALICE, pallet_idlewild_gateways::Call::allow { account, allowance: ALLOWED }.into());
    }
    (id, gateways)
}

pub(crate) fn allowance(gateway: &AccountId) -> Balance {
    pallet_idlewild_gateways::Gateways::<Test>::get(gateway).unwrap().allowance
}
