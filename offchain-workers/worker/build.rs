//! How the worker's program is linked.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |what: &str, value: &str| env::var(what).is_ok_and(|of_target| of_target == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        // The places where the program's own addresses are filled in when it starts: 34 KB in place of 3.6 MB, which are all read then
        // and count as its memory from there on. It takes glibc 2.36; a linker that does not know this says so and leaves it.
        println!("cargo::rustc-link-arg-bin=idlewild-worker=-Wl,-z,pack-relative-relocs");
    }
}
