//! The memory of a program that calls, and numbers of errors.

use wasmtime::{Caller, Error};

use crate::wasi::{halt::Halt, state::State};

/// Numbers of errors, as the specification has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errno {
    Badf = 8,
    Fault = 21,
    Inval = 28,
    Notdir = 54,
    Notsock = 57,
    Notsup = 58,
    Spipe = 70,
}

/// Why a function has no result: the program is told, or ends.
pub(super) enum Fail {
    /// It is told.
    Errno(Errno),
    /// It ends.
    Halt(Error),
}

impl From<Errno> for Fail {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        Self::Halt(error)
    }
}

impl From<Halt> for Fail {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt.into())
    }
}

/// The memory of the program that calls, and what belongs to its run.
pub(super) struct Guest<'a> {
    pub(super) memory: &'a mut [u8],
    pub(super) state: &'a mut State,
}

impl<'a> Guest<'a> {
    pub(super) fn of(cx: &'a mut Caller<'_, State>) -> Result<Self, Fail> {
        let memory = match cx.data().memory {
            Some(memory) => memory,
            None => {
                let memory = cx.get_export("memory").and_then(|export| export.into_memory()).ok_or(Halt::NoMemory)?;
                *cx.data_mut().memory.insert(memory)
            },
        };
        let (memory, state) = memory.data_and_store_mut(cx);
        Ok(Self { memory, state })
    }

    pub(super) fn put(&mut self, at: u32, bytes: &[u8]) -> Result<(), Fail> {
        put(self.memory, at, bytes)
    }

    pub(super) fn put_u32(&mut self, at: u32, value: u32) -> Result<(), Fail> {
        self.put(at, &value.to_le_bytes())
    }

    pub(super) fn put_u64(&mut self, at: u32, value: u64) -> Result<(), Fail> {
        self.put(at, &value.to_le_bytes())
    }
}

fn end(at: u32, length: u32) -> usize {
    at as usize + length as usize
}

/// Bytes of a memory.
pub(super) fn slice(memory: &[u8], at: u32, length: u32) -> Result<&[u8], Fail> {
    memory.get(at as usize..end(at, length)).ok_or(Fail::Errno(Errno::Fault))
}

/// The same, to be written.
pub(super) fn slice_mut(memory: &mut [u8], at: u32, length: u32) -> Result<&mut [u8], Fail> {
    memory.get_mut(at as usize..end(at, length)).ok_or(Fail::Errno(Errno::Fault))
}

pub(super) fn put(memory: &mut [u8], at: u32, bytes: &[u8]) -> Result<(), Fail> {
    let length = u32::try_from(bytes.len()).map_err(|_| Errno::Fault)?;
    slice_mut(memory, at, length)?.copy_from_slice(bytes);
    Ok(())
}

fn array<const N: usize>(memory: &[u8], at: u32) -> Result<[u8; N], Fail> {
    memory.get(at as usize..).and_then(|rest| rest.first_chunk()).copied().ok_or(Fail::Errno(Errno::Fault))
}

pub(super) fn get_u8(memory: &[u8], at: u32) -> Result<u8, Fail> {
    array(memory, at).map(|[byte]| byte)
}

pub(super) fn get_u16(memory: &[u8], at: u32) -> Result<u16, Fail> {
    array(memory, at).map(u16::from_le_bytes)
}

pub(super) fn get_u32(memory: &[u8], at: u32) -> Result<u32, Fail> {
    array(memory, at).map(u32::from_le_bytes)
}

pub(super) fn get_u64(memory: &[u8], at: u32) -> Result<u64, Fail> {
    array(memory, at).map(u64::from_le_bytes)
}
