//! What the command line keeps of a put: from before its first byte until nothing is left to go on with.

use std::path::Path;

use idlewild_chain_client::Event;
use idlewild_cli::commands::put::Prepared;
use idlewild_client::{market::Wish, put::Source, PutError, PutReport};

use crate::support::{bytes, created, is_create, options, timing, Owner, World, PATIENCE};

/// One run of the command, given the same folder each time.
async fn run(owner: &Owner, folder: &Path, source: &Source, wish: Wish) -> Result<PutReport, PutError> {
    let prepared = Prepared::new(&owner.session, folder, vec![source.clone()], wish).await.expect("it can be priced");
    prepared.put(&owner.session, |_| {}).await.map_err(|error| error.downcast().expect("the put failed"))
}

fn records(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| entries.count())
}

struct Killed {
    world: World,
    home: tempfile::TempDir,
    source: Source,
    wish: Wish,
}

/// A run that is killed while its deal waits for a block; the deal is made after that.
async fn killed(miners: u8, seed: u64, term: u32) -> Killed {
    let mut world = World::new(miners).await;
    let home = tempfile::tempdir().unwrap();
    let source = world.owner.source("file", &bytes(seed, 100_000));
    let wish = Wish { term, ..options(0).wish };
    world.pause();
    let (session, folder, files) = (world.owner.session.clone(), home.path().join("puts"), vec![source.clone()]);
    let prepared = Prepared::new(&session, &folder, files, wish).await.unwrap();
    assert_eq!(records(&folder), 0, "nothing is kept of what nobody has agreed to");
    let first = tokio::spawn(async move { prepared.put(&session, |_| {}).await });
    world.until("the deal waits", |seen| seen.sent(is_create).count() == 1).await;
    first.abort();
    assert!(first.await.is_err());
    assert_eq!(records(&folder), 1, "the record outlives its program");
    world.go_on();
    world.until("the deal stands", |seen| seen.count(|event| matches!(event, Event::Created { .. })) == 1).await;
    Killed { world, home, source, wish }
}

impl Killed {
    async fn again(&self) -> Result<PutReport, PutError> {
        run(&Owner::new(&self.world.chain), &self.home.path().join("puts"), &self.source, self.wish).await
    }

    fn records(&self) -> usize {
        records(&self.home.path().join("puts"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_after_a_crash_pays_nothing_again_and_then_is_done() {
    let put = killed(4, 120, options(0).wish.term).await;
    let free = put.world.owner.free().await;
    let report = put.again().await.unwrap();
    assert_eq!(report.resumed, 1);
    assert!(report.held > 0, "what is on hold for the deal that stood is told");
    assert_eq!(put.world.owner.free().await, free);
    assert_eq!(put.records(), 0, "a put that is complete is forgotten");
    // Then it is another put.
    let report = put.again().await.unwrap();
    assert_eq!((report.resumed, report.deals.len()), (0, 1));
    assert_eq!(created(&put.world.chain).await.deals.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_unnoticed_is_begun_afresh_by_the_next_command() {
    let put = killed(4, 121, options(0).wish.term).await;
    let changed = bytes(122, 100_000);
    std::fs::write(&put.source.file, &changed).unwrap();
    let error = put.again().await.unwrap_err();
    assert!(matches!(error, PutError::NotTheSame), "{error}");
    assert_eq!((put.records(), created(&put.world.chain).await.deals.len()), (0, 1));
    let report = put.again().await.unwrap();
    assert_eq!(report.resumed, 0);
    let listing = put.world.owner.listing().await;
    let read = put.world.owner.session.read_segment(&listing.segments[&report.deals[0]], 0..100_000).await;
    assert_eq!(read.unwrap(), changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_salt_that_is_spent_on_a_deal_that_is_over_ends_the_put() {
    // The holders do not take again what they have just let go; there are others.
    let put = killed(8, 123, timing().min_term).await;
    put.world.until("the deal is over", |seen| seen.count(|event| matches!(event, Event::Closed { .. })) == 1).await;
    let free = put.world.owner.free().await;
    let outcome = tokio::time::timeout(PATIENCE, put.again()).await.expect("it ends");
    let error = outcome.unwrap_err();
    assert!(matches!(error, PutError::Spent), "{error}");
    assert!(error.to_string().contains("starts afresh"), "{error}");
    assert_eq!(put.world.owner.free().await, free, "nothing is paid for it");
    assert_eq!(put.records(), 0, "there is nothing left to go on with");
    let report = put.again().await.unwrap();
    assert_eq!((report.resumed, report.deals.len()), (0, 1), "the next command starts afresh");
}
