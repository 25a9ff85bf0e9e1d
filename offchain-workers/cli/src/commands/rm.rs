//! `idlewild rm`

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use futures::{stream, StreamExt};
use idlewild_chain_client::{coins::show_coins, Call, Event};
use idlewild_client::ListError;
use idlewild_storage::tree::Tree;
use serde::Serialize;

use super::{chosen::missing, Each};
use crate::{
    args::{Common, Rm},
    connection,
    keystore::folder_of,
    output::show,
    unfinished::Unfinished,
};

/// Deals ended at the same time.
const AT_ONCE: usize = 8;

#[derive(Serialize)]
struct Removed {
    deals: Vec<u64>,
    refunded: u128,
    outcomes: Vec<Each>,
}

/// Ends the deals that hold nothing but the files given.
pub async fn run(common: &Common, rm: Rm) -> anyhow::Result<()> {
    let session = connection::session(common).await?;
    let listing = session.list().await?;
    let unreadable: BTreeMap<u64, &ListError> = listing.unreadable.iter().map(|(deal, error)| (*deal, error)).collect();
    let mut deals = BTreeSet::new();
    for deal in &rm.deal {
        if !listing.segments.contains_key(deal) && !unreadable.contains_key(deal) {
            bail!("this account has no open deal {deal}: see `idlewild ls --json`");
        }
        if let Some(error) = unreadable.get(deal).filter(|_| !rm.force) {
            bail!("what is in deal {deal} is unknown: {error}\nIt may be back when its miners are. To end it all the same, give --force");
        }
        deals.insert(*deal);
    }
    let paths = named(&listing.tree, &rm.paths, rm.recursive).map_err(|path| anyhow::Error::msg(missing(&listing, &path)))?;
    // What cannot be read now may be a later version of a file, or a part of it.
    let hidden: Vec<String> = listing
        .hidden()
        .filter(|(deal, _)| !rm.deal.contains(deal))
        .map(|(deal, error)| format!("deal {deal}: {error}"))
        .collect();
    if !hidden.is_empty() && !rm.force && !rm.paths.is_empty() {
        bail!(
            "some deals cannot be read now and may hold parts of these files; nothing was removed. Try again later, end a lost deal \
             with --deal N, or give --force to go by what can be read\n{}",
            hidden.join("\n")
        );
    }
    deals.extend(deals_of(&listing.tree, &paths));
    if let Some((deal, other)) = shared(&listing.tree, &deals, &paths) {
        bail!("deal {deal} also holds {other:?}, which would be lost. Name it too, or put it again first");
    }
    let mut salts = BTreeMap::new();
    for id in &deals {
        // Those that cannot be read are not in the listing.
        salts.extend(session.chain().deal(*id).await?.map(|deal| (*id, deal.salt)));
    }
    let submitter = session.submitter();
    let ending = deals.into_iter().map(|deal| async move { (deal, submitter.submit(Call::Cancel { deal }).await) });
    let mut ending = stream::iter(ending).buffered(AT_ONCE);
    let mut removed = Removed { deals: Vec::new(), refunded: 0, outcomes: Vec::new() };
    while let Some((deal, outcome)) = ending.next().await {
        if let Ok(outcome) = &outcome {
            removed.deals.push(deal);
            for event in &outcome.events {
                if let Event::Closed { deal: of, refunded } = event {
                    if *of == deal {
                        removed.refunded = removed.refunded.saturating_add(*refunded);
                    }
                }
            }
        }
        removed.outcomes.push(Each::new(deal, outcome));
    }
    // The same put given again must not go on where deals are missing: their salts are spent.
    let spent: Vec<_> = removed.deals.iter().filter_map(|deal| salts.get(deal).copied()).collect();
    Unfinished::forget_all_with(&folder_of(common.home.as_deref())?.with_file_name("puts"), &spent)?;
    show(common.json, &removed, || format!("ended {} deals; {} came back", removed.deals.len(), show_coins(removed.refunded)))?;
    Each::all_done(&removed.outcomes, "`idlewild ls` shows what is still stored")
}

/// The stored paths that are meant; an error is one that is not there.
fn named(tree: &Tree<u64>, paths: &[String], recursive: bool) -> Result<BTreeSet<String>, String> {
    let known: BTreeSet<&str> = tree
        .objects()
        .map(|object| object.path.as_str())
        .chain(tree.incomplete().iter().map(|object| object.path.as_str()))
        .collect();
    let mut meant = BTreeSet::new();
    for path in paths {
        let folder = format!("{}/", path.trim_end_matches('/'));
        let below = known.iter().filter(|known| recursive && known.starts_with(&folder));
        let before = meant.len();
        let found: Vec<String> = known.get(path.as_str()).into_iter().chain(below).map(|path| (*path).to_owned()).collect();
        if found.is_empty() && before == meant.len() {
            return Err(path.clone());
        }
        meant.extend(found);
    }
    Ok(meant)
}

