//! `idlewild ls`

use serde::Serialize;

use crate::{
    args::Common,
    connection,
    output::{show, table},
    quantities::show_bytes,
};

#[derive(Serialize)]
struct File {
    path: String,
    size: u64,
    modified: i64,
    deals: Vec<u64>,
}

/// Lists stored files.
pub async fn run(common: &Common, prefix: &str) -> anyhow::Result<()> {
    let session = connection::session(common).await?;
    let listing = session.list().await?;
    let files: Vec<File> = listing
        .tree
        .below(prefix)
        .map(|object| File {
            path: object.path.clone(),
            size: object.size,
            modified: object.modified,
            deals: object.parts.iter().map(|part| part.segment).collect(),
        })
        .collect();
    for incomplete in listing.tree.incomplete() {
        eprintln!("warning: of {:?} only {} of {} parts are stored", incomplete.path, incomplete.found, incomplete.parts);
    }
    for (deal, error) in &listing.unreadable {
        eprintln!("warning: the contents of deal {deal} are unknown: {error}");
    }
    show(common.json, &files, || {
        let rows: Vec<Vec<String>> =
            files.iter().map(|file| vec![show_bytes(file.size), file.path.clone()]).collect();
        table(&rows)
    })?;
    Ok(())
}
