//! Keeping one lease's container running behind its front, for as long as it is wanted.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use idlewild_client::{
    service::{ask::Known, settings::UnreadableSettings, Settings},
    Session,
};
use idlewild_compute_primitives::{project::ServiceSpec, Digest, LeaseId, ServiceId};
use idlewild_network::Identity;
use tokio::{net::TcpStream, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    decide::Stand,
    folder::{width, Files, Folder, FolderError},
    front::{Behind, Bounds, Front},
    host::{Host, HostError, Hosted, What},
};
use crate::{
    config::Services,
    pause::{after, rest},
};

/// How often it is looked whether it still runs and is well.
const LOOK: Duration = Duration::from_secs(3);
/// How soon that is where it was just started.
const SOON: Duration = Duration::from_secs(1);
/// How often its fence is raised again.
const GUARD: Duration = Duration::from_secs(60);
/// A container that ran for so long did not fail again because of what it failed of before.
const STABLE: Duration = Duration::from_secs(300);
/// How long it may take to say that it is well.
const WELL: Duration = Duration::from_secs(10);

/// What a container is kept with.
pub(super) struct Keeping {
    pub(super) genesis: Digest,
    pub(super) lease: LeaseId,
    pub(super) service: ServiceId,
    pub(super) spec: ServiceSpec,
    pub(super) owner: [u8; 32],
    pub(super) key: Identity,
    pub(super) config: Services,
    pub(super) session: Arc<Session>,
    pub(super) host: Arc<dyn Host>,
    pub(super) folder: Folder,
    /// Held while ports are given: no two leases may get the same.
    pub(super) giving: Arc<tokio::sync::Mutex<()>>,
}

/// How a lease is, as the rest of the worker sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) stand: Stand,
    pub(super) endpoint: Option<String>,
}

/// Shared between who keeps a container and who decides.
#[derive(Default)]
pub(super) struct Seen(Mutex<Look>);

