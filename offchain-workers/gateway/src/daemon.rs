//! The gateway at work: everything that runs between a start and a stop.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures::FutureExt;
use idlewild_chain_client::{AccountId32, ChainClient};
use idlewild_objects::{OpenError, Options, Store};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{Config, ConfigError},
    control::{
        self,
        history::{self, History, HistoryOf, Restore, VersionLine},
        Controlled, Flush,
    },
    credentials::Keyring,
    key_file::{GatewaySecret, KeyFileError},
    link::{self, late::LateChain, seconds_since, start::LinkStartError, Link},
    local_keys::LocalKeys,
    metrics::{self, Metrics},
    names::{CacheOptions, CachedNames, LocalNames, Names},
    peers::Peers,
    public::{self, Public},
    s3::{
        lifecycle::{SweepOptions, Sweeper},
        Front, FrontError, Settings,
    },
    serve::{self, Limits},
    status::{BucketStatus, Flushed, Status, StoreStatus},
    web, KEY_FILE,
};

/// The store's folder in a gateway's folder.
const STORE: &str = "store";
const MIB: u64 = 1 << 20;
/// How long requests under way may take to end when the gateway stops.
const GRACE: Duration = Duration::from_secs(10);

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its secret.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The store.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The chain and the miners.
    #[error(transparent)]
    Link(#[from] LinkStartError),
    /// A front.
    #[error(transparent)]
    Front(#[from] FrontError),
    /// Two figures of one name.
    #[error("figures cannot be kept: {0}")]
    Metrics(#[from] prometheus::Error),
    /// An address.
    #[error("{what} cannot listen at {address}: {source}; choose another address in the gateway's configuration")]
    Listen {
        /// Which front.
        what: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A gateway at work. Dropping it abandons what it was doing; [`Daemon::stop`] brings it to an end.
pub struct Daemon {
    gateway: Arc<Running>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

struct Running {
    account: [u8; 32],
    store: Store,
    /// The way to the chain and the miners; none where everything stays on this machine.
    link: Option<Arc<Link>>,
    /// The chain, which may not be there yet.
    late: Option<Arc<LateChain>>,
    /// Other gateways of the owner.
    peers: Option<Arc<Peers>>,
    /// What other owners made public.
    public: Option<Arc<Public>>,
    s3: SocketAddr,
    web: Option<SocketAddr>,
    begun: Instant,
    /// Why a part that the others need ended by itself.
    failure: Mutex<Option<String>>,
    failed: CancellationToken,
}

impl Daemon {
    /// Starts the gateway of a folder. Everything that can fail is tried before anything is served.
    pub async fn start(folder: &Path) -> Result<Self, StartError> {
        let config = Config::load(folder)?;
        let secret = GatewaySecret::load(&folder.join(KEY_FILE))?;
        let account = secret.account();
        let store = Store::open(&folder.join(STORE), options(&config, account)).await?;
        match Self::start_on(folder, config, secret, store.clone()).await {
            Ok(daemon) => Ok(daemon),
            Err(error) => {
                store.close().await;
                Err(error)
            },
        }
    }

    async fn start_on(folder: &Path, config: Config, secret: GatewaySecret, store: Store) -> Result<Self, StartError> {
        let account = secret.account();
        let s3 = listen("the S3 front", config.s3.listen).await?;
        let web = match &config.web {
            Some(web) => Some(listen("the HTTP front", web.listen).await?),
            None => None,
        };
        let scraped = match config.metrics.listen {
            Some(address) => Some(listen("metrics", address).await?),
            None => None,
        };
        let figures = Metrics::new()?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let mut peers = None;
        let mut public = None;
        let mut settings = Settings { owner: account, region: config.s3.region.clone(), ..Settings::default() };
        let mut link = None;
        let mut late = None;
        let (keyring, names): (Arc<dyn Keyring>, Arc<dyn Names>) = match &config.chain {
            None => (Arc::new(LocalKeys::of(folder, secret)), Arc::new(LocalNames::new(store.clone()))),
            Some(chain) => {
                let linked = link::start::link(&store, folder, secret, chain, &config.deals).await?;
                settings.owner = linked.owner;
                linked.attend(&tasks, &stop);
                late = Some(linked.chain.clone());
                let hurried = linked.link.clone();
                settings.hurry = Some(Arc::new(move |bucket: &str| hurried.hurry(Some(bucket))));
                let wanted = linked.link.clone();
                settings.wanted = Some(Arc::new(move |bucket| wanted.ask_for(bucket)));
                settings.peers = Some(linked.peers.clone());
                peers = Some(linked.peers.clone());
                if let Some(web) = &config.web {
                    public = public::start::start(folder, web, &config.store, linked.remote).await?;
                }
                let (watched, watching) = (linked.link.clone(), stop.clone());
                tasks.spawn(link::holders::watch(linked.holders, linked.peers, watched, store.clone(), watching));
                let (running, stopped, network) = (linked.link.clone(), stop.clone(), linked.network);
                tasks.spawn(async move {
                    running.run(stopped).await;
                    network.shutdown().await;
                });
                let genesis = linked.chain.genesis();
                let names = CachedNames::keeping(linked.names, CacheOptions::default(), folder, genesis);
                tasks.spawn(names.clone().watch(stop.clone()));
                link = Some(linked.link);
                (linked.keys, Arc::new(names))
            },
        };
        let service = figures.counted("s3", Front::new(store.clone(), keyring, settings).service()?);
        let gateway = Arc::new(Running {
            account,
            store: store.clone(),
            link,
            late,
            peers,
            public: public.clone(),
            s3: address(&s3, config.s3.listen),
            web: web.as_ref().map(|web| address(web, config.s3.listen)),
            begun: Instant::now(),
            failure: Mutex::default(),
            failed: CancellationToken::new(),
        });
        let limits = limits(&config);
        let (stopped, running) = (stop.clone(), gateway.clone());
        let s3_limits = limits.clone();
        tasks.spawn(async move {
            let served = serve::serve(s3, s3_limits, service, stopped.cancelled_owned()).await;
            running.note_end("the S3 front", served.err());
        });
        if let Some(listener) = web {
            let front = Arc::new(web::Front::beside(store.clone(), public, names, web::Options::default()));
            let (stopped, running) = (stop.clone(), gateway.clone());
            let service = hyper::service::service_fn(move |request| {
                let front = front.clone();
                async move { Ok::<_, std::convert::Infallible>(front.answer(request).await) }
            });
            let service = figures.counted("http", service);
            tasks.spawn(async move {
                let served = serve::serve(listener, limits, service, stopped.cancelled_owned()).await;
                running.note_end("the HTTP front", served.err());
            });
        }
        if let Some(listener) = scraped {
            let (stopped, running) = (stop.clone(), gateway.clone());
            let controlled: Arc<dyn Controlled> = gateway.clone();
            tasks.spawn(async move {
                let served = metrics::serve(listener, figures, controlled, stopped.cancelled_owned()).await;
                running.note_end("metrics", served.err());
            });
        }
        let (stopped, running) = (stop.clone(), gateway.clone());
        let path: PathBuf = folder.to_owned();
        let controlled: Arc<dyn Controlled> = gateway.clone();
        tasks.spawn(async move {
            let served = control::serve(&path, controlled, stopped.cancelled_owned()).await;
            running.note_end("the control socket", served.err());
        });
        let holder = gateway.link.clone();
        let sweep = SweepOptions {
            may_write: Arc::new(move |bucket| {
                let (link, bucket) = (holder.clone(), bucket.clone());
                async move {
                    match link {
                        Some(link) => link.may_change(&bucket).await,
                        None => true,
                    }
                }
                .boxed()
            }),
            ..SweepOptions::default()
        };
        let sweeper = Sweeper::new(store, Arc::new(time::OffsetDateTime::now_utc), sweep);
        let stopped = stop.clone();
        tasks.spawn(async move { sweeper.run(stopped).await });
        Ok(Self { gateway, tasks, stop })
    }

    /// Where S3 clients connect.
    pub fn s3(&self) -> SocketAddr {
        self.gateway.s3
    }

    /// Where browsers connect.
    pub fn web(&self) -> Option<SocketAddr> {
        self.gateway.web
    }

    /// Why the chain is not there, where it is not: the gateway goes on with it once it is.
    pub fn waits_for_chain(&self) -> Option<String> {
        self.gateway.late.as_ref()?.missing()
    }

    /// Resolves when a part that the others need has ended by itself, with the reason.
    pub async fn ended(&self) -> String {
        self.gateway.failed.cancelled().await;
        let failure = self.gateway.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.clone().unwrap_or_default()
    }

    /// Brings everything to an end: requests under way first, then the store.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(GRACE.saturating_mul(2), self.tasks.wait()).await.is_err() {
            tracing::warn!("parts of the gateway did not end in time, and are given up");
        }
        if let Some(public) = &self.gateway.public {
            public.close().await;
        }
        self.gateway.store.close().await;
    }
}

impl Running {
    fn note_end(&self, what: &str, error: Option<std::io::Error>) {
        if let Some(error) = error {
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("{what} ended: {error}"));
            self.failed.cancel();
        }
    }
}

#[async_trait]
impl Controlled for Running {
    async fn status(&self) -> Status {
        let state = self.store.state();
        let buckets = self.store.buckets().into_iter().map(|bucket| {
            let segments_waiting = self.store.outbox(&bucket.name).len() as u64;
            let peers = self.peers.as_deref().zip(bucket.id);
            let apart = peers.and_then(|(peers, id)| peers.trouble(id));
            let trouble = apart.or_else(|| self.link.as_ref().and_then(|link| link.trouble_of(&bucket.name)));
            let writer = peers.and_then(|(peers, id)| Some(AccountId32(peers.holder(id)?.account).to_string()));
            let is_public = self.link.as_ref().zip(bucket.id).is_some_and(|(link, id)| link.is_public(id));
            let missing = self.link.as_ref().zip(bucket.id).and_then(|(link, id)| link.missing_of(id));
            BucketStatus { is_public, segments_waiting, id: bucket.id, name: bucket.name, writer, trouble, missing }
        });
        Status {
            account: AccountId32(self.account).to_string(),
            s3: self.s3.to_string(),
            web: self.web.map(|web| format!("localhost:{}", web.port())),
            running_seconds: self.begun.elapsed().as_secs(),
            buckets: buckets.collect(),
            public: self.public.as_ref().map(|public| public.missing()).unwrap_or_default(),
            store: StoreStatus {
                waiting_bytes: state.open_bytes.saturating_add(state.sealed_bytes),
                waiting_seconds: state.oldest_waiting.map(seconds_since),
                local_bytes: state.open_bytes.saturating_add(state.sealed_bytes).saturating_add(state.kept_bytes),
            },
            network: self.link.as_ref().map(|link| link.status()),
        }
    }

    async fn flush(&self, flush: Flush) -> Result<Flushed, String> {
        match &self.link {
            Some(link) => link.flush(flush.bucket.as_deref(), Duration::from_secs(flush.wait_seconds)).await,
            None => Err("this gateway has no chain: everything stays on this machine".into()),
        }
    }

    async fn object(&self, bucket: &str, key: &str) -> Result<control::object::Object, String> {
        control::object::of_store(&self.store, bucket, key)
    }

    async fn history(&self, of: HistoryOf) -> Result<History, String> {
        history::of_store(&self.store, &self.account, &of)
    }

    async fn restore(&self, restore: Restore) -> Result<VersionLine, String> {
        history::restore_in(&self.store, &self.account, &restore).await
    }
}

async fn listen(what: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { what, address, source })
}

/// Where a listener is, also where the system chose the port.
fn address(listener: &TcpListener, asked: SocketAddr) -> SocketAddr {
    listener.local_addr().unwrap_or(asked)
}

fn limits(config: &Config) -> Limits {
    let patience = Duration::from_secs(config.limits.patience_seconds);
    Limits { connections: config.limits.connections, head: patience, pace: patience, grace: GRACE, ..Limits::default() }
}

fn options(config: &Config, origin: [u8; 32]) -> Options {
    let store = &config.store;
    Options {
        segment_bytes: store.segment_mib.saturating_mul(MIB as u32),
        keep_bytes: store.keep_mib.saturating_mul(MIB),
        memory_bytes: store.memory_mib.saturating_mul(MIB as usize),
        cache_bytes: store.cache_mib.saturating_mul(MIB),
        reserve_bytes: store.reserve_mib.saturating_mul(MIB),
        origin,
    }
}
