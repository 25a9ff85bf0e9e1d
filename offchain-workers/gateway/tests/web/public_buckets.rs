//! Buckets of other owners whose keys are on chain.

use std::sync::atomic::Ordering;

use idlewild_gateway::public::{Found, Public, PublicError, PublicOptions};
use idlewild_objects::{commit::Change, ConfigKind};

use crate::{
    elsewhere::{open, options, Beside, Elsewhere, Owner},
    support::{noise, World},
};

const FAR: &str = "far.localhost";
const PLAIN: &str = "localhost";

#[tokio::test]
async fn what_an_owner_made_public_is_followed_and_shown() {
    let beside = Beside::new(options()).await;
    let owner = Owner::new(&beside.remote, 99).await;
    let large = noise(2_500_000);
    owner.put("index.html", "<h1>far</h1>").await;
    owner.put("docs/one.txt", "one").await;
    owner.put("large.bin", &large).await;
    owner.flush().await;
    owner.publish();
    let world = &beside.world;
    let index = world.get(FAR, "/").await;
    assert_eq!((index.status, index.text().as_str()), (200, "<h1>far</h1>"));
    assert_eq!(world.get(FAR, "/large.bin").await.body, large);
    let part = world.get_with(FAR, "/large.bin", &[("range", "bytes=1048570-1048580")]).await;
    assert_eq!((part.status, part.body), (206, large[1_048_570..=1_048_580].to_vec()));
    let raw = world.head(FAR, "/large.bin?format=raw").await;
    assert_eq!(raw.header("x-idlewild-blake3"), Some(blake3::hash(&large).to_hex().as_str()));
    // No policy of the bucket says so: whoever has the key may list it too.
    assert!(world.get(FAR, "/docs/").await.text().contains("one.txt"));
    // By its number it shares a host with others, and is kept from them.
    assert_eq!(world.get(PLAIN, "/bucket/99").await.header("location"), Some("/bucket/99/"));
    let by_number = world.get(PLAIN, "/bucket/99/docs/one.txt").await;
    assert_eq!((by_number.status, by_number.text().as_str()), (200, "one"));
    assert!(by_number.header("content-security-policy").unwrap().starts_with("sandbox"));
    assert_eq!(world.get(PLAIN, "/bucket/99/docs").await.header("location"), Some("/bucket/99/docs/"));
    // S3 clients see nothing of it.
    assert!(world.store.buckets().iter().all(|bucket| bucket.id.is_none()));
}

#[tokio::test]
async fn what_the_owner_writes_later_is_shown_too_and_its_site_is_as_it_says() {
    let beside = Beside::new(options()).await;
    let owner = Owner::new(&beside.remote, 99).await;
    owner.put("a.txt", "old").await;
    owner.flush().await;
    owner.publish();
    assert_eq!(beside.world.get(FAR, "/a.txt").await.text(), "old");
    let read = beside.remote.commits_read.load(Ordering::Relaxed);
    assert_eq!(beside.world.get(FAR, "/a.txt").await.text(), "old");
    assert_eq!(beside.remote.commits_read.load(Ordering::Relaxed), read, "what is known is not fetched again");
    owner.put("a.txt", "new").await;
    owner.put("gone.html", "no more").await;
    owner.put("start.htm", "a start").await;
    let website = serde_json::json!({ "elsewhere": null, "index": "start.htm", "error": "gone.html", "rules": [] });
    let document = serde_json::json!({ "form": 1, "content": website }).to_string();
    owner.store.set_config("bucket", ConfigKind::Website, Some(document.into())).await.unwrap();
    owner.flush().await;
    assert_eq!(beside.world.get(FAR, "/a.txt").await.text(), "new");
    assert_eq!(beside.world.get(FAR, "/").await.text(), "a start");
    let missing = beside.world.get(FAR, "/nothing").await;
    assert_eq!((missing.status, missing.text().as_str()), (404, "no more"));
}

#[tokio::test]
async fn what_a_gateway_wrote_is_found_though_the_bucket_was_taken_from_it() {
    let remote = Elsewhere::new();
    let owner = Owner::new(&remote, 99).await;
    owner.put("a.txt", "kept").await;
    owner.put("large.bin", noise(3_000_000)).await;
    owner.flush().await;
    owner.publish();
    remote.gateways.lock().unwrap().clear();
    let beside = Beside::to(&remote, options()).await;
    assert_eq!(beside.world.get(FAR, "/a.txt").await.text(), "kept");
    assert_eq!(beside.world.get(FAR, "/large.bin").await.body, noise(3_000_000));
}

