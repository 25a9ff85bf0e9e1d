//! `idlewild ls`

use serde::Serialize;

use crate::{
    args::Common,
    connection,
    output::{plain, plain_lines, show, table},
    quantities::{show_blocks, show_bytes},
};

#[derive(Serialize)]
struct File {
    path: String,
    size: u64,
    modified: i64,
    deals: Vec<u64>,
    /// When the first of its deals ends, on the chain's clock.
    ends: Option<u32>,
}

/// Lists stored files.
pub async fn run(common: &Common, prefix: &str) -> anyhow::Result<()> {
    let session = connection::session(common).await?;
    let clock = session.chain().terms().await?.clock;
    let listing = session.list().await?;
    let files: Vec<File> = listing
        .tree
        .below(prefix)
        .map(|object| File {
            path: object.path.clone(),
            size: object.size,
            modified: object.modified,
            deals: object.parts.iter().map(|part| part.segment).collect(),
            ends: object.parts.iter().filter_map(|part| listing.segments.get(&part.segment)).map(|s| s.deal.ends()).min(),
        })
        .collect();
    for incomplete in listing.tree.incomplete() {
        eprintln!("warning: of {:?} only {} of {} parts are stored", incomplete.path, incomplete.found, incomplete.parts);
    }
    for (deal, error) in &listing.unreadable {
        eprintln!("warning: the contents of deal {deal} are unknown: {}", plain_lines(&error.to_string()));
    }
    show(common.json, &files, || {
        let left = |file: &File| show_blocks(file.ends.unwrap_or(clock).saturating_sub(clock));
        let rows: Vec<Vec<String>> =
            files.iter().map(|file| vec![show_bytes(file.size), left(file), plain(&file.path)]).collect();
        table(&rows)
    })?;
    Ok(())
}
