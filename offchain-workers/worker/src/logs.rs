//! Log lines: INFO and above are for the person who runs the worker.

use std::io::{stderr, IsTerminal};

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

/// Reads a filter.
pub fn parse_filter(filter: &str) -> Result<EnvFilter, LogError> {
    EnvFilter::try_new(filter).map_err(|error| LogError::Filter { filter: filter.to_owned(), reason: error.to_string() })
}

/// Begins logging to standard error.
pub fn begin(log: &Log) -> Result<(), LogError> {
    let filter = parse_filter(&log.filter)?;
    // Colours are for a person who is looking; in a file they are noise.
    let colours = stderr().is_terminal();
    let registry = tracing_subscriber::registry().with(filter);
    let begun = match log.format {
        LogFormat::Text => registry.with(fmt::layer().with_writer(stderr).with_ansi(colours).with_target(false)).try_init(),
        LogFormat::Json => registry.with(fmt::layer().json().with_writer(stderr)).try_init(),
    };
    begun.map_err(|_| LogError::Twice)
}
