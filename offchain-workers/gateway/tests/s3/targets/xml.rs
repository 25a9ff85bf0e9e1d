//! Documents, as their owner sends them. The first byte of an input says where to ([`PLACES`], from `a` on), and the rest is the
//! document. What is taken reads back, what reads back is taken again, and then reads back the same.

use std::sync::{
    atomic::{AtomicU32, Ordering},
    LazyLock, Mutex,
};

use super::world::World;
use crate::support::{server::owner, Answer, Request};

/// Where documents are sent to.
static PLACES: [Place; 22] = [
    Place::Delete,
    Place::Complete,
    Place::Put("/box", "acl", Undo::Private),
    Place::Put("/box", "cors", Undo::Delete),
    Place::Put("/box", "encryption", Undo::Nothing),
    Place::Put("/box", "lifecycle", Undo::Delete),
    Place::Put("/safe", "object-lock", Undo::Unlock),
    Place::Put("/box", "ownershipControls", Undo::Delete),
    Place::Put("/box", "policy", Undo::Delete),
    Place::Put("/box", "publicAccessBlock", Undo::Delete),
    Place::Put("/box", "tagging", Undo::Delete),
    Place::Put("/flip", "versioning", Undo::Nothing),
    Place::Put("/box", "website", Undo::Delete),
    Place::Put("/box/k", "acl", Undo::Private),
    Place::Put("/box/k", "tagging", Undo::Delete),
    Place::PutFresh("retention"),
    Place::PutFresh("legal-hold"),
    Place::Create,
    Place::Put("/box", "logging", Undo::Nothing),
    Place::Put("/box", "notification", Undo::Nothing),
    Place::Put("/box", "replication", Undo::Nothing),
    Place::Restore,
];

enum Place {
    /// A list of keys to delete.
    Delete,
    /// A list of parts to make an object of.
    Complete,
    /// What is configured of a bucket or an object, and how it is undone.
    Put(&'static str, &'static str, Undo),
    /// What is set of an object with a lock, which may be for ever: each time another object.
    PutFresh(&'static str),
    /// A new bucket.
    Create,
    Restore,
}

/// How an input leaves nothing to the next one.
enum Undo {
    Delete,
    Private,
    Unlock,
    Nothing,
}

/// A key that no input guesses.
const CANARY: &str = "/box/canary-93b1e7a0";
const PARTS: [&str; 2] = ["one", "two"];
const UNLOCKED: &str = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let world = World::new(&["box", "flip"]);
    for bucket in ["/safe", "/vault"] {
        world.send(&owner(), Request::new("PUT", bucket).header("x-amz-bucket-object-lock-enabled", "true")).is(200);
    }
    for key in ["/box/k", CANARY] {
        world.send(&owner(), Request::new("PUT", key).body("text")).is(200);
    }
    world
});
/// The upload whose parts are listed; none until there is one.
static UPLOAD: Mutex<Option<String>> = Mutex::new(None);
static FRESH: AtomicU32 = AtomicU32::new(0);

/// Runs one input.
pub fn one(data: &[u8]) {
    let Some((place, document)) = data.split_first() else { return };
    match &PLACES[usize::from(place.wrapping_sub(b'a')) % PLACES.len()] {
        Place::Delete => delete(document),
        Place::Complete => complete(document),
        Place::Put(path, what, undo) => {
            put(path, what, document);
            undo.done(path, what);
        },
        Place::PutFresh(what) => {
            let path = format!("/vault/{}", FRESH.fetch_add(1, Ordering::Relaxed));
            send(Request::new("PUT", &path).body("kept")).is(200);
            put(&path, what, document);
        },
        Place::Create => {
            if send(Request::new("PUT", "/fresh").body(document)).status < 300 {
                send(Request::new("GET", "/fresh").query("location", "")).is(200);
                send(Request::new("DELETE", "/fresh")).is(204);
            }
        },
        Place::Restore => drop(send(Request::new("POST", "/box/k").query("restore", "").body(document))),
    }
}

fn send(request: Request) -> Answer {
    WORLD.send(&owner(), request)
}

/// Sets a document, and if it is taken, what comes back of it.
fn put(path: &str, what: &str, document: &[u8]) {
    let set = |document: &[u8]| send(Request::new("PUT", path).query(what, "").body(document));
    let get = || send(Request::new("GET", path).query(what, "")).is(200).body;
    if set(document).status < 300 {
        let shown = get();
        // A policy is text that is kept as it is.
        if what == "policy" {
            assert_eq!(shown, document);
        }
        let again = set(&shown);
        assert!(again.status < 300, "{}: {}", String::from_utf8_lossy(&shown), again.text());
        assert_eq!(String::from_utf8_lossy(&get()), String::from_utf8_lossy(&shown));
    }
}

impl Undo {
    fn done(&self, path: &str, what: &str) {
        let request = Request::new("PUT", path).query(what, "");
        let status = match self {
            Self::Delete => send(Request::new("DELETE", path).query(what, "")).status,
            Self::Private => send(request.header("x-amz-acl", "private")).status,
            Self::Unlock => send(request.body(UNLOCKED)).status,
            Self::Nothing => return,
        };
        assert!(status < 300, "{status}");
    }
}

/// What a list does not name is still there, and what it says it deleted is gone.
fn delete(document: &[u8]) {
    let answer = send(Request::new("POST", "/box").query("delete", "").body(document));
    send(Request::new("HEAD", CANARY)).is(200);
    if send(Request::new("HEAD", "/box/k")).status == 404 {
        assert!(answer.status == 200, "it is gone though the answer was {}", answer.status);
        assert!(document.windows(1).any(|byte| byte == b"k" || byte == b"&"), "nothing names it");
        send(Request::new("PUT", "/box/k").body("text")).is(200);
    } else if document.windows(10).all(|window| window != b"<Quiet>tru") {
        assert!(!answer.text().contains("<Deleted><Key>k</Key></Deleted>"), "it is said to be gone, and is there");
    }
}

/// What an upload becomes is made of its parts.
fn complete(document: &[u8]) {
    let mut upload = UPLOAD.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let id = upload.get_or_insert_with(|| {
        let begun = send(Request::new("POST", "/box/whole").query("uploads", "")).is(200).first("UploadId").unwrap();
        for (number, part) in (1..).zip(PARTS) {
            let request = Request::new("PUT", "/box/whole").query("uploadId", &begun).query("partNumber", &format!("{number}"));
            send(request.body(part)).is(200);
        }
        begun
    });
    let answer = send(Request::new("POST", "/box/whole").query("uploadId", id).body(document));
    // It may fail once its head is sent.
    if answer.status < 300 && !answer.text().contains("<Error>") {
        let whole = send(Request::new("GET", "/box/whole")).is(200).text();
        // Two would be too small for the first of them.
        assert!(PARTS.contains(&whole.as_str()), "{whole}");
        *upload = None;
    }
}
