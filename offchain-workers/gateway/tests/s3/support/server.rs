//! A front over a store in a folder that goes away with it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use idlewild_buckets_primitives::scopes::{Rights, Scopes};
use idlewild_gateway::{
    credentials::{Credential, Keyring, StaticKeyring},
    s3::{Front, S3Service, Settings},
    serve::{self, Limits},
};
use idlewild_objects::{Options, Store};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{Client, Key};

pub(crate) const OWNER: [u8; 32] = [1; 32];
/// Somebody else, whom the owner gave a key.
pub(crate) const GUEST: [u8; 32] = [2; 32];

pub(crate) struct Server {
    pub store: Store,
    pub service: S3Service,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<std::io::Result<()>>>,
    _folder: TempDir,
}

/// The keys that every server has.
pub(crate) fn owner() -> Key {
    Key::new("OWNER", "the owner's secret")
}

/// May read and list.
pub(crate) fn reader() -> Key {
    Key::new("READER", "the reader's secret")
}

/// May do anything in the bucket with the id 7.
pub(crate) fn boxed() -> Key {
    Key::new("BOXED", "the boxed one's secret")
}

pub(crate) fn keyring() -> StaticKeyring {
    let credential = |key: &Key, user, rights, buckets| Credential {
        secret: key.secret.clone().into(),
        user,
        scopes: Scopes { rights, buckets },
    };
    StaticKeyring::default()
        .with(owner().id, credential(&owner(), OWNER, Rights::ALL, None))
        .with(reader().id, credential(&reader(), GUEST, Rights::READ.and(Rights::LIST), None))
        .with(boxed().id, credential(&boxed(), GUEST, Rights::ALL, Some(vec![7])))
}

pub(crate) fn settings() -> Settings {
    Settings { owner: OWNER, region: "us-east-1".into(), acknowledge_within: Duration::from_millis(200), ..Settings::default() }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(settings(), Limits::default()).await
    }

    pub(crate) async fn with(settings: Settings, limits: Limits) -> Self {
        Self::of(OWNER, settings, limits, |_| Arc::new(keyring())).await
    }

    /// That of a gateway, whose keyring may look into its store.
    pub(crate) async fn of(
        origin: [u8; 32],
        settings: Settings,
        limits: Limits,
        keyring: impl FnOnce(&Store) -> Arc<dyn Keyring>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { segment_bytes: 1 << 20, origin, reserve_bytes: 0, ..Options::default() };
        let store = Store::open(folder.path(), options).await.unwrap();
        let service = Front::new(store.clone(), keyring(&store), settings).service().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve::serve(listener, limits, service.clone(), async {
            let _ = stopped.await;
        }));
        Self { store, service, address, stop: Some(stop), task: Some(task), _folder: folder }
    }

    pub(crate) fn client(&self, key: Key) -> Client {
        Client { server: self.address, key }
    }

    pub(crate) fn owner(&self) -> Client {
        self.client(owner())
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(task) = self.task.take() {
            task.await.unwrap().unwrap();
        }
    }
}
