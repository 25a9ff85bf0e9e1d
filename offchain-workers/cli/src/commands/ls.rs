//! `idlewild ls`

use idlewild_client::{ListError, Listing, Session};
use serde::Serialize;

use crate::{
    args::Common,
    connection,
    output::{plain, plain_lines, show, table},
    quantities::{show_blocks, show_bytes},
};

#[derive(Serialize)]
struct Stored {
    files: Vec<File>,
    /// Files of which parts are missing.
    incomplete: Vec<Incomplete>,
    /// Deals whose contents are unknown, whatever the prefix.
    unreadable: Vec<Unreadable>,
}

#[derive(Serialize)]
struct File {
    path: String,
    size: u64,
    modified: i64,
    deals: Vec<u64>,
    /// When the first of its deals ends, on the chain's clock.
    ends: Option<u32>,
}

#[derive(Serialize)]
struct Incomplete {
    path: String,
    size: u64,
    /// Parts found.
    found: u32,
    /// Parts that it has.
    parts: u32,
    /// The deals of those found.
    deals: Vec<u64>,
}

#[derive(Serialize)]
struct Unreadable {
    deal: u64,
    error: String,
}

impl Stored {
    fn new(listing: &Listing, prefix: &str) -> Self {
        let files = listing.tree.below(prefix).map(|object| File {
            path: object.path.clone(),
            size: object.size,
            modified: object.modified,
            deals: object.parts.iter().map(|part| part.segment).collect(),
            ends: object.parts.iter().filter_map(|part| listing.segments.get(&part.segment)).map(|s| s.deal.ends()).min(),
        });
        let incomplete = listing.tree.incomplete().iter().filter(|file| file.path.starts_with(prefix)).map(|file| Incomplete {
            path: file.path.clone(),
            size: file.size,
            found: file.found,
            parts: file.parts,
            deals: file.segments.clone(),
        });
        let unreadable = listing.unreadable.iter().map(|(deal, error)| Unreadable { deal: *deal, error: error.to_string() });
        Self { files: files.collect(), incomplete: incomplete.collect(), unreadable: unreadable.collect() }
    }
}

/// Lists stored files.
pub async fn run(common: &Common, prefix: &str) -> anyhow::Result<()> {
    let session = connection::session(common).await?;
    let clock = session.chain().terms().await?.clock;
    let mut listing = session.list().await?;
    leave_out_copies(&session, &mut listing).await?;
    let stored = Stored::new(&listing, prefix);
    for Incomplete { path, found, parts, .. } in &stored.incomplete {
        eprintln!("warning: of {path:?} only {found} of {parts} parts are stored");
    }
    for Unreadable { deal, error } in &stored.unreadable {
        eprintln!("warning: the contents of deal {deal} are unknown: {}", plain_lines(error));
    }
    show(common.json, &stored, || {
        let left = |file: &File| show_blocks(file.ends.unwrap_or(clock).saturating_sub(clock));
        let rows: Vec<Vec<String>> =
            stored.files.iter().map(|file| vec![show_bytes(file.size), left(file), plain(&file.path)]).collect();
        table(&rows)
    })?;
    Ok(())
}

/// Leaves out the deals of copies that this account shared or published: `idlewild shares` and `idlewild publications` list those.
async fn leave_out_copies(session: &Session, listing: &mut Listing) -> anyhow::Result<()> {
    if listing.unreadable.iter().all(|(_, error)| !matches!(error, ListError::Manifest(_))) {
        return Ok(());
    }
    let copies = session.own_bundles().await?;
    listing.unreadable.retain(|(deal, _)| copies.iter().all(|copy| !copy.has(*deal)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use idlewild_client::{GetError, ListError};
    use idlewild_storage::{
        index::{Entry, Index},
        tree::Tree,
    };

    use super::*;

    #[test]
    fn programs_are_told_of_what_is_missing() {
        let entry = |object: u8, path: &str, parts: u32| Entry {
            object: [object; 16],
            path: path.into(),
            size: u64::from(parts) * 10,
            modified: 7,
            part: 0,
            parts,
            object_offset: 0,
            offset: 0,
            length: 10,
        };
        let entries = vec![entry(1, "a/x", 1), entry(2, "a/y", 3), entry(3, "b", 2)];
        let unreadable = vec![(9, ListError::Get(Box::new(GetError::Gone(4))))];
        let listing = Listing { tree: Tree::build([(5, Index { entries })]), segments: BTreeMap::new(), unreadable };
        assert_eq!(
            serde_json::to_value(Stored::new(&listing, "a/")).unwrap(),
            serde_json::json!({
                "files": [{ "path": "a/x", "size": 10, "modified": 7, "deals": [5], "ends": null }],
                "incomplete": [{ "path": "a/y", "size": 30, "found": 1, "parts": 3, "deals": [5] }],
                "unreadable": [{ "deal": 9, "error": GetError::Gone(4).to_string() }],
            })
        );
        assert_eq!(Stored::new(&listing, "").incomplete.len(), 2);
    }
}
