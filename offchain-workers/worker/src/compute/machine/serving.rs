//! The provider's side: works for those who measure it, one at a time.

use std::{
    collections::BTreeMap,
    fs::File,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use idlewild_chain_client::{ComputeClient, ReadError};
use idlewild_compute::benchmark::work;
use idlewild_compute_primitives::{panel::Question, PanelId, PeerKey, ProviderId, SeatId};
use idlewild_network::{
    peer_id_of,
    transfer::wire::{self, WireError},
    Incoming, Network, PeerId, Stream,
};
use subxt_signer::sr25519::{verify, PublicKey, Signature};
use tokio::sync::{Mutex as Turn, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{signed, Answer, Ask, Hello, Why, PROTOCOL};

/// How long a stream may take to say who it is.
const GREETING: Duration = Duration::from_secs(10);
/// How long the next question may take.
const IDLE: Duration = Duration::from_secs(20);
/// How long one measurement may take in all.
const SESSION: Duration = Duration::from_secs(120);
/// Streams that are listened to at a time.
const STREAMS: usize = 8;
/// Times that the machine works for one seat of one panel: connections break.
const TIMES: u8 = 4;
/// Seats that this is kept in mind of.
const KNOWN: usize = 64;

/// What is measured.
pub struct Measured {
    /// The provider.
    pub provider: ProviderId,
    /// Its peer key.
    pub key: PeerKey,
    /// The chain's genesis hash.
    pub genesis: [u8; 32],
    /// The chain.
    pub compute: Arc<dyn ComputeClient>,
    /// Cores that are lent out.
    pub cores: u32,
    /// Where its files are.
    pub folder: PathBuf,
}

/// Answers to those who measure this machine.
pub struct Serving {
    measured: Measured,
    turn: Turn<()>,
    times: Mutex<BTreeMap<(PanelId, SeatId), u8>>,
}

/// Why a measurement broke off.
#[derive(Debug, thiserror::Error)]
enum BrokenOff {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("it was refused: {0:?}")]
    Refused(Why),
    #[error("another one is under way")]
    Busy,
    #[error("it took longer than {SESSION:?}")]
    TooSlow,
}

impl Serving {
    /// Answers on a network until `stop`.
    pub fn begin(measured: Measured, mut incoming: Incoming, tasks: &TaskTracker, stop: CancellationToken) {
        let this = Arc::new(Self { measured, turn: Turn::default(), times: Mutex::default() });
        let (streams, of_streams) = (Arc::new(Semaphore::new(STREAMS)), tasks.clone());
        tasks.spawn(async move {
            loop {
                let next = tokio::select! {
                    () = stop.cancelled() => return,
                    next = incoming.next() => next,
                };
                let Some((peer, stream)) = next else { return };
                // One too many is dropped: who is serious comes again.
                let Ok(permit) = streams.clone().try_acquire_owned() else { continue };
                let (this, stop) = (this.clone(), stop.clone());
                of_streams.spawn(async move {
                    tokio::select! {
                        () = stop.cancelled() => {},
                        () = this.serve(peer, stream) => {},
                    }
                    drop(permit);
                });
            }
        });
    }

    /// Takes the protocol on a network.
    pub fn listen(network: &Network) -> Result<Incoming, idlewild_network::network::AlreadyServed> {
        network.accept(PROTOCOL)
    }

    async fn serve(&self, peer: PeerId, mut stream: Stream) {
        let served = match tokio::time::timeout(SESSION, self.session(peer, &mut stream)).await {
            Ok(served) => served,
            Err(_) => Err(BrokenOff::TooSlow),
        };
        match served {
            Ok(panel) => tracing::info!(panel, "a tracker measured this machine"),
            Err(error) => tracing::debug!(%peer, %error, "a measurement of this machine broke off"),
        }
        // What it does not hear it does not wait for.
        let _ = wire::close(&mut stream, IDLE).await;
    }

    async fn session(&self, peer: PeerId, stream: &mut Stream) -> Result<PanelId, BrokenOff> {
        let hello: Hello = wire::read_frame(stream, GREETING).await?;
        if let Err(why) = self.is_welcome(&peer, &hello).await? {
            return refuse(stream, why).await;
        }
        let Ok(_turn) = self.turn.try_lock() else {
            wire::write_frame(stream, &Answer::Busy, IDLE).await?;
            return Err(BrokenOff::Busy);
        };
        if !self.counts(&hello) {
            return refuse(stream, Why::TooOften).await;
        }
        wire::write_frame(stream, &Answer::Ready, IDLE).await?;
        let mut file = None;
        loop {
            let ask: Ask = match wire::read_frame(stream, IDLE).await {
                Ok(ask) => ask,
                Err(WireError::Closed) => return Ok(hello.panel),
                Err(error) => return Err(error.into()),
            };
            if !ask.is_modest(self.measured.cores) {
                return refuse(stream, Why::TooMuch).await;
            }
            let (answer, written) = self.work(ask, file).await;
            file = written;
            wire::write_frame(stream, &answer, IDLE).await?;
        }
    }

    /// Whether somebody may have this machine work: what costs nothing is looked at first.
    async fn is_welcome(&self, peer: &PeerId, hello: &Hello) -> Result<Result<(), Why>, ReadError> {
        let Measured { provider, key, genesis, compute, .. } = &self.measured;
        let message = signed(genesis, hello.panel, hello.seat, key, &hello.key);
        let is_peer = peer_id_of(&hello.key).is_ok_and(|of_key| of_key == *peer);
        if !is_peer || !verify(&Signature(hello.signature), message, &PublicKey(hello.account)) {
            return Ok(Err(Why::NotSigned));
        }
        let seat = compute.seat_of(hello.account).await?.map(|seat| seat.seat);
        let panel = compute.panel(hello.panel).await?;
        let sits = panel.is_some_and(|panel| {
            panel.question == Question::Grade { provider: *provider }
                && panel.places.iter().any(|place| Some(place.seat) == seat)
        });
        Ok(if sits && seat == Some(hello.seat) { Ok(()) } else { Err(Why::NotOnPanel) })
    }

    /// Counts that it works for a seat. Says whether it may.
    fn counts(&self, hello: &Hello) -> bool {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let count = times.entry((hello.panel, hello.seat)).or_default();
        *count = count.saturating_add(1);
        let may = *count <= TIMES;
        // Numbers of panels only grow: the smallest are over.
        while times.len() > KNOWN {
            times.pop_first();
        }
        may
    }

    async fn work(&self, ask: Ask, file: Option<File>) -> (Answer, Option<File>) {
        let folder = self.measured.folder.clone();
        let unable = (Answer::Refused(Why::Unable), None);
        let worked = tokio::task::spawn_blocking(move || match (ask, file) {
            (Ask::Ping, file) => (Answer::Pong, file),
            (Ask::Core { seed, lanes, rounds }, file) => (Answer::Marks(work::core(&seed, lanes, rounds)), file),
            (Ask::Memory { seed, lanes, passes }, file) => {
                (Answer::Digest(work::memory(&seed, lanes, work::MEMORY, passes)), file)
            },
            (Ask::Write { seed, bytes }, before) => {
                drop(before);
                match std::fs::create_dir_all(&folder).and_then(|()| work::write(&folder, &seed, bytes)) {
                    Ok(file) => (Answer::Written, Some(file)),
                    Err(error) => {
                        tracing::warn!(%error, folder = %folder.display(), "the disk cannot be measured");
                        (Answer::Refused(Why::Unable), None)
                    },
                }
            },
            (Ask::Read { key }, Some(mut file)) => match work::read(&mut file, &key) {
                Ok(digest) => (Answer::Digest(digest), Some(file)),
                Err(error) => {
                    tracing::warn!(%error, "the disk cannot be measured");
                    (Answer::Refused(Why::Unable), None)
                },
            },
            (Ask::Read { .. }, None) => (Answer::Refused(Why::Unable), None),
        });
        worked.await.unwrap_or(unable)
    }
}

async fn refuse<T>(stream: &mut Stream, why: Why) -> Result<T, BrokenOff> {
    wire::write_frame(stream, &Answer::Refused(why), IDLE).await?;
    Err(BrokenOff::Refused(why))
}
