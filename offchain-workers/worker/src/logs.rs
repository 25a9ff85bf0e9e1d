//! Log lines: INFO and above are for the person who runs the worker.

use tracing_subscriber::{fmt, layer::SubscriberExt, util::SubscriberInitExt, EnvFilter};

use crate::config::{Log, LogFormat};

/// Why logging could not begin.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be read.
    #[error("log.filter {filter:?} cannot be read: {reason}")]
    Filter {
        /// What was given.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Logging has begun before.
    #[error("logging was set up twice")]
    Twice,
}

/// Begins logging to standard error.
pub fn begin(log: &Log) -> Result<(), LogError> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|error| LogError::Filter { filter: log.filter.clone(), reason: error.to_string() })?;
    let registry = tracing_subscriber::registry().with(filter);
    let begun = match log.format {
        LogFormat::Text => registry.with(fmt::layer().with_writer(std::io::stderr).with_target(false)).try_init(),
        LogFormat::Json => registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init(),
    };
    begun.map_err(|_| LogError::Twice)
}
