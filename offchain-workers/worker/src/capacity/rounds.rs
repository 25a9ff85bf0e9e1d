//! Follows the rounds: asks the disks, waits, claims, and counts what was won.

use std::{
    panic::{catch_unwind, AssertUnwindSafe},
    sync::{atomic::Ordering, Arc},
    thread,
    time::{Duration, Instant},
};

use futures::{FutureExt, StreamExt};
use idlewild_capacity::scan::Question;
use idlewild_capacity_primitives::{view::RoundsView, Balance, RoundIndex};
use idlewild_chain_client::{
    capacity::Tips, coins::show_coins, Call, CapacityClient, Event, Outcome, ReadError, SubmitError, Submitter, Tip,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    disk::{Answered, Answers, Find},
    hunt::{Hunt, Next, UNHEARD},
    progress::Progress,
};
use crate::pause::{after, rest};

/// How long the chain may be silent before it is asked again.
const SILENCE: Duration = Duration::from_secs(90);
/// After how many refusals in a row the rounds without a claim, which double each time, are no more: some two hours.
const LONGEST_QUIET: u32 = 7;

/// Reasons to refuse a claim that are over with its round.
const OF_THIS_ROUND: [&str; 5] = ["RoundNotOpen", "OtherChallenge", "TooPoor", "TooManyOfAccount", "TooManyOfRound"];

/// What the role claims with.
pub struct Parts {
    /// The chain.
    pub chain: Arc<dyn CapacityClient>,
    /// Sends the claims.
    pub submitter: Arc<Submitter>,
    /// The account whose plots they are, where that is another than the one that signs.
    pub of: Option<[u8; 32]>,
    /// What answers.
    pub disks: Vec<Arc<dyn Answers>>,
    /// Where it is noted how the role stands.
    pub progress: Arc<Progress>,
}

/// What comes from other threads and tasks.
enum News {
    /// A disk has answered.
    Answered { disk: usize, question: Question, answered: Answered, took: Duration },
    /// It is known what became of a claim.
    Claimed { question: Question, find: Find, outcome: Result<Outcome, SubmitError> },
}

struct Rounds {
    parts: Parts,
    length: u32,
    hunts: Vec<Hunt>,
    /// Disks that have not answered yet.
    busy: Vec<bool>,
    seen: Option<(Tip, RoundsView)>,
    /// The newest block when a claim was sent of which it is not known what became of it. Until then no other round is claimed.
    in_flight: Option<u32>,
    /// Whether the node is still fetching what others have.
    syncing: bool,
    /// The least bond of a round of which it was said that it is not there.
    told_least: Balance,
    /// Claims in a row that the chain refused for a reason that the next round will not change by itself.
    refusals: u32,
    /// The round before which no claim is made after such.
    quiet_until: RoundIndex,
    /// Whether a claim did not get onto the chain at the present block: with the next one it may.
    needs_tip: bool,
    /// The last round of which is known who won it.
    settled: Option<RoundIndex>,
    sender: mpsc::UnboundedSender<News>,
    news: mpsc::UnboundedReceiver<News>,
}

/// Answers rounds until `stop`.
pub async fn run(parts: Parts, stop: CancellationToken) {
    let (sender, news) = mpsc::unbounded_channel();
    let busy = vec![false; parts.disks.len()];
    let mut rounds = Rounds {
        parts,
        length: 0,
        hunts: Vec::new(),
        busy,
        seen: None,
        in_flight: None,
        syncing: false,
        told_least: 0,
        refusals: 0,
        quiet_until: 0,
        needs_tip: false,
        settled: None,
        sender,
        news,
    };
    let mut failures = 0u32;
    loop {
        let before = rounds.seen.as_ref().map(|(tip, _)| *tip);
        let followed = tokio::select! {
            () = stop.cancelled() => return,
            followed = rounds.follow() => followed,
        };
        failures = if rounds.seen.as_ref().map(|(tip, _)| *tip) == before { failures.saturating_add(1) } else { 1 };
        if let Err(error) = followed {
            tracing::warn!(%error, "the rounds cannot be followed; trying again");
        }
        if !rest(after(failures), &stop).await {
            return;
        }
    }
}

