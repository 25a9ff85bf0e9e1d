//! Calls of the compute market, out of our words and into the chain's.

use subxt::{error::ExtrinsicError, utils::Static};

use super::calls::{bounded, bytes, Client, Encoded};
use crate::{compute_call::ComputeCall as Call, metadata::tx};

/// Encodes a call, after checking that the chain's is of the shape that this program was built for.
pub(super) fn encode(client: &Client<'_>, call: Call) -> Result<Encoded, ExtrinsicError> {
    match call {
        Call::RegisterProvider { peer_key, peer_signature, endpoint, offered, attributes, prices, bond } => bytes(
            client,
            tx().offers().register(
                peer_key,
                peer_signature,
                bounded(endpoint.into_bytes()),
                Static(offered),
                Static(attributes),
                Static(prices),
                bond,
            ),
        ),
        Call::AddProviderBond { provider, amount } => bytes(client, tx().offers().add_bond(provider, amount)),
        Call::WithdrawProviderBond { provider, amount } => bytes(client, tx().offers().withdraw_bond(provider, amount)),
        Call::SetOffer { provider, offered, attributes, prices } => {
            bytes(client, tx().offers().set_offer(provider, Static(offered), Static(attributes), Static(prices)))
        },
        Call::SetProviderEndpoint { provider, endpoint } => {
            bytes(client, tx().offers().set_endpoint(provider, bounded(endpoint.into_bytes())))
        },
        Call::PauseProvider { provider } => bytes(client, tx().offers().pause(provider)),
        Call::ResumeProvider { provider } => bytes(client, tx().offers().resume(provider)),
        Call::ExitProvider { provider } => bytes(client, tx().offers().exit(provider)),
        Call::RemoveProvider { provider } => bytes(client, tx().offers().remove(provider)),
        Call::PublishApp { name, category, program } => {
            bytes(client, tx().apps().publish(bounded(name.into_bytes()), Static(category), Static(program)))
        },
        Call::ReleaseApp { app, program } => bytes(client, tx().apps().release(app, Static(program))),
        Call::YankApp { app, version } => bytes(client, tx().apps().yank(app, version)),
        Call::TakeSeat => bytes(client, tx().trackers().take_seat()),
        Call::TopUpSeat { seat } => bytes(client, tx().trackers().top_up(seat)),
        Call::LeaveSeat { seat } => bytes(client, tx().trackers().leave(seat)),
        Call::VacateSeat { seat } => bytes(client, tx().trackers().vacate(seat)),
        Call::AskGrade { provider } => bytes(client, tx().trackers().ask_grade(provider)),
        Call::Convene { panel } => bytes(client, tx().trackers().convene(panel)),
        Call::CommitVerdict { panel, seat, commitment } => bytes(client, tx().trackers().commit(panel, seat, commitment)),
        Call::RevealVerdict { panel, seat, verdict, salt } => bytes(client, tx().trackers().reveal(panel, seat, verdict, salt)),
        Call::ClosePanel { panel } => bytes(client, tx().trackers().close(panel)),
        Call::Ask { provider, lot, tick } => bytes(client, tx().market().ask(provider, Static(lot), tick)),
        Call::Bid { service, lot, tick } => bytes(client, tx().market().bid(service, Static(lot), tick)),
        Call::CancelOrder { order } => bytes(client, tx().market().cancel(order)),
        Call::Request { service } => bytes(client, tx().market().request(service)),
        Call::Propose { request, providers } => bytes(client, tx().market().propose(request, bounded(providers))),
        Call::Settle { request } => bytes(client, tx().market().settle(request)),
        Call::WithdrawRequest { request } => bytes(client, tx().market().withdraw(request)),
        Call::CreateProject { spec } => bytes(client, tx().projects().create(Static(*spec))),
        Call::Claim { project, provider, chunks } => bytes(client, tx().projects().claim(project, provider, bounded(chunks))),
        Call::Acknowledge { project, provider, chunks } => {
            bytes(client, tx().projects().acknowledge(project, provider, bounded(chunks)))
        },
        Call::Commit { project, provider, commitments } => {
            bytes(client, tx().projects().commit(project, provider, bounded(commitments)))
        },
        Call::Reveal { project, provider, reveals } => bytes(
            client,
            tx().projects().reveal(
                project,
                provider,
                bounded(reveals.into_iter().map(|(chunk, finding, salt)| (chunk, Static(finding), salt)).collect()),
            ),
        ),
        Call::Advance { project, chunk } => bytes(client, tx().projects().advance(project, chunk)),
        Call::Challenge { project, chunk } => bytes(client, tx().projects().challenge(project, chunk)),
        Call::Sample { project, chunk } => bytes(client, tx().projects().sample(project, chunk)),
        Call::Finalise { project, chunks } => bytes(client, tx().projects().finalise(project, bounded(chunks))),
        Call::Wrap { project, chunk, provider, key } => bytes(client, tx().projects().wrap(project, chunk, provider, key)),
        Call::CancelProject { project } => bytes(client, tx().projects().cancel(project)),
        Call::ExpireProject { project } => bytes(client, tx().projects().expire(project)),
        Call::CleanProject { project, limit } => bytes(client, tx().projects().clean(project, limit)),
        Call::CloseProject { project } => bytes(client, tx().projects().close(project)),
        Call::Deploy { spec } => bytes(client, tx().services().deploy(Static(*spec))),
        Call::TopUpService { service, amount } => bytes(client, tx().services().top_up(service, amount)),
        Call::Scale { service, instances } => bytes(client, tx().services().scale(service, instances)),
        Call::StopService { service } => bytes(client, tx().services().stop(service)),
        Call::AcceptLease { lease, key, endpoint } => {
            bytes(client, tx().services().accept(lease, key, bounded(endpoint.into_bytes())))
        },
        Call::SetLeaseEndpoint { lease, endpoint } => {
            bytes(client, tx().services().set_endpoint(lease, bounded(endpoint.into_bytes())))
        },
        Call::Redeem { lease, amount, signature } => bytes(client, tx().services().redeem(lease, amount, signature)),
        Call::AskProbe { lease } => bytes(client, tx().services().ask_probe(lease)),
        Call::ReportDown { lease } => bytes(client, tx().services().report_down(lease)),
        Call::CloseLease { lease } => bytes(client, tx().services().close(lease)),
        Call::FinishLease { lease } => bytes(client, tx().services().finish(lease)),
    }
}
