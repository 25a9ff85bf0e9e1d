//! Object lock over the wire.

use time::{format_description::well_known::Rfc3339, Duration, OffsetDateTime};

use super::support::{Answer, Client, Request, Server};

async fn set(client: &Client, path: &str, what: &str, body: impl Into<Vec<u8>>) -> Answer {
    client.send(Request::new("PUT", path).query(what, "").body(body)).await
}

async fn get(client: &Client, path: &str, what: &str) -> Answer {
    client.send(Request::new("GET", path).query(what, "")).await
}

/// A server with a bucket whose versions can be locked.
async fn begin() -> (Server, Client) {
    let server = Server::start().await;
    let owner = server.owner();
    owner.send(Request::new("PUT", "/vault").header("x-amz-bucket-object-lock-enabled", "true")).await.is(200);
    (server, owner)
}

fn days_from_now(days: i64) -> String {
    (OffsetDateTime::now_utc() + Duration::days(days)).replace_nanosecond(0).unwrap().format(&Rfc3339).unwrap()
}

fn retention(mode: &str, days: i64) -> String {
    format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{}</RetainUntilDate></Retention>", days_from_now(days))
}

fn configuration(rule: &str) -> String {
    format!("<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>{rule}</ObjectLockConfiguration>")
}

async fn write(client: &Client, key: &str) -> String {
    client.put(key, "kept").await.is(200).header("x-amz-version-id").unwrap().to_owned()
}

async fn remove(client: &Client, key: &str, version: &str, bypass: bool) -> Answer {
    let mut request = Request::new("DELETE", key).query("versionId", version);
    if bypass {
        request = request.header("x-amz-bypass-governance-retention", "true");
    }
    client.send(request).await
}

#[tokio::test]
async fn a_default_locks_what_is_written() {
    let (_server, owner) = begin().await;
    assert_eq!(get(&owner, "/vault", "versioning").await.is(200).first("Status").as_deref(), Some("Enabled"));
    assert_eq!(get(&owner, "/vault", "object-lock").await.is(200).first("Mode"), None);
    let free = write(&owner, "/vault/free").await;
    let rule = "<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>3</Days></DefaultRetention></Rule>";
    set(&owner, "/vault", "object-lock", configuration(rule)).await.is(200);
    assert_eq!(get(&owner, "/vault", "object-lock").await.is(200).first("Days").as_deref(), Some("3"));

    let kept = write(&owner, "/vault/kept").await;
    let shown = get(&owner, "/vault/kept", "retention").await.is(200);
    assert_eq!(shown.first("Mode").as_deref(), Some("COMPLIANCE"));
    assert!(shown.first("RetainUntilDate").unwrap() > days_from_now(2));
    remove(&owner, "/vault/kept", &kept, true).await.refused(403, "AccessDenied");
    owner.delete("/vault/kept").await.is(204);
    assert_eq!(owner.send(Request::new("GET", "/vault/kept").query("versionId", &kept)).await.is(200).body, b"kept");
    remove(&owner, "/vault/free", &free, false).await.is(204);
}

#[tokio::test]
async fn governance_is_passed_over_by_who_may() {
    let (_server, owner) = begin().await;
    let version = write(&owner, "/vault/a").await;
    get(&owner, "/vault/a", "retention").await.refused(404, "NoSuchObjectLockConfiguration");
    set(&owner, "/vault/a", "retention", retention("GOVERNANCE", 10)).await.is(200);
    set(&owner, "/vault/a", "retention", retention("GOVERNANCE", 5)).await.refused(403, "AccessDenied");
    set(&owner, "/vault/a", "retention", retention("COMPLIANCE", 20)).await.refused(403, "AccessDenied");
    set(&owner, "/vault/a", "retention", retention("GOVERNANCE", 20)).await.is(200);
    remove(&owner, "/vault/a", &version, false).await.refused(403, "AccessDenied");
    let shorter = Request::new("PUT", "/vault/a").query("retention", "").header("x-amz-bypass-governance-retention", "true");
    owner.send(shorter.body(retention("GOVERNANCE", 1))).await.is(200);
    remove(&owner, "/vault/a", &version, true).await.is(204);
}

