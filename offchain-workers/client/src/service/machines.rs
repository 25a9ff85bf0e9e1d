//! Which machines would run a service, and for how much.

use std::collections::BTreeMap;

use idlewild_chain_client::{ComputeClient, ReadError};
use idlewild_compute_primitives::{project::ServiceSpec, view::FitView, Balance, ProviderId};

/// Entries of a page.
const PAGE: u32 = 64;
/// Most machines that are looked at closely: the cheapest.
const MOST: usize = 32;

/// A machine that would run a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its provider.
    pub provider: ProviderId,
    /// What an instance costs there, in plancks a block.
    pub rate: Balance,
    /// Instances that it has room for.
    pub room: u32,
}

/// What keeps each provider from a service.
pub async fn explain(compute: &dyn ComputeClient, spec: &ServiceSpec) -> Result<Vec<FitView>, ReadError> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = compute.explain(spec.resources, spec.wishes, spec.organisation, spec.max_rate, after, PAGE).await?;
        found.extend(page.providers);
        after = match page.next {
            Some(next) => Some(next),
            None => return Ok(found),
        };
    }
}

/// The cheapest machines that would run a service of this owner.
pub async fn fitting(compute: &dyn ComputeClient, spec: &ServiceSpec, owner: &[u8; 32]) -> Result<Vec<Machine>, ReadError> {
    let mut fits = explain(compute, spec).await?;
    fits.retain(FitView::fits);
    fits.sort_by_key(|fit| (fit.rate, fit.provider));
    let mut machines = Vec::new();
    for fit in fits.into_iter().take(MOST) {
        let Some(view) = compute.provider(fit.provider).await? else { continue };
        // Nobody is matched with itself.
        if view.operator == *owner {
            continue;
        }
        let (mut free, mut room) = (view.free, 0u32);
        while room < u32::from(u8::MAX) {
            let Some(left) = free.less(&spec.resources) else { break };
            (free, room) = (left, room.saturating_add(1));
        }
        machines.push(Machine { provider: fit.provider, rate: fit.rate, room });
    }
    Ok(machines)
}

/// The cheapest choice for so many instances, by ascending provider as a proposal has to be, and what it costs in a block. Of machines
/// of the same price, all are taken once before one is taken twice: an outage then takes less with it.
pub fn cheapest(machines: &[Machine], instances: u8) -> Option<(Vec<ProviderId>, Balance)> {
    let mut by_rate: BTreeMap<Balance, Vec<(ProviderId, u32)>> = BTreeMap::new();
    for machine in machines {
        by_rate.entry(machine.rate).or_default().push((machine.provider, machine.room));
    }
    let (mut chosen, mut rate) = (Vec::new(), 0 as Balance);
    'all: for (each, mut equals) in by_rate {
        while equals.iter().any(|(_, room)| *room > 0) {
            for (provider, room) in equals.iter_mut().filter(|(_, room)| *room > 0) {
                if chosen.len() == usize::from(instances) {
                    break 'all;
                }
                *room = room.saturating_sub(1);
                chosen.push(*provider);
                rate = rate.saturating_add(each);
            }
        }
    }
    chosen.sort_unstable();
    (instances > 0 && chosen.len() == usize::from(instances)).then_some((chosen, rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_are_chosen_and_equals_share() {
        let of = |provider, rate, room| Machine { provider, rate, room };
        let machines = [of(5, 10, 3), of(2, 10, 1), of(9, 7, 1), of(1, 30, 9)];
        assert_eq!(cheapest(&machines, 1), Some((vec![9], 7)));
        assert_eq!(cheapest(&machines, 3), Some((vec![2, 5, 9], 27)));
        assert_eq!(cheapest(&machines, 5), Some((vec![2, 5, 5, 5, 9], 47)));
        assert_eq!(cheapest(&machines, 6), Some((vec![1, 2, 5, 5, 5, 9], 77)));
        assert_eq!(cheapest(&machines, 15), None, "there is room for fourteen");
        assert_eq!(cheapest(&machines, 0), None);
        assert_eq!(cheapest(&[of(1, 1, 0)], 1), None);
    }
}
