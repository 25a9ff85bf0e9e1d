//! What one account shares or publishes is read by those whom it is for, for as long as it is for them, and checked against the chain.

use std::{path::Path, sync::Arc};

use idlewild_chain_client::{coins::COIN, Event};
use idlewild_chain_memory::MemoryNode;
use idlewild_cli::commands::{
    get::reference::keep_at,
    share::bundle::{Copying, Prepared, Standing},
};
use idlewild_client::{
    bundle::{self, Bundle},
    share::{Facts, Recipient, Reference, ShareError, ShareLink, ShareView},
    BundleError, PutEvent, PutOptions, Session,
};
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_storage::keys::{storage_secret_from_seed, StorageSecret};
use idlewild_storage_primitives::DealId;

use crate::support::{bytes, is_create, options, Owner, World, PATIENCE};

/// Somebody without files, with some coins for deposits.
async fn somebody(world: &World, uri: &str, seed: u8) -> Arc<Session> {
    let network = Network::start(NetworkConfig::new(Identity::random(), world.chain.genesis(), Role::User)).unwrap();
    let keys = crate::support::keys(uri);
    world.chain.give(keys.public_key().0, 10 * COIN).await.expect("there are coins to give");
    Arc::new(Session::new(Arc::new(world.chain.node()), network, keys, storage_secret_from_seed(&[seed; 32])))
}

/// A copy of these bytes as the command line makes it.
async fn copy(owner: &Owner, folder: &Path, content: &[u8], purpose: &str) -> Standing {
    let source = owner.source("plaintext", content);
    let hash = *blake3::hash(content).as_bytes();
    let copying = Copying { file: &source.file, name: "beach.jpg", hash, purpose };
    let prepared = Prepared::new(&owner.session, folder, &copying, options(0).wish).await.expect("it can be priced");
    prepared.put(&owner.session, |_| {}).await.expect("a copy was not made")
}

async fn read(reader: &Session, chain: &MemoryNode, reference: &str) -> Result<Vec<u8>, ShareError> {
    let opened = reader.open_reference(chain, &reference.parse().expect("a reference")).await?;
    assert_eq!(opened.name(), "beach.jpg");
    let mut content = Vec::new();
    opened.copy(&mut content, |_| {}).await?;
    assert_eq!(content.len() as u64, opened.size());
    Ok(content)
}

