//! WASI preview 1 for programs that have three files and nothing else.
//!
//! It is our own: that of wasmtime-wasi waits for the system's clock, takes no fuel for what it moves, and passes each piece of it
//! through a table of handles. What a program may not do at all (folders, sockets) answers with the number of an error, as on a
//! system that has none.

mod guest;
mod poll;

use wasmtime::{Caller, FuncType, Linker, Result, Val, ValType};

use self::guest::{Errno, Fail, Guest};
use super::{
    clock::{EPOCH, STEP},
    halt::Halt,
    state::{charge, charge_each, State},
};

/// The module that programs import from.
const MODULE: &str = "wasi_snapshot_preview1";
/// Most buffers of one call.
const MAX_BUFFERS: u32 = 1_024;
/// Bytes of randomness between two takings of fuel.
const RANDOM_PIECE: u32 = 1 << 20;

/// The rights of standard input, and those of the two outputs.
const RIGHTS: [u64; 3] = [1 << 1, 1 << 6, 1 << 6];

type Cx<'a> = Caller<'a, State>;
type Answer = std::result::Result<(), Fail>;

/// What a program gets back: 0, the number of an error, or nothing any more.
fn number(answer: Answer) -> Result<i32> {
    match answer {
        Ok(()) => Ok(0),
        Err(Fail::Errno(errno)) => Ok(errno as i32),
        Err(Fail::Halt(error)) => Err(error),
    }
}

/// Functions for what there is not: their names, their parameters (`i` and `I` of 32 and 64 bits), and what they answer for a file that
/// is open. Without a number they have no file that could be.
const ABSENT: [(&str, &str, Option<Errno>); 24] = [
    ("fd_advise", "iIIi", Some(Errno::Spipe)),
    ("fd_allocate", "iII", Some(Errno::Notsup)),
    ("fd_fdstat_set_rights", "iII", Some(Errno::Notsup)),
    ("fd_filestat_set_size", "iI", Some(Errno::Inval)),
    ("fd_filestat_set_times", "iIIi", Some(Errno::Notsup)),
    ("fd_pread", "iiiIi", Some(Errno::Spipe)),
    ("fd_pwrite", "iiiIi", Some(Errno::Spipe)),
    ("fd_prestat_dir_name", "iii", None),
    ("fd_prestat_get", "ii", None),
    ("fd_readdir", "iiiIi", Some(Errno::Notdir)),
    ("fd_renumber", "ii", Some(Errno::Notsup)),
    ("path_create_directory", "iii", Some(Errno::Notdir)),
    ("path_filestat_get", "iiiii", Some(Errno::Notdir)),
    ("path_filestat_set_times", "iiiiIIi", Some(Errno::Notdir)),
    ("path_link", "iiiiiii", Some(Errno::Notdir)),
    ("path_open", "iiiiiIIii", Some(Errno::Notdir)),
    ("path_readlink", "iiiiii", Some(Errno::Notdir)),
    ("path_remove_directory", "iii", Some(Errno::Notdir)),
    ("path_rename", "iiiiii", Some(Errno::Notdir)),
    ("path_symlink", "iiiii", None),
    ("path_unlink_file", "iii", Some(Errno::Notdir)),
    ("sock_accept", "iii", Some(Errno::Notsock)),
    ("sock_recv", "iiiiii", Some(Errno::Notsock)),
    ("sock_send", "iiiii", Some(Errno::Notsock)),
];

/// Adds all of it to a linker.
pub(super) fn add(linker: &mut Linker<State>) -> Result<()> {
    for (name, parameters, errno) in ABSENT {
        let parameters = parameters.chars().map(|letter| if letter == 'I' { ValType::I64 } else { ValType::I32 });
        let ty = FuncType::new(linker.engine(), parameters, [ValType::I32]);
        linker.func_new(MODULE, name, ty, move |mut cx, given, results| {
            charge(&mut cx, 0)?;
            let file = given.first().and_then(Val::i32).unwrap_or(-1);
            let answer = match errno {
                Some(errno) => open(cx.data(), file).and(Err(errno)),
                None => Err(Errno::Badf),
            };
            if let Some(result) = results.first_mut() {
                *result = Val::I32(number(answer.map_err(Fail::Errno))?);
            }
            Ok(())
        })?;
    }
    add_program(linker)?;
    add_files(linker)
}

