//! Lifecycles: set over the wire, and carried out by the sweeper with a clock of the test's.

use std::sync::{
    atomic::{AtomicBool, AtomicI64, Ordering},
    Arc, Mutex,
};

use futures::FutureExt;
use idlewild_gateway::s3::lifecycle::{MayWrite, SweepOptions, Sweeper, Swept};
use time::{Duration, OffsetDateTime};
use tokio_util::sync::CancellationToken;

use super::support::{Answer, Client, Request, Server};

/// A server with a bucket, and a sweeper whose clock can be put forward.
struct Scene {
    server: Server,
    owner: Client,
    days: Arc<AtomicI64>,
    sweeper: Sweeper,
}

impl Scene {
    async fn begin(entries: usize) -> Self {
        let server = Server::start().await;
        let owner = server.owner();
        owner.bucket("logs").await;
        let days = Arc::new(AtomicI64::new(0));
        let shared = days.clone();
        let clock = move || OffsetDateTime::now_utc() + Duration::days(shared.load(Ordering::Relaxed));
        let options = SweepOptions { entries, ..SweepOptions::default() };
        let sweeper = Sweeper::new(server.store.clone(), Arc::new(clock), options);
        Self { server, owner, days, sweeper }
    }

    async fn rules(&self, rules: &str) -> Answer {
        let body = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
        self.owner.send(Request::new("PUT", "/logs").query("lifecycle", "").body(body)).await
    }

    async fn versioned(&self) {
        let body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        self.owner.send(Request::new("PUT", "/logs").query("versioning", "").body(body)).await.is(200);
    }

    async fn write(&self, key: &str) -> Option<String> {
        let answer = self.owner.put(&format!("/logs/{key}"), format!("text of {key}")).await.is(200);
        answer.header("x-amz-version-id").map(str::to_owned)
    }

    /// A whole pass, so many days from now.
    async fn pass(&mut self, days: i64) -> Swept {
        self.days.store(days, Ordering::Relaxed);
        let mut all = Swept::default();
        loop {
            let round = self.sweeper.round().await;
            all.seen += round.seen;
            all.expired += round.expired;
            all.removed += round.removed;
            all.aborted += round.aborted;
            all.left += round.left;
            if round.complete {
                return Swept { complete: true, ..all };
            }
        }
    }

    async fn keys(&self) -> Vec<String> {
        self.owner.get("/logs").await.is(200).all("Key")
    }

    async fn versions(&self) -> Vec<String> {
        self.owner.send(Request::new("GET", "/logs").query("versions", "")).await.is(200).all("VersionId")
    }
}

fn rule(filter: &str, rest: &str) -> String {
    format!("<Rule><Status>Enabled</Status><Filter>{filter}</Filter>{rest}</Rule>")
}

fn done(expired: usize, removed: usize, aborted: usize) -> (usize, usize, usize) {
    (expired, removed, aborted)
}

fn of(swept: Swept) -> (usize, usize, usize) {
    assert_eq!(swept.left, 0, "{swept:?}");
    (swept.expired, swept.removed, swept.aborted)
}

const TWO_DAYS: &str = "<Expiration><Days>2</Days></Expiration>";

#[tokio::test]
async fn rules_are_set_read_and_removed() {
    let scene = Scene::begin(100).await;
    let configuration = |method: &str| Request::new(method, "/logs").query("lifecycle", "");
    scene.owner.send(configuration("GET")).await.refused(404, "NoSuchLifecycleConfiguration");
    scene.rules(&rule("<Prefix>a/</Prefix>", TWO_DAYS)).await.is(200);
    let shown = scene.owner.send(configuration("GET")).await.is(200);
    assert_eq!((shown.first("Prefix").as_deref(), shown.first("Days").as_deref()), (Some("a/"), Some("2")));
    scene.rules(&rule("", "")).await.refused(400, "MalformedXML");
    scene
        .rules(&rule("", "<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>"))
        .await
        .refused(501, "NotImplemented");
    scene.owner.send(configuration("DELETE")).await.is(204);
    scene.owner.send(configuration("GET")).await.refused(404, "NoSuchLifecycleConfiguration");
}

#[tokio::test]
async fn what_is_old_enough_goes_and_nothing_else() {
    let mut scene = Scene::begin(100).await;
    for key in ["a/1", "a/2", "b/1"] {
        scene.write(key).await;
    }
    scene.rules(&rule("<Prefix>a/</Prefix>", TWO_DAYS)).await.is(200);
    let told = scene.owner.head("/logs/a/1").await.is(200);
    assert!(told.header("x-amz-expiration").unwrap().contains("rule-id=\"rule-1\""), "{told:?}");
    assert_eq!(scene.owner.head("/logs/b/1").await.is(200).header("x-amz-expiration"), None);
    assert_eq!(of(scene.pass(1).await), done(0, 0, 0));
    assert_eq!(of(scene.pass(4).await), done(2, 0, 0));
    assert_eq!(scene.keys().await, ["b/1"]);
    assert_eq!(of(scene.pass(4).await), done(0, 0, 0));
}

