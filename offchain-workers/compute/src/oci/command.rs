//! Running a program of the system, for no longer than it may.

use std::{
    io::{self, Read, Write},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Why a program of the system did not do what it was to do.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It could not be started.
    #[error("{program} cannot be run: {source}; is it installed?")]
    Missing {
        /// Which one.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It failed.
    #[error("{program} failed: {reason}")]
    Failed {
        /// Which one.
        program: String,
        /// Its words.
        reason: String,
    },
    /// It took too long and was ended.
    #[error("{program} did nothing for {limit:?}; is the machine overloaded?")]
    Late {
        /// Which one.
        program: String,
        /// How long it had.
        limit: Duration,
    },
}

/// Runs a program with this standard input and returns its standard output.
pub(super) async fn run(program: &str, arguments: Vec<String>, input: String, limit: Duration) -> Result<String, CommandError> {
    let name = program.to_owned();
    let blocking = tokio::task::spawn_blocking(move || wait_for(&name, &arguments, input, limit));
    match blocking.await {
        Ok(outcome) => outcome,
        Err(error) => Err(CommandError::Failed { program: program.to_owned(), reason: error.to_string() }),
    }
}

fn wait_for(program: &str, arguments: &[String], input: String, limit: Duration) -> Result<String, CommandError> {
    let failed = |reason: String| CommandError::Failed { program: program.to_owned(), reason };
    // What an ordinary user's shell does not look for programs in.
    let path = format!("{}:/usr/sbin:/sbin:/usr/bin:/bin", std::env::var("PATH").unwrap_or_default());
    let mut child = Command::new(program)
        .args(arguments)
        .env("PATH", path)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| CommandError::Missing { program: program.to_owned(), source })?;
    // Each end has a thread: a program that waits for one of them to be emptied would never end.
    let stdin = child.stdin.take();
    let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let ended = until(&mut child, limit);
    if !matches!(ended, Ok(Some(_))) {
        let _ = child.kill();
        let _ = child.wait();
    }
    let _ = writer.join();
    let (stdout, stderr) = (stdout.join().unwrap_or_default(), stderr.join().unwrap_or_default());
    match ended {
        Ok(Some(status)) if status.success() => Ok(stdout),
        Ok(Some(status)) => Err(failed(format!("{status}: {}", stderr.trim()))),
        Ok(None) => Err(CommandError::Late { program: program.to_owned(), limit }),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn drain(from: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is what there is.
        let _ = from.map(|mut from| from.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn until(child: &mut Child, limit: Duration) -> io::Result<Option<std::process::ExitStatus>> {
    let deadline = Instant::now().checked_add(limit);
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if deadline.is_none_or(|deadline| Instant::now() >= deadline) {
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn shell(script: &str) -> Vec<String> {
        vec!["-c".into(), script.into()]
    }

    #[tokio::test]
    async fn what_it_says_is_heard_and_what_takes_too_long_is_ended() {
        assert_eq!(run("sh", shell("cat; echo end"), "in ".into(), LONG).await.unwrap(), "in end\n");
        let error = run("sh", shell("echo no >&2; exit 3"), String::new(), LONG).await.unwrap_err();
        assert!(
            matches!(&error, CommandError::Failed { reason, .. } if reason.contains("3") && reason.ends_with("no")),
            "{error}"
        );
        let error = run("sh", shell("exec sleep 60"), String::new(), Duration::from_millis(50)).await.unwrap_err();
        assert!(matches!(error, CommandError::Late { .. }), "{error}");
        let error = run("/nowhere/at/all", vec![], String::new(), LONG).await.unwrap_err();
        assert!(matches!(error, CommandError::Missing { .. }), "{error}");
        // More than a pipe holds.
        let much = run("sh", shell("head -c 300000 /dev/zero | tr '\\0' x"), String::new(), LONG).await.unwrap();
        assert_eq!(much.len(), 300_000);
    }
}
