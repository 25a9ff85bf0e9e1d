# A worker with the compute role that has nothing to do: its memory, and what it takes of a core, on a chain with a block every six
# seconds, as a live one has.
# shellcheck shell=bash

# Seconds that are looked at, once it has settled down.
SETTLE=30 WATCH=60
build "node, worker and command line" --bins
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$work/net"; }
stop_network() {
  mkdir -p "$CARGO_TARGET_DIR/logs/bench"
  cp "$work"/net/*.log "$CARGO_TARGET_DIR/logs/bench/" 2>/dev/null
  devnet down >/dev/null 2>&1
}
at_exit stop_network
devnet up --miners 1 --providers 1 --block-time 6000 --no-build >/dev/null

worker=$(<"$work/net/miner-0.pid")
config=$work/net/miner-0/idlewild-worker.toml
# Registered, and its machine measured: that is done in a process of its own, which is gone then.
has_settled() {
  [[ -s $work/net/miner-0/compute/machine.json ]] &&
    "$BIN/idlewild-worker" status --json --config "$config" 2>/dev/null | jq -e '.compute.provider != null' >/dev/null
}
wait_until 180 has_settled || die "the provider is not registered, or its machine not measured: see $CARGO_TARGET_DIR/logs/bench"
note "watching it for $WATCH s ..."
# Ticks of its threads, in user and in system mode.
ticks() { sed 's/.*) //' "/proc/$worker/stat" | awk '{ print $12 + $13 }'; }
sleep "$SETTLE"
before=$(ticks) began=$EPOCHREALTIME
sleep "$WATCH"
busy=$(calc "($(ticks) - $before) / $(getconf CLK_TCK) / ($EPOCHREALTIME - $began) * 100")
figure idle_processor "$busy" '% core' '' '' '<= 0.5'
# The kernel counts in KiB.
memory() { awk -v what="$1:" '$1 == what { print $2 * 1024 / 1e6 }' "/proc/$worker/status"; }
figure idle_memory "$(memory VmRSS)" MB '' '' '<= 60'
# Of that, what is its own and no other process can have a share in; and the most that it had since it started.
figure idle_memory_own "$(memory RssAnon)" MB '' '' ''
figure idle_memory_most "$(memory VmHWM)" MB '' '' ''
stop_network
