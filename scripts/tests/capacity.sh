#!/usr/bin/env bash
# Plots as processes: a disk that is full, a file that is damaged in each way, kills, and rounds won on a chain on this machine.
# No -e: a check that fails is counted, and the others go on.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# On a disk, which a folder for temporary files often is not.
mkdir -p "$HOME/.cache/idlewild"
dir=$(mktemp -d "$HOME/.cache/idlewild/capacity.XXXXXX")
source "$IDLEWILD_ROOT/scripts/tests/checks.sh"
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$dir/net"; }
clean_up() {
  if ((failed)); then mkdir -p "$CARGO_TARGET_DIR/logs/capacity" && cp "$dir"/net/*.log "$CARGO_TARGET_DIR/logs/capacity/" 2>/dev/null; fi
  devnet down >/dev/null 2>&1
  mountpoint -q "$dir/small" && as_root umount "$dir/small"
  rm -rf "$dir"
}
at_exit clean_up
BIN=${IDLEWILD_BIN:-$CARGO_TARGET_DIR/release}
worker() { "$BIN/idlewild-worker" "$@"; }
ALICE=5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY
may_be_root

# ---- what can be wrong before anything is plotted ----------------------------------------------------------------------------
check "less than a plot is refused" refuses "a plot takes 1 GiB" worker plot "$dir/p" --account $ALICE --space '512 MiB'
check "an account that is none is refused" refuses "is no address" worker plot "$dir/p" --account nobody --space '1 GiB'
check "without an account and a configuration one is asked for" refuses "--account" \
  worker plot "$dir/p" --config "$dir/none.toml" --space '1 GiB'
check "instructions that do not exist are refused" refuses "avx512" worker plot "$dir/p" --account $ALICE --space '1 GiB' --kernel mmx
check "a folder that is not there is no folder of plots" refuses "cannot be listed" worker scan "$dir/none"
check "where nothing is, nothing is verified" refuses "no finished plot" worker verify-plots "$dir"
check "a challenge that is none is refused" refuses "64 hexadecimal digits" worker scan "$dir" --challenge 12
check "a disk that is not there cannot be measured" refuses "cannot be measured" worker benchmark --seconds 1 --disk "$dir/none"
check "neither shards nor plots is refused" refuses "nothing to do" worker init --dir "$dir/idle" --no-storage

# ---- a disk that is full -----------------------------------------------------------------------------------------------------
small=$dir/small
mkdir -p "$small"
check "a small disk" as_root mount -t tmpfs -o size=600M,mode=0777 idlewild "$small"
check "a disk without room is told, and nothing stays on it" refuses "has no room" \
  worker plot "$small" --account $ALICE --space '1 GiB' --leave '1 MiB'
check "nothing stayed but the folder's mark" test "$(ls -A "$small")" = .idlewild-plots
as_root mount -o remount,size=1100M "$small"
# A draft on a disk that filled up since: its room is not there any more.
background "$dir/log" "$BIN/idlewild-worker" plot "$small" --account $ALICE --space '1 GiB' --leave '1 MiB'
check "a draft is there as soon as plotting begins" wait_until 30 compgen -G "$small/*.tmp"
check "nobody else plots there meanwhile" refuses "another worker keeps the plots in $small" \
  worker plot "$small" --account $ALICE --space '1 GiB' --leave '1 MiB'
check "but anybody may look" worker scan "$small"
kill -KILL "$BACKGROUND_PID"
wait "$BACKGROUND_PID" 2>/dev/null
forget_process "$BACKGROUND_PID"
payload=$(basename "$small"/*.tmp)
draft=$small/$payload
check "a kill leaves a draft" test -f "$draft"
rm -f "$draft"
truncate -s 1M "$draft"
head -c 200M /dev/zero >"$small/filler"
check "a disk that filled up is told, and the draft stays" refuses "has no room for" \
  worker plot "$small" --account $ALICE --space '1 GiB' --leave '1 MiB'
check "it stayed" test -f "$draft"
rm -f "$small/filler"
check "with room again it is finished" worker plot "$small" --account $ALICE --space '1 GiB' --leave '1 MiB' --json
plot=$small/${payload%.tmp}
check "under its name, without what it needed on the way" test -f "$plot" -a ! -e "$draft"
check "given again, there is nothing to do" worker plot "$small" --account $ALICE --space '1 GiB' --leave '1 MiB'
# By a configuration that would have no more made.
check "plots are not given less space than they take" refuses "--plot-space gives them 0.5 GiB" \
  worker init --dir "$dir/above" --operator //Alice --no-storage --plots "$small" --plot-space '512 MiB'

# ---- files that are not what they should be ----------------------------------------------------------------------------------
flip() { # OFFSET: flips a bit
  local byte
  byte=$(od -An -tu1 -j "$1" -N 1 "$plot")
  printf "$(printf '\\x%02x' $((byte ^ 16)))" | dd of="$plot" bs=1 seek="$1" conv=notrunc status=none
}
check "a sound plot is sound" worker verify-plots "$small"
check "a scan reads it and finds its best" sh -c "'$BIN/idlewild-worker' scan --json '$small' | jq -e '.plots == 1 and .nonces == 4096 and .best.quality > 0'"
flip 123456789
check "a flipped bit is found, and its warp named" refuses "damaged in warps 0" worker verify-plots "$plot"
flip 123456789
check "flipped back it is sound" worker verify-plots "$plot"
mv "$plot.sums" "$dir/sums"
check "without its sums some of it is made again" worker verify-plots --samples 4 "$plot"
mv "$dir/sums" "$plot.sums"
truncate -s -1 "$plot"
check "one that is cut off is refused" refuses "it was cut off" worker verify-plots "$plot"
check "and left out of a scan" sh -c "'$BIN/idlewild-worker' scan '$small' 2>&1 | grep -q 'left out.*cut off'"
truncate -s $((1 << 30)) "$plot"
truncate -s +1 "$plot"
check "one that was made longer is refused" refuses "it was made longer" worker verify-plots "$plot"
truncate -s $((1 << 30)) "$plot"
for name in "${payload%_X1.pocx.tmp}_X2.pocx:level 2" "${payload%_1_X1.pocx.tmp}_0_X1.pocx:0 warps" "plot.pocx:no plot's name"; do
  mv "$plot" "$small/${name%%:*}"
  check "a name that is wrong is told: ${name#*:}" refuses "${name#*:}" worker verify-plots "$small/${name%%:*}"
  mv "$small/${name%%:*}" "$plot"
done

# ---- rounds --------------------------------------------------------------------------------------------------------------------
setting=$(devnet up --miners 0 --plots 1 --no-build) || die "the network did not come up"
eval "$(tail -n 1 <<<"$setting")"
status() { devnet status --json | jq -e ".[1].report.capacity | $1"; }
drafts() { (cd "$dir/net/miner-0/plots" && compgen -G '*.tmp'); }
sees_winner() { idlewild rounds --json | jq -e --arg who "$1" 'any(.closed[]; .winner == $who and (.reward | tonumber) > 0)'; } # ADDRESS
rounds() {
  local before won
  check "it plots" wait_until 60 status '.plotting.made > 500' || return 1
  before=$(drafts)
  check "killed while it plots" devnet kill 0
  check "it is started again" devnet start 0 || return 1
  check "and goes on with the same plot" wait_until 60 status '.plotting.made > 500'
  check "which is the only one" test "$(drafts)" = "$before"
  check "the plot is finished" wait_until 600 status '.plotted == .space and .plotting == null' || return 1
  check "the bond stands and counts" wait_until 120 status '.bond == 20000000000000 and .rounds_left == 0'
  check "rounds are won" wait_until 120 status '.won > 1 and .earned > 0' || return 1
  check "everybody sees who won" sees_winner "$(status .account | tr -d '"')"
  check "and what is left" sh -c "idlewild rounds | grep -q 'of 1073741824 IDW are left'"
  won=$(status .won)
  check "the node is killed" devnet kill node
  check "and comes back" devnet start node
  check "rounds are won as before" wait_until 120 status ".won > $won"
  check "no claim was false" status '.claimed_falsely == 0'
  # At its full length all the while: one that is too short is no plot, and its place would be plotted anew.
  check "the plot loses all that it holds" sh -c "fallocate --punch-hole --length 1GiB '$dir'/net/miner-0/plots/*.pocx"
  check "it is found out, and named" wait_until 60 status '.damaged | length == 1'
  check "nothing false was claimed" status '.claimed_falsely == 0'
  check "the bond is given back" worker bond --claims --withdraw 20 --config "$dir/net/miner-0/idlewild-worker.toml"
  check "which the worker sees" wait_until 60 status '.bond == 0'
  local miner=$dir/net/miner-0
  check "nobody else plots where a worker does" refuses "another worker keeps the plots in $miner/plots" \
    worker plot "$miner/plots" --account $ALICE --space '1 GiB'
  # As when the disk of the plots is not mounted: its mount point is there, and empty.
  check "the worker is killed, and its disk taken away" devnet kill 0
  mv "$miner/plots" "$miner/away" && mkdir "$miner/plots"
  check "it starts without the disk" devnet start 0
  check "and tells what is missing" wait_until 60 status '.troubles | any(test("is its disk mounted"))'
  check "while it makes nothing in its place" test -z "$(ls -A "$miner/plots")"
  rmdir "$miner/plots" && mv "$miner/away" "$miner/plots"
  # What went wrong while the folder was away is tried again a minute later.
  check "with the disk it plots again by itself" wait_until 150 status '.troubles == {} and .space == 1073741824' || status .
}
rounds

echo "$passed passed, $failed failed"
((failed == 0))
