//! Containers on a real Docker Engine. Where none answers, each test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod absent;
mod crashing;
mod fence;
mod images;
mod killed;
mod limits;
mod metering;
mod report;
mod services;
mod support;
mod tasks;
