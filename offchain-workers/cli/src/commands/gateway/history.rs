//! `idlewild gateway history` and `idlewild gateway restore`

use std::path::Path;

use idlewild_gateway::control::history::{ask_history, ask_restore, CommitLine, History, HistoryOf, Restore, VersionLine};
use time::{macros::format_description, OffsetDateTime};

use crate::{
    args::Common,
    output::{plain, show, table},
    quantities::show_bytes,
};

/// Characters of a hash and of an address that are shown to people.
const SHORT: usize = 12;

/// Shows how a bucket came about, or the versions of a key.
pub(super) async fn run(
    common: &Common,
    folder: &Path,
    bucket: String,
    key: Option<String>,
    limit: usize,
) -> anyhow::Result<()> {
    let history = ask_history(folder, &HistoryOf { bucket, key, limit }).await?;
    show(common.json, &history, || words(&history))?;
    Ok(())
}

/// Makes a version current again.
pub(super) async fn restore(common: &Common, folder: &Path, restore: Restore) -> anyhow::Result<()> {
    let restored = ask_restore(folder, &restore).await?;
    show(common.json, &restored, || {
        format!("{} is as it was in version {}; what it was until now stays a version", plain(&restore.key), restore.version)
    })?;
    Ok(())
}

fn words(history: &History) -> String {
    let rows: Vec<Vec<String>> = match history.versions.is_empty() {
        true => {
            let head = ["epoch", "sequence", "commit", "gateway", "written", "changes", "deal", ""].map(str::to_owned).to_vec();
            std::iter::once(head).chain(history.commits.iter().map(commit)).collect()
        },
        false => {
            let head = ["version", "gateway", "written", "size", ""].map(str::to_owned).to_vec();
            std::iter::once(head).chain(history.versions.iter().map(version)).collect()
        },
    };
    if rows.len() == 1 {
        return format!("nothing of {} was sealed yet: `idlewild gateway flush` does so", plain(&history.bucket));
    }
    table(&rows)
}

fn commit(commit: &CommitLine) -> Vec<String> {
    vec![
        commit.epoch.to_string(),
        commit.sequence.to_string(),
        short(&commit.hash),
        short(&commit.gateway),
        moment(commit.written),
        commit.changes.to_string(),
        commit.deal.map_or_else(|| "waits".into(), |deal| deal.to_string()),
        if commit.is_head { "head".into() } else { String::new() },
    ]
}

fn version(version: &VersionLine) -> Vec<String> {
    let mut notes = Vec::new();
    if version.is_current {
        notes.push("current");
    }
    if version.is_delete_marker {
        notes.push("deleted");
    }
    if !version.on_network {
        notes.push("waits for the network");
    }
    // The whole id: it is typed again to restore it.
    vec![version.id.clone(), short(&version.gateway), moment(version.modified), show_bytes(version.size), notes.join(", ")]
}

fn short(text: &str) -> String {
    text.chars().take(SHORT).collect()
}

/// A time in milliseconds since 1970, for people.
fn moment(millis: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(millis.div_euclid(1_000)).ok();
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");
    time.and_then(|time| time.format(format).ok()).unwrap_or_else(|| millis.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_shown_with_all_that_restoring_it_takes() {
        let line = VersionLine {
            id: "ff".repeat(20),
            gateway: "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY".into(),
            epoch: 1,
            modified: 1_700_000_000_123,
            size: 2_048,
            etag: String::new(),
            is_current: false,
            is_delete_marker: false,
            on_network: false,
        };
        let history = History { bucket: "box".into(), commits: Vec::new(), versions: vec![line] };
        let text = words(&history);
        assert!(text.contains(&"ff".repeat(20)) && text.contains("2023-11-14 22:13:20Z") && text.contains("waits"), "{text}");
        assert!(words(&History { bucket: "box".into(), ..History::default() }).contains("gateway flush"));
        assert_eq!(moment(-1), "1969-12-31 23:59:59Z");
    }
}
