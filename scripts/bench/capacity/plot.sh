# Plotting PoC2 nonces into memory with one thread, and how it compares with engraver, whose plots must be the same to the byte.
# What counts is what the core worked for it, writing included.
# shellcheck shell=bash

ACCOUNT=4297397359864028267
build "plotter" --example plot_bench
# shellcheck source=peers/install.sh
source "$parts/capacity/peers/install.sh"

plots=$(mktemp -d /dev/shm/idlewild-bench.XXXXXX)
at_exit rm -rf "$plots"
mkdir "$plots/ours" "$plots/theirs"
free=$(df --output=avail -BM "$plots" | tail -n 1 | tr -dc 0-9)
((free > 2048)) || die "this needs 2 GiB of /dev/shm, and $free MiB are free"

# The last core that this process may use.
core=$(awk '/^Cpus_allowed_list/ { n = split($2, cores, /[,-]/); print cores[n] }' /proc/self/status)

plot_theirs() { # START NONCES; its instructions are in ENGRAVER_SIMD
  rm -f "$plots"/theirs/*
  timed taskset -c "$core" "$ENGRAVER" -q -d -c 1 -i "$ACCOUNT" -s "$1" -n "$2" -p "$plots/theirs"
}
plot_ours() { # START NONCES KERNEL
  rm -f "$plots"/ours/*
  timed taskset -c "$core" "$BIN/examples/plot_bench" "$plots/ours" "${ACCOUNT}_$1_$2" "$3" 1
}
different=0 compared=0
compare() { # START NONCES
  compared=$((compared + 1))
  cmp "$plots/ours/${ACCOUNT}_$1_$2" "$plots/theirs/${ACCOUNT}_$1_$2" >&2 || different=$((different + 1))
}

# Ours, what engraver calls the same, how many nonces take some seconds.
sets=()
if grep -qw avx512f /proc/cpuinfo; then sets+=("avx512 AVX512F 1024"); fi
if grep -qw avx2 /proc/cpuinfo; then sets+=("avx2 AVX2 512"); fi
sets+=("sse2 SSE2 256" "scalar '' 64")
note "core $core, $runs runs of each of ${#sets[@]} sets of instructions ..."

target='ratio >= 1.6'
for set in "${sets[@]}"; do
  read -r kernel ENGRAVER_SIMD nonces <<<"$set"
  export ENGRAVER_SIMD=${ENGRAVER_SIMD//\'/}
  ours=() theirs=()
  for ((run = 1; run <= runs; run++)); do
    # Other nonces each time.
    start=$((run * 1000000))
    plot_theirs "$start" "$nonces"
    theirs+=("$(calc "$nonces * 60 / $BUSY")")
    plot_ours "$start" "$nonces" "$kernel"
    ours+=("$(calc "$nonces * 60 / $BUSY")")
    compare "$start" "$nonces"
  done
  # The best set, which is the first, is what the target is for.
  figure "plot_$kernel" "$(median "${ours[@]}")" nonces/min \
    'engraver with the same instructions' "$(median "${theirs[@]}")" "$target"
  target=''
done

# Numbers of nonces that no lanes divide, and the last nonces that there are.
unset ENGRAVER_SIMD
best=${sets[0]%% *}
for plot in "0 1" "7 333" "18446744073709551515 101"; do
  read -r start nonces <<<"$plot"
  plot_theirs "$start" "$nonces"
  plot_ours "$start" "$nonces" "$best"
  compare "$start" "$nonces"
done
note "$compared plots compared with engraver's"
figure plots_that_differ "$different" plots '' '' '<= 0'
rm -rf "$plots"
