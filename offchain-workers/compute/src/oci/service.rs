//! Services: containers that run for as long as their lease, and that the world can reach.
//!
//! A service has a network of its own with a fence around it. When it ends, by itself or not, it stays where it is until whoever runs
//! the lease starts it again or stops it for good.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use bollard::{
    container::LogOutput,
    models::{ContainerCreateBody, ContainerInspectResponse, HostConfigLogConfig, PortBinding, PortMap},
    query_parameters::{LogsOptions, StatsOptions, StopContainerOptions},
};
use futures::StreamExt;
use idlewild_compute_primitives::resources::Resources;

use super::{
    context::Context,
    engine::{bounded, AskError},
    held::{Belongings, Held},
    image::Image,
    meter,
    names::{self, Names},
    network,
    sandbox::{self, Bounds, Place},
    Oci,
};
use crate::executor::{ExecutorError, LOG_BYTES};

/// The engine keeps this many files of a service's log, each of this size.
const LOG_FILES: (&str, &str) = ("2", "1m");
/// The longest that a service may be asked to end by itself.
const MOST_GRACE: Duration = Duration::from_secs(600);

/// What is to run for a lease.
#[derive(Clone, Debug)]
pub struct Lease {
    /// What it is called.
    pub id: String,
    /// Its image.
    pub image: Arc<Image>,
    /// Arguments in place of those of the image, where there are any.
    pub arguments: Vec<String>,
    /// Its environment, with what stands in the image.
    pub environment: Vec<(String, String)>,
    /// How it is reached from outside.
    pub ports: Vec<Port>,
    /// Whether it is on a network at all, without which it has no ports.
    pub networked: bool,
    /// What it gets of the machine.
    pub resources: Resources,
}

/// How a service is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its own port.
    pub inside: u16,
    /// What is spoken there.
    pub protocol: Protocol,
    /// The address of this machine at which it is reached. Port 0 lets the engine choose.
    pub outside: SocketAddr,
}

/// What is spoken at a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // They say what they are.
pub enum Protocol {
    Tcp,
    Udp,
}

impl Port {
    fn key(&self) -> String {
        let protocol = match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        };
        format!("{}/{protocol}", self.inside)
    }
}

/// Why a service does not run, or could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// This machine's fault.
    #[error(transparent)]
    Here(#[from] ExecutorError),
    /// It runs already.
    #[error("something runs for lease {0} already; stop that first, or take it over")]
    Taken(String),
    /// The image cannot be run by anybody.
    #[error("its image cannot be run: {0}")]
    Unusable(String),
    /// An address that others have, or that this machine has not.
    #[error("the service cannot be reached as it should be: {0}; choose another address or port")]
    Address(String),
    /// What is asked for contradicts itself.
    #[error("{0}")]
    Senseless(&'static str),
}

impl From<AskError> for ServiceError {
    fn from(error: AskError) -> Self {
        Self::Here(error.into())
    }
}

/// Whether a service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Running,
    /// It ended.
    Ended {
        /// Its code.
        code: i64,
        /// Whether it wanted more memory than it had.
        for_want_of_memory: bool,
    },
    /// Somebody removed it.
    Gone,
}

/// What a service takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Milliseconds of processor time; where only the engine counts, since it was started last.
    pub cpu_ms: u64,
    /// Bytes of memory now.
    pub memory: u64,
    /// Processes now.
    pub pids: u64,
    /// Bytes that came from the network.
    pub received: u64,
    /// Bytes that went to it.
    pub sent: u64,
}

/// A service that was started. It outlives this, and this process: until it is stopped, or swept up at a start of the worker.
pub struct Serving {
    context: Context,
    belongings: Belongings,
    lease: String,
    ports: Vec<SocketAddr>,
    /// The same by the container's own TCP ports.
    inside: HashMap<u16, SocketAddr>,
}

