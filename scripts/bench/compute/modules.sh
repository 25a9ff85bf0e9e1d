# Deterministic modules that keep a core busy, and how long PyPI's wasmtime takes for the same with fuel and canonical NaNs: a picture
# of the Mandelbrot set, which is arithmetic, and sorting, which is calls and memory. What it takes with the settings that it has by
# itself, which count nothing, is printed without a target. The measure is processor time, without that of compiling.
# shellcheck shell=bash

build "module benchmark" --example wasi_bench
"$IDLEWILD_ROOT/guests/build.sh" mandelbrot sort
# shellcheck source=peers/install.sh
source "$parts/compute/peers/install.sh"

run_module() { # GUEST ARGUMENT...
  local guest=$1 module=$CARGO_TARGET_DIR/guests/$1.wasm run ours=() theirs=() defaults=() engine=()
  shift
  for ((run = 1; run <= runs; run++)); do
    timed "$BIN/examples/wasi_bench" "$module" 1 "$@"
    ours+=("$(jq '.ours[0]' "$work/output")")
    engine+=("$(jq '.counted[0]' "$work/output")")
    if [[ -n $PYTHON ]]; then
      timed "$PYTHON" "$PEERS/wasmtime_runs.py" "$module" 1 "$@"
      theirs+=("$(jq '.counted[0]' "$work/output")")
      defaults+=("$(jq '.default[0]' "$work/output")")
    fi
  done
  if [[ -n $PYTHON ]]; then
    figure "module_$guest" "$(median "${ours[@]}")" ms 'wasmtime of PyPI, counting' "$(median "${theirs[@]}")" 'ratio <= 1.1'
    figure "module_${guest}_bare" "$(median "${ours[@]}")" ms 'wasmtime of PyPI by itself' "$(median "${defaults[@]}")" ''
  else
    alone "module_$guest" "$(median "${ours[@]}")" ms "$PEERS_MISSING" 'ratio <= 1.1'
  fi
  figure "module_${guest}_engine" "$(median "${ours[@]}")" ms 'the engine that is built in, counting' "$(median "${engine[@]}")" ''
}

note "$runs runs of each ..."
run_module mandelbrot 800 600 0 0 800 600 3000
run_module sort 100000 60
