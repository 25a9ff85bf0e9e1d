#!/usr/bin/env bash
# A network of your own on this machine: one node and N miners of shards or plots, each a process with its own keys, ports and data
# folder. With jobs come providers, trackers that judge them, and liars to be judged.
#
# usage: scripts/devnet.sh up --miners N [--block-time MS] [--dir DIR]   build what is missing and start
#        scripts/devnet.sh status [--json] [--dir DIR]                   how each process is
#        scripts/devnet.sh kill MINER [--wipe] [--dir DIR]               SIGKILL a miner; --wipe also deletes its disk
#        scripts/devnet.sh start MINER [--dir DIR]                       start a miner again, on an empty disk if that was deleted
#        scripts/devnet.sh kill node | start node [--dir DIR]            the same for the node
#        scripts/devnet.sh down [--dir DIR]                              stop everything and delete the folder
#
# options:
#   --miners N       miners to start, numbered from 0 (default 8)
#   --block-time MS  milliseconds between blocks (default 1000)
#   --dir DIR        where keys, data and logs are (default ~/.cache/idlewild/devnet)
#   --price COINS    what a GiB costs per proving period (default 100; 1 where jobs are run, whose outputs are stored)
#   --plots SIZES    miners that keep plots in place of shards, by the GiB of each: 1,2,3 starts three, numbered after the others
#   --providers N    miners of shards that run jobs as well: the first N (default 0)
#   --liars N        more miners of shards that run jobs, and lie about what comes of them: all alike (default 0)
#   --trackers N     workers that judge: miners of shards that run no jobs, the last ones first, and where these are too few,
#                    workers that do nothing else (default 0)
#   --no-build       use the programs that are there
#
# Everything listens on 127.0.0.1. Put the printed line into your shell to use `idlewild` with this network; its account
# `user` has the coins of //Alice, password `dev`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BIN=${IDLEWILD_BIN:-$CARGO_TARGET_DIR/release}
dir=$HOME/.cache/idlewild/devnet
# Tells a folder of ours from any other.
MARK=idlewild-devnet
miners=8 providers=0 liars=0 trackers=0 plots='' block_time=1000 price='' build=1 json='' wipe='' command='' target=''

while (($#)); do
  case $1 in
    -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
    --miners) miners=${2:?--miners needs a number}; shift ;;
    --block-time) block_time=${2:?--block-time needs a number}; shift ;;
    --dir) dir=${2:?--dir needs a folder}; shift ;;
    --providers) providers=${2:?--providers needs a number}; shift ;;
    --liars) liars=${2:?--liars needs a number}; shift ;;
    --trackers) trackers=${2:?--trackers needs a number}; shift ;;
    --plots) plots=${2:?--plots needs sizes}; shift ;;
    --price) price=${2:?--price needs an amount}; shift ;;
    --no-build) build='' ;;
    --json) json=1 ;;
    --wipe) wipe=1 ;;
    up | status | down | kill | start)
      [[ -z $command ]] || die "one command at a time (see --help)"
      command=$1 ;;
    node | [0-9]*)
      [[ $command == kill || $command == start ]] || die "'$1' goes with kill or start alone (see --help)"
      [[ -z $target ]] || die "one at a time (see --help)"
      target=$1 ;;
    *) die "unknown argument: $1 (see --help)" ;;
  esac
  shift
done
[[ $miners =~ ^[0-9]+$ && $block_time =~ ^[0-9]+$ ]] || die "--miners and --block-time take whole numbers"
[[ $providers =~ ^[0-9]+$ && $liars =~ ^[0-9]+$ && $trackers =~ ^[0-9]+$ ]] ||
  die "--providers, --liars and --trackers take whole numbers"
((providers <= miners)) || die "there can be no more providers than miners"
[[ $plots =~ ^([1-9][0-9]*(,[1-9][0-9]*)*)?$ ]] || die "--plots takes whole numbers of GiB with commas between, and is '$plots'"
if [[ -z $price ]]; then if ((providers + liars)); then price=1; else price=100; fi; fi
mkdir -p "$(dirname "$dir")"
dir=$(realpath -m "$dir")

