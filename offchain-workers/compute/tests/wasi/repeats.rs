use std::collections::HashSet;

use idlewild_compute::{
    executor::Executor,
    wasi::{Settings, Wasi},
};
use idlewild_compute_primitives::{outcome::Ending, project::Limits};

use crate::bench::{module, with, Bench, LIMITS};

/// Writes so many bytes of its memory from 64 on.
fn then_write(count: u32) -> String {
    format!(
        "(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const {count}))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))"
    )
}

#[tokio::test]
async fn input_comes_out_as_it_is() {
    let bench = Bench::default();
    let text = with(
        &["fd_read", "fd_write"],
        r#"(func (export "_start")
             (loop
               (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 40000))
               (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)) (then unreachable))
               (if (i32.eqz (i32.load (i32.const 4))) (then return))
               (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
               (br 0)))"#,
    );
    let program = bench.prepare(&module(&text)).await;
    for length in [0, 1, 39_999, 40_000, 3_000_001] {
        let bytes: Vec<u8> = (0..length).map(|index: u32| (index % 251) as u8).collect();
        let run = bench.run(LIMITS, &[], Some(bench.input(&bytes)));
        let done = bench.try_run(&program, run).await.unwrap();
        assert_eq!((done.ran.ending, done.output == bytes), (Ending::Exited { code: 0 }, true), "{length}");
    }
}

#[tokio::test]
async fn arguments_follow_a_name() {
    let bench = Bench::default();
    let text = with(
        &["args_get", "fd_write"],
        &format!(r#"(func (export "_start") (drop (call $args_get (i32.const 16) (i32.const 64))) {})"#, then_write(14)),
    );
    let program = bench.prepare(&module(&text)).await;
    let done = bench.try_run(&program, bench.run(LIMITS, &["a", "bcd"], None)).await.unwrap();
    assert_eq!(done.output, b"program\0a\0bcd\0");
}

#[tokio::test]
async fn time_and_randomness_are_those_of_what_is_run() {
    let bench = Bench::default();
    let text = with(
        &["clock_time_get", "random_get", "fd_write"],
        &format!(
            r#"(func (export "_start")
                (drop (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 64)))
                (drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 72)))
                (drop (call $random_get (i32.const 80) (i32.const 32)))
                {})"#,
            then_write(48)
        ),
    );
    let program = bench.prepare(&module(&text)).await;
    let input = bench.input(b"input");
    let runs = [(&[][..], None), (&["1"], None), (&["1", ""], None), (&["1"], Some(input.clone())), (&[], Some(input))];
    let mut seen = HashSet::new();
    for (arguments, input) in runs {
        let one = bench.try_run(&program, bench.run(LIMITS, arguments, input.clone())).await.unwrap();
        let two = bench.try_run(&program, bench.run(LIMITS, arguments, input)).await.unwrap();
        assert_eq!(one.output, two.output);
        assert_eq!(one.output[..8], 1_577_836_800_001_000_000u64.to_le_bytes());
        assert_eq!(one.output[8..16], 2_000_000u64.to_le_bytes());
        assert!(seen.insert(one.output[16..].to_vec()), "{arguments:?}");
    }
    // Another program has another seed.
    let other = bench.once(&text.replace("(memory", "(func) (memory"), LIMITS).await;
    assert!(seen.insert(other.output[16..].to_vec()));
    // What these bytes are is part of the profile: whoever changes them changes what is right.
    let first = bench.once(&text, LIMITS).await;
    assert_eq!(
        blake3::hash(&first.output).to_hex().as_str(),
        "3f5233447e2e8ef992816fd1018a4d7fee3b06636a9ea264d2cad8bfd24217ec"
    );
}

#[tokio::test]
async fn nobody_waits_for_a_clock() {
    let bench = Bench::default();
    // A day, beside an hour that is waited for as well.
    let text = with(
        &["poll_oneoff", "clock_time_get", "fd_write"],
        &format!(
            r#"(func (export "_start")
                (i64.store (i32.const 1000) (i64.const 7)) (i32.store (i32.const 1016) (i32.const 1))
                (i64.store (i32.const 1024) (i64.const 86400000000000))
                (i64.store (i32.const 1048) (i64.const 8)) (i32.store (i32.const 1064) (i32.const 1))
                (i64.store (i32.const 1072) (i64.const 3600000000000))
                (if (call $poll_oneoff (i32.const 1000) (i32.const 72) (i32.const 2) (i32.const 64)) (then unreachable))
                (drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 80)))
                {})"#,
            then_write(24)
        ),
    );
    let done = bench.once(&text, LIMITS).await;
    assert_eq!(done.ran.ending, Ending::Exited { code: 0 });
    assert_eq!(done.output[..4], 1u32.to_le_bytes(), "one of both");
    assert_eq!(done.output[8..16], 8u64.to_le_bytes(), "the hour");
    assert_eq!(done.output[16..24], 3_600_001_000_000u64.to_le_bytes());
    assert!(done.ran.took.as_secs() < 10);
}

