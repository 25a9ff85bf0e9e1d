//! The `idlewild` command, as a library that tests can call.
//!
//! | module | concern |
//! | --- | --- |
//! | [`args`] | what can be typed |
//! | [`commands`] | what then happens, one file a command |
//! | [`keystore`] | accounts, encrypted on disk |
//! | [`connection`] | an unlocked account on a chain and a network |
//! | [`gather`] | files and folders, as a put takes them |
//! | [`quantities`] | sizes, terms, times, ranges and numbers as people write them |
//! | `plaintext` | a stored object's bytes on this disk for a while |
//! | [`unfinished`] | puts that were broken off |
//! | [`logs`] | what libraries have to say |
//! | [`output`] | words for people, JSON for programs |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod args;
pub mod commands;
pub mod connection;
mod disk;
pub mod gather;
pub mod keystore;
pub mod logs;
pub mod output;
mod plaintext;
pub mod quantities;
pub mod unfinished;

pub use args::Cli;
pub use commands::run;
