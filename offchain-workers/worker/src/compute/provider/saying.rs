//! Calls under way: each thing that is to be said of a chunk is said once at a time, and waits for nothing else.

use std::sync::Arc;

use futures::future::join_all;
use idlewild_chain_client::ComputeCall;
use idlewild_compute_primitives::{chunk::MAX_BATCH, ChunkIndex, Clock, ProjectId};

use super::{lock, Place, Provider};
use crate::compute::following::{send, Sent};

/// What is said of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Say {
    Claim,
    Acknowledge,
    Commit,
    Reveal,
    Advance,
    Finalise,
    Press,
}

/// How far it is with being said.
pub(super) enum State {
    UnderWay,
    Over(Sent),
}

impl Provider {
    /// Says something of some chunks of a project, but for those of which it is being said. What the chain refuses of several at once is
    /// said of each alone, so that no chunk has to do with what is the matter with another.
    pub(super) fn say<T, F>(self: &Arc<Self>, what: Say, project: ProjectId, items: Vec<(ChunkIndex, T)>, call: F)
    where
        T: Clone + Send + 'static,
        F: Fn(ProjectId, Vec<(ChunkIndex, T)>) -> ComputeCall + Clone + Send + Sync + 'static,
    {
        let mut said = lock(&self.said);
        let news = items.into_iter().filter(|(chunk, _)| !said.contains_key(&(what, (project, *chunk))));
        let news: Vec<(ChunkIndex, T)> = news.collect();
        said.extend(news.iter().map(|(chunk, _)| ((what, (project, *chunk)), State::UnderWay)));
        drop(said);
        for batch in news.chunks(MAX_BATCH as usize) {
            let (this, batch, call) = (self.clone(), batch.to_vec(), call.clone());
            self.tasks.spawn(async move {
                let alone = |item: (ChunkIndex, T)| async {
                    let chunk = item.0;
                    (chunk, this.send(call(project, vec![item])).await)
                };
                let sent = match this.send(call(project, batch.clone())).await {
                    Sent::Refused if batch.len() > 1 => join_all(batch.into_iter().map(alone)).await,
                    sent => batch.into_iter().map(|(chunk, _)| (chunk, sent)).collect(),
                };
                let over = sent.into_iter().map(|(chunk, sent)| ((what, (project, chunk)), State::Over(sent)));
                lock(&this.said).extend(over);
            });
        }
    }

    async fn send(&self, call: ComputeCall) -> Sent {
        send(&self.parts.submitter, &self.stop, call).await
    }

    /// Takes in what became of what was said. What is asked of the chain next shows it.
    pub(super) fn take_in_said(&self, now: Clock) {
        lock(&self.said).retain(|(what, place), state| match state {
            State::UnderWay => true,
            State::Over(sent) => {
                if *what == Say::Claim {
                    lock(&self.claims).answered(*place, *sent, now);
                }
                false
            },
        });
    }

    /// Whether something is being said of a chunk.
    pub(super) fn is_saying(&self, what: Say, place: Place) -> bool {
        lock(&self.said).contains_key(&(what, place))
    }
}
