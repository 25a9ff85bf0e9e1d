//! The inputs that fuzzing begins with, and those that it once found a fault with: each runs through its target.

use std::{fs, path::Path};

use crate::targets::{path, sigv4, xml};

fn all_of(target: &str, one: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        // Shown where it fails.
        println!("{}", file.display());
        one(&fs::read(&file).unwrap());
    }
}

#[test]
fn signatures() {
    all_of("sigv4", sigv4::one);
}

#[test]
fn documents() {
    all_of("xml", xml::one);
}

#[test]
fn paths() {
    all_of("path", path::one);
}
