//! Whatever anybody does in whatever order: a name has one owner at any height, nobody takes it from who committed to it, names that
//! look alike are never registered together, what hung on a registration that is gone leads nowhere, and no coin comes or goes.

use std::collections::{BTreeMap, BTreeSet};

use idlewild_names_primitives::{name::skeleton, rules::Status};
use pallet_idlewild_names::{Commits, Nodes, Registrations, Rules};
use pallet_idlewild_test_runtime::{RuntimeEvent, System};
use proptest::prelude::*;

use super::*;

/// Some look alike: the first two, and the next two.
const NAMES: [&str; 5] = ["abcde0", "abcdeo", "modern", "rnodern", "xyzxyz"];
const PEOPLE: [AccountId; 3] = [ALICE, BOB, CAROL];
/// Under each name there can be these.
const SUBS: [&str; 3] = ["a", "b", "a/b"];

/// One thing that somebody does: who, and with which name.
#[derive(Clone, Debug)]
enum Move {
    Pass(u32),
    /// Waits until the term of a name ends, or until it is free.
    PassTo(u8, bool),
    Commit(u8, u8),
    Uncommit(u8, u8),
    Register(u8, u8, u32),
    Renew(u8, u8, u32),
    Transfer(u8, u8, u8, u8),
    SetOperator(u8, u8, u8, u8, bool),
    SetRecord(u8, u8, u8, u8, Option<u8>),
    CreateSub(u8, u8, u8, u8),
    RemoveSub(u8, u8, u8),
    SetReverse(u8, Option<(u8, u8)>),
    Release(u8, u8),
    Reclaim(u8, u8, u32),
}

fn moves() -> impl Strategy<Value = Move> {
    let (who, name, at) = (0u8..3, 0u8..5, 0u8..4);
    let about = || (0u8..3, 0u8..5, 0u8..4);
    prop_oneof![
        6 => (1u32..8).prop_map(Move::Pass),
        2 => (name.clone(), any::<bool>()).prop_map(|(name, free)| Move::PassTo(name, free)),
        8 => (who.clone(), name.clone()).prop_map(|(who, name)| Move::Commit(who, name)),
        1 => (who.clone(), name.clone()).prop_map(|(who, name)| Move::Uncommit(who, name)),
        12 => (who.clone(), name.clone(), prop_oneof![6 => 1u32..3, 1 => 0u32..12]).prop_map(|(who, name, periods)| Move::Register(who, name, periods)),
        3 => (who.clone(), name.clone(), prop_oneof![6 => 1u32..3, 1 => 0u32..12]).prop_map(|(who, name, periods)| Move::Renew(who, name, periods)),
        3 => (about(), 0u8..3).prop_map(|((who, name, at), to)| Move::Transfer(who, name, at, to)),
        3 => (about(), 0u8..3, any::<bool>()).prop_map(|((who, name, at), to, is)| Move::SetOperator(who, name, at, to, is)),
        8 => (about(), 0u8..4, any::<Option<u8>>())
            .prop_map(|((who, name, at), key, value)| Move::SetRecord(who, name, at, key, value)),
        6 => (about(), 0u8..3).prop_map(|((who, name, at), to)| Move::CreateSub(who, name, at, to)),
        2 => about().prop_map(|(who, name, at)| Move::RemoveSub(who, name, at)),
        2 => (who.clone(), proptest::option::of((name.clone(), at))).prop_map(|(who, of)| Move::SetReverse(who, of)),
        2 => (who.clone(), name).prop_map(|(who, name)| Move::Release(who, name)),
        4 => (who, 0u8..20, 0u32..4).prop_map(|(who, node, limit)| Move::Reclaim(who, node, limit)),
    ]
}

fn path_at(name: u8, at: u8) -> String {
    let name = NAMES[usize::from(name)];
    at.checked_sub(1).map_or(name.to_string(), |sub| format!("{name}/{}", SUBS[usize::from(sub)]))
}

