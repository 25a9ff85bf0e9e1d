//! Jobs as an API: what the command line does, for programs.
//!
//! | module | concern |
//! | --- | --- |
//! | [`job`] | what is asked for, and how it becomes a project |
//! | [`image`] | container images: pushing them, and finding those that were pushed |
//! | [`submit`] | storing what a job needs and making its project, to be gone on with after a kill |
//! | [`handing`] | the key of a private input, handed to whoever runs a chunk |
//! | [`watch`] | how far a project is |
//! | [`explain`] | why it is not further |
//! | [`collect`] | what came of it, checked against the chain |
//! | [`service`] | services: containers that run for as long as they are paid for |
//!
//! ```no_run
//! # async fn example(session: std::sync::Arc<idlewild_client::Session>, chain: std::sync::Arc<idlewild_chain_client::RpcClient>)
//! #     -> Result<(), Box<dyn std::error::Error>> {
//! use idlewild_sdk::{job::{Job, Module, TaskSpec}, submit::JobId, Sdk};
//!
//! let sdk = Sdk::new(session, chain);
//! let tasks = (0..64).map(|tile| TaskSpec::new([tile.to_string()])).collect();
//! let job = Job::of_module(Module::read("mandelbrot.wasm")?, tasks);
//! let project = sdk.submit(&job, JobId::random(), |_| {}).await?;
//! sdk.wait(project, |progress| println!("{} of {} chunks", progress.finished, progress.chunks)).await?;
//! sdk.collect(project, "tiles".as_ref(), |_| {}).await?;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod checking;
pub mod collect;
pub mod explain;
pub mod handing;
pub mod image;
pub mod job;
pub mod service;
pub mod submit;
pub mod watch;

use std::sync::Arc;

use idlewild_chain_client::ComputeClient;
use idlewild_client::Session;

/// An account at work on jobs.
#[derive(Clone)]
pub struct Sdk {
    pub(crate) session: Arc<Session>,
    pub(crate) compute: Arc<dyn ComputeClient>,
}

impl Sdk {
    /// Works for a session's account.
    pub fn new(session: Arc<Session>, compute: Arc<dyn ComputeClient>) -> Self {
        Self { session, compute }
    }

    /// The session.
    pub fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// The chain.
    pub fn compute(&self) -> &Arc<dyn ComputeClient> {
        &self.compute
    }
}
