#!/usr/bin/env bash
# Has libFuzzer look for requests that a gateway answers wrongly, guided by what of the code they reach.
#
# usage: scripts/fuzz.sh [TARGET...] [--seconds N]
#        scripts/fuzz.sh --replay TARGET FILE
#
# targets (all of them where none is named):
#   sigv4  signatures in heads, queries and chunks: nothing is taken that was not signed so
#   xml    documents of the S3 front: what is taken reads back
#   path   paths of both fronts: what is put under a key is found under that key alone
#
# options:
#   --seconds N  for how long each target runs (default 300)
#   --replay     runs one input, as it was found, and shows what goes wrong
#
# Inputs that reach something new are kept in ~/.cache/idlewild/fuzz/corpus, and one that finds a fault in ~/.cache/idlewild/fuzz/faults:
# copied to offchain-workers/gateway/fuzz/seeds/TARGET, it is run by the gateway's tests from then on. The stable compiler will do, and
# cargo-fuzz is fetched when it is first wanted. Building takes half an hour the first time. Exits with 1 where a fault was found.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

CARGO_FUZZ=0.13.2
# After so many seconds a target starts anew: its store only grows.
ROUND=300
# The most bytes of an input, and of megabytes of memory, and seconds that one input may take.
LIMITS=(-max_len=4096 -rss_limit_mb=4096 -timeout=30)

home=$HOME/.cache/idlewild/fuzz
crate=$IDLEWILD_ROOT/offchain-workers/gateway/fuzz
targets=() seconds=300 replay=''
while (($#)); do
  case $1 in
    -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
    --seconds) seconds=${2:-}; shift ;;
    --replay) replay=1 ;;
    -*) die "unknown argument: $1 (see --help)" ;;
    sigv4 | xml | path) targets+=("$1") ;;
    *) [[ $replay == 1 && ${#targets[@]} == 1 ]] || die "unknown target: $1 (see --help)"; replay=$(realpath -m "$1") ;;
  esac
  shift || die "a value is missing (see --help)"
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "--seconds must be a positive number, and is '$seconds'"
[[ $replay != 1 ]] || die "which target, and which file? (see --help)"
[[ -z $replay || -f $replay ]] || die "there is no file $replay"
((${#targets[@]})) || targets=(sigv4 xml path)

get_cargo_fuzz() { # FOLDER
  env -u CARGO_TARGET_DIR cargo install cargo-fuzz --version "$CARGO_FUZZ" --locked --root "$1"
}
# What is fuzzed has the versions of what runs: cargo takes from the repository's list what it needs.
if [[ ! -e $crate/Cargo.lock || $IDLEWILD_ROOT/Cargo.lock -nt $crate/Cargo.lock ]]; then
  cp "$IDLEWILD_ROOT/Cargo.lock" "$crate/Cargo.lock"
fi
triple=$(rustc -vV | sed -n 's/^host: //p')
# Safe Rust needs no address sanitizer, and without one any compiler will do. The profile has debug assertions and checks of overflow.
build() {
  "$home/cargo-fuzz-$CARGO_FUZZ/bin/cargo-fuzz" fuzz build --fuzz-dir "$crate" --target-dir "$home/target" --target "$triple" \
    --sanitizer none --release --codegen-units 16
}
[[ -x $home/cargo-fuzz-$CARGO_FUZZ/bin/cargo-fuzz ]] ||
  progress "cargo-fuzz" "$home/logs/cargo-fuzz.log" make_once "$home/cargo-fuzz-$CARGO_FUZZ" get_cargo_fuzz
progress "targets" "$home/logs/build.log" build

# Stores in memory: an input that writes would wait for the disk.
scratch=$(mktemp -d -p "$([[ -w /dev/shm ]] && echo /dev/shm || echo "${TMPDIR:-/tmp}")" idlewild-fuzz.XXXXXX)
at_exit rm -rf "$scratch"

# Runs a target's program.
run() { # TARGET ARGUMENT...
  local target=$1
  shift
  TMPDIR=$scratch "$home/target/$triple/release/$target" "${LIMITS[@]}" "$@"
}
if [[ -n $replay ]]; then
  run "${targets[0]}" "$replay"
  exit
fi

faults=0
for target in "${targets[@]}"; do
  step "$target"
  mkdir -p "$home/corpus/$target" "$home/faults/$target"
  log=$home/logs/$target.log left=$seconds runs=0 status=0
  while ((left > 0 && status == 0)); do
    round=$((left < ROUND ? left : ROUND))
    # The inputs known so far are begun with, and only the first folder is written to.
    progress "$target for $(duration $round)" "$log" run "$target" -max_total_time=$round -print_final_stats=1 \
      -dict="$crate/$target.dict" -artifact_prefix="$home/faults/$target/" "$home/corpus/$target" "$crate/seeds/$target" || status=$?
    rm -rf "${scratch:?}"/*
    runs=$((runs + $(awk '/^stat::number_of_executed_units/ { runs = $2 } END { print runs + 0 }' "$log")))
    left=$((left - round))
  done
  reached=$(grep -oE 'cov: [0-9]+ ft: [0-9]+ corp: [0-9]+' "$log" | tail -n 1) || reached='nothing was run'
  printf '%-6s %s runs  %s\n' "$target" "$runs" "$reached"
  if ((status != 0)); then
    faults=$((faults + 1))
    input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    warn "$target found a fault: ${input:-see $log}"
    [[ -z $input ]] || note "to see it again: scripts/fuzz.sh --replay $target $input"
  fi
done
((faults == 0))