#[tokio::test]
async fn what_is_not_public_is_not_shown_and_the_page_says_what_to_do() {
    let beside = Beside::new(options()).await;
    let owner = Owner::new(&beside.remote, 99).await;
    owner.put("a.txt", "a").await;
    owner.flush().await;
    let refused = beside.world.get(FAR, "/a.txt").await;
    assert_eq!(refused.status, 404);
    assert!(refused.text().contains("not public") && refused.text().contains("idlewild gateway publish"));
    assert_eq!(beside.kept(), 0);
    owner.publish();
    assert_eq!(beside.world.get(FAR, "/a.txt").await.text(), "a");
    // It is removed on chain: the copy goes too.
    beside.remote.buckets.lock().unwrap().clear();
    let gone = beside.world.get(FAR, "/a.txt").await;
    assert!(gone.status == 404 && gone.text().contains("no bucket 99"));
    assert_eq!(beside.kept(), 0);
    for path in ["/bucket/x/", "/bucket/007/", "/bucket/-1/", "/bucket/18446744073709551616/"] {
        let answer = beside.world.get(PLAIN, path).await;
        assert!(answer.status == 404 && answer.text().contains("/bucket/NUMBER/"), "{path}");
    }
}

#[tokio::test]
async fn a_gateway_without_a_chain_shows_its_own_alone() {
    let world = World::new().await;
    let answer = world.get(FAR, "/").await;
    assert!(answer.status == 404 && answer.text().contains("shows none of others"));
    assert_eq!(world.get(PLAIN, "/publication/7").await.status, 404);
}

#[tokio::test]
async fn what_contradicts_the_chain_or_is_too_much_is_not_shown() {
    let beside = Beside::new(PublicOptions { history: 60, ..options() }).await;
    let owner = Owner::new(&beside.remote, 99).await;
    owner.put("a.txt", "a").await;
    owner.flush().await;
    owner.publish();
    let answer = beside.world.get(FAR, "/a.txt").await;
    assert!(answer.status == 413 && answer.text().contains("over 60 bytes"), "{}", answer.text());
    beside.remote.buckets.lock().unwrap().get_mut(&99).unwrap().public = Some([0; 32]);
    let answer = beside.world.get(FAR, "/a.txt").await;
    assert!(answer.status == 502 && answer.text().contains("opens none of its deals"));
    assert_eq!(beside.kept(), 0, "what was never shown takes no room");
}

#[tokio::test]
async fn without_chain_or_miners_what_is_here_is_still_shown() {
    let beside = Beside::new(options()).await;
    let owner = Owner::new(&beside.remote, 99).await;
    owner.put("a.txt", "a").await;
    owner.flush().await;
    owner.publish();
    *beside.remote.are_miners_gone.lock().unwrap() = true;
    let answer = beside.world.get(FAR, "/a.txt").await;
    assert!(answer.status == 502 && answer.text().contains("nobody answers"));
    *beside.remote.are_miners_gone.lock().unwrap() = false;
    assert_eq!(beside.world.get(FAR, "/a.txt").await.text(), "a");
    *beside.remote.is_silent.lock().unwrap() = true;
    assert_eq!(beside.world.get(FAR, "/a.txt").await.text(), "a");
    let other = beside.world.get(PLAIN, "/bucket/5/").await;
    assert!(other.status == 503 && other.header("retry-after").is_some());
}

#[tokio::test]
async fn so_many_are_kept_and_none_goes_that_is_being_read() {
    let beside = Beside::new(PublicOptions { buckets: 1, ..options() }).await;
    for id in [99, 100] {
        let owner = Owner::new(&beside.remote, id).await;
        owner.put("a.txt", id.to_string()).await;
        owner.flush().await;
        owner.publish();
    }
    let held = beside.public.bucket(99).await.unwrap();
    assert!(matches!(beside.public.bucket(100).await, Err(PublicError::NoRoom)));
    assert_eq!(beside.world.get(PLAIN, "/bucket/100/a.txt").await.status, 503);
    drop(held);
    assert_eq!(beside.world.get(PLAIN, "/bucket/100/a.txt").await.text(), "100");
    assert_eq!(beside.kept(), 1);
    assert_eq!(beside.world.get(PLAIN, "/bucket/99/a.txt").await.text(), "99");
    assert_eq!(beside.kept(), 1);
}