/// The deals that hold files of these paths. Earlier versions and broken-off puts of the same path cost coins too.
fn deals_of(tree: &Tree<u64>, paths: &BTreeSet<String>) -> BTreeSet<u64> {
    let whole = tree.objects().chain(tree.superseded()).filter(|object| paths.contains(&object.path));
    let parts = whole.flat_map(|object| object.parts.iter().map(|part| part.segment));
    let broken_off = tree.incomplete().iter().filter(|object| paths.contains(&object.path));
    parts.chain(broken_off.flat_map(|object| object.segments.iter().copied())).collect()
}

/// A deal that holds something else too, and what. A segment is ended as a whole.
///
/// A file of which parts are missing counts: they may be in deals that cannot be read now.
fn shared(tree: &Tree<u64>, deals: &BTreeSet<u64>, paths: &BTreeSet<String>) -> Option<(u64, String)> {
    let whole = tree.objects().map(|object| (&object.path, object.parts.iter().map(|part| part.segment).collect::<Vec<_>>()));
    let incomplete = tree.incomplete().iter().map(|object| (&object.path, object.segments.clone()));
    whole.chain(incomplete).filter(|(path, _)| !paths.contains(*path)).find_map(|(path, segments)| {
        segments.into_iter().find(|segment| deals.contains(segment)).map(|segment| (segment, path.clone()))
    })
}

#[cfg(test)]
mod tests {
    use idlewild_storage::index::{Entry, Index};

    use super::*;

    /// A part of an object: its number, its path, which part of how many.
    fn entry(object: u8, path: &str, part: u32, parts: u32) -> Entry {
        Entry {
            object: [object; 16],
            path: path.into(),
            size: u64::from(parts) * 10,
            modified: 0,
            part,
            parts,
            object_offset: u64::from(part) * 10,
            offset: 0,
            length: 10,
        }
    }

    fn tree(deals: &[(u64, &[Entry])]) -> Tree<u64> {
        Tree::build(deals.iter().map(|(deal, entries)| (*deal, Index { entries: entries.to_vec() })))
    }

    fn set<T: Ord + Clone>(of: &[T]) -> BTreeSet<T> {
        of.iter().cloned().collect()
    }

    #[test]
    fn a_file_in_the_same_deal_is_not_lost() {
        let tree = tree(&[(1, &[entry(1, "x", 0, 1), entry(2, "y", 0, 1)])]);
        let x = set(&["x".to_owned()]);
        assert_eq!(shared(&tree, &deals_of(&tree, &x), &x), Some((1, "y".to_owned())));
        let both = set(&["x".to_owned(), "y".to_owned()]);
        assert_eq!(shared(&tree, &deals_of(&tree, &both), &both), None);
    }

    #[test]
    fn nor_one_whose_other_part_cannot_be_read_now() {
        // Part 1 of y is in deal 2, whose miners are away.
        let tree = tree(&[(1, &[entry(1, "x", 0, 1), entry(2, "y", 0, 2)])]);
        let x = set(&["x".to_owned()]);
        assert_eq!(shared(&tree, &deals_of(&tree, &x), &x), Some((1, "y".to_owned())));
    }

    #[test]
    fn earlier_versions_and_broken_off_puts_end_too() {
        let tree = tree(&[(1, &[entry(1, "x", 0, 1)]), (2, &[entry(2, "x", 0, 1)]), (3, &[entry(3, "x", 0, 2)])]);
        assert_eq!(deals_of(&tree, &set(&["x".to_owned()])), set(&[1, 2, 3]));
    }

    #[test]
    fn folders_are_meant_only_where_it_is_said() {
        let tree = tree(&[(1, &[entry(1, "a/x", 0, 1), entry(2, "a/b/y", 0, 1), entry(3, "ab", 0, 1)])]);
        let all = set(&["a/x".to_owned(), "a/b/y".to_owned()]);
        assert_eq!(named(&tree, &["a/".into()], true), Ok(all.clone()));
        assert_eq!(named(&tree, &["a".into(), "a".into()], true), Ok(all));
        assert_eq!(named(&tree, &["a".into()], false), Err("a".into()));
    }
}