#[tokio::test]
async fn a_legal_hold_holds_until_it_is_lifted() {
    let (_server, owner) = begin().await;
    let hold = |status: &str| format!("<LegalHold><Status>{status}</Status></LegalHold>");
    let version = write(&owner, "/vault/a").await;
    assert_eq!(get(&owner, "/vault/a", "legal-hold").await.is(200).first("Status").as_deref(), Some("OFF"));
    set(&owner, "/vault/a", "legal-hold", hold("ON")).await.is(200);
    assert_eq!(get(&owner, "/vault/a", "legal-hold").await.is(200).first("Status").as_deref(), Some("ON"));
    remove(&owner, "/vault/a", &version, true).await.refused(403, "AccessDenied");
    set(&owner, "/vault/a", "legal-hold", hold("off")).await.refused(400, "MalformedXML");
    set(&owner, "/vault/a", "legal-hold", hold("OFF")).await.is(200);
    remove(&owner, "/vault/a", &version, false).await.is(204);
}

#[tokio::test]
async fn a_writer_says_how_long() {
    let (_server, owner) = begin().await;
    let locked = |days: i64| {
        Request::new("PUT", "/vault/a")
            .header("x-amz-object-lock-mode", "GOVERNANCE")
            .header("x-amz-object-lock-retain-until-date", &days_from_now(days))
            .header("x-amz-object-lock-legal-hold", "ON")
            .body("x")
    };
    owner.send(locked(2)).await.is(200);
    assert_eq!(get(&owner, "/vault/a", "retention").await.is(200).first("Mode").as_deref(), Some("GOVERNANCE"));
    assert_eq!(get(&owner, "/vault/a", "legal-hold").await.is(200).first("Status").as_deref(), Some("ON"));
    owner.send(locked(-1)).await.refused(400, "InvalidArgument");
    let half = Request::new("PUT", "/vault/a").header("x-amz-object-lock-mode", "GOVERNANCE").body("x");
    owner.send(half).await.refused(400, "InvalidArgument");
}

#[tokio::test]
async fn only_buckets_with_versions_have_locks() {
    let (_server, owner) = begin().await;
    owner.bucket("plain").await;
    owner.put("/plain/a", "x").await.is(200);
    get(&owner, "/plain", "object-lock").await.refused(404, "ObjectLockConfigurationNotFoundError");
    set(&owner, "/plain", "object-lock", configuration("")).await.refused(409, "InvalidBucketState");
    set(&owner, "/plain/a", "retention", retention("GOVERNANCE", 1)).await.refused(400, "InvalidRequest");
    get(&owner, "/plain/a", "legal-hold").await.refused(400, "InvalidRequest");

    let suspended = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    set(&owner, "/vault", "versioning", suspended).await.refused(409, "InvalidBucketState");
    set(&owner, "/plain", "versioning", suspended.replace("Suspended", "Enabled")).await.is(200);
    set(&owner, "/plain", "object-lock", configuration("")).await.is(200);
    set(&owner, "/plain", "versioning", suspended).await.refused(409, "InvalidBucketState");
    let version = write(&owner, "/plain/b").await;
    set(&owner, "/plain/b", "retention", retention("COMPLIANCE", 1)).await.is(200);
    remove(&owner, "/plain/b", &version, true).await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn wrong_configurations_are_refused() {
    let (_server, owner) = begin().await;
    let rule = |inner: &str| configuration(&format!("<Rule><DefaultRetention>{inner}</DefaultRetention></Rule>"));
    for (wrong, code) in [
        (rule("<Mode>GOVERNANCE</Mode><Days>0</Days>"), "InvalidRetentionPeriod"),
        (rule("<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>"), "MalformedXML"),
        (rule("<Mode>governance</Mode><Days>1</Days>"), "MalformedXML"),
        (configuration("").replace("Enabled<", "Disabled<"), "MalformedXML"),
    ] {
        set(&owner, "/vault", "object-lock", wrong).await.refused(400, code);
    }
}
