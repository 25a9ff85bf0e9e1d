//! How quick it is. Figures are printed; what is tested is far from them, since others may work on the machine.

use std::time::{Duration, Instant};

use crate::bench::{module, Bench, LIMITS};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_run_before_begins_at_once() {
    let bench = Bench::default();
    let program = bench.prepare(&module(r#"(module (memory (export "memory") 1) (func (export "_start")))"#)).await;
    let run = bench.run(LIMITS, &[], None);
    let mut took = Vec::new();
    for _ in 0..500 {
        let began = Instant::now();
        bench.try_run(&program, run.clone()).await.unwrap();
        took.push(began.elapsed());
    }
    took.sort();
    println!("a run of nothing: median {:?}, least {:?}, most {:?}", took[250], took[0], took[499]);
    assert!(took[250] < Duration::from_millis(20));
}
