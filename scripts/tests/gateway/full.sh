# A store whose disk is full, once by what it keeps and once by what others put there: sourced by gateway.sh.
# shellcheck shell=bash

small=$dir/small
leave_small() { ! mountpoint -q "$small" || as_root umount "$small"; }
at_exit leave_small
small_disk() {
  mkdir "$small" && truncate -s 128M "$dir/small.img" && as_root mkfs.ext4 -q -m 0 -b 4096 "$dir/small.img" &&
    as_root mount -o loop "$dir/small.img" "$small" && as_root chown "$(id -u):$(id -g)" "$small"
}
on_small() { idlewild gateway --dir "$small/gateway" "$@"; }
start_small() {
  background "$dir/small.log" "$BIN/idlewild" gateway --dir "$small/gateway" start
  GATEWAY=$BACKGROUND_PID
  wait_until 30 on_small status >/dev/null 2>&1
}
kill_small() {
  kill -KILL -- "-$GATEWAY"
  wait "$GATEWAY" 2>/dev/null
  forget_process "$GATEWAY"
}
# The objects that were acknowledged are in a record of their own.
with_objects() { # fill|storm|holds|drop|part
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$SUITES timeout 300 "$PYTHON_BIN/python" "$SUITES/full.py" "$1" "$dir/small.record"
}
small_kib() { df --output=avail -k "$small" | tail -n 1; }
# What has nothing to do with the gateway takes what is left, also what the gateway gives back meanwhile.
others_take_all() { dd if=/dev/zero of="$small/others" bs=4k oflag=append conv=notrunc 2>/dev/null; (($(small_kib) == 0)); }
# A delete is noted on the disk too: there may be a last page for it or not.
drops_or_says_why() { with_objects drop >"$dir/small-drop.log" 2>&1 || grep -q InsufficientStorage "$dir/small-drop.log" || { cat "$dir/small-drop.log"; return 1; }; }

test_a_full_disk() {
  local -x AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  local key stormer
  check "a small disk" small_disk || return
  check "a gateway on it" on_small init --local --s3 "127.0.0.1:$S3_PORT" --web "127.0.0.1:$WEB_PORT"
  sed -i -e 's/^reserve_mib.*/reserve_mib = 32/' -e 's/^segment_mib.*/segment_mib = 8/' "$small/gateway/gateway.toml"
  key=$(idlewild --json gateway --dir "$small/gateway" key new)
  AWS_ACCESS_KEY_ID=$(jq -r .access_key_id <<<"$key") AWS_SECRET_ACCESS_KEY=$(jq -r .secret_access_key <<<"$key")
  check "it starts there" start_small || return
  aws s3 mb s3://full >/dev/null

  check "it is filled until every put is refused in words of S3's" with_objects fill
  check "a program is told too" refuses "InsufficientStorage" aws s3 cp "$dir/aws/large" s3://full/refused
  check "and who uploads in parts" refuses "InsufficientStorage" with_objects part
  check "what it took is there, and nothing else" with_objects holds

  check "others take the reserve as well" wait_until 60 others_take_all
  check "with no byte left nothing is put" with_objects fill
  check "with no byte left reads go on" with_objects holds
  kill_small
  check "with no byte left it starts again after a kill" start_small || return
  check "and has what it took" with_objects holds
  others_take_all
  check "with no byte left it deletes, or says that it cannot note that" drops_or_says_why
  check "what it did not delete is there" with_objects holds
  rm "$small/others"
  check "once others made room it deletes, without a restart" with_objects drop
  # Readers of what is deleted have a minute to end.
  some_room() { aws s3 cp --only-show-errors "$dir/aws/large" s3://full/storm/room; }
  check "the room of what was deleted comes back" wait_until 150 some_room

  : >>"$dir/small.record"
  with_objects storm >"$dir/small-storm.log" 2>&1 &
  stormer=$!
  nearly_full() { (($(small_kib) < 33 << 10)); }
  check "it is filled from several sides" wait_until 120 nearly_full
  kill_small
  wait "$stormer"
  check "it starts again after a kill when it got full" start_small || return
  check "nothing that was acknowledged is lost, and nothing is half there" with_objects holds
  check "it is as full as before" with_objects fill
  check "and has all of it" with_objects holds
  check "it stops on its full disk" stop_process "$GATEWAY" 20
  leave_small
}
test_a_full_disk
