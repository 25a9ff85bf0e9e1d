//! Programs that end in every way that there is, and those that would do harm.

#![allow(missing_docs, clippy::unwrap_used)]

mod bench;
mod components;
mod endings;
mod repeats;
mod speed;
mod stops;
