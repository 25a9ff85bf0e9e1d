# Putting a file to 24 miners and getting it back, all on this machine, by the whole command: unlocking, asking the chain, waiting for
# the blocks of the deals. Every run has an account of its own, so that none has more to list than the others.
#
# What is stored is compared with cp and sha256sum of the same shards. What is read comes from disk on both sides: what the machine
# keeps of the shards in memory is dropped before each get and before each read. A disk, or the machine that lends it, may keep what
# was read of it, out of our reach: all is read once before, so that neither side is the one that warms it for the other.
# shellcheck shell=bash

MINERS=24 DATA=16 PARITY=8
SEGMENT=$((64 << 20))
build "node, worker and command line" --bins
# Shards of every run, and the file, a quarter of it, and a copy of a run's shards.
need=$((size * (runs * 3 + 6) / 2048 + 1))
free=$(df --output=avail -BG "$work" | tail -n 1 | tr -dc 0-9)
((free > need)) || die "this needs $need GiB of disk in $work, and $free are free: take a smaller --size, or fewer --runs"

devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$work/net"; }
stop_network() {
  mkdir -p "$CARGO_TARGET_DIR/logs/bench"
  cp "$work"/net/*.log "$CARGO_TARGET_DIR/logs/bench/" 2>/dev/null
  devnet down >/dev/null 2>&1
}

# Writes down the highest memory of a process until it ends. Sleeps without starting a program each time.
watch_memory() { # PID FILE
  local key value rest never
  exec {never}<> <(:)
  while [[ -r /proc/$1/status ]]; do
    while read -r key value rest; do
      if [[ $key == VmHWM: ]]; then echo "$value" >"$2"; break; fi
    done 2>/dev/null <"/proc/$1/status" || break
    read -rt 0.1 -u "$never" || true
  done
}

# Runs a program. Sets TOOK (seconds) and MEMORY (its highest, in segments).
measure() { # PROGRAM ARGUMENT...
  local status=0 pid watcher begun ended
  sync
  begun=$EPOCHREALTIME
  background "$work/output" "$@"
  pid=$BACKGROUND_PID
  background /dev/null watch_memory "$pid" "$work/memory"
  watcher=$BACKGROUND_PID
  wait "$pid" || status=$?
  ended=$EPOCHREALTIME
  forget_process "$pid"
  wait "$watcher" || true
  forget_process "$watcher"
  ((status == 0)) || die "$* failed: $(tail -n 5 "$work/output")"
  TOOK=$(calc "$ended - $begun")
  MEMORY=$(calc "$(<"$work/memory") * 1024 / $SEGMENT")
}

# Shards written after a file was, of slots below LIMIT; a name ends in its slot, in two digits. Each name ends with a zero byte.
shards_since() { # FILE LIMIT
  find "$work"/net/miner-*/storage/shards -type f -newer "$1" -printf '%p\n' |
    awk -v ORS='\0' -v limit="$2" '
      { digits = "0123456789abcdef"; end = length($0) }
      (index(digits, substr($0, end - 1, 1)) - 1) * 16 + index(digits, substr($0, end, 1)) - 1 < limit'
}
bytes_of() { xargs -0 stat -c %s <"$1" | awk '{ sum += $1 } END { print sum + 0 }'; }
drop() { xargs -0 -I{} dd if={} iflag=nocache count=0 status=none <"$1"; }
rate() { calc "$1 / $2 / 1e9"; } # BYTES SECONDS

copy_files() { xargs -0 cp -t "$work/copy" <"$1"; }
hash_files() { find "$work/copy" -type f -exec sha256sum {} +; }
read_files() { xargs -0 cat <"$1" >/dev/null; }
# In place of the shell that runs it, so that its memory is what is watched.
get_file() { exec "$BIN/idlewild" get file --output - >/dev/null; }
put_file() { measure "$BIN/idlewild" put --yes --json --class "$DATA+$PARITY" --term 4000 "$1"; }
check_file() { idlewild get file --output - | cmp - "$1" || die "the file came back changed"; }
healthy() { idlewild stat --json file | jq -e --argjson all "$MINERS" 'all(.deals[]; .healthy == $all)' >/dev/null; }
settle_down() { wait_until 120 healthy || die "not all slots were appended in time: see $CARGO_TARGET_DIR/logs/bench"; }

