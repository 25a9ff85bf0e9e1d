//! WASI preview 2 for components: wasmtime-wasi's, but for everything that would differ from run to run.
//!
//! There are no folders, sockets cannot be made, and time and randomness are the program's own. Interfaces are put in place of
//! wasmtime-wasi's under the very names that it gives them.

use async_trait::async_trait;
use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use wasmtime::{
    component::{Linker, Resource},
    Engine, Error, Result, StoreContextMut,
};
use wasmtime_wasi::{
    cli::{IsTerminal, StdinStream, StdoutStream},
    p2::{
        add_to_linker_async,
        bindings::{
            clocks::wall_clock::Datetime,
            sockets::network::{ErrorCode, IpAddressFamily},
            sockets::{tcp::TcpSocket, udp::UdpSocket},
        },
        subscribe, DynPollable, InputStream, OutputStream, Pollable, StreamError, StreamResult,
    },
    ResourceTable, WasiCtx,
};

use super::{
    clock::{Timer, EPOCH, STEP},
    halt::Halt,
    state::{charge, charge_each, State},
    stdio::Shared,
};

/// Most bytes of randomness, and of a stream, in one call.
const PIECE: usize = 64 << 10;
/// Most handles of a program.
const HANDLES: usize = 4_096;
const NANOSECONDS: u64 = 1_000_000_000;

type Cx<'a> = StoreContextMut<'a, State>;

/// What a component has.
pub(super) fn context(arguments: &[String], streams: &Shared) -> (WasiCtx, ResourceTable) {
    let mut builder = WasiCtx::builder();
    builder.args(arguments).stdin(Stdin(streams.clone())).stdout(Out { streams: streams.clone(), is_log: false });
    builder.stderr(Out { streams: streams.clone(), is_log: true }).allow_tcp(false).allow_udp(false);
    let mut table = ResourceTable::new();
    table.set_max_capacity(HANDLES);
    (builder.build(), table)
}

/// All that a component can import.
pub(super) fn linker(engine: &Engine) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    add_to_linker_async(&mut linker)?;
    linker.allow_shadowing(true);

    let mut clock = linker.instance("wasi:clocks/monotonic-clock@0.2.6")?;
    clock.func_wrap("now", |mut cx: Cx<'_>, (): ()| {
        charge(&mut cx, 0)?;
        Ok((cx.data().clock.read(),))
    })?;
    clock.func_wrap("resolution", |mut cx: Cx<'_>, (): ()| charge(&mut cx, 0).map(|()| (STEP,)))?;
    clock.func_wrap("subscribe-instant", |mut cx: Cx<'_>, (moment,): (u64,)| timer(&mut cx, moment))?;
    clock.func_wrap("subscribe-duration", |mut cx: Cx<'_>, (duration,): (u64,)| {
        let moment = cx.data().clock.now().saturating_add(duration);
        timer(&mut cx, moment)
    })?;

    let mut clock = linker.instance("wasi:clocks/wall-clock@0.2.6")?;
    clock.func_wrap("now", |mut cx: Cx<'_>, (): ()| {
        charge(&mut cx, 0)?;
        Ok((datetime(EPOCH.saturating_add(cx.data().clock.read())),))
    })?;
    clock.func_wrap("resolution", |mut cx: Cx<'_>, (): ()| charge(&mut cx, 0).map(|()| (datetime(STEP),)))?;

    let mut random = linker.instance("wasi:random/random@0.2.6")?;
    random.func_wrap("get-random-bytes", |mut cx: Cx<'_>, (length,): (u64,)| random_bytes(&mut cx, length))?;
    random.func_wrap("get-random-u64", |mut cx: Cx<'_>, (): ()| Ok((random_number(&mut cx)?,)))?;
    let mut random = linker.instance("wasi:random/insecure@0.2.6")?;
    random.func_wrap("get-insecure-random-bytes", |mut cx: Cx<'_>, (length,): (u64,)| random_bytes(&mut cx, length))?;
    random.func_wrap("get-insecure-random-u64", |mut cx: Cx<'_>, (): ()| Ok((random_number(&mut cx)?,)))?;
    let mut random = linker.instance("wasi:random/insecure-seed@0.2.6")?;
    random.func_wrap("insecure-seed", |mut cx: Cx<'_>, (): ()| Ok(((random_number(&mut cx)?, random_number(&mut cx)?),)))?;

    let mut tcp = linker.instance("wasi:sockets/tcp-create-socket@0.2.6")?;
    tcp.func_wrap("create-tcp-socket", |mut cx: Cx<'_>, (_,): (IpAddressFamily,)| {
        charge(&mut cx, 0).map(|()| (Err::<Resource<TcpSocket>, _>(ErrorCode::NotSupported),))
    })?;
    let mut udp = linker.instance("wasi:sockets/udp-create-socket@0.2.6")?;
    udp.func_wrap("create-udp-socket", |mut cx: Cx<'_>, (_,): (IpAddressFamily,)| {
        charge(&mut cx, 0).map(|()| (Err::<Resource<UdpSocket>, _>(ErrorCode::NotSupported),))
    })?;
    Ok(linker)
}

fn timer(cx: &mut Cx<'_>, moment: u64) -> Result<(Resource<DynPollable>,)> {
    charge(cx, 0)?;
    let state = cx.data_mut();
    let timer = state.table.push(Timer::new(state.clock.clone(), moment))?;
    Ok((subscribe(&mut state.table, timer)?,))
}

fn datetime(nanoseconds: u64) -> Datetime {
    let part = u32::try_from(nanoseconds % NANOSECONDS).unwrap_or_default();
    Datetime { seconds: nanoseconds / NANOSECONDS, nanoseconds: part }
}

fn random_bytes(cx: &mut Cx<'_>, length: u64) -> Result<(Vec<u8>,)> {
    charge_each(cx, length)?;
    let length = usize::try_from(length).ok().filter(|length| *length <= PIECE);
    let length = length.ok_or_else(|| Error::msg(format!("more than {PIECE} bytes of randomness in one call")))?;
    let mut bytes = vec![0; length];
    let state = cx.data_mut();
    state.random.fill(&mut bytes, &state.watch)?;
    Ok((bytes,))
}

fn random_number(cx: &mut Cx<'_>) -> Result<u64> {
    charge(cx, 0)?;
    let state = cx.data_mut();
    Ok(state.random.number(&state.watch)?)
}

fn trap(halt: Halt) -> StreamError {
    StreamError::Trap(halt.into())
}

/// Standard input.
struct Stdin(Shared);

impl IsTerminal for Stdin {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdinStream for Stdin {
    /// For preview 3 alone.
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(tokio::io::empty())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(Stdin(self.0.clone()))
    }
}

#[async_trait]
impl Pollable for Stdin {
    async fn ready(&mut self) {}
}

#[async_trait]
impl InputStream for Stdin {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let mut bytes = vec![0; size.min(PIECE)];
        let got = self.0.lock().input.read(&mut bytes).map_err(trap)?;
        if got == 0 && size > 0 {
            return Err(StreamError::Closed);
        }
        bytes.truncate(got);
        Ok(bytes.into())
    }
}

/// Standard output, or standard error.
#[derive(Clone)]
struct Out {
    streams: Shared,
    is_log: bool,
}

impl IsTerminal for Out {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Out {
    /// For preview 3 alone.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::empty())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for Out {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for Out {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut streams = self.streams.lock();
        if self.is_log {
            streams.log.write(&bytes);
            return Ok(());
        }
        streams.output.write(&bytes).map_err(trap)
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PIECE)
    }
}
