//! Memory that begins at a multiple of a power of two, from the C library.

use std::{ffi::c_void, ptr::null_mut};

extern "C" {
    fn posix_memalign(place: *mut *mut c_void, align: usize, size: usize) -> i32;
    fn free(memory: *mut c_void);
}

/// So many bytes at a multiple of `align`, a power of two; a null pointer where there are none to be had. It is freed as what
/// Rust's own allocator gives is, which is the C library's too.
pub fn aligned_alloc(size: usize, align: usize) -> *mut () {
    let mut memory = null_mut();
    // SAFETY: the place is a variable of ours; what cannot be had is told by the result.
    let failed = unsafe { posix_memalign(&mut memory, align.max(size_of::<usize>()), size) };
    if failed == 0 {
        memory.cast()
    } else {
        null_mut()
    }
}

/// Gives memory back.
///
/// # Safety
///
/// It came from [`aligned_alloc`] and nobody uses it any more.
pub unsafe fn aligned_free(memory: *mut ()) {
    // SAFETY: as above.
    unsafe { free(memory.cast()) }
}
