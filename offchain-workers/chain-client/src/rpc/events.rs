//! Events, out of the chain's words and into ours.

use subxt::{events::Events, PolkadotConfig};

use super::RpcClient;
use crate::{
    error::ReadError,
    event::Event,
    metadata::{runtime_types as types, RootEvent},
};

impl RpcClient {
    /// Our pallets' events among those of a block.
    pub(crate) fn our_events(events: &Events<PolkadotConfig>) -> Result<Vec<Event>, ReadError> {
        const OURS: [&str; 15] = [
            "Providers",
            "Proofs",
            "Deals",
            "Slots",
            "Repair",
            "Capacity",
            "Apps",
            "Offers",
            "Trackers",
            "Projects",
            "Services",
            "Names",
            "Gateways",
            "Buckets",
            "Shares",
        ];
        let shape = |reason: String| ReadError::Shape { what: "events", reason };
        let mut found = Vec::new();
        for event in events.iter() {
            let event = event.map_err(|error| shape(error.to_string()))?;
            if !OURS.contains(&event.pallet_name()) {
                continue;
            }
            let event = event.decode_as::<RootEvent>().map_err(|error| shape(error.to_string()))?;
            found.extend(translate(event));
        }
        Ok(found)
    }
}

fn translate(event: RootEvent) -> Option<Event> {
    match event {
        RootEvent::Providers(event) => provider(event),
        RootEvent::Proofs(event) => proof(event),
        RootEvent::Deals(event) => deal(event),
        RootEvent::Slots(event) => slot(event),
        RootEvent::Repair(event) => repair(event),
        RootEvent::Capacity(event) => capacity(event),
        RootEvent::Gateways(event) => Some(super::gateway_events::of_gateways(event)),
        RootEvent::Buckets(event) => Some(super::gateway_events::of_buckets(event)),
        RootEvent::Shares(event) => Some(super::gateway_events::of_shares(event)),
        RootEvent::Names(event) => super::gateway_events::of_names(event),
        event => super::compute_events::translate(event),
    }
}

fn provider(event: types::pallet_idlewild_providers::pallet::Event) -> Option<Event> {
    use types::pallet_idlewild_providers::pallet::Event as E;
    Some(match event {
        E::Registered { miner, operator, peer_key, .. } => Event::Registered { miner, operator: operator.0, peer_key },
        E::Slashed { miner, amount, burned } => Event::Slashed { miner, amount, burned },
        _ => return None,
    })
}

fn proof(event: types::pallet_idlewild_proofs::pallet::Event) -> Option<Event> {
    use types::pallet_idlewild_proofs::pallet::Event as E;
    Some(match event {
        E::Proven { miner, period, .. } => Event::Proven { miner, period },
        E::Missed { miner, periods, .. } => Event::Missed { miner, periods },
        E::Failed { miner, .. } => Event::Failed { miner },
        _ => return None,
    })
}

fn deal(event: types::pallet_idlewild_deals::pallet::Event) -> Option<Event> {
    use types::pallet_idlewild_deals::pallet::Event as E;
    Some(match event {
        E::Created { deal, owner, salt, filled, slots, held, .. } => {
            Event::Created { deal, owner: owner.0, salt, filled, slots, held }
        },
        E::Skipped { owner, salt } => Event::Skipped { owner: owner.0, salt },
        E::Assigned { deal, slot, miner } => Event::Assigned { deal, slot, miner },
        E::Paid { deal, miner, amount } => Event::Paid { deal, miner, amount },
        E::BountyPaid { deal, slot, miner, amount, .. } => Event::BountyPaid { deal, slot, miner, amount },
        E::SlotOpened { deal, slot, .. } => Event::SlotOpened { deal, slot },
        E::Closed { deal, refunded } => Event::Closed { deal, refunded },
        _ => return None,
    })
}

fn slot(event: types::pallet_idlewild_slots::pallet::Event) -> Option<Event> {
    use types::pallet_idlewild_slots::pallet::Event as E;
    Some(match event {
        E::Appended { miner, deal, slot, index } => Event::Appended { miner, deal, slot, index },
        E::Cleared { miner, deal, slot, index } => Event::Cleared { miner, deal, slot, index },
        E::Lost { miner, deal, slot, index } => Event::Lost { miner, deal, slot, index },
        E::Unappended { .. } => return None,
    })
}

fn repair(event: types::pallet_idlewild_repair::pallet::Event) -> Option<Event> {
    use types::pallet_idlewild_repair::pallet::Event as E;
    Some(match event {
        E::Claimed { miner, deal, slot, .. } => Event::Claimed { miner, deal, slot },
        E::Repaired { miner, deal, slot, index, bounty } => Event::Repaired { miner, deal, slot, index, bounty },
        E::Dropped { .. } => return None,
    })
}

fn capacity(event: types::pallet_idlewild_capacity::pallet::Event) -> Option<Event> {
    use types::pallet_idlewild_capacity::pallet::Event as E;
    Some(match event {
        E::Claimed { round, miner, quality, .. } => Event::RoundClaimed { round, miner: miner.0, quality },
        E::ClaimedFalsely { round, miner, slashed } => Event::RoundClaimedFalsely { round, miner: miner.0, slashed },
        E::RoundClosed { round, winner, reward, .. } => {
            Event::RoundClosed { round, winner: winner.map(|winner| winner.0), reward }
        },
        _ => return None,
    })
}
