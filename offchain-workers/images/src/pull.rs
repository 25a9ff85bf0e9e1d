//! Blobs from peers and from where they are stored.
//!
//! Who pulls an image asks the others that pull or have it which pieces they have, and takes each piece from whoever is likely to
//! have sent it first, by how quickly they sent before. What nobody has is fetched from the storage network, and not by everybody
//! at once: for each piece a draw that all of them know puts them in an order, the first fetches it at once, and the next only where
//! that takes too long. So many machines together fetch an image little more than once.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use idlewild_compute_primitives::PeerKey;
use rand::Rng;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    blob::{Blob, Root, Sha},
    index::{Image, Stored},
    store::{Pin, Store, StoreError},
};

/// Pieces that are fetched at a time.
const AT_ONCE: usize = 8;
/// Of those, from one peer.
const AT_ONCE_OF_PEER: usize = 3;
/// How long a fetch may take.
const FETCH: Duration = Duration::from_secs(60);
/// How often in a row a piece may fail to come from where it is stored.
const TRIES: u32 = 5;
/// How long a peer that failed is not asked.
const SILENCE: Duration = Duration::from_secs(10);
/// Roots in one question to a peer.
const ROOTS: usize = 512;

/// Waits of a pull.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How often peers are asked what they have, before jitter.
    pub asking: Duration,
    /// How long the one that is drawn for a piece may take before the next one fetches it as well.
    pub patience: Duration,
    /// How long a piece that did not come from storage waits before it is fetched again: twice as long each time.
    pub retry: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let [asking, retry] = [Duration::from_millis(400), Duration::from_millis(1_000)];
        Self { asking, patience: Duration::from_secs(6), retry }
    }
}

/// Others that may have pieces.
#[async_trait]
pub trait Peers: Send + Sync + 'static {
    /// Those that pull or have the image of this digest, as far as is known; with or without this machine. Asked again and again.
    async fn participants(&self, image: &Sha) -> Vec<PeerKey>;

    /// Which of these pieces a peer has.
    async fn have(&self, peer: PeerKey, roots: &[Root]) -> Result<Vec<bool>, String>;

    /// A piece.
    async fn fetch(&self, peer: PeerKey, root: Root, length: u64) -> Result<Bytes, String>;
}

/// Where blobs are stored.
#[async_trait]
pub trait Origin: Send + Sync + 'static {
    /// Some bytes of a blob.
    async fn fetch(&self, stored: &Stored, range: Range<u64>) -> Result<Bytes, String>;
}

/// Why an image is not here.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The disk, or what came.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A piece did not come from anywhere.
    #[error("piece {piece} of {digest} does not come: {reason}")]
    Away {
        /// The blob.
        digest: Sha,
        /// Which piece.
        piece: usize,
        /// What was said the last time.
        reason: String,
    },
    /// It was stopped.
    #[error("stopped")]
    Stopped,
    /// A thread of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

/// What a pull did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Bytes that were here already.
    pub cached: u64,
    /// Bytes from peers.
    pub from_peers: u64,
    /// Bytes from the storage network.
    pub from_storage: u64,
}

/// An image whose blobs are all here, and stay until this is dropped.
pub struct Here {
    /// What it took.
    pub pulled: Pulled,
    _pins: Vec<Pin>,
}

/// Pulls images into a store.
pub struct Puller {
    store: Arc<Store>,
    peers: Arc<dyn Peers>,
    origin: Arc<dyn Origin>,
    me: PeerKey,
    pace: Pace,
    known: Mutex<HashMap<PeerKey, Known>>,
}

/// What is known of a peer.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// Bytes a second, of the pieces that it sent lately.
    speed: f64,
    /// Pieces that are on their way from it.
    busy: usize,
    /// When it failed the last time.
    failed: Option<Instant>,
}

impl Default for Known {
    fn default() -> Self {
        // A peer that is not known is tried: as quick as a fair connection.
        Self { speed: 8e6, busy: 0, failed: None }
    }
}

/// A piece that is missing.
struct Wanted {
    stored: Arc<Stored>,
    piece: usize,
    root: Root,
    length: u64,
    /// From when on it is fetched from storage.
    mine_from: Instant,
    failures: u32,
}

/// A fetch that ended: which piece, from whom (`None` for storage), and what came.
struct Ended {
    wanted: Wanted,
    from: Option<PeerKey>,
    took: Duration,
    came: Result<Bytes, String>,
}

