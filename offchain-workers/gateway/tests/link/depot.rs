//! A place for segments that is a map in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use idlewild_chain_client::ReadError;
use idlewild_client::{
    market::Wish,
    objects::StoredSegment,
    segments::{Content, ReadySegment},
    stored::SegmentError,
    PutError,
};
use idlewild_gateway::link::depot::Depot;
use idlewild_objects::BucketKey;
use idlewild_storage::manifest::Manifest;
use idlewild_storage_primitives::{geometry::Geometry, view::DealView};
use tokio::sync::Notify;

#[derive(Default)]
struct State {
    kept: BTreeMap<u64, (StoredSegment, Vec<u8>)>,
    refuses: bool,
    lost: BTreeSet<u64>,
    garbled: BTreeSet<u64>,
}

pub(crate) struct Sham {
    owner: [u8; 32],
    state: Mutex<State>,
    refused: Notify,
}

impl Sham {
    pub(crate) fn of(owner: [u8; 32]) -> Arc<Self> {
        Arc::new(Self { owner, state: Mutex::default(), refused: Notify::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn deals(&self) -> Vec<u64> {
        self.state().kept.keys().copied().collect()
    }

    /// Takes nothing, or does again.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.state().refuses = refuses;
    }

    /// Resolves once something was not taken.
    pub(crate) async fn refused(&self) {
        self.refused.notified().await;
    }

    /// Nobody has these deals' bytes now.
    pub(crate) fn lose(&self, deals: &[u64]) {
        self.state().lost.extend(deals);
    }

    /// All deals are as they were made.
    pub(crate) fn find(&self) {
        let mut state = self.state();
        state.lost.clear();
        state.garbled.clear();
    }

    /// Something else is in these deals than a commit.
    pub(crate) fn garble(&self, deals: &[u64]) {
        self.state().garbled.extend(deals);
    }
}

#[async_trait]
impl Depot for Sham {
    async fn put(&self, _: &str, _: &BucketKey, segments: Vec<ReadySegment>, _: &Wish) -> Result<Vec<u64>, Box<PutError>> {
        let mut state = self.state();
        if state.refuses {
            self.refused.notify_one();
            return Err(Box::new(PutError::Segment { name: "any".into(), reason: "nobody takes it".into() }));
        }
        let mut deals = Vec::new();
        for ReadySegment { salt, content, index_offset } in segments {
            let Content::File(path) = content else { panic!("a gateway has its segments in files") };
            let bytes = std::fs::read(path).unwrap();
            let known = state.kept.values().find(|(segment, _)| segment.deal.salt == salt).map(|(segment, _)| segment.deal.id);
            let id = known.unwrap_or(100 + state.kept.len() as u64);
            let (hash, length) = (*blake3::hash(&bytes).as_bytes(), bytes.len() as u32);
            let manifest = Manifest { hash, length, index_offset, index_length: length - index_offset };
            let deal = DealView {
                id,
                owner: self.owner,
                creator: self.owner,
                salt,
                geometry: Geometry { data: 1, parity: 1 },
                copies: 1,
                shard_len: length,
                created: 0,
                end: u32::MAX,
                extension: None,
                price: 0,
                funds: 0,
                reserve: 0,
                slots: Vec::new(),
                roots: Vec::new(),
                manifest: Vec::new(),
            };
            state.kept.insert(id, (StoredSegment { deal, manifest }, bytes));
            deals.push(id);
        }
        Ok(deals)
    }

    async fn segments(&self, _: &BucketKey) -> Result<Vec<StoredSegment>, ReadError> {
        Ok(self.state().kept.values().map(|(segment, _)| segment.clone()).collect())
    }

    async fn commit(&self, _: &BucketKey, segment: &StoredSegment) -> Result<Vec<u8>, SegmentError> {
        let (state, deal) = (self.state(), segment.deal.id);
        if state.lost.contains(&deal) {
            return Err(SegmentError::Gone(deal));
        }
        if state.garbled.contains(&deal) {
            return Ok(b"no commit".to_vec());
        }
        let (_, bytes) = &state.kept[&deal];
        Ok(bytes[segment.manifest.index_offset as usize..].to_vec())
    }
}
