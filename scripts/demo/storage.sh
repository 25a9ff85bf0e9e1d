# A file survives its miners: sourced by demo.sh.
#
# Starts a chain and 14 miners, stores a file as 4 data and 4 parity shards with 8 of them, kills 4 of those and deletes their disks,
# waits until others have repaired what was lost, then kills the 4 that were left of the first 8, and gets the file back from repaired
# shards alone. Shows the deal, and tells of proofs, pay, misses, slashes and repairs as they come.
# shellcheck shell=bash

MINERS=14
file=${file:-$CARGO_TARGET_DIR/release/wbuild/idlewild-runtime/idlewild_runtime.compact.compressed.wasm}
[[ -f $file && -s $file ]] || die "$file is missing, empty, or no file"
(($(stat -c %s "$file") <= 63 << 20)) || die "$file is larger than 63 MiB, and would be several deals: take a smaller one"

rows=()
# What happened | block | seconds since the start | coins
row() { rows+=("$1"$'\t'"$(block)"$'\t'"$((SECONDS - begun)) s"$'\t'"$2"); }
block() { idlewild_status | jq -r '[.[] | .report.storage.block // empty] | max // 0'; }
coins() { jq -rn --argjson p "$1" '($p / 1e9 | round) / 1000 | tostring + " IDW"'; }
# The deal and the miners as they were when they were looked at last.
seen='' miners=''
look() { seen=$(idlewild stat --json "$name" | jq -ec '.deals[0]') && miners=$(idlewild miners --json); }
of_miners() { jq "map(select(.id | IN(${1// /,}))) | $2" <<<"$miners"; } # IDS FILTER
holders() { jq -r '.slots[] | select(.failed | not) | .miner // empty' <<<"$seen"; }
free() { idlewild account balance --json | jq -r '.free'; }
step "A chain and $MINERS miners"
setting=$(devnet up --miners "$MINERS" --no-build)
eval "$(tail -n 1 <<<"$setting")"
row "a chain and $MINERS miners run, each with keys and a disk of its own" "$MINERS × 1000 IDW bond"

step "Storing $(basename "$file") ($(stat -c %s "$file") bytes) as 4 + 4 shards"
name=$(basename "$file")
before=$(free)
idlewild put --yes --class hot --term 600 "$file" >/dev/null
sha256sum "$file" | cut -d' ' -f1 >"$dir/sum"
look
on_hold=$(jq '(.funds | tonumber) + (.reserve | tonumber)' <<<"$seen")
row "stored: encrypted, cut into 4 + 4 shards, one at each of 8 miners" "$(coins "$on_hold") on hold"
idlewild stat "$name" | sed 's/^/    /' >&2

healthy() {
  local count
  look && count=$(jq .healthy <<<"$seen") || return 1
  tell slots "$count of 8 slots are in their miners' ranges"
  ((count == 8))
}
wait_until 90 healthy || die "not all slots were appended in time"
stored=$seen
mapfile -t original < <(holders | sort -n)
row "all 8 slots are in their miners' ranges: the deal is healthy" ""
note "held by miners ${original[*]}"

step "Waiting for proofs and pay"
funds=$(jq -r .funds <<<"$stored")
spent() { echo $((funds - $(jq -r .funds <<<"$seen"))); }
paid() {
  look || return 1
  local proven
  proven=$(of_miners "${original[*]}" 'map(select(.proven > 0)) | length')
  tell proofs "$proven of the 8 miners have proven their shards"
  tell pay "$(coins "$(spent)") paid"
  (($(spent) > 0))
}
PAUSE=1 wait_until 120 paid || die "no miner was paid in time"
row "the miners proved their shards and were paid" "$(coins "$(spent)") paid so far"

# The miner's number on chain and its number here are not the same: look it up.
local_number() { idlewild_status | jq -r --argjson id "$1" '.[] | select(.report.storage.miner.id == $id) | .name' | sed 's/miner-//'; }
declare -A here=()
for id in "${original[@]}"; do here[$id]=$(local_number "$id"); done