#[tokio::test]
async fn tags_and_sizes_are_asked_for() {
    let mut scene = Scene::begin(100).await;
    scene.owner.send(Request::new("PUT", "/logs/tagged").header("x-amz-tagging", "keep=no&x=y").body("1234")).await.is(200);
    scene.owner.send(Request::new("PUT", "/logs/other").header("x-amz-tagging", "keep=yes").body("1234")).await.is(200);
    scene.owner.put("/logs/small", "1").await.is(200);
    scene.owner.put("/logs/large", "12345678").await.is(200);
    let tagged = rule("<Tag><Key>keep</Key><Value>no</Value></Tag>", TWO_DAYS);
    let large = rule("<ObjectSizeGreaterThan>4</ObjectSizeGreaterThan>", TWO_DAYS);
    scene.rules(&(tagged + &large)).await.is(200);
    assert_eq!(of(scene.pass(4).await), done(2, 0, 0));
    assert_eq!(scene.keys().await, ["other", "small"]);
}

#[tokio::test]
async fn a_rule_that_is_disabled_does_nothing() {
    let mut scene = Scene::begin(100).await;
    scene.write("a").await;
    scene.rules(&rule("", TWO_DAYS).replace("Enabled", "Disabled")).await.is(200);
    assert_eq!(of(scene.pass(1000).await), done(0, 0, 0));
    assert_eq!(scene.keys().await, ["a"]);
}

#[tokio::test]
async fn versions_go_after_their_successors_came_and_some_stay() {
    let mut scene = Scene::begin(100).await;
    scene.versioned().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(scene.write("a").await.unwrap());
    }
    ids.reverse();
    let rest = "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>";
    scene.rules(&rule("", rest)).await.is(200);
    assert_eq!(of(scene.pass(0).await), done(0, 0, 0));
    assert_eq!(of(scene.pass(3).await), done(0, 2, 0));
    assert_eq!(scene.versions().await, ids[..3], "the current one and two that are not");
}

#[tokio::test]
async fn an_object_ends_with_all_that_was_of_it() {
    let mut scene = Scene::begin(100).await;
    scene.versioned().await;
    scene.write("a").await;
    scene.write("b").await;
    scene.rules(&rule("<Prefix>a</Prefix>", TWO_DAYS)).await.is(200);
    assert_eq!(of(scene.pass(4).await), done(1, 0, 0));
    assert_eq!((scene.keys().await, scene.versions().await.len()), (vec!["b".to_owned()], 3), "a delete marker came");

    let versions = "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>";
    let markers = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
    scene.rules(&rule("<Prefix>a</Prefix>", &format!("{markers}{versions}"))).await.is(200);
    assert_eq!(of(scene.pass(4).await), done(0, 1, 0), "a marker stays while there is something behind it");
    assert_eq!(of(scene.pass(4).await), done(0, 1, 0));
    assert_eq!(scene.versions().await.len(), 1);
    assert_eq!(of(scene.pass(4).await), done(0, 0, 0));
}

#[tokio::test]
async fn uploads_that_nobody_completes_are_given_up() {
    let mut scene = Scene::begin(2).await;
    let begin = |key: &str| Request::new("POST", key).query("uploads", "");
    for key in ["/logs/a/1", "/logs/a/2", "/logs/a/3", "/logs/b/1"] {
        scene.owner.send(begin(key)).await.is(200);
    }
    let abort = "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
    scene.rules(&rule("<Prefix>a/</Prefix>", abort)).await.is(200);
    assert_eq!(of(scene.pass(0).await), done(0, 0, 0));
    assert_eq!(of(scene.pass(3).await), done(0, 0, 3));
    assert_eq!(scene.owner.send(Request::new("GET", "/logs").query("uploads", "")).await.is(200).all("Key"), ["b/1"]);
}

#[tokio::test]
async fn a_round_looks_at_few_and_the_pass_at_all() {
    let mut scene = Scene::begin(3).await;
    scene.versioned().await;
    for key in ["a", "b", "c", "d"] {
        for _ in 0..4 {
            scene.write(key).await;
        }
    }
    let rest = "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>";
    scene.rules(&rule("", rest)).await.is(200);
    scene.days.store(3, Ordering::Relaxed);
    let mut rounds = 0;
    let mut removed = 0;
    loop {
        let round = scene.sweeper.round().await;
        assert!(round.seen <= 3, "{round:?}");
        removed += round.removed;
        rounds += 1;
        if round.complete {
            break;
        }
    }
    assert_eq!((removed, scene.versions().await.len()), (12, 4));
    assert!(rounds >= 16 / 3, "{rounds}");
}

