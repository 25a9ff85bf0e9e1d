//! Services: containers that run on others' machines for as long as they are paid for.
//!
//! | module | concern |
//! | --- | --- |
//! | this one | asking for a service, changing it, ending it |
//! | [`moves`] | what its owner does with each block, as a function of what it sees |
//! | [`keep`] | doing that: finding machines, paying by the period, having silent ones judged |
//!
//! A service that nobody keeps is paid by what trackers see, and finds no new machine when one vanishes: only its owner may ask for one.

pub mod keep;
pub mod moves;

use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};

use idlewild_chain_client::{
    coins::show_coins, pause::jittered, ComputeCall, ComputeEvent, Event, Outcome, ReadError, SubmitError,
};
use idlewild_client::{
    bundle::{self, Bundle, BundleError},
    market::Wish,
    put::{PutEvent, Told},
    service::{
        ask::{AskError, Known},
        machines,
        reach::{endpoint, ReachError},
        settings::{SettingsError, FILE},
        Settings,
    },
    PutId, PutOptions,
};
use idlewild_compute_primitives::{
    lease,
    program::Program,
    project::{ServiceSpec, MAX_INSTANCES},
    resources::{Resources, Wishes},
    view::{FitView, LeaseView, ServiceView},
    Balance, Clock, LeaseId, OrganisationId, ServiceId,
};
use idlewild_storage_primitives::geometry::MAX_SEGMENT_BYTES;

use crate::{submit::JobId, Sdk};

/// Services of a page.
const PAGE: u32 = 64;
/// How long a provider may take to show its key and to send a log.
const ASK: Duration = Duration::from_secs(20);
/// How often a provider is asked before it counts as silent.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(700);

/// A service that is asked for.
#[derive(Clone, Debug)]
pub struct Service {
    /// The image.
    pub program: Program,
    /// How it is run.
    pub settings: Settings,
    /// What an instance takes of a machine.
    pub resources: Resources,
    /// What else a machine must be.
    pub wishes: Wishes,
    /// Instances.
    pub instances: u8,
    /// The most that an instance may cost, in plancks a block.
    pub max_rate: Balance,
    /// How long each instance is paid for ahead, in blocks of the clock.
    pub term: Clock,
    /// The organisation that pays, if it is not the owner.
    pub organisation: Option<OrganisationId>,
    /// How and for how long its settings are stored.
    pub stored: Wish,
}

