//! Memory that a disk can be read into without the system's cache between.

#![allow(unsafe_code)]

/// What disks want offsets, lengths and memory to be multiples of.
pub(crate) const PAGE_BYTES: usize = 4_096;

#[derive(Clone)]
#[repr(C, align(4096))]
struct Page([u8; PAGE_BYTES]);

/// Some pages in a row.
pub(crate) struct Pages(Vec<Page>);

impl Pages {
    /// So many, zeroed.
    pub(crate) fn new(count: usize) -> Self {
        Self(vec![Page([0; PAGE_BYTES]); count])
    }

    /// Their bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: pages are plain bytes without gaps between them.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), self.0.len() * PAGE_BYTES) }
    }

    /// Their bytes.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: pages are plain bytes without gaps between them.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.0.len() * PAGE_BYTES) }
    }
}
