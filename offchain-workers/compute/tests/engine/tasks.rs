//! How tasks end, and what goes in and comes out.

use std::time::{Duration, Instant};

use idlewild_compute::executor::{ExecutorError, LOG_BYTES};
use idlewild_compute_primitives::{outcome::Ending, project::Limits};
use tokio_util::sync::CancellationToken;

use crate::support::{until, Bench, SOON};

#[tokio::test(flavor = "multi_thread")]
async fn codes_arguments_and_logs_are_the_programs() {
    let Some(bench) = Bench::new().await else { return };
    for code in [0, 1, 3, 128, 255] {
        let ran = bench.ran(bench.shell(&format!("exit {code}"))).await;
        assert_eq!(ran.ending, Ending::Exited { code });
    }
    let run = bench.run(&["sh", "-c", "echo \"$0 $1\"; echo why >&2", "a b", "$HOME"]);
    let output = run.output.clone();
    let ran = bench.ran(run).await;
    assert_eq!(std::fs::read(&output).unwrap(), b"a b $HOME\n");
    assert_eq!((ran.length, ran.output), (10, *blake3::hash(b"a b $HOME\n").as_bytes()));
    assert_eq!(ran.log, b"why\n");
    assert!(bench.containers().await.is_empty(), "nothing is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_comes_out_as_it_went_in() {
    let Some(bench) = Bench::new().await else { return };
    let mut state = 1_u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(20_000_001)
    .collect();
    let mut run = bench.run(&["cat"]);
    run.input = Some(bench.file("input", &bytes));
    run.limits.output = bytes.len() as u64;
    let output = run.output.clone();
    let ran = bench.ran(run).await;
    assert_eq!((ran.ending, ran.length), (Ending::Exited { code: 0 }, bytes.len() as u64));
    assert_eq!(ran.output, *blake3::hash(&bytes).as_bytes());
    assert!(std::fs::read(output).unwrap() == bytes);
    // Nor need it be read.
    let mut run = bench.run(&["true"]);
    run.input = Some(bench.folder.path().join("input"));
    assert!(bench.ran(run).await.ending.is_success());
    // No input is one that has ended.
    assert_eq!(bench.said("wc -c").await.trim(), "0");
    let mut run = bench.run(&["cat"]);
    run.input = Some(bench.folder.path().join("nowhere"));
    let error = bench.prepared().await.run(run, &CancellationToken::new()).await.unwrap_err();
    assert!(matches!(error, ExecutorError::File { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_output_ends_a_task() {
    let Some(bench) = Bench::new().await else { return };
    let mut run = bench.run(&["yes"]);
    run.limits.output = 100_001;
    let output = run.output.clone();
    let ran = bench.ran(run).await;
    assert_eq!((ran.ending, ran.length), (Ending::TooMuchOutput, 100_001));
    let written = std::fs::read(output).unwrap();
    assert_eq!((written.len(), *blake3::hash(&written).as_bytes()), (100_001, ran.output));
    // As much as it may is not too much.
    let mut run = bench.shell("head -c 100001 /dev/zero");
    run.limits.output = 100_001;
    assert!(bench.ran(run).await.ending.is_success());
    // What it says beside its output is cut at the other end.
    let ran = bench.ran(bench.shell("head -c 300000 /dev/zero >&2; echo end >&2")).await;
    assert!(ran.log.len() == LOG_BYTES && ran.log.ends_with(b"end\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn time_ends_a_task() {
    let Some(bench) = Bench::new().await else { return };
    // The second has closed its output long before, and goes on.
    for script in ["echo begun; exec sleep 600", "echo begun; exec >&- 2>&-; exec sleep 600"] {
        let mut run = bench.shell(script);
        run.limits.time_ms = 1_000;
        let begun = Instant::now();
        let ran = bench.ran(run).await;
        assert_eq!((ran.ending, ran.length), (Ending::OutOfTime, 6), "{script}");
        assert!(ran.took >= Duration::from_secs(1) && begun.elapsed() < SOON);
    }
    assert!(bench.containers().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn work_ends_a_task() {
    let Some(bench) = Bench::new().await else { return };
    let mut run = bench.shell("while :; do :; done");
    run.limits = Limits { work: 700, ..run.limits };
    let ran = bench.ran(run).await;
    assert_eq!((ran.ending, ran.used), (Ending::OutOfFuel, 700));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_can_be_stopped_in_the_middle() {
    let Some(bench) = Bench::new().await else { return };
    let prepared = bench.prepared().await;
    let stop = CancellationToken::new();
    let under_way = {
        let (prepared, run, stop) = (prepared.clone(), bench.shell("sleep 600"), stop.clone());
        tokio::spawn(async move { prepared.run(run, &stop).await })
    };
    until("a container appears", || async { bench.containers().await.len() == 1 }).await;
    stop.cancel();
    let outcome = tokio::time::timeout(SOON, under_way).await.unwrap().unwrap();
    assert!(matches!(outcome, Err(ExecutorError::Stopped)), "{outcome:?}");
    assert!(bench.containers().await.is_empty(), "nothing is left");
    assert!(matches!(prepared.run(bench.shell("true"), &stop).await, Err(ExecutorError::Stopped)));
    // Nobody may wait for it any more.
    let stop = CancellationToken::new();
    let run = prepared.run(bench.shell("sleep 600"), &stop);
    let _ = tokio::time::timeout(Duration::from_secs(3), run).await;
    until("what nobody waits for is removed", || async { bench.containers().await.is_empty() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_is_a_trap_and_what_cannot_begin_is_unusable() {
    let Some(bench) = Bench::new().await else { return };
    let ran = bench.ran(bench.shell("sh -c 'kill -SEGV $$'; exit $?")).await;
    assert_eq!(ran.ending, Ending::Trapped);
    assert!(String::from_utf8_lossy(&ran.log).contains("signal 11"), "{ran:?}");
    for arguments in [&["/nowhere"][..], &["/etc"], &["/www/index.html"], &[]] {
        let ran = bench.ran(bench.run(arguments)).await;
        assert_eq!(ran.ending, Ending::Unusable, "{arguments:?}");
        assert!(!ran.log.is_empty() && ran.length == 0);
    }
}
