#!/usr/bin/env bash
# What it is all for, on real parts: a file survives its miners, idle space wins coins, strangers compute, a site needs no host.
#
# usage: scripts/demo.sh [FILE]      a file survives its miners: of at most 63 MiB, which one deal holds (default: the chain's own
#                                    runtime). A chain and 14 miners; the file is stored as 4 + 4 shards with 8 of them, those are
#                                    killed, four at a time, with their disks deleted, and the file comes back from shards that
#                                    others repaired. Under five minutes once built
#        scripts/demo.sh capacity    idle space wins coins. Three miners plot 1, 2 and 3 GiB, answer dozens of rounds, and each wins
#                                    its share of them. 7 GiB of disk, some minutes for the plots, and ten seconds a round
#        scripts/demo.sh compute     strangers render a picture, and one of them lies. Three providers and five trackers; 64 tiles, each
#                                    chunk by two providers, by a WASI module and by a container; the liar loses its bond. Then a service
#                                    that outlives its machine. Some minutes; pictures are saved in the present folder
#        scripts/demo.sh gateway     a site that nobody hosts. A site with a film is put by the AWS CLI, named, and opened in Chromium;
#                                    then 4 of its 8 miners and the gateway are lost, and Chromium shows the same. Two minutes;
#                                    screenshots are saved in the present folder
#
# options:
#   --rounds N   rounds to look at, with capacity (default 36)
#   --keep       leave the network running at the end
#   --no-build   use the programs that are there
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

what=storage file='' rounds=36 keep='' build=1
while (($#)); do
  case $1 in
    -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
    --keep) keep=1 ;;
    --no-build) build='' ;;
    --rounds) rounds=${2:-}; shift ;;
    capacity | compute | gateway) what=$1 ;;
    -*) die "unknown argument: $1 (see --help)" ;;
    *) [[ -z $file ]] || die "one file at a time (see --help)"; file=$(realpath -e "$1") || die "there is no file $1" ;;
  esac
  shift || die "a value is missing (see --help)"
done
[[ $rounds =~ ^[1-9][0-9]*$ ]] || die "--rounds must be a positive number, and is '$rounds'"
[[ $what == storage || -z $file ]] || die "a file and $what are two demos: one at a time (see --help)"

if [[ -n $build ]]; then
  # A browser is what one of them alone needs.
  if [[ $what == gateway ]]; then "$IDLEWILD_ROOT/scripts/setup.sh" --demo; else "$IDLEWILD_ROOT/scripts/setup.sh"; fi
  use_wasm_toolchain || die "the wasm target is missing: run scripts/setup.sh"
  step "Building (the first time takes about 40 minutes)"
  progress "node, worker and command line" "$CARGO_TARGET_DIR/logs/demo-build.log" \
    cargo build --release --manifest-path "$IDLEWILD_ROOT/Cargo.toml" --workspace --bins --locked
fi
# On a disk, which a folder for temporary files often is not.
mkdir -p "$HOME/.cache/idlewild"
dir=$(mktemp -d "${TMPDIR:-$HOME/.cache/idlewild}/demo.XXXXXX")
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$dir/net"; }
clean_up() {
  if [[ -n $keep ]]; then
    note "the network runs on; stop it with scripts/devnet.sh down --dir $dir/net"
    rm -f "$dir"/{sum,back}
  else
    devnet down >/dev/null 2>&1
    rm -rf "$dir"
  fi
}
at_exit clean_up
begun=$SECONDS
idlewild_status() { devnet status --json; }
# Says how something stands, if that is not what was said of it last.
declare -A told=()
tell() { # TOPIC WORDS
  [[ ${told[$1]:-} != "$2" ]] || return 0
  told[$1]=$2
  note "$(duration $((SECONDS - begun))): $2"
}

# Each is a file beside this one, which goes on from here.
# shellcheck source=/dev/null
source "$IDLEWILD_ROOT/scripts/demo/$what.sh"
