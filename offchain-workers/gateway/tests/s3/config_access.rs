//! Who may what, as policies, ACLs and the public access block say.

use serde_json::{json, Value};

use super::support::{
    server::{reader, GUEST},
    Answer, Client, Request, Server,
};

/// Sends without a signature.
async fn anyone(client: &Client, method: &str, path: &str) -> Answer {
    client.send_as_it_is(&Request::new(method, path).header("host", &client.host())).await
}

async fn set(client: &Client, bucket: &str, what: &str, body: impl Into<Vec<u8>>) -> Answer {
    client.send(Request::new("PUT", &format!("/{bucket}")).query(what, "").body(body)).await
}

async fn get(client: &Client, bucket: &str, what: &str) -> Answer {
    client.send(Request::new("GET", &format!("/{bucket}")).query(what, "")).await
}

async fn clear(client: &Client, bucket: &str, what: &str) -> Answer {
    client.send(Request::new("DELETE", &format!("/{bucket}")).query(what, "")).await
}

fn statement(effect: &str, principal: Value, action: &str, resource: &str) -> String {
    let resource = format!("arn:aws:s3:::{resource}");
    json!({ "Statement": [{ "Effect": effect, "Principal": principal, "Action": action, "Resource": resource }] }).to_string()
}

/// A server with an object `a` in the bucket `photos`.
async fn begin() -> (Server, Client) {
    let server = Server::start().await;
    let owner = server.owner();
    owner.bucket("photos").await;
    owner.put("/photos/a", "picture").await.is(200);
    (server, owner)
}