impl Oci {
    /// Starts a service.
    pub async fn serve(&self, lease: &Lease) -> Result<Serving, ServiceError> {
        if !lease.networked && !lease.ports.is_empty() {
            return Err(ServiceError::Senseless("a service without a network has no ports"));
        }
        if let Some(fault) = &lease.image.fault {
            return Err(ServiceError::Unusable(fault.clone()));
        }
        let context = self.inner.context().await?;
        let bounds = context.bounds(&lease.resources, None)?;
        let names = Names::of(&context.settings.worker, names::LEASE, &lease.id);
        // Two starts of one lease at once would each take the other's for left over.
        let _one = self.inner.starting.lock().await;
        match context.engine.inspect(&names.container).await {
            Err(AskError::Refused { status: 404, .. }) => {},
            Ok(_) => return Err(ServiceError::Taken(lease.id.clone())),
            Err(error) => return Err(error.into()),
        }
        let belongings = context.belongings(names, lease.networked);
        let mut held = Held::new(belongings.clone());
        match begin(&context, &belongings, &mut held, lease, &bounds).await {
            Ok(found) => {
                held.keep();
                let (ports, inside) = (published(&found), by_inside(&found));
                Ok(Serving { context, belongings, lease: lease.id.clone(), ports, inside })
            },
            Err(error) => {
                held.release().await;
                Err(error)
            },
        }
    }

    /// Takes over a service that an earlier worker of this name started, if there is one.
    pub async fn serving(&self, lease: &str) -> Result<Option<Serving>, ServiceError> {
        let context = self.inner.context().await?;
        let names = Names::of(&context.settings.worker, names::LEASE, lease);
        let found = match context.engine.inspect(&names.container).await {
            Err(AskError::Refused { status: 404, .. }) => return Ok(None),
            found => found?,
        };
        let mode = found.host_config.as_ref().and_then(|host| host.network_mode.as_deref());
        let belongings = context.belongings(names, mode != Some("none"));
        let (ports, inside) = (published(&found), by_inside(&found));
        Ok(Some(Serving { context, belongings, lease: lease.to_owned(), ports, inside }))
    }
}

async fn begin(
    context: &Context,
    belongings: &Belongings,
    held: &mut Held,
    lease: &Lease,
    bounds: &Bounds,
) -> Result<ContainerInspectResponse, ServiceError> {
    let Context { engine, firewall, settings, .. } = context;
    let name = &belongings.names.container;
    let labels = [(names::WORKER, settings.worker.clone()), (names::LEASE, lease.id.clone())];
    let mut place = Place {
        labels: HashMap::from(labels.map(|(label, value)| (label.to_owned(), value))),
        group: belongings.group.as_ref().map(|group| group.path().to_owned()),
        network: None,
        disk: context.disk(belongings, bounds).await?,
        arguments: lease.arguments.clone(),
    };
    if lease.networked {
        network::open(engine, firewall, &belongings.names, &place.labels).await?;
        place.network = Some(name.clone());
    }
    held.asked();
    let created = engine.create(name, body(context, lease, bounds, &place)).await;
    if !matches!(created, Err(AskError::Failed { .. })) {
        held.answered();
    }
    match created {
        Ok(_) => {},
        Err(AskError::Refused { status: 404, reason, .. }) if reason.to_lowercase().contains("no such image") => {
            return Err(lease.image.lose().into())
        },
        Err(AskError::Refused { status: 400, reason, .. }) => return Err(ServiceError::Unusable(reason)),
        Err(error) => return Err(error.into()),
    }
    start(belongings).await?;
    Ok(engine.inspect(name).await?)
}

async fn start(belongings: &Belongings) -> Result<(), ServiceError> {
    match network::start(belongings).await? {
        Ok(()) => Ok(()),
        Err(AskError::Refused { reason, .. }) if is_about_address(&reason) => Err(ServiceError::Address(reason)),
        Err(AskError::Refused { status: 400, reason, .. }) => Err(ServiceError::Unusable(reason)),
        Err(error) => Err(error.into()),
    }
}

fn is_about_address(reason: &str) -> bool {
    ["port is already allocated", "address already in use", "cannot assign requested address"]
        .iter()
        .any(|words| reason.contains(words))
}