/// An owner that wrote three times: the deals of that.
async fn three(remote: &std::sync::Arc<Elsewhere>) -> (Owner, [u64; 3]) {
    let owner = Owner::new(remote, 99).await;
    let mut deals = [0; 3];
    for (deal, (key, body)) in deals.iter_mut().zip([("a.txt", "old"), ("b.txt", "b"), ("a.txt", "new")]) {
        owner.put(key, body).await;
        owner.flush().await;
        *deal = remote.last_deal();
    }
    owner.publish();
    (owner, deals)
}

#[tokio::test]
async fn a_commit_that_cannot_be_read_takes_no_site_down() {
    for (which, a, b) in [(0, "new", 200), (1, "new", 404), (2, "old", 200)] {
        for is_lost in [true, false] {
            let remote = Elsewhere::new();
            let (owner, deals) = three(&remote).await;
            let bad = if is_lost { &remote.lost } else { &remote.garbled };
            bad.lock().unwrap().insert(deals[which]);
            let beside = Beside::to(&remote, options()).await;
            let shown = || async {
                let (a, b) = (beside.world.get(FAR, "/a.txt").await, beside.world.get(FAR, "/b.txt").await);
                (a.status, a.text(), b.status)
            };
            assert_eq!(shown().await, (200, a.to_owned(), b), "{which} {is_lost}");
            let missing = beside.public.missing();
            assert!(missing[0].bucket == 99 && missing[0].missing.contains(&format!("deal {}", deals[which])), "{missing:?}");
            // It is not asked for at every visit, and what is written later is shown.
            let read = remote.commits_read.load(Ordering::Relaxed);
            assert_eq!(shown().await, (200, a.to_owned(), b));
            assert_eq!(remote.commits_read.load(Ordering::Relaxed), read);
            owner.put("c.txt", "c").await;
            owner.flush().await;
            assert_eq!(beside.world.get(FAR, "/c.txt").await.text(), "c");
            assert_eq!(remote.commits_read.load(Ordering::Relaxed), read + 1);
        }
    }
}

#[tokio::test]
async fn what_could_not_be_read_comes_after_a_restart_and_nothing_else_is_asked_for() {
    let remote = Elsewhere::new();
    let (_owner, deals) = three(&remote).await;
    remote.lost.lock().unwrap().insert(deals[1]);
    let folder = tempfile::tempdir().unwrap();
    let public = open(folder.path(), &remote, options()).await;
    let has = |public: &Public, found: &Found, key| public.store().head(&found.bucket.name, key, None).unwrap().is_some();
    let found = public.bucket(99).await.unwrap();
    assert!(has(&public, &found, "a.txt") && !has(&public, &found, "b.txt"));
    drop(found);
    public.close().await;
    drop(public);
    remote.lost.lock().unwrap().clear();
    let read = remote.commits_read.load(Ordering::Relaxed);
    let public = open(folder.path(), &remote, options()).await;
    let found = public.bucket(99).await.unwrap();
    assert!(has(&public, &found, "a.txt") && has(&public, &found, "b.txt"), "the gap is noticed");
    assert!(public.missing().is_empty());
    assert_eq!(remote.commits_read.load(Ordering::Relaxed), read + 1);
}

#[tokio::test]
async fn nobody_is_shown_half_of_a_commit() {
    let remote = Elsewhere::new();
    let (_owner, deals) = three(&remote).await;
    let folder = tempfile::tempdir().unwrap();
    let public = open(folder.path(), &remote, options()).await;
    public.bucket(99).await.unwrap();
    let name = public.store().buckets()[0].name.clone();
    // A large one, of which some is taken over when the gateway is stopped.
    let mut large = remote.commit_of(deals[2]);
    let put = large.changes.iter().find(|change| matches!(change, Change::Put { .. })).unwrap().clone();
    let Change::Put { entry, .. } = put else { unreachable!() };
    let of = |number| Change::Put { key: format!("key {number}"), entry: entry.clone(), replaces: None };
    (large.parents, large.sequence) = (vec![large.hash()], large.sequence + 1);
    large.changes = (0..5_000).map(of).collect();
    let mut changed = public.store().changed();
    changed.borrow_and_update();
    tokio::select! {
        biased;
        _ = changed.changed() => {},
        applied = public.store().apply(&name, &large, 1_000) => panic!("{applied:?}"),
    }
    assert!(public.store().is_amid(&name).await.unwrap());
    let found = public.bucket(99).await.unwrap();
    assert!(found.bucket.name != name && !public.store().is_amid(&found.bucket.name).await.unwrap());
    assert!(public.store().head(&found.bucket.name, "key 0", None).unwrap().is_none());
    assert!(public.store().head(&found.bucket.name, "a.txt", None).unwrap().is_some());
}
