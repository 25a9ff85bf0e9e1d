//! Uploads in parts.

use codec::{Compact, Encode};
use md5::{Digest, Md5};
use rand::RngCore;

use crate::{
    error::{CompleteError, StoreError},
    layout::{self, UploadKey},
    meta::Records,
    objects::check_key,
    records::{hex_of, Etag, Extent, PartRecord, UploadRecord, VersionRecord},
    store::{Inner, Store},
    tx::Tx,
    upload::{Part, UploadId},
    version::{Conditions, NewVersion, Version},
    writer::Staged,
};

/// The highest number of a part.
const PARTS: u32 = 10_000;
/// Bytes of a part at least, unless it is the last.
const LEAST_PART: u64 = 5 << 20;
/// How long a completed upload is remembered, for who did not hear the answer.
const REMEMBERED: i64 = 24 * 60 * 60 * 1000;
/// How many are forgotten at once.
const FORGOTTEN: usize = 8;

impl UploadId {
    /// The key of its records.
    pub(crate) fn key(&self) -> Option<UploadKey> {
        let mut key = UploadKey::default();
        let text = self.0.as_bytes();
        if text.len() != 2 * key.len() || !text.is_ascii() {
            return None;
        }
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(self.0.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        // One upload has one name.
        (Self::of(&key) == *self).then_some(key)
    }

    pub(crate) fn of(key: &UploadKey) -> Self {
        Self(hex_of(key))
    }
}

/// The bucket that an upload is to.
pub(crate) fn bucket_of(upload: &UploadKey) -> u32 {
    let [a, b, c, d, ..] = *upload;
    u32::from_be_bytes([a, b, c, d])
}

impl PartRecord {
    pub(crate) fn to_part(&self, number: u32) -> Part {
        Part {
            number,
            size: self.size,
            etag: Etag::Whole(self.md5).to_string(),
            modified: self.modified,
            checksums: self.checksums.clone(),
        }
    }
}

impl Inner {
    /// The name of a bucket.
    pub(crate) fn bucket_name(&self, number: u32) -> Option<String> {
        let buckets = self.buckets.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        buckets.iter().find(|(_, record)| record.number == number).map(|(name, _)| name.clone())
    }

    /// Forgets completed uploads at the opening of the store.
    pub(crate) fn sweep_uploads(&self, meta: &crate::meta::Meta) -> Result<(), StoreError> {
        let mut batch = meta.db.batch();
        let until = crate::store::now().saturating_sub(REMEMBERED);
        for guard in meta.of(Records::Meta).prefix(layout::FORGET) {
            let (key, _) = guard.into_inner()?;
            let Some((at, upload)) = layout::parse_forget(&key) else { continue };
            if at > until {
                break;
            }
            batch.remove(meta.of(Records::Uploads), upload);
            batch.remove(meta.of(Records::Meta), key);
        }
        Ok(batch.commit()?)
    }
}

impl Tx<'_> {
    fn upload(&self, upload: &UploadKey) -> Result<UploadRecord, StoreError> {
        self.read(Records::Uploads, upload)?.ok_or(StoreError::NoSuchUpload)
    }

    fn open_upload(&self, upload: &UploadKey) -> Result<UploadRecord, StoreError> {
        Some(self.upload(upload)?).filter(|record| record.done.is_none()).ok_or(StoreError::NoSuchUpload)
    }

    /// Removes the parts of an upload, whose bytes nobody else has.
    fn remove_parts(&mut self, upload: &UploadKey) -> Result<(), StoreError> {
        let mut from = upload.to_vec();
        while let Some((key, part)) = self.first(Records::Parts, &from, upload)? {
            let part: PartRecord = crate::records::decode(&part)?;
            self.sub_live(bucket_of(upload), &part.extents);
            self.remove(Records::Parts, key.clone());
            from = key;
            from.push(0);
        }
        Ok(())
    }