impl Puller {
    /// Pulls for this machine, whose key is `me`.
    pub fn new(store: Arc<Store>, peers: Arc<dyn Peers>, origin: Arc<dyn Origin>, me: PeerKey) -> Self {
        Self { store, peers, origin, me, pace: Pace::default(), known: Mutex::default() }
    }

    /// The same with other waits.
    pub fn with_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Where blobs go.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Fetches whatever is missing of an image. `told` hears of bytes as they come.
    pub async fn pull(
        &self,
        image: &Image,
        told: impl Fn(u64) + Send + Sync,
        stop: &CancellationToken,
    ) -> Result<Here, PullError> {
        let (mut pins, mut missing, mut pulled) = (Vec::new(), Vec::new(), Pulled::default());
        for stored in &image.blobs {
            pins.push(self.expect(&stored.blob).await?);
            let stored = Arc::new(stored.clone());
            let pieces = self.store.missing(&stored.blob.digest).unwrap_or_default();
            let lacks = pieces.iter().map(|piece| length(&stored.blob, *piece)).sum();
            pulled.cached = pulled.cached.saturating_add(stored.blob.size.saturating_sub(lacks));
            if pieces.is_empty() && !self.store.has(&stored.blob.digest) {
                self.complete(stored.blob.clone()).await?;
            }
            missing.extend(pieces.into_iter().map(|piece| (stored.clone(), piece)));
        }
        if !missing.is_empty() {
            let digest = Sha::of(&image.manifest);
            let participants = self.peers.participants(&digest).await;
            let begun = Instant::now();
            let wanted = missing.into_iter().filter_map(|(stored, piece)| {
                let root = *stored.blob.pieces.get(piece)?;
                let mine_from = begun + self.pace.patience * turn(&root, &self.me, &participants);
                Some(Wanted { root, length: length(&stored.blob, piece), stored, piece, mine_from, failures: 0 })
            });
            self.fetch_all(&digest, wanted.collect(), &mut pulled, &told, stop).await?;
        }
        Ok(Here { pulled, _pins: pins })
    }

    async fn expect(&self, blob: &Blob) -> Result<Pin, PullError> {
        let (store, blob) = (self.store.clone(), blob.clone());
        let expected = tokio::task::spawn_blocking(move || store.expect(&blob));
        Ok(expected.await.map_err(|_| PullError::Broken)??)
    }

    async fn complete(&self, blob: Blob) -> Result<(), PullError> {
        let store = self.store.clone();
        let completed = tokio::task::spawn_blocking(move || store.complete(&blob));
        Ok(completed.await.map_err(|_| PullError::Broken)??)
    }

    async fn fetch_all(
        &self,
        image: &Sha,
        mut wanted: Vec<Wanted>,
        pulled: &mut Pulled,
        told: &(impl Fn(u64) + Send + Sync),
        stop: &CancellationToken,
    ) -> Result<(), PullError> {
        // Dropped with this future, so that nothing goes on once nobody waits for it.
        let mut fetching = JoinSet::new();
        let mut holders: HashMap<Root, Vec<PeerKey>> = HashMap::new();
        let mut asked = None::<Instant>;
        while !wanted.is_empty() || !fetching.is_empty() {
            let wait = self.pace.asking.mul_f64(rand::thread_rng().gen_range(1.0..1.5));
            let due = asked.is_none_or(|asked| asked.elapsed() >= wait);
            if due && !wanted.is_empty() {
                let asking = self.ask(image, &wanted);
                holders = tokio::select! {
                    () = stop.cancelled() => return Err(PullError::Stopped),
                    holders = asking => holders,
                };
                asked = Some(Instant::now());
            }
            self.start(&mut wanted, &holders, &mut fetching);
            let ended = tokio::select! {
                () = stop.cancelled() => return Err(PullError::Stopped),
                () = tokio::time::sleep(self.pace.asking) => continue,
                Some(ended) = fetching.join_next(), if !fetching.is_empty() => ended.map_err(|_| PullError::Broken)?,
            };
            if let Some(again) = self.take(ended, pulled, told).await? {
                wanted.push(again);
            }
        }
        Ok(())
    }

