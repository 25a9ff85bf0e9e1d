//! A thousand strange requests: each is answered, and none is the gateway's fault.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, Index},
    test_runner::{Config, TestRunner},
};

use crate::support::World;

fn target() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "/",
        "a.txt",
        "docs",
        "name",
        "idlewild",
        "content_alice",
        "alice",
        "..",
        ".",
        "%",
        "%2e",
        "%2f",
        "%00",
        "%ff",
        "%zz",
        "%E2%82%AC",
        "?",
        "&",
        "=",
        "format",
        "raw",
        "car",
        "bao",
        "version",
        "null",
        "download",
        "after",
        "+",
        ";",
        ":",
        "@",
        "//",
        "\\",
        "~",
        "'",
        "index.html",
        "secret",
        "x",
        "<",
        "\"",
        "*",
        "http://alice.localhost/",
        "big.bin",
    ]);
    vec(piece, 0..8).prop_map(|pieces| format!("/{}", pieces.concat()))
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec!["alice.localhost", "bob.localhost:80", "docs.alice.localhost", "one.alice.localhost", "127.0.0.1", "localhost", "[::1]"]).prop_map(String::from),
        1 => "[a-zA-Z0-9.:@_\\[\\]-]{0,20}",
        1 => "[a-z-]{1,5}(\\.[a-z]{0,3}){0,3}\\.localhost",
    ]
}

fn header() -> impl Strategy<Value = (String, String)> {
    let name = select(vec![
        "range",
        "if-range",
        "if-match",
        "if-none-match",
        "if-modified-since",
        "if-unmodified-since",
        "accept",
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
        "service-worker",
        "host",
        "cookie",
    ]);
    let value = prop_oneof![
        "bytes=[0-9,-]{0,30}",
        "(W/)?\"[a-z,*]{0,5}\"(, ?\"[a-z]{0,3}\"){0,3}",
        select(vec![
            "*",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "application/vnd.ipld.car",
            "application/vnd.ipld.raw;q=",
            "GET",
            "https://x",
            "bytes=0-,1-,2-"
        ])
        .prop_map(String::from),
        "[ -~]{0,30}",
    ];
    (name.prop_map(String::from), value)
}

/// A method, a host, a target, headers, and bytes to change.
type Asked = (String, String, String, Vec<(String, String)>, Vec<(Index, u8)>);

fn request() -> impl Strategy<Value = Asked> {
    let method = prop_oneof![6 => Just("GET".to_string()), 2 => Just("HEAD".to_string()), 1 => Just("OPTIONS".to_string()), 1 => "[A-Z]{1,7}"];
    let damage = prop_oneof![5 => Just(vec![]), 1 => vec((any::<Index>(), any::<u8>()), 1..3)];
    (method, host(), target(), vec(header(), 0..4), damage)
}

#[test]
fn no_request_makes_it_fail() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let world = World::new().await;
        world.put("open", "a.txt", "hello").await;
        world.put("open", "docs/index.html", "docs").await;
        world.put("open", "docs/one.txt", "one").await;
        world.put("open", "big.bin", crate::support::noise(1_200_000)).await;
        world
    });
    let mut runner = TestRunner::new(Config { cases: 1_000, failure_persistence: None, ..Config::default() });
    let answered = std::cell::Cell::new(0);
    runner
        .run(&request(), |(method, host, target, headers, damage)| {
            let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
            for (name, value) in &headers {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
            text.push_str("\r\n");
            let mut bytes = text.into_bytes();
            // The blank line stays, so that the server sees an end of what it is to answer.
            let room = bytes.len() - 4;
            for (at, byte) in damage {
                bytes[at.index(room)] = byte;
            }
            let is_head = bytes.starts_with(b"HEAD ");
            let answer = runtime.block_on(world.raw(&bytes, is_head));
            // Before the front sees it, what is no HTTP ends the connection or gets a 4xx.
            if let Some(answer) = answer {
                prop_assert!(answer.status < 500, "{}", answer.status);
                answered.set(answered.get() + 1);
            }
            Ok(())
        })
        .unwrap();
    assert!(answered.get() > 800, "most of the requests are HTTP: {} were answered", answered.get());
    // It still works.
    assert_eq!(runtime.block_on(world.get("alice.localhost", "/a.txt")).text(), "hello");
}