/// Why a service was not deployed, or nothing could be done with it.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// How it is to be run makes no sense.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Too many instances, or none.
    #[error("a service has 1 to {MAX_INSTANCES} instances, and {0} are asked for")]
    Instances(u8),
    /// Its settings could not be stored.
    #[error("the service's settings could not be stored: {0}")]
    Store(#[from] BundleError),
    /// A file of this machine.
    #[error("the service's settings could not be written to a file: {0}")]
    File(#[from] std::io::Error),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The chain refused.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The account cannot pay.
    #[error("the account has {} to spend, and the service needs {} ahead: what is not used of it comes back", show_coins(*.free), show_coins(*.needed))]
    NotEnoughCoins {
        /// What it has.
        free: Balance,
        /// What is needed.
        needed: Balance,
    },
    /// There is none.
    #[error("there is no service {0}: it is over, or never was")]
    NoSuchService(ServiceId),
    /// There is no such lease.
    #[error("service {service} has no lease {lease}: `idlewild service stat {service}` lists them")]
    NoSuchLease {
        /// The service.
        service: ServiceId,
        /// The lease.
        lease: LeaseId,
    },
    /// It runs nowhere yet.
    #[error("service {0} runs nowhere yet")]
    NotRunning(ServiceId),
    /// The service stands and was not told of.
    #[error("the chain took the service and told nothing of it: give the same command again")]
    Untold,
    /// A lease cannot be asked.
    #[error(transparent)]
    Reach(#[from] ReachError),
    /// A lease did not answer.
    #[error(transparent)]
    Ask(#[from] AskError),
}

/// The end of an instance's log.
#[derive(Clone, Debug)]
pub struct Log {
    /// Whose.
    pub lease: LeaseId,
    /// What it wrote last.
    pub bytes: Vec<u8>,
}

impl Service {
    /// What is put on hold for it on chain, where a probe costs so much: a term of all instances at the highest rate, and their probes.
    pub fn ahead(&self, probe: Balance) -> Balance {
        lease::ahead(self.max_rate, self.term, probe).saturating_mul(self.instances.into())
    }

    /// Refuses what no chain would take.
    pub fn check(&self) -> Result<(), ServiceError> {
        self.settings.check()?;
        match (1..=MAX_INSTANCES).contains(&self.instances) {
            true => Ok(()),
            false => Err(ServiceError::Instances(self.instances)),
        }
    }

    /// What stands on chain of it.
    pub fn spec(&self, settings: Bundle) -> ServiceSpec {
        ServiceSpec {
            program: self.program,
            settings,
            resources: self.resources,
            wishes: self.wishes,
            instances: self.instances,
            max_rate: self.max_rate,
            term: self.term,
            organisation: self.organisation,
        }
    }
}

impl Sdk {
    /// What keeps each provider from a service.
    pub async fn explain_service(&self, spec: &ServiceSpec) -> Result<Vec<FitView>, ReadError> {
        machines::explain(self.compute.as_ref(), spec).await
    }

    /// Stores how a service is run, and deploys it. Given again with the same id it goes on where it stopped. Machines are found by
    /// [`keep_service`](Self::keep_service).
    pub async fn deploy(
        &self,
        service: &Service,
        id: JobId,
        told: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> Result<ServiceId, ServiceError> {
        service.check()?;
        let key = id.derive(b"settings key");
        if let Some(found) = self.service_with(&key).await? {
            return Ok(found);
        }
        let needed = service.ahead(self.compute.compute_terms().await?.probe);
        let free = self.session.chain().balance(self.session.account()).await?.free;
        if service.organisation.is_none() && free < needed {
            return Err(ServiceError::NotEnoughCoins { free, needed });
        }
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&service.settings.to_bytes())?;
        file.flush()?;
        let sources = vec![bundle::source(file.path(), FILE)?];
        let put = PutId::from_bytes(id.derive(b"settings"));
        let options = PutOptions { wish: service.stored, segment_bytes: MAX_SEGMENT_BYTES, id: put, again: true };
        let event: Told = Arc::new(told);
        let (settings, report) = self.session.put_bundle(sources, key, &options, Balance::MAX, event.clone()).await?;
        if !report.open.is_empty() {
            self.session.fill_all(report.open, &service.stored, &event).await;
        }
        self.deploy_spec(service.spec(settings)).await
    }

    async fn deploy_spec(&self, spec: ServiceSpec) -> Result<ServiceId, ServiceError> {
        let sent = self.session.submitter().submit(ComputeCall::Deploy { spec: Box::new(spec) }.into()).await;
        let account = self.session.account();
        let deployed = sent.as_ref().ok().and_then(|outcome| {
            outcome.events.iter().find_map(|event| match event {
                Event::Compute(ComputeEvent::ServiceDeployed { service, owner }) if *owner == account => Some(*service),
                _ => None,
            })
        });
        // An answer may be lost where the call was not.
        match deployed {
            Some(service) => Ok(service),
            None => match self.service_with(&spec.settings.key).await? {
                Some(service) => Ok(service),
                None => Err(sent.err().map_or(ServiceError::Untold, ServiceError::Submit)),
            },
        }
    }

    /// The service that an earlier try deployed.
    async fn service_with(&self, key: &[u8; 32]) -> Result<Option<ServiceId>, ReadError> {
        let services = self.services().await?;
        Ok(services.iter().find(|service| service.spec.settings.key == *key).map(|service| service.id))
    }

    /// The account's services.
    pub async fn services(&self) -> Result<Vec<ServiceView>, ReadError> {
        let (mut services, mut after) = (Vec::new(), None);
        loop {
            let page = self.compute.services_of(self.session.account(), after, PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            after = page.last().map(|service| service.id);
            services.extend(page);
            if is_last || after.is_none() {
                services.sort_by_key(|service| service.id);
                return Ok(services);
            }
        }
    }

    /// A service.
    pub async fn service(&self, id: ServiceId) -> Result<ServiceView, ServiceError> {
        self.compute.service(id).await?.ok_or(ServiceError::NoSuchService(id))
    }

    /// Has another number of instances run.
    pub async fn scale_service(&self, service: ServiceId, instances: u8) -> Result<Outcome, ServiceError> {
        if !(1..=MAX_INSTANCES).contains(&instances) {
            return Err(ServiceError::Instances(instances));
        }
        Ok(self.session.submitter().submit_again(ComputeCall::Scale { service, instances }.into()).await?)
    }

    /// Pays all leases of a service further ahead. Not tried again by itself where its fate is unknown: it would be paid twice.
    pub async fn top_up_service(&self, service: ServiceId, amount: Balance) -> Result<Outcome, ServiceError> {
        Ok(self.session.submitter().submit(ComputeCall::TopUpService { service, amount }.into()).await?)
    }

    /// Ends a service for good.
    pub async fn stop_service(&self, service: ServiceId) -> Result<Outcome, ServiceError> {
        Ok(self.session.submitter().submit_again(ComputeCall::StopService { service }.into()).await?)
    }

    /// The last lines that a service wrote: those of one lease, or of all that answer.
    pub async fn service_logs(&self, id: ServiceId, lease: Option<LeaseId>, lines: u32) -> Result<Vec<Log>, ServiceError> {
        let service = self.service(id).await?;
        if let Some(wanted) = lease {
            let found = service.leases.iter().find(|view| view.id == wanted);
            let found = found.ok_or(ServiceError::NoSuchLease { service: id, lease: wanted })?;
            return Ok(vec![self.log_of(found, lines).await?]);
        }
        let (mut logs, mut last) = (Vec::new(), None);
        for found in service.leases.iter().filter(|view| view.closing.is_none() && view.key.is_some()) {
            match self.log_of(found, lines).await {
                Ok(log) => logs.push(log),
                Err(error) => last = Some(error),
            }
        }
        match (logs.is_empty(), last) {
            (true, Some(error)) => Err(error),
            (true, None) => Err(ServiceError::NotRunning(id)),
            _ => Ok(logs),
        }
    }

    async fn log_of(&self, lease: &LeaseView, lines: u32) -> Result<Log, ServiceError> {
        let known = self.known_of(lease).await?;
        let mut tried = 0;
        loop {
            tried += 1;
            match known.logs(&self.session, lines, ASK).await {
                Ok(bytes) => return Ok(Log { lease: lease.id, bytes }),
                Err(error @ (AskError::NotOwner | AskError::TooLong(_) | AskError::Sealed(_))) => return Err(error.into()),
                Err(error) if tried >= TRIES => return Err(error.into()),
                Err(_) => tokio::time::sleep(jittered(PAUSE)).await,
            }
        }
    }

    /// What a lease is known by, if it may be asked.
    pub(crate) async fn known_of(&self, lease: &LeaseView) -> Result<Known, ServiceError> {
        let chain = self.session.chain();
        let at: SocketAddr = endpoint(lease, chain.is_development().await?)?;
        let key = lease.key.ok_or(ReachError::Nowhere)?;
        Ok(Known { genesis: chain.genesis(), lease: lease.id, key, at })
    }
}
