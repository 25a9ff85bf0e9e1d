//! What is written between the look and the deed stays.

use idlewild_objects::{BucketInit, Conditions, NewVersion, Options, Version, Versioning};

use super::*;

const LATER: i64 = i64::MAX;

struct Scene {
    store: Store,
    rules: Lifecycle,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn begin(versioning: Versioning) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { segment_bytes: 1 << 18, reserve_bytes: 0, ..Options::default() };
        let store = Store::open(folder.path(), options).await.unwrap();
        store.create_bucket("logs", BucketInit { versioning, ..BucketInit::default() }).await.unwrap();
        let rule = serde_json::json!({
            "id": "all", "enabled": true, "filter": { "prefix": null, "tags": [], "larger": null, "smaller": null },
            "plain_prefix": false, "expire": { "days": 1 }, "markers": false, "noncurrent": null, "abort": null,
        });
        let rules = serde_json::from_value(serde_json::json!({ "rules": [rule] })).unwrap();
        Self { store, rules, _folder: folder }
    }

    async fn write(&self, modified: i64) -> Version {
        let mut writer = self.store.writer("logs", None).await.unwrap();
        writer.write("the same".into()).await.unwrap();
        let new = NewVersion { modified: Some(modified), ..NewVersion::default() };
        self.store.put("logs", "a", writer.finish().await.unwrap(), new).await.unwrap()
    }

    /// What a walk finds to be over.
    fn ends(&self) -> Vec<End> {
        let query = VersionsQuery { limit: 100, ..VersionsQuery::default() };
        let mut walk = Walk::default();
        let mut ends = Vec::new();
        for entry in self.store.list_versions("logs", &query).unwrap().entries {
            if let Listed::Object(version) = entry {
                ends.extend(walk.step(&self.rules, LATER, version));
            }
        }
        ends.extend(walk.finish(&self.rules, LATER));
        ends
    }

    async fn carry_out(&self, ends: Vec<End>) -> Swept {
        let mut swept = Swept::default();
        for end in ends {
            end_version(&self.store, "logs", end, &mut swept).await.unwrap();
        }
        swept
    }
}

#[tokio::test]
async fn an_object_that_was_written_again_with_the_same_bytes_stays() {
    for versioning in [Versioning::Off, Versioning::Enabled] {
        let scene = Scene::begin(versioning).await;
        scene.write(1).await;
        let ends = scene.ends();
        assert_eq!(ends.len(), 1);
        let new = scene.write(2).await;
        let swept = scene.carry_out(ends).await;
        assert_eq!((swept.expired, swept.left), (0, 1));
        let current = scene.store.head("logs", "a", None).unwrap().unwrap();
        assert_eq!((current.id, current.modified, current.is_delete_marker), (new.id, 2, false));
        assert_eq!(scene.carry_out(scene.ends()).await.expired, 1, "it goes when it is what was looked at");
    }
}

#[tokio::test]
async fn an_object_that_took_the_place_of_a_marker_stays() {
    let scene = Scene::begin(Versioning::Suspended).await;
    scene.store.delete("logs", "a", None, &Conditions::default(), false).await.unwrap();
    let ends = scene.ends();
    assert_eq!(ends.len(), 1, "a marker of the name \"null\" with nothing behind it");
    scene.write(2).await;
    let swept = scene.carry_out(ends).await;
    assert_eq!((swept.removed, swept.left), (0, 1));
    assert!(scene.store.head("logs", "a", None).unwrap().is_some_and(|current| !current.is_delete_marker));
}

#[tokio::test]
async fn what_is_gone_already_is_no_harm() {
    let scene = Scene::begin(Versioning::Off).await;
    scene.write(1).await;
    let ends = scene.ends();
    scene.store.delete("logs", "a", None, &Conditions::default(), false).await.unwrap();
    let swept = scene.carry_out(ends).await;
    assert_eq!((swept.expired, swept.left), (0, 1));
}