rpc_port() { cat "$dir/rpc-port"; }
node_url() { echo "ws://127.0.0.1:$(rpc_port)"; }
running() { [[ -f $dir/$1.pid ]] && runs "$(<"$dir/$1.pid")"; } # NAME

# A port that nobody uses now.
free_port_from() { # FROM
  local port=$1
  while ss -Htuln "sport = :$port" 2>/dev/null | grep -q .; do port=$((port + 1)); done
  echo "$port"
}

# Starts a process that outlives this script.
launch() { # NAME COMMAND...
  local name=$1
  shift
  # Without the lock of `up`, which would be held for as long as the process lives.
  setsid nohup "$@" </dev/null >>"$dir/$name.log" 2>&1 9>&- &
  echo $! >"$dir/$name.pid"
  disown
}

start_node() {
  launch node "$BIN/idlewild-node" --dev --dev-block-time "$(<"$dir/block-time")" --base-path "$dir/node" \
    --rpc-port "$(rpc_port)" --listen-addr /ip4/127.0.0.1/tcp/0 --no-prometheus --no-telemetry --no-mdns \
    --state-pruning archive --blocks-pruning archive --rpc-max-connections 1000
  wait_until 60 node_answers || fail "the node does not answer" node
}

# Says what is wrong with the last words of the one that it is about; what was started is stopped.
fail() { # WORDS NAME
  tail -n 20 "$dir/$2.log" >&2 || true
  die "$1"
}

# A network that came up half, or was interrupted, is taken down again.
up_is_done=''
give_up() { [[ -n $up_is_done ]] || down; }

first_missing() {
  local number
  for number in $(miner_numbers); do mining "$number" || { echo "miner-$number"; return; }; done
}

node_answers() {
  curl -sf -m 2 -H 'content-type: application/json' -d '{"id":1,"jsonrpc":"2.0","method":"chain_getHeader"}' \
    "http://127.0.0.1:$(rpc_port)" | jq -e '.result.number != "0x0"' >/dev/null 2>&1
}

cli() { IDLEWILD_HOME=$dir/user IDLEWILD_NODE=$(node_url) IDLEWILD_PASSWORD=dev IDLEWILD_ACCOUNT=user "$BIN/idlewild" "$@"; }

start_miner() { # NUMBER [OPTION]
  local program=("$BIN/idlewild-worker" run)
  if [[ -e $dir/miner-$1/lies ]]; then program=("$BIN/examples/liar" --clique devnet); fi
  launch "miner-$1" "${program[@]}" --config "$dir/miner-$1/idlewild-worker.toml" "${@:2}"
}

# Starts a miner that ran before. One whose disk was deleted would else refuse an empty one.
restart_miner() { # NUMBER
  local option=()
  [[ -e $dir/miner-$1/storage || -e $dir/miner-$1/plots ]] || option=(--accept-empty-disk)
  start_miner "$1" "${option[@]}"
  wait_until 60 mining "$1" || fail "miner-$1 does not mine" "miner-$1"
}

mining() { # NUMBER
  "$BIN/idlewild-worker" status --json --config "$dir/miner-$1/idlewild-worker.toml" >/dev/null 2>&1
}

all_mining() {
  local number
  for number in $(miner_numbers); do mining "$number" || return 1; done
}

miner_numbers() { find "$dir" -maxdepth 1 -type d -name 'miner-*' -printf '%f\n' 2>/dev/null | sed 's/miner-//' | sort -n; }