impl Seen {
    pub(super) fn look(&self) -> Look {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Look)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Why a container is not kept as it should be.
#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error(transparent)]
    Host(#[from] HostError),
    #[error(transparent)]
    Settings(#[from] UnreadableSettings),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("none of the ports {}-{} is free for it: give compute.services.ports more of them", .0[0], .0[1])]
    NoPort([u16; 2]),
    #[error("it wants {0} ports in a row, and compute.services.ports has fewer")]
    TooManyPorts(u16),
    #[error("it cannot be listened at {at}: {source}")]
    Listen { at: SocketAddr, source: io::Error },
    #[error("its container has ended {0}")]
    Ended(String),
    #[error("it is not well: {0}")]
    Unwell(String),
}

impl KeepError {
    fn is_final(&self) -> bool {
        match self {
            Self::Host(error) => matches!(error, HostError::Never(_)),
            Self::Settings(error) => !error.is_passing(),
            Self::TooManyPorts(_) => true,
            _ => false,
        }
    }
}

impl Keeping {
    /// Keeps it running until `stop`. Its container goes on after that: who wants it ended says so to the host.
    pub(super) async fn run(self, seen: Arc<Seen>, stop: CancellationToken) {
        let mut kept = Kept { keeping: self, front: None, what: None, since: None, guarded: None };
        let mut failures = 0u32;
        loop {
            let looked = tokio::select! {
                () = stop.cancelled() => break,
                looked = kept.look(&seen) => looked,
            };
            let pause = match looked {
                Ok(()) => {
                    seen.change(|look| look.stand = Stand::Up);
                    if kept.since.is_some_and(|since| since.elapsed() >= STABLE) {
                        failures = 0;
                    }
                    LOOK
                },
                Err(error) if error.is_final() => {
                    tracing::warn!(lease = kept.keeping.lease, %error, "a lease cannot be kept here");
                    seen.change(|look| look.stand = Stand::Impossible);
                    after(u32::MAX)
                },
                Err(KeepError::Unwell(reason)) => {
                    seen.change(|look| look.stand = Stand::Coming);
                    tracing::debug!(lease = kept.keeping.lease, reason, "a service is not well");
                    SOON
                },
                Err(error) => {
                    seen.change(|look| look.stand = Stand::Coming);
                    failures = failures.saturating_add(1);
                    tracing::warn!(lease = kept.keeping.lease, %error, "a lease is not served; this is tried again");
                    after(failures)
                },
            };
            if !rest(pause, &stop).await {
                break;
            }
        }
        if let Some(front) = kept.front.take() {
            front.close().await;
        }
    }
}

struct Kept {
    keeping: Keeping,
    front: Option<Front>,
    what: Option<What>,
    /// Since when the container runs, as far as is known.
    since: Option<Instant>,
    guarded: Option<Instant>,
}

impl Kept {
    /// Looks once, and mends what can be mended. It is well where this is.
    async fn look(&mut self, seen: &Seen) -> Result<(), KeepError> {
        let what = self.what().await?;
        let host = self.keeping.host.clone();
        if self.front.is_none() {
            let front = self.open(&what.settings).await?;
            let endpoint = SocketAddr::new(self.keeping.config.address, front.address().port()).to_string();
            seen.change(|look| look.endpoint = Some(endpoint));
            self.front = Some(front);
        }
        let targets = match host.look(&what).await? {
            Hosted::Running(targets) => targets,
            Hosted::Absent => {
                self.point_at(Vec::new());
                host.start(&what).await?;
                tracing::info!(lease = what.lease, service = what.service, "a service was started");
                self.begun(host.look(&what).await?)?
            },
            // The first time it is started again at once; a caller that fails again and again waits longer and longer.
            Hosted::Ended { how } if self.since.take().is_some() => {
                self.point_at(Vec::new());
                return Err(KeepError::Ended(how));
            },
            Hosted::Ended { .. } => {
                self.point_at(Vec::new());
                host.start_again(&what).await?;
                self.begun(host.look(&what).await?)?
            },
        };
        self.since.get_or_insert_with(Instant::now);
        if self.guarded.is_none_or(|at| at.elapsed() >= GUARD) {
            host.guard(&what).await?;
            self.guarded = Some(Instant::now());
        }
        self.point_at(targets.clone());
        self.is_well(&what.settings, targets.first().copied()).await
    }

    fn begun(&mut self, hosted: Hosted) -> Result<Vec<SocketAddr>, KeepError> {
        match hosted {
            Hosted::Running(targets) => Ok(targets),
            Hosted::Ended { how } => Err(KeepError::Ended(how)),
            Hosted::Absent => Err(KeepError::Ended("and is gone".into())),
        }
    }

    fn point_at(&self, targets: Vec<SocketAddr>) {
        if let Some(front) = &self.front {
            front.point_at(targets);
        }
    }

    /// Whether it answers as trackers will ask it: a provider whose word on that is wrong loses coins.
    async fn is_well(&self, settings: &Settings, target: Option<SocketAddr>) -> Result<(), KeepError> {
        let (Some(at), false) = (target, settings.ports.is_empty()) else { return Ok(()) };
        let Keeping { genesis, lease, key, .. } = &self.keeping;
        let unwell = |error: String| KeepError::Unwell(error);
        match &settings.health {
            Some(path) => {
                let known = Known { genesis: *genesis, lease: *lease, key: key.peer_key(), at };
                known.health(path, WELL).await.map_err(|error| unwell(error.to_string()))
            },
            None => match tokio::time::timeout(WELL, TcpStream::connect(at)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(unwell(error.to_string())),
                Err(_) => Err(unwell("it accepts no connection".into())),
            },
        }
    }

    /// What is to run, as it was kept on the disk or is fetched now.
    async fn what(&mut self) -> Result<What, KeepError> {
        if let Some(what) = &self.what {
            return Ok(what.clone());
        }
        let Keeping { lease, service, spec, session, .. } = &self.keeping;
        let files = self.files();
        let settings = match files.settings()? {
            Some(settings) => settings,
            None => {
                let settings = session.service_settings(&spec.settings).await?;
                files.keep_settings(&settings)?;
                settings
            },
        };
        let what = What { lease: *lease, service: *service, spec: *spec, settings };
        self.what = Some(what.clone());
        Ok(what)
    }

    fn files(&self) -> Files {
        self.keeping.folder.lease(self.keeping.lease)
    }

    /// Listens where it did before, or at the first ports that are free.
    async fn open(&self, settings: &Settings) -> Result<Front, KeepError> {
        let (count, range) = (width(settings), self.keeping.config.ports);
        let [first, last] = range;
        if u32::from(last).saturating_sub(u32::from(first)).saturating_add(1) < u32::from(count) {
            return Err(KeepError::TooManyPorts(count));
        }
        let _one = self.keeping.giving.lock().await;
        let files = self.files();
        if let Some(port) = files.port()? {
            match self.listen(port, count).await {
                Err(error) if is_taken(&error) => tracing::warn!(port, "others listen where a lease was reached; it moves"),
                opened => return opened.map_err(|source| self.no_listen(port, source)),
            }
        }
        let given: Vec<(LeaseId, u16, u16)> = self.keeping.folder.ports()?;
        let is_given = |port: u16| {
            given.iter().any(|(lease, first, count)| {
                *lease != self.keeping.lease && (*first..first.saturating_add(*count)).contains(&port)
            })
        };
        let ends = last.saturating_sub(count.saturating_sub(1));
        for port in first..=ends {
            if (port..port.saturating_add(count)).any(is_given) {
                continue;
            }
            match self.listen(port, count).await {
                Ok(front) => {
                    files.keep_port(port)?;
                    return Ok(front);
                },
                Err(error) if is_taken(&error) => {},
                Err(source) => return Err(self.no_listen(port, source)),
            }
        }
        Err(KeepError::NoPort(range))
    }

    fn no_listen(&self, port: u16, source: io::Error) -> KeepError {
        KeepError::Listen { at: SocketAddr::new(self.keeping.config.listen, port), source }
    }

    async fn listen(&self, first: u16, count: u16) -> io::Result<Front> {
        let Keeping { genesis, lease, owner, key, config, host, .. } = &self.keeping;
        let listen: IpAddr = config.listen;
        let at: Vec<SocketAddr> =
            (first..=first.saturating_add(count.saturating_sub(1))).map(|port| SocketAddr::new(listen, port)).collect();
        let behind = Behind { genesis: *genesis, lease: *lease, key: key.clone(), owner: *owner, host: host.clone() };
        let bounds = Bounds { connections: config.connections as usize, ..Bounds::default() };
        Front::open(&at, behind, bounds).await
    }
}

fn is_taken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrInUse
}
