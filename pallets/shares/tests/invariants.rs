//! Whatever anybody does in whatever order: what is on hold is what the records say, and nobody has what is another's.

use std::collections::BTreeMap;

use pallet_idlewild_test_runtime::{RuntimeEvent, System};
use proptest::prelude::*;

use super::*;

/// One thing that somebody does: an account by its number, or whoever may, where there is none. Deals, shares and publications are
/// numbered too.
#[derive(Clone, Debug)]
enum Move {
    Pass(u32),
    Announce(u8, u8),
    Conceal(u8),
    /// Which deal, with which account if with one, and for how long if not for ever. At 0 it is over before it begins.
    Share(Option<u8>, u8, Option<u8>, Option<u32>),
    Revoke(Option<u8>, u8),
    Publish(Option<u8>, u8, bool),
    Relocate(Option<u8>, u8, u8),
    Withdraw(Option<u8>, u8),
    /// A deal goes to somebody else.
    Give(u8, u8),
    Cancel(u8),
}

const ACCOUNTS: [AccountId; 3] = [ALICE, BOB, CAROL];

fn moves() -> impl Strategy<Value = Move> {
    let (account, deal, id) = (0u8..3, 0u8..4, 0u8..8);
    let who = || prop::option::weighted(0.2, 0u8..3);
    let ends = prop::option::of(0u32..40);
    prop_oneof![
        3 => (1u32..20).prop_map(Move::Pass),
        4 => (account.clone(), any::<u8>()).prop_map(|(account, key)| Move::Announce(account, key)),
        1 => account.clone().prop_map(Move::Conceal),
        9 => (who(), deal.clone(), prop::option::of(account.clone()), ends)
            .prop_map(|(who, deal, to, lasts)| Move::Share(who, deal, to, lasts)),
        6 => (who(), id.clone()).prop_map(|(who, id)| Move::Revoke(who, id)),
        6 => (who(), deal.clone(), any::<bool>()).prop_map(|(who, deal, named)| Move::Publish(who, deal, named)),
        3 => (who(), id.clone(), deal.clone()).prop_map(|(who, id, deal)| Move::Relocate(who, id, deal)),
        3 => (who(), id).prop_map(|(who, id)| Move::Withdraw(who, id)),
        1 => (deal.clone(), account).prop_map(|(deal, to)| Move::Give(deal, to)),
        1 => deal.prop_map(Move::Cancel),
    ]
}

fn make(step: &Move) {
    let account = |who: u8| &ACCOUNTS[usize::from(who)];
    let by = |who: Option<u8>, or: Option<AccountId>| who.map(|who| account(who).clone()).or(or).unwrap_or(CAROL);
    let owner = |deal: u8| pallet_idlewild_deals::Deals::<Test>::get(DealId::from(deal)).map(|deal| deal.owner);
    let sharer = |id: u8| Shares::<Test>::get(ShareId::from(id)).map(|share| share.owner);
    let publisher = |id: u8| Publications::<Test>::get(PublicationId::from(id)).map(|record| record.owner);
    let (who, call) = match *step {
        Move::Pass(blocks) => return Chain::pass(blocks),
        Move::Announce(who, key) => (account(who).clone(), announce([key; 32])),
        Move::Conceal(who) => (account(who).clone(), conceal()),
        Move::Share(who, deal, to, lasts) => {
            let audience = to.map_or(Audience::Link, |to| with(account(to)));
            (by(who, owner(deal)), share(deal.into(), audience, lasts.map(|lasts| Clock::now() + lasts)))
        },
        Move::Revoke(who, id) => (by(who, sharer(id)), revoke(id.into())),
        Move::Publish(who, deal, named) => {
            (by(who, owner(deal)), publish_as(deal.into(), if named { b"file" } else { b"a/b" }))
        },
        Move::Relocate(who, id, deal) => (by(who, publisher(id)), relocate(id.into(), deal.into(), [9; 32])),
        Move::Withdraw(who, id) => (by(who, publisher(id)), withdraw(id.into())),
        Move::Give(deal, to) => (by(None, owner(deal)), call::transfer(deal.into(), account(to), b"list")),
        Move::Cancel(deal) => (by(None, owner(deal)), call::cancel(deal.into())),
    };
    // Much of it is refused.
    _ = Chain::call(&who, call);
}

/// What stands by what was told in events, each with whose it is.
#[derive(Default)]
struct Told {
    keys: BTreeMap<AccountId, SealingKey>,
    shares: BTreeMap<ShareId, (AccountId, Option<AccountId>)>,
    publications: BTreeMap<PublicationId, (AccountId, DealId)>,
}

