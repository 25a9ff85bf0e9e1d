//! The targets, whose bodies are with the gateway's tests: these run them over the inputs in `seeds`.

// What the tests have in common is more than is needed here.
#![allow(dead_code, unused_imports)]

#[path = "../../tests/s3"]
mod s3 {
    pub(crate) mod support;
    pub mod targets;
}

use s3::{support, targets};

pub use s3::targets::{path, sigv4, xml};