    /// Forgets uploads that were completed long ago.
    fn forget_uploads(&mut self) -> Result<(), StoreError> {
        let until = self.now().saturating_sub(REMEMBERED);
        for _ in 0..FORGOTTEN {
            let Some((key, _)) = self.first(Records::Meta, layout::FORGET, layout::FORGET)? else { break };
            match layout::parse_forget(&key) {
                Some((at, upload)) if at <= until => {
                    self.remove(Records::Uploads, upload);
                    self.remove(Records::Meta, key);
                },
                _ => break,
            }
        }
        Ok(())
    }
}

/// What the listed parts make together.
struct Whole {
    size: u64,
    etag: Etag,
    sizes: Vec<Compact<u64>>,
    checksums: Vec<Vec<(String, String)>>,
    extents: Vec<Extent>,
}

fn whole(tx: &Tx<'_>, upload: &UploadKey, parts: &[(u32, String)]) -> Result<Whole, CompleteError> {
    let mut whole =
        Whole { size: 0, etag: Etag::Whole([0; 16]), sizes: Vec::new(), checksums: Vec::new(), extents: Vec::new() };
    let mut md5 = Md5::new();
    let mut too_small = None;
    for (at, (number, etag)) in parts.iter().enumerate() {
        if at > 0 && parts[at - 1].0 >= *number {
            return Err(CompleteError::InvalidPartOrder);
        }
        let part: Option<PartRecord> = tx.read(Records::Parts, &layout::part(upload, *number))?;
        let part = part.filter(|part| Etag::Whole(part.md5).to_string().eq_ignore_ascii_case(etag.trim_matches('"')));
        let part = part.ok_or(CompleteError::InvalidPart(*number))?;
        if part.size < LEAST_PART && at + 1 < parts.len() {
            too_small = too_small.or(Some(*number));
        }
        md5.update(part.md5);
        whole.size = whole.size.saturating_add(part.size);
        whole.sizes.push(Compact(part.size));
        whole.checksums.push(part.checksums);
        for extent in part.extents {
            match whole.extents.last_mut() {
                Some(last) if last.segment == extent.segment && last.offset + last.length == extent.offset => {
                    last.length += extent.length;
                },
                _ => whole.extents.push(extent),
            }
        }
    }
    if let Some(number) = too_small {
        return Err(CompleteError::TooSmall(number));
    }
    if whole.checksums.iter().all(Vec::is_empty) {
        whole.checksums = Vec::new();
    }
    whole.etag = Etag::Parts(md5.finalize().into(), u32::try_from(parts.len()).unwrap_or(PARTS));
    Ok(whole)
}

