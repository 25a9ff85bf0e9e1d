//! Whether a service's endpoint answers: what a panel is asked about a lease.
//!
//! Whoever is behind the endpoint has to show the lease's key, and then the service itself has to say that it is well. A tracker asks
//! several times before it says that nobody is there; only what it sees itself counts.

use std::time::Duration;

use idlewild_chain_client::{ChainClient, ComputeClient, ReadError};
use idlewild_client::{
    service::{
        ask::{AskError, Known},
        reach::endpoint,
        settings::UnreadableSettings,
    },
    Session,
};
use idlewild_compute::executor::ExecutorError;
use idlewild_compute_primitives::{
    panel::{ANSWERS, SILENT},
    Digest, LeaseId,
};
use tokio_util::sync::CancellationToken;

use crate::{
    compute::{gather::GatherError, running::RunError},
    pause::rest,
};

/// How often an endpoint is asked before it counts as silent.
const TRIES: u32 = 3;
/// The pause between.
const PAUSE: Duration = Duration::from_secs(4);
/// How long the key may take to be shown.
const KEY: Duration = Duration::from_secs(8);
/// How long the service may take to say that it is well.
const WELL: Duration = Duration::from_secs(15);
/// How long fetching a service's settings may take: they are its owner's concern, and nobody is to wait for them in vain.
const SETTINGS: Duration = Duration::from_secs(30);

/// The verdict on a lease's endpoint.
pub(super) async fn verdict(
    chain: &dyn ChainClient,
    compute: &dyn ComputeClient,
    session: &Session,
    lease: LeaseId,
    stop: &CancellationToken,
) -> Result<Digest, RunError> {
    let Some(view) = compute.lease(lease).await.map_err(unread)? else { return Ok(SILENT) };
    let at = match endpoint(&view, chain.is_development().await.map_err(unread)?) {
        Ok(at) => at,
        Err(error) => {
            tracing::info!(lease, %error, "an endpoint is not asked");
            return Ok(SILENT);
        },
    };
    let Some(key) = view.key else { return Ok(SILENT) };
    let known = Known { genesis: chain.genesis(), lease, key, at };
    let health = health(compute, session, view.service).await.map_err(unread)?;
    for tried in 1..=TRIES {
        match ask(&known, health.as_deref()).await {
            Ok(()) => return Ok(ANSWERS),
            Err(error) => tracing::info!(lease, tried, %error, "an endpoint does not answer"),
        }
        if tried < TRIES && !rest(PAUSE, stop).await {
            return Err(ExecutorError::Stopped.into());
        }
    }
    Ok(SILENT)
}

fn unread(error: ReadError) -> RunError {
    GatherError::Bundle(error.into()).into()
}

async fn ask(known: &Known, health: Option<&str>) -> Result<(), AskError> {
    known.probe(KEY).await?;
    match health {
        Some(path) => known.health(path, WELL).await,
        None => Ok(()),
    }
}

/// The path that the service's owner wants asked. Where that cannot be learned, the key alone decides: a provider must not go without
/// pay because an owner let its settings perish.
async fn health(compute: &dyn ComputeClient, session: &Session, service: u64) -> Result<Option<String>, ReadError> {
    let Some(service) = compute.service(service).await? else { return Ok(None) };
    let read = tokio::time::timeout(SETTINGS, session.service_settings(&service.spec.settings)).await;
    let told =
        |error: &UnreadableSettings| tracing::info!(service = service.id, %error, "a service is judged by its key alone");
    match read {
        Ok(read) => Ok(read.inspect_err(told).ok().and_then(|settings| settings.health)),
        Err(_) => {
            tracing::info!(service = service.id, "a service's settings do not come; it is judged by its key alone");
            Ok(None)
        },
    }
}
