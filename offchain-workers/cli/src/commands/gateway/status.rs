//! `idlewild gateway status` and `idlewild gateway flush`

use std::path::Path;

use idlewild_gateway::{
    control::{self, Flush},
    status::{OthersStatus, Status},
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

/// What became of deals of other gateways, where there are any.
fn others(others: &OthersStatus) -> Option<String> {
    let OthersStatus { deals, prolonged, failed, lost } = *others;
    let mut line = format!("others   {deals} deals of other gateways; {prolonged} were prolonged for them since the start");
    if failed > 0 {
        line.push_str(&format!(", {failed} could not be"));
    }
    if lost > 0 {
        line.push_str(&format!(", {lost} are over with objects in them"));
    }
    (*others != OthersStatus::default()).then_some(line)
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
                (Some(trouble), None) => plain(trouble),
                (Some(trouble), Some(seconds)) => {
                    format!("silent for {seconds} s; reads go on, and writes wait ({})", plain(trouble))
                },
                (None, Some(seconds)) => format!("silent for {seconds} s; reads go on, and writes wait"),
                (None, None) => "well".into(),
            };
            lines.push(format!("network  {}: {state}", plain(&network.node)));
            lines.extend(others(&network.others));
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
            match (&bucket.trouble, &bucket.missing, &bucket.writer) {
                (Some(trouble), ..) => plain(trouble),
                (None, Some(missing), _) => plain(missing),
                (None, None, Some(writer)) => format!("the gateway {} writes it", plain(writer)),
                (None, None, None) => String::new(),
            },
        ]
    }));
    if rows.len() > 1 {
        lines.push(String::new());
        lines.push(table(&rows));
    }
    lines.extend(status.public.iter().map(|of| format!("bucket {} of another owner: {}", of.bucket, plain(&of.missing))));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_of_buckets_of_others_is_told() {
        let missing = idlewild_gateway::status::PublicStatus { bucket: 7, missing: "what deal 3 says is missing".into() };
        let told = words(&Status { public: vec![missing], ..Status::default() });
        assert!(told.ends_with("bucket 7 of another owner: what deal 3 says is missing"), "{told}");
    }

    #[test]
    fn what_became_of_deals_of_others_is_told_where_there_are_any() {
        assert_eq!(others(&OthersStatus::default()), None);
        let well = others(&OthersStatus { deals: 5, prolonged: 2, failed: 0, lost: 0 }).unwrap();
        assert!(well.contains("5 deals") && well.contains("2 were prolonged") && !well.contains("could not"), "{well}");
        let ill = others(&OthersStatus { deals: 5, prolonged: 0, failed: 3, lost: 1 }).unwrap();
        assert!(ill.contains("3 could not be") && ill.contains("1 are over"), "{ill}");
    }
}
