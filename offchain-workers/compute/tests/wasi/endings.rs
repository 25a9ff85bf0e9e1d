use std::fs;

use idlewild_compute::executor::{At, Executor, ExecutorError, Source, LOG_BYTES};
use idlewild_compute_primitives::{outcome::Ending, project::Limits};

use crate::bench::{module, with, Bench, LIMITS};

fn start(body: &str) -> String {
    with(&["proc_exit", "proc_raise"], &format!(r#"(func $f) (func (export "_start") {body})"#))
}

#[tokio::test]
async fn a_program_that_does_nothing_ends_well() {
    let bench = Bench::default();
    bench.wasi.check().await.unwrap();
    let done = bench.once(&start(""), LIMITS).await;
    assert_eq!((done.ran.ending, done.ran.length, done.ran.log), (Ending::Exited { code: 0 }, 0, Vec::new()));
    assert!(done.ran.used > 0 && done.ran.used < 100, "{}", done.ran.used);
}

#[tokio::test]
async fn codes_are_those_of_the_program() {
    let bench = Bench::default();
    for code in [0, 1, 42, 255, -1] {
        let done = bench.once(&start(&format!("(call $proc_exit (i32.const {code})) (unreachable)")), LIMITS).await;
        assert_eq!(done.ran.ending, Ending::Exited { code });
    }
}

#[tokio::test]
async fn every_trap_is_told() {
    let bench = Bench::default();
    for body in [
        "(unreachable)",
        "(drop (i32.div_s (i32.const 1) (i32.const 0)))",
        "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
        "(drop (i32.trunc_f32_s (f32.const nan)))",
        "(drop (i32.load (i32.const 65536)))",
        "(i64.store (i32.const -1) (i64.const 1))",
        "(memory.fill (i32.const 0) (i32.const 0) (i32.const 65537))",
        "(drop (call $proc_raise (i32.const 6)))",
    ] {
        let done = bench.once(&start(body), LIMITS).await;
        assert_eq!(done.ran.ending, Ending::Trapped, "{body}");
        assert!(!done.ran.log.is_empty(), "{body}");
    }
}

#[tokio::test]
async fn a_loop_without_end_uses_all_its_fuel() {
    let bench = Bench::default();
    for work in [0, 1, 1_000, 123_456_789] {
        let done = bench.once(&start("(loop (br 0))"), Limits { work, ..LIMITS }).await;
        assert_eq!((done.ran.ending, done.ran.used), (Ending::OutOfFuel, work));
    }
    // What host functions cost counts as well.
    let text = with(
        &["random_get"],
        r#"(func (export "_start") (loop (drop (call $random_get (i32.const 0) (i32.const 65536))) (br 0)))"#,
    );
    let done = bench.once(&text, Limits { work: 1_000_000, ..LIMITS }).await;
    assert_eq!((done.ran.ending, done.ran.used), (Ending::OutOfFuel, 1_000_000));
}

#[tokio::test]
async fn memory_is_bounded_and_wanting_more_is_remembered() {
    let bench = Bench::default();
    let grow = |then: &str| start(&format!("(loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) {then}"));
    let done = bench.once(&grow("(unreachable)"), LIMITS).await;
    assert_eq!(done.ran.ending, Ending::OutOfMemory);
    let done = bench.once(&grow(""), LIMITS).await;
    assert_eq!(done.ran.ending, Ending::Exited { code: 0 }, "it made do with what it had");
    let large = r#"(module (memory 1025) (func (export "_start")))"#;
    assert_eq!(bench.once(large, LIMITS).await.ran.ending, Ending::OutOfMemory);
    let exact = r#"(module (memory 1024) (func (export "_start") (drop (i32.load (i32.const 67108860)))))"#;
    assert_eq!(bench.once(exact, LIMITS).await.ran.ending, Ending::Exited { code: 0 });
    // Tables are memory too.
    let table = r#"(module (table 5000000 funcref) (func (export "_start")))"#;
    assert_eq!(bench.once(table, LIMITS).await.ran.ending, Ending::OutOfMemory);
    // A limit of its own is its own matter.
    let own = r#"(module (memory 1 2) (func (export "_start") (if (i32.eq (memory.grow (i32.const 2)) (i32.const -1)) (then unreachable))))"#;
    assert_eq!(bench.once(own, LIMITS).await.ran.ending, Ending::Trapped);
}

#[tokio::test]
async fn output_ends_at_its_limit() {
    let bench = Bench::default();
    let text = with(
        &["fd_write"],
        r#"(data (i32.const 0) "\10\00\00\00\0a\00\00\00") (data (i32.const 16) "0123456789")
           (func (export "_start") (loop (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0)))"#,
    );
    let done = bench.once(&text, Limits { output: 25, ..LIMITS }).await;
    assert_eq!((done.ran.ending, &done.output[..]), (Ending::TooMuchOutput, &b"0123456789012345678901234"[..]));
    let none = bench.once(&text, Limits { output: 0, ..LIMITS }).await;
    assert_eq!((none.ran.ending, none.ran.length), (Ending::TooMuchOutput, 0));
    let log = text.replace("(call $fd_write (i32.const 1)", "(call $fd_write (i32.const 2)");
    let done = bench.once(&log, Limits { output: 0, work: 10_000_000, ..LIMITS }).await;
    assert_eq!(done.ran.ending, Ending::OutOfFuel, "a log has no limit but fuel");
    assert_eq!(done.ran.log.len(), LOG_BYTES);
}

#[tokio::test]
async fn calls_nest_to_a_depth_that_is_the_same_everywhere() {
    let bench = Bench::default();
    let endless = r#"(module (func $f (call $f)) (func (export "_start") (call $f)))"#;
    let (one, two) = (bench.once(endless, LIMITS).await.ran, bench.once(endless, LIMITS).await.ran);
    assert_eq!((one.ending, one.used), (Ending::Trapped, two.used));
    assert!(String::from_utf8(one.log).unwrap().contains("too deep"));
    // Whatever a frame holds, and however it is called.
    let locals = "(local i64 i64 i64 i64 i64 i64 i64 i64 v128 v128 v128 v128)";
    for text in [
        format!(r#"(module (func $f {locals} (call $f) (local.set 0 (i64.const 1))) (func (export "_start") (call $f)))"#),
        r#"(module (type $t (func)) (table 1 funcref) (elem (i32.const 0) $f) (func $f (call_indirect (type $t) (i32.const 0)))
            (func (export "_start") (call $f)))"#
            .to_owned(),
        r#"(module (func $f (param i64) (result i64) (i64.add (i64.mul (call $f (i64.add (local.get 0) (i64.const 1))) (local.get 0))
            (call $f (local.get 0)))) (func (export "_start") (drop (call $f (i64.const 0)))))"#
            .to_owned(),
    ] {
        assert_eq!(bench.once(&text, LIMITS).await.ran.ending, Ending::Trapped, "{text}");
    }
    let deep = r#"(module (func $f (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))))
        (func (export "_start") (call $f (i32.const 20000)) (call $f (i32.const 20000))))"#;
    assert_eq!(bench.once(deep, LIMITS).await.ran.ending, Ending::Exited { code: 0 });
    // What is called last takes no stack.
    let flat = r#"(module (func $f (param i32) (if (i32.eqz (local.get 0)) (then return))
        (return_call $f (i32.sub (local.get 0) (i32.const 1)))) (func (export "_start") (call $f (i32.const 1000000))))"#;
    if let Ok(bytes) = std::panic::catch_unwind(|| module(flat)) {
        let program = bench.prepare(&bytes).await;
        let done = bench.try_run(&program, bench.run(LIMITS, &[], None)).await.unwrap();
        assert_eq!(done.ran.ending, Ending::Exited { code: 0 });
    }
}

