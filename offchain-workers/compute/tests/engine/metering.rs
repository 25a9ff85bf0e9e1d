//! What is metered is what was used.

use idlewild_compute::oci::Metering;
use idlewild_compute_primitives::{outcome::Ending, resources::Resources};

use crate::support::Bench;

/// Two seconds of processor time, by the program's own account.
const BURN: &str = "while :; do i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; read -r stat < /proc/1/stat; set -- $stat; \
                    [ $((${14} + ${15})) -ge 200 ] && break; done";

async fn used(metering: Metering) -> Option<u64> {
    let bench = Bench::with(|settings| settings.metering = metering).await?;
    let ran = bench.ran(bench.shell(BURN)).await;
    assert!(ran.ending.is_success(), "{ran:?}");
    Some(ran.used)
}

#[tokio::test(flavor = "multi_thread")]
async fn processor_time_is_metered() {
    if let Some(used) = used(Metering::Any).await {
        assert!((1_950..=2_300).contains(&used), "{used}");
    }
    if let Some(used) = used(Metering::Sampled).await {
        assert!((1_700..=2_300).contains(&used), "{used}");
    }
    // Once a second, at best, and nothing of the last one.
    if let Some(used) = used(Metering::Engine).await {
        assert!((1..=2_300).contains(&used), "{used}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_is_no_work() {
    let Some(bench) = Bench::new().await else { return };
    let ran = bench.ran(bench.shell("sleep 2")).await;
    assert!(ran.used < 500 && ran.took.as_millis() >= 2_000, "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_of_the_processor_is_kept() {
    let Some(bench) = Bench::new().await else { return };
    let mut run = bench.shell("while :; do :; done & while :; do :; done");
    run.resources = Resources { cpu_milli: 250, ..run.resources };
    run.limits.time_ms = 4_000;
    let ran = bench.ran(run).await;
    assert_eq!(ran.ending, Ending::OutOfTime);
    let share = ran.used as f64 / ran.took.as_millis() as f64;
    assert!((0.05..=0.30).contains(&share), "{share}");
}
