//! What others made public, in a gateway's folder.

use std::{path::Path, sync::Arc};

use idlewild_objects::{OpenError, Options};

use super::{network::NetworkRemote, Public, PublicOptions};
use crate::config::{StoreConfig, Web};

/// The folder in a gateway's folder. All of it comes back from the network.
const FOLDER: &str = "public";
const MIB: u64 = 1 << 20;
/// Memory for what is read of public buckets.
const MEMORY: usize = 32 << 20;

/// Opens what others made public, as a gateway of this account is configured; nothing where it shows nothing of others.
pub async fn start(
    folder: &Path,
    web: &Web,
    store: &StoreConfig,
    remote: Arc<NetworkRemote>,
) -> Result<Option<Arc<Public>>, OpenError> {
    if web.public_buckets == 0 {
        return Ok(None);
    }
    let half = web.public_mib.saturating_mul(MIB) / 2;
    let in_store = Options {
        keep_bytes: 0,
        memory_bytes: MEMORY,
        cache_bytes: half,
        reserve_bytes: store.reserve_mib.saturating_mul(MIB),
        // No gateway's, and nothing that others know: a commit that names it would number segments here.
        origin: rand::random(),
        ..Options::default()
    };
    let options = PublicOptions {
        buckets: web.public_buckets,
        bytes: half,
        largest: web.largest_publication_mib.saturating_mul(MIB),
        ..PublicOptions::default()
    };
    let public = Public::open(&folder.join(FOLDER), in_store, remote.clone(), options).await?;
    public.store().set_source(remote.source(public.store().clone()));
    Ok(Some(public))
}
