//! Versioning, tags, encryption, websites, CORS, and what there is not.

use super::support::{Answer, Client, Request, Server};

async fn set(client: &Client, path: &str, what: &str, body: impl Into<Vec<u8>>) -> Answer {
    client.send(Request::new("PUT", path).query(what, "").body(body)).await
}

async fn get(client: &Client, path: &str, what: &str) -> Answer {
    client.send(Request::new("GET", path).query(what, "")).await
}

async fn clear(client: &Client, path: &str, what: &str) -> Answer {
    client.send(Request::new("DELETE", path).query(what, "")).await
}

async fn begin() -> (Server, Client) {
    let server = Server::start().await;
    let owner = server.owner();
    owner.bucket("things").await;
    (server, owner)
}

#[tokio::test]
async fn versioning_is_switched_on_and_suspended() {
    let (_server, owner) = begin().await;
    let status = |status: &str| format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    assert_eq!(get(&owner, "/things", "versioning").await.is(200).first("Status"), None);
    for name in ["Enabled", "Suspended", "Enabled"] {
        set(&owner, "/things", "versioning", status(name)).await.is(200);
        assert_eq!(get(&owner, "/things", "versioning").await.is(200).first("Status").as_deref(), Some(name));
    }
    set(&owner, "/things", "versioning", status("Off")).await.refused(400, "IllegalVersioningConfigurationException");
    let delete = "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>";
    set(&owner, "/things", "versioning", delete).await.refused(501, "NotImplemented");
    set(&owner, "/nowhere", "versioning", status("Enabled")).await.refused(404, "NoSuchBucket");
    get(&owner, "/nowhere", "versioning").await.refused(404, "NoSuchBucket");
}

fn tags(pairs: &[(&str, &str)]) -> String {
    let all: String = pairs.iter().map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>")).collect();
    format!("<Tagging><TagSet>{all}</TagSet></Tagging>")
}

#[tokio::test]
async fn tags_of_a_bucket() {
    let (_server, owner) = begin().await;
    get(&owner, "/things", "tagging").await.refused(404, "NoSuchTagSet");
    set(&owner, "/things", "tagging", tags(&[("team", "a b"), ("cost", "")])).await.is(200);
    let shown = get(&owner, "/things", "tagging").await.is(200);
    assert_eq!(
        (shown.all("Key"), shown.all("Value").first().cloned()),
        (vec!["team".into(), "cost".into()], Some("a b".into()))
    );
    set(&owner, "/things", "tagging", tags(&[("a", "1"), ("a", "2")])).await.refused(400, "InvalidTag");
    clear(&owner, "/things", "tagging").await.is(204);
    get(&owner, "/things", "tagging").await.refused(404, "NoSuchTagSet");
}

