//! `idlewild put`

use std::{path::Path, sync::Arc};

use anyhow::Context;
use idlewild_chain_client::coins::show_coins;
use idlewild_client::{
    market::Wish,
    put::{Source, Told},
    Offer, PutError, PutEvent, PutOptions, PutReport, Session,
};
use idlewild_storage_primitives::{geometry::MAX_SEGMENT_BYTES, Clock};
use indicatif::ProgressBar;
use serde::Serialize;

use crate::{
    args::{Common, Put},
    connection,
    gather::{gather, Gathered},
    keystore::folder_of,
    output::{ask_to_pay_within, bytes_bar, plain, say, show},
    quantities::show_bytes,
    unfinished::Unfinished,
};

#[derive(Serialize)]
struct Done {
    offer: Offer,
    #[serde(flatten)]
    report: PutReport,
    files: Vec<String>,
    seconds: f64,
}

/// A put whose price is known, and of which nothing has been sent by this run.
pub struct Prepared {
    sources: Vec<Source>,
    options: PutOptions,
    unfinished: Unfinished,
    offer: Offer,
}

impl Prepared {
    /// Finds out what a put would cost, or what is left of one that was broken off and of which `folder` keeps the record.
    pub async fn new(session: &Session, folder: &Path, sources: Vec<Source>, wish: Wish) -> anyhow::Result<Self> {
        let unfinished = Unfinished::find(folder, &session.chain().genesis(), &session.account(), &wish, &sources)?;
        let (id, again) = (unfinished.id(), unfinished.is_begun_before());
        let options = PutOptions { wish, segment_bytes: MAX_SEGMENT_BYTES, id, again };
        let offer = session.offer(&sources, &options).await?;
        Ok(Self { sources, options, unfinished, offer })
    }

    /// What it would cost.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Puts the files, the offer having been agreed to. The record stays until nothing is left that a later run could go on with.
    pub async fn put(
        self,
        session: &Arc<Session>,
        event: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> anyhow::Result<PutReport> {
        let Self { sources, mut options, unfinished, offer } = self;
        // Whatever happens from here on, neither one deal nor all of them cost more than was agreed to.
        options.wish.max_price = Some(offer.price);
        unfinished.begin()?;
        let event: Told = Arc::new(event);
        let told = event.clone();
        match session.put_within(sources, &options, offer.total(), move |now| told(now)).await {
            Ok(mut report) => {
                unfinished.finish()?;
                let open = std::mem::take(&mut report.open);
                report.unfilled = session.fill_all(open, &options.wish, &event).await;
                Ok(report)
            },
            Err(error @ (PutError::NotTheSame | PutError::Spent)) => {
                unfinished.finish()?;
                Err(error.into())
            },
            Err(error) => Err(error).context("the put is not complete; the same command goes on where it stopped"),
        }
    }
}

/// Stores files.
pub async fn run(common: &Common, put: Put) -> anyhow::Result<()> {
    let wish = put.stored.wish(put.copies)?;
    let Gathered { sources, left_out } = gather(&put.paths, &put.to)?;
    for (path, what) in &left_out {
        eprintln!("warning: {} is {what} and is left out", plain(&path.display().to_string()));
    }
    let session = connection::session(common).await?;
    let folder = folder_of(common.home.as_deref())?.with_file_name("puts");
    let files: Vec<String> = sources.iter().map(|source| source.meta.path.clone()).collect();
    let prepared = Prepared::new(&session, &folder, sources, wish).await?;
    let offer = *prepared.offer();
    agree(common, (put.yes, wish.term), &offer, &format!("{} files become", files.len())).await?;

    let begun = std::time::Instant::now();
    let bar = bytes_bar(common.json, offer.stored);
    let report = prepared.put(&session, teller(&bar)).await;
    bar.finish_and_clear();
    let done = Done { offer, report: report?, files, seconds: begun.elapsed().as_secs_f64() };
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

/// Shows beside a bar how a put does.
pub(crate) fn teller(bar: &ProgressBar) -> impl Fn(PutEvent) + Send + Sync + 'static {
    let shown = bar.clone();
    move |event| match event {
        PutEvent::Sent(bytes) => shown.inc(bytes),
        PutEvent::Uploaded => {},
        PutEvent::Resumed { deals } => {
            say(&shown, &format!("this put was broken off before; {deals} of its deals stand and are not made again"));
        },
        PutEvent::Refused { miner, reason } => {
            say(&shown, &format!("miner {miner} did not take a shard: {}", plain(&reason)));
        },
        PutEvent::Stored { deal, bytes, filled, slots, block } => {
            let bytes = show_bytes(u64::from(bytes));
            let block = block.map_or_else(|| "made by an earlier sending".to_owned(), |block| format!("block {block}"));
            say(&shown, &format!("deal {deal}: {bytes} in {filled} of {slots} slots, {block}"));
            if filled < slots {
                say(
                    &shown,
                    "other miners are asked to take the rest; the file is safe meanwhile, and so it is if you stop here",
                );
            }
        },
        PutEvent::Filled { deal, slots } => say(&shown, &format!("deal {deal}: {slots} more slots are filled")),
    }
}

/// Shows the price of what becomes so much at miners for a term, and asks, unless told not to.
pub(crate) async fn agree(common: &Common, (yes, term): (bool, Clock), offer: &Offer, what: &str) -> anyhow::Result<()> {
    // Programs that pay without asking read the offer in the answer.
    if !common.json || !yes {
        if offer.standing > 0 {
            eprintln!("{} deals of this put stand already; what follows is what remains", offer.standing);
        }
        eprintln!(
            "{what} {} at miners, in {} deals for {term} blocks\n\
             price    {} per GiB and period at most\n\
             pay      {} at most\n\
             bounties {} set aside for repairs; what is not needed comes back",
            show_bytes(offer.stored),
            offer.deals,
            show_coins(offer.price),
            show_coins(offer.pay),
            show_coins(offer.reserve)
        );
    }
    if yes || offer.deals == 0 {
        return Ok(());
    }
    ask_to_pay_within(&show_coins(offer.total())).await
}
