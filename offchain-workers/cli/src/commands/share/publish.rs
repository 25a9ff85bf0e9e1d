//! `idlewild publish`

use anyhow::{bail, Context};
use idlewild_chain_client::coins::show_coins;
use idlewild_client::{
    share::{Facts, PublicationId, Reference},
    PutReport,
};
use idlewild_shares_primitives::{limits::MAX_NAME, name::is_file_name};
use serde::Serialize;

use super::{Work, STOPPED, UNTOLD};
use crate::{
    args::{Common, Publish},
    commands::stopping::unless_stopped,
    connection,
    output::{ask, is_attended, plain, show},
    plaintext::Place,
    quantities::show_bytes,
};

#[derive(Serialize)]
struct Done {
    publication: PublicationId,
    reference: String,
    name: String,
    hash: String,
    length: u64,
    root: u64,
    #[serde(flatten)]
    report: PutReport,
}

/// Publishes a stored object.
pub async fn publish(common: &Common, publish: Publish) -> anyhow::Result<()> {
    let place: Place = publish.copied.object.parse().map_err(anyhow::Error::msg)?;
    let wish = publish.copied.stored.wish(publish.copied.copies)?;
    let name = publish.name.clone().unwrap_or_else(|| place.name().to_owned());
    check(&name).map_err(anyhow::Error::msg)?;
    eprintln!(
        "publishing makes public for ever, on chain: the name {:?}, the BLAKE3 hash of the bytes, their length, and the key of the \
         copy. From then on anybody can read this version of the file, and check it. This cannot be undone: `idlewild unpublish` \
         ends the copy, and not what others have by then",
        plain(&name)
    );
    if !publish.yes && !is_attended() {
        bail!("{NOBODY}");
    }
    let (session, chain) = connection::sharing(common).await?;
    let work = Work { common, session: &session, copied: &publish.copied, place, wish, yes: publish.yes };
    unless_stopped(STOPPED, async {
        let plaintext = work.fetch().await?;
        let hash = hex::encode(plaintext.hash);
        eprintln!("{:?} has {} bytes and the BLAKE3 hash {hash}", plain(&name), plaintext.size);
        if !publish.yes {
            ask("Make this public for ever?", NOBODY).await?;
        }
        let standing = work.copy(&plaintext, &name, "publication").await?;
        let facts = Facts { hash: plaintext.hash, length: plaintext.size, name: name.clone() };
        let view = session.publish(&*chain, &standing.bundle, &facts).await.context(UNTOLD)?;
        let (root, report) = (standing.bundle.root, standing.report.clone());
        let reference = Reference::Publication(view.id).to_string();
        let done = Done { publication: view.id, reference, name, hash: format!("0x{hash}"), length: view.length, root, report };
        if !common.json {
            let (bytes, held) = (show_bytes(done.length), show_coins(done.report.held));
            eprintln!("publication {}: {bytes} in {} deals, {held} on hold", done.publication, done.report.deals.len());
            eprintln!("anybody reads it with `idlewild get`, and this:");
        }
        show(common.json, &done, || done.reference.clone())?;
        Ok(standing.finish()?)
    })
    .await
}

const NOBODY: &str = "nobody is there to agree: give --yes to publish it for ever, and to pay what that costs";

/// Whether the chain takes a file under this name.
fn check(name: &str) -> Result<(), String> {
    match is_file_name(name.as_bytes()) {
        true => Ok(()),
        false => Err(format!(
            "{:?} cannot be published under that name: it needs 1 to {MAX_NAME} bytes, without slashes and control characters. Choose \
             another with --name",
            plain(name)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_a_file_is_published() {
        assert!(check("grüße.txt").is_ok() && check(&"x".repeat(128)).is_ok());
        for wrong in ["", ".", "..", "a/b", "a\nb", &"x".repeat(129), &"ü".repeat(65)] {
            assert!(check(wrong).unwrap_err().contains("--name"), "{wrong}");
        }
    }
}
