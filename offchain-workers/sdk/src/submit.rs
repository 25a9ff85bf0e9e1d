//! Storing what a job needs and making its project, to be gone on with after a kill.

use std::sync::Arc;

use idlewild_chain_client::{coins::show_coins, ComputeCall, ComputeEvent, Event, ReadError, SubmitError};
use idlewild_client::{
    bundle::{self, Bundle, BundleError, MODULE_FILE},
    put::{PutEvent, Source, Told},
    seal::Receiver,
    PutId, PutOptions,
};
use idlewild_compute_primitives::{
    chunk,
    money::escrow_of_chunk,
    panel::Question,
    project::{Input, ProjectSpec},
    Balance, ProjectId,
};
use idlewild_storage_primitives::geometry::MAX_SEGMENT_BYTES;
use rand::RngCore;
use zeroize::Zeroizing;

use crate::{
    image::ImageError,
    job::{Job, JobError, Module, What},
    Sdk,
};

/// Projects of a page.
const PAGE: u32 = 64;

/// Names one job. Everything random about it follows from this, so that the same job under the same id is the same project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobId([u8; 32]);

impl JobId {
    /// A new job.
    pub fn random() -> Self {
        let mut id = [0; 32];
        rand::thread_rng().fill_bytes(&mut id);
        Self(id)
    }

    /// The job of these bytes, as kept from an earlier try.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What to keep for a later try.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key of its input.
    pub(crate) fn input_key(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.derive(b"input key"))
    }

    /// What nobody can guess of the paths of its input.
    pub(crate) fn blind(&self) -> String {
        blake3::Hash::from_bytes(self.derive(b"blind")).to_hex().chars().take(32).collect()
    }

    pub(crate) fn derive(&self, what: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, what).as_bytes()
    }
}

