//! Whether the chain answers. Who asked it in vain says so to all others, which go by what they knew without waiting in vain as well;
//! meanwhile one question at a time finds out when it is back.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use idlewild_chain_client::{pause::jittered, GatewayChain, ReadError};

/// How long is waited.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// For an answer.
    pub answer: Duration,
    /// Between two tries to find out whether a silent chain is back.
    pub pause: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self { answer: Duration::from_secs(5), pause: Duration::from_secs(2) }
    }
}

/// A question that any chain can answer.
type Probe = Box<dyn Fn() -> BoxFuture<'static, Result<(), ReadError>> + Send + Sync>;

/// Whether a chain answers.
pub struct Pulse {
    probe: Probe,
    waits: Waits,
    silent: Mutex<Option<Instant>>,
}

impl Pulse {
    /// That of a chain.
    pub fn of(chain: Arc<dyn GatewayChain>) -> Arc<Self> {
        let probe = move || -> BoxFuture<'static, Result<(), ReadError>> {
            let chain = chain.clone();
            Box::pin(async move { chain.best_number().await.map(drop) })
        };
        Self::new(Waits::default(), probe)
    }

    /// That of whatever answers `probe`.
    pub fn new(
        waits: Waits,
        probe: impl Fn() -> BoxFuture<'static, Result<(), ReadError>> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { probe: Box::new(probe), waits, silent: Mutex::default() })
    }

    fn silent(&self) -> MutexGuard<'_, Option<Instant>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the chain did not answer when it was last asked.
    pub fn is_silent(&self) -> bool {
        self.silent().is_some()
    }

    /// Asks the chain, unless it is known that it does not answer now.
    pub async fn ask<T>(
        self: &Arc<Self>,
        what: &'static str,
        question: impl Future<Output = Result<T, ReadError>>,
    ) -> Result<T, ReadError> {
        if let Some(since) = *self.silent() {
            return Err(ReadError::Rpc(format!("it has not answered for {} seconds", since.elapsed().as_secs())));
        }
        let error = match tokio::time::timeout(self.waits.answer, question).await {
            // What cannot be read is an answer all the same.
            Ok(answer @ (Ok(_) | Err(ReadError::Shape { .. }))) => return answer,
            Ok(Err(error)) => error,
            Err(_) => ReadError::TimedOut { what, after: self.waits.answer },
        };
        self.note_silence(&error);
        Err(error)
    }

    fn note_silence(self: &Arc<Self>, error: &ReadError) {
        let mut silent = self.silent();
        if silent.is_none() {
            *silent = Some(Instant::now());
            tracing::warn!(%error, "the chain does not answer; what was known of it counts until it is back");
            tokio::spawn(Self::watch(Arc::downgrade(self)));
        }
    }

    /// Asks until there is an answer, or nobody needs one any more.
    async fn watch(pulse: Weak<Self>) {
        loop {
            let Some(pulse) = pulse.upgrade() else { return };
            if let Ok(Ok(())) = tokio::time::timeout(pulse.waits.answer, (pulse.probe)()).await {
                if let Some(since) = pulse.silent().take() {
                    tracing::info!(seconds = since.elapsed().as_secs(), "the chain answers again");
                }
                return;
            }
            let pause = jittered(pulse.waits.pause);
            drop(pulse);
            tokio::time::sleep(pause).await;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    /// Short enough for a test, where nothing else takes any time.
    pub(crate) const SHORT: Waits = Waits { answer: Duration::from_millis(20), pause: Duration::from_millis(5) };

    /// A chain that is there or not, and counts how often somebody wants to know.
    #[derive(Default)]
    pub(crate) struct Line {
        pub(crate) up: AtomicBool,
        pub(crate) probed: AtomicUsize,
        tried: Notify,
    }

    impl Line {
        pub(crate) fn pulse(self: &Arc<Self>) -> Arc<Pulse> {
            let line = self.clone();
            Pulse::new(SHORT, move || {
                let line = line.clone();
                Box::pin(async move {
                    line.probed.fetch_add(1, Ordering::SeqCst);
                    line.tried.notify_one();
                    line.answer(()).await
                })
            })
        }

        /// Answers, or never does.
        pub(crate) async fn answer<T>(&self, answer: T) -> Result<T, ReadError> {
            match self.up.load(Ordering::SeqCst) {
                true => Ok(answer),
                false => std::future::pending().await,
            }
        }

        /// The chain is back, and that is known.
        pub(crate) async fn mend(&self, pulse: &Pulse) {
            self.up.store(true, Ordering::SeqCst);
            tokio::time::timeout(Duration::from_secs(30), async {
                while pulse.is_silent() {
                    self.tried.notified().await;
                    tokio::task::yield_now().await;
                }
            })
            .await
            .expect("it is found out that the chain answers");
        }
    }

    #[tokio::test]
    async fn one_asks_in_vain_and_the_others_know() {
        let line = Arc::new(Line::default());
        let pulse = line.pulse();
        let first = pulse.ask("a thing", line.answer(1)).await;
        assert!(matches!(first, Err(ReadError::TimedOut { what: "a thing", .. })), "{first:?}");
        assert!(pulse.is_silent());
        let asked = AtomicUsize::new(0);
        for _ in 0..100 {
            let next = async {
                asked.fetch_add(1, Ordering::SeqCst);
                line.answer(1).await
            };
            pulse.ask("a thing", next).await.unwrap_err();
        }
        assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody waits for what does not come");
        line.mend(&pulse).await;
        assert_eq!(pulse.ask("a thing", line.answer(2)).await.unwrap(), 2);
        let probed = line.probed.load(Ordering::SeqCst);
        assert!(probed >= 1);
        for _ in 0..100 {
            pulse.ask("a thing", line.answer(2)).await.unwrap();
        }
        assert_eq!(line.probed.load(Ordering::SeqCst), probed, "a chain that answers is not asked whether it does");
    }

    #[tokio::test]
    async fn an_answer_that_cannot_be_read_is_no_silence_and_a_broken_connection_is() {
        let line = Arc::new(Line::default());
        let pulse = line.pulse();
        let odd = || async { Err::<(), _>(ReadError::Shape { what: "a thing", reason: "odd".into() }) };
        pulse.ask("a thing", odd()).await.unwrap_err();
        assert!(!pulse.is_silent());
        pulse.ask("a thing", async { Err::<(), _>(ReadError::Rpc("gone".into())) }).await.unwrap_err();
        assert!(pulse.is_silent());
    }
}
