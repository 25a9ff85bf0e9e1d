# Plotting to the disk of the working folder and scanning on it, with all threads, as a worker does. A plotter can be no faster
# than it hashes or than the disk writes, and a scanner no faster than the disk reads. What the system keeps in memory plays no
# part: it is written out before the clock stops, and read past.
# shellcheck shell=bash

WARPS=2
PLOT=$(printf 'A5%.0s' {1..20})_$(printf '5A%.0s' {1..32})_${WARPS}_X1.pocx
build "plotter and scanner" --example plot_bench --example scan_bench

memory=$(mktemp -d /dev/shm/idlewild-bench.XXXXXX)
at_exit rm -rf "$memory"
room() { df --output=avail -BM "$1" | tail -n 1 | tr -dc 0-9; }
(($(room "$memory") > WARPS * 1024 + 64)) || die "this needs $((WARPS + 1)) GiB of /dev/shm, and $(room "$memory") MiB are free"
need=$((WARPS * 1024 + size + 256))
(($(room "$work") > need)) || die "this needs $need MiB of disk in $work, and $(room "$work") are free: take a smaller --size"

plot_into() { # FOLDER
  rm -f "$1"/*.pocx*
  timed "$BIN/examples/plot_bench" "$1" "$PLOT"
  SPEED=$(jq '.bytes / .seconds / 1e9' "$work/output")
}
# Bytes by a clock, in GB/s.
clock() { # BYTES COMMAND...
  local began=$EPOCHREALTIME
  "${@:2}"
  SPEED=$(calc "$1 / ($EPOCHREALTIME - $began) / 1e9")
}
copy() { dd "$@" status=none; }

note "$WARPS warps, $runs runs ..."
mkdir "$work/plot"
plots=() hashes=() writes=()
for ((run = 1; run <= runs; run++)); do
  plot_into "$memory"
  hashes+=("$SPEED")
  # The same bytes in the order of the file.
  rm -f "$work"/plot/*
  clock $((WARPS << 30)) copy if="$memory/$PLOT" of="$work/plot/copy" bs=1M oflag=direct conv=fdatasync
  writes+=("$SPEED")
  plot_into "$work/plot"
  plots+=("$SPEED")
  cmp "$memory/$PLOT" "$work/plot/$PLOT" || die "the plots differ"
done
rm -rf "$memory" "$work/plot"
hash=$(median "${hashes[@]}") write=$(median "${writes[@]}")
if [[ $(calc "$hash < $write") == 1 ]]; then
  figure plot_to_disk "$(median "${plots[@]}")" GB/s "the same to memory; the disk writes $write" "$hash" 'ratio >= 0.9'
else
  figure plot_to_disk "$(median "${plots[@]}")" GB/s "the disk's writing; to memory it is $hash" "$write" 'ratio >= 0.9'
fi

# A row of a plot that is holes otherwise: of four warps it has one MiB.
scoop=77
plot=$work/${PLOT%_*_X1.pocx}_$((size * 4))_X1.pocx
row=$((size << 20))
truncate -s $((row * 4096)) "$plot" || die "no file can be as long as a plot with a row of $size MiB here: take a smaller --size"
copy if=/dev/urandom of="$plot" bs=1M seek=$((scoop * row)) count="$row" oflag=seek_bytes iflag=count_bytes conv=notrunc,fdatasync
read_row() { copy if="$plot" of=/dev/null bs=1M skip=$((scoop * row)) count="$row" iflag=direct,skip_bytes,count_bytes; }
scan_row() {
  timed "$BIN/examples/scan_bench" "$plot" "$(printf '3C%.0s' {1..32})" "$scoop"
  SPEED=$(jq '.bytes / .seconds / 1e9' "$work/output")
}
note "a row of $size MiB, $runs runs ..."
# The machine that lends the disk may keep what was read of it: all is read once before.
read_row || die "the disk cannot be read past the system's cache"
scans=() reads=()
for ((run = 1; run <= runs; run++)); do
  clock "$row" read_row
  reads+=("$SPEED")
  scan_row
  scans+=("$SPEED")
done
rm -f "$plot"
read=$(median "${reads[@]}")
# A faster disk than this is more than one thread can judge.
if [[ $(calc "$read < 2") == 1 ]]; then target='ratio >= 0.95'; else target=''; fi
figure scan_on_disk "$(median "${scans[@]}")" GB/s 'dd of the same, a MiB at a time' "$read" "$target"
