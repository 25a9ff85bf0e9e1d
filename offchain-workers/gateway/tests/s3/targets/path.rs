//! Paths. The first byte of an input says what the rest is:
//!
//! | byte | the rest |
//! | --- | --- |
//! | `a` | the path of a key of S3 below its bucket: what is put there is listed under the key that it spells, and nowhere else |
//! | `b` | two of them, one a line: what is put under one is found under the other only if they spell the same key |
//! | `c` | a host and a target for the HTTP front: what it shows is what the path leads to in that site |
//! | `d` | a key's path of S3, and a host and a target, one a line: the object is shown where its key says |

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use idlewild_gateway::{
    names::{BucketRef, FixedNames, Target},
    web::{self, Front},
};
use idlewild_objects::{ListQuery, Listed};

use super::world::{answer_of, build, canonical, decoded, World, HOST};
use crate::support::{server::owner, Answer, Request};

/// What there is from the start: bucket and key. Each has bytes that stand nowhere else.
const OBJECTS: [(&str, &str); 9] = [
    ("open", "a.txt"),
    ("open", "index.html"),
    ("open", "docs"),
    ("open", "docs/index.html"),
    ("open", "docs/b c.txt"),
    ("open", "docs/deep/one.txt"),
    ("open", "docsecret.txt"),
    ("closed", "a.txt"),
    ("closed", "docs/index.html"),
];
/// The object that a name is of.
const ONE: &str = "docs/deep/one.txt";

