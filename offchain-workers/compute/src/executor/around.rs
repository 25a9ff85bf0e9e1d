//! Something put around what runs programs: it sees each task before it is run, and what came of it.

use std::sync::Arc;

use async_trait::async_trait;
use idlewild_compute_primitives::program::Form;
use tokio_util::sync::CancellationToken;

use super::{Executor, ExecutorError, Prepared, Ran, Run, Source};

/// What is done about each task in place of running it alone.
#[async_trait]
pub trait Around: Send + Sync + 'static {
    /// Runs a task, or does not, and says what came of it.
    async fn run(&self, inner: &dyn Prepared, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError>;
}

/// Puts something around what runs programs. All else is as it is without.
pub fn around(inner: Arc<dyn Executor>, what: Arc<dyn Around>) -> Arc<dyn Executor> {
    Arc::new(Wrapped { inner, what })
}

struct Wrapped {
    inner: Arc<dyn Executor>,
    what: Arc<dyn Around>,
}

#[async_trait]
impl Executor for Wrapped {
    fn form(&self) -> Form {
        self.inner.form()
    }

    async fn check(&self) -> Result<(), ExecutorError> {
        self.inner.check().await
    }

    async fn prepare(&self, source: &Source) -> Result<Arc<dyn Prepared>, ExecutorError> {
        let inner = self.inner.prepare(source).await?;
        Ok(Arc::new(WrappedProgram { inner, what: self.what.clone() }))
    }
}

struct WrappedProgram {
    inner: Arc<dyn Prepared>,
    what: Arc<dyn Around>,
}

#[async_trait]
impl Prepared for WrappedProgram {
    async fn run(&self, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        self.what.run(self.inner.as_ref(), run, stop).await
    }
}