#[tokio::test]
async fn a_policy_opens_a_bucket_to_anyone_until_it_is_gone() {
    let (_server, owner) = begin().await;
    anyone(&owner, "GET", "/photos/a").await.refused(403, "AccessDenied");
    get(&owner, "photos", "policy").await.refused(404, "NoSuchBucketPolicy");
    get(&owner, "photos", "policyStatus").await.refused(404, "NoSuchBucketPolicy");

    let open = statement("Allow", json!("*"), "s3:GetObject", "photos/*");
    set(&owner, "photos", "policy", open.clone()).await.is(204);
    assert_eq!(get(&owner, "photos", "policy").await.is(200).text(), open);
    assert_eq!(get(&owner, "photos", "policyStatus").await.is(200).first("IsPublic").as_deref(), Some("true"));
    assert_eq!(anyone(&owner, "GET", "/photos/a").await.is(200).body, b"picture");
    anyone(&owner, "GET", "/photos").await.refused(403, "AccessDenied");
    anyone(&owner, "DELETE", "/photos/a").await.refused(403, "AccessDenied");

    clear(&owner, "photos", "policy").await.is(204);
    anyone(&owner, "GET", "/photos/a").await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn a_policy_adds_to_a_credential_and_takes_away_from_it() {
    let (server, owner) = begin().await;
    let guest = server.client(reader());
    guest.put("/photos/b", "mine").await.refused(403, "AccessDenied");
    let named = json!({ "AWS": hex::encode(GUEST) });
    set(&owner, "photos", "policy", statement("Allow", named.clone(), "s3:PutObject", "photos/b*")).await.is(204);
    guest.put("/photos/b", "mine").await.is(200);
    guest.put("/photos/c", "mine").await.refused(403, "AccessDenied");

    set(&owner, "photos", "policy", statement("Deny", named, "s3:GetObject", "photos/a")).await.is(204);
    guest.get("/photos/a").await.refused(403, "AccessDenied");
    guest.get("/photos/b").await.is(200);
    owner.get("/photos/a").await.is(200);
}

#[tokio::test]
async fn an_owner_can_take_back_a_policy_that_denies_everything() {
    let (server, owner) = begin().await;
    let nothing = json!({ "Statement": { "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" } });
    set(&owner, "photos", "policy", nothing.to_string()).await.is(204);
    owner.get("/photos/a").await.refused(403, "AccessDenied");
    clear(&server.client(reader()), "photos", "policy").await.refused(403, "AccessDenied");
    clear(&owner, "photos", "policy").await.is(204);
    owner.get("/photos/a").await.is(200);
}

#[tokio::test]
async fn what_is_no_policy_says_why() {
    let (_server, owner) = begin().await;
    let other = statement("Allow", json!("*"), "s3:GetObject", "others/*");
    let answer = set(&owner, "photos", "policy", other).await.refused(400, "MalformedPolicy");
    assert!(answer.first("Message").unwrap().starts_with("Statement[0].Resource"), "{}", answer.text());
    set(&owner, "photos", "policy", "{").await.refused(400, "MalformedPolicy");
    set(&owner, "photos", "policy", " ".repeat(21 << 10)).await.refused(400, "MalformedPolicy");
    let open = statement("Allow", json!("*"), "s3:GetObject", "nowhere/*");
    set(&owner, "nowhere", "policy", open).await.refused(404, "NoSuchBucket");
}

#[tokio::test]
async fn acls_are_set_by_name_and_shown_as_grants() {
    let (server, owner) = begin().await;
    let guest = server.client(reader());
    let acl = |path: &str, name: &str| Request::new("PUT", path).query("acl", "").header("x-amz-acl", name);

    let shown = get(&owner, "photos/a", "acl").await.is(200);
    assert_eq!(
        (shown.all("Permission"), shown.text().contains("xsi:type=\"CanonicalUser\"")),
        (vec!["FULL_CONTROL".to_owned()], true)
    );
    owner.send(acl("/photos/a", "public-read")).await.is(200);
    let shown = get(&owner, "photos/a", "acl").await.is(200);
    assert_eq!(shown.all("Permission"), ["FULL_CONTROL", "READ"]);
    assert_eq!(shown.all("URI"), ["http://acs.amazonaws.com/groups/global/AllUsers"]);
    assert_eq!(anyone(&owner, "GET", "/photos/a").await.is(200).body, b"picture");
    anyone(&owner, "GET", "/photos").await.refused(403, "AccessDenied");

    owner.send(acl("/photos", "public-read")).await.is(200);
    assert_eq!(anyone(&owner, "GET", "/photos").await.is(200).all("Key"), ["a"]);
    owner.send(acl("/photos", "private")).await.is(200);
    anyone(&owner, "GET", "/photos").await.refused(403, "AccessDenied");

    guest.send(acl("/photos/a", "public-read")).await.refused(403, "AccessDenied");
    owner.send(acl("/photos/a", "public-read-write")).await.refused(501, "NotImplemented");
    owner.send(acl("/photos/a", "aws-exec-read")).await.refused(501, "NotImplemented");
    owner.send(acl("/photos/none", "private")).await.refused(404, "NoSuchKey");
    let grant = Request::new("PUT", "/photos/a").query("acl", "").header("x-amz-grant-read", "id=\"a\"");
    owner.send(grant).await.refused(501, "NotImplemented");
}

#[tokio::test]
async fn an_acl_is_set_as_the_grants_that_it_is_shown_as() {
    let (_server, owner) = begin().await;
    owner.send(Request::new("PUT", "/photos/a").query("acl", "").header("x-amz-acl", "authenticated-read")).await.is(200);
    let grants = get(&owner, "photos/a", "acl").await.is(200).body;
    owner.put("/photos/b", "other").await.is(200);
    set(&owner, "photos/b", "acl", grants.clone()).await.is(200);
    assert_eq!(get(&owner, "photos/b", "acl").await.is(200).body, grants);
    let write = String::from_utf8(grants).unwrap().replace(">READ<", ">WRITE<");
    set(&owner, "photos/b", "acl", write).await.refused(501, "NotImplemented");
}

#[tokio::test]
async fn a_new_object_brings_its_acl() {
    let (_server, owner) = begin().await;
    let open = Request::new("PUT", "/photos/open").header("x-amz-acl", "public-read").body("for all");
    owner.send(open).await.is(200);
    assert_eq!(anyone(&owner, "GET", "/photos/open").await.is(200).body, b"for all");
    owner.put("/photos/open", "no longer").await.is(200);
    anyone(&owner, "GET", "/photos/open").await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn an_older_version_has_its_own_acl() {
    let (_server, owner) = begin().await;
    set(&owner, "photos", "versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        .await
        .is(200);
    let secret = owner.put("/photos/v", "secret").await.is(200).header("x-amz-version-id").unwrap().to_owned();
    owner.send(Request::new("PUT", "/photos/v").header("x-amz-acl", "public-read").body("open")).await.is(200);
    assert_eq!(anyone(&owner, "GET", "/photos/v").await.is(200).body, b"open");
    let older = Request::new("GET", "/photos/v").query("versionId", &secret).header("host", &owner.host());
    owner.send_as_it_is(&older).await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn a_block_keeps_the_public_out() {
    let (_server, owner) = begin().await;
    let block = |acls: bool, ignore: bool, policy: bool, restrict: bool| {
        format!(
            "<PublicAccessBlockConfiguration><BlockPublicAcls>{acls}</BlockPublicAcls><IgnorePublicAcls>{ignore}</IgnorePublicAcls>\
             <BlockPublicPolicy>{policy}</BlockPublicPolicy><RestrictPublicBuckets>{restrict}</RestrictPublicBuckets>\
             </PublicAccessBlockConfiguration>"
        )
    };
    let public = || Request::new("PUT", "/photos/a").query("acl", "").header("x-amz-acl", "public-read");
    let open = statement("Allow", json!("*"), "s3:GetObject", "photos/b");
    owner.put("/photos/b", "other").await.is(200);
    get(&owner, "photos", "publicAccessBlock").await.refused(404, "NoSuchPublicAccessBlockConfiguration");

    set(&owner, "photos", "publicAccessBlock", block(true, false, true, false)).await.is(200);
    owner.send(public()).await.refused(403, "AccessDenied");
    set(&owner, "photos", "policy", open.clone()).await.refused(403, "AccessDenied");
    let shown = get(&owner, "photos", "publicAccessBlock").await.is(200);
    assert_eq!(shown.first("BlockPublicAcls").as_deref(), Some("true"));
    assert_eq!(shown.first("RestrictPublicBuckets").as_deref(), Some("false"));

    clear(&owner, "photos", "publicAccessBlock").await.is(204);
    owner.send(public()).await.is(200);
    set(&owner, "photos", "policy", open).await.is(204);
    anyone(&owner, "GET", "/photos/a").await.is(200);
    anyone(&owner, "GET", "/photos/b").await.is(200);
    set(&owner, "photos", "publicAccessBlock", block(false, true, false, false)).await.is(200);
    anyone(&owner, "GET", "/photos/a").await.refused(403, "AccessDenied");
    anyone(&owner, "GET", "/photos/b").await.is(200);
    set(&owner, "photos", "publicAccessBlock", block(false, false, false, true)).await.is(200);
    anyone(&owner, "GET", "/photos/a").await.is(200);
    anyone(&owner, "GET", "/photos/b").await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn ownership_switches_acls_off() {
    let (_server, owner) = begin().await;
    let ownership =
        |name: &str| format!("<OwnershipControls><Rule><ObjectOwnership>{name}</ObjectOwnership></Rule></OwnershipControls>");
    let acl = |name: &str| Request::new("PUT", "/photos/a").query("acl", "").header("x-amz-acl", name);
    get(&owner, "photos", "ownershipControls").await.refused(404, "OwnershipControlsNotFoundError");
    owner.send(acl("public-read")).await.is(200);
    set(&owner, "photos", "ownershipControls", ownership("BucketOwnerEnforced")).await.is(200);
    assert_eq!(
        get(&owner, "photos", "ownershipControls").await.is(200).first("ObjectOwnership").as_deref(),
        Some("BucketOwnerEnforced")
    );
    anyone(&owner, "GET", "/photos/a").await.refused(403, "AccessDenied");
    owner.send(acl("public-read")).await.refused(400, "AccessControlListNotSupported");
    owner.send(acl("bucket-owner-full-control")).await.is(200);
    clear(&owner, "photos", "ownershipControls").await.is(204);
    owner.send(acl("public-read")).await.is(200);
    anyone(&owner, "GET", "/photos/a").await.is(200);
    set(&owner, "photos", "ownershipControls", ownership("Nobody")).await.refused(400, "MalformedXML");
}

#[tokio::test]
async fn what_cannot_be_read_lets_nobody_in_until_the_owner_sets_it_again() {
    let (server, owner) = begin().await;
    let guest = server.client(reader());
    let damaged = Some(b"{".to_vec().into());
    server.store.set_config("photos", idlewild_objects::ConfigKind::Acl, damaged).await.unwrap();
    guest.get("/photos/a").await.refused(500, "InternalError");
    owner.get("/photos/a").await.refused(500, "InternalError");
    anyone(&owner, "GET", "/photos/a").await.refused(500, "InternalError");
    let acl = || Request::new("PUT", "/photos").query("acl", "").header("x-amz-acl", "private");
    guest.send(acl()).await.refused(500, "InternalError");
    owner.send(acl()).await.is(200);
    guest.get("/photos/a").await.is(200);
}
