# A site that nobody hosts: sourced by demo.sh.
#
# A chain, 8 miners and a gateway. A site with a film is put by the AWS CLI, goes to the miners as 4 + 4 shards, and gets a name. A browser
# opens it, plays the film and jumps in it. Then 4 of the miners and the gateway are lost with their disks; a gateway that is made anew
# from the 24 words shows the same, bit for bit, out of what 4 miners have.
# shellcheck shell=bash

MINERS=8 KILLED=4 NAME=garden
source "$IDLEWILD_ROOT/scripts/python.sh"
for program in chromium ffmpeg node; do
  command -v "$program" >/dev/null || die "$program is missing: run scripts/setup.sh --demo"
done
pictures=$PWD
browser=$IDLEWILD_ROOT/scripts/demo/gateway/browser.js
# The ports of both fronts, held at one time so that they differ.
read -r s3 web < <(python3 -c 'import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in held))')
address=http://$NAME.localhost:$web

rows=()
# What happened | block | seconds since the start | coins
row() { rows+=("$1"$'\t'"$(block)"$'\t'"$((SECONDS - begun)) s"$'\t'"${2:-}"); }
block() { idlewild_status | jq -r '[.[] | .report.storage.block // empty] | max // 0'; }
coins() { jq -rn --argjson p "$1" '($p / 1e9 | round) / 1000 | tostring + " IDW"'; }
free() { idlewild account balance --json | jq -r '.free'; }
gateway() { idlewild gateway --dir "$dir/$1" "${@:2}"; } # FOLDER COMMAND...
make_gateway() { # FOLDER OPTION...
  gateway "$1" init --yes --s3 "127.0.0.1:$s3" --web "127.0.0.1:$web" "${@:2}" >/dev/null
  # A small class for a small network, and segments that the film is several of.
  sed -i -e 's/^class = .*/class = "hot"/' -e 's/^term = .*/term = "2h"/' -e 's/^segment_mib = .*/segment_mib = 8/' "$dir/$1/gateway.toml"
}
run_gateway() { # FOLDER
  background "$dir/$1.log" "$(command -v idlewild)" gateway --dir "$dir/$1" start
  running=$BACKGROUND_PID
  wait_until 60 gateway "$1" status >/dev/null 2>&1 || { tail -n 20 "$dir/$1.log" >&2; die "the gateway does not start"; }
}

step "The AWS CLI, and a film of a minute"
python_with "$IDLEWILD_ROOT/scripts/tests/gateway/requirements.txt" || die "the AWS CLI cannot be installed from PyPI"
aws() { timeout 300 "$PYTHON_BIN/aws" "$@"; }
cp -r "$IDLEWILD_ROOT/scripts/demo/gateway/site" "$dir/site"
film=$dir/site/film.mp4
progress "a film" "$CARGO_TARGET_DIR/logs/demo-film.log" ffmpeg -hide_banner -nostdin -y -f lavfi -i testsrc2=size=1280x720:rate=25 -t 60 \
  -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -b:v 3500k -movflags +faststart "$film"
size=$(stat -c %s "$film")

step "A chain and $MINERS miners"
setting=$(devnet up --miners "$MINERS" --no-build)
eval "$(tail -n 1 <<<"$setting")"
before=$(free)
row "a chain and $MINERS miners run"

step "A name, a gateway and a bucket"
idlewild name register "$NAME" --yes
row "$NAME is registered: first a hash of what is wanted, blocks later the name" "$(coins $((before - $(free)))) paid or on hold"
make_gateway gateway --allowance 5000
run_gateway gateway
key=$(gateway gateway --json key new)
AWS_ACCESS_KEY_ID=$(jq -r .access_key_id <<<"$key") AWS_SECRET_ACCESS_KEY=$(jq -r .secret_access_key <<<"$key")
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION=idlewild AWS_ENDPOINT_URL=http://127.0.0.1:$s3 AWS_PAGER=''
# Of the user who runs this nothing is to be read.
unset AWS_PROFILE AWS_SESSION_TOKEN
export AWS_CONFIG_FILE=$dir/aws.none AWS_SHARED_CREDENTIALS_FILE=$dir/aws.none AWS_EC2_METADATA_DISABLED=true
# What is full goes to the miners by itself, while the rest is still put.
before=$(free)
aws s3 mb "s3://$NAME" >/dev/null
aws s3 website "s3://$NAME" --index-document index.html
aws s3api put-bucket-policy --bucket "$NAME" --policy "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::$NAME/*\"}]}"
aws s3 sync --only-show-errors "$dir/site" "s3://$NAME"
row "aws s3 sync put the site: $(find "$dir/site" -type f | wc -l) files, $(du -sb "$dir/site" | cut -f 1) bytes, safe on the gateway's disk"
gateway gateway flush --wait 300 >/dev/null
seen=$(gateway gateway --json status)
[[ $(jq .store.waiting_bytes <<<"$seen") == 0 ]] || die "the gateway says that bytes wait still: $seen"
row "the miners have it: encrypted, 4 + 4 shards of each segment" "$(coins $((before - $(free)))) on hold"
idlewild name set "$NAME" bucket "$(jq --arg name "$NAME" '.buckets[] | select(.name == $name).id' <<<"$seen")"
shows() { curl -sf --max-time 20 "$address/" | cmp -s - "$dir/site/index.html"; }
wait_until 120 shows || die "$address/ does not show the site"
row "$NAME leads to the bucket: $address/"

