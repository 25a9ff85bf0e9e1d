//! Containers: images from the storage network, run by a real Docker Engine. Where there is none, the tests say so and do nothing.

use std::{fs, path::Path, sync::Arc, time::Duration};

use bollard::{
    body_full,
    query_parameters::{CreateImageOptions, ListImagesOptions, RemoveImageOptions},
    Docker, API_DEFAULT_VERSION,
};
use futures::{StreamExt, TryStreamExt};
use idlewild_chain_client::{coins::COIN, ComputeCall, ComputeClient};
use idlewild_chain_memory::Pace;
use idlewild_compute_primitives::{
    chunk::Stage,
    outcome::Ending,
    program::{Class, Program},
    ProjectId,
};
use idlewild_images::{
    blob::{Blob, Sha},
    import::{import, Imported, Made},
};
use idlewild_sdk::{
    image::{local, PushEvent, PushOptions, PushReport, PushedImages},
    job::{Job, TaskSpec},
    submit::{JobId, SubmitJobError},
    watch::Progress,
    Sdk,
};
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::{
    jobs_compared::BEFORE,
    support::{module, options, Does, Host, World, ECHO, PATIENCE},
};

/// What all tests run. It stays in the engine, so that it is made once.
const NAME: &str = "idlewild-worker-tests:1";
/// Containers' configuration for machines that share this one with other tests.
const OCI: &str = "[oci]\nengine = \"on\"\nyields = false\n";

/// An engine with an image that has nothing but a shell.
async fn engine() -> Option<Docker> {
    static ONE: Mutex<()> = Mutex::const_new(());
    let _one = ONE.lock().await;
    let skip = |reason: String| eprintln!("skipped: {reason}");
    let docker =
        Docker::connect_with_unix(local::SOCKET, 60, API_DEFAULT_VERSION).map_err(|error| skip(error.to_string())).ok()?;
    let docker = docker.negotiate_version().await.map_err(|error| skip(error.to_string())).ok()?;
    if docker.inspect_image(NAME).await.is_ok() {
        return Some(docker);
    }
    let busybox = ["/bin/busybox", "/usr/bin/busybox"].iter().find_map(|path| fs::read(path).ok());
    let Some(busybox) = busybox else {
        skip("there is no busybox to make an image of; install busybox-static".into());
        return None;
    };
    let mut archive = tar::Builder::new(Vec::new());
    let mut head = tar::Header::new_gnu();
    head.set_mode(0o755);
    head.set_size(busybox.len() as u64);
    archive.append_data(&mut head, "bin/busybox", busybox.as_slice()).unwrap();
    for name in ["sh", "echo", "cat", "rev"] {
        let mut head = tar::Header::new_gnu();
        head.set_entry_type(tar::EntryType::Symlink);
        head.set_mode(0o777);
        head.set_size(0);
        archive.append_link(&mut head, format!("bin/{name}"), "busybox").unwrap();
    }
    let (name, tag) = NAME.split_once(':').unwrap();
    let options =
        CreateImageOptions { from_src: Some("-".into()), repo: Some(name.into()), tag: Some(tag.into()), ..Default::default() };
    let root = body_full(archive.into_inner().unwrap().into());
    docker.create_image(Some(options), Some(root), None).try_collect::<Vec<_>>().await.unwrap();
    Some(docker)
}

/// The image as an archive that was saved.
async fn saved(folder: &TempDir) -> Imported {
    let archive = folder.path().join("image.tar");
    local::save(NAME, local::SOCKET, &archive, |_| {}).await.unwrap();
    import(fs::File::open(&archive).unwrap(), folder.path(), |_, _| {}).unwrap()
}

fn sdk(world: &World) -> Sdk {
    Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()))
}

fn pushed(sdk: &Sdk, folder: &Path) -> PushedImages {
    PushedImages::open(&folder.join("pushed"), &sdk.session().chain().genesis(), &sdk.session().account())
}

async fn push(sdk: &Sdk, image: &Imported, pushed: &PushedImages) -> PushReport {
    let options = PushOptions { wish: options(8 << 20).wish, most: 1_000 * COIN };
    sdk.push_image(image, pushed, &options, |_: PushEvent| {}).await.unwrap()
}