#[tokio::test]
async fn bulk_operations_cost_what_they_move() {
    let bench = Bench::default();
    let fill = |length: u32| {
        format!(
            r#"(module (memory 1024) (func (export "_start") (memory.fill (i32.const 0) (i32.const 7) (i32.const {length}))
            (memory.copy (i32.const 0) (i32.const 1) (i32.const {}))))"#,
            length / 2
        )
    };
    let (little, much) = (bench.once(&fill(0), LIMITS).await.ran, bench.once(&fill(64 << 20), LIMITS).await.ran);
    assert_eq!((little.ending, much.ending), (Ending::Exited { code: 0 }, Ending::Exited { code: 0 }));
    assert!(little.used < 100 && much.used > 3 << 20, "{} {}", little.used, much.used);
    let kept = r#"(module (memory (export "memory") 1) (func (export "_start") (local i32) (local.set 0 (i32.const 5))
        (memory.fill (i32.const 8) (i32.const 3) (i32.const 1000))
        (if (i32.ne (i32.load8_u (i32.const 1007)) (i32.const 3)) (then unreachable))
        (if (i32.ne (i32.load8_u (i32.const 1008)) (i32.const 0)) (then unreachable))
        (if (i32.ne (local.get 0) (i32.const 5)) (then unreachable))))"#;
    assert_eq!(bench.once(kept, LIMITS).await.ran.ending, Ending::Exited { code: 0 });
}

