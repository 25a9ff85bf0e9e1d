//! Requests of all shapes: each is answered, and none is the server's fault.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::{
    support::{server::owner, Request},
    targets::world::World,
};

/// One for all cases.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let world = World::new(&["box"]);
    world.send(&owner(), Request::new("PUT", "/box/k").body("text")).is(200);
    world
});

/// Hands a request to the service as the listener would. None where HTTP itself has no such request.
fn ask(request: &Request) -> Option<u16> {
    WORLD.try_ask(request).map(|answer| answer.status)
}

fn fine(status: Option<u16>) -> Result<(), TestCaseError> {
    if let Some(status) = status {
        prop_assert!(status < 500 || status == 501 || status == 503, "{status}");
    }
    Ok(())
}

fn method() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec!["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"]).prop_map(str::to_owned),
        1 => "[A-Z]{1,10}",
    ]
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("/box/k".to_owned()),
        2 => Just("/box".to_owned()),
        1 => Just("/".to_owned()),
        2 => "/box/[!-~]{0,40}",
        2 => "/(%[0-9A-Fa-f]{2}|[a-z./]){0,40}",
        1 => "/[ -~]{0,60}",
    ]
}

/// Words that mean something, and others.
fn name_of_parameter() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "acl", "attributes", "cors", "delete", "delimiter", "encoding-type", "legal-hold", "lifecycle", "list-type",
            "location", "marker", "max-keys", "max-parts", "object-lock", "partNumber", "policy", "prefix", "retention",
            "start-after", "tagging", "uploadId", "uploads", "versionId", "versioning", "versions", "website", "continuation-token",
            "X-Amz-Signature", "X-Amz-Expires", "X-Amz-Date", "X-Amz-Credential", "X-Amz-SignedHeaders", "x-idlewild-ack",
        ]).prop_map(str::to_owned),
        1 => "[a-zA-Z-]{1,12}",
    ]
}

fn name_of_header() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec![
            "range", "if-match", "if-none-match", "if-modified-since", "content-md5", "content-type", "expires", "origin",
            "x-amz-acl", "x-amz-copy-source", "x-amz-copy-source-range", "x-amz-checksum-crc32", "x-amz-checksum-algorithm",
            "x-amz-sdk-checksum-algorithm", "x-amz-tagging", "x-amz-metadata-directive", "x-amz-object-attributes", "x-amz-meta-a",
            "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-trailer", "x-amz-decoded-content-length",
            "x-amz-storage-class", "x-amz-bypass-governance-retention", "x-amz-mp-object-size", "x-amz-expected-bucket-owner",
            "access-control-request-method", "transfer-encoding", "content-encoding", "x-idlewild-ack",
        ]).prop_map(str::to_owned),
        1 => "x-[a-z-]{1,12}",
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[ -~]{0,30}",
        1 => "-?[0-9]{1,25}",
        1 => Just(String::new()),
        1 => "bytes=[0-9]{0,20}-[0-9]{0,20}",
        1 => "\\PC{0,20}",
        1 => prop::sample::select(vec!["true", "*", "\"etag\"", "W/\"a\"", "/box/k", "/box/k?versionId=null", "REPLACE", "COMPLIANCE", "2030-01-01T00:00:00Z", "CRC32", "url", "2"]).prop_map(str::to_owned),
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let element = prop::sample::select(vec![
        "Delete",
        "Object",
        "Key",
        "VersionId",
        "Quiet",
        "CompleteMultipartUpload",
        "Part",
        "PartNumber",
        "ETag",
        "Tagging",
        "TagSet",
        "Tag",
        "Value",
        "VersioningConfiguration",
        "Status",
        "CORSConfiguration",
        "CORSRule",
        "AllowedMethod",
        "LifecycleConfiguration",
        "Rule",
        "Days",
        "Date",
        "Filter",
        "Prefix",
        "AccessControlPolicy",
        "Grant",
        "Retention",
        "Mode",
        "RetainUntilDate",
        "LegalHold",
        "WebsiteConfiguration",
        "IndexDocument",
        "Suffix",
        "ObjectLockConfiguration",
        "CreateBucketConfiguration",
        "LocationConstraint",
    ]);
    let leaf = prop_oneof![value(), "[<>&;\"'a-z]{0,10}"];
    let xml = leaf.prop_recursive(6, 40, 6, move |inner| {
        (element.clone(), prop::collection::vec(inner, 0..6))
            .prop_map(|(name, inner)| format!("<{name}>{}</{name}>", inner.concat()))
    });
    prop_oneof![
        4 => xml.prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => Just(Vec::new()),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let parameters = prop::collection::vec((name_of_parameter(), value()), 0..4);
    let headers = prop::collection::vec((name_of_header(), value()), 0..4);
    (method(), path(), parameters, headers, body()).prop_map(|(method, path, parameters, headers, body)| {
        let mut request = Request::raw(&method, &path).body(body);
        request.query = parameters;
        request.headers = headers;
        request
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_stranger_is_always_answered(request in request()) {
        fine(ask(&request.header("host", "localhost")))?;
    }

    #[test]
    fn the_owner_is_always_answered(request in request()) {
        fine(ask(&request.sign(&owner(), "localhost")))?;
    }

    #[test]
    fn any_authorization_is_answered(authorization in "(AWS4-HMAC-SHA256 )?[ -~]{0,120}", date in "[ -~]{0,20}", hash in "[ -~]{0,70}") {
        let request = Request::new("GET", "/box/k")
            .header("host", "localhost")
            .header("authorization", &authorization)
            .header("x-amz-date", &date)
            .header("x-amz-content-sha256", &hash);
        fine(ask(&request))?;
    }

    #[test]
    fn any_chunks_are_answered(body in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        "([0-9a-fA-F]{1,10}(;chunk-signature=[0-9a-f]{0,70})?\r\n[a-z]{0,20}(\r\n)?){0,5}(x-amz-checksum-crc32:[ -~]{0,12}\r\n)?".prop_map(String::into_bytes),
    ], signed in any::<bool>()) {
        let kind = if signed { "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" } else { "STREAMING-UNSIGNED-PAYLOAD-TRAILER" };
        let request = Request::new("PUT", "/box/chunks")
            .header("x-amz-decoded-content-length", "20")
            .header("x-amz-trailer", "x-amz-checksum-crc32")
            .payload(crate::support::Payload::As(kind.into()))
            .body(body);
        fine(ask(&request.sign(&owner(), "localhost")))?;
    }

    #[test]
    fn any_form_is_answered(fields in prop::collection::vec(("[a-zA-Z-]{1,12}", value()), 0..5), rest in prop::collection::vec(any::<u8>(), 0..100)) {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend_from_slice(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
        }
        body.extend_from_slice(&rest);
        let request = Request::new("POST", "/box")
            .header("host", "localhost")
            .header("content-type", "multipart/form-data; boundary=x")
            .body(body);
        fine(ask(&request))?;
    }
}