    /// Asks everybody for everything that is missing.
    async fn ask(&self, image: &Sha, wanted: &[Wanted]) -> HashMap<Root, Vec<PeerKey>> {
        let roots: Vec<Root> = wanted.iter().map(|wanted| wanted.root).collect::<HashSet<_>>().into_iter().collect();
        let mut asking = JoinSet::new();
        for peer in self.peers.participants(image).await {
            if peer == self.me || self.is_silent(&peer) {
                continue;
            }
            let (peers, roots) = (self.peers.clone(), roots.clone());
            asking.spawn(async move {
                let mut has = Vec::new();
                for some in roots.chunks(ROOTS) {
                    match tokio::time::timeout(FETCH / 6, peers.have(peer, some)).await {
                        Ok(Ok(answer)) => has.extend(some.iter().zip(answer).filter(|(_, has)| *has).map(|(root, _)| *root)),
                        _ => return (peer, None),
                    }
                }
                (peer, Some(has))
            });
        }
        let mut holders: HashMap<Root, Vec<PeerKey>> = HashMap::new();
        while let Some(answer) = asking.join_next().await {
            match answer {
                Ok((peer, Some(has))) => has.into_iter().for_each(|root| holders.entry(root).or_default().push(peer)),
                Ok((peer, None)) => self.note(&peer, |known| known.failed = Some(Instant::now())),
                Err(_) => {},
            }
        }
        holders
    }

    /// Begins as many fetches as may run at a time.
    fn start(&self, wanted: &mut Vec<Wanted>, holders: &HashMap<Root, Vec<PeerKey>>, fetching: &mut JoinSet<Ended>) {
        // In a random order, so that those that pull at the same time have different pieces to give.
        let mut at = 0;
        let len = wanted.len();
        if len > 1 {
            wanted.rotate_left(rand::thread_rng().gen_range(0..len));
        }
        while at < wanted.len() && fetching.len() < AT_ONCE {
            let Some(next) = wanted.get(at) else { break };
            let peer = self.best_of(holders.get(&next.root).map(Vec::as_slice).unwrap_or_default());
            if peer.is_none() && Instant::now() < next.mine_from {
                at = at.saturating_add(1);
                continue;
            }
            let wanted = wanted.swap_remove(at);
            if let Some(peer) = peer {
                self.note(&peer, |known| known.busy = known.busy.saturating_add(1));
            }
            fetching.spawn(fetch(wanted, peer, self.peers.clone(), self.origin.clone()));
        }
    }

    /// Keeps what came. A piece that did not come is wanted again.
    async fn take(
        &self,
        ended: Ended,
        pulled: &mut Pulled,
        told: &(impl Fn(u64) + Send + Sync),
    ) -> Result<Option<Wanted>, PullError> {
        let Ended { mut wanted, from, took, came } = ended;
        let digest = wanted.stored.blob.digest;
        let right = came.as_ref().is_ok_and(|bytes| wanted.stored.blob.is_piece(wanted.piece, bytes));
        if let Some(peer) = from {
            self.note(&peer, |known| {
                known.busy = known.busy.saturating_sub(1);
                if right {
                    let now = wanted.length as f64 / took.as_secs_f64().max(1e-3);
                    known.speed = 0.7 * known.speed + 0.3 * now;
                } else {
                    known.speed /= 2.0;
                    known.failed = Some(Instant::now());
                }
            });
        }
        let reason = match came {
            Ok(bytes) if right => {
                let (store, piece) = (self.store.clone(), wanted.piece);
                let kept = tokio::task::spawn_blocking(move || store.put(&digest, piece, &bytes));
                kept.await.map_err(|_| PullError::Broken)??;
                let sum = if from.is_some() { &mut pulled.from_peers } else { &mut pulled.from_storage };
                *sum = sum.saturating_add(wanted.length);
                told(wanted.length);
                return Ok(None);
            },
            Ok(_) => "what came is not what its root says".to_owned(),
            Err(reason) => reason,
        };
        tracing::debug!(%digest, piece = wanted.piece, reason, "a piece did not come");
        if from.is_none() {
            wanted.failures = wanted.failures.saturating_add(1);
            if wanted.failures >= TRIES {
                return Err(PullError::Away { digest, piece: wanted.piece, reason });
            }
            let pause = self.pace.retry * (1 << wanted.failures.min(5).saturating_sub(1));
            wanted.mine_from = Instant::now() + pause.mul_f64(rand::thread_rng().gen_range(0.75..1.25));
        }
        Ok(Some(wanted))
    }

