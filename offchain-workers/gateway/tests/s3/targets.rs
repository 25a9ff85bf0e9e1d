//! What is fuzzed: one function for each target, that takes any bytes for an input and panics where the gateway did wrong. `fuzz/` has
//! libFuzzer find inputs for them, and the tests here run those that are kept in `fuzz/seeds`.

pub mod path;
pub mod sigv4;
pub(crate) mod world;
pub mod xml;
