use std::time::{Duration, Instant};

use idlewild_compute::executor::ExecutorError;
use idlewild_compute_primitives::project::Limits;
use tokio_util::sync::CancellationToken;

use crate::bench::{module, with, Bench, LIMITS};

const ENDLESS: &str = r#"(module (func (export "_start") (loop (br 0))))"#;
const FUEL: Limits = Limits { work: u64::MAX, ..LIMITS };

/// Programs without end: one that only counts, and ones that only call.
fn endless() -> Vec<Vec<u8>> {
    let calls = with(
        &["clock_time_get"],
        r#"(func (export "_start") (loop (drop (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 0))) (br 0)))"#,
    );
    let fills = r#"(module (memory 1024) (func (export "_start")
        (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 67108864)) (br 0))))"#;
    [ENDLESS, &calls, fills].map(module).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_it_in_the_middle() {
    let bench = Bench::default();
    for bytes in endless() {
        let program = bench.prepare(&bytes).await;
        let stop = CancellationToken::new();
        let later = stop.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            later.cancel();
        });
        let began = Instant::now();
        let ended = program.run(bench.run(FUEL, &[], None), &stop).await;
        assert!(matches!(ended, Err(ExecutorError::Stopped)), "{ended:?}");
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        assert!(matches!(program.run(bench.run(FUEL, &[], None), &stop).await, Err(ExecutorError::Stopped)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_slow_is_no_result() {
    let bench = Bench::default();
    for bytes in endless() {
        let program = bench.prepare(&bytes).await;
        let ended = bench.try_run(&program, bench.run(Limits { time_ms: 50, ..FUEL }, &[], None)).await.map(|done| done.ran);
        assert!(matches!(ended, Err(ExecutorError::Insufficient { what: "time", .. })), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_ends() {
    let bench = Bench::default();
    let program = bench.prepare(&module(ENDLESS)).await;
    let run = bench.run(FUEL, &[], None);
    let stop = CancellationToken::new();
    assert!(tokio::time::timeout(Duration::from_millis(50), program.run(run, &stop)).await.is_err());
    // The runtime waits for all its threads, so this test would have no end.
}
