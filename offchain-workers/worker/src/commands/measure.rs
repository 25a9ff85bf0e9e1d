//! `measure`: how fast this machine is, for the worker that started this process.

use std::{io, path::Path, process, thread};

use idlewild_compute::{benchmark, owner::priority};

use super::Failure;
use crate::compute::grading::Said;

/// Measures behind everything else on the machine, and says what came of it on standard output, for as long as somebody holds the other
/// end of standard input.
pub fn run(folder: &Path) -> Result<(), Failure> {
    end_with_parent()?;
    for error in priority::lower() {
        eprintln!("warning: {error}");
    }
    println!("{}", serde_json::to_string(&Said::from(benchmark::run(folder, |_| {})))?);
    Ok(())
}

/// Of a parent that is killed nothing is heard but this: its end of the pipe is closed.
fn end_with_parent() -> io::Result<()> {
    let watch = || {
        // Nothing is ever written to it; what cannot be read tells nothing more either.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(1);
    };
    thread::Builder::new().name("parent".into()).spawn(watch).map(drop)
}
