//! Looking at uploads and their parts.

use crate::{
    error::StoreError,
    layout::{self, UploadKey},
    meta::{Meta, Records},
    query::Page,
    records::{decode, PartRecord, UploadRecord},
    store::Store,
    upload::{Part, Upload, UploadId},
    uploads::bucket_of,
    version::NewVersion,
};

fn open_upload(meta: &Meta, upload: &UploadKey) -> Result<Option<UploadRecord>, StoreError> {
    let record = meta.get(Records::Uploads, upload)?.map(|record| decode::<UploadRecord>(&record)).transpose()?;
    Ok(record.filter(|record| record.done.is_none()))
}

fn show(bucket: &str, upload: &UploadKey, record: UploadRecord) -> Upload {
    let version = record.version;
    let new = NewVersion {
        content_type: version.content_type,
        headers: version.headers,
        user: version.user,
        checksums: version.checksums,
        tags: version.tags,
        acl: version.acl,
        retention: version.retention,
        legal_hold: version.legal_hold,
        conditions: Default::default(),
        modified: Some(version.modified).filter(|modified| *modified != 0),
    };
    Upload { id: UploadId::of(upload), bucket: bucket.into(), key: record.key, begun: record.begun, new }
}

impl Store {
    /// An upload in progress.
    pub fn upload(&self, upload: &UploadId) -> Option<Upload> {
        let key = upload.key()?;
        let bucket = self.inner.bucket_name(bucket_of(&key))?;
        let record = open_upload(&*self.inner.meta().ok()?, &key).ok()??;
        Some(show(&bucket, &key, record))
    }

    /// The parts of an upload in progress, by number.
    pub fn parts(&self, upload: &UploadId, after: u32, limit: usize) -> Result<Page<Part>, StoreError> {
        let key = upload.key().ok_or(StoreError::NoSuchUpload)?;
        let meta = self.inner.meta()?;
        open_upload(&meta, &key)?.ok_or(StoreError::NoSuchUpload)?;
        let mut entries: Vec<Part> = Vec::new();
        let (from, end) = (layout::part(&key, after.saturating_add(1)), layout::part(&key, u32::MAX));
        for guard in meta.of(Records::Parts).range(from..=end) {
            if entries.len() == limit {
                let next = entries.last().map_or(after, |part| part.number);
                return Ok(Page { entries, next: Some(next) });
            }
            let (found, record) = guard.into_inner()?;
            let number = found.last_chunk().map(|number| u32::from_be_bytes(*number));
            let number = number.ok_or(StoreError::Damaged("a part's key cannot be read"))?;
            entries.push(decode::<PartRecord>(&record)?.to_part(number));
        }
        Ok(Page { entries, next: None })
    }

    /// Uploads in progress to keys that begin so, by key and then by age.
    pub fn uploads(
        &self,
        bucket: &str,
        prefix: &str,
        after: Option<(String, UploadId)>,
        limit: usize,
    ) -> Result<Vec<Upload>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        let all = layout::escaped(number, prefix.as_bytes());
        let mut from = all.clone();
        if let Some((key, upload)) = after {
            // After an id that nobody has all of the key was shown.
            let upload = upload.key().unwrap_or([0xFF; 20]);
            let mut past = layout::uploading(number, key.as_bytes(), &upload);
            past.push(0);
            from = from.max(past);
        }
        let mut uploads = Vec::new();
        for guard in meta.of(Records::Uploading).range(from..) {
            let found = guard.key()?;
            if uploads.len() >= limit || !found.starts_with(&all) {
                break;
            }
            let upload = *found.last_chunk().ok_or(StoreError::Damaged("an upload's key cannot be read"))?;
            if let Some(record) = open_upload(&meta, &upload)? {
                uploads.push(show(bucket, &upload, record));
            }
        }
        Ok(uploads)
    }
}
