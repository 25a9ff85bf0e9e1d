//! The compute market in the test runtime: one file for each pallet.

mod apps;
mod escrow;
mod market;
mod offers;
mod organisations;
mod projects;
mod services;
mod trackers;
