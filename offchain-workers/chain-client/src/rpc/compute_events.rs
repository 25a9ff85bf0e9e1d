//! Events of the compute market, out of the chain's words and into ours.

use crate::{
    compute_event::ComputeEvent,
    event::Event,
    metadata::{runtime_types as types, RootEvent},
};

/// The event in our words, where daemons or the command line act on it.
pub(super) fn translate(event: RootEvent) -> Option<Event> {
    let event = match event {
        RootEvent::Offers(types::pallet_idlewild_offers::pallet::Event::Registered { provider, operator, .. }) => {
            ComputeEvent::ProviderRegistered { provider, operator: operator.0 }
        },
        RootEvent::Projects(types::pallet_idlewild_projects::pallet::Event::Created { project, owner, .. }) => {
            ComputeEvent::ProjectCreated { project, owner: owner.0 }
        },
        RootEvent::Projects(types::pallet_idlewild_projects::pallet::Event::Lost {
            project, chunk, provider, slashed, ..
        }) => ComputeEvent::ChunkLost { project, chunk, provider, slashed },
        RootEvent::Projects(types::pallet_idlewild_projects::pallet::Event::Paid {
            project, chunk, provider, amount, ..
        }) => ComputeEvent::ChunkPaid { project, chunk, provider, amount },
        RootEvent::Trackers(types::pallet_idlewild_trackers::pallet::Event::SeatTaken { seat, tracker, .. }) => {
            ComputeEvent::SeatTaken { seat, tracker: tracker.0 }
        },
        RootEvent::Services(types::pallet_idlewild_services::pallet::Event::Deployed { service, owner, .. }) => {
            ComputeEvent::ServiceDeployed { service, owner: owner.0 }
        },
        RootEvent::Apps(types::pallet_idlewild_apps::pallet::Event::Published { app, publisher, .. }) => {
            ComputeEvent::AppPublished { app, publisher: publisher.0 }
        },
        _ => return None,
    };
    Some(event.into())
}