# One range of the film: the status, what the answer says of it, and its bytes.
range() { # FIRST LAST
  local said
  said=$(curl -sf --max-time 120 -H "Range: bytes=$1-$2" -o "$dir/piece" -D - "$address/film.mp4" | tr -d '\r') || die "the bytes $1 to $2 of the film do not come"
  grep -q '^HTTP/1.1 206 ' <<<"$said" || die "a range is answered with ${said%%$'\n'*}"
  grep -qi "^content-range: bytes $1-$2/$size\$" <<<"$said" || die "the range $1 to $2 is told wrong: $said"
  cmp -s "$dir/piece" <(tail -c "+$(($1 + 1))" "$film" | head -c $(($2 - $1 + 1))) || die "the bytes $1 to $2 of the film are others"
}
ranges() {
  range 0 0
  range $((size - 1)) $((size - 1))
  # Over the edge of a segment, and of the 1 MiB that ciphers and proofs go by.
  range $(((8 << 20) - 70000)) $(((8 << 20) + 70000))
  range $((size / 2)) $((size / 2 + (3 << 20)))
}
# Opens the site, and holds what the browser made of it against what is to be.
visit() { # SCREENSHOT
  local seen
  # Each time a browser that was never here: it has nothing of the site from before.
  seen=$(node "$browser" "$address/" "$(mktemp -d "$dir/browser.XXXXXX")" "$1" 240) || die "the browser did not show the site"
  jq -e '.page | .picture == [120, 120] and .style == "rgb(45, 58, 46)" and .size == [1280, 720] and (.duration - 60 | fabs) < 0.1
    and .played > 0 and (.current - 48 | fabs) < 0.1 and (.shown - 48 | fabs) < 0.1' <<<"$seen" >/dev/null ||
    die "the page is not as it should be: $(jq -c .page <<<"$seen")"
  # The film came in pieces, one of them from far within it.
  jq -e '[.answers[] | select(.url | endswith("/film.mp4"))] | length > 1 and all(.[]; .status == 206)
    and any(.[]; .range != "bytes=0-" and (.range | ltrimstr("bytes=") | rtrimstr("-") | tonumber) > 10000000)' <<<"$seen" >/dev/null ||
    die "the browser did not jump in the film: $(jq -c .answers <<<"$seen")"
  # A browser asks for an icon by itself, which there is none of.
  jq -e 'all(.answers[]; .status < 400 or (.url | endswith("/favicon.ico")))' <<<"$seen" >/dev/null ||
    die "something of the page did not come: $(jq -c .answers <<<"$seen")"
  note "style, script and picture are there; the film ran, and jumped to $(jq -r .page.shown <<<"$seen") s after $(jq '[.answers[] | select(.status == 206)] | length' <<<"$seen") ranges of it"
}
step "A browser"
ranges
visit "$pictures/$NAME-before.png"
row "Chromium shows it, plays the film and jumps in it; any range of it comes"
note "$pictures/$NAME-before.png"

step "$KILLED of the $MINERS miners are lost with their disks, and so is the gateway"
cp "$dir/gateway/gateway.key" "$dir/words"
kill -KILL -- "-$running"
wait "$running" 2>/dev/null || true
forget_process "$running"
rm -rf "$dir/gateway"
for ((number = 0; number < KILLED; number++)); do devnet kill "$number" --wipe; done
[[ $(idlewild_status | jq '[.[] | select(.report.storage)] | length') == $((MINERS - KILLED)) ]] || die "not $((MINERS - KILLED)) miners run"
! shows || die "$address/ shows the site without a gateway"
row "$KILLED miners killed and the gateway, their disks deleted: 24 words are left"

step "A gateway from the 24 words"
make_gateway anew --mnemonic-file "$dir/words"
run_gateway anew
wait_until 300 shows || { tail -n 20 "$dir/anew.log" >&2; die "the gateway that was made anew does not show the site"; }
row "the gateway is made anew and serves the name: of the site it had no byte"
ranges
visit "$pictures/$NAME-after.png"
cmp "$pictures/$NAME-before.png" "$pictures/$NAME-after.png" || die "the browser shows something else than before"
aws s3 sync --only-show-errors "s3://$NAME" "$dir/fetched"
diff -r "$dir/site" "$dir/fetched" || die "the site came back changed"
row "Chromium shows the same, pixel for pixel; every file is as it was"
note "$pictures/$NAME-after.png"
stop_process "$running" 20

printf '\n'
{
  printf 'what happened\tblock\tafter\tcoins\n'
  printf '%s\n' "${rows[@]}"
} | column -t -s $'\t'
printf '\nA site with a film of %s bytes survived the loss of its gateway and of %s of its %s miners. %s\nScreenshots: %s\n' \
  "$size" "$KILLED" "$MINERS" "$(duration $((SECONDS - begun)))" "$pictures/$NAME-before.png $pictures/$NAME-after.png"
