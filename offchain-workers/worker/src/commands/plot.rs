//! `plot`: plots ahead of time, with a bar.

use std::{
    collections::BTreeSet,
    fs, io,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use idlewild_capacity::{plot, Control, Draft, DraftError, Effort, Ended, Kernel, Progress};
use idlewild_capacity_primitives::{
    format::{payload, WARP},
    NONCE_BYTES,
};
use idlewild_chain_client::AccountId32;
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use serde_json::json;

use super::{run::load_operator, Failure};
use crate::{
    args::Plot as Args,
    capacity::{
        bounds::Bounds,
        effort,
        folder::{Need, PlotFolder, WARP_BYTES},
        mark::Mark,
        memory,
    },
    config::{parse_bytes, Config},
    signals::on_stop,
    sizes::gib,
};

/// Plots until the folder has what it should, or until Ctrl-C.
pub fn run(args: Args) -> Result<(), Failure> {
    let account = account(&args)?;
    let (space, leave) = (parse_bytes(&args.space)?, parse_bytes(&args.leave)?);
    if space < WARP_BYTES {
        return Err("a plot takes 1 GiB at least: give --space more".into());
    }
    let mut effort = effort(args.threads);
    if let Some(set) = args.kernel {
        effort.kernel = Kernel::new(set)?;
    }
    let effort = memory::fit(effort)?;
    let failed = |error: io::Error| format!("{} cannot be used: {error}", args.folder.display());
    let folder = PlotFolder::new(Mark::take(&args.folder)?, payload(&account.0), Bounds::by_hand(space, leave));
    let control = Arc::new(Control::default());
    control.share(args.share);
    let asked = control.clone();
    on_stop(move || {
        eprintln!("stopping: what is made is brought to the disk");
        asked.stop();
    })?;
    let bars = Bars::new(args.json);
    let mut made = BTreeSet::<PathBuf>::new();
    while let Need::Plot(next) = folder.need().map_err(failed)? {
        let draft = match Draft::open(folder.path(), next) {
            // An earlier run was killed before its last step, which is done now.
            Err(DraftError::Finished(path)) if made.insert(path.clone()) => continue,
            draft => draft?,
        };
        let name = next.to_string();
        let bar = bars.begin(&name, &effort, draft.done(), next.nonces());
        let began = Instant::now();
        let ended = plot(draft, effort, &control, &|progress| bar.set(progress))?;
        bar.end();
        let fresh = next.nonces().saturating_sub(bar.before);
        match ended {
            Ended::Finished(path) => {
                report(args.json, &path, fresh, began.elapsed());
                made.insert(path);
            },
            Ended::Stopped { done } => {
                let part = done as f64 * 100.0 / next.nonces() as f64;
                return Err(
                    format!("stopped with {part:.1} % of {name} on the disk: the same command goes on from there").into()
                );
            },
        }
    }
    let survey = folder.survey().map_err(failed)?;
    let bytes = survey.bytes();
    if let Some(words) = survey.above(space) {
        eprintln!("{}: {words}", folder.path().display());
    }
    if bytes.saturating_add(WARP_BYTES) <= space {
        return Err(format!(
            "{} of {} are plotted, and the disk of {} has no room for more, with {} left free: free some, or lower --leave",
            gib(bytes),
            gib(space),
            folder.path().display(),
            args.leave
        )
        .into());
    }
    if !args.json {
        println!("{} holds {} of plots for {account}", folder.path().display(), gib(bytes));
    }
    Ok(())
}

/// The account whose plots they are to be.
fn account(args: &Args) -> Result<AccountId32, Failure> {
    match &args.account {
        Some(address) => Ok(address.parse().map_err(|error| format!("--account {address:?} is no address: {error}"))?),
        None => {
            let config =
                Config::load(&args.config).map_err(|error| format!("{error}. Or say for whom to plot, with --account"))?;
            Ok(AccountId32(load_operator(&config.keys)?.public_key().0))
        },
    }
}

fn report(json: bool, path: &std::path::Path, fresh: u64, took: Duration) {
    let seconds = took.as_secs_f64().max(1e-3);
    let bytes = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let per_minute = fresh as f64 * 60.0 / seconds;
    if json {
        let line =
            json!({ "plot": path, "bytes": bytes, "fresh_nonces": fresh, "seconds": seconds, "nonces_per_minute": per_minute });
        println!("{line}");
    } else {
        println!("{} ({}) in {}, {per_minute:.0} nonces/min", path.display(), gib(bytes), HumanDuration(took));
    }
}

/// Bars, where people look.
struct Bars(bool);

/// A plot's bar.
struct Bar {
    bar: ProgressBar,
    began: Instant,
    before: u64,
}

impl Bars {
    fn new(json: bool) -> Self {
        Self(json)
    }

    fn begin(&self, name: &str, effort: &Effort, done: u64, nonces: u64) -> Bar {
        let bar = if self.0 { ProgressBar::hidden() } else { ProgressBar::new(nonces) };
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24} {percent:>3} %  {msg}  {eta} left") {
            bar.set_style(style);
        }
        // Names are longer than lines: their seed's first digits tell them apart.
        let seed = name.split('_').nth(1).and_then(|seed| seed.get(..8)).unwrap_or(name);
        bar.set_prefix(format!("{seed} ({}, {} threads)", effort.kernel.set(), effort.threads));
        bar.set_position(done);
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(250));
        Bar { bar, began: Instant::now(), before: done }
    }
}

impl Bar {
    fn set(&self, progress: Progress) {
        let fresh = progress.made.saturating_sub(progress.before) as f64;
        let per_second = fresh / self.began.elapsed().as_secs_f64().max(1e-3);
        let mib = per_second * NONCE_BYTES as f64 / f64::from(1u32 << 20);
        self.bar.set_position(progress.made);
        self.bar.set_message(format!(
            "{:.0} nonces/min  {mib:.0} MiB/s  warp {} of {}",
            per_second * 60.0,
            (progress.made / WARP).saturating_add(1).min(progress.nonces.div_ceil(WARP)),
            progress.nonces.div_ceil(WARP)
        ));
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
