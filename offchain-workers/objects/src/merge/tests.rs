use std::{collections::BTreeMap, convert::Infallible};

use proptest::prelude::*;

use super::*;
use crate::{records::Etag, version::NewVersion};

/// A tree in memory, which keeps the rules of the store's: one of a key has the name "null" at most.
#[derive(Clone, Debug, Default, PartialEq)]
struct Memory {
    versions: BTreeMap<(String, Order), VersionRecord>,
    configs: BTreeMap<ConfigKind, (Order, Option<Vec<u8>>)>,
    versioning: Option<(Order, Versioning)>,
    orphans: BTreeMap<(String, Order), Orphan>,
}

impl Memory {
    fn of_key<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a VersionRecord> {
        self.versions.iter().filter(move |((of, _), _)| of == key).map(|(_, version)| version)
    }

    /// What anybody can see: not what waits for puts.
    fn visible(self) -> Self {
        Self { orphans: BTreeMap::new(), ..self }
    }
}

impl Tree for Memory {
    type Error = Infallible;

    fn version(&self, key: &str, order: &Order) -> Result<Option<VersionRecord>, Infallible> {
        Ok(self.versions.get(&(key.into(), *order)).cloned())
    }

    fn null(&self, key: &str) -> Result<Option<Order>, Infallible> {
        Ok(self.of_key(key).find(|version| version.null).map(|version| version.order))
    }

    fn newest_hidden(&self, key: &str) -> Result<Option<Order>, Infallible> {
        Ok(self.of_key(key).find(|version| version.hidden_null).map(|version| version.order))
    }

    fn set_version(&mut self, key: &str, version: VersionRecord) -> Result<(), Infallible> {
        assert!(!version.null || self.of_key(key).all(|other| !other.null || other.order == version.order));
        self.versions.insert((key.into(), version.order), version);
        Ok(())
    }

    fn remove_version(&mut self, key: &str, order: &Order) -> Result<(), Infallible> {
        assert!(self.versions.remove(&(key.into(), *order)).is_some());
        Ok(())
    }

    fn orphan(&self, key: &str, order: &Order) -> Result<Option<Orphan>, Infallible> {
        Ok(self.orphans.get(&(key.into(), *order)).cloned())
    }

    fn set_orphan(&mut self, key: &str, order: &Order, orphan: Option<Orphan>) -> Result<(), Infallible> {
        match orphan {
            Some(orphan) => self.orphans.insert((key.into(), *order), orphan),
            None => self.orphans.remove(&(key.into(), *order)),
        };
        Ok(())
    }

    fn config(&self, kind: ConfigKind) -> Result<Option<Order>, Infallible> {
        Ok(self.configs.get(&kind).map(|(order, _)| *order))
    }

    fn set_config(&mut self, kind: ConfigKind, document: Option<Vec<u8>>, order: Order) -> Result<(), Infallible> {
        self.configs.insert(kind, (order, document));
        Ok(())
    }

    fn versioning(&self) -> Result<Option<Order>, Infallible> {
        Ok(self.versioning.map(|(order, _)| order))
    }

