//! Answers to the runtime API.

use alloc::vec::Vec;
use frame_support::traits::Get;
use idlewild_names_primitives::{
    path::{exact, join, labels},
    record::{Record, RecordKey, MAX_RECORDS},
    rules::{Status, MAX_PERIODS},
    view::{ChildView, ChildrenPage, NameTerms, NameView, NamesPage, RecordView, Resolved, ReverseView},
    Balance, NodeId,
};
use pallet_idlewild_clock::Pallet as Clock;

use crate::{
    types::{Label, Node},
    walking::Standing,
    Children, Commits, Config, Nodes, OfOwner, Pallet, Records, Reverses, Rules,
};

/// Most names or subnames of a page.
const PAGE: u32 = 50;

impl<T: Config> Pallet<T> {
    /// What a path leads to.
    pub(crate) fn resolve_view(path: &[u8]) -> Option<Resolved> {
        let reached = Self::reach(path)?;
        if reached.term.status(Clock::<T>::now()) != Status::Live {
            return None;
        }
        let node = Nodes::<T>::get(reached.id)?;
        Some(Resolved {
            path: join(labels(path).take(reached.depth).map(|label| label.label)),
            node: reached.id,
            owner: node.owner.into(),
            records: Self::records_of(reached.id).0,
            rest: u32::try_from(reached.rest).ok()?,
            until: reached.term.ends,
        })
    }

    /// A name or a subname, also in its grace.
    pub(crate) fn name_view(path: &[u8]) -> Option<NameView> {
        let reached = Self::reach_exactly(path)?;
        Nodes::<T>::get(reached.id).map(|node| Self::show(reached.id, node))
    }

    /// Some names of an account, in the order in which the state has them: to sort them, all would have to be read for every page.
    pub(crate) fn names_page(owner: &T::AccountId, after: Option<NodeId>, limit: u32) -> NamesPage {
        let mut ids = match after {
            Some(after) => OfOwner::<T>::iter_key_prefix_from(owner, OfOwner::<T>::hashed_key_for(owner, after)),
            None => OfOwner::<T>::iter_key_prefix(owner),
        };
        let some: Vec<NodeId> = ids.by_ref().take(limit.clamp(1, PAGE) as usize).collect();
        let next = some.last().copied().filter(|_| ids.next().is_some());
        let names = some.into_iter().filter_map(|id| Nodes::<T>::get(id).map(|node| Self::show(id, node)));
        NamesPage { names: names.collect(), next }
    }

    /// Some subnames right under a name.
    pub(crate) fn children_page(path: &[u8], after: Option<Vec<u8>>, limit: u32) -> ChildrenPage {
        let Some(above) = exact(path).and_then(|_| Self::reach_exactly(path)) else { return ChildrenPage::default() };
        let mut rest = match after.map(Label::try_from) {
            Some(Ok(after)) => Children::<T>::iter_prefix_from(above.id, Children::<T>::hashed_key_for(above.id, after)),
            Some(Err(_)) => return ChildrenPage::default(),
            None => Children::<T>::iter_prefix(above.id),
        };
        let some: Vec<(Label, NodeId)> = rest.by_ref().take(limit.clamp(1, PAGE) as usize).collect();
        let next = some.last().map(|(label, _)| Vec::from(label.clone())).filter(|_| rest.next().is_some());
        let children = some.into_iter().filter_map(|(label, node)| {
            let record = Nodes::<T>::get(node)?;
            Some(ChildView { label: label.into(), node, owner: record.owner.into(), records: record.records })
        });
        ChildrenPage { children: children.collect(), next }
    }

    /// The name that an account says is its own, if that has the account in its record.
    pub(crate) fn reverse_view(account: [u8; 32]) -> Option<ReverseView> {
        let node = Reverses::<T>::get(T::AccountId::from(account))?.node;
        let kept = Records::<T>::get(node, RecordKey::Account)?;
        let standing = Self::standing(node);
        let leads_back = kept.record == Record::Account(account) && standing.status(Clock::<T>::now()) == Status::Live;
        leads_back.then(|| ReverseView { name: path_of(&standing) })
    }

    /// When an account committed to a hash.
    pub(crate) fn commitment_view(who: [u8; 32], hash: [u8; 32]) -> Option<idlewild_names_primitives::Clock> {
        Commits::<T>::get(T::AccountId::from(who), hash).map(|commit| commit.at)
    }

    /// The rules that clients have to know, and the clock.
    pub(crate) fn terms_view() -> NameTerms {
        NameTerms {
            now: Clock::<T>::now(),
            rules: Rules::<T>::get(),
            max_periods: MAX_PERIODS,
            base: T::BaseRate::get(),
            premium: T::Premium::get(),
            node_deposit: T::NodeDeposit::get(),
            item_deposit: T::ItemDeposit::get(),
            byte_deposit: T::ByteDeposit::get(),
        }
    }

    fn show(id: NodeId, node: Node<T::AccountId>) -> NameView {
        let standing = Self::standing(id);
        let (records, kept) = Self::records_of(id);
        NameView {
            path: path_of(&standing),
            node: id,
            owner: node.owner.into(),
            operators: node.operators.into_iter().map(Into::into).collect(),
            status: standing.status(Clock::<T>::now()),
            term: standing.term,
            records,
            deposit: node.deposit.saturating_add(kept),
        }
    }

    /// A node's records in the order of their keys, and what is on hold for them.
    fn records_of(id: NodeId) -> (Vec<RecordView>, Balance) {
        let mut deposits: Balance = 0;
        let kept = Records::<T>::iter_prefix(id).take(MAX_RECORDS as usize).map(|(key, kept)| {
            deposits = deposits.saturating_add(kept.deposit);
            RecordView { key, record: kept.record }
        });
        let mut records: Vec<_> = kept.collect();
        records.sort_by(|one, other| one.key.cmp(&other.key));
        (records, deposits)
    }
}

fn path_of(standing: &Standing) -> Vec<u8> {
    join(standing.labels.iter().map(|label| label.as_slice()))
}
