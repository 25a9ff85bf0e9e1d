//! The front of a lease: what the world connects with.
//!
//! The ports of a lease are this worker's. Connections that begin with a magic are answered here (see
//! [`wire`](idlewild_client::service::wire)); everything else passes to the container, which listens on the loopback interface, and
//! back, untouched. A protocol in which the server speaks first works too: who says nothing for a moment is passed on.
//!
//! Strangers connect here, so that everything is bounded: connections in all, those of one address that have not said yet what they
//! want, how long that may take, and how long a connection may be idle.

mod crowd;
mod pass;
mod talk;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use idlewild_client::service::wire::{First, PROLOGUE};
use idlewild_compute_primitives::{Digest, LeaseId};
use idlewild_network::Identity;
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
    sync::{watch, Semaphore},
    time::{timeout, timeout_at, Instant},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::crowd::Crowd;
use super::host::Host;

/// What a front keeps strangers to.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections that pass to the service at a time.
    pub connections: usize,
    /// Connections that have not said yet what they want.
    pub undecided: usize,
    /// Of those, the ones from one address.
    pub undecided_each: u32,
    /// How long a client may be silent before it is taken for one that waits for the server's first word.
    pub silent: Duration,
    /// How long a magic that has begun may take.
    pub prologue: Duration,
    /// How long a conversation with this worker may take.
    pub talk: Duration,
    /// How long the service may take to accept a connection.
    pub connect: Duration,
    /// How long nothing may be said in either direction.
    pub idle: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 512,
            undecided: 256,
            undecided_each: 32,
            silent: Duration::from_millis(500),
            prologue: Duration::from_secs(5),
            talk: Duration::from_secs(30),
            connect: Duration::from_secs(5),
            idle: Duration::from_secs(1_800),
        }
    }
}

/// Whom a front stands for.
pub struct Behind {
    /// The chain.
    pub genesis: Digest,
    /// The lease.
    pub lease: LeaseId,
    /// The lease's key.
    pub key: Identity,
    /// The service's owner, who may read the log.
    pub owner: [u8; 32],
    /// What runs its container.
    pub host: Arc<dyn Host>,
}

/// Where the ports of the container are, in order; none while it does not run.
type Targets = Arc<Vec<SocketAddr>>;

/// An open front.
pub struct Front {
    targets: watch::Sender<Targets>,
    stop: CancellationToken,
    tasks: TaskTracker,
    first: SocketAddr,
}

impl Front {
    /// Listens at these addresses, the first of which is the endpoint's. It listens at all of them or fails.
    pub async fn open(at: &[SocketAddr], behind: Behind, bounds: Bounds) -> io::Result<Self> {
        let mut listeners = Vec::with_capacity(at.len());
        for address in at {
            listeners.push(TcpListener::bind(address).await?);
        }
        let first = listeners.first().ok_or(io::ErrorKind::InvalidInput)?.local_addr()?;
        let (targets, watched) = watch::channel(Targets::default());
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let shared = Arc::new(Shared {
            behind,
            bounds,
            targets: watched,
            crowd: Arc::new(Crowd::new(bounds.undecided_each)),
            undecided: Arc::new(Semaphore::new(bounds.undecided)),
            passing: Arc::new(Semaphore::new(bounds.connections)),
            stop: stop.clone(),
            tasks: tasks.clone(),
        });
        for (place, listener) in listeners.into_iter().enumerate() {
            tasks.spawn(shared.clone().listen(place, listener));
        }
        Ok(Self { targets, stop, tasks, first })
    }

    /// Where the container's ports are now; nowhere while it does not run.
    pub fn point_at(&self, targets: Vec<SocketAddr>) {
        self.targets.send_if_modified(|known| {
            let changed = **known != targets;
            *known = Arc::new(targets);
            changed
        });
    }

    /// Where it listens first.
    pub fn address(&self) -> SocketAddr {
        self.first
    }

    /// Closes it with all of its connections.
    pub async fn close(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Shared {
    behind: Behind,
    bounds: Bounds,
    targets: watch::Receiver<Targets>,
    crowd: Arc<Crowd>,
    undecided: Arc<Semaphore>,
    passing: Arc<Semaphore>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// How long nobody is let in where the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(200);

impl Shared {
    async fn listen(self: Arc<Self>, place: usize, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                () = self.stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, from)) => self.clone().begin(place, stream, from),
                Err(error) => {
                    tracing::debug!(lease = self.behind.lease, %error, "a connection was not accepted");
                    tokio::time::sleep(NO_ROOM).await;
                },
            }
        }
    }

    /// Takes a connection, unless there are too many that have not said yet what they want.
    fn begin(self: Arc<Self>, place: usize, stream: TcpStream, from: SocketAddr) {
        let Ok(seat) = self.undecided.clone().try_acquire_owned() else { return };
        let Some(entry) = self.crowd.enter(from.ip()) else { return };
        let tasks = self.tasks.clone();
        tasks.spawn(async move {
            let served = async {
                let (first, bytes, mut stream) = self.first(stream).await?;
                match first {
                    First::Probe(nonce) => self.bounded(self.answer_probe(&mut stream, &nonce)).await,
                    First::Logs(nonce) => self.bounded(self.answer_logs(&mut stream, &nonce)).await,
                    First::Through | First::Short => {
                        drop((seat, entry));
                        self.pass_on(place, stream, &bytes).await
                    },
                }
            };
            let served = tokio::select! {
                () = self.stop.cancelled() => Ok(()),
                served = served => served,
            };
            if let Err(error) = served {
                tracing::debug!(lease = self.behind.lease, %from, %error, "a connection ended");
            }
        });
    }

    async fn bounded(&self, talk: impl std::future::Future<Output = io::Result<()>>) -> io::Result<()> {
        timeout(self.bounds.talk, talk).await?
    }

    /// Reads as much as tells what a connection is for. What was read and is the service's goes with it.
    async fn first(&self, mut stream: TcpStream) -> io::Result<(First, Vec<u8>, TcpStream)> {
        let begun = Instant::now();
        let (mut buffer, mut length) = ([0; PROLOGUE], 0usize);
        loop {
            let bytes = buffer.get(..length).unwrap_or_default();
            let first = First::of(bytes);
            if first != First::Short {
                return Ok((first, bytes.to_vec(), stream));
            }
            // Nothing but our own begins as a magic does, so that whoever has begun is given time for the rest.
            let until = begun + if length == 0 { self.bounds.silent } else { self.bounds.prologue };
            let room = buffer.get_mut(length..).unwrap_or_default();
            match timeout_at(until, stream.read(room)).await {
                Ok(Ok(read)) if read > 0 => length = length.saturating_add(read),
                Ok(Err(error)) => return Err(error),
                // It says no more, or nothing yet: whatever this is, it is not for us.
                Ok(Ok(_)) | Err(_) => return Ok((First::Through, buffer.get(..length).unwrap_or_default().to_vec(), stream)),
            }
        }
    }

    async fn pass_on(&self, place: usize, stream: TcpStream, first: &[u8]) -> io::Result<()> {
        let target = self.targets.borrow().get(place).copied();
        // Who connects while it does not run is told as if nobody listened.
        let Some(target) = target else { return Ok(()) };
        let Ok(_seat) = self.passing.clone().try_acquire_owned() else { return Ok(()) };
        let service = timeout(self.bounds.connect, TcpStream::connect(target)).await??;
        pass::both_ways(stream, service, first, self.bounds.idle).await
    }
}

#[cfg(test)]
mod tests;
