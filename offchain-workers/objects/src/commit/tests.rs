use codec::Compact;
use proptest::prelude::*;

use super::*;
use crate::{
    records::Amended,
    version::{Retention, RetentionMode},
};

fn order() -> impl Strategy<Value = Order> {
    any::<[u8; 20]>()
}

fn pairs() -> impl Strategy<Value = Pairs> {
    prop::collection::vec((".{0,8}", ".{0,8}"), 0..3)
}

fn mutable() -> impl Strategy<Value = Mutable> {
    let retention = prop::option::of(any::<i64>().prop_map(|until| Retention { mode: RetentionMode::Compliance, until }));
    let amended = (prop::option::of(order()), prop::option::of(order())).prop_map(|(tags, legal_hold)| Amended {
        tags,
        legal_hold,
        ..Amended::default()
    });
    (pairs(), prop::option::of(".{0,8}"), retention, any::<bool>(), amended)
        .prop_map(|(tags, acl, retention, legal_hold, amended)| Mutable { tags, acl, retention, legal_hold, amended })
}

fn entry() -> impl Strategy<Value = Entry> {
    let spans = prop::collection::vec((0..3u32, 0..500u32, 1..500u32), 0..4);
    (order(), any::<bool>(), any::<[u8; 16]>(), prop::option::of(any::<[u8; 32]>()), any::<i64>(), pairs(), spans, mutable())
        .prop_map(|(order, marker, md5, blake3, modified, user, spans, mutable)| Entry {
            order,
            null: true,
            marker,
            size: spans.iter().map(|(_, _, length)| u64::from(*length)).sum(),
            etag: Etag::Parts(md5, 3),
            blake3,
            modified,
            content_type: Some("text/plain".into()),
            headers: Vec::new(),
            checksums: user.clone(),
            user,
            part_sizes: vec![Compact(5), Compact(6)],
            part_checksums: vec![Vec::new()],
            spans: spans.into_iter().map(|(place, offset, length)| Span { place, offset, length }).collect(),
            mutable,
        })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (".{1,20}", entry(), prop::option::of(order())).prop_map(|(key, entry, replaces)| Change::Put {
            key,
            replaces: replaces.filter(|replaced| *replaced != entry.order),
            entry: Box::new(entry),
        }),
        1 => (".{1,20}", order()).prop_map(|(key, order)| Change::Remove { key, order }),
        1 => (".{1,20}", order(), mutable())
            .prop_map(|(key, order, mutable)| Change::Amend { key, order, mutable: Box::new(mutable) }),
        1 => (prop::option::of(any::<Vec<u8>>()), order())
            .prop_map(|(document, order)| Change::Config { kind: ConfigKind::Cors, document, order }),
        1 => order().prop_map(|order| Change::Versioning { versioning: Versioning::Suspended, order }),
    ]
}

fn commit() -> impl Strategy<Value = Commit> {
    let parents = prop::collection::vec(any::<[u8; 32]>(), 0..MAX_PARENTS);
    (any::<[u8; 32]>(), any::<u32>(), any::<u64>(), parents, prop::collection::vec(change(), 0..10)).prop_map(
        |(origin, epoch, sequence, parents, changes)| Commit {
            origin,
            epoch,
            sequence,
            parents,
            segment: sequence % FOREIGN,
            written: 5,
            bucket: Birth { object_lock: true, created: 3 },
            segments: (0..3).map(|number| Place { origin, number, length: 1000 }).collect(),
            changes,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_commit_comes_back_and_nothing_shorter_or_longer_does(commit in commit(), cut in any::<prop::sample::Index>()) {
        let bytes = commit.encode();
        prop_assert_eq!(Commit::decode(&bytes), Ok(commit.clone()));
        prop_assert_eq!(commit.hash(), hash_of(&bytes));
        prop_assert!(Commit::decode(&bytes[..cut.index(bytes.len())]).is_err());
        let mut longer = bytes.clone();
        longer.push(0);
        prop_assert_eq!(Commit::decode(&longer), Err(CommitError::Malformed));
        let frame: usize = commit.segments.len() * MAX_PLACE + commit.changes.iter().map(Encode::encoded_size).sum::<usize>();
        prop_assert!(bytes.len() <= MAX_FRAME + frame, "room for a commit is reckoned so");
    }

    #[test]
    fn whatever_comes_is_read_or_refused(bytes in any::<Vec<u8>>(), commit in commit(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let _ = Commit::decode(&bytes);
        let mut altered = commit.encode();
        let at = at.index(altered.len());
        altered[at] = with;
        if let Ok(read) = Commit::decode(&altered) {
            prop_assert_eq!(read.encode(), altered, "one commit has one encoding, and so one hash");
        }
    }
}

fn small() -> Commit {
    Commit {
        origin: [1; 32],
        epoch: 1,
        sequence: 1,
        parents: Vec::new(),
        segment: 1,
        written: 0,
        bucket: Birth::default(),
        segments: vec![Place { origin: [1; 32], number: 1, length: 10 }],
        changes: vec![Change::Put { key: "key".into(), entry: Box::new(of_size(10)), replaces: None }],
    }
}

fn of_size(size: u32) -> Entry {
    Entry {
        order: Order::default(),
        null: false,
        marker: false,
        size: size.into(),
        etag: Etag::Whole([0; 16]),
        blake3: None,
        modified: 0,
        content_type: None,
        headers: Vec::new(),
        user: Vec::new(),
        checksums: Vec::new(),
        part_sizes: Vec::new(),
        part_checksums: Vec::new(),
        spans: vec![Span { place: 0, offset: 0, length: size }],
        mutable: Mutable::default(),
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |alter: fn(&mut Commit)| {
        let mut commit = small();
        alter(&mut commit);
        assert!(matches!(Commit::decode(&commit.encode()), Err(CommitError::Contradiction(_))), "{commit:?}");
    };
    assert_eq!(Commit::decode(&small().encode()), Ok(small()));
    refused(|commit| commit.parents = vec![[0; 32]; MAX_PARENTS + 1]);
    refused(|commit| commit.segments.clear());
    refused(|commit| commit.segments[0].length = 9);
    refused(|commit| commit.segments[0].length = MAX_SEGMENT_BYTES + 1);
    refused(|commit| commit.segments[0].number = FOREIGN);
    refused(|commit| commit.segment = FOREIGN);
    refused(|commit| commit.changes = vec![Change::Remove { key: String::new(), order: Order::default() }]);
    refused(|commit| commit.changes = vec![Change::Remove { key: "k".repeat(MAX_KEY + 1), order: Order::default() }]);
    for alter in [
        (|entry: &mut Entry| entry.size = 11) as fn(&mut Entry),
        |entry| entry.spans.clear(),
        |entry| entry.spans[0].offset = 1,
        |entry| entry.spans[0].offset = u32::MAX,
        |entry| entry.spans.push(Span { place: 0, offset: 0, length: 0 }),
    ] {
        let mut commit = small();
        let Change::Put { entry, .. } = &mut commit.changes[0] else { panic!("it is a put") };
        alter(entry);
        assert!(matches!(Commit::decode(&commit.encode()), Err(CommitError::Contradiction(_))), "{commit:?}");
    }
    let mut later = small().encode();
    later[0] = 9;
    assert_eq!(Commit::decode(&later), Err(CommitError::UnknownForm(9)));
}
