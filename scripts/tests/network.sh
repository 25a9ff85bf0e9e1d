#!/usr/bin/env bash
# A real network on this machine, from a user's side: put, get, ranges, loss within and beyond what parity covers, repair, restarts;
# and what Ctrl-C leaves of one that comes up.
# No -e: a check that fails is counted, and the others go on.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

dir=$(mktemp -d)
failed=0
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$dir/net"; }
clean_up() {
  if ((failed)); then mkdir -p "$CARGO_TARGET_DIR/logs/network" && cp "$dir"/net/*.log "$CARGO_TARGET_DIR/logs/network/" 2>/dev/null; fi
  devnet down >/dev/null 2>&1
  rm -rf "$dir"
}
at_exit clean_up

source "$IDLEWILD_ROOT/scripts/tests/checks.sh"
same() { cmp "$1" "$2"; }
deal() { idlewild stat --json "$1" | jq -c '.deals[0]'; }
healthy() { [[ $(deal "$1" | jq '.healthy') == "$2" ]]; }
got_back() { rm -f "$dir/back"; idlewild get "$1" --output "$dir/back" && cmp "$2" "$dir/back"; }
holders() { deal "$1" | jq -r '.slots[] | select(.failed | not) | .miner // empty'; }
# A miner's number here and its number on chain are not the same.
number_of() { jq -r --argjson id "$1" '.[] | select(.report.storage.miner.id == $id) | .name' "$dir/status" | sed 's/miner-//'; }
id_of() { jq -r --arg name "miner-$1" '.[] | select(.name == $name) | .report.storage.miner.id' "$dir/status"; }
# Whether it answers as the miner that it was at the beginning.
mines() {
  devnet status --json |
    jq -e --arg name "miner-$1" --argjson id "$(id_of "$1")" 'any(.[]; .name == $name and .report.storage.miner.id == $id)'
}

# SIGKILL. Fails where there was nothing to kill.
kill_alive() { # MINER|node [--wipe]
  local name=miner-$1 pid
  if [[ $1 == node ]]; then name=node; fi
  # At once: what it is doing may be over before a script has started.
  pid=$(<"$dir/net/$name.pid") && runs "$pid" && kill -KILL "$pid" && devnet kill "$@" && wait_until 10 has_ended "$pid"
}
has_ended() { ! runs "$1"; }
kill_holders() { # ID...
  local id
  for id in "$@"; do kill_alive "$(number_of "$id")" --wipe || return 1; done
}

# Notes how long the miners' logs are. What comes later is printed by `since`, each line after its miner's number.
mark() { wc -l "$dir"/net/miner-*.log >"$dir/mark-$1"; }
since() {
  awk 'NR == FNR { lines = $1; sub(/^ *[0-9]+ /, ""); known[$0] = lines; next }
    FNR > known[FILENAME] { miner = FILENAME; gsub(/.*miner-|\.log$/, "", miner); print miner, $0 }' "$dir/mark-$1" "$dir"/net/miner-*.log
}

rpc() { # METHOD [PARAMETER]
  curl -sf -m 5 -H 'content-type: application/json' -d "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"$1\",\"params\":[${2:-}]}" \
    "${IDLEWILD_NODE/ws:/http:}" | jq -ec .result
}
number_in() { printf '%d\n' "$(jq -r .number)"; }
best() { rpc chain_getHeader | number_in; }
final() { rpc chain_getHeader "$(rpc chain_getFinalizedHead)" | number_in; }
final_reaches() { (($(final) >= $1)); }
# Waits for blocks that are not there yet.
blocks_pass() { # HOW_MANY
  local from
  from=$(best)
  ((from > 0)) && wait_until 60 final_reaches $((from + $1))
}

# Has a command bring up a network somewhere in a folder, and interrupts it as soon as one of the network's processes is there: its
# process group, as a terminal does. That process is in a session of its own and is not reached by this; it has to be stopped.
ctrl_c() { # WHAT FOLDER NAME COMMAND...
  local what=$1 folder=$2 name=$3 network port pid
  # Whoever started this may have had it ignored.
  background "$dir/interrupted" env --default-signal=INT "${@:4}"
  pid=$BACKGROUND_PID
  # Asked more often than usual, as it may be up soon after.
  PAUSE=0.02 check "$what starts its $name" wait_until 60 has_started "$folder" "$name"
  network=$(find "$folder" -name rpc-port -printf '%h')
  port=$(cat "$network/rpc-port")
  kill -INT -- "-$pid"
  check "Ctrl-C ends it, and it fails" is_ended_by_interrupt "$pid"
  check "nothing listens on its node's port" nobody_listens_on "$port"
  check "none of its processes is left" nothing_runs_in "$folder"
  check "and its folder is gone" test ! -e "${network:-/}"
}
has_started() { # FOLDER NAME
  local pid
  pid=$(find "$1" -name "$2.pid" -exec cat {} + 2>/dev/null) && [[ -n $pid ]] && runs "$pid"
}
is_ended_by_interrupt() { # PID
  local status=0
  if ! wait_until 60 group_is_gone "$1"; then
    echo "it goes on"
    tail -n 20 "$dir/interrupted"
    return 1
  fi
  wait "$1" || status=$?
  forget_process "$1"
  echo "its status is $status"
  ((status == 130))
}
group_is_gone() { ! kill -0 -- "-$1" 2>/dev/null; }
# Names the processes that have the folder in their command line, and ends them: with the folder their numbers are gone, so that
# nobody else would.
nothing_runs_in() { # FOLDER
  local file pid words left=0
  for file in /proc/[0-9]*/cmdline; do
    words=()
    { mapfile -d '' words <"$file"; } 2>/dev/null || continue
    [[ "${words[*]}" == *"$1"* ]] || continue
    pid=${file#/proc/} pid=${pid%/cmdline}
    echo "$pid: ${words[*]}"
    kill -KILL "$pid"
    left=1
  done
  ((!left))
}
nobody_listens_on() { [[ -n $1 ]] && ! ss -Htln "sport = :$1" | grep .; } # PORT

head -c 100 /dev/urandom >"$dir/small"
mkdir "$dir/demo"
two=("$IDLEWILD_ROOT/scripts/devnet.sh" up --miners 2 --no-build --dir "$dir/two")
ctrl_c "a network that comes up" "$dir/two" node "${two[@]}"
ctrl_c "another that comes up" "$dir/two" miner-1 "${two[@]}"
ctrl_c "the demo" "$dir/demo" node env TMPDIR="$dir/demo" "$IDLEWILD_ROOT/scripts/demo.sh" --no-build "$dir/small"

begun=$SECONDS
setting=$(devnet up --miners 8 --no-build) || die "the network did not come up"
echo "        eight miners came up in $(duration $((SECONDS - begun)))"
eval "$(tail -n 1 <<<"$setting")"
devnet status --json >"$dir/status"
check "eight miners register and mine" test "$(idlewild miners --json | jq length)" = 8

head -c 3000001 /dev/urandom >"$dir/big"

# Three miners are enough for a deal of 2+2; nobody is there for the fourth slot until the others are back.
for number in 3 4 5 6 7; do devnet kill "$number"; done
check "put with a slot that nobody takes" idlewild put --yes --class 2+2 --term 400 --to short "$dir/big"
check "the slot is empty" test "$(deal short/big | jq '[.slots[] | select(.miner == null)] | length')" = 1
for number in 3 4 5 6 7; do devnet start "$number"; done
check "it is filled later" wait_until 120 healthy short/big 4
check "the file is the same" got_back short/big "$dir/big"

: >"$dir/empty"
check "put a file" idlewild put --yes --class 2+2 --term 400 "$dir/big"
check "put a small and an empty file together" idlewild put --yes --class 2+2 --term 400 "$dir/small" "$dir/empty"
check "all are listed" test "$(idlewild ls --json | jq -c '[.files[].path]')" = '["big","empty","short/big","small"]'
for name in big small empty; do
  check "get $name" idlewild get "$name" --output "$dir/back-$name"
  check "$name is the same" same "$dir/$name" "$dir/back-$name"
done
ranged() { idlewild get big --range 1000000-1999999 --output "$dir/range" && cmp "$dir/range" <(tail -c +1000001 "$dir/big" | head -c 1000000); }
check "get a range" ranged
on_hold() { idlewild balance --json | jq -e '.holds == [{ reason: "deals", amount: .held }]'; }
check "the balance tells what is on hold for deals" on_hold
all_healthy() { healthy short/big 4 && healthy big 4 && healthy small 4; }
check "all slots are appended" wait_until 60 all_healthy

# Asked by Bob, who has coins and no deals. The user's coins move by themselves: miners are paid, and fees go to Alice.
export IDLEWILD_ACCOUNT=bob
check "a second account is taken in" idlewild account import bob --suri //Bob
# What a refused command might have cost or changed: Bob's coins, his deals and the user's, and what each miner answers for.
state() {
  idlewild account balance --json && idlewild ls --json && idlewild --account user ls --json &&
    idlewild miners --json | jq -c 'map([.id, .slots]) | sort'
}
check "coins, deals and slots are noted before bad input" state
cp "$dir/output" "$dir/state"
put_small() { idlewild put --yes "$@" "$dir/small"; }
check "a wrong password is refused" refuses "the password of account bob is wrong; nothing was done" \
  env IDLEWILD_PASSWORD=wrong idlewild ls
check "get of something that is not there" refuses 'there is no stored file "nothing"' idlewild get nothing
check "too few miners for the geometry" refuses "20+10 needs 25 miners at least, and 8 can take a shard" put_small --class 20+10 --term 400
check "a term that the chain does not allow" refuses "the term in blocks is 1, and the chain allows 20 to" put_small --class 2+2 --term 1
check "a price that nobody sells at" refuses "2+2 needs 3 miners at least, and 0 can take a shard of 128 bytes for at most 0.001 IDW" \
  put_small --class 2+2 --term 400 --max-price 0.001
check "a node that is not there" refuses "no node answers at ws://127.0.0.1:1:" idlewild --node ws://127.0.0.1:1 miners
poor() {
  local -x IDLEWILD_HOME=$dir/poor IDLEWILD_ACCOUNT=poor
  idlewild account new poor >/dev/null && put_small --class 2+2 --term 400
}
check "a put that the balance does not cover" refuses "the account has 0 IDW to spend, and the deal needs" poor
unknown_key() {
  sed 's/^repair = true/repare = true/' "$dir/net/miner-0/idlewild-worker.toml" >"$dir/net/miner-0/wrong.toml" &&
    idlewild-worker doctor --config "$dir/net/miner-0/wrong.toml"
}
check "a configuration with an unknown key" refuses 'unknown field `repare`' unknown_key
# A transaction that was sent all the same is in a block by then.
check "two more blocks become final" blocks_pass 2
unchanged() { state | diff "$dir/state" -; }
check "what was refused cost and changed nothing" unchanged
export IDLEWILD_ACCOUNT=user

# A miner is killed between its receipt and the deal. Five stand still, so that at least one of the four shards is for one of those and
# the put has to wait; one of the other three is the victim. A shard that is not whole yet is in storage/tmp, not in storage/shards,
# and no other deal here has shards so long. Should a put ask none but those five at first, they go on and another put is made: who
# stands still for long misses periods, and fails.
signal_five() { # SIGNAL
  for number in 3 4 5 6 7; do kill "-$1" "$(<"$dir/net/miner-$number.pid")" || return 1; done
}
one_is_whole() {
  shard=$(find "$dir"/net/miner-[0-2]/storage/shards -type f -size +10M -newer "$dir/$large" | head -n 1)
  [[ ${shard##*/} =~ ^[0-9a-f]{64}-[0-9a-f]{32}-[0-9a-f]{2}$ ]]
}
held() { idlewild account balance --json | jq -er '.held | tonumber'; }
put_and_stand_still() {
  local attempt
  for attempt in 1 2 3 4; do
    large=large-$attempt
    head -c 40000000 /dev/urandom >"$dir/$large"
    before=$(held) || return 1
    signal_five STOP || return 1
    background "$dir/put-large" idlewild put --yes --class 2+2 --term 400 "$dir/$large"
    put=$BACKGROUND_PID
    wait_until 8 one_is_whole && return
    signal_five CONT || return 1
    wait "$put" || return 1
    forget_process "$put"
  done
  return 1
}
check "five miners stand still, and another has its shard of a put whole" put_and_stand_still
victim=${shard#"$dir"/net/miner-} victim=${victim%%/*}
check "a block passes, in which the put can get its receipt" blocks_pass 1
check "that miner is killed" kill_alive "$victim"
# By the coins that deals hold: a listing would ask those who stand still, who miss their periods meanwhile.
no_deal_yet() { (($(held) <= before)); }
check "and there was no deal of the file by then" no_deal_yet
length=$(stat -c %s "$shard")
# Before there is a deal: from then on it has ten blocks to append, and a start can take longer on a machine with much to do.
check "the killed miner starts" devnet start "$victim"
check "the five go on" signal_five CONT
check "the put goes on and succeeds" wait "$put"
forget_process "$put"
# Whose receipts the put had: too early for a slot to have been taken from its miner.
deal "$large" >"$dir/made"
check "all 4 slots of the deal are appended" wait_until 120 healthy "$large" 4
deal "$large" >"$dir/deal"
slot=$((16#0${shard##*-}))
was_whole() {
  local root
  root=$(jq -r ".roots[$slot][2:]" "$dir/deal")
  [[ ${shard##*/} == "$root"-* ]] && jq -e --argjson length "$length" '.shard_len == $length' "$dir/deal"
}
check "the killed miner had the whole of a shard of that deal" was_whole
# The slot is the killed miner's if its receipt had reached the put, and else another's whom the put asked then. One that had to be
# repaired, since who signed for it did not append it in time, is in probation, and mostly another's.
held_as_made() {
  # A slot that the put left open is repair's, which may have been quicker than the look.
  jq -nce '[inputs.slots | map({miner, state})] | .,
    (transpose | all(.[0].miner == null or .[0].state == "probation" or (.[1].miner == .[0].miner and .[1].state == "held")))' "$dir/made" "$dir/deal"
}
if [[ $(jq ".slots[$slot].miner" "$dir/made") == "$(id_of "$victim")" ]]; then
  check "the killed miner, whose receipt the put had, has appended its slot, and the others theirs" held_as_made
else
  check "the killed miner had given no receipt, and those whose receipts the put had have appended their slots" held_as_made
fi
check "the file is the same" got_back "$large" "$dir/$large"
check "a file is removed, once its deal has lasted the shortest term" wait_until 60 idlewild rm "$large"
check "and is gone" refuses "there is no stored file \"$large\"" idlewild get "$large" --output "$dir/gone"

check "a file is extended" idlewild extend --yes big --term 400
check "files in one deal are removed together" refuses "also holds" idlewild rm small
deal big >"$dir/deal"
of=$(jq .id "$dir/deal")
mapfile -t of_big < <(holders big)
check "two of the file's miners are killed, and their disks deleted" kill_holders "${of_big[@]:0:2}"
mark wipe
check "get with as many miners dead as there is parity" idlewild get big --output "$dir/back-two-dead"
check "it is the same" same "$dir/big" "$dir/back-two-dead"
# Whoever claims a slot of the file first is killed as it repairs. Others may be quicker then, and the chain lets them.
claimed() {
  read -r victim slot < <(since wipe | sed -nE "s/^([0-9]+) .* claimed a lost shard's slot deal=$of slot=([0-9]+)$/\1 \2/p")
}
victim='' slot=''
# Asked more often than usual, as the repair may be over a second later.
PAUSE=0.02 check "a miner claims a lost slot of the file" wait_until 200 claimed
check "it is killed" kill_alive "$victim"
unfinished() { [[ -n $slot ]] && ! since wipe | grep -E "^$victim .* repaired deal=$of slot=$slot "; }
check "before it heard that its repair was done" unfinished
check "and started again" devnet start "$victim"
check "it mines again" wait_until 60 mines "$victim"
# Each lost slot has been appended by an active miner that is none of the lost two, and the other slots stayed where they were.
repaired() {
  jq -ne --slurpfile before "$dir/deal" --argjson now "$(deal big)" --argjson miners "$(idlewild miners --json)" \
    --argjson lost "[$(IFS=,; echo "${of_big[*]:0:2}")]" '
    [$miners[] | select(.status == "active") | .id] as $active
    | [$before[0].slots, $now.slots] | transpose | length == 4 and all(
      . as [$was, $is] | ($is.state | IN("held", "probation")) and ($is.failed | not) and
      if $was.miner | IN($lost[]) then $is.miner | IN($active[]) and (IN($lost[]) | not) else $is.miner == $was.miner end)'
}
check "other, sound miners have the two lost slots" wait_until 200 repaired
check "get from repaired shards" idlewild get big --output "$dir/back-repaired"
check "it is the same" same "$dir/big" "$dir/back-repaired"

before=$(final)
check "the node is killed" kill_alive node
check "and started again" devnet start node
# What it says now is from its disk, and what is new comes after it.
number=$(best)
mark restart
is_all_there() { ((before > 0)) && final_reaches "$before"; }
check "no block that was final is gone" is_all_there
check "blocks become final again" blocks_pass 2
works_on() {
  ((number > 0)) && since restart | sed -nE 's/^.* (proven|paid) .*block=([0-9]+).*/\2/p' |
    awk -v number="$number" '$1 > number { new = 1 } END { exit !new }'
}
check "and a miner proves or is paid in a new block" wait_until 60 works_on
mapfile -t of_big < <(holders big)
victim=$(number_of "${of_big[0]}")
check "a miner is killed" kill_alive "$victim"
check "and started again" devnet start "$victim"
check "a killed miner comes back as the same" wait_until 60 mines "$victim"
check "three of the file's miners are killed, and their disks deleted" kill_holders "${of_big[@]:0:3}"
check "get with one miner more dead than there is parity is refused" refuses "deal $of cannot be read now: 2 shards of a copy are needed, and" \
  idlewild get big --output "$dir/back-three-dead"
check "and writes nothing" test ! -e "$dir/back-three-dead"

echo "$passed passed, $failed failed"
((failed == 0))
