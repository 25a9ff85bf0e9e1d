//! What of a bucket is in no commit yet.

use crate::{error::StoreError, lines, records::SegmentState, store::Store};

/// What of a bucket is in no commit yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsealed {
    /// Changes.
    pub changes: u64,
    /// When the first bytes came of its oldest open segment, in milliseconds since 1970; none where nothing but removals waits.
    pub since: Option<i64>,
}

impl Store {
    /// What of a bucket is in no commit yet.
    pub fn unsealed(&self, bucket: &str) -> Result<Unsealed, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let sealed = lines::Line::read(&*self.inner.meta()?, number)?.sealed;
        let changes = self.inner.clocks.get(number).change.saturating_sub(sealed);
        let table = self.inner.segments.lock();
        let open = table
            .known
            .iter()
            .filter(|((of, _), known)| *of == number && known.record.state == SegmentState::Open && known.record.length > 0);
        Ok(Unsealed { changes, since: open.map(|(_, known)| known.record.opened).min() })
    }
}
