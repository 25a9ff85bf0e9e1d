#!/usr/bin/env bash
# A real network on this machine, from a user's side: put, get, ranges, loss within and beyond what parity covers, repair, restarts.
# No -e: a check that fails is counted, and the others go on.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

dir=$(mktemp -d)
passed=0 failed=0
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$dir/net"; }
clean_up() {
  if ((failed)); then mkdir -p "$CARGO_TARGET_DIR/logs/network" && cp "$dir"/net/*.log "$CARGO_TARGET_DIR/logs/network/" 2>/dev/null; fi
  devnet down >/dev/null 2>&1
  rm -rf "$dir"
}
at_exit clean_up

# Runs a check and reports it; the ones after it run all the same.
check() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@" >"$dir/output" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $what"
  else
    failed=$((failed + 1))
    echo "FAILED  $what"
    sed 's/^/        /' "$dir/output"
  fi
}
# Succeeds if the command fails and says so.
refuses() { # WORDS COMMAND...
  local words=$1
  shift
  if "$@" >"$dir/refused" 2>&1; then
    echo "it was not refused"
    return 1
  fi
  grep -qi -- "$words" "$dir/refused" || { cat "$dir/refused"; return 1; }
}
same() { cmp "$1" "$2"; }
deal() { idlewild stat --json "$1" | jq -c '.deals[0]'; }
healthy() { [[ $(deal "$1" | jq '.healthy') == "$2" ]]; }
got_back() { rm -f "$dir/back"; idlewild get "$1" --output "$dir/back" && cmp "$2" "$dir/back"; }
holders() { deal "$1" | jq -r '.slots[] | select(.failed | not) | .miner // empty'; }
number_of() { devnet status --json | jq -r --argjson id "$1" '.[] | select(.report.miner.id == $id) | .name' | sed 's/miner-//'; }

setting=$(devnet up --miners 8 --no-build) || die "the network did not come up"
eval "$(tail -n 1 <<<"$setting")"
check "eight miners register and mine" test "$(idlewild miners --json | jq length)" = 8

head -c 3000001 /dev/urandom >"$dir/big"

# Three miners are enough for a deal of 2+2; nobody is there for the fourth slot until the others are back.
for number in 3 4 5 6 7; do devnet kill "$number"; done
check "put with a slot that nobody takes" idlewild put --yes --class 2+2 --term 400 --to short "$dir/big"
check "the slot is empty" test "$(deal short/big | jq '[.slots[] | select(.miner == null)] | length')" = 1
for number in 3 4 5 6 7; do devnet start "$number"; done
check "it is filled later" wait_until 120 healthy short/big 4
check "the file is the same" got_back short/big "$dir/big"

head -c 100 /dev/urandom >"$dir/small"
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
check "slots are appended" wait_until 60 healthy big 4

check "a wrong password is refused" refuses "password" env IDLEWILD_PASSWORD=wrong idlewild ls
check "get of something that is not there" refuses "no stored file" idlewild get nothing
check "too few miners for the geometry" refuses "needs" idlewild put --yes --class 20+10 --term 400 "$dir/small"
check "a term that the chain does not allow" refuses "term" idlewild put --yes --class 2+2 --term 1 "$dir/small"
check "a price that nobody sells at" refuses "miners" idlewild put --yes --class 2+2 --term 400 --max-price 0.001 "$dir/small"
check "a node that is not there" refuses "no node answers" idlewild --node ws://127.0.0.1:1 miners
poor() { IDLEWILD_HOME=$dir/poor idlewild account new poor >/dev/null && IDLEWILD_HOME=$dir/poor IDLEWILD_ACCOUNT=poor idlewild put --yes --class 2+2 --term 400 "$dir/small"; }
check "a put that the balance does not cover" refuses "to spend" poor
unknown_key() { sed 's/^repair = true/repare = true/' "$dir/net/miner-0/idlewild-worker.toml" >"$dir/net/miner-0/wrong.toml" && idlewild-worker doctor --config "$dir/net/miner-0/wrong.toml"; }
check "a configuration with an unknown key" refuses "repare" unknown_key

# A miner has signed for its shard, and the deal does not stand yet.
head -c 40000000 /dev/urandom >"$dir/large"
touch "$dir/before"
idlewild put --yes --class 2+2 --term 400 "$dir/large" >"$dir/put-large" 2>&1 &
put=$!
taken() { find "$dir"/net/miner-*/storage/shards -type f -newer "$dir/before" 2>/dev/null | head -n 1 | grep -oE 'net/miner-[0-9]+' | sed 's/.*-//' | grep .; }
victim_is_known() { victim=$(taken); }
check "a miner takes a shard" wait_until 60 victim_is_known
check "and is killed before the deal stands" devnet kill "${victim:-}"
check "put while one of its miners is killed" wait "$put"
check "the killed miner starts" devnet start "${victim:-}"
check "the killed miner appends what it had signed for" wait_until 60 healthy large 4
check "the file is the same" got_back large "$dir/large"
check "a file is removed, once its deal has lasted the shortest term" wait_until 60 idlewild rm large
check "and is gone" refuses "no stored file" idlewild get large --output "$dir/gone"

check "a file is extended" idlewild extend --yes big --term 400
check "files in one deal are removed together" refuses "also holds" idlewild rm small
mapfile -t of_big < <(holders big)
for id in "${of_big[@]:0:2}"; do devnet kill "$(number_of "$id")" --wipe; done
check "get with as many miners dead as there is parity" idlewild get big --output "$dir/back-two-dead"
check "it is the same" same "$dir/big" "$dir/back-two-dead"
# Whoever claims the first repair is killed as it does, and must carry on when it is back.
claims() { cat "$dir"/net/miner-*.log | grep -c "claimed a lost shard" || true; }
claimant() { grep -l "claimed a lost shard" "$dir"/net/miner-*.log | head -n 1 | sed 's/.*miner-\([0-9]*\).log/\1/'; }
claimed() { (($(claims) > 0)); }
check "a repair is claimed" wait_until 200 claimed
victim=$(claimant)
check "its miner is killed" devnet kill "$victim"
check "and started again" devnet start "$victim"
repaired() { [[ $(holders big | grep -cvxF -f <(printf '%s\n' "${of_big[@]:0:2}")) == 4 ]] && healthy big 4; }
check "others repair what was lost" wait_until 200 repaired
check "get from repaired shards" idlewild get big --output "$dir/back-repaired"
check "it is the same" same "$dir/big" "$dir/back-repaired"

check "the node is killed" devnet kill node
check "and started again" devnet start node
check "the chain goes on after the node was killed" wait_until 60 healthy big 4
mapfile -t of_big < <(holders big)
victim=$(number_of "${of_big[0]}")
check "a miner is killed" devnet kill "$victim"
check "and started again" devnet start "$victim"
mining_again() { [[ -n $(number_of "${of_big[0]}") ]]; }
check "a killed miner comes back as the same" wait_until 60 mining_again
for id in "${of_big[@]:0:3}"; do devnet kill "$(number_of "$id")" --wipe; done
check "get with one miner more dead than there is parity is refused" refuses "shards" idlewild get big --output "$dir/back-three-dead"
check "and writes nothing" test ! -e "$dir/back-three-dead"

echo "$passed passed, $failed failed"
((failed == 0))
