#!/usr/bin/env bash
# Measures what each call and hook costs and writes the weights of our pallets: run it on an idle machine, and commit the result.
#
# usage: scripts/weights.sh [--steps N] [--repeat N] [--check] [PALLET...]
#
#   PALLET      clock, randomness, providers, proofs, deals, slots, repair, emission, capacity,
#               organisations, apps, offers, trackers, market, projects, services, names, gateways, buckets, shares
#               (default: all of them, in this order)
#   --steps N   values tried of each variable (default 50, at least 2)
#   --repeat N  runs of each value (default 20)
#   --check     runs every benchmark a few times and writes nothing
#
# Writes pallets/PALLET/src/weights.rs. The runtime for it is built in a directory of its own, as it is another than the chain's.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

all=(clock randomness providers proofs deals slots repair emission capacity
  organisations apps offers trackers market projects services names gateways buckets shares)
pallets=() steps=50 repeat=20 check=''
while (($#)); do
  case $1 in
    -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
    --steps) steps=${2:-}; shift ;;
    --repeat) repeat=${2:-}; shift ;;
    --check) check=1 ;;
    clock | randomness | providers | proofs | deals | slots | repair | emission | capacity | \
      organisations | apps | offers | trackers | market | projects | services | names | gateways | buckets | shares) pallets+=("$1") ;;
    *) die "unknown argument: $1 (see --help)" ;;
  esac
  shift || die "a value is missing (see --help)"
done
((${#pallets[@]})) || pallets=("${all[@]}")
[[ $steps =~ ^[1-9][0-9]*$ && $steps -ge 2 ]] || die "--steps must be a number of at least 2, and is '$steps'"
[[ $repeat =~ ^[1-9][0-9]*$ ]] || die "--repeat must be a positive number, and is '$repeat'"
if [[ -n $check ]]; then steps=2 repeat=1; fi

cd "$IDLEWILD_ROOT"
logs=$CARGO_TARGET_DIR/logs
# Checking the native runtime is enough to have its wasm built, which is all that is run.
runtime_dir=$CARGO_TARGET_DIR/benchmarks
CARGO_TARGET_DIR=$runtime_dir WASM_BUILD_TYPE=release progress "runtime with benchmarks" "$logs/weights-runtime.log" \
  cargo check --locked -p idlewild-runtime --features runtime-benchmarks
runtime=$runtime_dir/debug/wbuild/idlewild-runtime/idlewild_runtime.compact.compressed.wasm
[[ -f $runtime ]] || die "the build left no runtime at $runtime"
progress "benchmark tool" "$logs/weights-tool.log" cargo build --release --workspace --locked --example benchmark_pallet

export RUST_LOG=${RUST_LOG:-info}
for pallet in "${pallets[@]}"; do
  options=(--runtime "$runtime" --genesis-builder runtime --genesis-builder-preset development --allow-missing-host-functions
    --pallet "pallet_idlewild_$pallet" --extrinsic '*' --steps "$steps" --repeat "$repeat")
  if [[ -n $check ]]; then
    options+=(--min-duration 0)
  else
    options+=(--template scripts/templates/weights.hbs --output "pallets/$pallet/src/weights.rs")
  fi
  progress "$pallet" "$logs/weights-$pallet.log" "$CARGO_TARGET_DIR/release/examples/benchmark_pallet" "${options[@]}"
done
