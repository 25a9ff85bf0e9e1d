//! Stepping back behind everything else on the machine.
//!
//! Each thread gets the lowest priority there is (19), which with the usual schedulers of disks is the lowest of theirs as well. The
//! kernel's classes for idle work, `SCHED_IDLE` and the idle class of disks, have no safe interface among the libraries used here; a
//! service's own unit can set them (`CPUSchedulingPolicy=idle`, `IOSchedulingClass=idle`).

use std::{fs, io};

use rustix::process::{getpid, getsid, setpriority_process, Pid};

/// The lowest priority.
const NICE: i32 = 19;
/// How soon this process is ended where memory runs out: before what its owner works with, and after what is marked so by others.
const OUT_OF_MEMORY: i32 = 500;

/// What could not be done, and why. The rest was.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {source}")]
pub struct PriorityError {
    what: &'static str,
    source: io::Error,
}

/// Lowers the priority of this process: of all threads that it has, and so of all that they start. It cannot be raised again.
pub fn lower() -> Vec<PriorityError> {
    let mut errors = Vec::new();
    let mut note = |what, done: io::Result<()>| {
        if let Err(source) = done {
            errors.push(PriorityError { what, source });
        }
    };
    note("the priority of threads", lower_threads());
    // The kernel schedules sessions against each other, and priorities within each. Another's session is not ours to lower.
    if getsid(None).is_ok_and(|session| session == getpid()) {
        note("the priority of the session", write_if_there("/proc/self/autogroup", NICE));
    }
    note("what is ended first where memory runs out", prefer_to_end());
    errors
}

/// The same for the thread that calls it alone, and those that it starts.
pub fn lower_thread() -> Result<(), PriorityError> {
    // On Linux priorities are of threads, and `None` is the one that asks.
    setpriority_process(None, NICE).map_err(|source| PriorityError { what: "the priority of a thread", source: source.into() })
}

fn lower_threads() -> io::Result<()> {
    for entry in fs::read_dir("/proc/self/task")? {
        let number = entry?.file_name().to_string_lossy().parse().ok().and_then(Pid::from_raw);
        match number.map(|thread| setpriority_process(Some(thread), NICE)) {
            // It ended meanwhile.
            Some(Err(rustix::io::Errno::SRCH)) => {},
            Some(lowered) => lowered?,
            None => {},
        }
    }
    Ok(())
}

fn prefer_to_end() -> io::Result<()> {
    let path = "/proc/self/oom_score_adj";
    let now: i32 = fs::read_to_string(path)?.trim().parse().unwrap_or(0);
    // A lower one would be an advantage, and is not allowed either.
    if now < OUT_OF_MEMORY {
        write_if_there(path, OUT_OF_MEMORY)?;
    }
    Ok(())
}

fn write_if_there(path: &str, value: i32) -> io::Result<()> {
    match fs::write(path, value.to_string()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        written => written,
    }
}