#[tokio::test]
async fn tags_of_an_object_and_of_one_version_of_it() {
    let (_server, owner) = begin().await;
    owner.send(Request::new("PUT", "/things/a").header("x-amz-tagging", "one=1&two=2").body("x")).await.is(200);
    assert_eq!(get(&owner, "/things/a", "tagging").await.is(200).all("Key"), ["one", "two"]);
    set(&owner, "/things/a", "tagging", tags(&[("three", "3")])).await.is(200);
    assert_eq!(get(&owner, "/things/a", "tagging").await.is(200).all("Key"), ["three"]);
    assert_eq!(owner.get("/things/a").await.is(200).body, b"x");
    clear(&owner, "/things/a", "tagging").await.is(204);
    assert!(get(&owner, "/things/a", "tagging").await.is(200).all("Key").is_empty());

    let many: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"].iter().map(|key| (*key, "")).collect();
    set(&owner, "/things/a", "tagging", tags(&many)).await.refused(400, "InvalidTag");
    get(&owner, "/things/none", "tagging").await.refused(404, "NoSuchKey");

    set(&owner, "/things", "versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        .await
        .is(200);
    let old = owner.put("/things/v", "1").await.is(200).header("x-amz-version-id").unwrap().to_owned();
    owner.put("/things/v", "2").await.is(200);
    let older = |method: &str| Request::new(method, "/things/v").query("tagging", "").query("versionId", &old);
    let answer = owner.send(older("PUT").body(tags(&[("old", "yes")]))).await.is(200);
    assert_eq!(answer.header("x-amz-version-id"), Some(old.as_str()));
    assert_eq!(owner.send(older("GET")).await.is(200).all("Key"), ["old"]);
    assert!(get(&owner, "/things/v", "tagging").await.is(200).all("Key").is_empty());
    let marker = owner.delete("/things/v").await.is(204).header("x-amz-version-id").unwrap().to_owned();
    get(&owner, "/things/v", "tagging").await.refused(404, "NoSuchKey");
    let of_marker = Request::new("GET", "/things/v").query("tagging", "").query("versionId", &marker);
    owner.send(of_marker).await.refused(405, "MethodNotAllowed");
}

#[tokio::test]
async fn everything_is_encrypted_whatever_is_asked() {
    let (_server, owner) = begin().await;
    assert_eq!(get(&owner, "/things", "encryption").await.is(200).first("SSEAlgorithm").as_deref(), Some("AES256"));
    let with = |algorithm: &str| {
        format!(
            "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>{algorithm}</SSEAlgorithm>\
             </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
        )
    };
    set(&owner, "/things", "encryption", with("AES256")).await.is(200);
    set(&owner, "/things", "encryption", with("aws:kms")).await.refused(501, "NotImplemented");
    clear(&owner, "/things", "encryption").await.refused(501, "NotImplemented");
}

#[tokio::test]
async fn what_there_is_not_says_so() {
    let (_server, owner) = begin().await;
    get(&owner, "/things", "logging").await.is(200);
    get(&owner, "/things", "notification").await.is(200);
    get(&owner, "/things", "replication").await.refused(404, "ReplicationConfigurationNotFoundError");
    set(&owner, "/things", "logging", "<BucketLoggingStatus></BucketLoggingStatus>").await.is(200);
    let logging = "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>a</TargetPrefix></LoggingEnabled></BucketLoggingStatus>";
    set(&owner, "/things", "logging", logging).await.refused(501, "NotImplemented");
    let tell = "<NotificationConfiguration><QueueConfiguration><Queue>q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>";
    set(&owner, "/things", "notification", tell).await.refused(501, "NotImplemented");
}

#[tokio::test]
async fn a_website_is_set_read_and_removed() {
    let (_server, owner) = begin().await;
    let site = "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule>\
                <Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>b/</ReplaceKeyPrefixWith></Redirect>\
                </RoutingRule></RoutingRules></WebsiteConfiguration>";
    get(&owner, "/things", "website").await.refused(404, "NoSuchWebsiteConfiguration");
    set(&owner, "/things", "website", site).await.is(200);
    let shown = get(&owner, "/things", "website").await.is(200);
    assert_eq!(
        (shown.first("Suffix").as_deref(), shown.first("ReplaceKeyPrefixWith").as_deref()),
        (Some("index.html"), Some("b/"))
    );
    set(&owner, "/things", "website", "<WebsiteConfiguration></WebsiteConfiguration>").await.refused(400, "InvalidArgument");
    owner.put("/things/index.html", "hello").await.is(200);
    let unsigned = Request::new("GET", "/things/index.html").header("host", &owner.host());
    owner.send_as_it_is(&unsigned).await.refused(403, "AccessDenied");
    clear(&owner, "/things", "website").await.is(204);
    get(&owner, "/things", "website").await.refused(404, "NoSuchWebsiteConfiguration");
}

#[tokio::test]
async fn browsers_ask_before_they_send() {
    let (_server, owner) = begin().await;
    let preflight = |origin: &str, method: &str| {
        Request::new("OPTIONS", "/things/a")
            .header("host", &owner.host())
            .header("origin", origin)
            .header("access-control-request-method", method)
    };
    owner.send_as_it_is(&preflight("https://example.com", "PUT")).await.refused(403, "AccessForbidden");
    get(&owner, "/things", "cors").await.refused(404, "NoSuchCORSConfiguration");
    let rules =
        "<CORSConfiguration><CORSRule><AllowedOrigin>https://example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>\
                 <AllowedMethod>GET</AllowedMethod><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>";
    set(&owner, "/things", "cors", rules).await.is(200);
    assert_eq!(get(&owner, "/things", "cors").await.is(200).all("AllowedMethod"), ["PUT", "GET"]);

    let answer = owner.send_as_it_is(&preflight("https://example.com", "PUT")).await.is(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://example.com"));
    owner.send_as_it_is(&preflight("https://example.org", "PUT")).await.refused(403, "AccessForbidden");
    owner.send_as_it_is(&preflight("https://example.com", "DELETE")).await.refused(403, "AccessForbidden");

    let with_origin = |method: &str| Request::new(method, "/things/a").header("origin", "https://example.com");
    let put = owner.send(with_origin("PUT").body("x")).await.is(200);
    assert_eq!(put.header("access-control-expose-headers"), Some("ETag"));
    let missing = owner.send(Request::new("GET", "/things/none").header("origin", "https://example.com")).await;
    assert_eq!(missing.is(404).header("access-control-allow-origin"), Some("https://example.com"), "a page may read why not");
    assert_eq!(owner.get("/things/a").await.is(200).header("access-control-allow-origin"), None);
    clear(&owner, "/things", "cors").await.is(204);
    owner.send_as_it_is(&preflight("https://example.com", "PUT")).await.refused(403, "AccessForbidden");
}
