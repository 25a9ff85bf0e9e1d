//! One run of a program, from its first instruction to what became of it.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use idlewild_compute_primitives::{outcome::Ending, Digest};
use tokio_util::sync::CancellationToken;
use wasmtime::{Engine, Error, Store, Trap};
use wasmtime_wasi::I32Exit;

use super::{
    clock::Clock,
    code::{Program, START},
    engine::SLICE,
    halt::{Halt, Watch},
    preview2,
    random::Random,
    state::{Limiter, State},
    stdio::Shared,
};
use crate::executor::{ExecutorError, Ran, Run};

/// What a program finds as its own name.
const NAME: &str = "program";
/// Most fuel: the engine counts with a sign.
const MAX_FUEL: u64 = i64::MAX as u64;

/// Runs a program on this thread.
pub(super) fn run(
    engine: &Engine,
    program: &Program,
    digest: Digest,
    run: Run,
    stop: CancellationToken,
) -> Result<Ran, ExecutorError> {
    let began = Instant::now();
    let watch = Watch::new(stop, began, Duration::from_millis(run.limits.time_ms));
    let streams = Shared::open(run.input.as_deref(), &run.output, run.limits.output)?;
    let (ending, used) = match program {
        Program::Unusable(reason) => {
            streams.lock().log.write(reason.as_bytes());
            (Ending::Unusable, 0)
        },
        program => execute(engine, program, digest, run, &streams, &watch)?,
    };
    let mut streams = streams.lock();
    let (length, output) = streams.output.finish()?;
    let log = streams.log.take();
    Ok(Ran { ending, length, output, used, took: began.elapsed(), log })
}

fn execute(
    engine: &Engine,
    program: &Program,
    digest: Digest,
    run: Run,
    streams: &Shared,
    watch: &Watch,
) -> Result<(Ending, u64), ExecutorError> {
    watch.check()?;
    let fuel = run.limits.work.min(MAX_FUEL);
    let random = Random::new(digest, run.arguments.clone(), run.input);
    let mut arguments = run.arguments;
    arguments.insert(0, NAME.to_owned());
    let (wasi, table) = match program {
        Program::Component(_) => preview2::context(&arguments, streams),
        _ => Default::default(),
    };
    let state = State {
        streams: streams.clone(),
        clock: Clock::default(),
        random,
        arguments,
        limiter: Limiter::new(run.limits.memory_mib),
        watch: watch.clone(),
        memory: None,
        closed: [false; 3],
        wasi,
        table,
        calls: 0,
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    let failed = |error: Error| ExecutorError::Engine(format!("{error:#}"));
    store.set_fuel(fuel).map_err(failed)?;
    store.fuel_async_yield_interval(Some(SLICE)).map_err(failed)?;

    let mut begun = false;
    let called = drive(call(&mut store, program, &mut begun), watch)?;
    let left = store.get_fuel().map_err(failed)?;
    let ending = match called {
        Ok(code) => Ending::Exited { code },
        Err(error) => {
            let (ending, reason) = ended(error, begun, store.data().limiter.refused)?;
            streams.lock().log.write(reason.as_bytes());
            ending
        },
    };
    // What it used last it may not have counted before it found that there is no more.
    let used = if ending == Ending::OutOfFuel { fuel } else { fuel.saturating_sub(left) };
    Ok((ending, used))
}

/// Begins a program and waits for its end: its code.
async fn call(store: &mut Store<State>, program: &Program, begun: &mut bool) -> Result<i32, Error> {
    match program {
        Program::Module(ready) => {
            let instance = ready.instantiate_async(&mut *store).await?;
            *begun = true;
            let start = instance.get_typed_func::<(), ()>(&mut *store, START)?;
            start.call_async(store, ()).await.map(|()| 0)
        },
        Program::Component(ready) => {
            let instance = ready.instantiate_async(&mut *store).await?;
            *begun = true;
            let result = instance.wasi_cli_run().call_run(store).await?;
            Ok(i32::from(result.is_err()))
        },
        Program::Unusable(reason) => Err(Error::msg(reason.clone())),
    }
}

/// Runs a future that waits for nothing but to be asked whether it may go on.
fn drive<T>(future: impl Future<Output = T>, watch: &Watch) -> Result<T, ExecutorError> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Ok(value);
        }
        watch.check()?;
    }
}

/// What an error of the engine's means, and what its log says about it.
fn ended(error: Error, begun: bool, refused: bool) -> Result<(Ending, String), ExecutorError> {
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return Ok((Ending::Exited { code: exit.0 }, String::new()));
    }
    let error = match error.downcast::<Halt>() {
        Ok(Halt::Exit(code)) => return Ok((Ending::Exited { code }, String::new())),
        Ok(Halt::Fault(fault)) => return Err(fault),
        Ok(halt @ Halt::TooMuchOutput) => return Ok((Ending::TooMuchOutput, halt.to_string())),
        Ok(halt @ (Halt::Raised(_) | Halt::NoMemory)) => return Ok((Ending::Trapped, halt.to_string())),
        Err(error) => error,
    };
    let reason = error.root_cause().to_string();
    let ending = match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Ending::OutOfFuel,
        // Before the native stack is used up the program's own count of it is, but for functions whose frames are much larger than
        // what they hold, and that is up to the compiler.
        Some(Trap::StackOverflow) => return Err(ExecutorError::Insufficient { what: "stack", reason }),
        _ if refused => Ending::OutOfMemory,
        Some(Trap::UnreachableCodeReached) => return Ok((Ending::Trapped, format!("{reason}, or calls nest too deep"))),
        // What it says before it began is that it could not be given memory or a stack.
        None if !begun => return Err(ExecutorError::Insufficient { what: "memory", reason }),
        _ => Ending::Trapped,
    };
    Ok((ending, reason))
}
