//! Containers on this machine: a Docker Engine where there is one, and the images that it is given.
//!
//! An engine may come and go. Where there is none, or it cannot keep a limit, that is said once, modules are run as ever, and it is
//! looked for again at long intervals.
//!
//! | module | concern |
//! | --- | --- |
//! | [`watch`] | whether there is an engine, and what it says of itself |
//! | [`images`] | images from the storage network and from other providers, checked before the engine sees them |
//! | [`runners`] | who else runs an image, as the chain tells |
//! | [`program`] | an image's tasks |

pub mod images;
pub mod program;
pub mod runners;
pub mod watch;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use idlewild_chain_client::ComputeClient;
use idlewild_client::{BundleError, Session};
use idlewild_compute::{
    executor::{At, Executor, ExecutorError, Prepared, Source},
    oci::{Image, Oci, Report, Settings},
};
use idlewild_compute_primitives::{program::Program, Digest, ProjectId, ServiceId};
use idlewild_images::{
    blob::Sha,
    fit::{FitError, Unfit},
    index,
    pull::PullError,
    registry::RegistryError,
    store::{Pin, StoreError},
};
use idlewild_network::Network;
use tokio::sync::watch as channel;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{images::Images, runners::Runners};
use crate::{
    config::{self, Engine},
    lease,
};