#[tokio::test]
async fn a_lock_is_stronger_than_a_rule() {
    let mut scene = Scene::begin(100).await;
    scene.versioned().await;
    let lock = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
    scene.owner.send(Request::new("PUT", "/logs").query("object-lock", "").body(lock)).await.is(200);
    let held = Request::new("PUT", "/logs/a").header("x-amz-object-lock-legal-hold", "ON").body("held");
    scene.owner.send(held).await.is(200);
    scene.write("a").await;
    let rest = "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>";
    scene.rules(&rule("", rest)).await.is(200);
    let swept = scene.pass(3).await;
    assert_eq!((swept.removed, swept.left), (0, 1));
    assert_eq!(scene.versions().await.len(), 2);
}

#[tokio::test]
async fn buckets_of_others_and_damaged_rules_are_left_alone() {
    let mut scene = Scene::begin(100).await;
    scene.write("a").await;
    scene.rules(&rule("", TWO_DAYS)).await.is(200);
    scene.owner.bucket("another").await;
    let damaged = Some(b"{}".to_vec().into());
    scene.server.store.set_config("another", idlewild_objects::ConfigKind::Lifecycle, damaged).await.unwrap();
    let may_write: MayWrite = Arc::new(|bucket| std::future::ready(bucket.name != "logs").boxed());
    let options = SweepOptions { may_write, ..SweepOptions::default() };
    let later = || OffsetDateTime::now_utc() + Duration::days(9);
    let round = Sweeper::new(scene.server.store.clone(), Arc::new(later), options).round().await;
    assert_eq!((round.expired, round.left, round.complete), (0, 1, true));
    let swept = scene.pass(9).await;
    assert_eq!((swept.expired, swept.left), (1, 1), "one bucket keeps no other from its end");
}

#[tokio::test]
async fn the_right_to_change_a_bucket_is_asked_for_where_something_is_due_and_nowhere_else() {
    let mut scene = Scene::begin(100).await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let answer = Arc::new(AtomicBool::new(false));
    let (told, says) = (asked.clone(), answer.clone());
    let may_write: MayWrite = Arc::new(move |bucket| {
        told.lock().unwrap().push(bucket.name.clone());
        std::future::ready(says.load(Ordering::Relaxed)).boxed()
    });
    let days = scene.days.clone();
    let clock = move || OffsetDateTime::now_utc() + Duration::days(days.load(Ordering::Relaxed));
    let options = SweepOptions { entries: 3, may_write, ..SweepOptions::default() };
    scene.sweeper = Sweeper::new(scene.server.store.clone(), Arc::new(clock), options);
    scene.owner.bucket("without-rules").await;
    for number in 0..8 {
        scene.write(&format!("a/{number}")).await;
        scene.owner.put(&format!("/without-rules/{number}"), "text").await.is(200);
    }
    scene.owner.send(Request::new("POST", "/logs/a/part").query("uploads", "")).await.is(200);
    let abort = "<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
    scene.rules(&(rule("<Prefix>a/</Prefix>", TWO_DAYS) + &rule("<Prefix>a/</Prefix>", abort))).await.is(200);
    let was_asked = || std::mem::take(&mut *asked.lock().unwrap());

    assert_eq!(of(scene.pass(1).await), done(0, 0, 0));
    assert!(was_asked().is_empty(), "nothing is due: a bucket that nobody writes stays nobody's");
    assert_eq!(of(scene.pass(4).await), done(0, 0, 1), "uploads are this gateway's own");
    assert_eq!(was_asked(), ["logs"], "once is enough, where another gateway writes it");
    assert_eq!(scene.keys().await.len(), 8);
    answer.store(true, Ordering::Relaxed);
    assert_eq!(of(scene.pass(4).await), done(8, 0, 0), "nobody writes it any more, or this one does");
    assert!(was_asked().iter().all(|name| name == "logs"));
    assert!(scene.keys().await.is_empty());
}

#[tokio::test]
async fn it_runs_until_it_is_stopped() {
    let scene = Scene::begin(100).await;
    let stop = CancellationToken::new();
    scene.write("a").await;
    scene.rules(&rule("", TWO_DAYS)).await.is(200);
    scene.days.store(9, Ordering::Relaxed);
    let mut changes = scene.server.store.changed();
    changes.mark_unchanged();
    let running = tokio::spawn(scene.sweeper.run(stop.clone()));
    tokio::time::timeout(std::time::Duration::from_secs(30), changes.changed()).await.unwrap().unwrap();
    stop.cancel();
    tokio::time::timeout(std::time::Duration::from_secs(30), running).await.unwrap().unwrap();
    assert!(scene.owner.get("/logs").await.is(200).all("Key").is_empty());
}
