//! What libraries have to say, on standard error.

use std::io::{self, stderr, Write};

use tracing_subscriber::{fmt, layer::SubscriberExt, util::SubscriberInitExt, EnvFilter};

use crate::output::plain_lines;

/// The variable that says what is shown, in place of `-v`.
pub const VARIABLE: &str = "RUST_LOG";

/// Why nothing is logged.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The variable cannot be read.
    #[error("{VARIABLE} is {text:?}, which cannot be read: {reason}. Write for example warn, or idlewild=debug; or unset it and give -v")]
    Filter {
        /// What it is.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Logging has begun before.
    #[error("logging was set up twice; this is a fault of the program")]
    Twice,
}

/// Begins to log: warnings of this project's own crates, and more with each `-v`, or what the variable says.
pub fn begin(verbose: u8) -> Result<(), LogError> {
    let filter = match std::env::var(VARIABLE) {
        Ok(text) if !text.trim().is_empty() => read(&text)?,
        _ => read(by_count(verbose))?,
    };
    subscriber(filter, stderr).try_init().map_err(|_| LogError::Twice)
}

// To s3s every request that is refused is an error of the program.
fn by_count(verbose: u8) -> &'static str {
    match verbose {
        0 => "error,s3s=off,idlewild=warn",
        1 => "warn,s3s=off,idlewild=info",
        2 => "info,idlewild=debug",
        _ => "debug,idlewild=trace",
    }
}

fn read(text: &str) -> Result<EnvFilter, LogError> {
    EnvFilter::try_new(text).map_err(|error| LogError::Filter { text: text.to_owned(), reason: error.to_string() })
}

fn subscriber<W: Write>(
    filter: EnvFilter,
    to: impl Fn() -> W + Send + Sync + 'static,
) -> impl tracing::Subscriber + Send + Sync {
    let lines = fmt::layer().with_writer(move || Plain(to())).with_ansi(false).with_target(false).without_time();
    tracing_subscriber::registry().with(filter).with(lines)
}

/// Writes lines in which nothing steers the terminal: they may quote what a miner said.
struct Plain<W>(W);

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let lines = plain_lines(&String::from_utf8_lossy(bytes));
        self.0.write_all(lines.as_bytes())?;
        if bytes.ends_with(b"\n") {
            self.0.write_all(b"\n")?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn said(filter: &str) -> String {
        let page = Page::default();
        let writer = page.clone();
        tracing::subscriber::with_default(subscriber(read(filter).unwrap(), move || writer.clone()), || {
            tracing::warn!(target: "idlewild_client::get", said = %"\u{1b}[2J", "ours");
            tracing::info!(target: "idlewild_client::get", "detail");
            tracing::warn!(target: "libp2p_swarm", "theirs");
        });
        let said = page.0.lock().unwrap().clone();
        String::from_utf8(said).unwrap()
    }

    #[test]
    fn warnings_of_our_crates_are_shown_and_more_where_it_is_asked_for() {
        let plain = said(by_count(0));
        assert!(plain.contains("WARN ours") && !plain.contains("detail") && !plain.contains("theirs"), "{plain}");
        let more = said(by_count(1));
        assert!(more.contains("ours") && more.contains("detail") && more.contains("theirs"), "{more}");
        assert!(!more.contains('\u{1b}') && more.contains("\\u{1b}[2J"), "{more}");
        assert_eq!(said("off"), "");
    }
}
