//! Listing.

use idlewild_objects::{Conditions, ListQuery, Listed, Store, Versioning, VersionsQuery};

use crate::common::*;

fn page(
    store: &Store,
    prefix: &str,
    delimiter: Option<&str>,
    after: Option<&str>,
    limit: usize,
) -> (Vec<String>, Option<String>) {
    let query = ListQuery { prefix: prefix.into(), delimiter: delimiter.map(Into::into), after: after.map(Into::into), limit };
    let listing = store.list(BUCKET, &query).unwrap();
    (names(listing.entries), listing.next)
}

/// What a listing should say, from all keys.
fn expected(keys: &[&str], prefix: &str, delimiter: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for key in keys.iter().filter(|key| key.starts_with(prefix)) {
        let common = delimiter.and_then(|delimiter| {
            key[prefix.len()..].find(delimiter).map(|at| key[..prefix.len() + at + delimiter.len()].to_owned())
        });
        names.push(common.unwrap_or_else(|| (*key).to_owned()));
    }
    names.sort();
    names.dedup();
    names
}

const KEYS: [&str; 14] =
    ["a", "a/", "a/b", "a/b/c", "a/b/d", "a/c", "a0", "b/1", "b/2", "b//3", "c", "ä/ö", "\u{10FFFF}/x", "z\0z"];

#[tokio::test]
async fn pages_of_any_size_say_the_same() {
    let (_folder, store) = store().await;
    for key in KEYS {
        put(&store, key, &bytes(1)).await;
    }
    for prefix in ["", "a", "a/", "a/b", "a/b/", "b/", "z", "ä/", "none", "\u{10FFFF}"] {
        for delimiter in [None, Some("/"), Some("b/"), Some("ö"), Some("\0")] {
            let expected = expected(&KEYS, prefix, delimiter);
            for limit in [1, 2, 3, 100] {
                let (mut all, mut after) = (Vec::new(), None);
                loop {
                    let (names, next) = page(&store, prefix, delimiter, after.as_deref(), limit);
                    assert!(names.len() <= limit && (next.is_none() || names.len() == limit));
                    all.extend(names);
                    after = next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(all, expected, "{prefix:?} {delimiter:?} {limit}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_begins_after_what_is_said() {
    let (_folder, store) = store().await;
    for key in KEYS {
        put(&store, key, &bytes(1)).await;
    }
    assert_eq!(page(&store, "", None, Some("a/b/d"), 2).0, ["a/c", "a0"]);
    assert_eq!(page(&store, "", None, Some("a/b/cc"), 2).0, ["a/b/d", "a/c"]);
    assert_eq!(page(&store, "b", None, Some("a"), 2).0, ["b//3", "b/1"]);
    assert_eq!(page(&store, "a", None, Some("b"), 2).0, [""; 0]);
    assert_eq!(page(&store, "", Some("/"), Some("a/"), 2).0, ["a0", "b/"]);
    assert_eq!(page(&store, "", Some("/"), Some("a/b"), 1).0, ["a/"], "more of it is to come");
    assert_eq!(page(&store, "", None, None, 0), (vec![], None));
}

#[tokio::test]
async fn one_bucket_says_nothing_of_another() {
    let (_folder, store) = store().await;
    store.create_bucket("other", Default::default()).await.unwrap();
    put(&store, "key", &bytes(1)).await;
    let query = ListQuery { limit: 10, ..ListQuery::default() };
    assert_eq!(store.list("other", &query).unwrap().entries, []);
    assert!(store.list("none", &query).is_err());
}

fn versions(store: &Store, query: &VersionsQuery) -> (Vec<String>, Option<(String, Option<idlewild_objects::VersionId>)>) {
    let listing = store.list_versions(BUCKET, query).unwrap();
    let show = |entry: Listed| match entry {
        Listed::Prefix(prefix) => prefix,
        Listed::Object(version) => {
            let marker = if version.is_delete_marker { "-" } else { "" };
            let current = if version.is_current { "!" } else { "" };
            format!("{}:{marker}{}{current}", version.key, version.size)
        },
    };
    (listing.entries.into_iter().map(show).collect(), listing.next)
}

#[tokio::test]
async fn versions_are_listed_newest_first_in_pages() {
    let (_folder, store) = store().await;
    put(&store, "a", &bytes(1)).await;
    put(&store, "b/x", &bytes(1)).await;
    store.set_versioning(BUCKET, Versioning::Enabled).await.unwrap();
    put(&store, "a", &bytes(2)).await;
    put(&store, "a", &bytes(3)).await;
    put(&store, "a\0", &bytes(4)).await;
    store.delete(BUCKET, "b/x", None, &Conditions::default(), false).await.unwrap();
    put(&store, "b/y", &bytes(5)).await;
    store.delete(BUCKET, "c", None, &Conditions::default(), false).await.unwrap();
    put(&store, "d", &bytes(6)).await;
    store.set_versioning(BUCKET, Versioning::Suspended).await.unwrap();
    put(&store, "d", &bytes(7)).await;
    let all = ["a:3!", "a:2", "a:1", "a\0:4!", "b/x:-0!", "b/x:1", "b/y:5!", "c:-0!", "d:7!", "d:6"];
    let rolled = ["a:3!", "a:2", "a:1", "a\0:4!", "b/", "c:-0!", "d:7!", "d:6"];
    for (delimiter, expected) in [(None, &all[..]), (Some("/"), &rolled[..])] {
        for limit in 1..=11 {
            let mut query = VersionsQuery { delimiter: delimiter.map(Into::into), limit, ..VersionsQuery::default() };
            let mut found = Vec::new();
            loop {
                let (names, next) = versions(&store, &query);
                assert!(names.len() <= limit);
                found.extend(names);
                let Some((key, version)) = next else { break };
                (query.after_key, query.after_version) = (Some(key), version);
            }
            assert_eq!(found, expected, "{delimiter:?} {limit}");
        }
    }
    let query = VersionsQuery { prefix: "b/x".into(), limit: 10, ..VersionsQuery::default() };
    assert_eq!(versions(&store, &query).0, ["b/x:-0!", "b/x:1"]);
    let query = VersionsQuery { after_key: Some("b/x".into()), limit: 2, ..VersionsQuery::default() };
    assert_eq!(versions(&store, &query).0, ["b/y:5!", "c:-0!"]);
}
