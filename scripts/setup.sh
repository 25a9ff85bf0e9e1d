#!/usr/bin/env bash
# Installs what a fresh Debian 12 machine with rustup needs to build and test Idlewild.
#
# usage: scripts/setup.sh [--check] [--demo] [--help]
#
#   --check   only say what is missing; exit status 1 if something is
#   --demo    also what `scripts/demo.sh gateway` shows things with: Chromium, and ffmpeg, which makes a film
#
# Installs: Debian packages (a C compiler, libclang, protoc, ...; what builds WASI modules from C; a Docker Engine where there is none), the
# wasm target of the runtime, rustfmt, cargo-nextest, node with npm for the polkadot.js test, Python's venv and restic for the gateway's. Takes
# a second when nothing is missing, so the other scripts call it first.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Compilers and headers that the SDK's C and C++ dependencies need; what our own scripts call.
PACKAGES=(build-essential clang libclang-dev protobuf-compiler pkg-config libssl-dev ca-certificates curl git jq iproute2 bsdextrautils
  lld wasi-libc libclang-rt-dev-wasm32 iptables e2fsprogs restic)
# Oldest versions that work: the workspace's rust-version, and what @polkadot/api asks for.
RUST_NEEDED=1.95
NODE_NEEDED=18

check_only=
for argument in "$@"; do
  case $argument in
    -h | --help) show_help "$0" && exit 0 ;;
    --check) check_only=1 ;;
    --demo) PACKAGES+=(chromium ffmpeg fonts-dejavu-core) ;;
    *) die "unknown argument $argument; see scripts/setup.sh --help" ;;
  esac
done

log=$CARGO_TARGET_DIR/logs/setup.log
missing=()

# Whether version $1 is at least version $2.
at_least() { [[ $(printf '%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

packages_missing() {
  local package state
  for package in "${PACKAGES[@]}"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=
    [[ $state == installed ]] || echo "$package"
  done
}

node_version() { node --version 2>/dev/null | sed 's/^v//'; }
node_is_fine() { command -v npm >/dev/null && at_least "$(node_version)" "$NODE_NEEDED"; }

rust_version() { rustc --version 2>/dev/null | awk '{print $2}'; }
rust_is_fine() { at_least "$(rust_version)" "$RUST_NEEDED"; }

install_packages() {
  as_root apt-get update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

if ! command -v rustup >/dev/null || ! command -v cargo >/dev/null; then
  die "rustup is missing: install it from https://rustup.rs (any default toolchain from $RUST_NEEDED on), then run this again"
fi

wanted=()
if command -v dpkg-query >/dev/null; then
  mapfile -t wanted < <(packages_missing)
else
  warn "this is no Debian; make sure that these are installed: ${PACKAGES[*]}"
fi
node_is_fine || wanted+=(nodejs npm)
# Clients of the gateway come from PyPI, into an environment of their own.
python3 -c 'import venv, ensurepip' 2>/dev/null || wanted+=(python3-venv)
# Docker's own packages are as good, and do not go along with Debian's.
command -v dockerd >/dev/null || wanted+=(docker.io)
# Images for tests and the demo are made of it alone.
ldd "$(command -v busybox)" 2>&1 | grep -q 'not a dynamic' || wanted+=(busybox-static)
((${#wanted[@]} == 0)) || missing+=("Debian packages: ${wanted[*]}")
rust_is_fine || missing+=("Rust $RUST_NEEDED (this is $(rust_version || echo none))")
rustfmt --version >/dev/null 2>&1 || missing+=("rustfmt")
use_wasm_toolchain || missing+=("the wasm target $WASM_TARGET")
command -v cargo-nextest >/dev/null || missing+=("cargo-nextest")

if ((${#missing[@]} == 0)); then
  [[ -z $check_only ]] || note "nothing is missing"
  exit 0
fi
if [[ -n $check_only ]]; then
  for item in "${missing[@]}"; do note "missing: $item"; done
  exit 1
fi

step "setting up this machine for Idlewild"
if ((${#wanted[@]} > 0)); then
  command -v apt-get >/dev/null || die "install these by hand, there is no apt-get here: ${wanted[*]}"
  may_be_root
  progress "Debian packages: ${wanted[*]}" "$log" install_packages "${wanted[@]}"
  node_is_fine || die "node $NODE_NEEDED with npm is needed, and Debian gave ${wanted[*]} with node '$(node_version)'"
fi
if ! rust_is_fine; then
  progress "a newer Rust" "$log" rustup update stable || die "Rust $RUST_NEEDED is needed and could not be fetched"
  rust_is_fine || die "Rust $RUST_NEEDED is needed, and the active toolchain is $(rust_version): run 'rustup default stable'"
fi
rustfmt --version >/dev/null 2>&1 || progress "rustfmt" "$log" rustup component add rustfmt || die "rustfmt is needed and could not be fetched"
"$IDLEWILD_ROOT/scripts/wasm-target.sh"
if ! command -v cargo-nextest >/dev/null; then
  # A target directory of its own: the shared one may be locked by a build.
  progress "cargo-nextest" "$log" env -u CARGO_TARGET_DIR cargo install cargo-nextest --locked
fi
note "this machine is ready"
