//! In a process of its own, which has the lowest priority from then on.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{fs, thread};

use idlewild_compute::owner::priority::lower;
use rustix::process::getpriority_process;

#[test]
fn every_thread_steps_back_and_so_do_those_that_come() {
    let errors = lower();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(getpriority_process(None).unwrap(), 19);
    assert_eq!(thread::spawn(|| getpriority_process(None).unwrap()).join().unwrap(), 19);
    let adjusted: i32 = fs::read_to_string("/proc/self/oom_score_adj").unwrap().trim().parse().unwrap();
    assert!(adjusted >= 500);
    assert!(lower().is_empty(), "once more changes nothing");
}
