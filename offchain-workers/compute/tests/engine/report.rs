//! What an engine says of itself.

use idlewild_compute::executor::Executor;

use crate::support::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_is_known_by_what_it_says() {
    let Some(bench) = Bench::new().await else { return };
    let report = bench.oci.report().await.unwrap();
    assert!(!report.version.is_empty() && report.interface >= (1, 24), "{report:?}");
    assert!((1..=2).contains(&report.groups) && report.cores > 0 && report.host_class != [0; 8], "{report:?}");
    assert_eq!(bench.oci.report().await.unwrap(), report, "it says the same each time");
    bench.oci.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_wait_for_everybody_else() {
    let Some(bench) = Bench::with(|settings| settings.yields = true).await else { return };
    // Only where they have a group of their own, and the kernel is not older than idle groups.
    let Some(group) = bench.oci.group().await.unwrap() else { return eprintln!("skipped: there is no group") };
    let files = ["cpu/", ""].map(|top| format!("/sys/fs/cgroup/{top}{}/cpu.idle", group.trim_start_matches('/')));
    match files.iter().find_map(|file| std::fs::read_to_string(file).ok()) {
        Some(idle) => assert_eq!(idle, "1\n"),
        None => eprintln!("skipped: the kernel knows of no idle groups"),
    }
}