#[tokio::test]
async fn what_is_no_program_is_unusable_in_every_run() {
    let bench = Bench::default();
    let good = module(&start(""));
    let bad = [
        b"".to_vec(),
        b"#!/bin/sh\nexit 0\n".to_vec(),
        good[..good.len() - 3].to_vec(),
        [&good[..], &[0xff; 9]].concat(),
        module(r#"(module (func (export "begin")))"#),
        module(r#"(module (func (export "_start") (param i32)))"#),
        module(r#"(module (import "env" "system" (func)) (func (export "_start")))"#),
        module(
            r#"(module (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32))) (func (export "_start")))"#,
        ),
        module(r#"(module (memory 1) (memory 1) (func (export "_start")))"#),
        module(r#"(module (memory 1 1 shared) (func (export "_start")))"#),
        module(r#"(module (memory i64 1) (func (export "_start")))"#),
    ];
    for bytes in bad {
        let program = bench.prepare(&bytes).await;
        for _ in 0..2 {
            let done = bench.try_run(&program, bench.run(LIMITS, &[], None)).await.unwrap();
            assert_eq!((done.ran.ending, done.ran.used, done.ran.length), (Ending::Unusable, 0, 0), "{bytes:?}");
            assert!(!done.ran.log.is_empty());
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_this_machine_is_no_ending() {
    let bench = Bench::default();
    let source = bench.put(&module(&start("")));
    let wrong = Source { digest: [1; 32], ..source.clone() };
    assert!(matches!(bench.wasi.prepare(&wrong).await, Err(ExecutorError::WrongDigest)));
    let gone = Source { at: At::File("/nowhere".into()), digest: [2; 32] };
    assert!(matches!(bench.wasi.prepare(&gone).await, Err(ExecutorError::File { .. })));
    let image = Source { at: At::Reference("a/b@sha256:0".to_owned()), digest: [3; 32] };
    assert!(matches!(bench.wasi.prepare(&image).await, Err(ExecutorError::Absent { .. })));
    // And what failed once may succeed later.
    let At::File(path) = &source.at else { unreachable!() };
    let bytes = fs::read(path).unwrap();
    fs::remove_file(path).unwrap();
    assert!(matches!(bench.wasi.prepare(&source).await, Err(ExecutorError::File { .. })));
    fs::write(path, bytes).unwrap();
    let program = bench.wasi.prepare(&source).await.unwrap();
    let run = bench.run(LIMITS, &[], Some("/nowhere".into()));
    assert!(matches!(bench.try_run(&program, run).await, Err(ExecutorError::File { .. })));
    let mut run = bench.run(LIMITS, &[], None);
    run.output = bench.folder.path().join("missing/output");
    assert!(matches!(bench.try_run(&program, run).await, Err(ExecutorError::File { .. })));
}