/// A job whose chunks may take as long as any.
fn job(program: Program, tasks: Vec<TaskSpec>) -> Job {
    let usual = Job::of_image(program, tasks);
    Job { per_chunk: 2, price: 100 * COIN, run: 50, within: 5_000, stored: options(8 << 20).wish, ..usual }
}

/// Blocks while containers run: a container takes seconds, and the deadline of its chunk is some blocks away.
const SLOW: Pace = Pace { quiet: Duration::from_millis(1_000), longest: Duration::from_millis(1_500) };

/// Waits until the results of all of a project's chunks are agreed to, and then, with blocks as fast as they can be, for its end.
async fn finish(world: &mut World, sdk: &Sdk, project: ProjectId) -> Progress {
    world.running = Some(world.chain.run(SLOW));
    let ended = async {
        let mut heads = sdk.session().chain().finalized_heads().await.unwrap();
        loop {
            let progress = sdk.progress(project).await.unwrap();
            if progress.is_over() || progress.agreed + progress.finished >= progress.chunks {
                break;
            }
            heads.next().await.expect("blocks come").unwrap();
        }
        world.go_on();
        sdk.wait(project, |_| {}).await.unwrap()
    };
    tokio::time::timeout(PATIENCE * 4, ended).await.expect("the project ends in time")
}

/// An image that no engine should see: one of its files would be written outside of it.
fn hostile() -> Imported {
    let mut layer = tar::Builder::new(Vec::new());
    let mut head = tar::Header::new_gnu();
    let name = b"../../etc/cron.d/evil";
    head.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name);
    head.set_size(0);
    head.set_mode(0o644);
    head.set_cksum();
    layer.append(&head, &b""[..]).unwrap();
    let layer = layer.into_inner().unwrap();
    let config =
        serde_json::json!({ "os": "linux", "rootfs": { "type": "layers", "diff_ids": [Sha::of(&layer).to_string()] } });
    let config = config.to_string().into_bytes();
    let describe = |kind: &str, bytes: &[u8]| serde_json::json!({ "mediaType": kind, "digest": Sha::of(bytes).to_string(), "size": bytes.len() });
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "config": describe("application/vnd.oci.image.config.v1+json", &config),
        "layers": [describe("application/vnd.oci.image.layer.v1.tar", &layer)],
    });
    let folder = tempfile::tempdir().unwrap();
    let made = |bytes: &[u8]| {
        let file = folder.path().join(Sha::of(bytes).hex());
        fs::write(&file, bytes).unwrap();
        Made { blob: Blob::of(bytes), file }
    };
    let blobs = vec![made(&config), made(&layer)];
    Imported::new(manifest.to_string().into_bytes(), blobs, Vec::new(), folder)
}

