//! The compute market in the test runtime: one file for each pallet.

mod apps;
mod escrow;
pub mod market;
pub mod offers;
mod organisations;
pub mod projects;
pub mod services;
pub mod trackers;
