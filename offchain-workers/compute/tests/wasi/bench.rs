//! A folder, an executor and modules as text.

use std::{fs, path::PathBuf, sync::Arc};

use idlewild_compute::{
    executor::{At, Executor, ExecutorError, Prepared, Ran, Run, Source},
    wasi::{Settings, Wasi},
};
use idlewild_compute_primitives::{project::Limits, Digest};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Enough for everything that is not meant to reach it.
pub(crate) const LIMITS: Limits = Limits { work: 10_000_000_000, time_ms: 60_000, memory_mib: 64, output: 16 << 20 };

pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) wasi: Wasi,
}

pub(crate) struct Done {
    pub(crate) ran: Ran,
    pub(crate) output: Vec<u8>,
}

impl Default for Bench {
    fn default() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wasi = Wasi::open(&Settings::new(folder.path().join("compiled"))).unwrap();
        Self { folder, wasi }
    }
}

pub(crate) fn module(text: &str) -> Vec<u8> {
    let buffer = wast::parser::ParseBuffer::new(text).unwrap();
    let mut module = wast::parser::parse::<wast::Wat>(&buffer).unwrap_or_else(|error| panic!("{error}: {text}")).module;
    module.encode().unwrap()
}

impl Bench {
    pub(crate) fn put(&self, bytes: &[u8]) -> Source {
        let digest: Digest = *blake3::hash(bytes).as_bytes();
        let path = self.folder.path().join(blake3::hash(bytes).to_hex().as_str());
        fs::write(&path, bytes).unwrap();
        Source { digest, at: At::File(path) }
    }

    pub(crate) async fn prepare(&self, bytes: &[u8]) -> Arc<dyn Prepared> {
        self.wasi.prepare(&self.put(bytes)).await.unwrap()
    }

    pub(crate) fn input(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("input");
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn run(&self, limits: Limits, arguments: &[&str], input: Option<PathBuf>) -> Run {
        let (_, output) = tempfile::NamedTempFile::new_in(self.folder.path()).unwrap().keep().unwrap();
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Run { arguments, input, output, limits, resources: Default::default() }
    }

    pub(crate) async fn try_run(&self, program: &Arc<dyn Prepared>, run: Run) -> Result<Done, ExecutorError> {
        let output = run.output.clone();
        let ran = program.run(run, &CancellationToken::new()).await?;
        let output = fs::read(output).unwrap();
        assert_eq!((ran.length, ran.output), (output.len() as u64, *blake3::hash(&output).as_bytes()));
        Ok(Done { ran, output })
    }

    /// Runs a module once, with nothing.
    pub(crate) async fn once(&self, text: &str, limits: Limits) -> Done {
        let program = self.prepare(&module(text)).await;
        self.try_run(&program, self.run(limits, &[], None)).await.unwrap()
    }
}

/// A module with a memory of a page, these imports, and this body of its beginning.
pub(crate) fn with(imports: &[&str], rest: &str) -> String {
    const ALL: [(&str, &str); 8] = [
        ("fd_write", "(param i32 i32 i32 i32) (result i32)"),
        ("fd_read", "(param i32 i32 i32 i32) (result i32)"),
        ("proc_exit", "(param i32)"),
        ("proc_raise", "(param i32) (result i32)"),
        ("clock_time_get", "(param i32 i64 i32) (result i32)"),
        ("random_get", "(param i32 i32) (result i32)"),
        ("poll_oneoff", "(param i32 i32 i32 i32) (result i32)"),
        ("args_get", "(param i32 i32) (result i32)"),
    ];
    let imports = ALL.iter().filter(|(name, _)| imports.contains(name));
    let imports: String =
        imports.map(|(name, ty)| format!(r#"(import "wasi_snapshot_preview1" "{name}" (func ${name} {ty}))"#)).collect();
    format!(r#"(module {imports} (memory (export "memory") 1) {rest})"#)
}