impl Parts {
    /// The account whose plots they are.
    fn account(&self) -> [u8; 32] {
        self.of.unwrap_or_else(|| self.submitter.account())
    }
}

impl Rounds {
    async fn follow(&mut self) -> Result<(), ReadError> {
        self.length = self.parts.chain.round_rules().await?.length;
        let mut tips = self.parts.chain.tips().await?;
        loop {
            tokio::select! {
                tip = tokio::time::timeout(SILENCE, tips.next()) => match tip {
                    Ok(Some(tip)) => {
                        let tip = newest(tip?, &mut tips)?;
                        self.arrive(tip).await?;
                    },
                    Ok(None) => return Ok(()),
                    Err(_) => {
                        tracing::warn!("the node has told of no block for {} seconds", SILENCE.as_secs());
                        return Ok(());
                    },
                },
                Some(news) = self.news.recv() => self.take_in(news),
            }
            self.act();
        }
    }

    /// Takes in a block.
    async fn arrive(&mut self, tip: Tip) -> Result<(), ReadError> {
        if self.is_behind().await? {
            // What it tells of is over: to read disks for it, or to claim, would be in vain.
            self.hunts.clear();
            self.seen = None;
            return Ok(());
        }
        let view = self.parts.chain.rounds(tip.hash).await?;
        // What the chain has closed, or asks otherwise on another fork, is over.
        self.hunts.retain(|hunt| asks(&view, &hunt.question));
        let newest = view
            .rounds
            .iter()
            .find_map(|round| Some((Question { round: round.round, challenge: round.challenge? }, round.bond)));
        if let Some((question, least)) = newest.filter(|(asked, _)| self.hunts.iter().all(|hunt| hunt.question != *asked)) {
            self.begin(question, least).await?;
        }
        self.seen = Some((tip, view));
        self.needs_tip = false;
        Ok(())
    }

    /// Whether the node still fetches what others have. Says so when that changes.
    async fn is_behind(&mut self) -> Result<bool, ReadError> {
        let syncing = self.parts.chain.is_syncing().await?;
        match std::mem::replace(&mut self.syncing, syncing) {
            false if syncing => tracing::warn!("the node is still fetching blocks: no round is answered until it has them"),
            true if !syncing => tracing::info!("the node has caught up: rounds are answered again"),
            _ => {},
        }
        Ok(syncing)
    }

    /// Begins to answer a round that wants a bond of `least`.
    async fn begin(&mut self, question: Question, least: Balance) -> Result<(), ReadError> {
        let account = self.parts.account();
        let bond = self.parts.chain.capacity_bond(account).await?;
        let network = self.parts.chain.estimate().await?.bytes;
        self.count_wins(account).await?;
        self.look_at_bond(bond.map_or(0, |(bond, _)| bond), least);
        self.parts.progress.note(|report| {
            (report.bond, report.rounds_left) = bond.unwrap_or_default();
            (report.round, report.network) = (question.round, network);
        });
        for (disk, busy) in self.parts.disks.iter().zip(&self.busy) {
            if *busy {
                tracing::warn!(
                    disk = disk.name(),
                    round = question.round,
                    "this disk is still reading for the round before; it skips this one unless it gets done"
                );
                self.parts.progress.note(|report| report.skipped = report.skipped.saturating_add(1));
            }
        }
        self.hunts.push(Hunt::new(question));
        Ok(())
    }

    /// Says when what stands for claims went down, or is too little.
    fn look_at_bond(&mut self, bond: Balance, least: Balance) {
        let before = self.parts.progress.report().bond;
        if bond < before {
            tracing::error!(
                "the bond for claims went down from {} to {}: it was taken back, or a claim was false",
                show_coins(before),
                show_coins(bond)
            );
        }
        let is_low = bond > 0 && bond < least;
        if is_low && self.told_least != least {
            tracing::warn!(
                "a claim needs a bond of {} now, and {} stands: none is made until there is more (`bond` in the configuration, or                 `idlewild-worker bond --claims`)",
                show_coins(least),
                show_coins(bond)
            );
        }
        self.told_least = if is_low { least } else { 0 };
    }

