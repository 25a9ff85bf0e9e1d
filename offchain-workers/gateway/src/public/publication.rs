//! Fetching one published file, and checking it against what stands on chain before anybody sees a byte of it.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use idlewild_objects::{BucketInit, NewVersion, Staged};
use idlewild_shares_primitives::view::PublicationView;
use tokio::io::{AsyncReadExt, DuplexStream};

use super::{
    remote::RemoteError,
    shelf::{self, Item},
    File, Public, PublicError, What,
};

/// Bytes that are on their way between the miners and the disk.
const AHEAD: usize = 1 << 20;
const PIECE: usize = 256 << 10;
/// How long the miners may be silent.
const SILENCE: Duration = Duration::from_secs(120);

impl Public {
    /// Brings a published file here, unless it is.
    pub(super) async fn obtain(&self, id: u64) -> Result<(), PublicError> {
        let what = What::Publication(id);
        let known = self.shelf.look(what, |item| item.file.as_ref().map(|file| file.hash)).flatten();
        let Some(view) = self.remote.publication(id).await? else {
            self.shelf.remove(&self.store, what).await;
            return Err(if known.is_some() { PublicError::Withdrawn(id) } else { PublicError::NoPublication(id) });
        };
        if known == Some(view.hash) {
            self.shelf.look(what, |item| item.checked = Some(Instant::now()));
            return Ok(());
        }
        // A chain says the same of it for ever; this one was begun anew, as those for development are.
        self.shelf.remove(&self.store, what).await;
        let (size, most) = (view.length, self.options.largest.min(self.options.bytes));
        if size > most {
            return Err(PublicError::TooLarge { publication: id, size, most });
        }
        let _room = self.shelf.room_for_bytes(&self.store, size, self.options.bytes).await?;
        let name = shelf::new_name(what);
        self.store.create_bucket(&name, BucketInit::default()).await?;
        match self.in_time(self.keep(&name, &view)).await {
            Ok(file) => {
                self.shelf.insert(what, Item::new(&name, size, Some(file), Some(Instant::now())));
                Ok(())
            },
            Err(error) => {
                shelf::drop_bucket(&self.store, &name).await;
                Err(error)
            },
        }
    }

    /// Fetches a file into a bucket, where it is only once it was checked.
    async fn keep(&self, name: &str, view: &PublicationView) -> Result<File, PublicError> {
        let (near, far) = tokio::io::duplex(AHEAD);
        let (downloaded, staged) = tokio::join!(self.remote.download(view.id, far), self.stage(name, view, near));
        let staged = match (downloaded, staged) {
            // A download that was cut off because its bytes were refused says less than why they were.
            (_, Err(error)) => return Err(error),
            (Err(error), _) => return Err(error.into()),
            (Ok(()), Ok(staged)) => staged,
        };
        let lies = |reason: String| PublicError::Lies { publication: view.id, reason };
        if staged.size != view.length {
            return Err(lies(format!("the file has {} bytes, and {} were published", staged.size, view.length)));
        }
        if staged.blake3 != view.hash {
            let (came, published) = (hex::encode(staged.blake3), hex::encode(view.hash));
            return Err(lies(format!("the BLAKE3 of its bytes is {came}, and {published} stands on chain")));
        }
        let key = match std::str::from_utf8(&view.name) {
            Ok(name) if !name.is_empty() => name.to_owned(),
            _ => format!("publication-{}", view.id),
        };
        self.store.put(name, &key, staged, NewVersion::default()).await?;
        Ok(File { key, hash: view.hash })
    }

    /// Takes the bytes, and no more than were published.
    async fn stage(&self, name: &str, view: &PublicationView, mut bytes: DuplexStream) -> Result<Staged, PublicError> {
        let mut writer = self.store.writer(name, Some(view.length)).await?;
        let mut came = 0u64;
        loop {
            let mut piece = BytesMut::with_capacity(PIECE);
            let read = tokio::time::timeout(SILENCE, bytes.read_buf(&mut piece)).await;
            let read = read.map_err(|_| PublicError::TooSlow(SILENCE.as_secs()))?;
            let count = read.map_err(|error| RemoteError::Miners(error.to_string()))?;
            if count == 0 {
                return Ok(writer.finish().await?);
            }
            came = came.saturating_add(count as u64);
            if came > view.length {
                let reason = format!("the file has more than the {} bytes that were published", view.length);
                return Err(PublicError::Lies { publication: view.id, reason });
            }
            writer.write(piece.freeze()).await?;
        }
    }
}
