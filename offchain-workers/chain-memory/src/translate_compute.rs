//! Between the words of requesters, providers and trackers and those of the runtime.

use idlewild_chain_client::{compute_call::ComputeCall as Call, ComputeEvent, Event};
use pallet_idlewild_test_runtime::{RuntimeCall, RuntimeEvent, Test};

use crate::translate::bounded;

type Apps = pallet_idlewild_apps::Call<Test>;
type Market = pallet_idlewild_market::Call<Test>;
type Offers = pallet_idlewild_offers::Call<Test>;
type Projects = pallet_idlewild_projects::Call<Test>;
type Services = pallet_idlewild_services::Call<Test>;
type Trackers = pallet_idlewild_trackers::Call<Test>;

/// A call in the runtime's words, or why it could not even be decoded there.
pub(crate) fn runtime_call(call: Call) -> Result<RuntimeCall, String> {
    Ok(match call {
        Call::RegisterProvider { peer_key, peer_signature, endpoint, offered, attributes, prices, bond } => Offers::register {
            peer_key,
            peer_signature,
            endpoint: bounded(endpoint.into_bytes())?,
            offered,
            attributes,
            prices,
            bond,
        }
        .into(),
        Call::AddProviderBond { provider, amount } => Offers::add_bond { provider, amount }.into(),
        Call::WithdrawProviderBond { provider, amount } => Offers::withdraw_bond { provider, amount }.into(),
        Call::SetOffer { provider, offered, attributes, prices } => {
            Offers::set_offer { provider, offered, attributes, prices }.into()
        },
        Call::SetProviderEndpoint { provider, endpoint } => {
            Offers::set_endpoint { provider, endpoint: bounded(endpoint.into_bytes())? }.into()
        },
        Call::PauseProvider { provider } => Offers::pause { provider }.into(),
        Call::ResumeProvider { provider } => Offers::resume { provider }.into(),
        Call::ExitProvider { provider } => Offers::exit { provider }.into(),
        Call::RemoveProvider { provider } => Offers::remove { provider }.into(),
        Call::PublishApp { name, category, program } => {
            Apps::publish { name: bounded(name.into_bytes())?, category, program }.into()
        },
        Call::ReleaseApp { app, program } => Apps::release { app, program }.into(),
        Call::YankApp { app, version } => Apps::yank { app, version }.into(),
        Call::TakeSeat => Trackers::take_seat {}.into(),
        Call::TopUpSeat { seat } => Trackers::top_up { seat }.into(),
        Call::LeaveSeat { seat } => Trackers::leave { seat }.into(),
        Call::VacateSeat { seat } => Trackers::vacate { seat }.into(),
        Call::AskGrade { provider } => Trackers::ask_grade { provider }.into(),
        Call::Convene { panel } => Trackers::convene { panel }.into(),
        Call::CommitVerdict { panel, seat, commitment } => Trackers::commit { panel, seat, commitment }.into(),
        Call::RevealVerdict { panel, seat, verdict, salt } => Trackers::reveal { panel, seat, verdict, salt }.into(),
        Call::ClosePanel { panel } => Trackers::close { panel }.into(),
        Call::Ask { provider, lot, tick } => Market::ask { provider, lot, tick }.into(),
        Call::Bid { service, lot, tick } => Market::bid { service, lot, tick }.into(),
        Call::CancelOrder { order } => Market::cancel { order }.into(),
        Call::Request { service } => Market::request { service }.into(),
        Call::Propose { request, providers } => Market::propose { request, providers: bounded(providers)? }.into(),
        Call::Settle { request } => Market::settle { request }.into(),
        Call::WithdrawRequest { request } => Market::withdraw { request }.into(),
        Call::CreateProject { spec } => Projects::create { spec: *spec }.into(),
        Call::Claim { project, provider, chunks } => Projects::claim { project, provider, chunks: bounded(chunks)? }.into(),
        Call::Acknowledge { project, provider, chunks } => {
            Projects::acknowledge { project, provider, chunks: bounded(chunks)? }.into()
        },
        Call::Commit { project, provider, commitments } => {
            Projects::commit { project, provider, commitments: bounded(commitments)? }.into()
        },
        Call::Reveal { project, provider, reveals } => {
            Projects::reveal { project, provider, reveals: bounded(reveals)? }.into()
        },
        Call::Advance { project, chunk } => Projects::advance { project, chunk }.into(),
        Call::Challenge { project, chunk } => Projects::challenge { project, chunk }.into(),
        Call::Sample { project, chunk } => Projects::sample { project, chunk }.into(),
        Call::Finalise { project, chunks } => Projects::finalise { project, chunks: bounded(chunks)? }.into(),
        Call::Wrap { project, chunk, provider, key } => Projects::wrap { project, chunk, provider, key }.into(),
        Call::CancelProject { project } => Projects::cancel { project }.into(),
        Call::ExpireProject { project } => Projects::expire { project }.into(),
        Call::CleanProject { project, limit } => Projects::clean { project, limit }.into(),
        Call::CloseProject { project } => Projects::close { project }.into(),
        Call::Deploy { spec } => Services::deploy { spec: *spec }.into(),
        Call::TopUpService { service, amount } => Services::top_up { service, amount }.into(),
        Call::Scale { service, instances } => Services::scale { service, instances }.into(),
        Call::StopService { service } => Services::stop { service }.into(),
        Call::AcceptLease { lease, key, endpoint } => {
            Services::accept { lease, key, endpoint: bounded(endpoint.into_bytes())? }.into()
        },
        Call::SetLeaseEndpoint { lease, endpoint } => {
            Services::set_endpoint { lease, endpoint: bounded(endpoint.into_bytes())? }.into()
        },
        Call::Redeem { lease, amount, signature } => Services::redeem { lease, amount, signature }.into(),
        Call::AskProbe { lease } => Services::ask_probe { lease }.into(),
        Call::ReportDown { lease } => Services::report_down { lease }.into(),
        Call::CloseLease { lease } => Services::close { lease }.into(),
        Call::FinishLease { lease } => Services::finish { lease }.into(),
    })
}

/// An event that daemons act on, in their words.
pub(crate) fn event(event: RuntimeEvent) -> Option<Event> {
    let event = match event {
        RuntimeEvent::Offers(pallet_idlewild_offers::Event::Registered { provider, operator, .. }) => {
            ComputeEvent::ProviderRegistered { provider, operator: operator.into() }
        },
        RuntimeEvent::Projects(pallet_idlewild_projects::Event::Created { project, owner, .. }) => {
            ComputeEvent::ProjectCreated { project, owner: owner.into() }
        },
        RuntimeEvent::Projects(pallet_idlewild_projects::Event::Lost { project, chunk, provider, slashed, .. }) => {
            ComputeEvent::ChunkLost { project, chunk, provider, slashed }
        },
        RuntimeEvent::Projects(pallet_idlewild_projects::Event::Paid { project, chunk, provider, amount }) => {
            ComputeEvent::ChunkPaid { project, chunk, provider, amount }
        },
        RuntimeEvent::Trackers(pallet_idlewild_trackers::Event::SeatTaken { seat, tracker, .. }) => {
            ComputeEvent::SeatTaken { seat, tracker: tracker.into() }
        },
        RuntimeEvent::Services(pallet_idlewild_services::Event::Deployed { service, owner, .. }) => {
            ComputeEvent::ServiceDeployed { service, owner: owner.into() }
        },
        RuntimeEvent::Apps(pallet_idlewild_apps::Event::Published { app, publisher, .. }) => {
            ComputeEvent::AppPublished { app, publisher: publisher.into() }
        },
        _ => return None,
    };
    Some(event.into())
}