fn body(context: &Context, lease: &Lease, bounds: &Bounds, place: &Place) -> ContainerCreateBody {
    let mut body = sandbox::body(&lease.image, bounds, place, &context.report);
    body.env = Some(lease.environment.iter().map(|(name, value)| format!("{name}={value}")).collect());
    body.exposed_ports = Some(lease.ports.iter().map(Port::key).collect());
    if let Some(host) = body.host_config.as_mut() {
        let mut bindings = PortMap::new();
        for port in &lease.ports {
            let binding =
                PortBinding { host_ip: Some(port.outside.ip().to_string()), host_port: Some(port.outside.port().to_string()) };
            bindings.entry(port.key()).or_default().get_or_insert_default().push(binding);
        }
        host.port_bindings = Some(bindings);
        host.dns = lease.networked.then(|| context.settings.resolvers.iter().map(IpAddr::to_string).collect());
        let (files, size) = LOG_FILES;
        let bounds = [("max-file", files), ("max-size", size)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        host.log_config = Some(HostConfigLogConfig { typ: Some("json-file".into()), config: Some(HashMap::from(bounds)) });
    }
    body
}

/// Where a service is reached.
fn published(found: &ContainerInspectResponse) -> Vec<SocketAddr> {
    let mut addresses: Vec<_> = bindings(found).map(|(_, address)| address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Where each of its own TCP ports is reached; of several addresses of one, the lowest.
fn by_inside(found: &ContainerInspectResponse) -> HashMap<u16, SocketAddr> {
    let mut ports = HashMap::<u16, SocketAddr>::new();
    for (key, address) in bindings(found) {
        let Some(port) = key.strip_suffix("/tcp").and_then(|port| port.parse().ok()) else { continue };
        ports.entry(port).and_modify(|known| *known = address.min(*known)).or_insert(address);
    }
    ports
}

fn bindings(found: &ContainerInspectResponse) -> impl Iterator<Item = (&str, SocketAddr)> {
    let ports = found.network_settings.as_ref().and_then(|settings| settings.ports.as_ref());
    ports.into_iter().flatten().flat_map(|(key, bindings)| {
        bindings.iter().flatten().filter_map(|binding| {
            let address: IpAddr = binding.host_ip.as_deref()?.parse().ok()?;
            Some((key.as_str(), SocketAddr::new(address, binding.host_port.as_deref()?.parse().ok()?)))
        })
    })
}

impl Serving {
    /// The lease that it runs for.
    pub fn lease(&self) -> &str {
        &self.lease
    }

    /// The addresses of this machine at which it is reached. They may be others once it was started again.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.ports
    }

    /// The address of this machine at which one of its own TCP ports is reached.
    pub fn address_of(&self, inside: u16) -> Option<SocketAddr> {
        self.inside.get(&inside).copied()
    }

    /// Whether it runs.
    pub async fn state(&self) -> Result<State, ServiceError> {
        let found = match self.context.engine.inspect(self.name()).await {
            Err(AskError::Refused { status: 404, .. }) => return Ok(State::Gone),
            found => found?,
        };
        let state = found.state.unwrap_or_default();
        Ok(match state.running {
            Some(true) => State::Running,
            _ => State::Ended { code: state.exit_code.unwrap_or_default(), for_want_of_memory: state.oom_killed == Some(true) },
        })
    }

    /// Waits until it ends, and returns its code; `None` where it ran for all of that time.
    pub async fn ended(&self, limit: Duration) -> Result<Option<i64>, ServiceError> {
        match tokio::time::timeout(limit, self.context.engine.ended(self.name())).await {
            Ok(code) => Ok(Some(code?)),
            Err(_) => Ok(None),
        }
    }

    /// Starts it again after it has ended, behind the same fence.
    pub async fn start_again(&mut self) -> Result<(), ServiceError> {
        start(&self.belongings).await?;
        let found = self.context.engine.inspect(self.name()).await?;
        (self.ports, self.inside) = (published(&found), by_inside(&found));
        Ok(())
    }

    /// Raises its fence again, in case somebody emptied the machine's tables, and cuts what it has begun in between. It costs little, and can be done every minute.
    pub async fn guard(&self) -> Result<(), ServiceError> {
        Ok(network::guard(&self.belongings).await?)
    }

    /// The last lines that it wrote, in all no more than [`LOG_BYTES`].
    pub async fn logs(&self, lines: u32) -> Result<Vec<u8>, ServiceError> {
        let options = LogsOptions { stdout: true, stderr: true, tail: lines.to_string(), ..Default::default() };
        let engine = &self.context.engine;
        let read = async {
            let mut log = Vec::new();
            let mut pieces = pin!(engine.docker().logs(self.name(), Some(options)));
            while let Some(piece) = pieces.next().await {
                log.extend_from_slice(&LogOutput::into_bytes(piece?));
                if log.len() > 2 * LOG_BYTES {
                    log.drain(..log.len() - LOG_BYTES);
                }
            }
            log.drain(..log.len().saturating_sub(LOG_BYTES));
            Ok(log)
        };
        Ok(bounded("reading a service's log", engine.limit(), read).await?)
    }

    /// What it takes, and has taken.
    pub async fn usage(&self) -> Result<Usage, ServiceError> {
        let engine = &self.context.engine;
        let options = StatsOptions { stream: false, one_shot: true };
        let read = async { pin!(engine.docker().stats(self.name(), Some(options))).next().await.transpose() };
        let stats = bounded("asking what a service takes", engine.limit(), read).await?.unwrap_or_default();
        let counted = self.belongings.group.as_ref().and_then(|group| group.used_ms());
        let networks = || stats.networks.iter().flat_map(HashMap::values);
        Ok(Usage {
            cpu_ms: counted.unwrap_or_else(|| meter::used_ms(&stats)),
            memory: stats.memory_stats.as_ref().and_then(|memory| memory.usage).unwrap_or_default(),
            pids: stats.pids_stats.as_ref().and_then(|pids| pids.current).unwrap_or_default(),
            received: networks().filter_map(|network| network.rx_bytes).sum(),
            sent: networks().filter_map(|network| network.tx_bytes).sum(),
        })
    }

    /// Asks it to end, ends it where it has not within `grace`, and gives back everything that it has.
    pub async fn stop(self, grace: Duration) -> Result<(), ServiceError> {
        let engine = &self.context.engine;
        let grace = grace.min(MOST_GRACE);
        let seconds = i32::try_from(grace.as_secs()).unwrap_or(i32::MAX);
        let options = StopContainerOptions { signal: None, t: Some(seconds) };
        // The engine answers when it has ended; the client's own limit may be shorter than the grace.
        let docker = engine.docker().clone().with_timeout(grace.saturating_add(engine.limit()));
        let stopping = docker.stop_container(self.name(), Some(options));
        // Removing it ends it as well, so a failure here is told only if that fails too.
        if let Err(error) = bounded("stopping a service", grace.saturating_add(engine.limit()), stopping).await {
            tracing::debug!(lease = self.lease, %error, "a service is ended without being asked");
        }
        let outcome = self.belongings.give_back().await;
        if outcome.is_err() {
            // Dropped, it is tried again.
            drop(Held::new(self.belongings));
        }
        outcome.map_err(|error| ExecutorError::Engine(format!("not all of a service could be removed yet: {error}")).into())
    }

    fn name(&self) -> &str {
        &self.belongings.names.container
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_from_what_the_engine_says() {
        let binding = |address: &str, port: &str| PortBinding { host_ip: Some(address.into()), host_port: Some(port.into()) };
        let ports = PortMap::from([
            ("80/tcp".to_owned(), Some(vec![binding("127.0.0.1", "8080"), binding("", "1"), binding("::1", "x")])),
            ("81/tcp".to_owned(), None),
            ("82/udp".to_owned(), Some(vec![binding("::1", "82")])),
        ]);
        let settings = bollard::models::NetworkSettings { ports: Some(ports), ..Default::default() };
        let found = ContainerInspectResponse { network_settings: Some(settings), ..Default::default() };
        let addresses: Vec<_> = published(&found).iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["127.0.0.1:8080", "[::1]:82"]);
        let inside = by_inside(&found);
        assert_eq!(inside.get(&80).map(ToString::to_string).as_deref(), Some("127.0.0.1:8080"));
        assert_eq!(inside.len(), 1, "UDP is not among them, nor what is not published: {inside:?}");
    }

    #[test]
    fn a_port_that_others_have_is_told_from_other_failures() {
        assert!(is_about_address("Bind for 127.0.0.1:80 failed: port is already allocated"));
        assert!(!is_about_address("no such network"));
    }
}