struct Scene {
    world: World,
    front: Front,
    /// The bytes of each object, by bucket and key.
    bytes: HashMap<(&'static str, &'static str), String>,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let world = World::new(&["box", "other", "open", "closed"]);
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::open/*"},
        {"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::open"}]}"#;
    world.send(&owner(), Request::new("PUT", "/open").query("policy", "").body(policy)).is(204);
    world.send(&owner(), Request::new("PUT", "/other/canary").body("canary")).is(200);
    let mut bytes = HashMap::new();
    for (bucket, key) in OBJECTS {
        let text = format!("{:032x}", rand::random::<u128>());
        world.send(&owner(), Request::new("PUT", &format!("/{bucket}/{key}")).body(text.clone())).is(200);
        bytes.insert((bucket, key), text);
    }
    let local = |name: &str| BucketRef::Local(name.into());
    let bucket = |name: &str, prefix: &str| Target::Bucket { bucket: local(name), prefix: prefix.into() };
    let names = FixedNames::new()
        .with("alice", bucket("open", ""))
        .with("alice/docs", bucket("open", "docs"))
        .with("alice/one", Target::Object { bucket: local("open"), key: ONE.into() })
        .with("carol", bucket("closed", ""));
    let front = Front::new(world.server.store.clone(), Arc::new(names), web::Options::default());
    Scene { world, front, bytes }
});

/// Runs one input.
pub fn one(data: &[u8]) {
    let Some((what, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    match what % 4 {
        1 => put(line()),
        2 => two(line(), line()),
        3 => SCENE.show(line(), line(), None),
        _ => both(line(), line(), line()),
    }
}

/// A request for a key of a bucket, in a spelling of its own.
fn spelt(method: &str, bucket: &str, path: &str) -> Request {
    // What follows is no part of the path.
    let path = format!("/{bucket}/{}", path.split(['?', '#']).next().unwrap_or_default());
    let request = Request::raw(method, &canonical(&path)).body(if method == "PUT" { path.clone() } else { String::new() });
    Request { path, ..request.sign(&owner(), HOST) }
}

/// The key that a path spells, if it is text.
fn key_of(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    String::from_utf8(decoded(path)).ok().filter(|key| !key.is_empty())
}

/// Puts an object under a key; none where it is refused.
fn put_under(bucket: &str, path: &str) -> Option<String> {
    let key = key_of(path)?;
    let answer = SCENE.world.ask(&spelt("PUT", bucket, path))?;
    let climbs = key.split(['/', '\\']).any(|segment| segment == "..");
    let may_be = !climbs && key.len() <= 1_024 && !key.contains('\0');
    assert_eq!(answer.status < 300, may_be, "{key:?}: {}", answer.text());
    may_be.then_some(key)
}

fn remove(bucket: &str, key: &str) {
    let answer = SCENE.world.send(&owner(), Request::new("DELETE", &format!("/{bucket}/{key}")));
    assert_eq!(answer.status, 204, "{}", answer.text());
}

fn keys(bucket: &str) -> Vec<String> {
    let query = ListQuery { prefix: String::new(), delimiter: None, after: None, limit: 10 };
    let listing = SCENE.world.server.store.list(bucket, &query).unwrap();
    listing
        .entries
        .into_iter()
        .map(|entry| match entry {
            Listed::Object(version) => version.key,
            Listed::Prefix(prefix) => panic!("{prefix} was not asked for"),
        })
        .collect()
}

fn put(path: &str) {
    let key = put_under("box", path);
    let mut buckets: Vec<String> = SCENE.world.server.store.buckets().into_iter().map(|bucket| bucket.name).collect();
    buckets.sort();
    assert_eq!(buckets, ["box", "closed", "open", "other"]);
    assert_eq!(keys("other"), ["canary"]);
    let listed = keys("box");
    assert!(listed.iter().eq(&key), "{listed:?} in place of {key:?}");
    let Some(key) = key else { return };
    let usual = SCENE.world.send(&owner(), Request::new("GET", &format!("/box/{key}"))).is(200);
    let own = SCENE.world.ask(&spelt("GET", "box", path)).expect("as it was put").is(200);
    assert_eq!(usual.body, own.body);
    remove("box", &key);
    assert!(keys("box").is_empty(), "{key:?} cannot be removed");
}

fn two(one: &str, other: &str) {
    let Some(key) = put_under("box", one) else { return };
    if let Some(answer) = SCENE.world.ask(&spelt("GET", "box", other)) {
        let is_same = key_of(other).as_ref() == Some(&key);
        // The bucket itself has an answer, too.
        if key_of(other).is_some() {
            assert_eq!(answer.status == 200, is_same, "{other:?} for {key:?}: {}", answer.text());
        }
    }
    remove("box", &key);
}

/// What a request of the HTTP front is for, by another reader: its site's root in the bucket and the path below it.
fn site(host: &str, path: &str) -> Option<(&'static str, &'static str, Option<&'static str>, String)> {
    const SITES: [(&str, &str, &str, Option<&str>); 4] = [
        ("alice/docs", "open", "docs/", None),
        ("alice/one", "open", "", Some(ONE)),
        ("carol", "closed", "", None),
        ("alice", "open", "", None),
    ];
    let host = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(host, _)| host).to_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    if let Some(name) = host.strip_suffix(".localhost") {
        let name = name.rsplit('.').collect::<Vec<_>>().join("/");
        let (_, bucket, prefix, object) = SITES.into_iter().find(|(site, ..)| *site == name)?;
        return Some((bucket, prefix, object, path.strip_prefix('/')?.to_owned()));
    }
    let rest = path.strip_prefix("/name/").or_else(|| path.strip_prefix("/idlewild/content_"))?;
    SITES.into_iter().find_map(|(name, bucket, prefix, object)| {
        let below = rest.strip_prefix(name)?;
        (below.is_empty() || below.starts_with('/'))
            .then(|| (bucket, prefix, object, below.strip_prefix('/').unwrap_or_default().to_owned()))
    })
}

impl Scene {
    /// Asks the HTTP front. `more` is an object that is there besides: its key in the open bucket, and its bytes.
    fn show(&self, host: &str, target: &str, more: Option<(&str, &str)>) {
        let request = Request::raw("GET", target).header("host", host);
        let Some(request) = build(&request, ()) else { return };
        let host = request.uri().authority().map_or(host.to_owned(), |authority| authority.to_string());
        let path = String::from_utf8_lossy(&decoded(request.uri().path())).into_owned();
        let answer: Answer = self.world.runtime.block_on(async { answer_of(self.front.answer(request).await).await });
        assert!(answer.status < 500, "{}: {}", answer.status, answer.text());
        let text = answer.text();
        let all = self.bytes.iter().map(|((bucket, key), bytes)| (*bucket, *key, bytes.as_str()));
        for (bucket, key, bytes) in all.chain(more.map(|(key, bytes)| ("open", key, bytes))) {
            if !text.contains(bytes) {
                continue;
            }
            assert_ne!(bucket, "closed", "nobody opened {key}");
            let (of, prefix, object, below) = site(&host, &path).expect("a site that shows something");
            let leads = match object {
                Some(object) => below.is_empty() && object == key,
                None => [format!("{prefix}{below}"), format!("{prefix}{below}index.html")].contains(&key.to_owned()),
            };
            assert!(of == bucket && leads, "{host} {path} shows {key}");
        }
    }
}

fn both(key: &str, host: &str, target: &str) {
    let there = key_of(key).is_some_and(|key| OBJECTS.contains(&("open", &*key)));
    let Some(key) = Some(key).filter(|_| !there).and_then(|path| put_under("open", path)) else { return };
    let bytes = format!("{:032x}", rand::random::<u128>());
    SCENE.world.send(&owner(), Request::new("PUT", &format!("/open/{key}")).body(bytes.clone())).is(200);
    SCENE.show(host, target, Some((&key, &bytes)));
    // Under the spelling that is usual, if browsers can ask for it at all.
    let plain = Request::new("GET", &format!("/{key}")).path;
    SCENE.show("alice.localhost", &plain, Some((&key, &bytes)));
    remove("open", &key);
}
