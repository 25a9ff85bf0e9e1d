//! What others shared or published, and whether it is what they said.

use std::{
    io,
    ops::Range,
    pin::Pin,
    task::{Context, Poll},
};

use idlewild_chain_client::ShareClient;
use idlewild_shares_primitives::{
    audience::Audience,
    link::Reference,
    purpose::of_share,
    view::{PublicationView, ShareView},
    PublicationId, ShareId,
};
use tokio::io::AsyncWrite;
use zeroize::Zeroizing;

use super::ShareError;
use crate::{
    bundle::{Bundle, OpenBundle},
    session::Session,
};

/// A share or a publication whose file can be read.
pub struct Opened {
    bundle: OpenBundle,
    path: String,
    size: u64,
    promise: Option<Promise>,
}

/// What stands on chain of a published file.
struct Promise {
    publication: PublicationId,
    hash: [u8; 32],
}

impl Session {
    /// Opens what somebody shared or published.
    pub async fn open_reference(&self, chain: &dyn ShareClient, reference: &Reference) -> Result<Opened, ShareError> {
        match reference {
            Reference::Share { share, key } => self.open_share(chain, *share, *key).await,
            Reference::Publication(publication) => self.open_publication(chain, *publication).await,
        }
    }

    /// Opens a share: with the key of its link, or else as the account that it is for, or as its owner.
    pub async fn open_share(
        &self,
        chain: &dyn ShareClient,
        share: ShareId,
        key: Option<[u8; 32]>,
    ) -> Result<Opened, ShareError> {
        let view = chain.share(share).await?.ok_or(ShareError::NoSuchShare(share))?;
        if !view.is_live {
            let clock = self.chain.terms().await?.clock;
            return Err(match view.until.filter(|until| *until <= clock) {
                Some(until) => ShareError::Past { share, until },
                None => ShareError::Over(share),
            });
        }
        let key = match key {
            Some(key) => Zeroizing::new(key),
            None => self.key_of(&view).await?,
        };
        let bundle = self.open_bundle(&Bundle { root: view.root, key: *key }).await?;
        Opened::new(bundle, None)
    }

    async fn key_of(&self, view: &ShareView) -> Result<Zeroizing<[u8; 32]>, ShareError> {
        if let Audience::Account { account, sealed } = &view.audience {
            if *account == self.account() {
                let purpose = of_share(&view.owner, account, view.root);
                let sealed = sealed.as_slice();
                let opened = Zeroizing::new(self.receiver().open_bytes(sealed, &purpose)?);
                let key: [u8; 32] = opened.as_slice().try_into().map_err(|_| crate::seal::SealError::Forged)?;
                return Ok(Zeroizing::new(key));
            }
        }
        if view.owner == self.owner() {
            if let Some(bundle) = self.own_bundle(view.root).await? {
                return Ok(bundle.key());
            }
        }
        Err(match &view.audience {
            Audience::Account { account, .. } => ShareError::ForAnother { share: view.id, account: *account },
            Audience::Link => ShareError::NeedsLink(view.id),
        })
    }

    /// Opens a publication. Its length is checked at once, and its hash as it is [copied](Opened::copy).
    pub async fn open_publication(&self, chain: &dyn ShareClient, publication: PublicationId) -> Result<Opened, ShareError> {
        let view = chain.publication(publication).await?.ok_or(ShareError::NoSuchPublication(publication))?;
        let PublicationView { root, key, hash, length, .. } = view;
        let bundle = self.open_bundle(&Bundle { root, key }).await?;
        let opened = Opened::new(bundle, Some(Promise { publication, hash }))?;
        if opened.size != length {
            let what = format!("its file has {} bytes, and {length} were published", opened.size);
            return Err(ShareError::Lies { publication, what });
        }
        Ok(opened)
    }
}

impl Opened {
    fn new(bundle: OpenBundle, promise: Option<Promise>) -> Result<Self, ShareError> {
        let mut files: Vec<(String, u64)> = bundle.files().map(|file| (file.path.clone(), file.size)).collect();
        let count = files.len();
        let Some((path, size)) = files.pop().filter(|_| count == 1) else { return Err(ShareError::NotOneFile(count)) };
        Ok(Self { bundle, path, size, promise })
    }

    /// What its owner called the file: anything at all.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether the file's hash stands on chain.
    pub fn is_promised(&self) -> bool {
        self.promise.is_some()
    }

    /// Writes the whole file. A published one is checked against the hash on chain, which is known at its end: what was written counts
    /// only where this says so, so it is written aside. `moved` is told of each piece.
    pub async fn copy(
        &self,
        output: &mut (impl AsyncWrite + Unpin + Send),
        moved: impl Fn(u64) + Send + Sync,
    ) -> Result<(), ShareError> {
        let mut hashed = Hashed { output, hasher: blake3::Hasher::new() };
        self.bundle.copy_range(&self.path, 0..self.size, &mut hashed, moved).await?;
        let found = hashed.hasher.finalize();
        match &self.promise {
            Some(Promise { publication, hash }) if found != *hash => {
                let what = format!("the hash of its bytes is {found}, and {} was published", blake3::Hash::from_bytes(*hash));
                Err(ShareError::Lies { publication: *publication, what })
            },
            _ => Ok(()),
        }
    }

    /// Writes some of its bytes. They are what its owner's deals hold, each checked against these; whether the whole file is what was
    /// published cannot be seen by a part of it.
    pub async fn copy_range(
        &self,
        range: Range<u64>,
        output: &mut (impl AsyncWrite + Unpin + Send),
        moved: impl Fn(u64) + Send + Sync,
    ) -> Result<(), ShareError> {
        Ok(self.bundle.copy_range(&self.path, range, output, moved).await?)
    }
}

/// Hashes what goes through.
struct Hashed<'a, W> {
    output: &'a mut W,
    hasher: blake3::Hasher,
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Hashed<'_, W> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut *self.output).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.hasher.update(bytes.get(..count).unwrap_or(bytes));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.output).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.output).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn what_goes_through_is_hashed_as_it_is_written() {
        let mut output = Vec::new();
        let mut hashed = Hashed { output: &mut output, hasher: blake3::Hasher::new() };
        hashed.write_all(b"some ").await.unwrap();
        hashed.write_all(b"bytes").await.unwrap();
        assert_eq!(hashed.hasher.finalize(), blake3::hash(b"some bytes"));
        assert_eq!(output, b"some bytes");
    }
}
