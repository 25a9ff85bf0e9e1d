# Idle space wins coins: sourced by demo.sh.
#
# Three miners plot 1, 2 and 3 GiB. Once all have, and their bonds count, the rounds are watched: who wins each, beside its share of
# the space and the spread that chance has; and what the rounds made, beside what the space that the chain saw should have made.
# shellcheck shell=bash

SIZES=(1 2 3)
COIN=1000000000000
free=$(df --output=avail -B1G "$dir" | tail -n 1)
((free >= 10)) || die "the disk of $dir has $free GiB free, and the plots and what surrounds them take 10: free some"

step "A chain and ${#SIZES[@]} miners with plots of ${SIZES[*]} GiB"
setting=$(devnet up --miners 0 --plots "$(IFS=,; echo "${SIZES[*]}")" --no-build)
eval "$(tail -n 1 <<<"$setting")"

# How all miners stand: a list of {name, account, plotted, space, ...}.
capacity() { idlewild_status | jq -ec 'map(select(.report.capacity) | {name} + .report.capacity)'; }
plotted() {
  local all
  all=$(capacity) || return 1
  tell plots "$(jq -r 'map(.name + ": " + (if .plotting then "\(.plotting.made * 100 / .plotting.nonces | floor) % of a plot, \(.plotting.per_minute) nonces/min, "
    else "" end) + "\(.plotted / 1073741824 | floor) of \(.space / 1073741824 | floor) GiB") | join("; ")' <<<"$all")"
  jq -e --argjson n "${#SIZES[@]}" 'length == $n and all(.[]; .plotted + 1073741824 > .space and .plotting == null)' <<<"$all" >/dev/null
}
step "Plotting"
PAUSE=5 wait_until 1800 plotted || die "the plots were not made within half an hour"
counts() { capacity | jq -e 'all(.[]; .bond > 0 and .rounds_left == 0)' >/dev/null; }
PAUSE=1 wait_until 120 counts || die "the miners' bonds do not count"
accounts=$(capacity)

# The rounds as they are now.
seen=''
look() { seen=$(idlewild rounds --json --count 1440); }
newest() { jq '.closed[0].round // 0' <<<"$seen"; }
look
first=$(newest) carry=$(jq -r .emission.carry <<<"$seen") before=$(jq -r .emission.remaining <<<"$seen") last=$first marked=0 closed=0
step "$rounds rounds"
note "the network has $(jq -r '.network.gib * 10 | round / 10' <<<"$seen") GiB, as the chain takes it, and learns more with each round"

# Takes in the rounds that closed since the last look: none may be missed, as each is made by the space that the chain saw then.
watch() {
  look || return 1
  local now
  now=$(jq --argjson last "$last" '[.closed[] | select(.round > $last)] | length' <<<"$seen")
  ((now > 0)) || return 1
  ((now == 1)) || die "two rounds closed between two looks: is this machine very busy?"
  last=$(newest)
  closed=$((closed + 1)) marked=$((marked + $(jq .network.marked <<<"$seen")))
  local winner
  winner=$(jq -r '.closed[0].winner // "nobody"' <<<"$seen")
  note "round $last: $(jq -r --arg who "$winner" '(map(select(.account == $who))[0].name) // $who' <<<"$accounts"), $(jq -r .closed[0].reward <<<"$seen") of $COIN"
}
while ((closed < rounds)); do
  PAUSE=0.5 wait_until 60 watch || die "no round closed within a minute"
done

printf '\n'
jq -r --argjson first "$first" --argjson seen "$seen" '
  ($seen.closed | map(select(.round > $first))) as $rounds
  | ($rounds | map(select(.winner != null)) | length) as $won
  | (map(.plotted) | add) as $space
  | ["miner", "GiB", "share", "rounds won", "expected", "off by"],
    (.[] | .account as $account | (.plotted / $space) as $share
      | ($rounds | map(select(.winner == $account)) | length) as $wins
      | ($share * $won) as $expected | ($expected * (1 - $share) | sqrt) as $spread
      | [.name, .plotted / 1073741824, "\($share * 1000 | round / 10) %", $wins,
         "\($expected * 10 | round / 10) ± \($spread * 10 | round / 10)",
         "\(($wins - $expected) / $spread * 10 | round / 10) times the spread"])
  | @tsv' <<<"$accounts" | column -t -s $'\t'

unwon=$(jq --argjson first "$first" '[.closed[] | select(.round > $first and .winner == null)] | length' <<<"$seen")
after=$(jq -r .emission.remaining <<<"$seen")
made=$((before - after)) paid=0
while read -r reward; do paid=$((paid + reward)); done < <(jq -r --argjson first "$first" '.closed[] | select(.round > $first) | .reward' <<<"$seen")
# Each GiB of the bytes that the minutes marked makes a coin; what is less than a smallest unit is carried.
should=$(((carry + marked * COIN) >> 30))
printf '\n%s rounds, %s won by nobody. They made %s of %s to the coin, and were paid %s.\n' "$closed" "$unwon" "$made" "$COIN" "$paid"
if ((unwon == 0)); then
  printf 'The space that they marked should have made (%s + %s × %s) / 2^30 = %s.\n' "$carry" "$marked" "$COIN" "$should"
  ((made == should && paid == should)) || die "the rounds made something else than they should"
else
  printf 'The space that they marked would have made %s, had all been won: what nobody wins stays in the pool.\n' "$should"
  ((made == paid && paid < should)) || die "the rounds made something else than they paid"
fi