    /// Counts the rounds that were won since the last look.
    async fn count_wins(&mut self, account: [u8; 32]) -> Result<(), ReadError> {
        let records = self.parts.chain.records(None).await?.records;
        let newest = records.first().map(|record| record.round);
        if let Some(settled) = self.settled {
            for record in records.iter().filter(|record| record.round > settled && record.winner == Some(account)) {
                tracing::info!(round = record.round, "won {}", show_coins(record.reward));
                self.parts.progress.note(|report| {
                    report.won = report.won.saturating_add(1);
                    report.earned = report.earned.saturating_add(record.reward);
                });
            }
        }
        self.settled = newest.max(self.settled).or(Some(0));
        Ok(())
    }

    fn take_in(&mut self, news: News) {
        match news {
            News::Answered { disk, question, answered, took } => {
                if let Some(busy) = self.busy.get_mut(disk) {
                    *busy = false;
                }
                if answered.abandoned {
                    return;
                }
                tracing::debug!(round = question.round, disk, ?answered, ?took, "a disk has answered");
                self.parts.progress.note(|report| {
                    report.scanned = report.scanned.saturating_add(1);
                    (report.scan_bytes, report.scan_ms) = (answered.bytes, u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
                });
                if let Some(hunt) = self.hunts.iter_mut().find(|hunt| hunt.question == question) {
                    hunt.found(answered.best);
                }
            },
            News::Claimed { question, find, outcome } => {
                self.in_flight = None;
                self.judge(question, find, outcome);
            },
        }
    }

    /// Tells what became of a claim.
    fn judge(&mut self, question: Question, find: Find, outcome: Result<Outcome, SubmitError>) {
        let (round, account) = (question.round, self.parts.account());
        let mut again = false;
        let mut taken = None;
        match outcome {
            Ok(outcome) => {
                let is_false = |event: &Event| matches!(event, Event::RoundClaimedFalsely { round: of, miner, .. } if (*of, *miner) == (round, account));
                if outcome.events.iter().any(is_false) {
                    tracing::error!(
                        round,
                        "the chain found a claim false, and it cost bond. None is made any more until this is started again: is this \
                        program as new as the chain?"
                    );
                    self.parts.progress.note(|report| report.claimed_falsely = report.claimed_falsely.saturating_add(1));
                } else {
                    self.refusals = 0;
                    taken = Some(outcome.block);
                    tracing::info!(round, quality = find.quality, block = outcome.block, "claimed: the best answer so far");
                    self.parts.progress.note(|report| report.claimed = report.claimed.saturating_add(1));
                }
            },
            Err(error) if error.is("Capacity", "NotBetter") => tracing::info!(round, "somebody had a better answer"),
            Err(error) if error.is("Capacity", "TooManyInBlock") => {
                tracing::info!(round, "the block had as many claims as it takes: this one is made again");
                again = true;
            },
            // Nothing was done, as where the chain went another way: what it asks now is looked at again.
            Err(error @ (SubmitError::Invalid(_) | SubmitError::Nonce | SubmitError::Expired { .. })) => {
                tracing::debug!(round, %error, "a claim did not get onto the chain");
                again = true;
            },
            Err(error) if OF_THIS_ROUND.iter().any(|name| error.is("Capacity", name)) => {
                tracing::warn!(round, %error, "a claim came to nothing");
            },
            Err(error @ (SubmitError::Refused { .. } | SubmitError::CannotPay)) => {
                // A bond, coins or a proxy is missing. Each such claim costs a fee: the next ones come ever later.
                self.refusals = self.refusals.saturating_add(1);
                let pause = 1u32 << self.refusals.min(LONGEST_QUIET);
                self.quiet_until = round.saturating_add(pause);
                tracing::warn!(round, %error, "a claim was refused; none is made for {pause} rounds");
            },
            Err(error) => {
                tracing::warn!(round, %error, "it is not known what became of a claim");
                return;
            },
        }
        self.needs_tip |= again;
        let Some(hunt) = self.hunts.iter_mut().find(|hunt| hunt.question == question) else { return };
        match taken {
            Some(block) => hunt.taken(find.quality, block),
            None if again => hunt.claim_again(find.quality),
            None => hunt.in_vain(find.quality),
        }
    }

    /// Whether the chain would hear a claim.
    fn may_claim(&self) -> bool {
        let report = self.parts.progress.report();
        report.bond > 0 && report.rounds_left == 0 && report.claimed_falsely == 0 && !self.needs_tip
    }

    /// Asks disks, and claims what is due.
    fn act(&mut self) {
        let may_claim = self.may_claim();
        let Some((tip, view)) = self.seen.take() else { return };
        if let Some(hunt) = self.hunts.last_mut() {
            for (disk, busy) in self.busy.iter_mut().enumerate() {
                if !*busy && !hunt.asked.contains(&disk) {
                    hunt.asked.push(disk);
                    *busy = ask(&self.parts.disks, disk, hunt, &self.sender);
                }
            }
        }
        let (quiet_until, bond) = (self.quiet_until, self.parts.progress.report().bond);
        // One of which nothing was heard for so long that it is made again holds up no other.
        let waits = self.in_flight.is_some_and(|at| tip.number < at.saturating_add(UNHEARD));
        for hunt in self.hunts.iter_mut().filter(|hunt| may_claim && !waits && hunt.question.round >= quiet_until) {
            let round = view.rounds.iter().find(|round| round.round == hunt.question.round && round.bond <= bond);
            let Some(round) = round else { continue };
            if let Next::Claim(find) = hunt.next(round, tip.number, view.now, self.length) {
                hunt.claiming(find.quality, tip.number);
                claim(&self.parts, hunt.question, find, tip, self.sender.clone());
                self.in_flight = Some(tip.number);
                break;
            }
        }
        self.seen = Some((tip, view));
    }
}

/// Whether a round is open and asks this.
fn asks(view: &RoundsView, question: &Question) -> bool {
    view.rounds
        .iter()
        .any(|round| round.round == question.round && round.challenge == Some(question.challenge) && view.now < round.closes)
}

/// The newest of the tips that have come.
fn newest(mut tip: Tip, tips: &mut Tips) -> Result<Tip, ReadError> {
    while let Some(Some(next)) = tips.next().now_or_never() {
        tip = next?;
    }
    Ok(tip)
}

/// Has a disk answer. On a thread that nobody waits for: a read from a disk that hangs never ends. Returns whether it was begun.
fn ask(disks: &[Arc<dyn Answers>], disk: usize, hunt: &Hunt, sender: &mpsc::UnboundedSender<News>) -> bool {
    let Some(answers) = disks.get(disk).cloned() else { return false };
    let (question, over, sender) = (hunt.question, hunt.over(), sender.clone());
    let work = move || {
        let began = Instant::now();
        let answer = || answers.answer(&question, &|| over.load(Ordering::Relaxed));
        // A disk that nothing is heard of any more would be taken for one that hangs.
        let answered = catch_unwind(AssertUnwindSafe(answer)).unwrap_or_default();
        // Nobody listens where the worker stops.
        let _ = sender.send(News::Answered { disk, question, answered, took: began.elapsed() });
    };
    let begun = thread::Builder::new().name("scan".into()).spawn(work);
    if let Err(error) = &begun {
        tracing::warn!(%error, "no thread could be begun to read a disk");
    }
    begun.is_ok()
}

/// Claims an answer, on chains with the block that asked for it alone: on another fork it would be false.
fn claim(parts: &Parts, question: Question, find: Find, tip: Tip, sender: mpsc::UnboundedSender<News>) {
    let (submitter, of) = (parts.submitter.clone(), parts.of);
    tokio::spawn(async move {
        let Find { quality, seed, nonce } = find;
        let call = Call::ClaimRound { of, round: question.round, challenge: question.challenge, seed, nonce, quality };
        let outcome = submitter.submit_since(call, Some(tip.hash)).await;
        let _ = sender.send(News::Claimed { question, find, outcome });
    });
}