step "Killing miners ${original[*]:0:4} and deleting their disks"
for id in "${original[@]:0:4}"; do devnet kill "${here[$id]}" --wipe; done
row "4 of the 8 miners killed, their disks deleted" ""

victims=${original[*]:0:4}
slashed() { of_miners "$victims" 'map(1000e12 - (.bond | tonumber)) | add'; }
# The slots that other miners have now than when all was well.
rebuilt() {
  jq -rn --argjson was "$stored" --argjson now "$seen" '
    [[$was.slots, $now.slots] | transpose | to_entries[] | .key as $slot | .value as [$had, $has]
      | select($has.miner != null and ($has.failed | not) and $has.miner != $had.miner)
      | "slot \($slot) by miner \($has.miner)"] | join(", ")'
}
# Looks, and tells what came of the loss.
look_at_loss() {
  look || return 1
  local missed failed repairs
  # A miss may have been charged already or not yet.
  missed=$(of_miners "$victims" 'map(select(.overdue or .status == "failed" or (.bond | tonumber) < 1000e12)) | length')
  failed=$(of_miners "$victims" 'map(select(.status == "failed")) | length')
  repairs=$(rebuilt)
  tell misses "$missed of the 4 have missed proofs, $failed of them have failed; $(coins "$(slashed)") slashed"
  tell repairs "$(jq .healthy <<<"$seen") of 8 slots count as healthy${repairs:+; rebuilt: $repairs}"
}
# Whether none of the four answers for a slot any more: each has failed, or another has its slot. Before that more will be slashed.
lost() {
  look_at_loss || return 1
  local now
  now=$(holders)
  [[ -n $now ]] && ! grep -qxF -f <(printf '%s\n' "${original[@]:0:4}") <<<"$now"
}
repaired() {
  look_at_loss || return 1
  local now
  mapfile -t now < <(holders)
  ((${#now[@]} == 8)) && [[ $(jq .healthy <<<"$seen") == 8 ]] &&
    ! printf '%s\n' "${now[@]}" | grep -qxF -f <(printf '%s\n' "${original[@]:0:4}")
}
PAUSE=1 wait_until 150 lost || die "the loss was not noticed in time"
row "their missed proofs are reported; their bonds are slashed" "$(coins "$(slashed)") slashed"
PAUSE=1 wait_until 180 repaired || die "the lost shards were not repaired in time"
mapfile -t now < <(holders | sort -n)
others=$(printf '%s\n' "${now[@]}" | grep -cvxF -f <(printf '%s\n' "${original[@]}")) || true
# A miner may take a second shard of a copy, but only where the others left one open for long.
((others >= 4)) || die "one of the first miners has two of the shards, as no other took the second in time: without it too few would be left. Run the demo again"
row "other miners rebuilt the 4 lost shards from the 4 left: 8 of 8 healthy" "held by ${now[*]}"
note "held by miners ${now[*]}"

step "Killing the 4 original miners that were left: ${original[*]:4:4}"
for id in "${original[@]:4:4}"; do devnet kill "${here[$id]}" --wipe; done
row "the other 4 original miners killed: none of the first 8 is left" ""

step "Getting the file back from repaired shards alone"
idlewild get "$name" --output "$dir/back" >/dev/null
[[ $(sha256sum "$dir/back" | cut -d' ' -f1) == "$(<"$dir/sum")" ]] || die "the file came back changed"
cmp "$file" "$dir/back"
row "the file came back, byte for byte" "$(coins $((before - $(free)))) spent or on hold"

printf '\n'
{
  printf 'what happened\tblock\tafter\tcoins\n'
  printf '%s\n' "${rows[@]}"
} | column -t -s $'\t'
printf '\nA file of %s bytes survived the loss of all 8 miners that first held it. %s\n' "$(stat -c %s "$file")" "$(duration $((SECONDS - begun)))"
