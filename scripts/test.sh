#!/usr/bin/env bash
# All tests: rules, pallets, runtime, daemons, command line, scripts, and a real network on this machine.
#
# usage: scripts/test.sh [SUITE...]
#
# suites (all of them where none is named):
#   rust     the tests of every crate
#   network  a chain and miners as processes: put, get, loss, repair, restarts
#   capacity a chain and a miner of plots: faults of disks and files, kills, rounds won
#   compute  a chain, providers and trackers: workers and the Docker Engine are killed in every state of jobs and services
#   gateway  a gateway, and the S3 clients that people have: boto3, aws, @aws-sdk/client-s3, rclone, restic, s3cmd; kills
#   js       a DApp developer's view: @polkadot/api with no custom types
#   scripts  every script parses, and tells its usage
#
# The last line counts what passed and what failed, over everything that was run.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

suites=()
while (($#)); do
  case $1 in
    -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
    rust | network | capacity | compute | gateway | js | scripts) suites+=("$1") ;;
    *) die "unknown suite: $1 (see --help)" ;;
  esac
  shift
done
((${#suites[@]})) || suites=(scripts rust network capacity compute gateway js)

"$IDLEWILD_ROOT/scripts/setup.sh"
use_wasm_toolchain || die "the wasm target is missing: run scripts/setup.sh"
cd "$IDLEWILD_ROOT"
# Of this run alone: the target directory is shared, and what is counted is read from here.
logs=$CARGO_TARGET_DIR/logs/test.$$
mkdir -p "$logs"
find "$CARGO_TARGET_DIR/logs" -maxdepth 1 -name 'test.*' -mtime +7 -exec rm -rf {} +
passed=0 failed=0

# Adds up a runner's closing lines: nextest's summaries and our own.
count() { # LOG
  local p f
  read -r p f < <(sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
    /^ *Summary/ || /^[0-9]+ passed, [0-9]+ failed/ {
      while (match($0, /[0-9]+ (passed|failed|timed out)/)) {
        split(substr($0, RSTART, RLENGTH), word, " ")
        if (word[2] == "passed") passed += word[1]; else failed += word[1]
        $0 = substr($0, RSTART + RLENGTH)
      }
    }
    END { print passed + 0, failed + 0 }')
  passed=$((passed + p)) failed=$((failed + f))
  note "$p passed, $f failed"
}

# Runs one suite, which gets a signal to end once it has taken several times what it should. A runner that ends badly without
# naming a failed test counts as one.
suite() { # NAME MINUTES COMMAND...
  local name=$1 log=$logs/$1.log minutes=$2 before=$failed status=0
  shift 2
  progress "$name" "$log" timeout --kill-after 1m "${minutes}m" "$@" || status=$?
  count "$log"
  if ((status != 0 && failed == before)); then failed=$((failed + 1)); fi
}

# One set of crates for every build: features, and so what is compiled, stay the same.
build() { cargo build --release --workspace --bins --locked; }

# Tests of containers need an engine, and say so where there is none.
borrow_engine || note "the tests of containers are skipped"

for name in "${suites[@]}"; do
  step "$name"
  case $name in
    rust) suite rust 120 cargo nextest run --release --workspace --locked --no-fail-fast ;;
    network | capacity | compute | gateway | js)
      if progress "programs" "$logs/build.log" build; then suite "$name" 30 "scripts/tests/$name.sh"; else failed=$((failed + 1)); fi ;;
    scripts) suite scripts 10 scripts/tests/scripts.sh ;;
  esac
done

printf '\n%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
