//! Files that tasks write.

use std::{io, path::Path};

use idlewild_compute_primitives::Digest;

/// The hash and the length of a file of which every byte counts.
pub async fn hash_of(file: &Path) -> io::Result<(Digest, u64)> {
    let file = file.to_owned();
    let hashing = tokio::task::spawn_blocking(move || {
        let mut hasher = blake3::Hasher::new();
        let length = io::copy(&mut std::fs::File::open(file)?, &mut hasher)?;
        Ok((*hasher.finalize().as_bytes(), length))
    });
    hashing.await.map_err(io::Error::other)?
}