    fn note(&self, peer: &PeerKey, change: impl FnOnce(&mut Known)) {
        change(self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(*peer).or_default());
    }

    fn is_silent(&self, peer: &PeerKey) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(peer).and_then(|known| known.failed).is_some_and(|failed| failed.elapsed() < SILENCE)
    }

    /// Who of those that have a piece will likely have sent it first; `None` where each has enough to do, or failed lately.
    fn best_of(&self, holders: &[PeerKey]) -> Option<PeerKey> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |peer: &PeerKey| known.get(peer).copied().unwrap_or_default();
        let free = holders
            .iter()
            .map(|peer| (*peer, of(peer)))
            .filter(|(_, known)| known.busy < AT_ONCE_OF_PEER && known.failed.is_none_or(|failed| failed.elapsed() >= SILENCE));
        let wait = |known: &Known| (known.busy as f64 + 1.0) / known.speed.max(1.0);
        free.min_by(|(_, one), (_, other)| wait(one).total_cmp(&wait(other))).map(|(peer, _)| peer)
    }
}

fn length(blob: &Blob, piece: usize) -> u64 {
    let range = blob.range(piece);
    range.end.saturating_sub(range.start)
}

/// This machine's place in the order in which a piece is fetched from storage: before how many others of those that pull.
fn turn(root: &Root, me: &PeerKey, participants: &[PeerKey]) -> u32 {
    let draw = |peer: &PeerKey| *blake3::Hasher::new().update(root).update(peer).finalize().as_bytes();
    let mine = draw(me);
    let before = participants.iter().filter(|peer| *peer != me && draw(peer) < mine).count();
    u32::try_from(before).unwrap_or(u32::MAX).min(8)
}

