# Resolving a name, on a chain on this machine: from a gateway's cache, and without it, which is one call of the runtime each time.
# shellcheck shell=bash

build "node, worker and command line" --bins --example resolve_bench

names_devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$work/names"; }
stop_names() { names_devnet down >/dev/null 2>&1; }
at_exit stop_names
network=$(names_devnet up --miners 0 --no-build)
eval "${network##*$'\n'}"
"$BIN/idlewild" name register garden --yes >"$work/name.log" 2>&1 || die "no name: $(tail -n 3 "$work/name.log")"

cached=() slow=() chain=() asked=()
for ((run = 1; run <= runs; run++)); do
  timed "$BIN/examples/resolve_bench" --node "$IDLEWILD_NODE" --name garden
  cached+=("$(jq .cached_ms "$work/output")") slow+=("$(jq .cached_slow_ms "$work/output")")
  chain+=("$(jq .chain_ms "$work/output")") asked+=("$(jq .asked "$work/output")")
done
stop_names

figure name_cached "$(median "${cached[@]}")" ms 'a call of the runtime' "$(median "${chain[@]}")" '<= 1'
figure name_cached_slowest "$(median "${slow[@]}")" ms '' '' '<= 1'
# How often the chain was asked for 501 look-ups through the cache.
figure name_calls "$(median "${asked[@]}")" calls '' '' '<= 1'