/// Removes what the machines' registries brought into the engine: names alone where it is the image that the tests made.
async fn tidy(docker: &Docker) {
    for image in docker.list_images(None::<ListImagesOptions>).await.unwrap_or_default() {
        for name in image.repo_digests.iter().filter(|name| name.starts_with("127.0.0.1:")) {
            // What another test has in use stays.
            let _ = docker.remove_image(name, None::<RemoveImageOptions>, None).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_pushed_and_run_by_two_providers_whose_results_agree() {
    let Some(docker) = engine().await else { return };
    let mut world = World::new(4).await;
    let mut hosts = Vec::new();
    for number in 0..2 {
        let does = Does { listens: true, oci: OCI.into(), ..Does::provide() };
        hosts.push(Host::start_as(&world, number, does).await);
    }
    for id in 0..2 {
        let attributes = world.owner.node.provider(id).await.unwrap().unwrap().attributes;
        assert!(attributes.runtimes.oci && attributes.host_class != [0; 8], "{attributes:?}");
    }
    let (folder, sdk) = (tempfile::tempdir().unwrap(), sdk(&world));
    let (image, pushed) = (saved(&folder).await, pushed(&sdk, folder.path()));
    let report = push(&sdk, &image, &pushed).await;
    assert_eq!((report.known, report.image.digest), (0, image.digest()));
    let again = push(&sdk, &image, &pushed).await;
    assert_eq!((again.stored, again.held, again.image.bundle), (0, 0, report.image.bundle), "what stands is not stored again");
    assert_eq!(pushed.find("idlewild-worker-tests").unwrap().unwrap().digest, image.digest());

    let file = folder.path().join("input");
    fs::write(&file, "abc\n").unwrap();
    let shell = |script: &str| TaskSpec::new(["sh", "-c", script].map(str::to_owned));
    let tasks = vec![
        shell("echo one"),
        TaskSpec { input: Some(file), ..shell("rev") },
        shell("echo three; exit 3"),
        TaskSpec::new(["no-such-program".to_owned()]),
    ];
    world.running = Some(world.chain.run(SLOW));
    let project = sdk.submit(&job(report.image.program(Class::Pinned), tasks), JobId::random(), |_| {}).await.unwrap();
    let progress = finish(&mut world, &sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (2, 0, 0), "{progress:?}");
    assert_eq!(progress.replicas, 4, "nobody is trusted yet: each chunk was run twice");
    let out = folder.path().join("out");
    let collected = sdk.collect(project, &out, |_| {}).await.unwrap();
    let texts: Vec<String> = collected.iter().map(|task| fs::read_to_string(&task.file).unwrap()).collect();
    assert_eq!(texts, ["one\n", "cba\n", "three\n", ""]);
    let endings: Vec<Ending> = collected.iter().map(|task| task.outcome.ending).collect();
    assert_eq!(endings[..3], [0, 0, 3].map(|code| Ending::Exited { code }));
    assert!(!endings[3].is_success(), "{:?}", endings[3]);
    for host in &mut hosts {
        host.stop().await;
    }
    tidy(&docker).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn images_that_write_something_else_each_time_agree_by_their_comparator() {
    let Some(docker) = engine().await else { return };
    let mut world = World::new(4).await;
    let does = Does { modules: false, oci: OCI.into(), ..Does::provide() };
    let mut hosts = vec![Host::start_as(&world, 0, does.clone()).await, Host::start_as(&world, 1, does).await];
    let attributes = world.owner.node.provider(0).await.unwrap().unwrap().attributes;
    assert!(attributes.runtimes.oci && !attributes.runtimes.wasi, "who runs images alone can compare: {attributes:?}");
    let (folder, sdk) = (tempfile::tempdir().unwrap(), sdk(&world));
    let (image, pushed) = (saved(&folder).await, pushed(&sdk, folder.path()));
    let report = push(&sdk, &image, &pushed).await;
    let script = "echo \"result # $(cat /proc/sys/kernel/random/uuid)\"";
    let tasks = vec![TaskSpec::new(["sh", "-c", script].map(str::to_owned))];
    world.running = Some(world.chain.run(SLOW));
    let comparator = Some(module(&folder, BEFORE));
    let job = Job { comparator, ..job(report.image.program(Class::Pinned), tasks) };
    let project = sdk.submit(&job, JobId::random(), |_| {}).await.unwrap();
    let progress = finish(&mut world, &sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");
    assert_eq!(progress.replicas, 2, "no third one had to be asked");
    let chunk = sdk.chunks(project).await.unwrap().remove(0);
    assert!(chunk.replicas.iter().all(|replica| replica.is_paid), "{chunk:?}");
    let collected = sdk.collect(project, &folder.path().join("out"), |_| {}).await.unwrap();
    let text = fs::read_to_string(&collected[0].file).unwrap();
    assert!(text.starts_with("result # ") && text.trim().len() == "result # ".len() + 36, "{text}");
    for host in &mut hosts {
        host.stop().await;
    }
    tidy(&docker).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_engine_modules_are_run() {
    let mut world = World::new(4).await;
    let mut hosts = Vec::new();
    for number in 0..2 {
        let oci = "[oci]\nengine = \"on\"\nsocket = \"/nowhere/docker.sock\"\n".to_owned();
        hosts.push(Host::start_as(&world, number, Does { oci, ..Does::provide() }).await);
    }
    let attributes = world.owner.node.provider(0).await.unwrap().unwrap().attributes;
    assert!(attributes.runtimes.wasi && !attributes.runtimes.oci, "{attributes:?}");
    let (folder, sdk) = (tempfile::tempdir().unwrap(), sdk(&world));
    let tasks = vec![TaskSpec::new(["module".to_owned()])];
    let job =
        Job { price: 100 * COIN, within: 5_000, stored: options(8 << 20).wish, ..Job::of_module(module(&folder, ECHO), tasks) };
    let project = sdk.submit(&job, JobId::random(), |_| {}).await.unwrap();
    let progress = finish(&mut world, &sdk, project).await;
    assert_eq!((progress.finished, progress.without_result), (1, 0), "{progress:?}");
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_is_another_one_costs_nobody_anything() {
    let Some(docker) = engine().await else { return };
    let mut world = World::new(4).await;
    let does = Does { oci: OCI.into(), ..Does::provide() };
    let mut hosts = vec![Host::start_as(&world, 0, does.clone()).await, Host::start_as(&world, 1, does).await];
    let (folder, sdk) = (tempfile::tempdir().unwrap(), sdk(&world));
    let (image, pushed) = (saved(&folder).await, pushed(&sdk, folder.path()));
    let report = push(&sdk, &image, &pushed).await;
    let good = report.image.program(Class::Pinned);
    let tasks = || vec![TaskSpec::new(["echo".to_owned(), "hello".to_owned()])];

    // The requester is told before anything is on hold.
    let free = world.owner.free().await;
    let gone = Program { bundle: idlewild_client::bundle::Bundle { root: 9_999, ..good.bundle }, ..good };
    let refused = sdk.submit(&job(gone, tasks()), JobId::random(), |_| {}).await.unwrap_err();
    assert!(matches!(refused, SubmitJobError::Image(_)) && refused.to_string().contains("deal 9999"), "{refused}");
    let other = Program { digest: [7; 32], ..good };
    let refused = sdk.submit(&job(other, tasks()), JobId::random(), |_| {}).await.unwrap_err();
    assert!(refused.to_string().contains("stands on chain"), "{refused}");
    assert_eq!(world.owner.free().await, free);

    // Providers leave it alone even where the requester does not look, and run what comes after it.
    world.running = Some(world.chain.run(SLOW));
    let right = sdk.submit(&job(good, tasks()), JobId::random(), |_| {}).await.unwrap();
    let mut spec = world.owner.node.project(right).await.unwrap().unwrap().spec;
    spec.program = other;
    let sent = sdk.session().submitter().submit(ComputeCall::CreateProject { spec: Box::new(spec) }.into()).await;
    sent.unwrap();
    let wrong = right + 1;
    let later = sdk.submit(&job(good, tasks()), JobId::random(), |_| {}).await.unwrap();
    // The later one first: blocks are slow until its container has run as well.
    for project in [later, right] {
        let progress = finish(&mut world, &sdk, project).await;
        assert_eq!((progress.finished, progress.without_result), (1, 0), "{progress:?}");
    }
    let chunk = world.owner.node.chunk(wrong, 0).await.unwrap().unwrap();
    assert!(matches!(chunk.stage, Stage::Open) && chunk.replicas.is_empty(), "{chunk:?}");
    sdk.session().submitter().submit(ComputeCall::CancelProject { project: wrong }.into()).await.unwrap();
    let progress = finish(&mut world, &sdk, wrong).await;
    assert_eq!(progress.held, 0, "all of its escrow came back: {progress:?}");
    for host in &mut hosts {
        host.stop().await;
    }
    tidy(&docker).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_that_leads_out_of_its_image_never_reaches_the_engine_and_its_requester_is_told_which_file() {
    let Some(_docker) = engine().await else { return };
    let mut world = World::new(4).await;
    let does = Does { oci: OCI.into(), ..Does::provide() };
    let mut hosts = vec![Host::start_as(&world, 0, does.clone()).await, Host::start_as(&world, 1, does).await];
    let (folder, sdk) = (tempfile::tempdir().unwrap(), sdk(&world));
    let report = push(&sdk, &hostile(), &pushed(&sdk, folder.path())).await;
    let tasks = vec![TaskSpec::new(["sh".to_owned()])];
    world.running = Some(world.chain.run(SLOW));
    let project = sdk.submit(&job(report.image.program(Class::Pinned), tasks), JobId::random(), |_| {}).await.unwrap();
    let progress = finish(&mut world, &sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");
    let out = folder.path().join("out");
    let collected = sdk.collect(project, &out, |_| {}).await.unwrap();
    assert_eq!((collected[0].outcome.ending, collected[0].outcome.used), (Ending::Unusable, 0));
    let log = fs::read_to_string(out.join("0.log")).unwrap();
    assert!(log.contains("layer 1") && log.contains("../../etc/cron.d/evil"), "{log}");
    for host in &mut hosts {
        host.stop().await;
    }
}
