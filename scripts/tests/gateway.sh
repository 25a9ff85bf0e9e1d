#!/usr/bin/env bash
# A gateway as a process, and the clients that people have: boto3, the AWS CLI, @aws-sdk/client-s3, rclone, restic and s3cmd. Then one on a
# network: names, what miners hold, and a gateway that is built anew.
# No -e: a check that fails is counted, and the others go on.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$IDLEWILD_ROOT/scripts/python.sh"
source "$IDLEWILD_ROOT/scripts/npm.sh"

# On a disk, which a folder for temporary files often is not: what is durable is to be seen there.
mkdir -p "$HOME/.cache/idlewild"
dir=$(mktemp -d "$HOME/.cache/idlewild/gateway-test.XXXXXX")
source "$IDLEWILD_ROOT/scripts/tests/checks.sh"
clean_up() {
  if ((failed)); then mkdir -p "$CARGO_TARGET_DIR/logs/gateway" && cp "$dir"/*.log "$CARGO_TARGET_DIR/logs/gateway/" 2>/dev/null; fi
  devnet down >/dev/null 2>&1
  rm -rf "$dir"
}
at_exit clean_up
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$dir/net"; }
BIN=${IDLEWILD_BIN:-$CARGO_TARGET_DIR/release}
SUITES=$IDLEWILD_ROOT/scripts/tests/gateway
idlewild() { "$BIN/idlewild" "$@"; }
gateway() { idlewild gateway --dir "$dir/gateway" "$@"; }

python_with "$SUITES/requirements.txt" || die "the clients of PyPI cannot be installed"
npm_with "$SUITES/package.json" >"$dir/npm.log" 2>&1 || die "the client of npm cannot be installed: see $dir/npm.log"

S3_PORT=$(free_port) WEB_PORT=$(free_port) METRICS_PORT=$(free_port)
export IDLEWILD_S3=http://127.0.0.1:$S3_PORT IDLEWILD_PATIENCE=5
start() {
  # Of the gateway alone: the environment has what its clients need.
  background "$dir/gateway.log" "$BIN/idlewild" gateway --dir "$dir/gateway" start
  GATEWAY=$BACKGROUND_PID
  wait_until 30 gateway status >/dev/null 2>&1
}

# ---- a gateway of its own ------------------------------------------------------------------------------------------------------
check "a gateway is made" gateway init --local --s3 "127.0.0.1:$S3_PORT" --web "127.0.0.1:$WEB_PORT"
check "and not made twice" refuses "is there already" gateway init --local
sed -i "s/^patience_seconds.*/patience_seconds = $IDLEWILD_PATIENCE/; s/^# \(listen = \"127.0.0.1:\)9616/\1$METRICS_PORT/" "$dir/gateway/gateway.toml"
check "its secret is for its owner alone" test "$(stat -c %a "$dir/gateway/gateway.key")" = 600
key=$(idlewild --json gateway --dir "$dir/gateway" key new) || die "no access key: $key"
AWS_ACCESS_KEY_ID=$(jq -r .access_key_id <<<"$key") AWS_SECRET_ACCESS_KEY=$(jq -r .secret_access_key <<<"$key")
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION=idlewild AWS_ENDPOINT_URL=$IDLEWILD_S3 AWS_MAX_ATTEMPTS=1
export AWS_CONFIG_FILE=$dir/aws.config AWS_SHARED_CREDENTIALS_FILE=$dir/aws.none AWS_PAGER='' AWS_EC2_METADATA_DISABLED=true
check "it starts" start
check "one folder has one gateway" refuses "open in another process" gateway start

# ---- libraries -----------------------------------------------------------------------------------------------------------------
# Each prints its own checks, and then their count. One that ends before that is a check that failed.
suite_of() { # NAME COMMAND...
  local log=$dir/suite-$1.log name=$1 status
  shift
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$SUITES timeout 300 "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  check "$name ends with its count" is_counted "$log" "$status"
}
is_counted() { # LOG STATUS
  local counts
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1") || { echo "it counts nothing, and ends with the status $2"; return 1; }
  case $2,$counts in
    0,[1-9]*' passed, 0 failed' | 1,*' passed, '[1-9]*' failed') (($(wc -l <<<"$counts") == 1)) ;;
    *) echo "it ends with the status $2 after $counts"; return 1 ;;
  esac
}
suite_of boto3 "$PYTHON_BIN/python" "$SUITES/sdk_python.py"
suite_of abuse "$PYTHON_BIN/python" "$SUITES/abuse.py"
suite_of load "$PYTHON_BIN/python" "$SUITES/load.py"
cp "$SUITES/sdk.js" "$SUITES/package.json" "$dir/" && ln -s "$NODE_MODULES" "$dir/node_modules"
suite_of client-s3 node "$dir/sdk.js"

