//! Who else runs an image, as the chain tells: those have its pieces, or will have them soon.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use idlewild_chain_client::{ComputeClient, ReadError};
use idlewild_compute_primitives::{Digest, PeerKey, ProviderId};
use idlewild_images::{blob::Sha, exchange::Directory};
use idlewild_network::PeerAddr;
use rand::{seq::SliceRandom, Rng};

use super::UsedBy;

/// How long an answer of the chain's counts.
const COUNTS: Duration = Duration::from_secs(6);
/// How long the chain may take for all of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Chunks of a project that are looked at.
const CHUNKS: u32 = 256;
/// The most others that are asked for pieces.
const MOST: usize = 48;
/// Uses of an image that are kept in mind.
const USES: usize = 8;
/// Images whose uses are.
const IMAGES: usize = 256;

/// What the chain told, and when.
type Answer = (Instant, Vec<PeerAddr>);

/// Who runs which image.
pub struct Runners {
    compute: Arc<dyn ComputeClient>,
    me: Option<PeerKey>,
    uses: Mutex<HashMap<Digest, BTreeSet<UsedBy>>>,
    known: Mutex<HashMap<Digest, Answer>>,
}

impl Runners {
    /// Nobody is known yet. `me` is this provider's own key.
    pub fn new(compute: Arc<dyn ComputeClient>, me: Option<PeerKey>) -> Self {
        Self { compute, me, uses: Mutex::default(), known: Mutex::default() }
    }

    /// Notes what an image is used for: others are found by that.
    pub fn note(&self, image: Digest, by: UsedBy) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.len() >= IMAGES && !uses.contains_key(&image) {
            uses.clear();
        }
        let of_image = uses.entry(image).or_default();
        of_image.insert(by);
        if of_image.len() > USES {
            // The lowest number is the oldest.
            of_image.pop_first();
        }
    }

    fn uses(&self, image: &Digest) -> Vec<UsedBy> {
        let uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.get(image).into_iter().flatten().copied().collect()
    }

    async fn ask(&self, image: &Digest) -> Result<Vec<PeerAddr>, ReadError> {
        let mut providers = BTreeSet::new();
        for used in self.uses(image) {
            match used {
                UsedBy::Project(id) => self.of_project(id, &mut providers).await?,
                UsedBy::Service(id) => {
                    let service = self.compute.service(id).await?;
                    providers.extend(service.into_iter().flat_map(|service| service.leases).map(|lease| lease.provider));
                },
            }
        }
        let mut providers: Vec<ProviderId> = providers.into_iter().collect();
        providers.shuffle(&mut rand::thread_rng());
        let mut peers = Vec::new();
        for id in providers.into_iter().take(MOST) {
            let Some(view) = self.compute.provider(id).await?.filter(|view| Some(view.peer_key) != self.me) else { continue };
            match PeerAddr::new(view.peer_key, &view.endpoint) {
                Ok(peer) => peers.push(peer),
                Err(error) => tracing::debug!(provider = id, %error, "a provider's endpoint cannot be read"),
            }
        }
        Ok(peers)
    }

    /// Those that run some of a project's chunks, or were drawn for them.
    async fn of_project(&self, id: u64, providers: &mut BTreeSet<ProviderId>) -> Result<(), ReadError> {
        let Some(project) = self.compute.project(id).await? else { return Ok(()) };
        // Of many chunks, some at any place: those at the front may be over for long.
        let last = project.chunks.saturating_sub(CHUNKS);
        let first = if last == 0 { None } else { Some(rand::thread_rng().gen_range(0..=last)) };
        let page = self.compute.chunks(id, first, CHUNKS).await?;
        for chunk in page.chunks {
            providers.extend(chunk.drawn);
            providers.extend(chunk.replicas.iter().map(|replica| replica.provider));
        }
        Ok(())
    }
}

#[async_trait]
impl Directory for Runners {
    async fn runs(&self, image: &Sha) -> Vec<PeerAddr> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&image.0).cloned();
        if let Some((_, peers)) = known.as_ref().filter(|(since, _)| since.elapsed() < COUNTS) {
            return peers.clone();
        }
        let peers = match tokio::time::timeout(PATIENCE, self.ask(&image.0)).await {
            Ok(Ok(peers)) => peers,
            // What was told before is better than nothing.
            Ok(Err(error)) => {
                tracing::debug!(%error, "the chain does not tell who else runs an image");
                known.map(|(_, peers)| peers).unwrap_or_default()
            },
            Err(_) => known.map(|(_, peers)| peers).unwrap_or_default(),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (since, _)| since.elapsed() < COUNTS);
        known.insert(image.0, (Instant::now(), peers.clone()));
        peers
    }
}
