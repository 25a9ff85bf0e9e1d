//! Running a task in a container of its own.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use idlewild_compute_primitives::outcome::Ending;
use tokio_util::sync::CancellationToken;

use super::{
    context::Context,
    engine::AskError,
    held::{Belongings, Held},
    image::Image,
    meter::Meter,
    names::{self, Names},
    network,
    sandbox::{self, Bounds, Place},
    streams::{pump, Input, Log, Output},
    Inner,
};
use crate::executor::{ExecutorError, Prepared, Ran, Run};

/// What ended by a signal has a code above this, and it is the signal's number that is above it.
const SIGNALS: i64 = 128;
const LAST_SIGNAL: i64 = 64;
/// What was killed, by the kernel for want of memory, say.
const KILLED: i64 = SIGNALS + 9;
/// A limit of time above this one is none.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3_600);
/// The least and the most time between two looks at the meter.
const LOOK: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// An image that tasks can be run from.
pub(super) struct Program {
    pub(super) inner: Arc<Inner>,
    pub(super) image: Arc<Image>,
}

#[async_trait]
impl Prepared for Program {
    async fn run(&self, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        let context = self.inner.context().await?;
        let bounds = context.bounds(&run.resources, Some(run.limits.memory_mib))?;
        let mut task = Task {
            image: &self.image,
            stop,
            output: Output::create(&run.output, run.limits.output).await?,
            log: Log::default(),
            bounds,
            context: &context,
            run: &run,
        };
        if let Some(fault) = &self.image.fault {
            return task.unusable(fault).await;
        }
        let input = match &run.input {
            Some(path) => Some(Input::open(path).await?),
            None => None,
        };
        // Who asks for no bandwidth asks for no network.
        let networked = run.resources.up_kbps > 0 || run.resources.down_kbps > 0;
        let id = format!("{:016x}", rand::random::<u64>());
        let names = Names::of(&context.settings.worker, names::TASK, &id);
        let belongings = context.belongings(names, networked);
        let mut held = Held::new(belongings.clone());
        let ended = task.go(&belongings, &mut held, &id, input).await;
        held.release().await;
        match ended? {
            Ended::Ran { ending, used, took } => task.ran(ending, used, took).await,
            Ended::Unusable(reason) => task.unusable(&reason).await,
        }
    }
}

/// A task under way.
struct Task<'a> {
    context: &'a Context,
    image: &'a Image,
    run: &'a Run,
    stop: &'a CancellationToken,
    bounds: Bounds,
    output: Output,
    log: Log,
}

enum Ended {
    Ran { ending: Ending, used: u64, took: Duration },
    Unusable(String),
}

/// Why a container is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Stopped,
    Time,
    Work,
    Output,
}

impl Task<'_> {
    async fn go(
        &mut self,
        belongings: &Belongings,
        held: &mut Held,
        id: &str,
        input: Option<Input>,
    ) -> Result<Ended, ExecutorError> {
        let Context { engine, report, settings, firewall, .. } = self.context;
        let name = &belongings.names.container;
        let labels = [(names::WORKER, settings.worker.clone()), (names::TASK, id.to_owned())];
        let mut place = Place {
            labels: HashMap::from(labels.map(|(label, value)| (label.to_owned(), value))),
            group: belongings.group.as_ref().map(|group| group.path().to_owned()),
            network: None,
            disk: self.context.disk(belongings, &self.bounds).await?,
            arguments: self.run.arguments.clone(),
        };
        if belongings.networked {
            self.unless_stopped()?;
            network::open(engine, firewall, &belongings.names, &place.labels).await?;
            place.network = Some(name.clone());
        }
        let has_input = input.is_some();
        let mut body = sandbox::body(self.image, &self.bounds, &place, report);
        body.attach_stdin = Some(has_input);
        body.open_stdin = Some(has_input);
        // So that the end of the input is the end of it for the program as well.
        body.stdin_once = Some(has_input);
        body.attach_stdout = Some(true);
        body.attach_stderr = Some(true);
        if let (true, Some(host)) = (belongings.networked, body.host_config.as_mut()) {
            host.dns = Some(settings.resolvers.iter().map(ToString::to_string).collect());
        }
        self.unless_stopped()?;
        held.asked();
        let created = engine.create(name, body).await;
        if !matches!(created, Err(AskError::Failed { .. })) {
            held.answered();
        }
        let container = match created {
            Ok(container) => container,
            Err(AskError::Refused { status: 404, reason, .. }) if is_about_image(&reason) => return Err(self.image.lose()),
            Err(AskError::Refused { reason, .. }) if is_of_image(&reason) => return Ok(Ended::Unusable(reason)),
            Err(error) => return Err(error.into()),
        };
        self.unless_stopped()?;
        let attached = engine.attach(name, has_input).await?;
        let begun = Instant::now();
        match network::start(belongings).await? {
            Ok(()) => {},
            // Not even the engine's own part of it fits.
            Err(AskError::Refused { reason, .. }) if is_want_of_memory(&reason) => {
                return Ok(Ended::Ran { ending: Ending::OutOfMemory, used: 0, took: begun.elapsed() })
            },
            Err(AskError::Refused { status: 400, reason, .. }) => return Ok(Ended::Unusable(reason)),
            Err(error) => return Err(error.into()),
        }
        let meter = Meter::new(belongings.group.clone(), engine, &container, report, settings.metering);
        let outcome = {
            let watch = Watch::new(self.run, self.bounds.cpu_milli, &meter, self.stop);
            let (output, log) = (&mut self.output, &mut self.log);
            let through = async {
                match pump(attached, input, output, log).await? {
                    true => Ok(Ok(engine.ended(name).await?)),
                    false => Ok(Err(Cut::Output)),
                }
            };
            tokio::select! {
                through = through => through,
                cut = watch.cut() => Ok::<_, ExecutorError>(Err(cut)),
            }
        }?;
        let ending = match outcome {
            Ok(code) => self.judge(name, code, &meter).await?,
            // It is removed with all that runs in it.
            Err(Cut::Stopped) => return Err(ExecutorError::Stopped),
            Err(cut) => {
                engine.kill(name).await?;
                // Only then nothing is added to what it has used.
                let gone = tokio::time::timeout(engine.limit(), engine.ended(name)).await;
                gone.map_err(|_| ExecutorError::Engine("a container does not end when it is killed".into()))??;
                match cut {
                    Cut::Work => Ending::OutOfFuel,
                    Cut::Output => Ending::TooMuchOutput,
                    Cut::Time | Cut::Stopped => Ending::OutOfTime,
                }
            },
        };
        // What was used above the limit before that was noticed is not the requester's to pay.
        let used = meter.used_ms().min(self.run.limits.work);
        Ok(Ended::Ran { ending, used, took: begun.elapsed() })
    }

    fn unless_stopped(&self) -> Result<(), ExecutorError> {
        match self.stop.is_cancelled() {
            true => Err(ExecutorError::Stopped),
            false => Ok(()),
        }
    }

    /// What the code means that a container ended with.
    async fn judge(&mut self, name: &str, code: i64, meter: &Meter) -> Result<Ending, ExecutorError> {
        if code == 0 {
            return Ok(Ending::Exited { code: 0 });
        }
        // It asks the engine once more, so that what an engine ended because it ends itself is not taken for the program's doing.
        let state = self.context.engine.inspect(name).await?.state.unwrap_or_default();
        let was_killed = state.oom_killed == Some(true);
        // Where the engine heard too late of what the kernel did.
        let was_full = code == KILLED && meter.peak().is_some_and(|peak| peak >= self.bounds.memory);
        let ending = ending(code, was_killed || was_full);
        match ending {
            Ending::Trapped => self.log.note(&format!("ended by signal {}", code - SIGNALS)),
            Ending::OutOfMemory => self.log.note(&format!("it wanted more than {} MiB of memory", self.bounds.memory >> 20)),
            _ => {},
        }
        Ok(ending)
    }

    async fn unusable(mut self, reason: &str) -> Result<Ran, ExecutorError> {
        self.log.note(reason);
        self.ran(Ending::Unusable, 0, Duration::ZERO).await
    }

    async fn ran(self, ending: Ending, used: u64, took: Duration) -> Result<Ran, ExecutorError> {
        let (length, output) = self.output.finish().await?;
        Ok(Ran { ending, length, output, used, took, log: self.log.finish() })
    }
}