fn record(key: u8, value: Option<u8>) -> (RecordKey, Option<Record>) {
    match key {
        0 => (RecordKey::Bucket, value.map(|value| Record::Bucket(value.into()))),
        1 => (RecordKey::Account, value.map(|value| Record::Account(PEOPLE[usize::from(value % 3)].clone().into()))),
        2 => (RecordKey::Text(vec![b'k']), value.map(|value| Record::Text(vec![b'x'; value.into()]))),
        _ => (RecordKey::Table, value.map(|value| Record::Bucket(value.into()))),
    }
}

/// Somebody does something. Where the chain refuses it, nothing of it is left.
fn make(step: &Move) {
    let person = |who: u8| &PEOPLE[usize::from(who)];
    let name_of = |name: u8| NAMES[usize::from(name)];
    let (who, call) = match *step {
        Move::Pass(blocks) => return Chain::pass(blocks),
        Move::PassTo(name, free) => {
            let term = Names::named(name_of(name).as_bytes().to_vec()).and_then(|view| view.term);
            return term.map_or((), |term| Chain::pass_to(if free { term.free } else { term.ends }));
        },
        Move::Commit(who, name) => (who, commit(name_of(name), person(who))),
        Move::Uncommit(who, name) => (who, uncommit(name_of(name), person(who))),
        Move::Register(who, name, periods) => (who, register_for(name_of(name), periods, Balance::MAX)),
        Move::Renew(who, name, periods) => (who, renew(name_of(name), periods)),
        Move::Transfer(who, name, at, to) => (who, transfer(&path_at(name, at), person(to))),
        Move::SetOperator(who, name, at, to, allowed) => (who, set_operator(&path_at(name, at), person(to), allowed)),
        Move::SetRecord(who, name, at, key, value) => {
            let (key, value) = record(key, value);
            (who, set_record(&path_at(name, at), key, value))
        },
        Move::CreateSub(who, name, at, to) => match path_at(name, at).rsplit_once('/') {
            Some((parent, sub)) => (who, create_sub(parent, sub, person(to))),
            None => (who, create_sub(name_of(name), "a", person(to))),
        },
        Move::RemoveSub(who, name, at) => (who, remove_sub(&path_at(name, at))),
        Move::SetReverse(who, of) => (who, set_reverse(of.map(|(name, at)| path_at(name, at)).as_deref())),
        Move::Release(who, name) => (who, release(name_of(name))),
        Move::Reclaim(who, node, limit) => (who, reclaim(node.into(), limit)),
    };
    _ = Chain::call(person(who), call);
}

/// What is known beside the chain.
#[derive(Default)]
struct Seen {
    /// Each name's registration that stands by what was seen: whose it is, and until when nobody else can have it.
    names: BTreeMap<Vec<u8>, (NodeId, AccountId, Moment)>,
    /// When each account committed to each hash.
    commits: BTreeMap<(AccountId, [u8; 32]), Moment>,
    /// Numbers that were given.
    given: BTreeSet<NodeId>,
    /// Subnames: what each is under, and its label; those that were removed are not among them.
    subs: BTreeMap<NodeId, (NodeId, Vec<u8>)>,
    paid: Balance,
}

impl Seen {
    fn note(&mut self) {
        for event in Chain::events() {
            let RuntimeEvent::Names(event) = event else { continue };
            match event {
                Event::Committed { who, hash } => _ = self.commits.insert((who, hash), now()),
                Event::Uncommitted { who, hash } => assert!(self.commits.remove(&(who, hash)).is_some()),
                Event::Registered { node, name, owner, paid, until } => self.register(node, name.to_vec(), owner, paid, until),
                Event::Renewed { node, name, paid, until, .. } => {
                    let (id, _, free) = self.names.get_mut(name.as_slice()).unwrap();
                    assert!(*id == node && *free > now(), "a name was renewed that was free");
                    assert!(until <= now() + 10 * rules().period, "a name was renewed too far ahead");
                    *free = until + rules().grace;
                    self.paid += paid;
                },
                Event::Transferred { node, from, to } => {
                    if let Some((_, owner, _)) = self.names.values_mut().find(|(id, _, _)| *id == node) {
                        assert_eq!(*owner, from, "somebody gave away what it did not own");
                        *owner = to;
                    }
                },
                Event::SubCreated { node, parent, label, .. } => {
                    assert!(self.given.insert(node), "a number was given twice");
                    self.subs.insert(node, (parent, label.to_vec()));
                },
                Event::SubRemoved { node, .. } => assert!(self.subs.remove(&node).is_some()),
                Event::Released { node, name } => {
                    assert_eq!(self.names.remove(name.as_slice()).unwrap().0, node);
                },
                _ => {},
            }
        }
        // Each is looked at once.
        System::reset_events();
    }

