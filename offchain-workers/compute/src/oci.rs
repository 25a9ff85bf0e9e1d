//! Containers, by a Docker Engine.
//!
//! | module | concern |
//! | --- | --- |
//! | [`settings`] | what an owner may choose |
//! | [`report`] | what the engine can limit and keep apart |
//! | [`image`] | images, found by their digests |
//! | `task` | running a task to its end |
//! | [`service`] | running a service for a lease |
//! | [`sweep`] | removing what a crash left behind |
//! | [`firewall`] | what a container on a network may reach |
//! | [`command`] | running programs of the system |
//! | [`names`] | the labels of what belongs to a worker |
//! | `engine`, `context`, `held` | asking the engine, what is known of it, giving everything back |
//! | `sandbox`, `disk`, `network` | what a container is kept within |
//! | `streams`, `meter`, `group` | what goes in and out, what is used |
//!
//! Nothing is run on an engine that cannot keep a limit. An image's arguments are replaced by a task's, as `docker run` does it: where
//! an image has no entry point, the first of them is the program.

use std::{collections::HashMap, path::Path, sync::Arc};

use async_trait::async_trait;
use bollard::query_parameters::RemoveImageOptions;
use idlewild_compute_primitives::{program::Form, Digest};
use tokio::sync::Mutex;

pub mod command;
mod context;
mod disk;
mod engine;
pub mod firewall;
mod group;
mod held;
pub mod image;
mod meter;
pub mod names;
mod network;
pub mod report;
mod sandbox;
pub mod service;
pub mod settings;
mod streams;
pub mod sweep;
mod task;

use self::{
    context::Context,
    engine::AskError,
    firewall::{Firewall, Iptables, Tables},
    task::Program,
};
pub use self::{
    image::Image,
    report::Report,
    service::{Lease, Port, Protocol, ServiceError, Serving, State, Usage},
    settings::{Metering, Settings},
    sweep::Swept,
};
use crate::executor::{At, Executor, ExecutorError, Prepared, Source};

/// Runs containers.
#[derive(Clone)]
pub struct Oci {
    inner: Arc<Inner>,
}

/// Where an image is put once it is there.
type Slot = Arc<Mutex<Option<Arc<Image>>>>;

struct Inner {
    settings: Arc<Settings>,
    firewall: Firewall,
    /// The engine, once it has answered.
    context: Mutex<Option<Context>>,
    /// What was prepared. Each has a lock of its own, so that nobody waits for another's image.
    images: Mutex<HashMap<Digest, Slot>>,
    /// Held while a service is started.
    starting: Mutex<()>,
}

impl Oci {
    /// With these settings. The engine is not asked before it is needed.
    pub fn new(settings: Settings) -> Self {
        Self::with_tables(settings, Arc::new(Iptables))
    }

    /// The same with another packet filter.
    pub fn with_tables(settings: Settings, tables: Arc<dyn Tables>) -> Self {
        Self {
            inner: Arc::new(Inner {
                settings: Arc::new(settings),
                firewall: Firewall::new(tables),
                context: Mutex::default(),
                images: Mutex::default(),
                starting: Mutex::default(),
            }),
        }
    }

    /// What the engine says of itself now, whether or not it can keep every limit.
    pub async fn report(&self) -> Result<Report, ExecutorError> {
        Ok(context::look(&self.inner.settings).await?.1)
    }

    /// Whether services with a network, and tasks that ask for one, can be run here.
    pub async fn check_network(&self) -> Result<(), ExecutorError> {
        self.check().await?;
        self.inner.firewall.check().await
    }

    /// The control group that all containers of this worker are in, where they are in one of their own: what it uses is not the
    /// owner's load.
    pub async fn group(&self) -> Result<Option<String>, ExecutorError> {
        let context = self.inner.context().await?;
        let group = || names::group_of(&names::worker_key(&context.settings.worker));
        Ok(context.is_around().then(group))
    }

    /// An image, from the engine or from where the reference says.
    pub async fn image(&self, source: &Source) -> Result<Arc<Image>, ExecutorError> {
        let At::Reference(reference) = &source.at else {
            let reason = "an image is pulled by its reference, and this is a file".into();
            return Err(ExecutorError::Absent { what: "the image", reason });
        };
        let slot = self.inner.images.lock().await.entry(source.digest).or_default().clone();
        let mut slot = slot.lock().await;
        if let Some(image) = slot.as_ref().filter(|image| !image.is_gone()) {
            return Ok(image.clone());
        }
        let context = self.inner.context().await?;
        let image = Arc::new(image::get(&context.engine, reference, &source.digest, &context.settings).await?);
        *slot = Some(image.clone());
        Ok(image)
    }

    /// Hands the images in a tarball to the engine, as `docker load` does. It takes the names that stand in it, so it is only for
    /// tarballs of the owner's own.
    pub async fn load(&self, tarball: &Path) -> Result<(), ExecutorError> {
        let context = self.inner.context().await?;
        image::load(&context.engine, tarball, &context.settings).await
    }

    /// Removes an image that was prepared here from the engine, unless a container still uses it.
    pub async fn forget(&self, digest: &Digest) -> Result<(), ExecutorError> {
        let Some(slot) = self.inner.images.lock().await.remove(digest) else { return Ok(()) };
        let Some(image) = slot.lock().await.take() else { return Ok(()) };
        let engine = self.inner.context().await?.engine;
        let removal = engine.docker().remove_image(image.id(), None::<RemoveImageOptions>, None);
        match engine.ask("removing an image", removal).await {
            Ok(_) | Err(AskError::Refused { status: 404, .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Inner {
    /// The engine, which is looked at when it is first needed.
    async fn context(&self) -> Result<Context, ExecutorError> {
        let mut known = self.context.lock().await;
        match known.as_ref() {
            Some(context) => Ok(context.clone()),
            None => self.look(&mut known).await,
        }
    }

    async fn look(&self, known: &mut Option<Context>) -> Result<Context, ExecutorError> {
        // What was known may be true no longer.
        *known = None;
        let (engine, report) = context::look(&self.settings).await?;
        let context = Context::new(self.settings.clone(), self.firewall.clone(), engine, report)?;
        *known = Some(context.clone());
        Ok(context)
    }
}

#[async_trait]
impl Executor for Oci {
    fn form(&self) -> Form {
        Form::Image
    }

    async fn check(&self) -> Result<(), ExecutorError> {
        self.inner.look(&mut *self.inner.context.lock().await).await.map(drop)
    }

    async fn prepare(&self, source: &Source) -> Result<Arc<dyn Prepared>, ExecutorError> {
        let image = self.image(source).await?;
        Ok(Arc::new(Program { inner: self.inner.clone(), image }))
    }
}