# ---- programs ------------------------------------------------------------------------------------------------------------------
data=$dir/data
mkdir -p "$data/sub/deep"
head -c 20000000 /dev/urandom >"$data/large"
for number in {1..40}; do head -c $((number * 111)) /dev/urandom >"$data/sub/file $number"; done
printf '<h1>hello</h1>' >"$data/sub/deep/index.html"
same() { diff -r "$data" "$1"; }

# Signing by itself, as it is installed by others: awscrt is here for the checksums of boto3.
aws() { BOTO_DISABLE_CRT=true timeout 120 "$PYTHON_BIN/aws" "$@"; }
check "aws: a bucket" aws s3 mb s3://cli
check "aws: a folder goes up" aws s3 sync --only-show-errors "$data" s3://cli/tree
check "aws: and comes back" aws s3 sync --only-show-errors s3://cli/tree "$dir/aws"
check "aws: as it was" same "$dir/aws"
nothing_is_sent() {
  local said
  said=$(aws s3 sync --size-only "$data" s3://cli/tree) && [[ -z $said ]] || { echo "$said"; return 1; }
}
check "aws: what did not change is not sent again" nothing_is_sent
check "aws: a listing" grep -q 'sub/file 7$' <(aws s3 ls --recursive s3://cli/tree/)
check "aws: moving" aws s3 mv --only-show-errors s3://cli/tree/large s3://cli/moved
check "aws: everything goes" aws s3 rb --force s3://cli

rclone_at() { timeout 120 "$PYTHON_BIN/rclone" --config /dev/null --s3-provider Other --s3-env-auth --s3-endpoint "$IDLEWILD_S3" --s3-force-path-style "$@"; }
check "rclone: a folder goes up" rclone_at copy "$data" :s3:rclone/tree
check "rclone: every file is as it was" rclone_at check --download "$data" :s3:rclone/tree
check "rclone: a file is streamed in" bash -c "head -c 9000000 /dev/urandom | '$PYTHON_BIN/rclone' --config /dev/null --s3-provider Other --s3-env-auth --s3-endpoint '$IDLEWILD_S3' --s3-chunk-size 5Mi rcat :s3:rclone/streamed"
check "rclone: renaming" rclone_at moveto :s3:rclone/streamed :s3:rclone/renamed
check "rclone: its size" test "$(rclone_at size --json :s3:rclone/renamed | jq .bytes)" = 9000000
check "rclone: everything goes" rclone_at purge :s3:rclone

export RESTIC_REPOSITORY=s3:$IDLEWILD_S3/restic RESTIC_PASSWORD=test RESTIC_CACHE_DIR=$dir/restic-cache
check "restic: a repository" timeout 120 restic init
check "restic: a backup" timeout 120 restic backup "$data"
rm -f "$data/large" && head -c 1000000 /dev/urandom >"$data/other"
check "restic: another" timeout 120 restic backup "$data"
check "restic: every byte is checked" timeout 120 restic check --read-data
check "restic: back" timeout 120 restic restore latest --target "$dir/restored"
check "restic: as it was" same "$dir/restored$data"
check "restic: forgotten and pruned" timeout 120 restic forget --keep-last 1 --prune

s3cmd_at() {
  timeout 120 "$PYTHON_BIN/s3cmd" --config /dev/null --no-ssl --host "127.0.0.1:$S3_PORT" --host-bucket "127.0.0.1:$S3_PORT" --region idlewild \
    --access_key "$AWS_ACCESS_KEY_ID" --secret_key "$AWS_SECRET_ACCESS_KEY" --no-progress "$@"
}
check "s3cmd: a bucket" s3cmd_at mb s3://s3cmd
check "s3cmd: a file in parts goes up" s3cmd_at put --multipart-chunk-size-mb 5 "$dir/aws/large" s3://s3cmd/large
check "s3cmd: and comes back" s3cmd_at get s3://s3cmd/large "$dir/s3cmd"
check "s3cmd: as it was" cmp "$dir/aws/large" "$dir/s3cmd"
check "s3cmd: a listing" grep -q 's3://s3cmd/large' <(s3cmd_at ls s3://s3cmd)
check "s3cmd: everything goes" s3cmd_at rb --recursive --force s3://s3cmd

# ---- what a person asks --------------------------------------------------------------------------------------------------------
check "status for people" grep -q 'S3' <(gateway status)
check "status for programs" jq -e '.store' <(idlewild --json gateway --dir "$dir/gateway" status)
metrics() { curl -sf --max-time 10 "http://127.0.0.1:$METRICS_PORT/metrics"; }
check "figures for Prometheus count what clients asked" grep -qE '^idlewild_gateway_requests_total\{front="s3",status="2xx"\} [1-9]' <(metrics)
check "a second key, which may only read" test -n "$(reader=$(idlewild --json gateway --dir "$dir/gateway" key new --rights read,list) && echo "$reader" >"$dir/reader" && cat "$dir/reader")"
as_reader() { AWS_ACCESS_KEY_ID=$(jq -r .access_key_id "$dir/reader") AWS_SECRET_ACCESS_KEY=$(jq -r .secret_access_key "$dir/reader") aws "$@"; }
check "it reads" as_reader s3 ls s3://python/
check "it does not write" refuses "AccessDenied" as_reader s3api put-object --bucket python --key forbidden
check "a key is revoked" gateway key revoke "$(jq -r .access_key_id "$dir/reader")"
key_is_dead() { refuses "InvalidAccessKeyId" as_reader s3 ls s3://python/; }
check "and opens nothing any more" wait_until 10 key_is_dead

# ---- killed, at any time -------------------------------------------------------------------------------------------------------
# A presigned address to put to, or to get from.
python_url() { # put|get KEY [BUCKET]
  PYTHONPATH=$SUITES "$PYTHON_BIN/python" -c 'import sys; from harness import client
print(client().generate_presigned_url(sys.argv[1] + "_object", Params={"Bucket": sys.argv[3], "Key": sys.argv[2]}, ExpiresIn=600))' "$1" "$2" "${3:-site}"
}
storm() { # ROUND
  local round=$1 number
  for number in {1..400}; do
    head -c 3000 /dev/urandom >"$dir/storm.body"
    curl -sf --max-time 10 -T "$dir/storm.body" "$(sed -n "${number}p" "$dir/addresses.$round")" >/dev/null || return 0
    echo "$(md5sum <"$dir/storm.body" | cut -d ' ' -f 1) s/$round/$number" >>"$dir/acknowledged"
  done
}
cat >"$dir/addresses.py" <<'PY'
import sys
from harness import client
s3 = client()
for number in range(1, 401):
    print(s3.generate_presigned_url("put_object", Params={"Bucket": "storm", "Key": f"s/{sys.argv[1]}/{number}"}, ExpiresIn=600))
PY
aws s3 mb s3://storm >/dev/null
for round in 1 2 3; do
  PYTHONPATH=$SUITES "$PYTHON_BIN/python" "$dir/addresses.py" "$round" >"$dir/addresses.$round"
  storm "$round" &
  stormer=$!
  : >>"$dir/acknowledged"
  before=$(wc -l <"$dir/acknowledged")
  some_more() { (($(wc -l <"$dir/acknowledged") >= before + 20 + 13 * round)); }
  check "objects are put (round $round)" wait_until 30 some_more
  kill -KILL -- "-$GATEWAY"
  wait "$GATEWAY" "$stormer" 2>/dev/null
  forget_process "$GATEWAY"
  check "it starts again after a kill (round $round)" start
done
everything_is_there() {
  local sum key
  while read -r sum key; do
    [[ $(curl -sf --max-time 10 "$(jq -r --arg k "$key" '.[$k]' "$dir/reads")" | md5sum | cut -d ' ' -f 1) == "$sum" ]] || { echo "$key"; return 1; }
  done <"$dir/acknowledged"
}
cat >"$dir/reads.py" <<'PY'
import json, sys
from harness import client
s3 = client()
keys = [line.split()[1] for line in open(sys.argv[1])]
print(json.dumps({key: s3.generate_presigned_url("get_object", Params={"Bucket": "storm", "Key": key}, ExpiresIn=600) for key in keys}))
PY
PYTHONPATH=$SUITES "$PYTHON_BIN/python" "$dir/reads.py" "$dir/acknowledged" >"$dir/reads"
check "nothing that was acknowledged is lost ($(wc -l <"$dir/acknowledged") objects)" everything_is_there
none_is_half() {
  local listed
  listed=$(aws s3api list-objects-v2 --bucket storm --output json) && jq -e '(.Contents | length > 0) and all(.Contents[]; .Size == 3000)' <<<"$listed"
}
check "and nothing is half there" none_is_half
check "it stops when asked to" stop_process "$GATEWAY" 20
check "and says that it is not running" refuses "not running" gateway status
source "$SUITES/full.sh"

# ---- on a network --------------------------------------------------------------------------------------------------------------
setting=$(devnet up --miners 8 --no-build) || die "there is no network: $setting"
# Of the network: the node, an account with coins, its password.
eval "$(tail -n 1 <<<"$setting")"
network() { idlewild gateway --dir "$dir/on-chain" "$@"; }
anew() { idlewild gateway --dir "$dir/anew" "$@"; }
# As patient as a test may be, and with nothing kept on this disk that miners have.
settle_in() { # FOLDER
  sed -i -e 's/^class = .*/class = "hot"/' -e 's/^term = .*/term = "2h"/' -e 's/^flush_seconds.*/flush_seconds = 600/' \
    -e 's/^keep_mib.*/keep_mib = 0/' -e 's/^memory_mib.*/memory_mib = 1/' -e 's/^cache_mib.*/cache_mib = 0/' "$1/gateway.toml"
}
begin() { # FOLDER
  background "$1.log" "$BIN/idlewild" gateway --dir "$1" start
  GATEWAY=$BACKGROUND_PID
  wait_until 30 idlewild gateway --dir "$1" status >/dev/null 2>&1
}
# Follows from the state of the chain alone: asked until it is so.
page() { curl -sf --max-time 10 "http://127.0.0.1:$WEB_PORT/name/garden/$1"; }
shows() { [[ $(page "$1") == "$2" ]]; }

check "a free name is told" grep -q 'is free' <(idlewild name search garden)
check "a name is registered" idlewild name register garden --yes
check "and is nobody else's" grep -q 'taken' <(idlewild name search garden)
check "another name" idlewild name register modern --yes
check "what looks like it is taken too" grep -q 'looks like modern' <(idlewild name search rn0dern)
check "a subname" idlewild name sub add garden docs
check "it is listed" grep -q docs <(idlewild name ls garden)
check "a gateway is registered" network init --yes --allowance 5000 --s3 "127.0.0.1:$S3_PORT" --web "127.0.0.1:$WEB_PORT"
check "the chain has its key" test -n "$(idlewild --json gateway --dir "$dir/on-chain" key new >"$dir/key" && cat "$dir/key")"
AWS_ACCESS_KEY_ID=$(jq -r .access_key_id "$dir/key") AWS_SECRET_ACCESS_KEY=$(jq -r .secret_access_key "$dir/key")
settle_in "$dir/on-chain"
check "it starts on the chain" begin "$dir/on-chain"
check "a bucket" aws s3 mb s3://site
check "a site goes up" aws s3 sync --only-show-errors "$data" s3://site
aws s3api put-bucket-policy --bucket site --policy '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}]}'
aws s3 website s3://site --index-document index.html
durability() { aws s3api head-object --bucket site --key other --debug 2>&1 | grep -o "x-idlewild-durability': '[a-z]*" | head -n 1; }
check "what is written is on this disk first" grep -q local <(durability)
check "and goes to the miners when asked for" network flush --wait 120
check "which is told" grep -q network <(durability)
check "a put can wait for that" curl -sf --max-time 120 -H "x-idlewild-ack: network" -T "$data/sub/deep/index.html" "$(python_url put waited)"
bucket=$(idlewild --json gateway --dir "$dir/on-chain" status | jq '.buckets[] | select(.name == "site").id')
check "the name leads to it" idlewild name set garden bucket "$bucket"
check "a browser is shown it" wait_until 90 shows sub/deep/ '<h1>hello</h1>'
source "$SUITES/shares.sh"
source "$SUITES/public.sh"
source "$SUITES/two.sh"
for number in 0 1 2 3; do devnet kill "$number" >/dev/null; done
check "with half of the miners gone it comes back" aws s3 sync --only-show-errors s3://site "$dir/from-miners"
check "as it was" diff -r -x waited -x news.txt "$data" "$dir/from-miners"
check "the browser is still shown it" shows sub/deep/ '<h1>hello</h1>'
check "it stops" stop_process "$GATEWAY" 20
check "its mnemonic makes it anew" anew init --yes --mnemonic-file "$dir/on-chain/gateway.key" --s3 "127.0.0.1:$S3_PORT" --web "127.0.0.1:$WEB_PORT"
settle_in "$dir/anew"
check "it starts with nothing" begin "$dir/anew"
everything_is_back() { aws s3 sync --only-show-errors s3://site "$dir/again" && diff -r -x waited -x news.txt "$data" "$dir/again"; }
check "and has everything that miners have" wait_until 60 everything_is_back
written_by_second() {
  aws s3api get-object --bucket pair --key both --version-id "$by_second" "$dir/by-second" >/dev/null && cmp "$dir/by-second" "$data/sub/file 22"
}
check "also what a gateway wrote that may not write any more" wait_until 60 written_by_second
check "and is shown to browsers too" wait_until 30 shows sub/deep/ '<h1>hello</h1>'
source "$SUITES/outage.sh"
devnet kill node >/dev/null
check "it stops without the chain too" stop_process "$GATEWAY" 30

printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