impl Store {
    /// Begins an upload in parts. The conditions of `new` are not looked at; [`Self::complete_upload`] has its own.
    pub async fn begin_upload(&self, bucket: &str, key: &str, new: NewVersion) -> Result<UploadId, StoreError> {
        check_key(key)?;
        self.inner.room_for(0)?;
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&bucket)?;
                tx.check_new(&bucket, &new)?;
                let begun = tx.now();
                let mut upload = UploadKey::default();
                upload[..4].copy_from_slice(&record.number.to_be_bytes());
                upload[4..12].copy_from_slice(&begun.max(0).to_be_bytes());
                rand::thread_rng().fill_bytes(&mut upload[12..]);
                let none = Etag::Whole([0; 16]);
                // A time that the client gave is kept there until the upload is completed; 0 stands for none.
                let modified = new.modified.unwrap_or(0);
                let version = VersionRecord::of(new, Default::default(), modified, 0, none, None, Vec::new());
                tx.put(Records::Uploading, layout::uploading(record.number, key.as_bytes(), &upload), Vec::new());
                tx.put(Records::Uploads, upload, UploadRecord { key, begun, version, done: None }.encode());
                Ok(UploadId::of(&upload))
            })
            .await
    }

    /// Makes staged bytes a part, in place of the one of this number. It is durable when this returns.
    pub async fn put_part(&self, upload: &UploadId, number: u32, staged: Staged) -> Result<Part, StoreError> {
        let upload = upload.key().ok_or(StoreError::NoSuchUpload)?;
        if !(1..=PARTS).contains(&number) {
            return Err(StoreError::BadPart);
        }
        self.inner
            .write(move |tx| {
                tx.open_upload(&upload)?;
                let bucket = bucket_of(&upload);
                let key = layout::part(&upload, number);
                let before: Option<PartRecord> = tx.read(Records::Parts, &key)?;
                let extents = tx.place(bucket, staged.bytes, staged.bucket)?;
                tx.add_live(bucket, &extents);
                if let Some(before) = before {
                    tx.sub_live(bucket, &before.extents);
                }
                let (size, md5, checksums) = (staged.size, staged.md5, staged.checksums);
                let part = PartRecord { size, md5, modified: tx.now(), checksums, extents };
                tx.put(Records::Parts, key, part.encode());
                Ok(part.to_part(number))
            })
            .await
    }

    /// Makes the listed parts, each by number and ETag, a new current version. Asked again with the same list, it answers the same.
    pub async fn complete_upload(
        &self,
        upload: &UploadId,
        parts: &[(u32, String)],
        conditions: &Conditions,
    ) -> Result<Version, CompleteError> {
        self.complete_upload_with(upload, parts, conditions, Vec::new()).await
    }

    /// The same; where checksums of the whole are given, the version has these.
    pub async fn complete_upload_with(
        &self,
        upload: &UploadId,
        parts: &[(u32, String)],
        conditions: &Conditions,
        checksums: Vec<(String, String)>,
    ) -> Result<Version, CompleteError> {
        let upload = upload.key().ok_or(CompleteError::NoSuchUpload)?;
        let bucket = self.inner.bucket_name(bucket_of(&upload)).ok_or(CompleteError::NoSuchUpload)?;
        if parts.is_empty() {
            return Err(CompleteError::InvalidPart(0));
        }
        self.inner.room_for(0)?;
        let (parts, conditions, inner) = (parts.to_vec(), conditions.clone(), self.inner.clone());
        self.inner
            .write(move |tx| {
                let listed = *blake3::hash(&parts.encode()).as_bytes();
                let mut record = tx.upload(&upload)?;
                let of = tx.bucket(&bucket)?;
                if let Some((before, order)) = record.done {
                    let kept = tx.find_version(of.number, &record.key, &order)?.filter(|_| before == listed);
                    let kept = kept.ok_or(CompleteError::NoSuchUpload)?;
                    let is_current = tx.current(of.number, &record.key)?.is_some_and(|now| now.version.order == order);
                    return Ok(inner.show(of.number, record.key, kept, is_current));
                }
                let whole = whole(tx, &upload, &parts)?;
                tx.check::<crate::error::PutError>(of.number, &record.key, &conditions)?;
                let order = tx.next_order(of.number);
                let mut version = record.version.clone();
                if version.modified == 0 {
                    version.modified = tx.now();
                }
                (version.order, version.size, version.etag) = (order, whole.size, whole.etag);
                (version.part_sizes, version.part_checksums, version.extents) = (whole.sizes, whole.checksums, whole.extents);
                if !checksums.is_empty() {
                    version.checksums = checksums;
                }
                let shown = tx.put_version((of.number, of.versioning), record.key.clone(), version)?;
                tx.remove_parts(&upload)?;
                tx.remove(Records::Uploading, layout::uploading(of.number, record.key.as_bytes(), &upload));
                record.done = Some((listed, order));
                tx.put(Records::Uploads, upload, record.encode());
                tx.put(Records::Meta, layout::forget(tx.now(), &upload), Vec::new());
                tx.forget_uploads()?;
                Ok(shown)
            })
            .await
    }

    /// Gives an upload up; the bytes of its parts are reclaimed.
    pub async fn abort_upload(&self, upload: &UploadId) -> Result<(), StoreError> {
        let upload = upload.key().ok_or(StoreError::NoSuchUpload)?;
        self.inner
            .write(move |tx| {
                let record = tx.open_upload(&upload)?;
                tx.remove_parts(&upload)?;
                tx.remove(Records::Uploading, layout::uploading(bucket_of(&upload), record.key.as_bytes(), &upload));
                tx.remove(Records::Uploads, upload);
                Ok(())
            })
            .await
    }
}
