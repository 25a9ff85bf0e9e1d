//! `verify-plots`: looks for damage in plots.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use idlewild_capacity::{verify, Control, Evidence, Verdict};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::Failure;
use crate::args::VerifyPlots as Args;

/// Warps that are named before the rest is only counted.
const NAMED: usize = 16;

/// Verifies plots. Fails if one is damaged, or cannot be read.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut bad = 0u32;
    let mut plots = Vec::new();
    for path in &args.paths {
        plots.extend(plots_at(path)?);
    }
    if plots.is_empty() {
        return Err("there is no finished plot: they end in .pocx".into());
    }
    for path in &plots {
        let bar = bar(args.json, path);
        let verdict = verify(path, args.samples, &Control::default(), &mut |part| bar.set_position(part.into()));
        bar.finish_and_clear();
        let sound = match verdict {
            Ok(verdict) => {
                tell(args.json, path, &verdict);
                verdict.damaged.is_empty()
            },
            Err(error) => {
                if args.json {
                    println!("{}", json!({ "plot": path, "error": error.to_string() }));
                } else {
                    println!("FAIL  {error}");
                }
                false
            },
        };
        bad = bad.saturating_add(u32::from(!sound));
    }
    match bad {
        0 => Ok(()),
        bad => Err(format!(
            "{bad} of {} plots are damaged. A damaged warp wins nothing: delete the plot, and `idlewild-worker run`, or `plot`, makes another",
            plots.len()
        )
        .into()),
    }
}

/// A plot, or those in a folder.
fn plots_at(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: io::Error| format!("{} cannot be looked at: {error}", path.display());
    if !fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.into()]);
    }
    Ok(plots_in(path).map_err(failed)?)
}

/// The files in a folder that are called like finished plots, in the order of their names.
pub(super) fn plots_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let is_plot = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "pocx");
    let mut plots = paths.filter(|path| path.as_ref().map_or(true, is_plot)).collect::<io::Result<Vec<_>>>()?;
    plots.sort();
    Ok(plots)
}

fn bar(json: bool, path: &Path) -> ProgressBar {
    let bar = if json { ProgressBar::hidden() } else { ProgressBar::new(1_000) };
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {percent:>3} %  {eta} left  {msg}") {
        bar.set_style(style);
    }
    bar.set_message(path.display().to_string());
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

fn tell(json: bool, path: &Path, verdict: &Verdict) {
    let by = match verdict.by {
        Evidence::Sums => "read whole and compared with its sums".to_owned(),
        Evidence::Samples(samples) => format!("it has no sums: {samples} scoops of each warp were made again"),
        Evidence::Nothing => "stopped".to_owned(),
    };
    if json {
        println!("{}", json!({ "plot": path, "damaged_warps": verdict.damaged, "by": by }));
        return;
    }
    if verdict.damaged.is_empty() {
        println!("ok    {} ({by})", path.display());
        return;
    }
    let named: Vec<String> = verdict.damaged.iter().take(NAMED).map(u64::to_string).collect();
    let more = match verdict.damaged.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    println!("FAIL  {} ({by}): damaged in warps {}{more}", path.display(), named.join(", "));
}