# Goes on as another account, which has coins and nothing else.
as_new_account() { # NAME
  idlewild account new "$1" >/dev/null
  IDLEWILD_ACCOUNT=user idlewild transfer $((1000 + size)) "$1" >/dev/null
  export IDLEWILD_ACCOUNT=$1
}

note "a file of $size MiB"
quarter=$(((size + 3) / 4))
mkdir "$work/whole" "$work/quarter" "$work/copy"
head -c "${size}M" /dev/urandom >"$work/whole/file"
head -c "${quarter}M" "$work/whole/file" >"$work/quarter/file"
length=$((size << 20))
at_exit stop_network
network=$(devnet up --miners "$MINERS" --price 1 --no-build)
eval "${network##*$'\n'}"

# What any command takes that unlocks an account and asks the chain.
measure "$BIN/idlewild" ls
idle_memory=$MEMORY
as_new_account quarter
put_file "$work/quarter/file"
quarter_memory=$MEMORY
settle_down

put_rates=() store_rates=() get_rates=() read_rates=() lost_rates=() memories=()
for ((run = 1; run <= runs; run++)); do
  as_new_account "run-$run"
  touch "$work/mark"
  put_file "$work/whole/file"
  put_took=$TOOK
  memories+=("$MEMORY")
  shards_since "$work/mark" "$MINERS" >"$work/stored-$run"
  shards_since "$work/mark" "$DATA" >"$work/data"
  stored=$(bytes_of "$work/stored-$run")
  put_rates+=("$(rate "$stored" "$put_took")")
  settle_down

  measure copy_files "$work/stored-$run"
  copy_took=$TOOK
  measure hash_files
  hash_took=$TOOK
  store_rates+=("$(rate "$stored" "($copy_took + $hash_took)")")
  rm -rf "$work/copy"
  mkdir "$work/copy"

  drop "$work/stored-$run"
  read_files "$work/stored-$run"
  drop "$work/stored-$run"
  measure get_file
  get_took=$TOOK
  get_rates+=("$(rate "$length" "$get_took")")
  drop "$work/stored-$run"
  measure read_files "$work/data"
  read_rates+=("$(rate "$(bytes_of "$work/data")" "$TOOK")")
  note "run $run of $runs: put $put_took s (cp $copy_took, sha256sum $hash_took), get $get_took s (cat $TOOK)"
done
check_file "$work/whole/file"

# The chain still counts on them when the gets begin: each finds out for itself that they are gone.
note "killing $PARITY miners"
for ((miner = 0; miner < PARITY; miner++)); do devnet kill "$miner"; done
for ((run = 1; run <= runs; run++)); do
  export IDLEWILD_ACCOUNT=run-$run
  drop "$work/stored-$run"
  measure get_file
  lost_rates+=("$(rate "$length" "$TOOK")")
  note "run $run of $runs: get $TOOK s"
done
check_file "$work/whole/file"

figure put "$(median "${put_rates[@]}")" GB/s 'cp and sha256sum of what was stored' "$(median "${store_rates[@]}")" 'ratio >= 0.4'
figure get "$(median "${get_rates[@]}")" GB/s 'cat of the data shards' "$(median "${read_rates[@]}")" 'ratio >= 0.6'
figure "get_${PARITY}_gone" "$(median "${lost_rates[@]}")" GB/s 'with all miners' "$(median "${get_rates[@]}")" 'ratio >= 0.6'
figure "put_memory_${quarter}_MiB" "$quarter_memory" segments 'idlewild ls' "$idle_memory" '<= 6'
figure "put_memory_${size}_MiB" "$(printf '%s\n' "${memories[@]}" | sort -g | tail -n 1)" segments 'idlewild ls' "$idle_memory" '<= 6'
stop_network
