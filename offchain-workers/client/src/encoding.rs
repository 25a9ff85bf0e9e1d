//! Packing and encoding, one step ahead of the upload.
//!
//! One thread packs files into segments, or reads segments that are ready made; each segment, and each copy of it, is encoded as a job of its own while the one before is
//! uploaded. At most one segment is being packed, one encoded and one uploaded at a time, whatever the files' size.

use std::{
    collections::HashMap,
    sync::{
        mpsc::{Receiver, SyncSender},
        Arc, Mutex,
    },
};

use idlewild_storage::{
    encode::{plain_hash, EncodedCopy, Encoder},
    erasure::GeometryError,
    keys::{PlainHash, StorageSecret},
    manifest::Manifest,
    packer::{PackError, Packer, Segment},
};
use idlewild_storage_primitives::{geometry::Geometry, Salt};
use tokio::task::JoinHandle;

use crate::{
    put::{PutError, Source},
    put_id::PutId,
    segments::ReadySegment,
};

/// One copy of a segment, ready to be uploaded.
pub(crate) struct EncodedSegment {
    pub(crate) salt: Salt,
    pub(crate) shard_len: u32,
    pub(crate) plain_len: u32,
    pub(crate) manifest: Manifest,
    pub(crate) encoded: EncodedCopy,
}

/// The upload ended before the packing did.
#[derive(Debug, thiserror::Error)]
#[error("the upload stopped")]
pub struct Stopped;

/// What segments are made of.
pub(crate) enum Supply {
    /// Files, which are packed.
    Files {
        sources: Vec<Source>,
        segment_bytes: u32,
        /// What salts and objects follow from.
        id: PutId,
    },
    /// Nothing but themselves.
    Ready(Vec<ReadySegment>),
}

/// A segment that is to be stored, and the salt of its deal.
type Salted = (Salt, Segment);

/// Segments in the order of a put, encoded copy by copy.
pub(crate) struct Encoding {
    work: Arc<Work>,
    packing: Option<JoinHandle<Result<(), PutError>>>,
    next: Option<JoinHandle<Result<Option<EncodedSegment>, PutError>>>,
}

struct Work {
    encoder: Encoder,
    secret: StorageSecret,
    copies: u8,
    /// Segments whose deals stand already, by salt, with the hashes of their plaintext.
    known: HashMap<Salt, PlainHash>,
    state: Mutex<State>,
}

struct State {
    segments: Receiver<Salted>,
    /// The segment that has copies left to encode.
    current: Option<Current>,
}

struct Current {
    salt: Salt,
    segment: Segment,
    hash: PlainHash,
    copy: u8,
}

impl Encoding {
    /// Begins to take segments from the supply and to encode them. Those whose deal is known are passed over.
    pub(crate) fn begin(
        supply: Supply,
        (geometry, copies): (Geometry, u8),
        secret: StorageSecret,
        known: HashMap<Salt, PlainHash>,
    ) -> Result<Self, GeometryError> {
        let encoder = Encoder::new(geometry)?;
        // No room in between: a packed segment waits in the packer until the encoder takes it.
        let (sender, segments) = std::sync::mpsc::sync_channel(0);
        let packing = tokio::task::spawn_blocking(move || match supply {
            Supply::Files { sources, segment_bytes, id } => Ok(pack(sources, segment_bytes, id, &sender)?),
            Supply::Ready(segments) => hand_on(segments, &sender),
        });
        let state = Mutex::new(State { segments, current: None });
        let work = Work { encoder, secret, copies, known, state };
        let mut encoding = Self { work: Arc::new(work), packing: Some(packing), next: None };
        encoding.start();
        Ok(encoding)
    }

    /// Starts on what comes next, unless that is under way.
    pub(crate) fn start(&mut self) {
        if self.next.is_none() {
            let work = self.work.clone();
            self.next = Some(tokio::task::spawn_blocking(move || work.encode_next()));
        }
    }

    /// What comes next; `None` at the end, once every file has been read to its end.
    pub(crate) async fn next(&mut self) -> Result<Option<EncodedSegment>, PutError> {
        self.start();
        let Some(next) = self.next.take() else { return Err(PutError::Broken) };
        if let Some(encoded) = next.await.map_err(|_| PutError::Broken)?? {
            return Ok(Some(encoded));
        }
        if let Some(packing) = self.packing.take() {
            packing.await.map_err(|_| PutError::Broken)??;
        }
        Ok(None)
    }

    /// Takes back the memory of a copy that has been uploaded.
    pub(crate) fn recycle(&self, encoded: EncodedCopy) {
        self.work.encoder.recycle(encoded);
    }
}

impl Work {
    fn encode_next(&self) -> Result<Option<EncodedSegment>, PutError> {
        let mut state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let current = match state.current.take() {
            Some(current) => current,
            None => match self.take(&mut state)? {
                Some(current) => current,
                None => return Ok(None),
            },
        };
        let Current { salt, segment, hash, copy } = current;
        let encoded = self.encoder.encode(&segment.bytes, &self.secret.data_key(&salt, copy, &hash))?;
        let made = EncodedSegment {
            salt,
            shard_len: encoded.layout().shard_len(),
            // A segment's length is a u32.
            plain_len: segment.bytes.len() as u32,
            manifest: segment.manifest(hash),
            encoded,
        };
        let copy = copy.saturating_add(1);
        if copy < self.copies {
            state.current = Some(Current { salt, segment, hash, copy });
        }
        Ok(Some(made))
    }

    /// The next segment without a deal.
    fn take(&self, state: &mut State) -> Result<Option<Current>, PutError> {
        loop {
            // The packer has hung up: it is done, or it failed, which its own result tells.
            let Ok((salt, segment)) = state.segments.recv() else { return Ok(None) };
            let hash = plain_hash(&segment.bytes);
            match self.known.get(&salt) {
                None => return Ok(Some(Current { salt, segment, hash, copy: 0 })),
                Some(known) if *known == hash => {},
                Some(_) => return Err(PutError::NotTheSame),
            }
        }
    }
}

fn pack(sources: Vec<Source>, capacity: u32, id: PutId, sender: &SyncSender<Salted>) -> Result<(), PackError<Stopped>> {
    let mut salts = (0u64..).map(|number| id.salt(number));
    let mut packer = Packer::with_capacity(capacity, |segment| {
        let salt = salts.next().ok_or(Stopped)?;
        sender.send((salt, segment)).map_err(|_| Stopped)
    });
    for (number, Source { file, meta }) in (0u64..).zip(sources) {
        let opened =
            std::fs::File::open(&file).map_err(|source| PackError::Read { path: file.display().to_string(), source })?;
        packer.add_as(id.object(number), &meta, opened)?;
    }
    packer.finish().map_err(PackError::Sink)
}

fn hand_on(segments: Vec<ReadySegment>, sender: &SyncSender<Salted>) -> Result<(), PutError> {
    for ready in segments {
        let salted = (ready.salt, ready.read()?);
        sender.send(salted).map_err(|_| PackError::Sink(Stopped))?;
    }
    Ok(())
}