impl Told {
    fn note(&mut self) {
        for event in Chain::events() {
            if let RuntimeEvent::Shares(event) = event {
                self.note_one(event);
            }
        }
        // Each is looked at once.
        System::reset_events();
    }

    fn note_one(&mut self, event: Event) {
        match event {
            Event::KeyAnnounced { account, key } => _ = self.keys.insert(account, key),
            Event::KeyConcealed { account } => assert!(self.keys.remove(&account).is_some()),
            Event::Shared { share, owner, root, to, until } => {
                assert_eq!(Chain::deal(root).owner, owner, "somebody shared a deal of another");
                assert!(until.is_none_or(|until| until > Clock::now()));
                assert!(to.as_ref().is_none_or(|to| self.keys.contains_key(to)));
                assert_eq!(self.shares.insert(share, (owner, to)), None, "a number was given twice");
            },
            Event::Revoked { share, owner } => assert_eq!(self.shares.remove(&share).unwrap().0, owner),
            Event::Published { publication, owner, root, .. } => {
                assert_eq!(Chain::deal(root).owner, owner, "somebody published a deal of another");
                assert_eq!(self.publications.insert(publication, (owner, root)), None, "a number was given twice");
            },
            Event::Relocated { publication, root } => self.publications.get_mut(&publication).unwrap().1 = root,
            Event::Withdrawn { publication, owner } => {
                assert_eq!(self.publications.remove(&publication).unwrap().0, owner);
            },
            _ => {},
        }
    }

    /// What is on hold for an account by that.
    fn held(&self, who: &AccountId) -> Balance {
        let times = |count: usize, deposit: Balance| count as Balance * deposit;
        times(self.keys.contains_key(who).into(), KEY)
            + times(self.shares.values().filter(|(owner, _)| owner == who).count(), SHARE)
            + times(self.publications.values().filter(|(owner, _)| owner == who).count(), PUBLICATION)
    }

    /// That the chain's records, its indexes and its holds are what was told.
    fn check(&self) {
        assert_eq!(Pallet::do_try_state(), Ok(()));
        for who in &ACCOUNTS {
            assert_eq!(held(who), self.held(who), "{who}");
            assert_eq!(Pallet::receiver(who.clone().into()), self.keys.get(who).copied());
            let mut told: Vec<_> = self.shares.iter().filter(|(_, (owner, _))| owner == who).map(|(id, _)| *id).collect();
            assert_eq!(ids(Pallet::shares_of(who.clone().into(), None, MAX_PAGE), |view| view.id), told);
            let with = self.shares.iter().filter(|(_, (_, to))| to.as_ref() == Some(who));
            told = with.map(|(id, _)| *id).collect();
            assert_eq!(ids(Pallet::shares_with(who.clone().into(), None, MAX_PAGE), |view| view.id), told);
            told = self.publications.iter().filter(|(_, (owner, _))| owner == who).map(|(id, _)| *id).collect();
            assert_eq!(ids(Pallet::publications_of(who.clone().into(), None, MAX_PAGE), |view| view.id), told);
        }
        for (id, (_, root)) in &self.publications {
            assert_eq!(Pallet::publication(*id).unwrap().root, *root);
        }
    }
}

fn ids<R>(views: Vec<R>, id: impl Fn(&R) -> u64) -> Vec<u64> {
    let mut ids: Vec<u64> = views.iter().map(id).collect();
    ids.sort_unstable();
    ids
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn deposits_and_indexes_are_what_the_records_say(steps in prop::collection::vec(moves(), 1..90)) {
        Chain::run(|| {
            deals();
            let supply = Chain::supply();
            let mut told = Told::default();
            System::reset_events();
            for step in &steps {
                make(step);
                told.note();
                told.check();
                assert_eq!(Chain::supply(), supply, "{step:?}");
            }
            // Whoever ends all has all of it back.
            for (id, (owner, _)) in std::mem::take(&mut told.shares) {
                Chain::call(&owner, revoke(id)).unwrap();
            }
            for (id, (owner, _)) in std::mem::take(&mut told.publications) {
                Chain::call(&owner, withdraw(id)).unwrap();
            }
            for who in told.keys.keys() {
                Chain::call(who, conceal()).unwrap();
            }
            assert_eq!(ACCOUNTS.map(|who| held(&who)), [0; 3]);
        });
    }
}
