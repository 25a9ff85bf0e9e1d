//! `idlewild image`

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{bail, Context};
use idlewild_chain_client::coins::show_coins;
use idlewild_client::{market::Wish, PutEvent, Session};
use idlewild_compute_primitives::program::{Class, Program};
use idlewild_images::import::{import, Imported};
use idlewild_sdk::{
    image::{local, PushEvent, PushOffer, PushOptions, PushReport, PushedImage, PushedImages},
    Sdk,
};
use serde::Serialize;

use crate::{
    args::{Common, ImageCommand, Push},
    connection,
    keystore::folder_of,
    output::{ask_to_pay, bytes_bar, plain, say, show, table},
    quantities::show_bytes,
};

#[derive(Serialize)]
struct Row {
    digest: String,
    bundle: u64,
    names: Vec<String>,
    bytes: u64,
    deals: Vec<u64>,
    pushed: u64,
}

impl From<&PushedImage> for Row {
    fn from(image: &PushedImage) -> Self {
        let PushedImage { digest, bundle, names, bytes, deals, at } = image.clone();
        Self { digest: digest.to_string(), bundle: bundle.root, names, bytes, deals, pushed: at }
    }
}

#[derive(Serialize)]
struct Done {
    #[serde(flatten)]
    image: Row,
    stored: u64,
    known: u64,
    made: Vec<u64>,
    held: u128,
    seconds: f64,
}

/// Does what was asked for.
pub async fn run(common: &Common, command: ImageCommand) -> anyhow::Result<()> {
    match command {
        ImageCommand::Push(push) => run_push(common, push).await,
        ImageCommand::Ls => ls(common).await,
    }
}

async fn run_push(common: &Common, push: Push) -> anyhow::Result<()> {
    let wish = push.stored.wish(1)?;
    let begun = std::time::Instant::now();
    let mut imported = read(common, &push.image).await?;
    imported.names.extend(push.name.iter().cloned());
    let session = connection::session(common).await?;
    let sdk = Sdk::new(session.clone(), connection::compute(common).await?);
    let report = store(common, &sdk, &imported, &wish, push.yes).await?;
    let PushReport { image, stored, known, deals, held } = report;
    let done = Done { image: Row::from(&image), stored, known, made: deals, held, seconds: begun.elapsed().as_secs_f64() };
    show(common.json, &done, || {
        format!(
            "{}  {}\nstored {} in {} deals, {} on hold; {} were stored before; {:.1} s\nrun it with `idlewild run {}`",
            image.digest,
            names(&image.names),
            show_bytes(done.stored),
            done.made.len(),
            show_coins(done.held),
            show_bytes(done.known),
            done.seconds,
            image.names.first().map_or_else(|| image.digest.to_string(), |name| plain(name)),
        )
    })?;
    Ok(())
}

async fn ls(common: &Common) -> anyhow::Result<()> {
    let account = connection::public_key(common, None)?;
    let genesis = connection::chain(common).await?.genesis();
    let images = pushed_of(common, &genesis, &account)?.list()?;
    let rows: Vec<Row> = images.iter().map(Row::from).collect();
    show(common.json, &rows, || {
        let mut lines = vec![["DIGEST", "NAME", "SIZE", "BUNDLE", "DEALS"].map(str::to_owned).to_vec()];
        lines.extend(rows.iter().map(|row| {
            let short: String = row.digest.chars().take("sha256:".len().saturating_add(16)).collect();
            vec![short, names(&row.names), show_bytes(row.bytes), row.bundle.to_string(), row.deals.len().to_string()]
        }));
        table(&lines)
    })?;
    Ok(())
}

fn names(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().map(|name| plain(name)).collect();
    if shown.is_empty() {
        "-".into()
    } else {
        shown.join(", ")
    }
}

fn pushed_of(common: &Common, genesis: &[u8; 32], account: &[u8; 32]) -> anyhow::Result<PushedImages> {
    let folder = folder_of(common.home.as_deref())?.with_file_name("images");
    Ok(PushedImages::open(&folder, genesis, account))
}

/// What this account pushed from this machine.
pub(crate) fn pushed(common: &Common, session: &Session) -> anyhow::Result<PushedImages> {
    pushed_of(common, &session.chain().genesis(), &session.account())
}

