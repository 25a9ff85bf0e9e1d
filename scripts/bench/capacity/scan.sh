# Scanning a PoC2 plot in memory on one core, reading included, and how it compares with scavenger, which must find the same
# nonce. A round reads one scoop of each nonce, so a file with this scoop and holes for the others is as good as a plot of
# terabytes.
# shellcheck shell=bash

ACCOUNT=4297397359864028267
CHALLENGE=6ec823b5fd86c4aee9f7c3453cacaf4a43296f48ede77e70060ca8225c2855d0
build "scanner" --example scan_bench
# shellcheck source=peers/install.sh
source "$parts/capacity/peers/install.sh"
command -v python3 >/dev/null || die "scavenger wants a server to ask: python3 is missing"

plots=$(mktemp -d /dev/shm/idlewild-bench.XXXXXX)
at_exit rm -rf "$plots"
free=$(df --output=avail -BM "$plots" | tail -n 1 | tr -dc 0-9)
((free > size)) || die "this needs $size MiB of /dev/shm, and $free are free: take a smaller --size"
nonces=$((size << 14)) row=$((size << 20))
plot=$plots/${ACCOUNT}_0_$nonces
truncate -s $((nonces * 4096 * 64)) "$plot"
core=$(awk '/^Cpus_allowed_list/ { n = split($2, cores, /[,-]/); print cores[n] }' /proc/self/status)

# What scavenger asks for: a file will do, at any port that is free. It takes no submissions; what was submitted is in the log.
mkdir "$work/server"
jq -n --arg challenge "$CHALLENGE" '{ generationSignature: $challenge, baseTarget: "1", height: "7" }' >"$work/server/burst"
background "$work/server.log" python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$work/server"
server_pid=$BACKGROUND_PID
wait_until 10 grep -q ' port ' "$work/server.log" || die "no server for scavenger: $(tail -n 1 "$work/server.log")"
port=$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$work/server.log" | head -n 1)
# It is at its fastest with buffers of a MiB.
cat >"$work/scavenger.yaml" <<END
account_id_to_secret_phrase: {}
plot_dirs: ['$plots']
url: 'http://127.0.0.1:$port'
hdd_reader_thread_count: 1
hdd_use_direct_io: false
hdd_wakeup_after: 0
cpu_threads: 1
cpu_worker_task_count: 4
cpu_nonces_per_cache: 16384
target_deadline: 18446744073709551615
show_progress: false
logfile_log_level: 'off'
console_log_pattern: '{m}{n}'
END

said() { sed -n "s/$1/\\1/p" "$work/scavenger.log"; }
# One round of it. Sets SPEED, in GB/s, by its own clock.
scan_theirs() {
  background "$work/scavenger.log" taskset -c "$core" "$SCAVENGER" --config "$work/scavenger.yaml"
  local pid=$BACKGROUND_PID
  wait_until 120 grep -q 'round finished' "$work/scavenger.log" ||
    die "scavenger finishes no round: $(tail -n 3 "$work/scavenger.log")"
  stop_process "$pid"
  SPEED=$(calc "$(said '.*speed=\([0-9.]*\)MiB.*') * 1.048576 / 1000")
}
# What it would have submitted last.
found_theirs() { said '.*submission not accepted:.* \(nonce=[0-9]*, deadline=[0-9]*\).*' | tail -n 1; }
scan_ours() {
  timed taskset -c "$core" "$BIN/examples/scan_bench" "$plot" "$CHALLENGE" "$scoop"
  SPEED=$(jq '.bytes / .seconds / 1e9' "$work/output")
}
found_ours() { jq -r '"nonce=\(.nonce), deadline=\(.quality)"' "$work/output"; }
read_row() { dd if="$plot" of=/dev/null bs=1M iflag=skip_bytes,count_bytes skip=$((scoop * row)) count="$row" status=none; }

# Which scoop it asks is seen in a round that is not counted.
scan_theirs
scoop=$(said '.*scoop=\([0-9]*\).*' | head -n 1)
[[ $scoop ]] || die "scavenger names no scoop: $(tail -n 3 "$work/scavenger.log")"
dd if=/dev/urandom of="$plot" bs=1M oflag=seek_bytes iflag=count_bytes seek=$((scoop * row)) count="$row" conv=notrunc status=none
note "core $core, a row of $size MiB, $runs runs ..."

ours=() theirs=() reads=() different=0
for ((run = 1; run <= runs; run++)); do
  scan_theirs
  theirs+=("$SPEED")
  scan_ours
  ours+=("$SPEED")
  if [[ $(found_ours) != "$(found_theirs)" ]]; then
    different=$((different + 1))
    warn "found $(found_ours), and scavenger $(found_theirs)"
  fi
  began=$EPOCHREALTIME
  taskset -c "$core" "$BASH" -c "$(declare -f read_row); plot='$plot' scoop=$scoop row=$row; read_row"
  reads+=("$(calc "$row / ($EPOCHREALTIME - $began) / 1e9")")
done
stop_process "$server_pid"
ours=$(median "${ours[@]}") theirs=$(median "${theirs[@]}") reads=$(median "${reads[@]}")

# No scan is faster than reading: where that is what holds it up, it is the measure.
if [[ $(calc "0.9 * $reads < 1.4 * $theirs") == 1 ]]; then
  figure scan "$ours" GB/s "reading it on the same core, which is less than scavenger would be beaten by" "$reads" 'ratio >= 0.9'
  figure scan_beside_scavenger "$ours" GB/s scavenger "$theirs" ''
else
  figure scan "$ours" GB/s scavenger "$theirs" 'ratio >= 1.4'
  figure scan_beside_reading "$ours" GB/s 'reading it on the same core' "$reads" ''
fi
figure scans_that_differ "$different" scans '' '' '<= 0'
rm -rf "$plots"
