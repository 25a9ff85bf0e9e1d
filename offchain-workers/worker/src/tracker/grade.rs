//! How fast a provider's machine is: it is made to work, and how long that takes is looked at.
//!
//! What it says is checked by doing some of it again here, once time does not count any more. Of the time that an answer takes the way
//! there and back is taken off.

use std::time::{Duration, Instant};

use idlewild_chain_client::Keypair;
use idlewild_compute::benchmark::{self, work};
use idlewild_compute_primitives::{resources::Grade, view::ProviderView, Digest, PanelId, SeatId};
use idlewild_network::{
    address::AddressError,
    network::OpenError,
    transfer::wire::{self, WireError},
    DialError, Network, PeerAddr, Stream,
};
use rand::Rng;

use crate::compute::machine::{self, Answer, Ask, Hello, Why, PROTOCOL};

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(30);
/// How long all of it may take.
const ALL: Duration = Duration::from_secs(110);
/// Times that the way is measured: the shortest counts.
const PINGS: usize = 4;
/// Stretches of a core's work that are done again. Who leaves a fifth of them out is found out in 39 of 40 cases.
const PICKS: usize = 16;
/// What is asked for at first.
const FIRST_ROUNDS: u64 = 1 << 10;
const FIRST_FILE: u64 = 8 << 20;

/// The grade of a machine that cannot be relied on: as slow as can be.
pub(super) const NONE: Grade = Grade { core: 0, memory: 0, disk: 0, gpu: 0 };

/// Why a machine was not measured. It may be tried again.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// Its address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// It is not reached.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// It does not speak to this tracker.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The stream failed.
    #[error("the provider broke off: {0}")]
    Wire(#[from] WireError),
    /// Another tracker measures it.
    #[error("the provider is being measured by another tracker")]
    Busy,
    /// It does not work.
    #[error("the provider refuses: {0:?}")]
    Refused(Why),
    /// It answered something else.
    #[error("the provider answered something else than was asked")]
    Unexpected,
    /// It took too long.
    #[error("the provider took longer than {ALL:?}")]
    TooSlow,
    /// Nothing could be done again here.
    #[error("this machine could not check what the provider answered")]
    Unchecked,
}

/// Who measures.
pub(super) struct Measuring<'a> {
    /// The network that it asks on.
    pub(super) network: &'a Network,
    /// Its account's keys.
    pub(super) keys: &'a Keypair,
    /// Its seat.
    pub(super) seat: SeatId,
    /// The panel.
    pub(super) panel: PanelId,
}

/// What a machine did, in a second, and what has to be done again to believe it.
struct Measured {
    core: u64,
    memory: u64,
    disk_write: u64,
    disk_read: u64,
    checks: Checks,
}

struct Checks {
    lanes: u32,
    core: (Digest, u32, Vec<Vec<work::Mark>>),
    memory: (Digest, u32, Digest),
    disk: (Digest, u64, Digest, Digest),
}

impl Checks {
    /// Whether it did what it was asked, as far as that is looked at.
    fn hold(&self) -> bool {
        let all = (self.lanes as usize).saturating_mul(work::STRETCHES);
        let picks: Vec<usize> = (0..PICKS).map(|_| rand::thread_rng().gen_range(0..all.max(1))).collect();
        let (seed, rounds, marks) = &self.core;
        let (memory_seed, passes, memory) = &self.memory;
        let (disk_seed, bytes, key, disk) = &self.disk;
        work::is_core(seed, self.lanes, *rounds, marks, &picks)
            && work::read_of(disk_seed, *bytes, key) == *disk
            && work::memory(memory_seed, self.lanes, work::MEMORY, *passes) == *memory
    }
}

impl Measuring<'_> {
    /// Measures a provider's machine. What answers wrongly has no grade.
    pub(super) async fn grade(&self, provider: &ProviderView) -> Result<Grade, MeasureError> {
        let measured = tokio::time::timeout(ALL, self.measure(provider)).await.map_err(|_| MeasureError::TooSlow)??;
        let Measured { core, memory, disk_write, disk_read, checks } = measured;
        // Beside everything else that this machine does: time for a verdict is short, and to be late costs something.
        if !tokio::task::spawn_blocking(move || checks.hold()).await.map_err(|_| MeasureError::Unchecked)? {
            tracing::warn!(provider = provider.id, "a provider's machine answers wrongly");
            return Ok(NONE);
        }
        Ok(benchmark::graded(core, memory, disk_write, disk_read))
    }

    async fn measure(&self, provider: &ProviderView) -> Result<Measured, MeasureError> {
        let peer = PeerAddr::new(provider.peer_key, &provider.endpoint)?;
        self.network.connect(&peer).await?;
        let id = peer.peer_id().map_err(DialError::from)?;
        let stream = self.network.open_stream(id, PROTOCOL).await?;
        let mut talk = Talk { stream, way: Duration::ZERO };
        talk.greet(&self.hello(provider)).await?;
        let lanes = machine::lanes(provider.offered.cpu_milli);
        let (core, core_check) = talk.core(lanes).await?;
        let (memory, memory_check) = talk.memory(lanes).await?;
        let (disk_write, disk_read, disk_check) = talk.disk().await?;
        // That it hears of the end is for its sake.
        let _ = wire::close(&mut talk.stream, ANSWER).await;
        let checks = Checks { lanes, core: core_check, memory: memory_check, disk: disk_check };
        Ok(Measured { core, memory, disk_write, disk_read, checks })
    }

    fn hello(&self, provider: &ProviderView) -> Hello {
        let key = self.network.peer_key();
        let message = machine::signed(self.network.genesis(), self.panel, self.seat, &provider.peer_key, &key);
        let signature = self.keys.sign(&message).0;
        Hello { panel: self.panel, seat: self.seat, account: self.keys.public_key().0, key, signature }
    }
}

