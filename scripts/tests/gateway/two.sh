# Two gateways of one owner: what is asked of one is done by the other, which writes the bucket; and what both wrote apart is merged, with
# nothing of it lost. Sourced while a gateway runs on a network that has all of its miners.
# shellcheck shell=bash

SECOND_PORT=$(free_port) SECOND_WEB=$(free_port)
second() { idlewild gateway --dir "$dir/second" "$@"; }
second_json() { idlewild --json gateway --dir "$dir/second" "$@"; }
first_json() { idlewild --json gateway --dir "$dir/on-chain" "$@"; }
at_second() {
  AWS_ACCESS_KEY_ID=$(jq -r .access_key_id "$dir/second.key") AWS_SECRET_ACCESS_KEY=$(jq -r .secret_access_key "$dir/second.key") \
    AWS_ENDPOINT_URL=http://127.0.0.1:$SECOND_PORT aws "$@"
}
# Of the second gateway's bucket, as its status has it.
of_pair() { second_json status | jq -e ".buckets[] | select(.name == \"pair\") | $1" >/dev/null; }
FIRST=$GATEWAY

check "a bucket for two" aws s3 mb s3://pair
check "with something in it" aws s3 cp --only-show-errors "$data/sub/file 1" s3://pair/begun
check "which is sent" network flush pair --wait 120
check "a second gateway gets the buckets of the first in one command" \
  second init --yes --grant-all --allowance 5000 --s3 "127.0.0.1:$SECOND_PORT" --web "127.0.0.1:$SECOND_WEB"
check "both are listed with what they have" \
  test "$(idlewild --json gateway ls | jq '[.[] | select(.endpoint != "" and (.buckets | length) > 1)] | length')" = 2
settle_in "$dir/second"
check "it has a key of its own" test -n "$(second_json key new >"$dir/second.key" && cat "$dir/second.key")"
check "it starts" begin "$dir/second"
SECOND=$GATEWAY GATEWAY=$FIRST
sees_begun() { at_second s3 cp --only-show-errors s3://pair/begun "$dir/begun" && cmp "$dir/begun" "$data/sub/file 1"; }
check "it sees what the first wrote" wait_until 120 sees_begun
# A lease that has begun a while ago is renewed.
check "which goes on writing" aws s3 cp --only-show-errors "$data/sub/file 2" s3://pair/more
check "and sending" network flush pair --wait 120
check "and knows who writes" wait_until 60 of_pair '.writer != null'

check "what is put at the second" at_second s3 cp --only-show-errors "$data/sub/file 7" s3://pair/passed
check "is at the first at once" aws s3 cp --only-show-errors s3://pair/passed "$dir/passed"
check "as it was" cmp "$dir/passed" "$data/sub/file 7"
check "an upload in parts goes through" at_second s3 cp --only-show-errors "$dir/aws/large" s3://pair/large
check "and is at the first" aws s3 cp --only-show-errors s3://pair/large "$dir/passed"
check "byte for byte" cmp "$dir/passed" "$dir/aws/large"
check "and the second reads it there" at_second s3 cp --only-show-errors s3://pair/large "$dir/passed-back"
check "byte for byte too" cmp "$dir/passed-back" "$dir/aws/large"
check "the second has no version of it of its own" refuses "no version" second history pair large

check "the first writes what the second will write too" aws s3 cp --only-show-errors "$data/sub/file 11" s3://pair/both
kill -KILL -- "-$FIRST"
wait "$FIRST" 2>/dev/null
forget_process "$FIRST"
check "with the first killed a put at the second is acknowledged" at_second s3 cp --only-show-errors "$data/sub/file 22" s3://pair/both
check "and read there" at_second s3 cp --only-show-errors s3://pair/both "$dir/both"
check "as it was" cmp "$dir/both" "$data/sub/file 22"
check "which the status says" of_pair '.trouble | contains("did not answer")'
check "the first starts again" begin "$dir/on-chain"
FIRST=$GATEWAY
check "the second gets its turn" second flush pair --wait 240
hashes() { "$1" history pair --limit 1000 | jq -S '[.commits[].hash] | sort'; }
versions_at() { "$1" history pair both | jq -S '[.versions[] | {id, size, is_current, gateway}]'; }
both_agree() {
  [[ $(hashes first_json) == "$(hashes second_json)" && $(versions_at first_json) == "$(versions_at second_json)" ]] &&
    [[ $(versions_at first_json | jq length) == 2 ]]
}
check "and both have the same tree" wait_until 120 both_agree
check "with a version of each" test "$(versions_at second_json | jq '[.[].gateway] | unique | length')" = 2
lost=$(versions_at second_json | jq -r '[.[] | select(.is_current | not)][0].id')
at_second s3api get-object --bucket pair --key both --version-id "$lost" "$dir/lost" >/dev/null
check "history for people" grep -q "$lost" <(second history pair both)
check "commits for people" grep -q head <(second history pair)
check "the one that lost is restored" second restore pair both --version "$lost"
check "and read" at_second s3 cp --only-show-errors s3://pair/both "$dir/both"
check "as it was" cmp "$dir/both" "$dir/lost"
check "and nothing went by that" test "$(versions_at second_json | jq length)" = 3
check "what is not there is not restored" refuses "has no version" second restore pair both --version 00
check "the restored one is sent" second flush pair --wait 120
follows() { [[ $(versions_at first_json) == "$(versions_at second_json)" ]]; }
check "and the first follows" wait_until 120 follows

# Asked for once more when the first is built anew, and the second may not write any more.
by_second=$(versions_at first_json | jq -r --argjson size "$(stat -c %s "$data/sub/file 22")" '[.[] | select(.size == $size)][0].id')

check "an endpoint is announced" second announce "http://127.0.0.1:$SECOND_PORT"
check "a bucket is taken from the second" second withdraw --bucket pair
pair=$(first_json status | jq '.buckets[] | select(.name == "pair").id')
check "which is listed" test "$(idlewild --json gateway ls | jq "[.[] | select(.buckets | index($pair))] | length")" = 1
first_writes() { aws s3 cp --only-show-errors "$data/sub/file 3" s3://pair/after && network flush pair --wait 60; }
check "and the first writes it" wait_until 120 first_writes
check "the second stops" stop_process "$SECOND" 20
GATEWAY=$FIRST

check "nobody retires it unasked" refuses "--yes" second retire </dev/null
check "nor who does not own it" refuses "not for this account" at_carol gateway --dir "$dir/second" retire --yes
check "nor where none of the owner's is" refuses "gateway ls" second retire http://127.0.0.1:1 --yes
check "it is retired by where it is" bash -c '"$@" >"$0"' "$dir/retired" "$BIN/idlewild" --json gateway --dir "$dir/second" \
  retire "http://127.0.0.1:$SECOND_PORT" --yes
check "with what comes back" jq -e '(.deposit | tonumber) > 0 and (.allowance | tonumber) > 0 and .access_keys == 1 and
  (.buckets | length) > 0 and .block > 0' "$dir/retired"
check "it is listed no more" test "$(idlewild --json gateway ls | jq --slurpfile gone "$dir/retired" '[.[].account] | length > 0 and all(. != $gone[0].gateway)')" = true
check "and starts no more" refuses "knows no gateway" timeout 60 "$BIN/idlewild" gateway --dir "$dir/second" start
check "it is not retired twice" refuses "no such gateway" second retire --yes
check "the first goes on" aws s3 cp --only-show-errors "$data/sub/file 4" s3://pair/after