    fn register(&mut self, node: NodeId, name: Vec<u8>, owner: AccountId, paid: Balance, until: Moment) {
        let hash = commitment(&Clock::genesis(), &name, owner.as_ref(), &SALT);
        let at = self.commits.remove(&(owner.clone(), hash)).expect("only who committed to a name gets it");
        let age = now() - at;
        assert!((rules().min_age..=rules().max_age).contains(&age), "a commitment of the age {age} was used");
        assert!(self.given.insert(node), "a number was given twice");
        let alike = self.names.iter().find(|(other, (_, _, free))| skeleton(other) == skeleton(&name) && *free > now());
        assert_eq!(alike, None, "{} was registered beside what looks like it", String::from_utf8_lossy(&name));
        self.names.insert(name, (node, owner, until + rules().grace));
        self.paid += paid;
    }

    /// Whether a node stands by what was seen: no link on the way up is missing.
    fn stands(&self, node: NodeId) -> bool {
        match self.subs.get(&node) {
            Some((parent, _)) => self.stands(*parent),
            None => self.names.values().any(|(id, _, free)| *id == node && *free > now()),
        }
    }

    fn check(&self) {
        for name in NAMES {
            let known = self.names.get(name.as_bytes()).filter(|(_, _, free)| *free > now());
            let told = Names::named(name.as_bytes().to_vec());
            let told = told.map(|view| (view.node, AccountId::from(view.owner), view.term.unwrap().free));
            assert_eq!(told.as_ref(), known, "{name} is another's than was seen");
            // Anything told behind it is what was seen to be under this registration.
            for path in [name.to_string()].into_iter().chain(SUBS.map(|sub| format!("{name}/{sub}"))) {
                if let Some(resolved) = resolve(&path) {
                    assert!(self.stands(resolved.node), "{path} leads to what is gone");
                }
            }
        }
        for owner in &PEOPLE {
            for view in Names::names_of(owner.clone().into(), None, 50).names {
                assert_eq!(view.status != Status::Gone, self.stands(view.node), "{view:?}");
            }
        }
    }
}

/// Everything is given up and reclaimed: nothing stays on hold, and nothing on record.
fn end() {
    for name in NAMES {
        if let Some(view) = Names::named(name.as_bytes().to_vec()) {
            Chain::does(&AccountId::from(view.owner), release(name));
        }
    }
    Chain::pass(rules().premium_lasts());
    let nodes: Vec<_> = Nodes::<Test>::iter_keys().collect();
    nodes.into_iter().for_each(|node| Chain::does(&BOB, reclaim(node, 32)));
    let commits: Vec<_> = Commits::<Test>::iter_keys().collect();
    commits.into_iter().for_each(|(who, hash)| Chain::does(&who, Call::uncommit { hash }.into()));
    for who in &PEOPLE {
        _ = Chain::call(who, set_reverse(None));
        assert_eq!(coins(who).1, 0, "{who} has something on hold");
    }
    assert_eq!(Nodes::<Test>::iter().count() + Registrations::<Test>::iter().count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_name_has_one_owner_and_every_coin_its_reason(schedule in proptest::collection::vec(moves(), 1..100)) {
        Chain::run(|| {
            // Shorter than elsewhere, so that names lapse again and again.
            Rules::<Test>::put(NameRules { period: 30, grace: 6, day: 1, min_age: 2, max_age: 20 });
            let supply = Chain::supply();
            let wealth = || PEOPLE.iter().map(Chain::wealth).sum::<Balance>();
            let had = wealth();
            let mut seen = Seen::default();
            for step in &schedule {
                make(step);
                seen.note();
                let sound = Names::do_try_state();
                assert!(sound.is_ok(), "after {step:?}: {sound:?}");
                seen.check();
            }
            end();
            assert_eq!((Chain::supply(), brought(), wealth()), (supply, seen.paid, had - seen.paid));
        });
    }
}