/// Why a job was not made a project. The same job under the same id goes on where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum SubmitJobError {
    /// The job.
    #[error(transparent)]
    Job(#[from] JobError),
    /// What it needs could not be stored.
    #[error("what the job needs could not be stored: {0}")]
    Store(#[from] BundleError),
    /// Its image is not there, or is another one.
    #[error("the image cannot be run: {0}")]
    Image(#[from] ImageError),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The chain refused.
    #[error("the project was not made: {0}")]
    Submit(#[from] SubmitError),
    /// The account cannot pay.
    #[error("the account has {} to spend, and the job needs {} for its escrow and its record, of which what is not used comes back: send it more, or make the job cheaper (--price, or fewer tasks at a time)", show_coins(*.free), show_coins(*.needed))]
    NotEnoughCoins {
        /// What it has.
        free: Balance,
        /// What is needed.
        needed: Balance,
    },
    /// The project stands and was not told of.
    #[error("the chain took the project and told nothing of it: give the same command again")]
    Untold,
}

/// How far a job is on its way to the chain.
#[derive(Clone, Debug)]
pub enum SubmitEvent {
    /// Something happened while its module was stored.
    Module(PutEvent),
    /// Something happened while its comparator was stored.
    Comparator(PutEvent),
    /// Something happened while its tasks and their inputs were stored.
    Input(PutEvent),
    /// Its project stands already, from an earlier try.
    Found(ProjectId),
}

impl Job {
    /// What is put on hold for it on chain: the worst that can happen, five replicas and an adjudication of each chunk. What is not
    /// used comes back as chunks end.
    pub fn escrow(&self) -> Balance {
        let chunks = chunk::count(self.tasks.len() as u64, self.per_chunk).unwrap_or(0);
        let (panel, _) = Question::Dispute { project: 0, chunk: 0 }.size();
        escrow_of_chunk(self.price, panel).saturating_mul(chunks.into())
    }
}

impl Sdk {
    /// Stores what a job needs and makes its project.
    pub async fn submit(
        &self,
        job: &Job,
        id: JobId,
        told: impl Fn(SubmitEvent) + Send + Sync + 'static,
    ) -> Result<ProjectId, SubmitJobError> {
        let told = Arc::new(told);
        let planned = job.plan(&id)?;
        let free = self.session.chain().balance(self.session.account()).await?.free;
        let needed = job.escrow().saturating_add(self.compute.compute_terms().await?.project_deposit);
        let input_key = id.input_key();
        if let Some(found) = self.find(&planned.root, &input_key).await? {
            told(SubmitEvent::Found(found));
            return Ok(found);
        }
        if free < needed {
            return Err(SubmitJobError::NotEnoughCoins { free, needed });
        }
        let program = match &job.what {
            What::Stored(program) => {
                self.look_at_image(program).await?;
                None
            },
            What::Module(module) => {
                let told = told.clone();
                let event: Told = Arc::new(move |event| told(SubmitEvent::Module(event)));
                Some(self.store_module(job, module, &id, "module", event).await?)
            },
        };
        let comparator = match &job.comparator {
            None => None,
            Some(module) => {
                let told = told.clone();
                let event: Told = Arc::new(move |event| told(SubmitEvent::Comparator(event)));
                Some(self.store_module(job, module, &id, "comparator", event).await?)
            },
        };
        let event: Told = {
            let told = told.clone();
            Arc::new(move |event| told(SubmitEvent::Input(event)))
        };
        let input = self.store(job, planned.sources, *input_key, id.derive(b"input"), event).await?;
        let program = job.program(program, comparator).ok_or(SubmitJobError::Untold)?;
        let now = self.compute.compute_terms().await?.now;
        let reply_to = Receiver::of(self.session.secret()).public();
        let spec = job.spec(program, planned.root, input, reply_to, now);
        self.create(spec, &input_key).await
    }

    async fn store_module(
        &self,
        job: &Job,
        module: &Module,
        id: &JobId,
        what: &str,
        event: Told,
    ) -> Result<Bundle, SubmitJobError> {
        let source = bundle::source(&module.file, MODULE_FILE);
        let source = source.map_err(|source| JobError::File { path: module.file.clone(), source })?;
        let key = id.derive(format!("{what} key").as_bytes());
        Ok(self.store(job, vec![source], key, id.derive(what.as_bytes()), event).await?)
    }

    async fn store(
        &self,
        job: &Job,
        sources: Vec<Source>,
        key: [u8; 32],
        put: [u8; 32],
        event: Told,
    ) -> Result<Bundle, BundleError> {
        let options =
            PutOptions { wish: job.stored, segment_bytes: MAX_SEGMENT_BYTES, id: PutId::from_bytes(put), again: true };
        let (bundle, report) = self.session.put_bundle(sources, key, &options, Balance::MAX, event.clone()).await?;
        if !report.open.is_empty() {
            self.session.fill_all(report.open, &job.stored, &event).await;
        }
        Ok(bundle)
    }

    /// The project that an earlier try made of the same job.
    async fn find(&self, root: &[u8; 32], key: &[u8; 32]) -> Result<Option<ProjectId>, ReadError> {
        let mut after = None;
        loop {
            let page = self.compute.projects_of(self.session.account(), after, PAGE).await?;
            let is_its = |input: &Input| match input {
                Input::Public(input) => input.key == *key,
                // The root says enough: nobody has another job with the same paths.
                Input::Wrapped { .. } => true,
            };
            let same = |spec: &ProjectSpec| spec.root == *root && is_its(&spec.input);
            if let Some(found) = page.projects.iter().find(|project| same(&project.spec)) {
                return Ok(Some(found.id));
            }
            after = match page.next {
                Some(next) => Some(next),
                None => return Ok(None),
            };
        }
    }

    async fn create(&self, spec: ProjectSpec, input_key: &[u8; 32]) -> Result<ProjectId, SubmitJobError> {
        let sent = self.session.submitter().submit(ComputeCall::CreateProject { spec: Box::new(spec) }.into()).await;
        let account = self.session.account();
        let created = match &sent {
            Ok(outcome) => outcome.events.iter().find_map(|event| match event {
                Event::Compute(ComputeEvent::ProjectCreated { project, owner }) if *owner == account => Some(*project),
                _ => None,
            }),
            Err(_) => None,
        };
        // An answer may be lost where the call was not.
        match created {
            Some(project) => Ok(project),
            None => match self.find(&spec.root, input_key).await? {
                Some(project) => Ok(project),
                None => Err(sent.err().map_or(SubmitJobError::Untold, SubmitJobError::Submit)),
            },
        }
    }
}
