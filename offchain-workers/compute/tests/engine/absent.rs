//! Where there is no engine.

use std::{os::unix::net::UnixListener, time::Duration};

use idlewild_compute::{
    executor::{Executor, ExecutorError},
    oci::{Oci, Settings},
};

#[tokio::test]
async fn an_owner_is_told_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let dead = folder.path().join("dead");
    // Somebody listened there, and does not any more.
    drop(UnixListener::bind(&dead).unwrap());
    for socket in [folder.path().join("nowhere"), dead] {
        let oci = Oci::new(Settings { socket, ..Settings::new("test") });
        let error = oci.check().await.unwrap_err();
        assert!(matches!(error, ExecutorError::Absent { .. }), "{error}");
        assert!(error.to_string().contains("install Docker Engine"), "{error}");
    }
}

#[tokio::test]
async fn an_engine_that_says_nothing_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("silent");
    let _silent = UnixListener::bind(&socket).unwrap();
    let oci = Oci::new(Settings { socket, answer: Duration::from_millis(200), ..Settings::new("test") });
    let error = tokio::time::timeout(Duration::from_secs(10), oci.check()).await.unwrap().unwrap_err();
    assert!(matches!(error, ExecutorError::Engine(_)), "{error}");
}