async fn fetch(wanted: Wanted, from: Option<PeerKey>, peers: Arc<dyn Peers>, origin: Arc<dyn Origin>) -> Ended {
    let begun = Instant::now();
    let coming = async {
        match from {
            Some(peer) => peers.fetch(peer, wanted.root, wanted.length).await,
            None => origin.fetch(&wanted.stored, wanted.stored.blob.range(wanted.piece)).await,
        }
    };
    let came = match tokio::time::timeout(FETCH, coming).await {
        Ok(came) => came,
        Err(_) => Err(format!("nothing came within {} s", FETCH.as_secs())),
    };
    Ended { wanted, from, took: begun.elapsed(), came }
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        sync::atomic::{AtomicU64, Ordering},
    };

    use idlewild_compute_primitives::program::Bundle;

    use super::*;
    use crate::blob::PIECE;

    /// Where an image is stored: its blobs, and how many bytes were asked for.
    struct Storage {
        blobs: HashMap<Sha, Vec<u8>>,
        sent: AtomicU64,
        lies: bool,
    }

    #[async_trait]
    impl Origin for Storage {
        async fn fetch(&self, stored: &Stored, range: Range<u64>) -> Result<Bytes, String> {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let blob = self.blobs.get(&stored.blob.digest).ok_or("it is not stored")?;
            let mut bytes = blob[range.start as usize..range.end as usize].to_vec();
            self.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            if self.lies {
                bytes[0] ^= 1;
            }
            Ok(bytes.into())
        }
    }

    /// Machines that pull, each with a store.
    #[derive(Default)]
    struct Swarm(Mutex<HashMap<PeerKey, Arc<Store>>>);

    impl Swarm {
        fn store(&self, peer: &PeerKey) -> Option<Arc<Store>> {
            self.0.lock().unwrap().get(peer).cloned()
        }
    }

    #[async_trait]
    impl Peers for Swarm {
        async fn participants(&self, _: &Sha) -> Vec<PeerKey> {
            self.0.lock().unwrap().keys().copied().collect()
        }

        async fn have(&self, peer: PeerKey, roots: &[Root]) -> Result<Vec<bool>, String> {
            let store = self.store(&peer).ok_or("away")?;
            Ok(roots.iter().map(|root| store.piece_length(root).is_some()).collect())
        }

        async fn fetch(&self, peer: PeerKey, root: Root, length: u64) -> Result<Bytes, String> {
            let store = self.store(&peer).ok_or("away")?;
            let piece = store.read_piece(&root, 0, length as usize).map_err(|error| error.to_string())?;
            piece.map(Into::into).ok_or_else(|| "not here".into())
        }
    }

    fn content(pieces: usize) -> Vec<u8> {
        let mut bytes = vec![0; pieces * PIECE as usize - 100];
        blake3::Hasher::new().update(b"content").finalize_xof().fill(&mut bytes);
        bytes
    }

    fn image_of(content: &[u8]) -> Image {
        let stored = Stored { blob: Blob::of(content), bundle: Bundle { root: 1, key: [1; 32] } };
        Image { manifest: Vec::new(), blobs: vec![stored] }
    }

    fn storage(content: Vec<u8>, lies: bool) -> Arc<Storage> {
        let blobs = HashMap::from([(Sha::of(&content), content)]);
        Arc::new(Storage { blobs, sent: AtomicU64::new(0), lies })
    }

    fn machine(swarm: &Arc<Swarm>, origin: &Arc<Storage>, number: u8, folder: &Path) -> Arc<Puller> {
        let store = Store::open(&folder.join(number.to_string()), 1 << 30).unwrap();
        swarm.0.lock().unwrap().insert([number; 32], store.clone());
        let pace =
            Pace { asking: Duration::from_millis(100), patience: Duration::from_secs(4), retry: Duration::from_millis(10) };
        Arc::new(Puller::new(store, swarm.clone(), origin.clone(), [number; 32]).with_pace(pace))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn eight_machines_fetch_an_image_little_more_than_once() {
        let (folder, swarm) = (tempfile::tempdir().unwrap(), Arc::<Swarm>::default());
        let content = content(12);
        let (image, origin) = (image_of(&content), storage(content.clone(), false));
        let machines: Vec<_> = (0..8).map(|number| machine(&swarm, &origin, number, folder.path())).collect();
        let stop = CancellationToken::new();
        let pulls = machines.iter().map(|machine| {
            let (machine, image, stop) = (machine.clone(), image.clone(), stop.clone());
            tokio::spawn(async move { machine.pull(&image, |_| {}, &stop).await.map(|here| here.pulled) })
        });
        for pull in pulls.collect::<Vec<_>>() {
            let pulled = pull.await.unwrap().unwrap();
            assert_eq!(pulled.cached + pulled.from_peers + pulled.from_storage, content.len() as u64);
        }
        let sent = origin.sent.load(Ordering::Relaxed) as f64 / content.len() as f64;
        assert!(sent <= 1.5, "storage sent {sent} images");
        // Pulled again it costs nothing.
        let again = machines[0].pull(&image, |_| {}, &stop).await.unwrap().pulled;
        assert_eq!(again, Pulled { cached: content.len() as u64, ..Default::default() });
    }

    #[tokio::test]
    async fn a_peer_that_is_away_and_pieces_that_lie_are_done_without() {
        let (folder, swarm) = (tempfile::tempdir().unwrap(), Arc::<Swarm>::default());
        let content = content(2);
        let (image, stop) = (image_of(&content), CancellationToken::new());
        let liar = storage(content.clone(), true);
        let lonely = machine(&swarm, &liar, 1, folder.path());
        let refused = lonely.pull(&image, |_| {}, &stop).await.err().unwrap();
        assert!(matches!(&refused, PullError::Away { reason, .. } if reason.contains("root")), "{refused}");
        let honest = storage(content.clone(), false);
        let other = machine(&swarm, &honest, 2, folder.path());
        other.pull(&image, |_| {}, &stop).await.unwrap();
        // What storage does not give, a peer does.
        assert_eq!(lonely.pull(&image, |_| {}, &stop).await.unwrap().pulled.from_peers, content.len() as u64);
        stop.cancel();
        let third = machine(&swarm, &honest, 3, folder.path());
        assert!(matches!(third.pull(&image, |_| {}, &stop).await, Err(PullError::Stopped)));
    }

    #[test]
    fn everybody_knows_the_same_order() {
        let all: Vec<PeerKey> = (0..5).map(|number| [number; 32]).collect();
        for root in [[1; 32], [2; 32]] {
            let mut turns: Vec<u32> = all.iter().map(|me| turn(&root, me, &all)).collect();
            turns.sort_unstable();
            assert_eq!(turns, [0, 1, 2, 3, 4]);
        }
    }
}
