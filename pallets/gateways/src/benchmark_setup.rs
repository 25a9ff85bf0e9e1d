//! Gateways for benchmarks, here and in pallets whose calls are made by gateways.

use frame_benchmarking::{account, BenchmarkError};
use frame_support::{
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    BoundedVec,
};
use idlewild_buckets_primitives::limits::{MAX_CREDENTIALS, MAX_ENDPOINT, MAX_GATEWAYS};

use crate::{types::Endpoint, Config, Pallet};

/// As long as one may be.
pub fn endpoint() -> Endpoint {
    BoundedVec::truncate_from(alloc::vec![b'x'; MAX_ENDPOINT as usize])
}

/// An account with coins for as many gateways and credentials as there may be.
pub fn rich<T: Config>(name: &'static str, index: u32) -> Result<T::AccountId, BenchmarkError>
where
    T::Currency: Mutate<T::AccountId>,
{
    let who: T::AccountId = account(name, index, 0);
    let gateways = T::GatewayDeposit::get().saturating_mul(MAX_GATEWAYS.into());
    let credentials = T::CredentialDeposit::get().saturating_mul(MAX_CREDENTIALS.into());
    let coins = gateways.saturating_add(credentials).saturating_add(T::Currency::minimum_balance());
    T::Currency::mint_into(&who, coins.saturating_mul(1_000))?;
    Ok(who)
}

/// A gateway of an owner, without a signature of its own.
pub fn gateway<T: Config>(owner: &T::AccountId, index: u32) -> Result<T::AccountId, BenchmarkError> {
    let gateway: T::AccountId = account("gateway", index, 0);
    Pallet::<T>::do_register(owner.clone(), gateway.clone(), [1; 32], [2; 32], endpoint(), u128::MAX)?;
    Ok(gateway)
}
