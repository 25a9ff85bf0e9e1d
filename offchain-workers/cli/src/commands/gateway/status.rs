//! `idlewild gateway status` and `idlewild gateway flush`

use std::path::Path;

use idlewild_gateway::{
    control::{self, Flush},
    status::Status,
};

use crate::{
    args::Common,
    output::{plain, show, table},
    quantities::show_bytes,
};

/// Shows how a gateway does.
pub(super) async fn run(common: &Common, folder: &Path) -> anyhow::Result<()> {
    let status = control::ask_status(folder).await?;
    show(common.json, &status, || words(&status))?;
    Ok(())
}

/// Sends what was written to the miners.
pub(super) async fn flush(common: &Common, folder: &Path, bucket: Option<String>, wait: u64) -> anyhow::Result<()> {
    let flushed = control::ask_flush(folder, &Flush { bucket, wait_seconds: wait }).await?;
    show(common.json, &flushed, || match flushed.waiting {
        0 => format!("{} segments went to the miners; nothing waits", flushed.segments),
        waiting => format!("{} segments went to the miners; {waiting} wait still", flushed.segments),
    })?;
    Ok(())
}

fn words(status: &Status) -> String {
    let mut lines = vec![format!("gateway  {}", status.account), format!("S3       http://{}", status.s3)];
    if let Some(web) = &status.web {
        lines.push(format!("names    http://NAME.{web}"));
    }
    match &status.network {
        None => lines.push("network  none: everything stays on this machine".into()),
        Some(network) => {
            let state = match (&network.trouble, network.silent_seconds) {
                (Some(trouble), _) => plain(trouble),
                (None, Some(seconds)) => format!("silent for {seconds} s; reads go on, and writes wait"),
                (None, None) => "well".into(),
            };
            lines.push(format!("network  {}: {state}", plain(&network.node)));
        },
    }
    let store = &status.store;
    lines.push(format!("disk     {} in segments", show_bytes(store.local_bytes)));
    if status.network.is_some() {
        let since = store.waiting_seconds.map_or_else(String::new, |seconds| format!(" since {seconds} s"));
        lines.push(format!("waiting  {}{since} for miners", show_bytes(store.waiting_bytes)));
    }
    let mut rows = vec![["bucket", "on chain", "waiting", ""].map(str::to_owned).to_vec()];
    rows.extend(status.buckets.iter().map(|bucket| {
        vec![
            plain(&bucket.name),
            match bucket.id {
                None => "-".into(),
                Some(id) if bucket.is_public => format!("{id}, public"),
                Some(id) => id.to_string(),
            },
            bucket.segments_waiting.to_string(),
            match (&bucket.trouble, &bucket.writer) {
                (Some(trouble), _) => plain(trouble),
                (None, Some(writer)) => format!("the gateway {} writes it", plain(writer)),
                (None, None) => String::new(),
            },
        ]
    }));
    if rows.len() > 1 {
        lines.push(String::new());
        lines.push(table(&rows));
    }
    lines.join("\n")
}