up() {
  [[ -e $dir/$MARK ]] && die "there is a network in $dir already: scripts/devnet.sh down --dir $dir"
  # `down` deletes the folder: it must be ours alone.
  [[ -z $(ls -A "$dir" 2>/dev/null) ]] || die "$dir is not empty: name a new folder with --dir"
  if [[ -n $build ]]; then
    "$IDLEWILD_ROOT/scripts/setup.sh"
    use_wasm_toolchain || die "the wasm target is missing: run scripts/setup.sh"
    progress "build" "$CARGO_TARGET_DIR/logs/devnet-build.log" \
      cargo build --release --manifest-path "$IDLEWILD_ROOT/Cargo.toml" --workspace --bins --locked
    if ((liars)); then
      progress "build of liars" "$CARGO_TARGET_DIR/logs/devnet-build-liars.log" \
        cargo build --release --manifest-path "$IDLEWILD_ROOT/Cargo.toml" --workspace --example liar --locked
    fi
  fi
  mkdir -p "$dir"
  touch "$dir/$MARK"
  at_exit give_up
  # Networks come up one at a time: until all listen, another would take the same ports for free.
  mkdir -p "$HOME/.cache/idlewild"
  exec 9>"$HOME/.cache/idlewild/devnet.lock"
  flock -w 300 9 || die "another network has been coming up for five minutes; look for another scripts/devnet.sh up"
  local number port status_port size sizes kind bond accounts=() begun=$SECONDS
  IFS=, read -ra sizes <<<"$plots"
  # Miners of shards, of plots, liars, and trackers that do nothing else, in this order.
  local liars_from=$((miners + ${#sizes[@]})) here=$((trackers < miners - providers ? trackers : miners - providers))
  local judges_from=$((liars_from + liars)) all=$((liars_from + liars + trackers - here))
  free_port_from 19944 >"$dir/rpc-port"
  echo "$block_time" >"$dir/block-time"
  step "node"
  start_node
  note "$(node_url), a block every $block_time ms"
  cli account import user --suri //Alice >/dev/null
  step "$liars_from miners$( ((all > liars_from)) && echo ", and $((all - liars_from)) others")"
  port=24000 status_port=25000
  for ((number = 0; number < all; number++)); do
    port=$(free_port_from $((port + 1))) status_port=$(free_port_from $((status_port + 1)))
    if ((number < miners || number >= liars_from)); then
      kind=(--port "$port" --capacity '20 GiB' --price "$price" --bond 1000 --settle-every 1)
    else
      size=${sizes[number - miners]}
      kind=(--no-storage --plots plots --plot-space "$size GiB" --plot-leave '1 GiB' --claim-bond 20)
    fi
    accounts+=("$("$BIN/idlewild-worker" init --dir "$dir/miner-$number" --node "$(node_url)" --rpc "127.0.0.1:$status_port" \
      "${kind[@]}" | awk '$1 == "operator" { print $2 }')")
  done
  for ((number = 0; number < all; number++)); do
    local config=$dir/miner-$number/idlewild-worker.toml
    if ((number >= liars_from && number < judges_from)); then touch "$dir/miner-$number/lies"; fi
    if ((number < providers)) || [[ -e $dir/miner-$number/lies ]]; then
      # A liar has little to lose, so that it is soon seen how it fares.
      # Who is trusted puts up many times the pay of a chunk.
      bond=2000
      if [[ -e $dir/miner-$number/lies ]]; then bond=30; fi
      # Whoever works on this machine has started all of this, and wants it to go on.
      printf '\n[compute]\nfolder = "compute"\nbond = "%d"\n\n[compute.limits.load]\npause_above = 100\n\n[compute.outputs]\nterm = 1200\nmost = "100"\n' "$bond" >>"$config"
      printf '\n[compute.services]\naddress = "127.0.0.1"\nlisten = "127.0.0.1"\nports = [%d, %d]\n' \
        $((30000 + 20 * number)) $((30019 + 20 * number)) >>"$config"
    fi
    if ((number >= judges_from)); then
      # What only judges keeps no shards, and nobody has to reach it.
      sed -i '/^\[network\]/,/^settle_every/d; /^peer = /d' "$config"
    fi
    if ((number >= miners - here && number < miners || number >= judges_from)); then printf '\n[tracker]\nfolder = "tracker"\n' >>"$config"; fi
  done
  if ((${#accounts[@]})); then cli transfer "$((providers + liars ? 5000 : 2000))" "${accounts[@]}" >/dev/null; fi
  for ((number = 0; number < ${#accounts[@]}; number++)); do start_miner "$number"; done
  wait_until 120 all_mining || fail "not all miners came up" "$(first_missing)"
  note "all registered and mining after $(duration $((SECONDS - begun)))"
  up_is_done=1
  printf 'export IDLEWILD_HOME=%q IDLEWILD_NODE=%q IDLEWILD_PASSWORD=dev IDLEWILD_ACCOUNT=user PATH=%q:$PATH\n' \
    "$dir/user" "$(node_url)" "$BIN"
}

exists() { [[ -e $dir/$MARK ]] || die "there is no network in $dir: scripts/devnet.sh up --dir $dir"; }

status() {
  exists
  local number rows='[]' row
  row=$(jq -n --arg url "$(node_url)" --argjson up "$(running node && echo true || echo false)" '{name: "node", running: $up, url: $url}')
  rows=$(jq -c --argjson row "$row" '. + [$row]' <<<"$rows")
  for number in $(miner_numbers); do
    row=$("$BIN/idlewild-worker" status --json --config "$dir/miner-$number/idlewild-worker.toml" 2>/dev/null || echo null)
    rows=$(jq -c --argjson report "$row" --arg name "miner-$number" \
      --argjson up "$(running "miner-$number" && echo true || echo false)" \
      '. + [{name: $name, running: $up, report: $report}]' <<<"$rows")
  done
  if [[ -n $json ]]; then
    echo "$rows"
  else
    jq -r '.[] | [.name, (if .running then "running" else "stopped" end), (if .url then .url elif .report.storage then
      .report.storage.miner | "miner \(.id), \(.slots) slots, \(.proven) periods proven, score \(.score / 100)" elif .report.capacity then
      .report.capacity | "\(.plotted / 1073741824 | floor) of \(.space / 1073741824 | floor) GiB plotted, \(.won) rounds won" else "" end)]
      | @tsv' <<<"$rows" | column -t -s $'\t'
  fi
}

# Sends processes a signal, and ends by force what has not ended by itself within the time for all of them.
stop_now() { # SIGNAL NAME...
  local signal=$1 name
  shift
  local pids=()
  for name in "$@"; do
    if running "$name"; then pids+=("$(<"$dir/$name.pid")"); fi
    rm -f "$dir/$name.pid"
  done
  ((${#pids[@]})) || return 0
  kill "-$signal" "${pids[@]}" 2>/dev/null || true
  if ! wait_until 15 are_gone "${pids[@]}"; then kill -KILL "${pids[@]}" 2>/dev/null || true; fi
}

down() {
  [[ -e $dir/$MARK ]] || return 0
  local names
  mapfile -t names < <(miner_numbers | sed 's/^/miner-/')
  # The chain last: a miner that is stopped tells it nothing more, but should not see it gone.
  stop_now TERM "${names[@]}"
  stop_now TERM node
  rm -rf "$dir"
}

are_gone() { # PID...
  local pid
  for pid in "$@"; do ! runs "$pid" || return 1; done
}

named() {
  exists
  case $target in
    node) name=node ;;
    '') die "which one? (see --help)" ;;
    *) name=miner-$target
       [[ -d $dir/$name ]] || die "there is no $name in $dir" ;;
  esac
}

case $command in
  up) up ;;
  status) status ;;
  kill)
    named
    stop_now KILL "$name"
    if [[ -n $wipe && $name != node ]]; then rm -rf "${dir:?}/$name"/{storage,plots,plot-marks.toml}; fi
    ;;
  start)
    named
    running "$name" && die "$name runs already"
    if [[ $name == node ]]; then start_node; else restart_miner "$target"; fi
    ;;
  down) down ;;
  *) die "nothing to do (see --help)" ;;
esac
