//! How `gateways` and `buckets` are configured in tests, and gateways with real keys.

use frame_support::{parameter_types, traits::Contains, BoundedVec};
use idlewild_buckets_primitives::{consent::consent_message, Balance, SealingKey};
use pallet_idlewild_deals::Call as Deals;
use sp_core::{sr25519, Pair};

use crate::{
    runtime::{Balances, RuntimeHoldReason, Test, COIN},
    AccountId, Chain, Clock, RuntimeCall,
};

parameter_types! {
    /// What an owner has on hold for a gateway.
    pub const GatewayDeposit: Balance = 5 * COIN;
    /// What it has on hold for each credential.
    pub const CredentialDeposit: Balance = COIN;
    /// What an owner has on hold for a bucket.
    pub const BucketDeposit: Balance = 10 * COIN;
    /// What it has on hold for each gateway with its key.
    pub const GrantDeposit: Balance = 2 * COIN;
}

/// What gateways may do as their owners: store, keep what is stored, and create buckets.
pub struct Acts;

impl Contains<RuntimeCall> for Acts {
    fn contains(call: &RuntimeCall) -> bool {
        matches!(
            call,
            RuntimeCall::Deals(Deals::create_deals { .. } | Deals::fill_slots { .. })
                | RuntimeCall::Buckets(pallet_idlewild_buckets::Call::create { .. })
        )
    }
}

impl pallet_idlewild_gateways::Config for Test {
    type WeightInfo = ();
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Acts = Acts;
    type GatewayDeposit = GatewayDeposit;
    type CredentialDeposit = CredentialDeposit;
}

impl pallet_idlewild_buckets::Config for Test {
    type WeightInfo = ();
    type BucketDeposit = BucketDeposit;
    type GrantDeposit = GrantDeposit;
}

/// The key of gateway number `index`.
pub fn gateway_key(index: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[index.wrapping_add(1); 32])
}

/// The account of gateway number `index`, which has no coins.
pub fn gateway(index: u8) -> AccountId {
    AccountId::new(gateway_key(index).public().0)
}

/// The X25519 key of gateway number `index`.
pub fn receiver(index: u8) -> SealingKey {
    [index; 32]
}

/// The X25519 key of every owner.
pub const OWNER_KEY: SealingKey = [0x0e; 32];
/// Where every gateway is.
pub const ENDPOINT: &[u8] = b"https://gateway.example";

/// `Gateways::register` of gateway number `index`, with its consent until the next block.
pub fn register(owner: &AccountId, index: u8, allowance: Balance) -> RuntimeCall {
    let until = Clock::now() + 1;
    let account = gateway(index);
    let message = consent_message(&Clock::genesis(), owner.as_ref(), account.as_ref(), &receiver(index), ENDPOINT, until);
    pallet_idlewild_gateways::Call::register {
        account,
        receiver: receiver(index),
        owner_key: OWNER_KEY,
        endpoint: BoundedVec::truncate_from(ENDPOINT.to_vec()),
        allowance,
        until,
        signature: gateway_key(index).sign(&message).0,
    }
    .into()
}

/// Has gateway number `index` serve an owner.
#[track_caller]
pub fn serve(owner: &AccountId, index: u8, allowance: Balance) -> AccountId {
    Chain::does(owner, register(owner, index, allowance));
    gateway(index)
}

/// `Gateways::act`.
pub fn act(call: impl Into<RuntimeCall>) -> RuntimeCall {
    pallet_idlewild_gateways::Call::act { call: Box::new(call.into()) }.into()
}
