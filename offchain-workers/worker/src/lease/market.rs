//! How a provider gets leases: it is proposed for requests that it fits, and stands in the book with lots.

use std::collections::{BTreeMap, HashMap};

use idlewild_chain_client::{ComputeCall, ComputeClient, ReadError};
use idlewild_client::service::machines::{cheapest, fitting};
use idlewild_compute_primitives::{
    lot::{price_at, tick_of, Lot, LotClass, TICKS},
    resources::Prices,
    view::{ProviderView, RequestView, ServiceView, Standing},
    Balance, Clock, ProviderId, RequestId,
};

use super::admit;
use crate::{compute::policy::Policy, config::Services};

/// Entries of a page.
const PAGE: u32 = 64;
/// How long a proposal is not made once more, in blocks of the clock.
const AGAIN: Clock = 20;

/// What was proposed, and when.
#[derive(Default)]
pub(super) struct Proposals(HashMap<RequestId, (Vec<ProviderId>, Clock)>);

/// All open requests.
pub(super) async fn requests(compute: &dyn ComputeClient) -> Result<Vec<RequestView>, ReadError> {
    let (mut requests, mut after) = (Vec::new(), None);
    loop {
        let page = compute.requests(after, PAGE).await?;
        requests.extend(page.requests);
        after = match page.next {
            Some(next) => Some(next),
            None => return Ok(requests),
        };
    }
}

/// What a provider with room for `room` more leases does about open requests.
pub(super) async fn calls(
    compute: &dyn ComputeClient,
    policy: &Policy,
    provider: ProviderId,
    room: usize,
    now: Clock,
    made: &mut Proposals,
) -> Result<Vec<ComputeCall>, ReadError> {
    let requests = requests(compute).await?;
    made.0.retain(|request, (_, at)| requests.iter().any(|open| open.id == *request) && at.saturating_add(AGAIN) > now);
    let mut calls = Vec::new();
    for request in &requests {
        let is_ours = request.best.as_ref().is_some_and(|(providers, _)| providers.contains(&provider));
        if request.settles.is_some_and(|settles| now >= settles) {
            // Whoever is proposed has most reason to.
            if is_ours {
                calls.push(ComputeCall::Settle { request: request.id });
            }
            continue;
        }
        let Some(service) = compute.service(request.service).await? else { continue };
        if admit(policy, &service).is_err() {
            continue;
        }
        if let Some(providers) = proposal(compute, request, &service, provider, room).await? {
            let is_made = made.0.get(&request.id).is_some_and(|(before, _)| *before == providers);
            if !is_made {
                made.0.insert(request.id, (providers.clone(), now));
                calls.push(ComputeCall::Propose { request: request.id, providers });
            }
        }
    }
    Ok(calls)
}

/// What is to be proposed for a request, if this provider is part of the cheapest choice and that is better than what is proposed.
async fn proposal(
    compute: &dyn ComputeClient,
    request: &RequestView,
    service: &ServiceView,
    provider: ProviderId,
    room: usize,
) -> Result<Option<Vec<ProviderId>>, ReadError> {
    if request.instances == 0 || room == 0 {
        return Ok(None);
    }
    let mut machines = fitting(compute, &service.asking(), &service.owner).await?;
    machines.retain(|machine| !request.barred.contains(&machine.provider));
    for machine in machines.iter_mut().filter(|machine| machine.provider == provider) {
        machine.room = machine.room.min(u32::try_from(room).unwrap_or(u32::MAX));
    }
    let chosen = cheapest(&machines, request.instances).filter(|(providers, _)| providers.contains(&provider));
    let is_better = |rate: u128| request.best.as_ref().is_none_or(|(_, best)| rate < *best);
    Ok(chosen.filter(|(_, rate)| is_better(*rate)).map(|(providers, _)| providers))
}

/// What is to be asked for in the book, beside the orders that stand there: those sizes that are not there yet, as far as there is room.
pub(super) async fn asks(
    compute: &dyn ComputeClient,
    provider: &ProviderView,
    prices: &Prices,
    stake: Balance,
    config: &Services,
) -> Result<Vec<ComputeCall>, ReadError> {
    if config.lots.is_empty() || provider.standing != Standing::Active {
        return Ok(Vec::new());
    }
    let mut standing = BTreeMap::<u8, usize>::new();
    for order in compute.orders_of(provider.id).await? {
        let count = standing.entry(order.lot.size).or_default();
        *count = count.saturating_add(1);
    }
    let class = LotClass {
        gpu_model: provider.attributes.gpu_model,
        arch: provider.attributes.arch,
        region: provider.attributes.region,
        tier: provider.attributes.tier,
        containers: true,
    };
    let (mut calls, mut free, mut spare) = (Vec::new(), provider.free, provider.bond.saturating_sub(provider.locked));
    for size in &config.lots {
        if let Some(count) = standing.get_mut(size).filter(|count| **count > 0) {
            *count = count.saturating_sub(1);
            continue;
        }
        let lot = Lot { class, size: *size };
        let Some(resources) = lot.resources() else { continue };
        let (Some(left), Some(tick)) = (free.less(&resources), tick_for(prices.rate(&resources))) else { continue };
        // Something of the bond stands for each.
        let Some(rest) = spare.checked_sub(stake) else { break };
        (free, spare) = (left, rest);
        calls.push(ComputeCall::Ask { provider: provider.id, lot, tick });
    }
    Ok(calls)
}

/// The lowest step of the ladder at which no less than this is paid.
fn tick_for(rate: u128) -> Option<u16> {
    let Some(below) = tick_of(rate) else { return Some(0) };
    match price_at(below) {
        Some(price) if price >= rate => Some(below),
        _ => below.checked_add(1).filter(|tick| *tick < TICKS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_asks_less_than_its_prices() {
        for rate in [0, 1, 2, 999, 1_000_003, 10u128.pow(12) + 7, 10u128.pow(17)] {
            let tick = tick_for(rate).unwrap();
            assert!(price_at(tick).unwrap() >= rate, "{rate}");
            assert!(tick == 0 || price_at(tick - 1).unwrap() < rate, "{rate}: a step less is enough");
        }
        assert_eq!(tick_for(u128::MAX), None);
    }
}
