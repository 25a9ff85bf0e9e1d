//! A worker in this process, on a runtime of its own so that it can be killed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use idlewild_chain_client::{ChainClient, Submitter};
use idlewild_chain_memory::{MemoryChain, MemoryNode};
use idlewild_network::{Identity, PeerAddr};
use idlewild_worker::{
    commands::run::load_operator,
    config::Log,
    daemon::{Daemon, Setup, StartError},
    logs,
    role::Miner,
    sharing::Sharing,
    status::{metrics::Metrics, rpc::Served},
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::{Closing, Site, PATIENCE};

pub(crate) struct Worker {
    pub(crate) node: MemoryNode,
    site: Option<Site>,
    miner: Option<Arc<Miner>>,
    runtime: Option<Runtime>,
    end: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// How a start went.
type Started = Result<Option<Arc<Miner>>, StartError>;

impl Worker {
    /// Starts a worker that must start.
    pub(crate) async fn start(chain: &MemoryChain, site: Site) -> Self {
        let worker = Self::start_at(chain.node(), site).await;
        worker.until("it follows the chain", Miner::is_in_step).await;
        worker
    }

    /// The same at a node that may be out of order.
    pub(crate) async fn start_at(node: MemoryNode, site: Site) -> Self {
        let (starting, worker) = Self::begin(node, site, CancellationToken::new());
        worker.started(starting).await
    }

    /// The same at a node whose word on deals is not always good.
    pub(crate) async fn start_behind(chain: Arc<Closing>, site: Site) -> Self {
        let node = chain.node.clone();
        let (starting, worker) = Self::begin_behind(chain, node, site, CancellationToken::new());
        let worker = worker.started(starting).await;
        worker.until("it follows the chain", Miner::is_in_step).await;
        worker
    }

    async fn started(mut self, starting: oneshot::Receiver<Started>) -> Self {
        let started = tokio::time::timeout(PATIENCE, starting).await.expect("a worker did not start in time");
        match started.expect("a worker ended while it started") {
            Ok(miner) => self.miner = Some(miner.expect("nobody stopped it")),
            Err(error) => panic!("a worker did not start: {error}"),
        }
        self
    }

    /// Starts a worker that must not start, and tells why.
    pub(crate) async fn refused(chain: &MemoryChain, site: Site) -> StartError {
        Self::refused_and_back(chain, site).await.0
    }

    /// The same, and gives its folder back.
    pub(crate) async fn refused_and_back(chain: &MemoryChain, site: Site) -> (StartError, Site) {
        let (starting, worker) = Self::begin(chain.node(), site, CancellationToken::new());
        let started = tokio::time::timeout(PATIENCE, starting).await.expect("a worker neither started nor failed in time");
        match started.expect("a worker ended while it started") {
            Ok(_) => panic!("a worker started that must not"),
            Err(error) => (error, worker.kill().await),
        }
    }

    /// Begins to start a worker, which may take for ever.
    pub(crate) fn begin(node: MemoryNode, site: Site, stop: CancellationToken) -> (oneshot::Receiver<Started>, Self) {
        Self::begin_behind(Arc::new(node.clone()), node, site, stop)
    }

    fn begin_behind(
        chain: Arc<dyn ChainClient>,
        node: MemoryNode,
        site: Site,
        stop: CancellationToken,
    ) -> (oneshot::Receiver<Started>, Self) {
        if let Ok(filter) = std::env::var("IDLEWILD_TEST_LOG") {
            let _ = logs::begin(&Log { filter, ..Log::default() });
        }
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (config, accept_empty_disk) = (site.config.clone(), site.accept_empty_disk);
        let submitter = Arc::new(Submitter::new(chain.clone(), load_operator(&site.keys).unwrap()));
        let (identity, telling) = (Identity::load(&config.peer).unwrap(), site.status.clone());
        let (ready, started) = oneshot::channel();
        let (end, ending) = oneshot::channel();
        let task = runtime.spawn(async move {
            let status = Served::open(&telling.rpc).await.expect("the status port is free");
            let (stage, metrics) = (status.stage().clone(), Metrics::new().unwrap());
            metrics.serve(&telling.metrics, stop.clone()).await.expect("the port for figures is free");
            let sharing = Sharing::default();
            let setup = Setup { config, chain, submitter, identity, accept_empty_disk, stage, metrics, sharing };
            let daemon = match Daemon::start(setup, stop).await {
                Ok(Some(daemon)) => daemon,
                Ok(None) => return drop(ready.send(Ok(None))),
                Err(error) => return drop(ready.send(Err(error))),
            };
            let _ = ready.send(Ok(Some(daemon.miner().clone())));
            // A worker that is killed does not get here.
            if ending.await.is_ok() {
                daemon.stop().await;
                status.stop();
            }
        });
        let worker = Self { node, site: Some(site), miner: None, runtime: Some(runtime), end: Some(end), task };
        (started, worker)
    }

    /// Its number on chain.
    pub(crate) fn id(&self) -> u32 {
        self.miner().id
    }

    pub(crate) fn miner(&self) -> &Arc<Miner> {
        self.miner.as_ref().expect("the worker runs")
    }

    /// Where it is reached.
    pub(crate) fn address(&self) -> PeerAddr {
        let endpoint = &self.site.as_ref().unwrap().config.network.endpoint;
        PeerAddr::new(self.miner().identity.peer_key(), endpoint.as_bytes()).unwrap()
    }

    /// Whether it knows of a slot in its range.
    pub(crate) fn holds(&self, deal: u64, slot: u8) -> bool {
        self.miner().index.slot(deal, slot).unwrap().is_some()
    }

    /// Waits until something is so at the worker, looking after each block that it takes in.
    pub(crate) async fn until(&self, what: &str, is: impl Fn(&Miner) -> bool) {
        let mut moments = self.miner().moments();
        let waiting = async {
            while !is(self.miner()) {
                moments.changed().await.expect("the worker ended");
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            let (id, moment) = (self.id(), self.miner().moment());
            panic!(
                "this did not happen at miner {id} within {} seconds: {what}. It has taken in {moment:?}",
                PATIENCE.as_secs()
            );
        }
    }

    /// Ends it at once, whatever it is doing. What it has on disk stays.
    pub(crate) async fn kill(mut self) -> Site {
        self.miner = None;
        let runtime = self.runtime.take().unwrap();
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(20))).await.unwrap();
        self.site.take().unwrap()
    }

    /// Ends it as Ctrl-C does, and tells how long that took.
    pub(crate) async fn stop(mut self) -> (Site, Duration) {
        let begun = Instant::now();
        self.miner = None;
        let _ = self.end.take().unwrap().send(());
        let stopped = tokio::time::timeout(PATIENCE, &mut self.task).await;
        let took = begun.elapsed();
        stopped.expect("a worker did not stop in time").expect("a worker broke while it stopped");
        (self.kill().await, took)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // A test may end, or fail, without ending its workers; it must not wait for them.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