/// A conversation with a provider.
struct Talk {
    stream: Stream,
    /// How long it takes to be asked and to answer nothing.
    way: Duration,
}

impl Talk {
    async fn greet(&mut self, hello: &Hello) -> Result<(), MeasureError> {
        wire::write_frame(&mut self.stream, hello, ANSWER).await?;
        match wire::read_frame(&mut self.stream, ANSWER).await? {
            Answer::Ready => {},
            Answer::Busy => return Err(MeasureError::Busy),
            Answer::Refused(why) => return Err(MeasureError::Refused(why)),
            _ => return Err(MeasureError::Unexpected),
        }
        let mut shortest = ANSWER;
        for _ in 0..PINGS {
            match self.ask(Ask::Ping).await? {
                (Answer::Pong, took) => shortest = shortest.min(took),
                _ => return Err(MeasureError::Unexpected),
            }
        }
        self.way = shortest;
        Ok(())
    }

    /// An answer, and how long it took without the way.
    async fn ask(&mut self, ask: Ask) -> Result<(Answer, Duration), MeasureError> {
        let began = Instant::now();
        wire::write_frame(&mut self.stream, &ask, ANSWER).await?;
        let answer: Answer = wire::read_frame(&mut self.stream, ANSWER).await?;
        match answer {
            Answer::Refused(why) => Err(MeasureError::Refused(why)),
            answer => Ok((answer, began.elapsed().saturating_sub(self.way))),
        }
    }

    /// Steps a second of each core, and what to check.
    async fn core(&mut self, lanes: u32) -> Result<(u64, (Digest, u32, Vec<Vec<work::Mark>>)), MeasureError> {
        let mut size = FIRST_ROUNDS;
        loop {
            let (seed, rounds) = (rand::random(), small(size));
            let (Answer::Marks(marks), took) = self.ask(Ask::Core { seed, lanes, rounds }).await? else {
                return Err(MeasureError::Unexpected);
            };
            match work::next(size, took, work::MOST_ROUNDS.into()) {
                Some(next) => size = next,
                None => return Ok((benchmark::rate(work::steps(rounds), took), (seed, rounds, marks))),
            }
        }
    }

    /// Bytes a second of memory, and what to check.
    async fn memory(&mut self, lanes: u32) -> Result<(u64, (Digest, u32, Digest)), MeasureError> {
        let mut size = u64::from(work::FIRST_PASSES);
        loop {
            let (seed, passes) = (rand::random(), small(size));
            let (Answer::Digest(found), took) = self.ask(Ask::Memory { seed, lanes, passes }).await? else {
                return Err(MeasureError::Unexpected);
            };
            match work::next(size, took, work::MOST_PASSES.into()) {
                Some(next) => size = next,
                None => return Ok((benchmark::rate(work::moved(work::MEMORY, passes), took), (seed, passes, found))),
            }
        }
    }

    /// Bytes a second of the disk, in writing and in reading, and what to check.
    async fn disk(&mut self) -> Result<(u64, u64, (Digest, u64, Digest, Digest)), MeasureError> {
        let mut bytes = FIRST_FILE;
        loop {
            let seed = rand::random();
            let (Answer::Written, wrote) = self.ask(Ask::Write { seed, bytes }).await? else {
                return Err(MeasureError::Unexpected);
            };
            if let Some(next) = work::next(bytes, wrote, work::MOST_FILE) {
                bytes = next.next_multiple_of(work::BLOCK as u64);
                continue;
            }
            let key = rand::random();
            let (Answer::Digest(found), read) = self.ask(Ask::Read { key }).await? else {
                return Err(MeasureError::Unexpected);
            };
            return Ok((benchmark::rate(bytes, wrote), benchmark::rate(bytes, read), (seed, bytes, key, found)));
        }
    }
}

fn small(size: u64) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_an_answer_is_checked() {
        let lanes = 2;
        let (seed, key, bytes) = ([1; 32], [2; 32], 2 * work::BLOCK as u64);
        let sound = || Checks {
            lanes,
            core: (seed, 1, work::core(&seed, lanes, 1)),
            memory: (seed, 1, work::memory(&seed, lanes, work::MEMORY, 1)),
            disk: (seed, bytes, key, work::read_of(&seed, bytes, &key)),
        };
        assert!(sound().hold());
        let mut lazy = sound();
        // Every second stretch left out: no sixteen picks miss that, but in one of 65,536 cases.
        lazy.core.2 = lazy.core.2.iter().map(|marks| marks.iter().map(|_| marks[0]).collect()).collect();
        assert!(!lazy.hold());
        for wrong in [
            Checks { memory: (seed, 1, [0; 32]), ..sound() },
            Checks { disk: (seed, bytes, [3; 32], sound().disk.3), ..sound() },
            Checks { lanes: 1, ..sound() },
        ] {
            assert!(!wrong.hold());
        }
    }
}
