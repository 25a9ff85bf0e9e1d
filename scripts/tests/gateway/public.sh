# What one owner made public, at the gateway of another, on the network that is there: sourced by scripts/tests/gateway.sh while the first
# owner's gateway runs with the bucket `site`, which the name `garden` leads to.
# shellcheck shell=bash disable=SC2154

carol=$dir/carol
THEIR_S3=$(free_port) THEIR_WEB=$(free_port)
at_carol() { IDLEWILD_HOME=$carol IDLEWILD_ACCOUNT=carol "$BIN/idlewild" "$@"; }
theirs() { at_carol gateway --dir "$dir/theirs" "$@"; }
there() { curl -sf --max-time 60 "http://127.0.0.1:$THEIR_WEB/$1"; }
shows_there() { [[ $(there "$1") == "$2" ]]; }
# Says how it answers, and with which words.
answers_there() { # PATH STATUS(a pattern) WORDS
  [[ $(curl -s --max-time 60 -o "$dir/answer" -w '%{http_code}' "http://127.0.0.1:$THEIR_WEB/$1") == $2 ]] && grep -q "$3" "$dir/answer"
}
header_there() { # PATH NAME
  curl -sfI --max-time 60 "http://127.0.0.1:$THEIR_WEB/$1" | tr -d '\r' | sed -n "s/^$2: //p"
}

at_carol account import carol --suri //Charlie >/dev/null
idlewild transfer 300 "$(at_carol --json account ls | jq -r '.[0].address')" >/dev/null 2>&1
check "another owner has a gateway" theirs init --yes --allowance 50 --s3 "127.0.0.1:$THEIR_S3" --web "127.0.0.1:$THEIR_WEB"
ours=$GATEWAY
check "which starts" begin "$dir/theirs"
their_gateway=$GATEWAY GATEWAY=$ours

check "a name of a bucket that is not public is not shown" wait_until 60 answers_there name/garden/ 404 'not public'
check "nothing is made public unasked" refuses "--yes" network publish site </dev/null
check "nor by who does not own it" refuses "not yours" at_carol gateway --dir "$dir/on-chain" publish "$bucket" --yes
check "publishing says first what it means" grep -q 'cannot be undone' <(network publish site --yes 2>&1)
check "twice is once" grep -q 'was public before' <(network publish "$bucket" --yes)
is_public() { jq -e '.buckets[] | select(.name == "site").is_public' <(idlewild --json gateway --dir "$dir/on-chain" status); }
check "status tells it" wait_until 60 is_public
check "the other owner's gateway shows it by its name" wait_until 90 shows_there name/garden/sub/deep/ '<h1>hello</h1>'
check "and by its number" shows_there "bucket/$bucket/sub/deep/" '<h1>hello</h1>'
check "a file as it was written" cmp "$data/other" <(there "bucket/$bucket/other")
check "a part of it" cmp <(tail -c +5001 "$data/other" | head -c 300000) \
  <(curl -sf --max-time 60 -r 5000-304999 "http://127.0.0.1:$THEIR_WEB/bucket/$bucket/other")
printf 'news' >"$dir/news"
check "what is written later" aws s3 cp --only-show-errors "$dir/news" s3://site/news.txt
check "goes to the miners" network flush --wait 120
check "and is shown there too" wait_until 60 shows_there name/garden/news.txt news
theirs --json key new >"$dir/their-key"
their_buckets() { AWS_ACCESS_KEY_ID=$(jq -r .access_key_id "$dir/their-key") AWS_SECRET_ACCESS_KEY=$(jq -r .secret_access_key "$dir/their-key") aws --endpoint-url "http://127.0.0.1:$THEIR_S3" s3api list-buckets --query 'length(Buckets)'; }
check "S3 clients of that gateway do not see it" test "$(their_buckets)" = 0

check "an object is published" bash -c '"$@" >"$0"' "$dir/publication" "$BIN/idlewild" --json publish s3://site/other --dir "$dir/on-chain" \
  --name other.bin --class 2+2 --term 2h --yes
publication=$(jq -r .publication "$dir/publication") hash=$(jq -r '.hash | ltrimstr("0x")' "$dir/publication")
is_there() { there "publication/$publication" >"$dir/published" && cmp "$data/other" "$dir/published"; }
check "any gateway shows it" wait_until 90 is_there
check "with the hash that stands on chain" test "$(header_there "publication/$publication/other.bin" x-idlewild-hash)" = "$hash"
check "which is the root of its verified stream" test "$(header_there "publication/$publication?format=bao" x-idlewild-blake3)" = "$hash"
check "a name leads to it" idlewild name set garden/docs object "publication/$publication"
named() { there name/garden/docs | cmp - "$data/other"; }
check "and shows it" wait_until 90 named
check "it is withdrawn" idlewild unpublish "$publication"
check "and is shown no more" wait_until 60 answers_there "publication/$publication" '4[01][04]' 'withdrawn'
check "the other owner's gateway stops" stop_process "$their_gateway" 20