/// The program itself: what it was given, the time, randomness, its end.
fn add_program(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(MODULE, "args_sizes_get", |mut cx: Cx<'_>, count: u32, size: u32| {
        number(args_sizes(&mut cx, count, size))
    })?;
    linker.func_wrap(MODULE, "args_get", |mut cx: Cx<'_>, list: u32, bytes: u32| number(args(&mut cx, list, bytes)))?;
    linker.func_wrap(MODULE, "environ_sizes_get", |mut cx: Cx<'_>, count: u32, size: u32| {
        charge(&mut cx, 0)?;
        number(Guest::of(&mut cx).and_then(|mut guest| {
            guest.put_u32(count, 0)?;
            guest.put_u32(size, 0)
        }))
    })?;
    linker.func_wrap(MODULE, "environ_get", |mut cx: Cx<'_>, _: u32, _: u32| charge(&mut cx, 0).map(|()| 0))?;
    linker.func_wrap(MODULE, "clock_res_get", |mut cx: Cx<'_>, id: u32, out: u32| number(clock_res(&mut cx, id, out)))?;
    linker.func_wrap(MODULE, "clock_time_get", |mut cx: Cx<'_>, id: u32, _: u64, out: u32| {
        number(clock_time(&mut cx, id, out))
    })?;
    linker.func_wrap(MODULE, "poll_oneoff", |mut cx: Cx<'_>, wanted: u32, found: u32, count: u32, out: u32| {
        number(poll::oneoff(&mut cx, wanted, found, count, out))
    })?;
    linker.func_wrap(MODULE, "proc_exit", |_: Cx<'_>, code: i32| Err::<(), _>(Halt::Exit(code).into()))?;
    linker.func_wrap(MODULE, "proc_raise", |_: Cx<'_>, signal: i32| Err::<i32, _>(Halt::Raised(signal).into()))?;
    linker.func_wrap(MODULE, "random_get", |mut cx: Cx<'_>, out: u32, length: u32| number(random(&mut cx, out, length)))?;
    linker.func_wrap(MODULE, "sched_yield", |mut cx: Cx<'_>| charge(&mut cx, 0).map(|()| 0))?;
    Ok(())
}

/// Its three files.
fn add_files(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(MODULE, "fd_close", |mut cx: Cx<'_>, file: i32| {
        charge(&mut cx, 0)?;
        let state = cx.data_mut();
        let answer = open(state, file).map(|index| {
            if let Some(closed) = state.closed.get_mut(index) {
                *closed = true;
            }
        });
        number(answer.map_err(Fail::Errno))
    })?;
    // What is written is on its way; where it is by now is nothing that a program may see.
    for name in ["fd_sync", "fd_datasync"] {
        linker.func_wrap(MODULE, name, |mut cx: Cx<'_>, file: i32| {
            charge(&mut cx, 0)?;
            number(open(cx.data(), file).map(drop).map_err(Fail::Errno))
        })?;
    }
    linker.func_wrap(MODULE, "fd_fdstat_set_flags", |mut cx: Cx<'_>, file: i32, _: i32| {
        charge(&mut cx, 0)?;
        number(open(cx.data(), file).map(drop).map_err(Fail::Errno))
    })?;
    linker.func_wrap(MODULE, "fd_seek", |mut cx: Cx<'_>, file: i32, _: i64, _: i32, _: u32| {
        charge(&mut cx, 0)?;
        number(open(cx.data(), file).and(Err(Errno::Spipe)).map_err(Fail::Errno))
    })?;
    linker.func_wrap(MODULE, "fd_tell", |mut cx: Cx<'_>, file: i32, _: u32| {
        charge(&mut cx, 0)?;
        number(open(cx.data(), file).and(Err(Errno::Spipe)).map_err(Fail::Errno))
    })?;
    linker.func_wrap(MODULE, "fd_fdstat_get", |mut cx: Cx<'_>, file: i32, out: u32| number(fdstat(&mut cx, file, out)))?;
    linker.func_wrap(MODULE, "fd_filestat_get", |mut cx: Cx<'_>, file: i32, out: u32| number(filestat(&mut cx, file, out)))?;
    linker.func_wrap(MODULE, "fd_read", |mut cx: Cx<'_>, file: i32, buffers: u32, count: u32, out: u32| {
        number(read(&mut cx, file, buffers, count, out))
    })?;
    linker.func_wrap(MODULE, "fd_write", |mut cx: Cx<'_>, file: i32, buffers: u32, count: u32, out: u32| {
        number(write(&mut cx, file, buffers, count, out))
    })?;
    Ok(())
}

/// Which of the three files a number is, if it is open.
fn open(state: &State, file: i32) -> std::result::Result<usize, Errno> {
    let index = usize::try_from(file).map_err(|_| Errno::Badf)?;
    match state.closed.get(index) {
        Some(false) => Ok(index),
        _ => Err(Errno::Badf),
    }
}

fn length(bytes: usize) -> std::result::Result<u32, Fail> {
    u32::try_from(bytes).map_err(|_| Fail::Errno(Errno::Inval))
}

fn args_sizes(cx: &mut Cx<'_>, count: u32, size: u32) -> Answer {
    charge(cx, 0)?;
    let mut guest = Guest::of(cx)?;
    let arguments = &guest.state.arguments;
    let bytes = arguments.iter().map(|argument| argument.len() + 1).sum();
    let (arguments, bytes) = (length(arguments.len())?, length(bytes)?);
    guest.put_u32(count, arguments)?;
    guest.put_u32(size, bytes)
}

