# Sharing and publishing between accounts on the network that is there: sourced by scripts/tests/gateway.sh.
# shellcheck shell=bash disable=SC2154

bob=$dir/bob
shared=$dir/shared
mkdir -p "$shared"
head -c 300000 /dev/urandom >"$shared/photo"
at_bob() { IDLEWILD_HOME=$bob IDLEWILD_ACCOUNT=bob "$BIN/idlewild" "$@"; }
nobody() { env -u IDLEWILD_ACCOUNT -u IDLEWILD_PASSWORD IDLEWILD_HOME="$dir/nobody" "$BIN/idlewild" "$@"; }
# Small shards and the shortest term but a few: what is ended is to end in this run.
cheap=(--class 2+2 --term 2h --yes)

at_bob account import bob --suri //Bob >/dev/null
bob_address=$(at_bob --json account ls | jq -r '.[0].address')
check "a file is stored" idlewild put "${cheap[@]}" --to shared "$shared/photo"
check "nobody shares with who announced no key" refuses "idlewild account announce" idlewild share shared/photo --with "$bob_address" "${cheap[@]}"
idlewild transfer 10 "$bob_address" >/dev/null 2>&1
check "Bob announces a key" at_bob account announce
check "it is shared with Bob" bash -c '"$@" >"$0"' "$shared/with-bob" "$BIN/idlewild" --json share shared/photo --with "$bob_address" "${cheap[@]}"
with_bob=$(jq -r .reference "$shared/with-bob")
check "Bob sees it" test "$(at_bob --json shares --with-me | jq -r '.with_me[0].reference')" = "$with_bob"
check "and gets it" at_bob get "$with_bob" --output "$shared/bob"
check "as it is" cmp "$shared/photo" "$shared/bob"
check "a link is made" bash -c '"$@" >"$0"' "$shared/by-link" "$BIN/idlewild" share shared/photo --link --until 1h "${cheap[@]}"
link=$(cat "$shared/by-link")
check "it is all of the answer" grep -qE '^idlewild:share/[0-9]+#[0-9a-f]{72}$' "$shared/by-link"
check "whoever has it needs no account" nobody get "$link" --output "$shared/linked"
check "and gets the file" cmp "$shared/photo" "$shared/linked"
check "a link is read from standard input too" cmp "$shared/photo" <(nobody get - --output - <<<"$link")
check "one with a slip is refused" refuses "checksum" nobody get "${link%?}$([[ $link == *0 ]] && echo 1 || echo 0)" --output "$shared/none"
check "without its key it opens for nobody" refuses "whole link" at_bob get "${link%%#*}" --output "$shared/none"
no_list_has_its_key() {
  local list
  for list in "$(idlewild shares --mine)" "$(idlewild --json shares --mine)"; do
    [[ $list == *"${link%%#*}"* && $list != *'#'* && $list != *"${link##*#}"* ]] || { echo "$list"; return 1; }
  done
}
check "no list shows a link's key" no_list_has_its_key
check "what is shared is none of the stored files" test "$(idlewild --json ls | jq -c '[.files[].path]')" = '["shared/photo"]'
idlewild --json shares --mine >"$shared/mine"
check "nor are its deals unknown" jq -e --slurpfile mine "$shared/mine" '[.unreadable[].deal] - [$mine[0].mine[].root] == [.unreadable[].deal]' <(idlewild --json ls)

check "a share is revoked" bash -c '"$@" >"$0"' "$shared/revoked" "$BIN/idlewild" --json unshare "${with_bob##*/}"
check "from then on Bob is refused" refuses "there is no share" at_bob get "$with_bob" --output "$shared/none"
all_ended() {
  [[ $(jq '.young | length' "$shared/revoked") == 0 ]] && return
  [[ $(idlewild --json unshare | tee "$shared/swept" | jq '[(.young, .outcomes) | length] | add') == 0 && $(jq '.ended | length' "$shared/swept") -ge 1 ]]
}
check "and the copy ends as soon as the chain allows" wait_until 90 all_ended
check "the link goes on" nobody get "$link" --force --output "$shared/linked"

check "nothing is published unasked" refuses "--yes" idlewild publish shared/photo --class 2+2 --term 2h
publish() { idlewild --json publish shared/photo --name 'a photo' "${cheap[@]}" >"$shared/published" 2>"$shared/said"; }
check "it is published" publish
check "which is said to be for ever before anything else" bash -c 'head -n 1 "$1" | grep -q "for ever"' - "$shared/said"
publication=$(jq -r .reference "$shared/published")
hash=$("$PYTHON_BIN/python" -c 'import sys, blake3; print("0x" + blake3.blake3(open(sys.argv[1], "rb").read()).hexdigest())' "$shared/photo")
check "its hash on chain is that of the file" test "$(idlewild --json publications | jq -r '.[0] | .hash, .name, .length' | tr '\n' ' ')" = "$hash a photo 300000 "
check "anybody gets it" nobody get "$publication" --output "$shared/anybody"
check "as it was published" cmp "$shared/photo" "$shared/anybody"
check "a part of it too" cmp <(head -c 100 "$shared/photo") <(nobody get "$publication" --range 0-99 --output -)
check "it is extended by its reference" idlewild extend "$publication" --term 2h --yes
check "it is withdrawn" idlewild unpublish "${publication##*/}"
check "and nobody finds it any more" refuses "there is no publication" nobody get "$publication" --output "$shared/none"
check "nothing that was refused was kept" test ! -e "$shared/none"
check "an object of a gateway is shared" bash -c '"$@" >"$0"' "$shared/object" "$BIN/idlewild" share s3://site/sub/deep/index.html --dir "$dir/on-chain" --link "${cheap[@]}"
check "and read" test "$(nobody get "$(cat "$shared/object")" --output -)" = '<h1>hello</h1>'
nothing_fetched_is_left() {
  local left
  left=$(find "$IDLEWILD_HOME" -name '.fetched-*') && [[ -z $left ]] || { echo "$left"; return 1; }
}
check "no plaintext is left on the disk" nothing_fetched_is_left
