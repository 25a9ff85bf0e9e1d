//! A bundle is read by whoever knows its key, whatever account that is, and by nobody else.

use std::sync::Arc;

use idlewild_client::{bundle, BundleError, Session};
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_storage::keys::storage_secret_from_seed;

use crate::support::{bytes, options, Owner, World};

/// Somebody without coins and without files.
fn reader(world: &World) -> Arc<Session> {
    let network = Network::start(NetworkConfig::new(Identity::random(), world.chain.genesis(), Role::User)).unwrap();
    let keys = crate::support::keys("//Reader");
    Arc::new(Session::new(Arc::new(world.chain.node()), network, keys, storage_secret_from_seed(&[9; 32])))
}

async fn put(owner: &Owner, files: &[(&str, &[u8])], key: [u8; 32], segment_bytes: u32) -> (bundle::Bundle, Vec<u64>) {
    let sources = files.iter().map(|(name, content)| owner.source(name, content)).collect();
    let options = options(segment_bytes);
    let put = owner.session.put_bundle(sources, key, &options, u128::MAX, Arc::new(|_| {}));
    let (bundle, report) = put.await.unwrap();
    assert_eq!(report.deals.last(), Some(&bundle.root), "the root is told last");
    (bundle, report.deals)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_with_the_key_reads_one_deal_or_many() {
    let world = World::new(4).await;
    let (small, large) = (bytes(150, 1_000), bytes(151, 900_000));
    for (segment_bytes, deals) in [(8 << 20, 1), (256 << 10, 5)] {
        let key = bundle::new_key();
        let (bundle, made) = put(&world.owner, &[("tasks", &small), ("input", &large)], key, segment_bytes).await;
        assert_eq!(made.len(), deals, "those of the files, and where they are several one that lists them");
        let reader = reader(&world);
        let open = reader.open_bundle(&bundle).await.unwrap();
        assert_eq!(open.files().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["input", "tasks"]);
        assert_eq!(open.read("tasks", 1_000).await.unwrap(), small);
        let mut copied = Vec::new();
        assert_eq!(open.copy("input", &mut copied).await.unwrap(), 900_000);
        assert_eq!(copied, large);

        assert!(matches!(open.read("tasks", 999).await, Err(BundleError::TooLong { size: 1_000, most: 999, .. })));
        assert!(matches!(open.read("other", 9).await, Err(BundleError::NoSuchFile(path)) if path == "other"));
        let guessed = bundle::Bundle { key: bundle::new_key(), ..bundle };
        assert!(matches!(reader.open_bundle(&guessed).await, Err(BundleError::Unreadable { .. })), "without its key");
        let listing = world.owner.session.list().await.unwrap();
        assert!(listing.tree.objects().all(|file| file.path != "tasks"), "it is none of its owner's own files");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_bundle_is_told() {
    let world = World::new(4).await;
    let owner = &world.owner;
    let options = options(8 << 20);
    let put = |sources| owner.session.put_bundle(sources, [1; 32], &options, u128::MAX, Arc::new(|_| {}));
    assert!(matches!(put(Vec::new()).await, Err(BundleError::Empty)));
    assert!(matches!(put(vec![owner.source(bundle::LIST, b"x")]).await, Err(BundleError::Reserved)));
    let nowhere = bundle::Bundle { root: 77, key: [1; 32] };
    assert!(matches!(owner.session.open_bundle(&nowhere).await, Err(BundleError::Gone(77))));
}
