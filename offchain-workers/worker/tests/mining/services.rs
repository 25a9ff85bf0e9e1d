//! Services run on strangers' machines, are paid for what answered, and move where a machine vanishes.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};

use async_trait::async_trait;
use futures::StreamExt;
use idlewild_chain_client::{coins::COIN, ChainClient, ComputeClient, Keypair, Submitter};
use idlewild_chain_memory::{Pace, Setup as Chain};
use idlewild_client::{
    service::{
        ask::{AskError, Known},
        Settings,
    },
    Session,
};
use idlewild_compute_primitives::{
    lease::LeaseRules,
    program::{Bundle, Class, Form, Program},
    resources::{Attributes, Prices, Resources, Runtimes, Wishes},
    view::{LeaseView, ServiceView},
    Balance, LeaseId, ProviderId, ServiceId,
};
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_sdk::{
    service::{
        keep::{KeepEvent, Until},
        Service,
    },
    submit::JobId,
    Sdk,
};
use idlewild_storage::keys::StorageSecret;
use idlewild_worker::{
    compute::{
        policy::Policy,
        register::{self, Wanted},
        Setup, Working,
    },
    config::Services,
    lease::{
        host::{Host, HostError, Hosted, What},
        Leases, Parts,
    },
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::support::{free_port, keys, options, setup, Site, World, PATIENCE};

/// Long enough for everything on a slow machine, and short enough to be seen the end of.
const RULES: LeaseRules = LeaseRules { period: 60, start: 80, close: 10, silent: 2 };
/// Trackers take seconds to say that nobody is there, whatever the chain's pace.
const SLOW: Pace = Pace { quiet: Duration::from_millis(250), longest: Duration::from_millis(600) };
/// How long a wait may take in which trackers look for somebody who is gone, twice.
const LONG: Duration = Duration::from_secs(300);

const INSTANCE: Resources =
    Resources { cpu_milli: 500, ram_mib: 256, disk_mib: 256, gpus: 0, vram_mib: 0, up_kbps: 0, down_kbps: 0 };

/// Stands for an engine: what runs in it outlives the worker.
#[derive(Default)]
struct Engine {
    running: Mutex<HashMap<LeaseId, (SocketAddr, JoinHandle<()>)>>,
    starts: AtomicU32,
}

impl Engine {
    /// The whole machine is gone.
    fn vanish(&self) {
        for (_, (_, server)) in self.running.lock().unwrap().drain() {
            server.abort();
        }
    }
}

#[async_trait]
impl Host for Engine {
    async fn look(&self, what: &What) -> Result<Hosted, HostError> {
        Ok(match self.running.lock().unwrap().get(&what.lease) {
            None => Hosted::Absent,
            Some((_, server)) if server.is_finished() => Hosted::Ended { how: "by itself".into() },
            Some((at, _)) => Hosted::Running(vec![*at]),
        })
    }

    async fn start(&self, what: &What) -> Result<(), HostError> {
        assert_eq!(what.settings.environment, [("NAME".to_owned(), "value".to_owned())]);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let at = listener.local_addr().unwrap();
        let app = axum::Router::new().route("/health", axum::routing::get(|| async { "well" }));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        self.running.lock().unwrap().insert(what.lease, (at, server));
        self.starts.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn start_again(&self, what: &What) -> Result<(), HostError> {
        self.start(what).await
    }

    async fn guard(&self, _: &What) -> Result<(), HostError> {
        Ok(())
    }

    async fn stop(&self, lease: LeaseId) -> Result<(), HostError> {
        if let Some((_, server)) = self.running.lock().unwrap().remove(&lease) {
            server.abort();
        }
        Ok(())
    }

    async fn logs(&self, lease: LeaseId, lines: u32) -> Result<Vec<u8>, HostError> {
        Ok(format!("the last {lines} lines of lease {lease}").into_bytes())
    }
}

/// A provider that runs services.
struct Machine {
    id: ProviderId,
    keys: Keypair,
    folder: TempDir,
    engine: Arc<Engine>,
    ports: [u16; 2],
    working: Option<(JoinHandle<()>, CancellationToken)>,
}

impl Machine {
    /// With this price of a core and an hour.
    async fn start(world: &World, number: u8, price: u64) -> Self {
        let keys = keys(&format!("//Machine//{number}"));
        world.chain.give(keys.public_key().0, 5_000 * COIN).await.unwrap();
        let node = Arc::new(world.chain.node());
        let (compute, submitter): (Arc<dyn ComputeClient>, _) = (node.clone(), Submitter::new(node, keys.clone()));
        let wanted = Wanted {
            endpoint: format!("/ip4/127.0.0.1/tcp/{}", 4_000 + u16::from(number)),
            offered: Resources {
                cpu_milli: 2_000,
                ram_mib: 2_048,
                disk_mib: 4_096,
                up_kbps: 10_000,
                down_kbps: 10_000,
                ..INSTANCE
            },
            attributes: Attributes { runtimes: Runtimes { wasi: true, oci: true }, ..Attributes::default() },
            prices: Prices { cpu_milli: price, ..Prices::default() },
            bond: 500 * COIN,
        };
        let (identity, stop) = (Identity::random(), CancellationToken::new());
        let registered = register::ensure(&compute, &submitter, &identity, world.chain.genesis(), &wanted, &stop);
        let registered = tokio::time::timeout(PATIENCE, registered).await.expect("it is registered in time").unwrap();
        let first = free_port();
        let mut machine = Self {
            id: registered.expect("nobody stopped it").id,
            keys,
            folder: tempfile::tempdir().unwrap(),
            engine: Arc::default(),
            ports: [first, first + 20],
            working: None,
        };
        machine.begin(world).await;
        machine
    }

    fn account(&self) -> [u8; 32] {
        self.keys.public_key().0
    }

    async fn begin(&mut self, world: &World) {
        let node = Arc::new(world.chain.node());
        let submitter = Arc::new(Submitter::new(node.clone(), self.keys.clone()));
        let network = Network::start(NetworkConfig::new(Identity::random(), world.chain.genesis(), Role::User)).unwrap();
        let secret = StorageSecret::new([9; 32]);
        let session = Session::beside(submitter.clone(), node.clone(), network, self.keys.clone(), secret);
        let parts = Parts {
            provider: self.id,
            chain: node.clone(),
            compute: node,
            submitter,
            session: Arc::new(session),
            host: self.engine.clone(),
            config: Some(Services {
                address: Ipv4Addr::LOCALHOST.into(),
                listen: Ipv4Addr::LOCALHOST.into(),
                ports: self.ports,
                most: 4,
                connections: 64,
                lots: Vec::new(),
            }),
            policy: Policy::default(),
            prices: Prices::default(),
            folder: self.folder.path().to_owned(),
        };
        let stop = CancellationToken::new();
        let working = tokio::spawn(Leases::new(parts, stop.clone()).run());
        self.working = Some((working, stop));
    }

    /// Ends the worker. What runs in its engine goes on.
    async fn stop(&mut self) {
        let (working, stop) = self.working.take().expect("it works");
        stop.cancel();
        tokio::time::timeout(PATIENCE, working).await.expect("it ends in time").unwrap();
    }

    async fn vanish(&mut self) {
        self.stop().await;
        self.engine.vanish();
    }
}

fn tracker_keys(number: u8) -> Keypair {
    keys(&format!("//Tracker//{number}"))
}

/// What accounts have to spend.
async fn coins(world: &World, accounts: &[[u8; 32]]) -> Vec<Balance> {
    let mut coins = Vec::new();
    for account in accounts {
        coins.push(world.owner.node.balance(*account).await.unwrap().free);
    }
    coins
}

/// What they have more than before.
async fn gains(world: &World, accounts: &[[u8; 32]], before: &[Balance]) -> Vec<Balance> {
    let now = coins(world, accounts).await;
    now.iter().zip(before).map(|(now, before)| now.checked_sub(*before).expect("nobody honest loses anything")).collect()
}

/// A tracker with a seat.
async fn tracker(world: &World, number: u8, folder: &TempDir) -> (Working, CancellationToken) {
    let keys = tracker_keys(number);
    world.chain.give(keys.public_key().0, 5_000 * COIN).await.unwrap();
    let node = Arc::new(world.chain.node());
    let at = folder.path().join(number.to_string());
    let config = toml::from_str(&format!("folder = {at:?}\n[oci]\nengine = \"off\"")).unwrap();
    let setup = Setup {
        chain: node.clone(),
        compute: node.clone(),
        submitter: Arc::new(Submitter::new(node, keys.clone())),
        operator: keys,
        provider: None,
        network: None,
        tracker: Some(config),
        wrap: None,
        program: None,
        progress: Arc::default(),
    };
    let stop = CancellationToken::new();
    let working = tokio::time::timeout(PATIENCE, Working::start(setup, stop.clone())).await.expect("it starts in time");
    (working.unwrap().expect("nobody stopped it"), stop)
}

fn service(stored: idlewild_client::market::Wish) -> Service {
    // What stands for an engine here runs the same whatever the image.
    let bundle = Bundle { root: 0, key: [0; 32] };
    Service {
        program: Program { form: Form::Image, digest: [5; 32], bundle, class: Class::Metered },
        settings: Settings {
            environment: vec![("NAME".into(), "value".into())],
            ports: vec![8_080],
            networked: true,
            health: Some("/health".into()),
            ..Settings::default()
        },
        resources: INSTANCE,
        wishes: Wishes { runtimes: Runtimes { wasi: false, oci: true }, ..Wishes::default() },
        instances: 1,
        max_rate: COIN / 10,
        term: 2_000,
        organisation: None,
        stored,
    }
}

/// Waits until a service is as it should be. `None` is one that is over.
async fn until<R>(world: &World, id: ServiceId, what: &str, is: impl Fn(Option<&ServiceView>) -> Option<R>) -> R {
    let node = &world.owner.node;
    let waiting = async {
        let mut heads = node.finalized_heads().await.unwrap();
        loop {
            let view = node.service(id).await.unwrap();
            if let Some(found) = is(view.as_ref()) {
                return found;
            }
            heads.next().await.expect("blocks come").unwrap();
        }
    };
    match tokio::time::timeout(LONG, waiting).await {
        Ok(found) => found,
        Err(_) => panic!("this did not happen: {what}. The service is {:?}", node.service(id).await),
    }
}

/// The live lease with a provider.
fn live_with(view: Option<&ServiceView>, provider: ProviderId) -> Option<LeaseView> {
    let is_it = |lease: &&LeaseView| lease.provider == provider && lease.live.is_some() && lease.closing.is_none();
    view?.leases.iter().find(is_it).cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_paid_while_it_answers_and_moves_where_its_machine_vanishes_and_is_billed_once() {
    let chain = Chain { leases: RULES, ..setup() };
    let mut world = World::with(chain, (0..4).map(Site::new)).await;
    let folder = tempfile::tempdir().unwrap();
    let mut trackers = Vec::new();
    for number in 0..4 {
        trackers.push(tracker(&world, number, &folder).await);
    }
    let mut cheap = Machine::start(&world, 0, 10_000_000_000).await;
    let mut dear = Machine::start(&world, 1, 20_000_000_000).await;
    world.pause();
    world.running = Some(world.chain.run(SLOW));
    seats_count(&world, 4).await;

    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
    let (wanted, id) = (service(options(8 << 20).wish), JobId::random());
    let service = sdk.deploy(&wanted, id, |_| {}).await.unwrap();
    assert_eq!(sdk.deploy(&wanted, id, |_| {}).await.unwrap(), service, "the same again is the same service");
    let (free, held) = (world.owner.free().await, sdk.service(service).await.unwrap().held);
    let judges: Vec<[u8; 32]> = (0..4).map(|number| tracker_keys(number).public_key().0).collect();
    let (providers, judged) = (coins(&world, &[cheap.account(), dear.account()]).await, coins(&world, &judges).await);
    let keeper = {
        let sdk = sdk.clone();
        tokio::spawn(async move { sdk.keep_service(service, Until::Over, |event| told(&event)).await })
    };

    // The cheaper machine gets it, and is live once trackers have seen it answer.
    let first = until(&world, service, "it is live", |view| live_with(view, cheap.id)).await;
    let known = known(&world, &first);
    known.probe(PATIENCE).await.unwrap();
    known.health("/health", PATIENCE).await.unwrap();
    let logs = sdk.service_logs(service, None, 7).await.unwrap();
    assert_eq!(logs[0].bytes, format!("the last 7 lines of lease {}", first.id).into_bytes());
    let refused = known.logs(&stranger(&world), 7, PATIENCE).await;
    assert!(matches!(refused, Err(AskError::NotOwner)), "a log is its owner's alone: {refused:?}");

    // A worker that was stopped finds what runs, and goes on at the same place.
    cheap.stop().await;
    cheap.begin(&world).await;
    until(&world, service, "its owner pays", |view| view?.leases.iter().find(|lease| lease.redeemed > 0).map(drop)).await;
    let paid = until(&world, service, "it is live as before", |view| live_with(view, cheap.id)).await;
    assert_eq!((paid.id, &paid.endpoint, paid.key), (first.id, &first.endpoint, first.key));
    assert_eq!(cheap.engine.starts.load(Ordering::SeqCst), 1, "its container was not started anew");

    // The machine vanishes: the owner reports it, trackers find nobody, and the other machine has it.
    cheap.vanish().await;
    let over = until(&world, service, "its lease is closed", |view| {
        view?.leases.iter().find(|lease| lease.id == first.id && lease.closing.is_some()).cloned()
    })
    .await;
    assert_eq!(over.silent, RULES.silent, "that is what trackers saw");
    let second = until(&world, service, "it has moved", |view| live_with(view, dear.id)).await;
    assert!(second.live > over.closing, "no block is paid to two");
    until(&world, service, "the other machine is paid", |view| {
        live_with(view, dear.id).filter(|lease| lease.redeemed > 0).map(drop)
    })
    .await;

    sdk.stop_service(service).await.unwrap();
    until(&world, service, "all of it is over", |view| view.is_none().then_some(())).await;
    tokio::time::timeout(PATIENCE, keeper).await.expect("nothing is left to keep").unwrap().unwrap();

    // Every coin that the owner is short of is somebody's, and nobody has more than the time that it was there.
    let node = &world.owner.node;
    let now = node.compute_terms().await.unwrap().now;
    let blocks = |from: Option<u32>, to: u32| Balance::from(to.saturating_sub(from.unwrap()));
    let [to_first, to_second] = gains(&world, &[cheap.account(), dear.account()], &providers).await[..] else {
        panic!("two providers")
    };
    assert!(to_first > 0 && to_first <= first.rate * blocks(first.live, over.closing.unwrap()), "{to_first}");
    assert!(to_second > 0 && to_second <= second.rate * blocks(second.live, now), "{to_second}");
    let to_trackers: Balance = gains(&world, &judges, &judged).await.iter().sum();
    let spent = free + held - world.owner.free().await;
    assert_eq!(spent, to_first + to_second + to_trackers, "it was billed once");
    for machine in [&cheap, &dear] {
        let record = node.provider(machine.id).await.unwrap().unwrap();
        assert_eq!((record.busy, record.free), (0, record.offered), "the machine is free again");
    }
    dear.stop().await;
    assert!(dear.engine.running.lock().unwrap().is_empty(), "its container is gone");
    for (working, stop) in trackers {
        stop.cancel();
        tokio::time::timeout(PATIENCE, working.stop()).await.expect("it ends in time");
    }
}

/// Somebody else, who has a session too.
fn stranger(world: &World) -> Session {
    let network = Network::start(NetworkConfig::new(Identity::random(), world.chain.genesis(), Role::User)).unwrap();
    Session::new(Arc::new(world.chain.node()), network, keys("//Stranger"), StorageSecret::new([8; 32]))
}

fn known(world: &World, lease: &LeaseView) -> Known {
    let at = String::from_utf8(lease.endpoint.clone()).unwrap().parse().unwrap();
    Known { genesis: world.chain.genesis(), lease: lease.id, key: lease.key.unwrap(), at }
}

/// What a failed test shows.
fn told(event: &KeepEvent) {
    match event {
        KeepEvent::Stands(view) => eprintln!("stands: {} leases, {} wanted", view.leases.len(), view.wanted),
        other => eprintln!("{other:?}"),
    }
}

/// Waits until so many seats can be drawn.
async fn seats_count(world: &World, count: usize) {
    let node = &world.owner.node;
    let waiting = async {
        let mut heads = node.finalized_heads().await.unwrap();
        loop {
            let now = node.compute_terms().await.unwrap().now;
            let (seats, _) = node.seats(None, 64).await.unwrap();
            if seats.iter().filter(|seat| seat.since <= now).count() >= count {
                return;
            }
            heads.next().await.expect("blocks come").unwrap();
        }
    };
    tokio::time::timeout(LONG, waiting).await.expect("trackers have seats");
}