    fn set_versioning(&mut self, versioning: Versioning, order: Order) -> Result<(), Infallible> {
        self.versioning = Some((order, versioning));
        Ok(())
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put { key: u8, at: u8, null: bool, replaces: Option<u8> },
    Remove { key: u8, at: u8 },
    Amend { key: u8, at: u8, field: u8 },
    Config { kind: u8 },
    Versioning(bool),
}

fn order(at: u8) -> Order {
    let mut order = Order::default();
    order[0] = at;
    order
}

/// That of the change itself, which no two share.
fn unique(number: usize) -> Order {
    let mut order = Order::default();
    order[1..3].copy_from_slice(&(number as u16).to_be_bytes());
    order
}

fn version(at: u8, null: bool) -> VersionRecord {
    let new = NewVersion { user: vec![("at".into(), at.to_string())], ..NewVersion::default() };
    let mut version = VersionRecord::of(new, order(at), i64::from(at), 0, Etag::Whole([at; 16]), None, Vec::new());
    version.null = null;
    version
}

fn apply(tree: &mut Memory, number: usize, step: &Step) {
    let key = |key: &u8| key.to_string();
    let done = match step {
        Step::Put { key: of, at, null, replaces } => {
            put(tree, &key(of), version(*at, *null), replaces.filter(|other| *null && other != at).map(order))
        },
        Step::Remove { key: of, at } => remove(tree, &key(of), &order(*at)),
        Step::Amend { key: of, at, field } => {
            let mut mutable =
                Mutable { acl: Some(number.to_string()), legal_hold: number.is_multiple_of(2), ..Mutable::default() };
            mutable.tags = vec![("number".into(), number.to_string())];
            let amended = Some(unique(number));
            match field {
                0 => mutable.amended.tags = amended,
                1 => mutable.amended.acl = amended,
                2 => mutable.amended.retention = amended,
                _ => mutable.amended.legal_hold = amended,
            }
            amend(tree, &key(of), &order(*at), &mutable)
        },
        Step::Config { kind } => config(tree, ConfigKind::Other(*kind), Some(vec![number as u8]), unique(number)),
        Step::Versioning(on) => {
            let set = if *on { Versioning::Enabled } else { Versioning::Suspended };
            versioning(tree, set, unique(number))
        },
    };
    assert!(done.is_ok());
}

fn tree_of<'a>(steps: impl Iterator<Item = &'a (usize, Step)>) -> Memory {
    let mut tree = Memory::default();
    for (number, step) in steps {
        apply(&mut tree, *number, step);
    }
    tree.visible()
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let step = prop_oneof![
        4 => (0..3u8, 0..12u8, any::<bool>(), prop::option::of(0..12u8))
            .prop_map(|(key, at, null, replaces)| Step::Put { key, at, null, replaces }),
        2 => (0..3u8, 0..12u8).prop_map(|(key, at)| Step::Remove { key, at }),
        2 => (0..3u8, 0..12u8, 0..4u8).prop_map(|(key, at, field)| Step::Amend { key, at, field }),
        1 => (0..2u8).prop_map(|kind| Step::Config { kind }),
        1 => any::<bool>().prop_map(Step::Versioning),
    ];
    prop::collection::vec(step, 0..40).prop_map(|steps| {
        // A version is put once.
        let mut seen = std::collections::BTreeSet::new();
        steps
            .into_iter()
            .enumerate()
            .filter(|(_, step)| match step {
                Step::Put { key, at, .. } => seen.insert((*key, *at)),
                _ => true,
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_applying_gives_the_same_tree((first, second) in steps().prop_flat_map(|steps| {
        (Just(steps.clone()), Just(steps).prop_shuffle())
    })) {
        prop_assert_eq!(tree_of(first.iter()), tree_of(second.iter()));
    }

    #[test]
    fn nothing_goes_that_nobody_removed_and_one_has_the_name_null(steps in steps()) {
        let tree = tree_of(steps.iter());
        let is_removed = |key: u8, at: u8| steps.iter().any(|(_, step)| match step {
            Step::Remove { key: of, at: gone } => *of == key && *gone == at,
            Step::Put { key: of, at: by, null: true, replaces: Some(gone) } => *of == key && *gone == at && by != gone,
            _ => false,
        });
        for (_, step) in &steps {
            let Step::Put { key, at, .. } = step else { continue };
            let found = tree.versions.contains_key(&(key.to_string(), order(*at)));
            prop_assert_eq!(found, !is_removed(*key, *at));
        }
        for key in ["0", "1", "2"] {
            let mut nulls = tree.of_key(key).filter(|version| version.null || version.hidden_null);
            // The newest of those that were made as "null" has the name, and it alone.
            prop_assert!(nulls.next().is_none_or(|newest| newest.null));
            prop_assert!(nulls.all(|older| !older.null));
        }
    }
}

#[test]
fn two_puts_that_did_not_see_each_other_both_stay_and_one_that_saw_replaces() {
    let mut tree = Memory::default();
    put(&mut tree, "key", version(5, true), None).unwrap();
    put(&mut tree, "key", version(3, true), None).unwrap();
    let ids = |tree: &Memory| tree.of_key("key").map(|version| (version.order[0], version.null)).collect::<Vec<_>>();
    assert_eq!(ids(&tree), [(3, true), (5, false)]);
    put(&mut tree, "key", version(2, true), Some(order(3))).unwrap();
    assert_eq!(ids(&tree), [(2, true), (5, false)]);
    remove(&mut tree, "key", &order(2)).unwrap();
    assert_eq!(ids(&tree), [(5, true)], "the name goes to the next");
}

#[test]
fn amendments_of_different_things_both_hold() {
    let mut tree = Memory::default();
    put(&mut tree, "key", version(5, false), None).unwrap();
    let mut held = Mutable { legal_hold: true, ..Mutable::default() };
    held.amended.legal_hold = Some(unique(2));
    let mut tagged = Mutable { tags: vec![("a".into(), "b".into())], ..Mutable::default() };
    tagged.amended.tags = Some(unique(1));
    assert!(amend(&mut tree, "key", &order(5), &held).unwrap());
    assert!(amend(&mut tree, "key", &order(5), &tagged).unwrap());
    assert!(!amend(&mut tree, "key", &order(5), &held).unwrap(), "once is enough");
    let version = tree.version("key", &order(5)).unwrap().unwrap();
    assert!(version.legal_hold && version.tags.len() == 1);
}