/// Finds a pushed image by its name or digest, or pushes an archive, or an image of this machine's engine, and tells what program that
/// is.
pub(crate) async fn program(
    common: &Common,
    sdk: &Sdk,
    image: &str,
    class: Class,
    stored: &Wish,
    yes: bool,
) -> anyhow::Result<Program> {
    let pushed = pushed(common, sdk.session())?;
    if !Path::new(image).is_file() {
        if let Some(found) = pushed.find(image)? {
            if sdk.is_alive(&found).await? {
                return Ok(found.program(class));
            }
            eprintln!("{} was pushed, and some of its deals are over: it is pushed again", plain(image));
        }
    }
    let imported = read(common, image).await?;
    let report = store(common, sdk, &imported, stored, yes).await?;
    eprintln!(
        "pushed {}: {} stored, {} were stored before",
        report.image.digest,
        show_bytes(report.stored),
        show_bytes(report.known)
    );
    Ok(report.image.program(class))
}

/// Reads an archive, or an image of this machine's engine.
async fn read(common: &Common, image: &str) -> anyhow::Result<Imported> {
    let path = Path::new(image);
    if path.is_file() {
        return unpack(path).await.with_context(|| image.to_owned());
    }
    if image.starts_with("sha256:") {
        bail!("this account pushed no image {image} from this machine: see `idlewild image ls`");
    }
    let file = tempfile::NamedTempFile::new().context("there is no room for the image")?;
    let bar = bytes_bar(common.json, 0);
    let saved = local::save(image, local::SOCKET, file.path(), |bytes| {
        bar.inc_length(bytes);
        bar.inc(bytes);
    });
    let saved = saved.await;
    bar.finish_and_clear();
    saved?;
    unpack(file.path()).await
}

async fn unpack(archive: &Path) -> anyhow::Result<Imported> {
    let archive = archive.to_owned();
    let unpacking = tokio::task::spawn_blocking(move || {
        let mut file = File::open(&archive)?;
        // People compress archives by hand: `docker save IMAGE | gzip`.
        let mut first = [0; 2];
        let is_gzip = file.read(&mut first)? == 2 && first == [0x1f, 0x8b];
        let file = BufReader::new(File::open(&archive)?);
        let told = |layer, of| eprintln!("layer {layer} of {of}");
        let work = std::env::temp_dir();
        Ok::<_, anyhow::Error>(match is_gzip {
            true => import(flate2::read::MultiGzDecoder::new(file), &work, told)?,
            false => import(file, &work, told)?,
        })
    });
    unpacking.await?
}

/// Stores what is not stored yet, the price having been agreed to.
async fn store(common: &Common, sdk: &Sdk, image: &Imported, wish: &Wish, yes: bool) -> anyhow::Result<PushReport> {
    let pushed = pushed(common, sdk.session())?;
    let offer = sdk.offer_image(image, &pushed, wish).await?;
    agree(common, &offer, wish.term, yes)?;
    let bar = bytes_bar(common.json, offer.offer.stored);
    let shown = Arc::new(Mutex::new(bar.clone()));
    let told = move |event: PushEvent| {
        let bar = shown.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            PushEvent::Known { digest, bytes } => say(&bar, &format!("{digest}: {} are stored already", show_bytes(bytes))),
            PushEvent::Begun { digest, bytes } => say(&bar, &format!("{digest}: storing {}", show_bytes(bytes))),
            PushEvent::Put(PutEvent::Sent(bytes)) => bar.inc(bytes),
            PushEvent::Put(PutEvent::Stored { deal, .. }) => say(&bar, &format!("deal {deal} stands")),
            PushEvent::Put(PutEvent::Refused { miner, reason }) => {
                say(&bar, &format!("miner {miner} did not take a shard: {}", plain(&reason)));
            },
            PushEvent::Put(_) => {},
        }
    };
    // Whatever happens from here on, neither one deal nor all of them cost more than was agreed to.
    let wish = Wish { max_price: Some(offer.offer.price).filter(|price| *price > 0).or(wish.max_price), ..*wish };
    let options = PushOptions { wish, most: offer.offer.total() };
    let report = sdk.push_image(image, &pushed, &options, told).await;
    bar.finish_and_clear();
    report.context("what is stored stays; the same command goes on where it stopped")
}

fn agree(common: &Common, offer: &PushOffer, term: u32, yes: bool) -> anyhow::Result<()> {
    let PushOffer { bytes, known, offer } = offer;
    if offer.deals == 0 {
        return Ok(());
    }
    if !common.json || !yes {
        eprintln!(
            "{} become {} at miners, in {} deals for {term} blocks; {} are stored already\n\
             pay      {} at most\n\
             bounties {} set aside for repairs; what is not needed comes back",
            show_bytes(*bytes),
            show_bytes(offer.stored),
            offer.deals,
            show_bytes(*known),
            show_coins(offer.pay),
            show_coins(offer.reserve)
        );
    }
    if yes {
        return Ok(());
    }
    ask_to_pay(&show_coins(offer.total()))
}
