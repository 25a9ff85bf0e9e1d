//! What belongs to one run of a program.

use wasmtime::{AsContextMut, Memory, ResourceLimiter, Result, StoreContextMut, Trap};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};

use super::{
    clock::Clock,
    engine::SLICE,
    halt::{Halt, Watch},
    random::Random,
    stdio::Shared,
};
use crate::executor::ExecutorError;

/// Fuel of a call of a host function, beside that for what it moves.
pub(super) const CALL: u64 = 100;
/// Bytes that are moved for one fuel.
const BYTES: u64 = 8;
/// Calls of host functions between two looks at the time.
const CALLS: u32 = 256;

/// What host functions know.
pub(super) struct State {
    /// Its files.
    pub(super) streams: Shared,
    /// Its time.
    pub(super) clock: Clock,
    /// Its randomness.
    pub(super) random: Random,
    /// Its arguments, the program's name first.
    pub(super) arguments: Vec<String>,
    /// Its limits of memory.
    pub(super) limiter: Limiter,
    /// When it has to end.
    pub(super) watch: Watch,
    /// The memory of a module, once it was asked for.
    pub(super) memory: Option<Memory>,
    /// Which of the first three files are closed.
    pub(super) closed: [bool; 3],
    /// What a component has.
    pub(super) wasi: WasiCtx,
    /// Handles of a component.
    pub(super) table: ResourceTable,
    /// Calls until the time is looked at.
    pub(super) calls: u32,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Takes fuel for a call of a host function that moves so many bytes.
pub(super) fn charge(store: &mut impl AsContextMut<Data = State>, bytes: u64) -> Result<()> {
    take(&mut store.as_context_mut(), CALL + bytes / BYTES)
}

/// Takes fuel for bytes that cost one each, as random ones do.
pub(super) fn charge_each(store: &mut impl AsContextMut<Data = State>, bytes: u64) -> Result<()> {
    take(&mut store.as_context_mut(), CALL + bytes)
}

fn take(store: &mut StoreContextMut<'_, State>, fuel: u64) -> Result<()> {
    let left = store.get_fuel()?;
    let Some(rest) = left.checked_sub(fuel) else {
        store.set_fuel(0)?;
        return Err(Trap::OutOfFuel.into());
    };
    // This begins a slice anew, at whose end the time is looked at. Who calls often never comes to an end of one.
    store.set_fuel(rest)?;
    let state = store.data_mut();
    if fuel >= SLICE / u64::from(CALLS) || state.calls == 0 {
        state.calls = CALLS;
        state.watch.check().map_err(Halt::Fault)?;
    }
    state.calls -= 1;
    Ok(())
}

/// Bounds memories and tables, all of them together.
pub(super) struct Limiter {
    left: usize,
    /// Whether more was wanted than there may be.
    pub(super) refused: bool,
}

/// Bytes that an element of a table takes.
const ELEMENT: usize = 16;

impl Limiter {
    pub(super) fn new(mebibytes: u32) -> Self {
        Self { left: usize::try_from(u64::from(mebibytes) << 20).unwrap_or(usize::MAX), refused: false }
    }

    fn grow(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes);
        self.refused |= left.is_none();
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

fn fault(what: &'static str, error: &wasmtime::Error) -> wasmtime::Error {
    Halt::Fault(ExecutorError::Insufficient { what, reason: format!("{error:#}") }).into()
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        // What the program itself declared as its most is no limit of ours.
        Ok(maximum.is_none_or(|maximum| desired <= maximum) && self.grow(desired.saturating_sub(current)))
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> Result<()> {
        // It had leave, so this machine has no more.
        Err(fault("memory", &error))
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let bytes = desired.saturating_sub(current).saturating_mul(ELEMENT);
        Ok(maximum.is_none_or(|maximum| desired <= maximum) && self.grow(bytes))
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> Result<()> {
        Err(fault("memory", &error))
    }
}
