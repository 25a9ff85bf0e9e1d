//! Measuring in a process of its own. It takes a quarter of a GiB for a moment, and where memory runs out that is what is ended, not the
//! worker; nor does an allocator keep any of it for as long as the worker runs.

use std::{
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use idlewild_compute::benchmark::{BenchmarkError, Report};
use serde::{Deserialize, Serialize};
use tokio::{io::AsyncReadExt, process::Command, time::timeout};

use super::GradingError;

/// Most bytes that such a process may say.
const MOST: u64 = 16 << 10;
/// As much of what it said instead is shown.
const SHOWN: usize = 80;

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum ApartError {
    /// There is no process.
    #[error("a process to measure this machine in cannot be started from {program}: {source}; are there too many already?")]
    Begin {
        /// Its program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What it says does not arrive, or how it ended.
    #[error("the process that measures this machine cannot be listened to: {0}; are too many files open?")]
    Listen(io::Error),
    /// It died.
    #[error("what measures this machine ended before it was done ({0}); was it ended by hand, or did memory run out?")]
    Ended(ExitStatus),
    /// It was ended.
    #[error("this machine was not measured within {0:?}; is it overloaded, or its disk out of order?")]
    Late(Duration),
    /// It is no worker.
    #[error("what measures this machine said {0:?} in place of figures; is the worker's program as it was installed?")]
    Odd(String),
    /// Its own words.
    #[error("{0}")]
    Failed(String),
}

/// What such a process says in the end, on its standard output.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Said {
    /// How fast the machine is.
    Measured(Report),
    /// It calculates wrong, and came to this.
    Wrong(u64),
    /// It cannot be measured.
    Failed(String),
}

impl From<Result<Report, BenchmarkError>> for Said {
    fn from(measured: Result<Report, BenchmarkError>) -> Self {
        match measured {
            Ok(report) => Self::Measured(report),
            Err(BenchmarkError::Wrong { found }) => Self::Wrong(found),
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

impl Said {
    /// The same as if it had been measured here.
    pub(super) fn report(self) -> Result<Report, GradingError> {
        match self {
            Self::Measured(report) => Ok(report),
            Self::Wrong(found) => Err(BenchmarkError::Wrong { found }.into()),
            Self::Failed(reason) => Err(ApartError::Failed(reason).into()),
        }
    }
}

/// Has the program measure this machine, and the disk under a folder. Its process ends with this future, and with this process.
pub(super) async fn measure(program: &Path, folder: &Path, limit: Duration) -> Result<Said, ApartError> {
    let begin = |source| ApartError::Begin { program: program.to_owned(), source };
    let mut command = Command::new(program);
    command.arg("measure").arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    // A Ctrl-C is for the worker, which then ends this.
    let mut child = command.process_group(0).kill_on_drop(true).spawn().map_err(begin)?;
    // Its end tells the process that nobody waits for it any more, even where this one is killed.
    let _held = child.stdin.take();
    let mut said = Vec::new();
    let ending = async {
        if let Some(output) = child.stdout.take() {
            output.take(MOST).read_to_end(&mut said).await?;
        }
        child.wait().await
    };
    let status = timeout(limit, ending).await.map_err(|_| ApartError::Late(limit))?.map_err(ApartError::Listen)?;
    if !status.success() {
        return Err(ApartError::Ended(status));
    }
    serde_json::from_slice(&said).map_err(|_| ApartError::Odd(String::from_utf8_lossy(&said).chars().take(SHOWN).collect()))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use tempfile::TempDir;

    use super::*;

    /// Longer than anything takes here.
    const PATIENCE: Duration = Duration::from_secs(120);

    /// What comes of a program that is this script.
    async fn measured_by(script: &str, limit: Duration) -> (TempDir, Result<Said, ApartError>) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        loop {
            match measure(&program, folder.path(), limit).await {
                // Another test began a process while the script was written, which then has it open until it is a program of its own.
                Err(ApartError::Begin { source, .. }) if source.kind() == io::ErrorKind::ExecutableFileBusy => {
                    tokio::task::yield_now().await;
                },
                said => return (folder, said),
            }
        }
    }

    #[tokio::test]
    async fn what_is_said_is_as_if_it_had_been_measured_here() {
        let wrong = measured_by(r#"[ "$1" = measure ] && [ -d "$2" ] && echo '{"wrong":7}'"#, PATIENCE).await.1.unwrap();
        assert!(matches!(wrong.report(), Err(GradingError::Benchmark(BenchmarkError::Wrong { found: 7 }))));
        let failed = measured_by(r#"echo '{"failed":"the disk is gone"}'"#, PATIENCE).await.1.unwrap();
        assert_eq!(failed.report().unwrap_err().to_string(), "the disk is gone");
    }

    #[tokio::test]
    async fn a_process_that_dies_is_told() {
        let error = measured_by("kill -9 $$", PATIENCE).await.1.unwrap_err();
        assert!(error.to_string().contains("signal: 9"), "{error}");
        // What it said before it died does not count.
        let error = measured_by(r#"echo '{"wrong":7}'; exit 3"#, PATIENCE).await.1.unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }

    #[tokio::test]
    async fn a_process_that_says_something_else_is_told_and_not_listened_to_for_ever() {
        for script in ["echo Segmentation", "true", r#"echo '{"measured":{}}'"#] {
            let error = measured_by(script, PATIENCE).await.1.unwrap_err();
            assert!(matches!(error, ApartError::Odd(_)), "{error}");
        }
        let error = measured_by("exec yes", PATIENCE).await.1.unwrap_err();
        assert!(error.to_string().contains("signal: 13"), "nobody listens any more: {error}");
    }

    #[tokio::test]
    async fn a_process_that_takes_too_long_is_ended() {
        let mut limit = Duration::from_millis(300);
        // Until it had enough time to write its number. What it does then is not ended by its standard input's end either.
        let (folder, pid) = loop {
            let (folder, said) = measured_by("echo $$ > \"$2/pid\"; exec sleep 600", limit).await;
            assert!(matches!(said, Err(ApartError::Late(of)) if of == limit));
            match fs::read_to_string(folder.path().join("pid")) {
                Ok(pid) if pid.ends_with('\n') => break (folder, pid),
                _ => limit *= 2,
            }
            assert!(limit < PATIENCE, "it begins in time");
        };
        let script = folder.path().to_string_lossy().into_owned();
        let is_its = |line: String| line.starts_with("sleep") || line.contains(&script);
        let runs = || fs::read_to_string(format!("/proc/{}/cmdline", pid.trim())).is_ok_and(is_its);
        tokio::time::timeout(PATIENCE, async {
            while runs() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await
        .expect("it is gone");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let error = measure(Path::new("/nowhere/idlewild-worker"), Path::new("/"), PATIENCE).await.unwrap_err();
        assert!(error.to_string().contains("/nowhere/idlewild-worker"), "{error}");
    }
}
