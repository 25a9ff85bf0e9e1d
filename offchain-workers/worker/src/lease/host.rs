//! What runs the containers of leases.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use idlewild_client::{service::Settings, Session};
use idlewild_compute::{
    executor::ExecutorError,
    oci::{Lease, Port, Protocol, ServiceError, Serving, State},
};
use idlewild_compute_primitives::{project::ServiceSpec, LeaseId, ServiceId};

use crate::compute::{
    containers::{Hold, ImageError, UsedBy},
    gather::{Executors, GatherError},
};

/// How long a container may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// Why a container is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// It may be better later.
    #[error("{0}")]
    Passing(String),
    /// It never will be: the image or what is asked of it makes no sense here.
    #[error("{0}")]
    Never(String),
}

impl From<ServiceError> for HostError {
    fn from(error: ServiceError) -> Self {
        let is_final = match &error {
            ServiceError::Unusable(_) | ServiceError::Senseless(_) => true,
            ServiceError::Here(error) => is_lasting(error),
            ServiceError::Taken(_) | ServiceError::Address(_) => false,
        };
        Self::of(&error, is_final)
    }
}

impl From<GatherError> for HostError {
    fn from(error: GatherError) -> Self {
        let is_final = match &error {
            GatherError::Image(ImageError::Unfit(_) | ImageError::TooLarge { .. }) => true,
            GatherError::Image(ImageError::Executor(error)) => is_lasting(error),
            _ => false,
        };
        Self::of(&error, is_final)
    }
}

impl HostError {
    fn of(error: &dyn std::error::Error, is_final: bool) -> Self {
        match is_final {
            true => Self::Never(error.to_string()),
            false => Self::Passing(error.to_string()),
        }
    }
}

/// Whether this machine could not run it at another time either.
fn is_lasting(error: &ExecutorError) -> bool {
    matches!(error, ExecutorError::Insufficient { .. } | ExecutorError::Unenforceable { .. } | ExecutorError::WrongDigest)
}

/// What is to run for a lease.
#[derive(Clone, Debug)]
pub struct What {
    /// The lease.
    pub lease: LeaseId,
    /// Its service.
    pub service: ServiceId,
    /// What was asked for.
    pub spec: ServiceSpec,
    /// How it is run.
    pub settings: Settings,
}

/// How far a container is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosted {
    /// There is none.
    Absent,
    /// It has ended.
    Ended {
        /// How, in words.
        how: String,
    },
    /// It runs, and its ports are reached here, in their order.
    Running(Vec<SocketAddr>),
}

/// Runs the containers of leases. They outlive whoever started them, and are found again by their lease.
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// How far a lease's container is.
    async fn look(&self, what: &What) -> Result<Hosted, HostError>;

    /// Starts it, where there is none, with everything that it needs.
    async fn start(&self, what: &What) -> Result<(), HostError>;

    /// Starts it again after it has ended.
    async fn start_again(&self, what: &What) -> Result<(), HostError>;

    /// Sees to it that it still reaches nobody that it must not reach.
    async fn guard(&self, what: &What) -> Result<(), HostError>;

    /// Ends it, if there is one, and gives back everything that it has.
    async fn stop(&self, lease: LeaseId) -> Result<(), HostError>;

    /// The last lines that it wrote.
    async fn logs(&self, lease: LeaseId, lines: u32) -> Result<Vec<u8>, HostError>;
}

/// By the machine's engine.
pub struct Contained {
    executors: Executors,
    session: Arc<Session>,
    /// Images that must stay, as long as their leases run.
    holds: Mutex<HashMap<LeaseId, Hold>>,
}

impl Contained {
    /// With what runs containers here. `None` where that is switched off.
    pub fn new(executors: Executors, session: Arc<Session>) -> Option<Self> {
        executors.oci.as_ref()?;
        Some(Self { executors, session, holds: Mutex::default() })
    }

    async fn serving(&self, lease: LeaseId) -> Result<Option<Serving>, HostError> {
        let containers = self.executors.oci.as_ref().ok_or_else(|| HostError::Never("containers are switched off".into()))?;
        Ok(containers.oci().serving(&lease.to_string()).await?)
    }

    async fn there(&self, lease: LeaseId) -> Result<Serving, HostError> {
        let serving = self.serving(lease).await?;
        serving.ok_or_else(|| HostError::Passing(format!("there is no container for lease {lease}")))
    }
}

#[async_trait]
impl Host for Contained {
    async fn look(&self, what: &What) -> Result<Hosted, HostError> {
        let Some(serving) = self.serving(what.lease).await? else { return Ok(Hosted::Absent) };
        Ok(match serving.state().await? {
            State::Gone => Hosted::Absent,
            State::Ended { code, for_want_of_memory: false } => Hosted::Ended { how: format!("with code {code}") },
            State::Ended { .. } => Hosted::Ended { how: "because it wanted more memory than it has".into() },
            State::Running => {
                // After a restart of the worker nothing holds its image yet.
                if let Some(hold) = self.executors.hold(&what.spec.program) {
                    self.holds.lock().unwrap_or_else(PoisonError::into_inner).entry(what.lease).or_insert(hold);
                }
                Hosted::Running(what.settings.ports.iter().filter_map(|port| serving.address_of(*port)).collect())
            },
        })
    }

    async fn start(&self, what: &What) -> Result<(), HostError> {
        let What { lease, service, spec, settings } = what;
        self.executors.used_by(&spec.program, UsedBy::Service(*service));
        let image = self.executors.image(&self.session, &spec.program).await?;
        if let Some(hold) = self.executors.hold(&spec.program) {
            self.holds.lock().unwrap_or_else(PoisonError::into_inner).insert(*lease, hold);
        }
        let outside = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let containers = self.executors.oci.as_ref().ok_or_else(|| HostError::Never("containers are switched off".into()))?;
        let lease = Lease {
            id: lease.to_string(),
            image,
            arguments: settings.arguments.clone(),
            environment: settings.environment.clone(),
            ports: settings.ports.iter().map(|inside| Port { inside: *inside, protocol: Protocol::Tcp, outside }).collect(),
            networked: settings.networked,
            resources: spec.resources,
        };
        match containers.oci().serve(&lease).await {
            // Somebody was faster: that is what was wanted.
            Ok(_) | Err(ServiceError::Taken(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn start_again(&self, what: &What) -> Result<(), HostError> {
        Ok(self.there(what.lease).await?.start_again().await?)
    }

    async fn guard(&self, what: &What) -> Result<(), HostError> {
        Ok(self.there(what.lease).await?.guard().await?)
    }

    async fn stop(&self, lease: LeaseId) -> Result<(), HostError> {
        if let Some(serving) = self.serving(lease).await? {
            serving.stop(GRACE).await?;
        }
        self.holds.lock().unwrap_or_else(PoisonError::into_inner).remove(&lease);
        Ok(())
    }

    async fn logs(&self, lease: LeaseId, lines: u32) -> Result<Vec<u8>, HostError> {
        Ok(self.there(lease).await?.logs(lines).await?)
    }
}