/// Why containers cannot be run here, whatever engine there is.
#[derive(Debug, thiserror::Error)]
pub enum ContainersError {
    /// The folder of images.
    #[error("the cache of images cannot be used: {0}")]
    Store(#[from] StoreError),
    /// Where the engine pulls them from.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A folder.
    #[error("{path}: {source}")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A thread of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

/// Why an image cannot be run now.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// There is no engine.
    #[error("there is no engine for containers on this machine now")]
    NoEngine,
    /// What tells of its blobs cannot be read.
    #[error("the image cannot be read: {0}")]
    Bundle(#[from] BundleError),
    /// It is not what stands on chain, or cannot be used by anybody.
    #[error("the image cannot be used: {0}")]
    Unfit(Box<Unfit>),
    /// Its layers did not come.
    #[error(transparent)]
    Pull(#[from] PullError),
    /// The disk.
    #[error(transparent)]
    Check(Box<FitError>),
    /// It is larger than all that this machine keeps of images.
    #[error("the image has {bytes} bytes, and compute.oci.cache_limit is {limit}")]
    TooLarge {
        /// Its bytes, unpacked or not.
        bytes: u64,
        /// The most that is kept.
        limit: u64,
    },
    /// The engine.
    #[error(transparent)]
    Executor(#[from] ExecutorError),
    /// A thread of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

impl From<index::ImageError> for ImageError {
    fn from(error: index::ImageError) -> Self {
        Self::Unfit(Box::new(error.into()))
    }
}

impl From<FitError> for ImageError {
    fn from(error: FitError) -> Self {
        match error {
            FitError::Unfit(unfit) => Self::Unfit(Box::new(unfit)),
            other => Self::Check(Box::new(other)),
        }
    }
}

/// What an image is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UsedBy {
    /// A project's tasks.
    Project(ProjectId),
    /// A service.
    Service(ServiceId),
}

/// The leases whose containers a worker that starts again goes on with: they are not swept away. `folder` is the compute role's.
pub fn kept_leases(folder: &Path) -> Vec<String> {
    lease::kept(folder)
}

/// What containers are run with.
pub struct Setup {
    /// The configuration.
    pub config: config::Oci,
    /// The role's folder.
    pub folder: PathBuf,
    /// Who the containers are labelled with: no two workers of one engine share it.
    pub worker: String,
    /// The chain, which tells who else runs an image.
    pub compute: Arc<dyn ComputeClient>,
    /// Reads images from the storage network.
    pub session: Arc<Session>,
    /// Where others are reached, and reach this machine; without it nothing is exchanged with them.
    pub network: Option<Network>,
}

/// Containers on this machine.
pub struct Containers {
    oci: Oci,
    images: Images,
    reports: channel::Receiver<Option<Arc<Report>>>,
    /// Images that the engine was given.
    given: Mutex<HashMap<Digest, Given>>,
    limit: u64,
    stop: CancellationToken,
}

/// An image that the engine was given, or is about to be.
#[derive(Clone)]
struct Given {
    /// Held while it is brought, so that it is brought once. The reference under which the engine has it.
    slot: Arc<tokio::sync::Mutex<Option<String>>>,
    /// Its bytes, unpacked; 0 before that is known.
    bytes: u64,
    /// When it was asked for, counted in questions.
    used: u64,
    /// One more than those that use it.
    users: Arc<()>,
}

/// Keeps an image here, for the engine and for others that pull it.
pub struct Hold {
    _pins: Vec<Pin>,
    _user: Arc<()>,
}

impl Containers {
    /// Opens the cache, looks for the engine once, and goes on looking beside everything else.
    pub async fn start(setup: Setup, tasks: &TaskTracker, stop: CancellationToken) -> Result<Arc<Self>, ContainersError> {
        let Setup { config, folder, worker, compute, session, network } = setup;
        let settings = Settings {
            socket: config.socket.clone(),
            disks: Some(folder.join("disks")),
            yields: config.yields,
            ..Settings::new(worker)
        };
        let oci = Oci::new(settings);
        let cache = config.cache.clone().unwrap_or_else(|| folder.join("images"));
        let runners = Arc::new(Runners::new(compute, network.as_ref().map(Network::peer_key)));
        let images = Images::open(&cache, config.cache_limit, session, network, runners, stop.clone()).await?;
        let is_demanded = config.engine == Engine::On;
        let reports = watch::begin(oci.clone(), kept_leases(&folder), is_demanded, tasks, stop.clone()).await;
        Ok(Arc::new(Self { oci, images, reports, given: Mutex::default(), limit: config.cache_limit, stop }))
    }

    /// What runs them. It asks its engine when it is used.
    pub fn oci(&self) -> &Oci {
        &self.oci
    }

    /// The images.
    pub fn images(&self) -> &Images {
        &self.images
    }

    /// What the engine says of itself, where there is one that keeps every limit.
    pub fn report(&self) -> Option<Arc<Report>> {
        self.reports.borrow().clone()
    }

    /// The same as it changes.
    pub fn reports(&self) -> channel::Receiver<Option<Arc<Report>>> {
        self.reports.clone()
    }

    /// The control group of all containers of this worker: what it uses is not the owner's load.
    pub async fn group(&self) -> Option<String> {
        self.report()?;
        self.oci.group().await.ok().flatten()
    }

    /// Notes what an image is used for.
    pub fn used_by(&self, program: &Program, by: UsedBy) {
        self.images.runners().note(program.digest, by);
    }

    /// Whether an image is there and what the chain says: of its layers nothing is fetched yet.
    pub async fn look(&self, program: &Program) -> Result<(), ImageError> {
        self.report().ok_or(ImageError::NoEngine)?;
        self.images.index(program).await.map(drop)
    }

    /// An image for a service, which the engine has afterwards.
    pub async fn image(&self, program: &Program) -> Result<Arc<Image>, ImageError> {
        let reference = self.bring(program).await?;
        Ok(self.oci.image(&Source { digest: program.digest, at: At::Reference(reference) }).await?)
    }

    /// An image for tasks, which the engine has afterwards.
    pub async fn prepare(&self, program: &Program) -> Result<Arc<dyn Prepared>, ImageError> {
        let reference = self.bring(program).await?;
        Ok(self.oci.prepare(&Source { digest: program.digest, at: At::Reference(reference) }).await?)
    }

    /// Keeps an image here; `None` where it is not.
    pub fn hold(&self, program: &Program) -> Option<Hold> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let user = given.get(&program.digest)?.users.clone();
        Some(Hold { _pins: self.images.pin(&program.digest), _user: user })
    }

    /// Brings an image to the engine, if it is not there yet, and returns the reference that it is pulled under.
    async fn bring(&self, program: &Program) -> Result<String, ImageError> {
        self.report().ok_or(ImageError::NoEngine)?;
        let Given { slot, users: _user, .. } = self.note_use(program.digest);
        let mut slot = slot.lock().await;
        if let Some(reference) = slot.as_ref() {
            let source = Source { digest: program.digest, at: At::Reference(reference.clone()) };
            match self.oci.image(&source).await {
                Ok(_) => return Ok(reference.clone()),
                // Somebody removed it from the engine.
                Err(error) => tracing::debug!(%error, "an image is brought to the engine once more"),
            }
        }
        let ready = self.images.bring(program, &self.stop).await?;
        self.make_room(&program.digest, ready.bytes).await;
        let source = Source { digest: program.digest, at: At::Reference(ready.reference.clone()) };
        // The engine reads the layers while they are pinned.
        self.oci.image(&source).await?;
        *slot = Some(ready.reference.clone());
        Ok(ready.reference)
    }

    fn note_use(&self, digest: Digest) -> Given {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let last = given.values().map(|given| given.used).max().unwrap_or(0);
        let entry =
            given.entry(digest).or_insert_with(|| Given { slot: Arc::default(), bytes: 0, used: 0, users: Arc::new(()) });
        entry.used = last.saturating_add(1);
        entry.clone()
    }

    /// Takes images from the engine that nobody uses, the one that was asked for the longest ago first, until another has room.
    async fn make_room(&self, digest: &Digest, bytes: u64) {
        loop {
            let oldest = {
                let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(entry) = given.get_mut(digest) {
                    entry.bytes = bytes;
                }
                let taken: u64 = given.values().map(|given| given.bytes).sum();
                let idle = given.iter().filter(|(other, given)| *other != digest && Arc::strong_count(&given.users) == 1);
                let oldest = idle.min_by_key(|(_, given)| given.used).map(|(digest, _)| *digest);
                match oldest.filter(|_| taken > self.limit) {
                    Some(oldest) => {
                        given.remove(&oldest);
                        oldest
                    },
                    None => return,
                }
            };
            if let Err(error) = self.oci.forget(&oldest).await {
                tracing::warn!(image = %Sha(oldest), %error, "an image that nobody uses stays in the engine");
            }
        }
    }
}
