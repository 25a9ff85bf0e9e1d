//! The `idlewild` command, as a library that tests can call.
//!
//! | module | concern |
//! | --- | --- |
//! | [`args`] | what can be typed |
//! | [`commands`] | what then happens, one file a command |
//! | [`keystore`] | accounts, encrypted on disk |
//! | [`output`] | words for people, JSON for programs |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod args;
pub mod commands;
pub mod keystore;
pub mod output;

pub use args::Cli;
pub use commands::run;
