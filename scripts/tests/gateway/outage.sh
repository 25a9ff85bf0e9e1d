# A gateway whose chain is gone for a while: reads go on, also after the gateway itself was killed, and what is written meanwhile gets to
# the network once the chain is back. Sourced while the gateway `anew` runs, has read everything once, and half of the miners are gone.
# shellcheck shell=bash

# Into a folder that has nothing: where files are there already, nothing would be read. Who keeps nothing asks the miners.
reads_everything_into() { # FOLDER
  rm -rf "$1"
  aws s3 sync --only-show-errors s3://site "$1" && diff -r -x waited -x news.txt -x late -x later "$data" "$1"
}
anew_json() { idlewild --json gateway --dir "$dir/anew" "$@"; }
says_silent() { anew_json status | jq -e '.network | .silent_seconds != null and .trouble != null' >/dev/null; }
says_well() { anew_json status | jq -e '.network | .silent_seconds == null and .trouble == null' >/dev/null; }
headers_of_page() { curl -s --max-time 10 -o /dev/null -D - "http://127.0.0.1:$WEB_PORT/name/garden/sub/deep/"; }
says_stale() { grep -qi '^x-idlewild-stale: [0-9]' <<<"$(headers_of_page)"; }
says_fresh() { local headers; headers=$(headers_of_page) && grep -q ' 200 ' <<<"$headers" && ! grep -qi '^x-idlewild-stale' <<<"$headers"; }
is_as() { # KEY FILE
  rm -f "$dir/outage.back"
  aws s3 cp --only-show-errors "s3://site/$1" "$dir/outage.back" && cmp "$dir/outage.back" "$2"
}
on_network() { # KEY
  aws s3api head-object --bucket site --key "$1" --debug 2>&1 | grep -q "x-idlewild-durability': 'network"
}

check "a page is by what the chain says now" says_fresh
# Where names lead is on the disk some seconds after it was asked.
check "where the name leads is noted" wait_until 60 grep -q '"path": "garden' "$dir/anew/seen-names.json"
check "the node is killed" devnet kill node
check "without the chain reads go on" reads_everything_into "$dir/without"
check "and writes are taken" aws s3 cp --only-show-errors "$data/sub/file 7" s3://site/late
check "but wait" refuses "error" anew flush --wait 5
check "which the status says" wait_until 30 says_silent
check "a browser is shown a page by its name" shows sub/deep/ '<h1>hello</h1>'
check "and told that the name is by what was known" wait_until 60 says_stale
check "which shows the page still" shows sub/deep/ '<h1>hello</h1>'

kill -KILL -- "-$GATEWAY"
wait "$GATEWAY" 2>/dev/null
forget_process "$GATEWAY"
check "killed, it starts without the chain" begin "$dir/anew"
check "and says so" grep -q 'the chain is not there' "$dir/anew.log"
check "what was acknowledged is there" is_as late "$data/sub/file 7"
check "what miners have is there too" reads_everything_into "$dir/without-again"
check "a browser is shown a page by its name, as before" shows sub/deep/ '<h1>hello</h1>'
check "and told that the name is by what was known" wait_until 60 says_stale
check "more is taken" aws s3 cp --only-show-errors "$data/sub/file 9" s3://site/later
check "and is there" is_as later "$data/sub/file 9"

check "the node comes back" devnet start node
for number in 0 1 2 3; do check "miner $number comes back" devnet start "$number"; done
check "the gateway goes on with the chain" wait_until 60 says_well
check "what waited goes to the miners" anew flush --wait 180
check "the first of it" on_network late
check "and the last" on_network later
check "as it was" is_as late "$data/sub/file 7"
