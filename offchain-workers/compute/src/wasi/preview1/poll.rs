//! Waiting for files, which never takes time, and for moments, which the clock goes on to.

use wasmtime::Caller;

use super::{
    guest::{get_u16, get_u32, get_u64, get_u8, put, Errno, Fail, Guest},
    open,
};
use crate::wasi::{
    clock::EPOCH,
    state::{charge, State},
};

/// Bytes of what is waited for, and of what is found.
const WANTED: u32 = 48;
const FOUND: u32 = 32;
/// Most that is waited for at once.
const MAX_WANTED: u32 = 1_024;

/// What is waited for.
enum What {
    /// A moment of the program's clock.
    Moment(u64),
    /// A file: its number, and whether it is to be read.
    File(i32, u8),
}

struct Wanted {
    name: u64,
    what: Result<What, Errno>,
}

impl Wanted {
    fn read(memory: &[u8], at: u32, now: u64) -> Result<Self, Fail> {
        let field = |offset: u32| at.saturating_add(offset);
        let name = get_u64(memory, at)?;
        let what = match get_u8(memory, field(8))? {
            0 => {
                let (id, timeout) = (get_u32(memory, field(16))?, get_u64(memory, field(24))?);
                let is_absolute = get_u16(memory, field(40))? & 1 != 0;
                match (id, is_absolute) {
                    (0 | 1, false) => Ok(What::Moment(now.saturating_add(timeout))),
                    (0, true) => Ok(What::Moment(timeout.saturating_sub(EPOCH))),
                    (1, true) => Ok(What::Moment(timeout)),
                    _ => Err(Errno::Inval),
                }
            },
            tag @ (1 | 2) => Ok(What::File(i32::from_le_bytes(get_u32(memory, field(16))?.to_le_bytes()), tag)),
            _ => return Err(Fail::Errno(Errno::Inval)),
        };
        Ok(Self { name, what })
    }
}

pub(super) fn oneoff(cx: &mut Caller<'_, State>, wanted: u32, found: u32, count: u32, out: u32) -> Result<(), Fail> {
    charge(cx, u64::from(count).saturating_mul((WANTED + FOUND).into()))?;
    if count == 0 || count > MAX_WANTED {
        return Err(Fail::Errno(Errno::Inval));
    }
    let Guest { memory, state } = Guest::of(cx)?;
    let now = state.clock.now();
    let mut all = Vec::new();
    for index in 0..count {
        all.push(Wanted::read(memory, wanted.saturating_add(index * WANTED), now)?);
    }
    // A file is there at once, and so is a mistake; only where there are neither the clock moves on.
    let first = all.iter().map(|wanted| if let Ok(What::Moment(moment)) = wanted.what { moment } else { 0 }).min();
    state.clock.wait_until(first.unwrap_or(0));
    let now = state.clock.now();
    let mut events = 0;
    for Wanted { name, what } in all {
        let (tag, error) = match what {
            Ok(What::Moment(moment)) if moment > now => continue,
            Ok(What::Moment(_)) => (0, 0),
            Ok(What::File(file, tag)) => (tag, open(state, file).err().map_or(0, |errno| errno as u16)),
            Err(errno) => (0, errno as u16),
        };
        let at = found.saturating_add(events * FOUND);
        put(memory, at, &[0; FOUND as usize])?;
        put(memory, at, &name.to_le_bytes())?;
        put(memory, at.saturating_add(8), &error.to_le_bytes())?;
        put(memory, at.saturating_add(10), &[tag])?;
        if tag != 0 {
            put(memory, at.saturating_add(16), &1u64.to_le_bytes())?;
        }
        events += 1;
    }
    put(memory, out, &events.to_le_bytes())
}
