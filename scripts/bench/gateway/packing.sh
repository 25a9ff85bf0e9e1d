# How many deals a million small objects become, what they take beside their own bytes (the commits that name them), and how many a second
# the store itself makes durable for 64 tasks.
# shellcheck shell=bash

build "packing benchmark" --example packing
background "$work/packing.json" "$BIN/examples/packing" "$work/packing"
packing_pid=$BACKGROUND_PID
note "1,000,000 objects of 4 KiB ..."
wait "$packing_pid" || die "the packing benchmark failed: $(tail -n 1 "$work/packing.json")"
forget_process "$packing_pid"
packing() { jq "$1" "$work/packing.json"; }

figure deals_of_a_million_4k "$(packing .deals)" deals '' '' '<= 100'
figure packing_overhead "$(packing '(100 * .overhead)')" percent '' '' ''
figure durable_puts_4k "$(packing .puts_per_second)" puts/s '' '' ''
rm -rf "${work:?}/packing"
