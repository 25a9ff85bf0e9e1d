//! Finding images, and getting them.

use bollard::{
    models::{ContainerConfig, ContainerCreateBody},
    query_parameters::{CommitContainerOptions, RemoveImageOptions},
};
use futures::TryStreamExt;
use idlewild_compute::executor::{At, Executor, ExecutorError, Source};
use idlewild_compute_primitives::outcome::Ending;
use tokio_util::sync::CancellationToken;

use crate::support::{source_of, Bench};

impl Bench {
    /// An image of its own, made of the usual one.
    async fn image(&self, config: ContainerConfig) -> Source {
        let body = ContainerCreateBody {
            image: Some(format!("sha256:{}", blake3::Hash::from_bytes(self.source.digest).to_hex())),
            cmd: Some(vec!["true".into()]),
            ..Default::default()
        };
        let made = self.docker.create_container(None, body).await.unwrap();
        let options = CommitContainerOptions {
            container: Some(made.id.clone()),
            comment: Some(self.worker.clone()),
            ..Default::default()
        };
        let image = self.docker.commit_container(options, config).await.unwrap();
        self.docker.remove_container(&made.id, None).await.unwrap();
        source_of(&image.id)
    }

    async fn remove(&self, source: &Source) {
        let name = format!("sha256:{}", blake3::Hash::from_bytes(source.digest).to_hex());
        self.docker.remove_image(&name, None::<RemoveImageOptions>, None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_is_nowhere_is_absent() {
    let Some(bench) = Bench::new().await else { return };
    let reference = format!("127.0.0.1:1/none@sha256:{}", "ab".repeat(32));
    let source = Source { digest: [0xab; 32], at: At::Reference(reference) };
    let Err(error) = bench.oci.prepare(&source).await else { panic!("there is none") };
    assert!(matches!(error, ExecutorError::Absent { what: "the image", .. }), "{error}");
    let Err(error) = bench.oci.prepare(&Source { digest: [0xcd; 32], ..source }).await else { panic!("it is another") };
    assert!(matches!(error, ExecutorError::WrongDigest), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_is_removed_is_missed_and_can_come_back_from_a_tarball() {
    let Some(bench) = Bench::new().await else { return };
    let source =
        bench.image(ContainerConfig { cmd: Some(vec!["cat".into(), "/www/index.html".into()]), ..Default::default() }).await;
    let name = format!("sha256:{}", blake3::Hash::from_bytes(source.digest).to_hex());
    let pieces: Vec<_> = bench.docker.export_image(&name).try_collect().await.unwrap();
    let tarball = bench.file("image.tar", &pieces.concat());
    let prepared = bench.oci.prepare(&source).await.unwrap();
    let ran = prepared.run(bench.run(&[]), &CancellationToken::new()).await.unwrap();
    assert_eq!((ran.ending, ran.length), (Ending::Exited { code: 0 }, 7), "the image's own command");
    bench.remove(&source).await;
    let error = prepared.run(bench.run(&[]), &CancellationToken::new()).await.unwrap_err();
    assert!(matches!(error, ExecutorError::Absent { what: "the image", .. }), "{error}");
    assert!(bench.oci.prepare(&source).await.is_err(), "what is gone is not remembered");
    bench.oci.load(&tarball).await.unwrap();
    let prepared = bench.oci.prepare(&source).await.unwrap();
    assert!(prepared.run(bench.run(&[]), &CancellationToken::new()).await.unwrap().ending.is_success());
    bench.oci.forget(&source.digest).await.unwrap();
    assert!(bench.docker.inspect_image(&name).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_gets_no_more_by_asking_for_it() {
    let Some(bench) = Bench::new().await else { return };
    let config = ContainerConfig { user: Some("1234:0".into()), volumes: Some(vec!["/data".into()]), ..Default::default() };
    let source = bench.image(config).await;
    let prepared = bench.oci.prepare(&source).await.unwrap();
    let mut run = bench.shell("id -u; id -g; dd if=/dev/zero of=/data/fill bs=64k; wc -c < /data/fill");
    run.resources.disk_mib = 4;
    let output = run.output.clone();
    let ran = prepared.run(run, &CancellationToken::new()).await.unwrap();
    let expected = format!("1234\n1234\n{}\n", 4 << 20);
    assert_eq!(std::fs::read_to_string(output).unwrap(), expected, "{}", String::from_utf8_lossy(&ran.log));
    bench.remove(&source).await;

    let source = bench.image(ContainerConfig { volumes: Some(vec!["/proc/x".into()]), ..Default::default() }).await;
    let prepared = bench.oci.prepare(&source).await.unwrap();
    let ran = prepared.run(bench.shell("true"), &CancellationToken::new()).await.unwrap();
    assert_eq!(ran.ending, Ending::Unusable);
    bench.remove(&source).await;
}
