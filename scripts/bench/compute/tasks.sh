# Ten thousand tasks of which nothing is asked, each with a receipt that the provider signs, on all cores; and how many of these others
# run in a second: dask.distributed, whose tasks are calls of a function in processes that are there already, and GNU parallel, whose tasks
# are processes. Neither signs anything.
#
# Ours is what a provider does with chunks of as many tasks as may be: instances of their own, outputs and what became of each task on the
# disk, an ed25519 signature over chain, project, task, provider and outcome of each, and of each chunk its root and commitment.
# shellcheck shell=bash

TASKS=10000
# GNU parallel is as quick with fewer.
FEWER=2000
build "task benchmark" --example receipts_bench
"$IDLEWILD_ROOT/guests/build.sh" noop
# shellcheck source=peers/install.sh
source "$parts/compute/peers/install.sh"

cores=$(nproc)
run_parallel() { seq "$FEWER" | parallel --will-cite -j "$cores" true >/dev/null; }

note "$TASKS tasks, $cores cores, $runs runs ..."
ours=() dask=() shell=()
for ((run = 1; run <= runs; run++)); do
  # In turn, so that what else the machine does meets all of them.
  mkdir -p "$work/tasks/$run"
  timed "$BIN/examples/receipts_bench" "$work/tasks/$run" "$CARGO_TARGET_DIR/guests/noop.wasm" "$TASKS" 1
  ours+=("$(jq '.tasks_per_second[0]' "$work/output")")
  signing=$(jq '.signatures_per_second' "$work/output")
  if [[ -n $PYTHON ]]; then
    "$PYTHON" "$PEERS/dask_tasks.py" "$TASKS" 1 >"$work/dask.json" 2>"$work/dask.log" ||
      die "dask.distributed failed: $(tail -n 3 "$work/dask.log")"
    dask+=("$(jq '.[0]' "$work/dask.json")")
  fi
  if [[ -n $PARALLEL ]]; then
    began=$EPOCHREALTIME
    run_parallel
    shell+=("$(calc "$FEWER / ($EPOCHREALTIME - $began)")")
  fi
done
rm -rf "$work/tasks"
ours=$(median "${ours[@]}")
if ((${#dask[@]})); then
  figure tasks_signed "$ours" tasks/s dask.distributed "$(median "${dask[@]}")" 'ratio >= 5'
else
  alone tasks_signed "$ours" tasks/s "$PEERS_MISSING" 'ratio >= 5'
fi
if ((${#shell[@]})); then
  figure tasks_beside_parallel "$ours" tasks/s 'GNU parallel' "$(median "${shell[@]}")" 'ratio >= 20'
else
  alone tasks_beside_parallel "$ours" tasks/s 'GNU parallel is not here: apt-get install parallel' 'ratio >= 20'
fi
figure signatures_alone "$signing" 1/s '' '' ''
