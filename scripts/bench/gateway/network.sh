# A gateway whose objects are on 24 miners, 16+8, all on this machine: how fast objects of 10 MiB are there, and come back from there when
# they are no longer on the gateway's disk, beside how fast a gateway without a chain takes and gives them. Putting ends when the miners
# have all and the chain knows of it: `idlewild gateway flush`. What came back from miners is kept, and got once more.
#
# A node, 24 miners, the gateway and its client share the cores of this machine, and every byte is encrypted, coded and carried by them all:
# on machines of their own the miners' part of it costs the gateway nothing. So it is told how long each had a core for a MiB.
# shellcheck shell=bash

MINERS=24 OBJECT=10
build "node, worker and command line" --bins --example s3_load
# shellcheck source=peers/servers.sh
source "$parts/gateway/peers/servers.sh"
count=$(((size + OBJECT - 1) / OBJECT))
# What is put stays on miners; and as much again here until it is there, and as it came back.
need=$((2 * size * (2 * runs + 3) / 1024 + 2))
free=$(df --output=avail -BG "$work" | tail -n 1 | tr -dc 0-9)
((free > need)) || die "this needs $need GiB of disk in $work, and $free are free: take a smaller --size, or fewer --runs"

devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$work/net"; }
stop_network() {
  mkdir -p "$CARGO_TARGET_DIR/logs/bench"
  cp "$work"/net/*.log "$work"/gateway.log "$CARGO_TARGET_DIR/logs/bench/" 2>/dev/null
  devnet down >/dev/null 2>&1
}
at_exit stop_network
network=$(devnet up --miners "$MINERS" --price 1 --no-build)
eval "${network##*$'\n'}"

gateway() { "$BIN/idlewild" gateway --dir "$work/gateway" "$@"; }
PORT[gateway]=$(free_port)
gateway init --yes --allowance 1000000 --s3 "127.0.0.1:${PORT[gateway]}" --web "127.0.0.1:$(free_port)" >"$work/init.log" 2>&1 ||
  die "no gateway: $(tail -n 3 "$work/init.log")"
key=$(gateway --json key new)
KEY[gateway]=$(jq -r .access_key_id <<<"$key") SECRET[gateway]=$(jq -r .secret_access_key <<<"$key")
# Nothing stays here that miners have, and what came back does. Nothing goes to miners before it is asked for, or fills a segment.
sed -i -e 's/^term = .*/term = "2h"/' -e 's/^flush_seconds.*/flush_seconds = 3600/' -e 's/^keep_mib.*/keep_mib = 0/' \
  "$work/gateway/gateway.toml"
background "$work/gateway.log" "$BIN/idlewild" gateway --dir "$work/gateway" start
PID[gateway]=$BACKGROUND_PID
wait_until 60 gateway status >/dev/null 2>&1 || die "the gateway does not start: $(tail -n 3 "$work/gateway.log")"
load gateway make
serve_ours

note "$count objects of $OBJECT MiB, $runs runs ..."
objects=(--size $((OBJECT << 20)) --count "$count")
declare -A found=()
# Seconds of a core that processes have had until now: the gateway, the miners and the node.
spent() { # PID...
  local files=("${@/#//proc/}")
  cat "${files[@]/%//stat}" | sed 's/.*) //' | awk -v tick="$(getconf CLK_TCK)" '{ sum += $12 + $13 } END { printf "%.2f ", sum / tick }'
}
all_spent() { spent "${PID[gateway]}"; mapfile -t miners < <(cat "$work"/net/miner-*.pid); spent "${miners[@]}"; spent "$(<"$work/net/node.pid")"; }
# What each of them needed for a MiB since `before`, in milliseconds of a core.
needed() { # NAME MIB
  local at=0 who
  for who in gateway miners node; do
    at=$((at + 1))
    found[$1_$who]+=" $(calc "($(cut -d ' ' -f $at <<<"$after") - $(cut -d ' ' -f $at <<<"$before")) * 1000 / $2")"
  done
}
measure() { # NAME SERVER ARGUMENT...
  local name=$1
  shift
  load "$@"
  found[$name]+=" $(loaded mib_per_second)"
}
for ((run = 1; run <= runs; run++)); do
  measure put_local ours --prefix "$run/" put "${objects[@]}" --connections 4
  measure get_local ours --prefix "$run/" get "${objects[@]}" --connections 4
  before=$(all_spent) begun=$EPOCHREALTIME
  load gateway --prefix "$run/" put "${objects[@]}" --connections 4
  gateway flush --wait 900 >"$work/flush.log" 2>&1 || die "not all is on miners: $(tail -n 3 "$work/flush.log")"
  found[put_network]+=" $(calc "$count * $OBJECT / ($EPOCHREALTIME - $begun)")"
  after=$(all_spent)
  needed put $((count * OBJECT))
  [[ -z $(find "$work/gateway/store/segments" -type f -size +1M) ]] || die 'what miners have is still on this disk'
  before=$(all_spent)
  measure get_network gateway --prefix "$run/" get "${objects[@]}" --connections 4
  after=$(all_spent)
  needed get $((count * OBJECT))
  measure get_cached gateway --prefix "$run/" get "${objects[@]}" --connections 4
  note "run $run of $runs: $(for name in "${!found[@]}"; do echo -n "$name ${found[$name]##* } "; done)"
done
stop_servers
stop_network

# shellcheck disable=SC2086
of() { median ${found[$1]}; } # NAME
figure put_network "$(of put_network)" MiB/s 'on this disk alone' "$(of put_local)" 'ratio >= 0.3'
figure get_network "$(of get_network)" MiB/s 'from this disk' "$(of get_local)" 'ratio >= 0.3'
# What bounds both: these milliseconds come from the cores of one machine, and its client's beside them.
for name in put get; do
  for who in gateway miners node; do figure "${name}_network_$who" "$(of "${name}_$who")" ms/MiB '' '' ''; done
done
figure get_cached "$(of get_cached)" MiB/s 'from this disk' "$(of get_local)" 'ratio >= 0.9'