#[tokio::test]
async fn a_nan_has_one_pattern_of_bits() {
    let bench = Bench::default();
    let cases = [
        ("(f32.div (f32.const 0) (f32.const 0))", "f32"),
        ("(f32.sub (f32.const inf) (f32.const inf))", "f32"),
        ("(f32.sqrt (f32.const -1))", "f32"),
        ("(f32.add (f32.const nan:0x200001) (f32.const 1))", "f32"),
        ("(f32.min (f32.const -nan:0x200001) (f32.const 1))", "f32"),
        ("(f32.demote_f64 (f64.const -nan:0x4000000000001))", "f32"),
        ("(f64.div (f64.const 0) (f64.const 0))", "f64"),
        ("(f64.mul (f64.const inf) (f64.const 0))", "f64"),
        ("(f64.sqrt (f64.const -1))", "f64"),
        ("(f64.promote_f32 (f32.const -nan:0x200001))", "f64"),
        ("(f32x4.extract_lane 0 (f32x4.sqrt (v128.const f32x4 -1 -1 -1 -1)))", "f32"),
        ("(f64x2.extract_lane 0 (f64x2.div (v128.const f64x2 0 0) (v128.const f64x2 0 0)))", "f64"),
    ];
    for (value, ty) in cases {
        let text =
            with(&["fd_write"], &format!(r#"(func (export "_start") ({ty}.store (i32.const 64) {value}) {})"#, then_write(8)));
        let done = bench.once(&text, LIMITS).await;
        let expected = if ty == "f32" { 0x7fc0_0000u64 } else { 0x7ff8_0000_0000_0000 };
        assert_eq!(done.output, expected.to_le_bytes(), "{value}");
    }
}

/// Fills memory with what depends on itself, for a while, with calls and output in between.
fn busy() -> String {
    with(
        &["random_get", "fd_write"],
        &format!(
            r#"(func $mix (param i32 i32) (result i32) (i32.rotl (i32.mul (local.get 0) (i32.const 0x9e3779b1)) (local.get 1)))
            (func $turn (param i32) (result i32)
              (if (result i32) (local.get 0)
                (then (call $mix (call $turn (i32.sub (local.get 0) (i32.const 1))) (local.get 0)))
                (else (i32.load (i32.const 64)))))
            (func (export "_start") (local i32 i32)
              (drop (call $random_get (i32.const 64) (i32.const 32)))
              (local.set 0 (i32.const 20000))
              (loop
                (local.set 1 (i32.and (call $turn (i32.const 100)) (i32.const 0xfffc)))
                (memory.fill (i32.const 1024) (local.get 0) (i32.const 4096))
                (i32.store (local.get 1) (i32.add (local.get 0) (i32.load (local.get 1))))
                (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
                (br_if 0 (local.get 0)))
              {})"#,
            then_write(60_000)
        ),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn fuel_is_the_same_alone_and_among_others_and_after_a_start_from_disk() {
    let bench = Bench::default();
    let bytes = module(&busy());
    let program = bench.prepare(&bytes).await;
    let first = bench.try_run(&program, bench.run(LIMITS, &["x"], None)).await.unwrap();
    assert_eq!(first.ran.ending, Ending::Exited { code: 0 });
    assert!(first.ran.used > 40_000_000, "more than one slice: {}", first.ran.used);
    let runs = (0..8).map(|_| bench.try_run(&program, bench.run(LIMITS, &["x"], None)));
    // Another worker finds what this one compiled.
    let other = Wasi::open(&Settings::new(bench.folder.path().join("compiled"))).unwrap();
    let again = other.prepare(&bench.put(&bytes)).await.unwrap();
    let later = bench.try_run(&again, bench.run(LIMITS, &["x"], None)).await.unwrap();
    for done in futures::future::join_all(runs).await.into_iter().map(Result::unwrap).chain([later]) {
        let (one, other) = (&first.ran, &done.ran);
        assert_eq!((one.ending, one.used, one.output), (other.ending, other.used, other.output));
    }
    // A little less than what it takes is too little, wherever that ends.
    let exact = Limits { work: first.ran.used + 1, ..LIMITS };
    assert_eq!(bench.try_run(&program, bench.run(exact, &["x"], None)).await.unwrap().ran.ending, first.ran.ending);
    let less = Limits { work: first.ran.used - 1_000, ..LIMITS };
    let done = bench.try_run(&program, bench.run(less, &["x"], None)).await.unwrap();
    assert_eq!((done.ran.ending, done.ran.used), (Ending::OutOfFuel, less.work));
    // What it takes is part of the profile.
    assert_eq!(first.ran.used, 57_487_857);
}

#[tokio::test]
async fn one_program_is_prepared_once() {
    let bench = Bench::default();
    let source = bench.put(&module(&busy()));
    let all = futures::future::join_all((0..16).map(|_| bench.wasi.prepare(&source))).await;
    assert!(all.iter().all(Result::is_ok));
    // Its file is not needed any more, here or by whoever finds it on the shelf.
    if let idlewild_compute::executor::At::File(path) = &source.at {
        std::fs::remove_file(path).unwrap();
    }
    bench.wasi.prepare(&source).await.unwrap();
    let other = Wasi::open(&Settings::new(bench.folder.path().join("compiled"))).unwrap();
    other.prepare(&source).await.unwrap();
}