fn plain(view: &ShareView) -> String {
    Reference::Share { share: view.id, key: None }.to_string()
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| entries.count())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_opens_for_its_account_and_for_nobody_else() {
    let world = World::new(4).await;
    let (home, chain) = (tempfile::tempdir().unwrap(), world.chain.node());
    let (bob, eve) = (somebody(&world, "//Bob", 30).await, somebody(&world, "//Eve", 31).await);
    let content = bytes(300, 200_000);
    let standing = copy(&world.owner, home.path(), &content, "share with bob").await;
    let owner = &world.owner.session;
    let with_bob = Recipient::Account(bob.account());
    let unannounced = owner.share(&chain, &standing.bundle, &with_bob, None).await;
    assert!(matches!(unannounced, Err(ShareError::NotAnnounced(account)) if account == bob.account()));

    bob.announce().await.unwrap();
    let view = owner.share(&chain, &standing.bundle, &with_bob, None).await.unwrap();
    let again = owner.share(&chain, &standing.bundle, &with_bob, None).await.unwrap();
    assert_eq!(again.id, view.id, "what an earlier try did is not done twice");
    assert_eq!(read(&bob, &chain, &plain(&view)).await.unwrap(), content);
    assert_eq!(read(owner, &chain, &plain(&view)).await.unwrap(), content, "its owner can look at it");
    let refused = read(&eve, &chain, &plain(&view)).await;
    assert!(matches!(refused, Err(ShareError::ForAnother { account, .. }) if account == bob.account()), "{refused:?}");
    let stolen = eve.share(&chain, &standing.bundle, &Recipient::Link, None).await;
    assert!(matches!(&stolen, Err(ShareError::Submit(error)) if error.is("Shares", "NotOwner")), "{stolen:?}");
    // What is sealed for Bob's account does not open with another secret.
    let impostor = bob.under(StorageSecret::new([9; 32]));
    assert!(matches!(read(&impostor, &chain, &plain(&view)).await, Err(ShareError::Seal(_))));
    assert!(matches!(read(&bob, &chain, "idlewild:share/99").await, Err(ShareError::NoSuchShare(99))));
    // What was announced can be taken back, and what was shared before stays.
    bob.conceal().await.unwrap();
    assert_eq!(read(&bob, &chain, &plain(&view)).await.unwrap(), content);
    assert!(
        owner.list().await.unwrap().tree.objects().all(|file| file.path != "beach.jpg"),
        "it is none of its owner's own files"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_link_reads_until_its_time_is_over() {
    let world = World::new(4).await;
    let (home, chain) = (tempfile::tempdir().unwrap(), world.chain.node());
    let content = bytes(301, 100_000);
    let standing = copy(&world.owner, home.path(), &content, "share by link").await;
    let owner = &world.owner.session;
    let stranger = somebody(&world, "//Stranger", 32).await;
    let until = world.chain.look(|seen| seen.clock()).await + 80;
    let view = owner.share(&chain, &standing.bundle, &Recipient::Link, Some(until)).await.unwrap();
    let link = ShareLink { share: view.id, key: standing.bundle.key }.to_string();
    assert_eq!(read(&stranger, &chain, &link).await.unwrap(), content);
    let needed = read(&stranger, &chain, &plain(&view)).await;
    assert!(matches!(needed, Err(ShareError::NeedsLink(share)) if share == view.id), "{needed:?}");
    let guessed = ShareLink { share: view.id, key: [1; 32] }.to_string();
    assert!(matches!(read(&stranger, &chain, &guessed).await, Err(ShareError::Bundle(BundleError::Unreadable { .. }))));
    for at in ["idlewild:share/".len(), link.len() - 1, link.len() - 20] {
        let mut changed = link.clone();
        let other = if changed[at..].starts_with('7') { "8" } else { "7" };
        changed.replace_range(at..=at, other);
        assert!(changed.parse::<Reference>().is_err(), "{changed}");
    }
    world.until("its time is over", move |seen| seen.clock() > until).await;
    let over = read(&stranger, &chain, &link).await;
    assert!(matches!(over, Err(ShareError::Past { share, until: then }) if share == view.id && then == until), "{over:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_is_revoked_is_refused_and_its_deals_end_as_soon_as_they_may() {
    let world = World::new(4).await;
    let (home, chain) = (tempfile::tempdir().unwrap(), world.chain.node());
    let owner = &world.owner.session;
    // Several deals, and one that lists them.
    let put = options(256 << 10);
    let key = owner.bundle_key(&put.id);
    let source = world.owner.source("beach.jpg", &bytes(302, 600_000));
    let (bundle, report) = owner.put_bundle(vec![source], *key, &put, u128::MAX, Arc::new(|_| {})).await.unwrap();
    assert!(report.deals.len() >= 4, "{:?}", report.deals);
    let kept = copy(&world.owner, home.path(), &bytes(303, 1_000), "share by link").await;
    let view = owner.share(&chain, &bundle, &Recipient::Link, None).await.unwrap();
    owner.share(&chain, &kept.bundle, &Recipient::Link, None).await.unwrap();
    assert!(owner.left_bundles(&chain).await.unwrap().is_empty(), "both are shared");

    owner.revoke(view.id).await.unwrap();
    let link = ShareLink { share: view.id, key: bundle.key }.to_string();
    assert!(matches!(read(owner, &chain, &link).await, Err(ShareError::NoSuchShare(share)) if share == view.id));
    // The same account on another machine, with nothing but its secret.
    let elsewhere = Owner::new(&world.chain).session;
    let left = elsewhere.left_bundles(&chain).await.unwrap();
    assert_eq!(left.len(), 1, "what is shared stays");
    let mut found: Vec<DealId> = left[0].deals().map(|deal| deal.id).collect();
    found.sort_unstable();
    let mut made = report.deals.clone();
    made.sort_unstable();
    assert_eq!((found, *left[0].key()), (made.clone(), bundle.key));

    let young = elsewhere.end_bundle(&left[0]).await.unwrap();
    let from = young.young.iter().map(|(_, from)| *from).max().expect("no deal is old enough yet");
    assert_eq!(young.ended.len() + young.young.len(), made.len());
    assert!(young.young.iter().any(|(deal, _)| *deal == left[0].first().id), "the others are found by the first");
    world.until("all are old enough", move |seen| seen.clock() >= from).await;
    let left = elsewhere.left_bundles(&chain).await.unwrap();
    let ended = elsewhere.end_bundle(&left[0]).await.unwrap();
    assert!(ended.young.is_empty() && ended.failed.is_empty(), "{ended:?}");
    assert_eq!(ended.ended.last(), Some(&left[0].first().id));
    assert!(elsewhere.left_bundles(&chain).await.unwrap().is_empty());
    let listed = elsewhere.own_bundle(kept.bundle.root).await.unwrap();
    assert!(listed.is_some_and(|copy| *copy.key() == kept.bundle.key), "the other copy is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_is_read_by_everybody_and_a_lie_is_never_kept() {
    let world = World::new(4).await;
    let (home, chain) = (tempfile::tempdir().unwrap(), world.chain.node());
    let content = bytes(304, 150_000);
    let standing = copy(&world.owner, &home.path().join("puts"), &content, "publication").await;
    let (owner, bundle) = (&world.owner.session, standing.bundle.clone());
    let stranger = somebody(&world, "//Stranger", 32).await;
    let truth = Facts { hash: *blake3::hash(&content).as_bytes(), length: content.len() as u64, name: "beach.jpg".into() };
    let view = owner.publish(&chain, &bundle, &truth).await.unwrap();
    assert_eq!((view.hash, view.length, view.key), (truth.hash, truth.length, bundle.key));
    assert_eq!(owner.publish(&chain, &bundle, &truth).await.unwrap().id, view.id, "it is not published twice");
    let reference = Reference::Publication(view.id).to_string();
    assert_eq!(read(&stranger, &chain, &reference).await.unwrap(), content);
    let folder = home.path().join("out");
    std::fs::create_dir(&folder).unwrap();
    let output = folder.join("got");
    let opened = stranger.open_publication(&chain, view.id).await.unwrap();
    keep_at(&opened, Some(5..9), &output, false, |_| {}).await.unwrap();
    assert_eq!(std::fs::read(&output).unwrap(), content[5..9]);
    keep_at(&opened, None, &output, true, |_| {}).await.unwrap();
    assert_eq!(std::fs::read(&output).unwrap(), content);
    std::fs::remove_file(&output).unwrap();

    // The chain does not know what is in deals, and so takes any hash.
    let lie = Facts { hash: *blake3::hash(b"something else").as_bytes(), ..truth.clone() };
    let lie = owner.publish(&chain, &bundle, &lie).await.unwrap();
    let opened = stranger.open_publication(&chain, lie.id).await.unwrap();
    let said = keep_at(&opened, None, &output, false, |_| {}).await.unwrap_err();
    assert!(matches!(said.downcast_ref(), Some(ShareError::Lies { publication, .. }) if *publication == lie.id), "{said}");
    assert_eq!(files_in(&folder), 0, "nothing was kept, under whatever name");
    let long = Facts { length: truth.length + 1, name: "long".into(), hash: [7; 32] };
    let long = owner.publish(&chain, &bundle, &long).await.unwrap();
    assert!(
        matches!(stranger.open_publication(&chain, long.id).await, Err(ShareError::Lies { .. })),
        "before a byte is fetched"
    );

    owner.withdraw(view.id).await.unwrap();
    assert!(matches!(read(&stranger, &chain, &reference).await, Err(ShareError::NoSuchPublication(id)) if id == view.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_has_one_file() {
    let world = World::new(4).await;
    let chain = world.chain.node();
    let owner = &world.owner.session;
    let key = bundle::new_key();
    let sources = vec![world.owner.source("a", b"a"), world.owner.source("b", b"b")];
    let (bundle, _) = owner.put_bundle(sources, key, &options(8 << 20), u128::MAX, Arc::new(|_| {})).await.unwrap();
    let view = owner.share(&chain, &bundle, &Recipient::Link, None).await.unwrap();
    let opened = owner.open_share(&chain, view.id, Some(key)).await;
    assert!(matches!(opened, Err(ShareError::NotOneFile(2))));
    assert!(owner.own_bundles().await.unwrap().is_empty(), "its key does not follow from the account's secret");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_was_broken_off_goes_on_with_the_same_key() {
    let mut world = World::new(4).await;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("puts");
    let content = bytes(305, 100_000);
    let (source, hash) = (world.owner.source("plaintext", &content), *blake3::hash(&content).as_bytes());
    world.pause();
    let (session, file, records) = (world.owner.session.clone(), source.file.clone(), folder.clone());
    let first = tokio::spawn(async move {
        let copying = Copying { file: &file, name: "beach.jpg", hash, purpose: "share by link" };
        let prepared = Prepared::new(&session, &records, &copying, options(0).wish).await.unwrap();
        assert_eq!(files_in(&records), 0, "nothing is kept of what nobody has agreed to");
        prepared.put(&session, |_| {}).await.map(|standing| standing.bundle)
    });
    world.until("the deal waits", |seen| seen.sent(is_create).count() == 1).await;
    first.abort();
    assert!(first.await.is_err());
    world.go_on();
    world.until("the deal stands", |seen| seen.count(|event| matches!(event, Event::Created { .. })) == 1).await;
    assert_eq!(files_in(&folder), 1, "the record outlives its program");

    // Another program of the same account: it goes on with that deal, and pays nothing for it.
    let owner = Owner::new(&world.chain);
    let copying = Copying { file: &source.file, name: "beach.jpg", hash, purpose: "share by link" };
    let prepared = Prepared::new(&owner.session, &folder, &copying, options(0).wish).await.unwrap();
    assert_eq!((prepared.offer().deals, prepared.offer().standing), (0, 1));
    let standing = prepared.put(&owner.session, |_| {}).await.unwrap();
    assert_eq!((standing.report.resumed, standing.report.held_now), (1, 0));
    let other = copy(&world.owner, &folder, &content, "share with somebody").await;
    assert_ne!(other.bundle.key, standing.bundle.key, "each purpose has its own key");
    // It was killed before the chain knew what the copy is for: so it still goes on.
    drop(standing);
    let standing = Prepared::new(&owner.session, &folder, &copying, options(0).wish).await.unwrap();
    let standing = standing.put(&owner.session, |_| {}).await.unwrap();
    let chain = world.chain.node();
    let view = owner.session.share(&chain, &standing.bundle, &Recipient::Link, None).await.unwrap();
    let link = ShareLink { share: view.id, key: standing.bundle.key }.to_string();
    standing.finish().unwrap();
    other.finish().unwrap();
    assert_eq!(files_in(&folder), 0);
    assert_eq!(read(&owner.session, &chain, &link).await.unwrap(), content);
    // Nothing that was on the disk opens it: the key follows from the account's secret.
    let another = owner.session.under(StorageSecret::new([1; 32]));
    assert!(another.own_bundles().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_of_many_deals_that_was_broken_off_goes_on_within_what_is_agreed_to() {
    let world = World::new(4).await;
    let owner = &world.owner.session;
    let put = options(256 << 10);
    let source = world.owner.source("beach.jpg", &bytes(306, 900_000));
    let key = owner.bundle_key(&put.id);
    let offer = owner.offer_bundle(vec![source.clone()], *key, &put).await.unwrap();
    let (told, mut stored) = tokio::sync::mpsc::unbounded_channel();
    let (session, files, secret) = (owner.clone(), vec![source.clone()], *key);
    let first = tokio::spawn(async move {
        let event = move |event: PutEvent| {
            if let PutEvent::Stored { deal, .. } = event {
                let _ = told.send(deal);
            }
        };
        session.put_bundle(files, secret, &put, u128::MAX, Arc::new(event)).await.map(|_| ())
    });
    tokio::time::timeout(PATIENCE, stored.recv()).await.expect("no deal was made in time").expect("a deal is told");
    first.abort();
    let _ = first.await;

    let again = PutOptions { again: true, ..put };
    let left = owner.offer_bundle(vec![source.clone()], *key, &again).await.unwrap();
    assert!(left.standing >= 1 && left.total() < offer.total(), "{left:?} of {offer:?}");
    assert_eq!(left.deals + left.standing, offer.deals, "the list of deals is among them");
    let (bundle, report) = owner.put_bundle(vec![source], *key, &again, left.total(), Arc::new(|_| {})).await.unwrap();
    assert!(report.held_now <= left.total() && report.resumed >= 1, "{report:?}");
    let made = owner.own_bundle(bundle.root).await.unwrap().expect("it is found again");
    assert_eq!(made.deals().count(), offer.deals as usize);
    assert_eq!(owner.open_bundle(&Bundle { root: bundle.root, key: *made.key() }).await.unwrap().files().count(), 1);
    assert_eq!(bundle.key, *key);
}