fn args(cx: &mut Cx<'_>, mut list: u32, mut at: u32) -> Answer {
    let bytes: usize = cx.data().arguments.iter().map(|argument| argument.len() + 1).sum();
    charge(cx, bytes as u64)?;
    let Guest { memory, state } = Guest::of(cx)?;
    for argument in &state.arguments {
        guest::put(memory, list, &at.to_le_bytes())?;
        guest::put(memory, at, argument.as_bytes())?;
        at = at.saturating_add(length(argument.len())?);
        guest::put(memory, at, &[0])?;
        (list, at) = (list.saturating_add(4), at.saturating_add(1));
    }
    Ok(())
}

fn clock_res(cx: &mut Cx<'_>, id: u32, out: u32) -> Answer {
    charge(cx, 0)?;
    match id {
        0..=3 => Guest::of(cx)?.put_u64(out, STEP),
        _ => Err(Fail::Errno(Errno::Inval)),
    }
}

fn clock_time(cx: &mut Cx<'_>, id: u32, out: u32) -> Answer {
    charge(cx, 0)?;
    let since = match id {
        0 => EPOCH,
        // That of the system, of the process and of the thread.
        1..=3 => 0,
        _ => return Err(Fail::Errno(Errno::Inval)),
    };
    let mut guest = Guest::of(cx)?;
    let now = since.saturating_add(guest.state.clock.read());
    guest.put_u64(out, now)
}

fn random(cx: &mut Cx<'_>, mut out: u32, mut length: u32) -> Answer {
    loop {
        let piece = length.min(RANDOM_PIECE);
        charge_each(cx, piece.into())?;
        let Guest { memory, state } = Guest::of(cx)?;
        state.random.fill(guest::slice_mut(memory, out, piece)?, &state.watch).map_err(Fail::from)?;
        (out, length) = (out.saturating_add(piece), length - piece);
        if length == 0 {
            return Ok(());
        }
    }
}

fn fdstat(cx: &mut Cx<'_>, file: i32, out: u32) -> Answer {
    charge(cx, 0)?;
    let index = open(cx.data(), file)?;
    // Of no known type, so that nobody takes it for a terminal and writes line by line.
    let mut stat = [0; 24];
    let rights = RIGHTS.get(index).copied().unwrap_or_default().to_le_bytes();
    for (to, byte) in stat.iter_mut().skip(8).zip(rights.iter().chain(&rights)) {
        *to = *byte;
    }
    Guest::of(cx)?.put(out, &stat)
}

fn filestat(cx: &mut Cx<'_>, file: i32, out: u32) -> Answer {
    charge(cx, 0)?;
    open(cx.data(), file)?;
    Guest::of(cx)?.put(out, &[0; 64])
}

/// The address and the length of a buffer in a list.
fn buffer(memory: &[u8], list: u32, index: u32) -> std::result::Result<(u32, u32), Fail> {
    let at = list.saturating_add(index.saturating_mul(8));
    Ok((guest::get_u32(memory, at)?, guest::get_u32(memory, at.saturating_add(4))?))
}

fn read(cx: &mut Cx<'_>, file: i32, buffers: u32, count: u32, out: u32) -> Answer {
    charge(cx, 0)?;
    if open(cx.data(), file)? != 0 || count > MAX_BUFFERS {
        return Err(Fail::Errno(if count > MAX_BUFFERS { Errno::Inval } else { Errno::Badf }));
    }
    let mut total = 0u32;
    for index in 0..count {
        let Guest { memory, state } = Guest::of(cx)?;
        let (at, wanted) = buffer(memory, buffers, index)?;
        let wanted = wanted.min(u32::MAX - total);
        let into = guest::slice_mut(memory, at, wanted)?;
        let got = length(state.streams.lock().input.read(into).map_err(Fail::from)?)?;
        total += got;
        charge(cx, got.into())?;
        if got < wanted {
            break;
        }
    }
    Guest::of(cx)?.put_u32(out, total)
}

fn write(cx: &mut Cx<'_>, file: i32, buffers: u32, count: u32, out: u32) -> Answer {
    charge(cx, 0)?;
    let index = open(cx.data(), file)?;
    if index == 0 || count > MAX_BUFFERS {
        return Err(Fail::Errno(if count > MAX_BUFFERS { Errno::Inval } else { Errno::Badf }));
    }
    let mut total = 0u32;
    for place in 0..count {
        let (at, wanted) = buffer(Guest::of(cx)?.memory, buffers, place)?;
        charge(cx, wanted.into())?;
        let Guest { memory, state } = Guest::of(cx)?;
        let bytes = guest::slice(memory, at, wanted)?;
        let mut streams = state.streams.lock();
        if index == 1 {
            streams.output.write(bytes).map_err(Fail::from)?;
        } else {
            streams.log.write(bytes);
        }
        total = total.checked_add(wanted).ok_or(Fail::Errno(Errno::Inval))?;
    }
    Guest::of(cx)?.put_u32(out, total)
}
