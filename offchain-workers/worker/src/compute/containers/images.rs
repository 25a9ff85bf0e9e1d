//! Images from the storage network and from other providers, checked before the engine sees them.

use std::{
    collections::HashMap,
    fs,
    net::{Ipv4Addr, SocketAddr},
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use idlewild_client::{bundle::Bundle, OpenBundle, Session};
use idlewild_compute_primitives::{program::Program, DealId, Digest, PeerKey};
use idlewild_files::whole_file;
use idlewild_images::{
    blob::{Root, Sha},
    exchange::{serve_pieces, OnNetwork},
    fit,
    index::{Image, Manifest, Stored, BLOB_FILE, FILE, MAX_FILE},
    pull::{Here, Origin, Peers, Puller},
    registry::{Nothing, Registry},
    store::{Pin, Store},
};
use idlewild_network::{transfer::ShardServer, Network};
use tokio_util::sync::CancellationToken;

use super::{runners::Runners, ContainersError, ImageError};

/// What images are called on the loopback registry: their digests tell them apart.
const NAME: &str = "idlewild";
/// The file in the cache's folder with the registry's port: the engine knows an image by the place that it came from, so that it is the
/// same after each start.
const PORT: &str = "port";
/// Images of which it is kept in mind what they are made of.
const KNOWN: usize = 64;
/// Blobs whose deals are.
const OPENED: usize = 64;

/// Brings images to this machine.
pub struct Images {
    puller: Puller,
    registry: Registry,
    runners: Arc<Runners>,
    session: Arc<Session>,
    limit: u64,
    known: Mutex<HashMap<Digest, Arc<Known>>>,
    /// Gives pieces to others, as long as this is here.
    _server: Option<ShardServer>,
}

/// What an image is made of.
struct Known {
    image: Image,
    manifest: Manifest,
    /// Its bytes unpacked, once all of it was read.
    checked: Mutex<Option<u64>>,
}

/// An image whose layers are here and were looked at, and stay until this is dropped.
pub struct Ready {
    /// What the engine pulls it under.
    pub reference: String,
    /// Its bytes, unpacked.
    pub bytes: u64,
    _here: Here,
}

impl Images {
    /// Opens the cache in a folder, and serves it to the engine and to others.
    pub async fn open(
        folder: &Path,
        limit: u64,
        session: Arc<Session>,
        network: Option<Network>,
        runners: Arc<Runners>,
        stop: CancellationToken,
    ) -> Result<Self, ContainersError> {
        let path = folder.to_owned();
        let opened = tokio::task::spawn_blocking(move || Store::open(&path, limit));
        let store = opened.await.map_err(|_| ContainersError::Broken)??;
        let registry = serve(folder, store.clone(), stop).await?;
        let me = network.as_ref().map_or([0; 32], Network::peer_key);
        let server = network.as_ref().and_then(|network| match serve_pieces(network, store.clone()) {
            Ok(server) => Some(server),
            Err(error) => {
                tracing::error!(%error, "images are not given to other providers");
                None
            },
        });
        let peers: Arc<dyn Peers> = match network {
            Some(network) => Arc::new(OnNetwork::new(network, runners.clone())),
            None => Arc::new(Nobody),
        };
        let origin = Arc::new(StorageNetwork { session: session.clone(), opened: Mutex::default() });
        let puller = Puller::new(store, peers, origin, me);
        Ok(Self { puller, registry, runners, session, limit, known: Mutex::default(), _server: server })
    }

    /// Who else runs an image.
    pub fn runners(&self) -> &Runners {
        &self.runners
    }

    /// Where blobs are.
    pub fn store(&self) -> &Arc<Store> {
        self.puller.store()
    }

    /// Keeps those blobs of an image that are here.
    pub(super) fn pin(&self, digest: &Digest) -> Vec<Pin> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned();
        let blobs = known.iter().flat_map(|known| &known.image.blobs);
        blobs.filter_map(|stored| self.store().pin(&stored.blob.digest)).collect()
    }

    /// Reads what an image is made of, and checks that against the chain.
    pub(super) async fn index(&self, program: &Program) -> Result<(), ImageError> {
        self.know(program).await.map(drop)
    }

    async fn know(&self, program: &Program) -> Result<Arc<Known>, ImageError> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&program.digest) {
            return Ok(known.clone());
        }
        let bytes = self.session.open_bundle(&program.bundle).await?.read(FILE, MAX_FILE).await?;
        let (image, manifest) = Image::open(&bytes, Sha(program.digest))?;
        let all = image.blobs.iter().fold(0u64, |sum, stored| sum.saturating_add(stored.blob.size));
        if all > self.limit {
            return Err(ImageError::TooLarge { bytes: all, limit: self.limit });
        }
        let known = Arc::new(Known { image, manifest, checked: Mutex::default() });
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KNOWN {
            all.clear();
        }
        all.insert(program.digest, known.clone());
        Ok(known)
    }

    /// Fetches what is missing of an image, reads all of it, and offers it to the engine.
    pub(super) async fn bring(&self, program: &Program, stop: &CancellationToken) -> Result<Ready, ImageError> {
        let known = self.know(program).await?;
        let here = self.puller.pull(&known.image, |_| {}, stop).await?;
        let pulled = here.pulled;
        tracing::info!(
            image = %Sha(program.digest),
            pulled.cached,
            pulled.from_peers,
            pulled.from_storage,
            "an image is here"
        );
        let checked = *known.checked.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match checked {
            Some(bytes) => bytes,
            None => self.check(&known).await?,
        };
        if bytes > self.limit {
            return Err(ImageError::TooLarge { bytes, limit: self.limit });
        }
        let reference = self.registry.offer(NAME, &known.image)?;
        Ok(Ready { reference, bytes, _here: here })
    }

    async fn check(&self, known: &Arc<Known>) -> Result<u64, ImageError> {
        let (store, of) = (self.store().clone(), known.clone());
        let checking = tokio::task::spawn_blocking(move || fit::check(&store, &of.manifest));
        let bytes = checking.await.map_err(|_| ImageError::Broken)??;
        *known.checked.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
        Ok(bytes)
    }
}

