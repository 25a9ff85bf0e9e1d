//! `idlewild get`

use std::path::{Path, PathBuf};

use anyhow::{bail, Context};
use serde::Serialize;
use tokio::{fs::File, io::AsyncWriteExt};

use crate::{
    args::{Common, Get},
    connection,
    output::{bytes_bar, show},
    quantities::show_bytes,
};

#[derive(Serialize)]
struct Done {
    path: String,
    file: String,
    bytes: u64,
    seconds: f64,
}

/// Fetches a file.
pub async fn run(common: &Common, get: Get) -> anyhow::Result<()> {
    let output = match &get.output {
        Some(output) => output.clone(),
        None => PathBuf::from(get.path.rsplit('/').next().unwrap_or(&get.path)),
    };
    let to_terminal = output.as_os_str() == "-";
    if !to_terminal && output.exists() && !get.force {
        bail!("{} exists already: choose another name with --output, or give --force to replace it", output.display());
    }
    let session = connection::session(common).await?;
    let begun = std::time::Instant::now();
    let listing = session.list().await?;
    let Some(object) = listing.tree.get(&get.path) else {
        bail!("{}", missing(&listing, &get.path));
    };
    let range = match &get.range {
        Some(range) => range.within(object.size).map_err(anyhow::Error::msg)?,
        None => 0..object.size,
    };
    let bytes = range.end - range.start;
    let bar = bytes_bar(common.json, bytes);
    let shown = bar.clone();
    let moved = move |bytes| shown.inc(bytes);
    if to_terminal {
        let mut out = tokio::io::stdout();
        session.get(&listing, object, range, &mut out, moved).await?;
        out.flush().await?;
        bar.finish_and_clear();
        return Ok(());
    }
    // Written aside and renamed: nobody ever sees half a file under its name.
    let aside = aside_of(&output);
    let mut file = File::create(&aside).await.with_context(|| format!("{} cannot be written", aside.display()))?;
    let fetched = session.get(&listing, object, range, &mut file, moved).await;
    let kept = match fetched {
        Ok(()) => file.sync_all().await.and(std::fs::rename(&aside, &output)).map_err(anyhow::Error::from),
        Err(error) => Err(error.into()),
    };
    if kept.is_err() {
        let _ = std::fs::remove_file(&aside);
    }
    kept?;
    bar.finish_and_clear();
    let done =
        Done { path: get.path, file: output.display().to_string(), bytes, seconds: begun.elapsed().as_secs_f64() };
    show(common.json, &done, || format!("{}: {} in {:.1} s", done.file, show_bytes(done.bytes), done.seconds))?;
    Ok(())
}

/// Why a path is not in the tree.
pub(crate) fn missing(listing: &idlewild_client::Listing, path: &str) -> String {
    let mut text = format!("there is no stored file {path:?}: see `idlewild ls`");
    for incomplete in listing.tree.incomplete().iter().filter(|incomplete| incomplete.path == path) {
        text = format!("of {path:?} only {} of {} parts are stored: put it again", incomplete.found, incomplete.parts);
    }
    for (deal, error) in &listing.unreadable {
        text.push_str(&format!("\nthe contents of deal {deal} are unknown: {error}"));
    }
    text
}

fn aside_of(output: &Path) -> PathBuf {
    let mut name = output.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    output.with_file_name(name)
}