/// How something ended that ended by itself.
fn ending(code: i64, for_want_of_memory: bool) -> Ending {
    match code {
        // Where a part of it was ended and the rest got along, it got along.
        0 => Ending::Exited { code: 0 },
        _ if for_want_of_memory => Ending::OutOfMemory,
        code if (SIGNALS + 1..=SIGNALS + LAST_SIGNAL).contains(&code) => Ending::Trapped,
        code => Ending::Exited { code: i32::try_from(code).unwrap_or(i32::MAX) },
    }
}

/// What ends a task that does not end by itself.
struct Watch<'a> {
    deadline: tokio::time::Instant,
    work: u64,
    cpu_milli: u64,
    meter: &'a Meter,
    stop: &'a CancellationToken,
}

impl<'a> Watch<'a> {
    fn new(run: &Run, cpu_milli: u32, meter: &'a Meter, stop: &'a CancellationToken) -> Self {
        let time = Duration::from_millis(run.limits.time_ms).min(LONGEST);
        Self {
            deadline: tokio::time::Instant::now() + time,
            work: run.limits.work,
            cpu_milli: cpu_milli.max(1).into(),
            meter,
            stop,
        }
    }

    async fn cut(&self) -> Cut {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Cut::Stopped,
            () = tokio::time::sleep_until(self.deadline) => Cut::Time,
            () = self.worked() => Cut::Work,
        }
    }

    /// Until it has used all the processor time that it may.
    async fn worked(&self) {
        loop {
            let left = self.work.saturating_sub(self.meter.used_ms());
            if left == 0 {
                return;
            }
            // It cannot use it up sooner, with the share of the processor that it has.
            let soonest = Duration::from_millis(left.saturating_mul(1_000) / self.cpu_milli);
            tokio::time::sleep(soonest.clamp(LOOK.0, LOOK.1)).await;
        }
    }
}

/// Whether the engine says that it has no such image.
fn is_about_image(reason: &str) -> bool {
    reason.to_lowercase().contains("no such image")
}

/// Whether what the engine says is true of the image wherever it is run.
fn is_of_image(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    ["no command specified", "working directory"].iter().any(|words| reason.contains(words))
}

/// Whether a container could not begin because its memory is less than beginning takes.
fn is_want_of_memory(reason: &str) -> bool {
    reason.contains("memory limit too low") || reason.contains("OOM-killed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_they_mean_to_a_shell() {
        let cases = [
            ((0, false), Ending::Exited { code: 0 }),
            ((0, true), Ending::Exited { code: 0 }),
            ((3, false), Ending::Exited { code: 3 }),
            ((128, false), Ending::Exited { code: 128 }),
            ((137, true), Ending::OutOfMemory),
            ((1, true), Ending::OutOfMemory),
            ((137, false), Ending::Trapped),
            ((139, false), Ending::Trapped),
            ((255, false), Ending::Exited { code: 255 }),
        ];
        for ((code, memory), expected) in cases {
            assert_eq!(ending(code, memory), expected, "{code}");
        }
    }
}
