//! Puts under way, and the deals that come of them.

use idlewild_chain_client::Event;
use idlewild_chain_memory::MemoryChain;
use idlewild_client::{put::Source, PutError, PutEvent, PutOptions, PutReport};
use idlewild_storage_primitives::{Balance, DealId, Salt};
use tokio::{sync::watch, task::JoinHandle};

use super::{Owner, PATIENCE};

/// A put in a task of its own.
pub(crate) struct Putting {
    task: JoinHandle<Result<PutReport, PutError>>,
    events: watch::Receiver<Vec<PutEvent>>,
}

impl Putting {
    pub(crate) fn begin(owner: &Owner, source: &Source, options: PutOptions) -> Self {
        let (told, events) = watch::channel(Vec::new());
        let (session, sources) = (owner.session.clone(), vec![source.clone()]);
        let task = tokio::spawn(async move {
            let tell = move |event| told.send_modify(|events: &mut Vec<PutEvent>| events.push(event));
            session.put(sources, &options, tell).await
        });
        Self { task, events }
    }

    /// Waits until so many segments are at their miners.
    pub(crate) async fn until_uploaded(&mut self, segments: usize) {
        let uploaded =
            |events: &Vec<PutEvent>| events.iter().filter(|event| matches!(event, PutEvent::Uploaded)).count() >= segments;
        let waiting = tokio::time::timeout(PATIENCE, self.events.wait_for(uploaded)).await;
        waiting.expect("the segments were not uploaded in time").expect("the put ended before");
    }

    /// What came of it, and what it told meanwhile.
    pub(crate) async fn ended(self) -> (Result<PutReport, PutError>, Vec<PutEvent>) {
        let ended = tokio::time::timeout(PATIENCE, self.task).await.expect("a put did not end in time");
        (ended.expect("a put broke"), self.events.borrow().clone())
    }

    /// Ends it at once, as a crash does.
    pub(crate) async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|end| end.is_cancelled()), "it had ended already");
    }
}

/// Bytes of shards that were sent.
pub(crate) fn sent(events: &[PutEvent]) -> u64 {
    events.iter().fold(0, |sum, event| sum + if let PutEvent::Sent(bytes) = event { *bytes } else { 0 })
}

/// Deals that were made, in their order.
#[derive(Debug, PartialEq)]
pub(crate) struct Created {
    pub(crate) deals: Vec<DealId>,
    pub(crate) salts: Vec<Salt>,
    /// What was taken for all of them.
    pub(crate) held: Balance,
}

pub(crate) async fn created(chain: &MemoryChain) -> Created {
    chain
        .look(|seen| {
            let mut created = Created { deals: Vec::new(), salts: Vec::new(), held: 0 };
            for (_, event) in seen.events() {
                if let Event::Created { deal, salt, held, .. } = event {
                    created.deals.push(*deal);
                    created.salts.push(*salt);
                    created.held += held;
                }
            }
            created
        })
        .await
}