/// Serves a store to the engine, on the port of the last time where that is free.
async fn serve(folder: &Path, store: Arc<Store>, stop: CancellationToken) -> Result<Registry, ContainersError> {
    let path = folder.join(PORT);
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let last: Option<u16> = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
    if let Some(port) = last {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match Registry::serve(address, store.clone(), Arc::new(Nothing), stop.clone()).await {
            Ok(registry) => return Ok(registry),
            Err(error) => tracing::debug!(%error, "the registry of images takes another port"),
        }
    }
    let registry = Registry::serve(any, store, Arc::new(Nothing), stop).await?;
    let port = registry.address().port().to_string();
    let folder = |path: PathBuf| move |source| ContainersError::Folder { path, source };
    whole_file::replace(&path, port.as_bytes(), whole_file::OPEN).map_err(|error| folder(path)(error.into()))?;
    Ok(registry)
}

/// No others.
struct Nobody;

#[async_trait]
impl Peers for Nobody {
    async fn participants(&self, _: &Sha) -> Vec<PeerKey> {
        Vec::new()
    }

    async fn have(&self, _: PeerKey, _: &[Root]) -> Result<Vec<bool>, String> {
        Err("there are no others".into())
    }

    async fn fetch(&self, _: PeerKey, _: Root, _: u64) -> Result<Bytes, String> {
        Err("there are no others".into())
    }
}

/// Where blobs are stored.
struct StorageNetwork {
    session: Arc<Session>,
    /// Bundles whose deals are known, by their roots.
    opened: Mutex<HashMap<DealId, Arc<OpenBundle>>>,
}

impl StorageNetwork {
    async fn open(&self, bundle: &Bundle) -> Result<Arc<OpenBundle>, String> {
        if let Some(opened) = self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(&bundle.root) {
            return Ok(opened.clone());
        }
        let open = Arc::new(self.session.open_bundle(bundle).await.map_err(|error| error.to_string())?);
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= OPENED {
            opened.clear();
        }
        opened.insert(bundle.root, open.clone());
        Ok(open)
    }
}

#[async_trait]
impl Origin for StorageNetwork {
    async fn fetch(&self, stored: &Stored, range: Range<u64>) -> Result<Bytes, String> {
        let open = self.open(&stored.bundle).await?;
        match open.read_range(BLOB_FILE, range).await {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => {
                // Its shards may have moved since: the next try asks the chain again.
                self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(&stored.bundle.root);
                Err(error.to_string())
            },
        }
    }
}
