//! From a module's bytes to something that can be run at once.

use wasmparser::Parser;
use wasmtime::{component, component::Component, Engine, ExternType, InstancePre, Linker, Module};
use wasmtime_wasi::p2::bindings::CommandPre;

use super::{meter, preview1, preview2, state::State};
use crate::executor::ExecutorError;

/// Most bytes of a program.
pub(super) const MAX_BYTES: u64 = 64 << 20;
/// Most memories of a program, each of which takes four gibibytes of addresses, and most tables.
const MAX_MEMORIES: u32 = 16;
const MAX_TABLES: u32 = 64;
/// What a module is begun with.
pub(super) const START: &str = "_start";

/// What kind of program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Module = 0,
    Component = 1,
}

/// What was compiled by an engine like ours: by this process, or by one whose word for it was kept with it. Its first byte is the
/// kind.
pub(super) struct Compiled(Vec<u8>);

impl Compiled {
    /// What was found where only this worker can write, and with its own mark.
    pub(super) fn trusted(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A program that is ready.
pub(super) enum Program {
    /// A module of preview 1.
    Module(InstancePre<State>),
    /// A component of preview 2.
    Component(CommandPre<State>),
    /// None, and why.
    Unusable(String),
}

/// Compiles programs, and gives them all that they can import.
pub(super) struct Compiler {
    engine: Engine,
    preview1: Linker<State>,
    preview2: component::Linker<State>,
}

enum Loaded {
    Module(Module),
    Component(Component),
}

impl Compiler {
    pub(super) fn new(engine: Engine) -> wasmtime::Result<Self> {
        let mut preview1 = Linker::new(&engine);
        preview1::add(&mut preview1)?;
        let preview2 = preview2::linker(&engine)?;
        Ok(Self { engine, preview1, preview2 })
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Compiles a program. What fails here fails everywhere: the answer is why.
    pub(super) fn compile(&self, bytes: &[u8]) -> Result<Compiled, String> {
        let said = |error: wasmtime::Error| format!("{error:#}");
        let (kind, code) = if Parser::is_core_wasm(bytes) {
            let bytes = meter::module(bytes).map_err(|error| error.to_string())?;
            (Kind::Module, self.engine.precompile_module(&bytes).map_err(said)?)
        } else if Parser::is_component(bytes) {
            let bytes = meter::component(bytes).map_err(|error| error.to_string())?;
            (Kind::Component, self.engine.precompile_component(&bytes).map_err(said)?)
        } else {
            return Err("it does not begin as a WebAssembly module or component does".to_owned());
        };
        let mut compiled = Vec::with_capacity(code.len() + 1);
        compiled.push(kind as u8);
        compiled.extend_from_slice(&code);
        Ok(Compiled(compiled))
    }

    /// Makes a compiled program ready. One that wants what there is not, or has no beginning, is unusable.
    pub(super) fn load(&self, compiled: &Compiled) -> Result<Program, ExecutorError> {
        let loaded = deserialize(&self.engine, compiled).map_err(|error| ExecutorError::Engine(format!("{error:#}")))?;
        let program = match loaded {
            Loaded::Module(module) => self.link_module(&module),
            Loaded::Component(component) => self.link_component(&component),
        };
        Ok(program.unwrap_or_else(Program::Unusable))
    }

    fn link_module(&self, module: &Module) -> Result<Program, String> {
        match module.get_export(START) {
            Some(ExternType::Func(start)) if start.params().len() == 0 && start.results().len() == 0 => {},
            _ => return Err(format!("it exports no function {START} without parameters and results")),
        }
        check_needs(&module.resources_required())?;
        let ready = self.preview1.instantiate_pre(module).map_err(|error| format!("{error:#}"))?;
        Ok(Program::Module(ready))
    }

    fn link_component(&self, component: &Component) -> Result<Program, String> {
        let needs = component.resources_required().ok_or("it imports modules")?;
        check_needs(&needs)?;
        let ready = self.preview2.instantiate_pre(component).map_err(|error| format!("{error:#}"))?;
        Ok(Program::Component(CommandPre::new(ready).map_err(|error| format!("{error:#}"))?))
    }
}

fn check_needs(needs: &wasmtime::ResourcesRequired) -> Result<(), String> {
    if needs.num_memories > MAX_MEMORIES || needs.num_tables > MAX_TABLES {
        return Err(format!("it has more than {MAX_MEMORIES} memories or {MAX_TABLES} tables"));
    }
    Ok(())
}

#[allow(unsafe_code)]
fn deserialize(engine: &Engine, compiled: &Compiled) -> wasmtime::Result<Loaded> {
    let (kind, code) = compiled.0.split_first().ok_or_else(|| wasmtime::Error::msg("nothing was compiled"))?;
    let is_component = *kind == Kind::Component as u8;
    // SAFETY: these must be bytes that `Engine::precompile_*` gave. A `Compiled` is made by `Compiler::compile`, which has them from
    // there, and of what `Shelf::get` found: bytes in a folder and a file that nobody but this user may write, under a keyed hash of
    // a key in that folder, which `Shelf::put` made of another `Compiled`. That they are of such an engine wasmtime checks itself.
    unsafe {
        if is_component {
            Component::deserialize(engine, code).map(Loaded::Component)
        } else {
            Module::deserialize(engine, code).map(Loaded::Module)
        }
    }
}
