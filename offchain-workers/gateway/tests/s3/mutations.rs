//! What was signed and then changed, byte by byte: it is refused, or means what it meant.

use std::{cell::Cell, time::Duration};

use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, Index},
    test_runner::{Config, TestRunner},
};
use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::TcpStream,
    runtime::Runtime,
    time::timeout,
};

use crate::{
    chunked,
    support::{client::read_answer, Answer, Client, Request, Server},
};

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    /// A byte becomes another: each bit that is set here is turned.
    Turn(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    /// So many bytes from here stand twice.
    Repeat(Index, usize),
    /// The rest is missing.
    Cut(Index),
}

impl Change {
    fn make(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let (Self::Turn(at, _) | Self::Insert(at, _) | Self::Remove(at) | Self::Repeat(at, _) | Self::Cut(at)) = self;
        let at = at.index(bytes.len());
        match *self {
            Self::Turn(_, bits) => bytes[at] ^= bits,
            Self::Insert(_, byte) => bytes.insert(at, byte),
            Self::Remove(_) => drop(bytes.remove(at)),
            Self::Repeat(_, length) => {
                let again = bytes[at..bytes.len().min(at + length)].to_vec();
                bytes.splice(at..at, again);
            },
            Self::Cut(_) => bytes.truncate(at),
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    // Bytes that mean something where they stand, and any.
    let byte = || prop_oneof![select(b"%/&=?;:, \r\n\0<>\"0aA~".to_vec()), any::<u8>()];
    prop_oneof![
        4 => (any::<Index>(), 1..=255u8).prop_map(|(at, bits)| Change::Turn(at, bits)),
        2 => (any::<Index>(), byte()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        2 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), 1..40usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

/// Sends bytes, and reads what is answered, if anything is: what is no HTTP may just be cut off.
async fn exchange(s3: &Client, bytes: &[u8]) -> Option<Answer> {
    let talk = async {
        let mut stream = TcpStream::connect(s3.server).await.ok()?;
        // More than is meant, so that the server need not wait where a change left something out.
        let _ = stream.write_all(&[bytes, &[b"\r\n\r\n".as_slice(), &[b'x'; 60]].concat()].concat()).await;
        read_answer(&mut BufReader::new(stream), bytes.starts_with(b"HEAD ")).await.ok()
    };
    // Where a changed length promises far more, none comes.
    timeout(Duration::from_secs(2), talk).await.ok().flatten()
}

/// The same for what is sound.
async fn answered(s3: &Client, request: &Request) -> Answer {
    timeout(Duration::from_secs(30), s3.send_as_it_is(request)).await.expect("an answer in time").is(200)
}

fn sound(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.status < 500 || answer.status == 501 || answer.status == 503, "{}: {}", answer.status, answer.text());
    Ok(())
}

fn world() -> (Runtime, Server, Client) {
    let runtime = Runtime::new().unwrap();
    let (server, s3) = runtime.block_on(async {
        let server = Server::start().await;
        let s3 = server.owner();
        s3.bucket("box").await;
        (server, s3)
    });
    (runtime, server, s3)
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() })
}

const PRECIOUS: &str = "what was signed, and nothing else";

/// Sends changed forms of a request that puts [`PRECIOUS`] to `/box/k`: of the head and the body, or of the body alone.
fn puts_nothing_else(cases: u32, request: impl Fn(&Client) -> Request, changes_head: bool) {
    let (runtime, _server, s3) = world();
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    runtime.block_on(answered(&s3, &request(&s3)));
    let there = Cell::new(true);
    runner(cases)
        .run(&vec(change(), 1..4), |changes| {
            let fresh = request(&s3);
            let mut bytes = fresh.body.clone();
            if changes_head {
                bytes = [fresh.head(), bytes].concat();
            }
            changes.iter().for_each(|change| change.make(&mut bytes));
            if !changes_head {
                // Of a length that is right, so that the chunks alone are wrong.
                bytes = [fresh.body(bytes.clone()).head(), bytes].concat();
            }
            runtime.block_on(async {
                // A deletion waits for the disk.
                if there.replace(false) {
                    s3.delete("/box/k").await.is(204);
                }
                let answer = exchange(&s3, &bytes).await;
                let kept = s3.get("/box/k").await;
                there.set(kept.status == 200 || answer.is_none());
                if let Some(answer) = &answer {
                    sound(answer)?;
                }
                match answer.map(|answer| answer.status) {
                    Some(200) if kept.status == 200 => {
                        taken.set(taken.get() + 1);
                        prop_assert_eq!(kept.text(), PRECIOUS);
                    },
                    Some(status) => {
                        refused.set(refused.get() + 1);
                        prop_assert_eq!(kept.status, 404, "it was answered with {}, and stored", status);
                    },
                    // Cut off, perhaps while it was stored.
                    None => prop_assert!(kept.status == 404 || kept.text() == PRECIOUS),
                }
                Ok(())
            })
        })
        .unwrap();
    assert!(refused.get() > cases / 2, "most changes are seen: {} were taken, {} refused", taken.get(), refused.get());
    // Nothing came of it elsewhere.
    runtime.block_on(async {
        s3.delete("/box/k").await.is(204);
        assert_eq!(s3.send(Request::new("GET", "/box")).await.is(200).all("Key"), Vec::<String>::new());
        assert_eq!(s3.get("/").await.is(200).all("Name"), ["box"]);
    });
}

#[test]
fn a_put_with_a_signed_head_stores_what_was_signed_or_nothing() {
    let put = |s3: &Client| {
        Request::new("PUT", "/box/k").header("content-type", "text/plain").body(PRECIOUS).sign(&s3.key, &s3.host())
    };
    puts_nothing_else(1_500, put, true);
}

#[test]
fn signed_chunks_are_stored_as_signed_or_not_at_all() {
    let put = |s3: &Client| {
        let request = chunked::head(s3, chunked::SIGNED, PRECIOUS.len(), None);
        let (first, second) = PRECIOUS.as_bytes().split_at(10);
        let mut body = chunked::signed(s3, &request, &[first, second]).0;
        body.extend_from_slice(b"\r\n");
        request.body(body)
    };
    puts_nothing_else(1_000, put, false);
}

#[test]
fn a_presigned_address_leads_to_its_object_alone() {
    let (runtime, _server, s3) = world();
    runtime.block_on(async {
        s3.put("/box/k", PRECIOUS).await.is(200);
        answered(&s3, &Request::new("GET", "/box/k").presign(&s3.key, &s3.host(), 60)).await;
        // A bit, a byte or an escape away.
        for near in ["j", "kk", "K", "k ", "k/", "k?", "%6B", "/k", "k%00"] {
            s3.put(&format!("/box/{near}"), "another").await;
        }
    });
    let (reached, refused) = (Cell::new(0), Cell::new(0));
    runner(1_500)
        .run(&(vec(change(), 1..4), any::<bool>()), |(changes, only_target)| {
            let request = Request::new("GET", "/box/k").presign(&s3.key, &s3.host(), 60);
            let mut bytes = request.head();
            let line = bytes.iter().position(|byte| *byte == b'\r').unwrap();
            let rest = if only_target { bytes.split_off(line) } else { Vec::new() };
            changes.iter().for_each(|change| change.make(&mut bytes));
            bytes.extend(rest);
            let Some(answer) = runtime.block_on(exchange(&s3, &bytes)) else { return Ok(()) };
            sound(&answer)?;
            let count = if answer.status < 300 { &reached } else { &refused };
            count.set(count.get() + 1);
            // Of what no signature covers a change may do something, as asking for a part of it.
            prop_assert!(answer.status >= 300 || PRECIOUS.contains(&answer.text()), "{}", answer.text());
            Ok(())
        })
        .unwrap();
    assert!(refused.get() > 750, "changed addresses are refused: {} were, {} were not", refused.get(), reached.get());
}

/// Sound documents, and where they go.
fn documents() -> Vec<(&'static str, &'static str, &'static str, String)> {
    let put = |what, document: &str| ("PUT", "/box", what, document.to_owned());
    vec![
        ("POST", "/box", "delete", "<Delete><Quiet>true</Quiet><Object><Key>a&amp;b</Key><VersionId>null</VersionId></Object><Object><Key>c</Key></Object></Delete>".into()),
        put("versioning", "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status></VersioningConfiguration>"),
        put("tagging", "<Tagging><TagSet><Tag><Key>colour</Key><Value>r&#xE9;d</Value></Tag></TagSet></Tagging>"),
        put("cors", "<CORSConfiguration><CORSRule><ID>one</ID><AllowedOrigin>https://*.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>"),
        put("lifecycle", "<LifecycleConfiguration><Rule><ID>old</ID><Status>Enabled</Status><Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter><Expiration><Days>30</Days></Expiration><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>"),
        put("website", "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key>404.html</Key></ErrorDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>b/</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>"),
        put("acl", "<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"),
        put("policy", "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[\"s3:GetObject\"],\"Resource\":\"arn:aws:s3:::box/*\",\"Condition\":{\"StringLike\":{\"aws:Referer\":[\"https://a/*\"]}}}]}"),
        ("PUT", "/box/k", "tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>".into()),
        ("PUT", "/box/k", "retention", "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>".into()),
        ("PUT", "/box/k", "legal-hold", "<LegalHold><Status>ON</Status></LegalHold>".into()),
        ("POST", "/box/k", "uploadId=0", "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"d41d8cd98f00b204e9800998ecf8427e\"</ETag></Part></CompleteMultipartUpload>".into()),
    ]
}

#[test]
fn changed_documents_are_answered() {
    let (runtime, _server, s3) = world();
    runtime.block_on(async { s3.put("/box/k", PRECIOUS).await.is(200) });
    let (read, refused) = (Cell::new(0), Cell::new(0));
    runner(1_500)
        .run(&(select(documents()), vec(change(), 0..5)), |((method, path, what, document), changes)| {
            let mut body = document.into_bytes();
            changes.iter().for_each(|change| change.make(&mut body));
            let (name, value) = what.split_once('=').unwrap_or((what, ""));
            // Signed after it was changed: it is read.
            let request = Request::new(method, path).query(name, value).body(body).sign(&s3.key, &s3.host());
            let answer = runtime.block_on(s3.send_as_it_is(&request));
            sound(&answer)?;
            let count = if answer.status < 300 { &read } else { &refused };
            count.set(count.get() + 1);
            if answer.status >= 400 {
                prop_assert!(!answer.code().is_empty(), "no code: {}", answer.text());
            }
            Ok(())
        })
        .unwrap();
    assert!(read.get() > 150 && refused.get() > 150, "{} were read, {} refused", read.get(), refused.get());
    // It still works.
    runtime.block_on(async { s3.put("/box/last", "last").await.is(200) });
}
