//! `idlewild put`

use std::{
    fs,
    io::{BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{bail, Context};
use idlewild_chain_client::coins::{parse_coins, show_coins};
use idlewild_client::{market::Wish, put::Source, Offer, PutError, PutEvent, PutOptions};
use idlewild_storage::packer::ObjectMeta;
use idlewild_storage_primitives::geometry::MAX_SEGMENT_BYTES;
use serde::Serialize;

use crate::{
    args::{Common, Put},
    connection,
    keystore::folder_of,
    output::{bytes_bar, show},
    quantities::show_bytes,
    unfinished::Unfinished,
};

#[derive(Serialize)]
struct Done {
    offer: Offer,
    #[serde(flatten)]
    report: idlewild_client::PutReport,
    files: Vec<String>,
    seconds: f64,
}

/// Stores files.
pub async fn run(common: &Common, put: Put) -> anyhow::Result<()> {
    let max_price = put.max_price.as_deref().map(parse_coins).transpose().map_err(anyhow::Error::msg)?;
    let wish = Wish { geometry: put.class, copies: put.copies, term: put.term, max_price };
    let mut sources = Vec::new();
    for path in &put.paths {
        collect(path, &put.to, &mut sources)?;
    }
    if sources.is_empty() {
        bail!("there is no file to store in what was given");
    }
    let session = connection::session(common).await?;
    let offer = session.offer(&sources, &wish).await?;
    agree(common, &put, &offer, sources.len())?;
    let folder = folder_of(common.home.as_deref())?.with_file_name("puts");
    let unfinished =
        Unfinished::find_or_begin(&folder, &session.chain().genesis(), &session.account(), &wish, &sources)?;

    let begun = std::time::Instant::now();
    let bar = bytes_bar(common.json, offer.stored);
    let shown = bar.clone();
    let files = sources.iter().map(|source| source.meta.path.clone()).collect();
    let (id, again) = (unfinished.id(), unfinished.is_begun_before());
    let options = PutOptions { wish, segment_bytes: MAX_SEGMENT_BYTES, id, again };
    let report = session
        .put(sources, &options, move |event| match event {
            PutEvent::Sent(bytes) => shown.inc(bytes),
            PutEvent::Resumed { deals } => {
                shown.println(format!("this put was broken off before; {deals} of its deals stand and are not made again"));
            },
            PutEvent::Refused { miner, reason } => shown.println(format!("miner {miner} did not take a shard: {reason}")),
            PutEvent::Stored { deal, bytes, filled, slots, block } => shown.println(format!(
                "deal {deal}: {} in {filled} of {slots} slots, block {block}",
                show_bytes(u64::from(bytes))
            )),
        })
        .await;
    bar.finish_and_clear();
    if matches!(report, Ok(_) | Err(PutError::NotTheSame)) {
        unfinished.finish()?;
    }
    let report = report.context("the put is not complete; the same command goes on where it stopped")?;
    let done = Done { offer, report, files, seconds: begun.elapsed().as_secs_f64() };
    show(common.json, &done, || {
        let mut text = format!(
            "stored {} in {} deals, {} on hold, in {:.1} s",
            show_bytes(done.report.bytes),
            done.report.deals.len(),
            show_coins(done.report.held),
            done.seconds
        );
        if done.report.unfilled > 0 {
            text.push_str(&format!("\n{} slots are still open; repair fills them", done.report.unfilled));
        }
        text
    })?;
    Ok(())
}

/// Shows the price and asks, unless told not to.
fn agree(common: &Common, put: &Put, offer: &Offer, files: usize) -> anyhow::Result<()> {
    if !common.json {
        eprintln!(
            "{files} files become {} at miners, in {} deals for {} blocks\n\
             price    {} per GiB and period\n\
             pay      {}\n\
             bounties {} set aside for repairs; what is not needed comes back",
            show_bytes(offer.stored),
            offer.deals,
            put.term,
            show_coins(offer.price),
            show_coins(offer.pay),
            show_coins(offer.reserve)
        );
    }
    if put.yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        bail!("nobody is there to agree to the price: give --yes to pay {}", show_coins(offer.pay.saturating_add(offer.reserve)));
    }
    eprint!("Pay? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => bail!("nothing was stored and nothing paid"),
    }
}

fn collect(path: &Path, prefix: &str, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    let known = fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().with_context(|| format!("{} has no name", path.display()))?;
    let name = name.to_str().with_context(|| format!("the name of {} is not UTF-8", path.display()))?;
    let joined = match prefix.trim_matches('/') {
        "" => name.to_owned(),
        prefix => format!("{prefix}/{name}"),
    };
    if known.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| collect(entry, &joined, sources));
    }
    let modified = known.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0);
    let file = std::path::absolute(path).with_context(|| format!("{} cannot be found", path.display()))?;
    sources.push(Source { file, meta: ObjectMeta { path: joined, size: known.len(), modified } });
    Ok(())
}
