//! Leases of services: containers that run for as long as others pay for them, and that the world can reach.
//!
//! | module | concern |
//! | --- | --- |
//! | [`market`](self) | getting leases: requests that fit, lots in the book |
//! | [`decide`] | what is to be done about a lease, as a function of chain, machine and clock |
//! | `keep` | keeping its container running, with a port that the world reaches |
//! | [`front`] | that port: probes and the owner's questions are answered, everything else passes through |
//! | [`host`] | what runs containers |
//! | [`folder`] | what is on the disk: keys and ports |
//!
//! Everything follows from the chain and the disk. A worker that was killed finds its containers again by their leases, and an engine
//! that was killed has them started again; a lease that ended meanwhile is torn down.

pub mod decide;
pub mod folder;
pub mod front;
pub mod host;
mod keep;
mod market;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::join_all;
use idlewild_chain_client::{ChainClient, ComputeCall, ComputeClient, ReadError, Submitter};
use idlewild_client::Session;
use idlewild_compute_primitives::{
    lease::LeaseRules,
    program::Category,
    resources::Prices,
    view::{ComputeTerms, LeaseView, ServiceView},
    Clock, LeaseId, ProviderId,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::{
    decide::{decide, Here, Stand, Step},
    folder::{Folder, FolderError},
    host::Host,
    keep::{Keeping, Look, Seen},
    market::Proposals,
};
use crate::{
    compute::{
        following::{each_block, send, StepError},
        policy::{Policy, Refusal, Subject},
    },
    config::Services,
};

/// Entries of a page.
const PAGE: u32 = 64;

/// What leases are served with.
pub struct Parts {
    /// The provider.
    pub provider: ProviderId,
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// The chain, as far as leases go.
    pub compute: Arc<dyn ComputeClient>,
    /// Sends the operator's transactions.
    pub submitter: Arc<Submitter>,
    /// Reads services' settings.
    pub session: Arc<Session>,
    /// What runs containers.
    pub host: Arc<dyn Host>,
    /// How services are run here; where it is not said, leases that come all the same are turned away, so that others get them.
    pub config: Option<Services>,
    /// Whom and what this machine works for.
    pub policy: Policy,
    /// What is asked.
    pub prices: Prices,
    /// The compute role's folder.
    pub folder: PathBuf,
}

/// The names of containers that must not be swept up at a start: those of leases that something is on the disk of.
pub fn kept(folder: &Path) -> Vec<String> {
    match Folder::of(folder).leases() {
        Ok(leases) => leases.iter().map(ToString::to_string).collect(),
        Err(error) => {
            tracing::error!(%error, "which services run here is not known; they will be started anew");
            Vec::new()
        },
    }
}

/// The leases of a provider at work.
pub struct Leases {
    parts: Parts,
    stop: CancellationToken,
    folder: Folder,
    held: Mutex<BTreeMap<LeaseId, Held>>,
    proposals: tokio::sync::Mutex<Proposals>,
    giving: Arc<tokio::sync::Mutex<()>>,
}

/// A lease whose container is kept.
struct Held {
    seen: Arc<Seen>,
    stop: CancellationToken,
    keeping: JoinHandle<()>,
}

impl Leases {
    /// Nothing is begun yet.
    pub fn new(parts: Parts, stop: CancellationToken) -> Arc<Self> {
        let folder = Folder::of(&parts.folder);
        let (held, proposals, giving) = Default::default();
        Arc::new(Self { parts, stop, folder, held, proposals, giving })
    }

    /// Works with each final block until `stop`. Containers go on after that.
    pub async fn run(self: Arc<Self>) {
        each_block("leases", self.parts.chain.as_ref(), &self.stop, || self.step()).await;
        let held = std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        for held in held.into_values() {
            held.stop.cancel();
            // It ends with its token; one that died has nothing to end.
            let _ = held.keeping.await;
        }
    }

    async fn step(self: &Arc<Self>) -> Result<(), StepError> {
        let terms = self.parts.compute.compute_terms().await?;
        let leases = self.leases().await?;
        let mut all: BTreeMap<LeaseId, Option<LeaseView>> = BTreeMap::new();
        for known in self.on_disk() {
            // One that is not among the provider's may still be there on chain, where a page was read as it came.
            let view = self.parts.compute.lease(known).await?;
            all.insert(known, view.filter(|view| view.provider == self.parts.provider));
        }
        all.extend(leases.into_iter().map(|view| (view.id, Some(view))));
        let steps = all.iter().map(|(lease, view)| self.lease(*lease, view.as_ref(), terms.now, terms.leases));
        for done in join_all(steps).await {
            if let Err(error) = done {
                tracing::warn!(%error, "a lease was not looked after; this is tried again with the next block");
            }
        }
        let running = all.values().flatten().filter(|view| view.closing.is_none()).count();
        self.look_for_work(running, &terms).await
    }

    fn on_disk(&self) -> Vec<LeaseId> {
        let leases = self.folder.leases().inspect_err(|error| tracing::error!(%error, "the leases on the disk cannot be read"));
        leases.unwrap_or_default().into_iter().collect()
    }

    async fn leases(&self) -> Result<Vec<LeaseView>, ReadError> {
        let (mut leases, mut after) = (Vec::new(), None);
        loop {
            let page = self.parts.compute.leases_of(self.parts.provider, after, PAGE).await?;
            after = page.last().map(|lease: &LeaseView| lease.id);
            let is_last = page.len() < PAGE as usize;
            leases.extend(page);
            if is_last || after.is_none() {
                return Ok(leases);
            }
        }
    }

    /// Gets more leases, if there is room for them.
    async fn look_for_work(&self, running: usize, terms: &ComputeTerms) -> Result<(), StepError> {
        let Some(config) = &self.parts.config else { return Ok(()) };
        let Some(provider) = self.parts.compute.provider(self.parts.provider).await? else { return Ok(()) };
        if !provider.attributes.runtimes.oci {
            return Ok(());
        }
        let room = usize::from(config.most).saturating_sub(running);
        let mut proposals = self.proposals.lock().await;
        let mut calls =
            market::calls(self.parts.compute.as_ref(), &self.parts.policy, provider.id, room, terms.now, &mut proposals)
                .await?;
        calls.extend(market::asks(self.parts.compute.as_ref(), &provider, &self.parts.prices, terms.stake, config).await?);
        join_all(calls.into_iter().map(|call| self.send(call))).await;
        Ok(())
    }

    /// Does what a lease wants now.
    async fn lease(
        self: &Arc<Self>,
        lease: LeaseId,
        view: Option<&LeaseView>,
        now: Clock,
        rules: LeaseRules,
    ) -> Result<(), LeaseError> {
        let Look { stand, endpoint } = match self.is_taken(view).await? {
            true => self.seen(lease),
            false => Look { stand: Stand::Impossible, endpoint: None },
        };
        let is_over = view.is_none_or(|view| view.closing.is_some());
        // None is made for one that is over, or the disk would never be rid of it.
        let key = match is_over {
            true => Default::default(),
            false => self.folder.lease(lease).key()?.peer_key(),
        };
        let here = Here { now, rules, key, endpoint: endpoint.as_deref(), stand };
        for step in decide(view, &here) {
            match step {
                Step::Run => self.keep(lease, view).await?,
                Step::Accept => {
                    let Some(endpoint) = endpoint.clone() else { continue };
                    self.send(ComputeCall::AcceptLease { lease, key, endpoint }).await;
                },
                Step::Move => {
                    let Some(endpoint) = endpoint.clone() else { continue };
                    self.send(ComputeCall::SetLeaseEndpoint { lease, endpoint }).await;
                },
                Step::Probe => self.send(ComputeCall::AskProbe { lease }).await,
                Step::Close => self.send(ComputeCall::CloseLease { lease }).await,
                Step::Finish => self.send(ComputeCall::FinishLease { lease }).await,
                Step::End => self.end(lease).await?,
                Step::Forget => self.folder.lease(lease).remove()?,
            }
        }
        Ok(())
    }

    /// Whether a lease is one that this machine wants. Anybody may have proposed it for any service that it fits.
    async fn is_taken(&self, view: Option<&LeaseView>) -> Result<bool, ReadError> {
        if self.parts.config.is_none() {
            return Ok(false);
        }
        // What was accepted is kept to its end, whatever the policy says by then.
        let Some(view) = view.filter(|view| view.closing.is_none() && view.key.is_none()) else { return Ok(true) };
        let Some(service) = self.parts.compute.service(view.service).await? else { return Ok(true) };
        let admitted = admit(&self.parts.policy, &service);
        if let Err(refusal) = &admitted {
            tracing::info!(lease = view.id, service = service.id, %refusal, "a lease is turned away");
        }
        Ok(admitted.is_ok())
    }

    fn seen(&self, lease: LeaseId) -> Look {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(&lease).map(|held| held.seen.look()).unwrap_or_default()
    }

    /// Begins to keep a lease's container, unless it is kept already.
    async fn keep(self: &Arc<Self>, lease: LeaseId, view: Option<&LeaseView>) -> Result<(), LeaseError> {
        let (Some(view), Some(config)) = (view, &self.parts.config) else { return Ok(()) };
        let is_kept = {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.get(&lease).is_some_and(|held| !held.keeping.is_finished())
        };
        if is_kept {
            return Ok(());
        }
        let Some(service) = self.parts.compute.service(view.service).await? else { return Ok(()) };
        let keeping = Keeping {
            genesis: self.parts.chain.genesis(),
            lease,
            service: service.id,
            spec: service.spec,
            owner: service.owner,
            key: self.folder.lease(lease).key()?,
            config: config.clone(),
            session: self.parts.session.clone(),
            host: self.parts.host.clone(),
            folder: self.folder.clone(),
            giving: self.giving.clone(),
        };
        let (seen, stop) = (Arc::new(Seen::default()), self.stop.child_token());
        let keeping = tokio::spawn(keeping.run(seen.clone(), stop.clone()));
        let held = Held { seen, stop, keeping };
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(lease, held);
        Ok(())
    }

    /// Ends a lease's container, and closes its front.
    async fn end(&self, lease: LeaseId) -> Result<(), LeaseError> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&lease);
        if let Some(held) = held {
            held.stop.cancel();
            // One that died has nothing to end.
            let _ = held.keeping.await;
            tracing::info!(lease, "a lease is over; its container is ended");
        }
        Ok(self.parts.host.stop(lease).await?)
    }

    async fn send(&self, call: ComputeCall) {
        send(&self.parts.submitter, &self.stop, call).await;
    }
}

/// Whether a service is worked for.
fn admit(policy: &Policy, service: &ServiceView) -> Result<(), Refusal> {
    policy.admit(&Subject {
        requester: service.owner,
        program: service.spec.program.digest,
        category: Some(Category::Services),
        organisation: service.spec.organisation,
    })
}

/// Why a lease was not looked after.
#[derive(Debug, thiserror::Error)]
enum LeaseError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("a container was not ended: {0}")]
    Host(#[from] host::HostError),
}
