#!/usr/bin/env bash
# Makes sure that the runtime can be compiled to wasm (target wasm32v1-none).
#
# usage: scripts/wasm-target.sh [--help]
#
# Tries Rust's own servers first. Where they cannot be reached it takes Debian's second Rust toolchain (package rustc-web), compiles
# the two libraries that a runtime needs, core and alloc, for that target, and makes the toolchain known to rustup as `debian-wasm`.
# The other scripts find it there. Does nothing when the target is there already.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in
  -h | --help) show_help "$0" && exit 0 ;;
  '') ;;
  *) die "unknown argument $1; see scripts/wasm-target.sh --help" ;;
esac

# How long Rust's servers get before we decide that they cannot be reached.
ONLINE_LIMIT=60

from_rust() {
  timeout "$ONLINE_LIMIT" rustup target add "$WASM_TARGET" >/dev/null 2>&1 && has_wasm_target rustc
}

debian_compiler() {
  [[ -x /usr/bin/rustc && -x /usr/bin/cargo && -x /usr/bin/rust-lld ]] && /usr/bin/rustc --version >/dev/null 2>&1
}

install_debian_compiler() {
  local llvm
  as_root apt-get update
  # The linker has to be of the LLVM that the compiler was built with, and its package is named after that.
  llvm=$(apt-cache depends rust-web-llvm | sed -n 's/^ *Depends: llvm-\([0-9][0-9]*\)$/\1/p')
  [[ -n $llvm ]] || die "this Debian has no package rust-web-llvm; the target $WASM_TARGET has to come from Rust's servers"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    rustc-web cargo-web rust-web-src rust-web-llvm "lld-$llvm"
}

# Compiles core, alloc and the compiler's helpers by building an empty crate with the standard library's sources, and puts them where
# the compiler looks for the libraries of this target.
build_libraries() { # DIRECTORY
  local work=$1
  mkdir "$work/src"
  echo '#![no_std] extern crate alloc;' >"$work/src/lib.rs"
  printf '%s\n' '[package]' 'name = "wasm-libraries"' 'version = "0.1.0"' 'edition = "2021"' '[workspace]' >"$work/Cargo.toml"
  # The runtime is optimised together with these libraries at link time, which needs their bitcode.
  (
    cd "$work"
    env -u RUSTUP_TOOLCHAIN -u WASM_BUILD_TOOLCHAIN PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc CARGO_TARGET_DIR="$work/out" \
      RUSTC_BOOTSTRAP=1 RUSTFLAGS='-C embed-bitcode=yes' \
      /usr/bin/cargo build --release -Z build-std=core,alloc --target "$WASM_TARGET"
  )
  local libraries
  libraries=$(/usr/bin/rustc --print sysroot)/lib/rustlib/$WASM_TARGET/lib
  as_root mkdir -p "$libraries"
  as_root cp "$work/out/$WASM_TARGET"/release/deps/lib{alloc,compiler_builtins,core}-*.rlib "$libraries/"
}

make_known_to_rustup() {
  rustup toolchain list | grep -q "^$WASM_FALLBACK_TOOLCHAIN\b" ||
    rustup toolchain link "$WASM_FALLBACK_TOOLCHAIN" "$(/usr/bin/rustc --print sysroot)"
}

if use_wasm_toolchain; then exit 0; fi

step "the wasm target of the runtime"
log=$CARGO_TARGET_DIR/logs/wasm-target.log
if from_rust; then
  note "$WASM_TARGET: installed with rustup"
  exit 0
fi
note "Rust's servers gave no $WASM_TARGET within $ONLINE_LIMIT s; taking Debian's toolchain"
command -v apt-get >/dev/null || die "no apt-get here: run 'rustup target add $WASM_TARGET' where Rust's servers can be reached"
may_be_root
debian_compiler || progress "Debian's Rust toolchain" "$log" install_debian_compiler
if ! has_wasm_target /usr/bin/rustc; then
  scratch=$(mktemp -d)
  at_exit rm -rf "$scratch"
  progress "core and alloc for $WASM_TARGET" "$log" build_libraries "$scratch"
fi
make_known_to_rustup
use_wasm_toolchain || die "the target was built but rustc does not see it; the log is $log"
note "$WASM_TARGET: ready in the toolchain $WASM_FALLBACK_TOOLCHAIN"
