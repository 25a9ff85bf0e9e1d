//! Makes a plot as fast as it can, for `scripts/bench.sh` to time: with some instructions and so many threads, into a folder.
//!
//! Prints one JSON object: `{"nonces", "bytes", "seconds", "busy"}`, the last being what all threads worked together.
//! `plot_bench FOLDER NAME [KERNEL] [THREADS]`; the best kernel and a thread for each processor if not given.

use std::{error::Error, path::Path, time::Instant};

use idlewild_capacity::{plot, Control, Draft, Effort, Ended, Kernel, Plot};
use rustix::time::{clock_gettime, ClockId};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, name, options @ ..] = &arguments[..] else {
        return Err("plot_bench FOLDER NAME [KERNEL] [THREADS]".into());
    };
    let mut effort = Effort::all();
    if let Some(set) = options.first() {
        effort.kernel = Kernel::new(set.parse()?)?;
    }
    if let Some(threads) = options.get(1) {
        effort.threads = threads.parse()?;
    }
    let planned: Plot = name.parse()?;
    let began = Instant::now();
    let draft = Draft::open(Path::new(folder), planned)?;
    let ended = plot(draft, effort, &Control::default(), &|_| {})?;
    let seconds = began.elapsed().as_secs_f64();
    let busy = clock_gettime(ClockId::ProcessCPUTime);
    let busy = busy.tv_sec as f64 + busy.tv_nsec as f64 / 1e9;
    if !matches!(ended, Ended::Finished(_)) {
        return Err("the plot was not finished".into());
    }
    let (nonces, bytes) = (planned.nonces(), planned.bytes());
    println!("{{\"nonces\":{nonces},\"bytes\":{bytes},\"seconds\":{seconds:.4},\"busy\":{busy:.4}}}");
    Ok(())
}
