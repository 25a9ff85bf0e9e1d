//! Files that stay, and the disks that they are on.
//!
//! | module | concern |
//! | --- | --- |
//! | [`folder`] | folders that are there after a power cut |
//! | [`whole_file`] | files that appear whole or not at all |
//! | [`disk`] | what a disk has to spare, and which folders share one |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod disk;
pub mod folder;
pub mod whole_file;
