//! Threads that stand back behind everything else on the machine.

use std::io;

use tokio::runtime::{Builder, Runtime};

use super::priority;

/// Threads of the lowest priority, for work that nobody waits for. Those of an ordinary pool would keep it for what comes after, and it
/// cannot be raised again.
///
/// What was begun goes on after this is dropped.
#[derive(Debug)]
pub struct Behind(Option<Runtime>);

impl Behind {
    /// Makes no thread yet: as many come as there is to do at once, and go when there is nothing.
    pub fn new() -> io::Result<Self> {
        let lower = || {
            if let Err(error) = priority::lower_thread() {
                tracing::debug!(%error, "work goes on beside everything else");
            }
        };
        Ok(Self(Some(Builder::new_current_thread().thread_name("behind").on_thread_start(lower).build()?)))
    }

    /// Does something on one of them. `None` where it broke off.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        self.0.as_ref()?.spawn_blocking(work).await.ok()
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // Nobody waits for it here either.
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::getpriority_process;

    use super::*;

    #[tokio::test]
    async fn what_is_done_stands_back_and_who_asks_does_not() {
        let own = || getpriority_process(None).unwrap();
        let before = own();
        let behind = Behind::new().unwrap();
        assert_eq!(behind.run(own).await, Some(19));
        assert_eq!(own(), before);
        assert_eq!(tokio::task::spawn_blocking(own).await.unwrap(), before, "ordinary threads stay as they are");
    }

    #[tokio::test]
    async fn what_breaks_off_is_told_and_the_next_is_done() {
        let behind = Behind::new().unwrap();
        assert_eq!(behind.run(|| -> u32 { panic!("on purpose") }).await, None);
        assert_eq!(behind.run(|| 7).await, Some(7));
    }
}
