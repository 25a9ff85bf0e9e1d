//! Components, put together by hand: what they import is lowered to a module inside of them.

use idlewild_compute_primitives::{outcome::Ending, project::Limits};
use wasm_encoder::{
    Alias, CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentOuterAliasKind, ComponentTypeRef, ComponentValType,
    ExportKind, InstanceType, ModuleArg, PrimitiveValType, TypeBounds,
};

use crate::bench::{module, Bench, LIMITS};

const U64: ComponentValType = ComponentValType::Primitive(PrimitiveValType::U64);

/// A component whose `run` is the function of that name in a module, which may write, exit, look at the time, wait and ask for
/// randomness.
fn component(body: &str) -> Vec<u8> {
    let mut out = ComponentBuilder::default();

    let mut ty = InstanceType::new();
    ty.export("error", ComponentTypeRef::Type(TypeBounds::SubResource));
    let ty = out.type_instance(&ty);
    let error = out.import("wasi:io/error@0.2.0", ComponentTypeRef::Instance(ty));
    let error = out.alias_export(error, "error", ComponentExportKind::Type);

    let mut ty = InstanceType::new();
    ty.export("pollable", ComponentTypeRef::Type(TypeBounds::SubResource));
    ty.ty().defined_type().borrow(0);
    ty.ty().function().params([("self", ComponentValType::Type(1))]).result(None);
    ty.export("[method]pollable.block", ComponentTypeRef::Func(2));
    let ty = out.type_instance(&ty);
    let poll = out.import("wasi:io/poll@0.2.0", ComponentTypeRef::Instance(ty));
    let pollable = out.alias_export(poll, "pollable", ComponentExportKind::Type);
    let block = out.alias_export(poll, "[method]pollable.block", ComponentExportKind::Func);

    let mut ty = InstanceType::new();
    ty.export("output-stream", ComponentTypeRef::Type(TypeBounds::SubResource)); // 0
    ty.alias(Alias::Outer { kind: ComponentOuterAliasKind::Type, count: 1, index: error }); // 1
    ty.export("error", ComponentTypeRef::Type(TypeBounds::Eq(1))); // 2
    ty.ty().defined_type().own(2); // 3
    ty.ty().defined_type().variant([("last-operation-failed", Some(ComponentValType::Type(3)), None), ("closed", None, None)]); // 4
    ty.export("stream-error", ComponentTypeRef::Type(TypeBounds::Eq(4))); // 5
    ty.ty().defined_type().borrow(0); // 6
    ty.ty().defined_type().list(PrimitiveValType::U8); // 7
    ty.ty().defined_type().result(None, Some(ComponentValType::Type(5))); // 8
    ty.ty()
        .function()
        .params([("self", ComponentValType::Type(6)), ("contents", ComponentValType::Type(7))])
        .result(Some(ComponentValType::Type(8))); // 9
    ty.export("[method]output-stream.blocking-write-and-flush", ComponentTypeRef::Func(9));
    let ty = out.type_instance(&ty);
    let streams = out.import("wasi:io/streams@0.2.0", ComponentTypeRef::Instance(ty));
    let stream = out.alias_export(streams, "output-stream", ComponentExportKind::Type);
    let write = out.alias_export(streams, "[method]output-stream.blocking-write-and-flush", ComponentExportKind::Func);

    let mut ty = InstanceType::new();
    ty.alias(Alias::Outer { kind: ComponentOuterAliasKind::Type, count: 1, index: stream });
    ty.export("output-stream", ComponentTypeRef::Type(TypeBounds::Eq(0)));
    ty.ty().defined_type().own(1);
    ty.ty().function().params::<[(&str, ComponentValType); 0], _>([]).result(Some(ComponentValType::Type(2)));
    ty.export("get-stdout", ComponentTypeRef::Func(3));
    let ty = out.type_instance(&ty);
    let stdout = out.import("wasi:cli/stdout@0.2.0", ComponentTypeRef::Instance(ty));
    let stdout = out.alias_export(stdout, "get-stdout", ComponentExportKind::Func);

    let mut ty = InstanceType::new();
    ty.alias(Alias::Outer { kind: ComponentOuterAliasKind::Type, count: 1, index: pollable });
    ty.export("pollable", ComponentTypeRef::Type(TypeBounds::Eq(0)));
    ty.ty().defined_type().own(1);
    ty.ty().function().params::<[(&str, ComponentValType); 0], _>([]).result(Some(U64));
    ty.export("now", ComponentTypeRef::Func(3));
    ty.ty().function().params([("when", U64)]).result(Some(ComponentValType::Type(2)));
    ty.export("subscribe-duration", ComponentTypeRef::Func(4));
    let ty = out.type_instance(&ty);
    let clock = out.import("wasi:clocks/monotonic-clock@0.2.0", ComponentTypeRef::Instance(ty));
    let now = out.alias_export(clock, "now", ComponentExportKind::Func);
    let wait = out.alias_export(clock, "subscribe-duration", ComponentExportKind::Func);

    let mut ty = InstanceType::new();
    ty.ty().function().params::<[(&str, ComponentValType); 0], _>([]).result(Some(U64));
    ty.export("get-random-u64", ComponentTypeRef::Func(0));
    let ty = out.type_instance(&ty);
    let random = out.import("wasi:random/random@0.2.3", ComponentTypeRef::Instance(ty));
    let random = out.alias_export(random, "get-random-u64", ComponentExportKind::Func);

    let mut ty = InstanceType::new();
    ty.ty().defined_type().result(None, None);
    ty.ty().function().params([("status", ComponentValType::Type(0))]).result(None);
    ty.export("exit", ComponentTypeRef::Func(1));
    let ty = out.type_instance(&ty);
    let exit = out.import("wasi:cli/exit@0.2.0", ComponentTypeRef::Instance(ty));
    let exit = out.alias_export(exit, "exit", ComponentExportKind::Func);

    let memory = out.core_module_raw(&module(r#"(module (memory (export "memory") 1))"#));
    let memory = out.core_instantiate::<[(&str, ModuleArg); 0]>(memory, []);
    let memory_item = out.core_alias_export(memory, "memory", ExportKind::Memory);
    let lowered = [
        ("stdout", stdout),
        ("write", write),
        ("now", now),
        ("wait", wait),
        ("block", block),
        ("random", random),
        ("exit", exit),
    ];
    let lowered = lowered
        .map(|(name, function)| (name, ExportKind::Func, out.lower_func(function, [CanonicalOption::Memory(memory_item)])));
    let host = out.core_instantiate_exports(lowered);
    let main = out.core_module_raw(&module(&format!(
        r#"(module
            (import "memory" "memory" (memory 1))
            (import "host" "stdout" (func $stdout (result i32)))
            (import "host" "write" (func $write (param i32 i32 i32 i32)))
            (import "host" "now" (func $now (result i64)))
            (import "host" "wait" (func $wait (param i64) (result i32)))
            (import "host" "block" (func $block (param i32)))
            (import "host" "random" (func $random (result i64)))
            (import "host" "exit" (func $exit (param i32)))
            (func $put (param i32 i32) (call $write (call $stdout) (local.get 0) (local.get 1) (i32.const 0)))
            (func (export "run") (result i32) {body}))"#
    )));
    let main = out.core_instantiate(main, [("memory", ModuleArg::Instance(memory)), ("host", ModuleArg::Instance(host))]);
    let run = out.core_alias_export(main, "run", ExportKind::Func);
    let (result, encoder) = out.type_defined();
    encoder.result(None, None);
    let (ty, mut encoder) = out.type_function();
    encoder.params::<[(&str, ComponentValType); 0], _>([]).result(Some(ComponentValType::Type(result)));
    let run = out.lift_func(run, ty, []);

    let mut inner = ComponentBuilder::default();
    let (result, encoder) = inner.type_defined();
    encoder.result(None, None);
    let (ty, mut encoder) = inner.type_function();
    encoder.params::<[(&str, ComponentValType); 0], _>([]).result(Some(ComponentValType::Type(result)));
    let imported = inner.import("run", ComponentTypeRef::Func(ty));
    inner.export("run", ComponentExportKind::Func, imported, None);
    let inner = out.component(inner);
    let instance = out.instantiate(inner, [("run", ComponentExportKind::Func, run)]);
    out.export("wasi:cli/run@0.2.0", ComponentExportKind::Instance, instance, None);
    out.finish()
}

async fn run(bench: &Bench, body: &str, limits: Limits) -> crate::bench::Done {
    let program = bench.prepare(&component(body)).await;
    bench.try_run(&program, bench.run(limits, &["a"], None)).await.unwrap()
}

#[tokio::test]
async fn it_ends_well_or_not() {
    let bench = Bench::default();
    for (body, ending) in [
        ("(i32.const 0)", Ending::Exited { code: 0 }),
        ("(i32.const 1)", Ending::Exited { code: 1 }),
        ("(call $exit (i32.const 0)) (unreachable)", Ending::Exited { code: 0 }),
        ("(call $exit (i32.const 1)) (unreachable)", Ending::Exited { code: 1 }),
        ("(unreachable)", Ending::Trapped),
        ("(call $block (i32.const 77)) (i32.const 0)", Ending::Trapped),
        ("(loop (br 0)) (i32.const 0)", Ending::OutOfFuel),
        ("(loop (br_if 0 (i32.ne (memory.grow (i32.const 64)) (i32.const -1)))) (unreachable)", Ending::OutOfMemory),
        ("(loop (drop (call $wait (i64.const 1))) (br 0)) (unreachable)", Ending::Trapped),
    ] {
        let limits = Limits { work: 100_000_000, ..LIMITS };
        let (one, two) = (run(&bench, body, limits).await.ran, run(&bench, body, limits).await.ran);
        assert_eq!((one.ending, one.used), (ending, two.used), "{body}: {}", String::from_utf8_lossy(&one.log));
    }
}

#[tokio::test]
async fn it_writes_what_repeats() {
    let bench = Bench::default();
    let body = "(i64.store (i32.const 64) (call $now)) (i64.store (i32.const 72) (call $random))
        (call $block (call $wait (i64.const 3600000000000))) (i64.store (i32.const 80) (call $now))
        (call $put (i32.const 64) (i32.const 24)) (i32.const 0)";
    let (one, two) = (run(&bench, body, LIMITS).await, run(&bench, body, LIMITS).await);
    assert_eq!(one.ran.ending, Ending::Exited { code: 0 }, "{}", String::from_utf8_lossy(&one.ran.log));
    assert_eq!((&one.output, one.ran.used), (&two.output, two.ran.used));
    assert_eq!(one.output[..8], 1_000_000u64.to_le_bytes());
    assert_eq!(one.output[16..], 3_600_002_000_000u64.to_le_bytes());
    let endless = "(loop (call $put (i32.const 64) (i32.const 4096)) (br 0)) (i32.const 0)";
    let done = run(&bench, endless, Limits { output: 5_000, ..LIMITS }).await;
    assert_eq!((done.ran.ending, done.ran.length), (Ending::TooMuchOutput, 5_000));
}

#[tokio::test]
async fn calls_nest_to_the_same_depth_in_a_component() {
    let bench = Bench::default();
    let body = "(i32.const 0)) (func $f (call $f)) (func (export \"g\") (call $f)";
    assert_eq!(run(&bench, body, LIMITS).await.ran.ending, Ending::Exited { code: 0 });
    let body = "(call $f) (i32.const 0)) (func $f (call $f)";
    assert_eq!(run(&bench, body, LIMITS).await.ran.ending, Ending::Trapped);
}

#[tokio::test]
async fn what_no_machine_has_is_unusable() {
    let bench = Bench::default();
    let mut out = ComponentBuilder::default();
    let mut ty = InstanceType::new();
    ty.ty().function().params::<[(&str, ComponentValType); 0], _>([]).result(None);
    ty.export("launch", ComponentTypeRef::Func(0));
    let ty = out.type_instance(&ty);
    out.import("acme:rockets/launcher@1.0.0", ComponentTypeRef::Instance(ty));
    for bytes in [out.finish(), ComponentBuilder::default().finish(), component("(i32.const 0)")[..500].to_vec()] {
        let program = bench.prepare(&bytes).await;
        let done = bench.try_run(&program, bench.run(LIMITS, &[], None)).await.unwrap();
        assert_eq!(done.ran.ending, Ending::Unusable);
    }
}
