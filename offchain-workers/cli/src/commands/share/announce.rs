//! `idlewild account announce` and `idlewild account conceal`

use serde::Serialize;

use crate::{args::Common, connection, output::show};

#[derive(Serialize)]
struct Announced {
    address: String,
    /// None where it was taken back.
    key: Option<String>,
}

/// Tells everybody the key that others seal to.
pub async fn announce(common: &Common) -> anyhow::Result<()> {
    let (session, chain) = connection::sharing(common).await?;
    let key = session.receiver().public();
    // A deposit is on hold for it already, and the fee is better kept.
    if super::shares_of(&chain).receiver(session.account()).await? != Some(key) {
        session.announce().await?;
    }
    tell(common, session.account(), Some(key), "others can share files with")
}

/// Takes that key back.
pub async fn conceal(common: &Common) -> anyhow::Result<()> {
    let (session, chain) = connection::sharing(common).await?;
    if super::shares_of(&chain).receiver(session.account()).await?.is_some() {
        session.conceal().await?;
    }
    tell(common, session.account(), None, "nobody can share more files with")
}

fn tell(common: &Common, account: [u8; 32], key: Option<[u8; 32]>, what: &str) -> anyhow::Result<()> {
    let address = idlewild_chain_client::AccountId32(account).to_string();
    let announced = Announced { key: key.map(|key| format!("0x{}", hex::encode(key))), address };
    show(common.json, &announced, || format!("{what} {}", announced.address))?;
    Ok(())
}
