#!/usr/bin/env bash
# Benchmarks: figures, each beside a peer that was measured in the same run, and its target.
#
# usage: scripts/bench.sh GROUP [--json]
#
# groups:
#   storage   encoding, putting, getting, proving
#
# One line a figure; with --json one object a line: name, value, unit, peer, peer_value, ratio, target, ok. Exits with 1 when a target
# is missed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

json='' group=''
while (($#)); do
  case $1 in
    -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
    --json) json=1 ;;
    storage) group=$1 ;;
    *) die "unknown argument: $1 (see --help)" ;;
  esac
  shift
done
[[ -n $group ]] || die "which group? (see --help)"

cd "$IDLEWILD_ROOT"
progress "build" "$CARGO_TARGET_DIR/logs/bench-build.log" cargo build --release -p idlewild-storage --example codec_bench
lines=$("$CARGO_TARGET_DIR/release/examples/codec_bench")
if [[ -n $json ]]; then
  printf '%s\n' "$lines"
else
  jq -r '[.name, (.value | tostring), .unit, (.peer // "-"), (.peer_value // "-" | tostring), (.ratio // "-" | tostring), (.target // "-" | tostring), (if .ok == false then "MISSED" else "ok" end)] | @tsv' <<<"$lines" |
    { printf 'figure\tvalue\tunit\tpeer\tpeer value\tratio\ttarget\t\n'; cat; } | column -t -s $'\t'
fi
jq -se 'all(.ok != false)' <<<"$lines" >/dev/null
