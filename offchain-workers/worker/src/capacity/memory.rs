//! How much memory a machine has to spare, and whether it is enough to plot.

use std::{fs, num::NonZeroUsize};

use idlewild_capacity::Effort;

/// There is too little memory to plot, with however few threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("plotting takes {} MiB of memory, and {} are free: close something", needed >> 20, free >> 20)]
pub struct TooLittle {
    /// Bytes that one thread needs.
    pub needed: u64,
    /// Bytes that are free.
    pub free: u64,
}

/// With as many of these threads as the memory is enough for that is free now. A machine that has to swap would plot for ever, and
/// one that has nothing to swap to ends whoever takes the most: perhaps this process, which may have shards to prove.
pub fn fit(effort: Effort) -> Result<Effort, TooLittle> {
    // A system that does not tell has enough.
    fit_into(effort, available().unwrap_or(u64::MAX))
}

fn fit_into(effort: Effort, free: u64) -> Result<Effort, TooLittle> {
    let with = |threads| Effort { threads, ..effort };
    let fewer = (1..=effort.threads.get()).rev().filter_map(NonZeroUsize::new).map(with);
    let needed = with(NonZeroUsize::MIN).memory();
    fewer.into_iter().find(|effort| effort.memory() <= free).ok_or(TooLittle { needed, free })
}

/// Bytes that can be had without pushing anything out; `None` where the system does not tell.
fn available() -> Option<u64> {
    parse(&fs::read_to_string("/proc/meminfo").ok()?)
}

fn parse(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1 << 10)
}

#[cfg(test)]
mod tests {
    use idlewild_capacity::Kernel;

    use super::*;

    #[test]
    fn what_the_system_tells_is_read() {
        assert_eq!(parse("MemTotal:  24 kB\nMemAvailable:   17 kB\n"), Some(17 << 10));
        assert_eq!(parse("MemTotal:  24 kB\n"), None);
        assert!(available().is_some_and(|bytes| bytes > 1 << 20));
    }

    #[test]
    fn with_less_memory_fewer_threads_plot_and_with_too_little_none() {
        let with = |threads| Effort { kernel: Kernel::best(), threads: NonZeroUsize::new(threads).unwrap() };
        let threads = |free| fit_into(with(8), free).map(|effort| effort.threads.get());
        assert_eq!(threads(u64::MAX), Ok(8));
        assert_eq!(threads(with(8).memory()), Ok(8));
        assert_eq!(threads(with(8).memory() - 1), Ok(7));
        let needed = with(1).memory();
        assert_eq!(threads(needed), Ok(1));
        let error = threads(needed - 1).unwrap_err();
        assert_eq!(error, TooLittle { needed, free: needed - 1 });
        assert_eq!(
            TooLittle { needed: 1 << 30, free: 5 << 20 }.to_string().split(':').next(),
            Some("plotting takes 1024 MiB of memory, and 5 are free")
        );
    }
}
