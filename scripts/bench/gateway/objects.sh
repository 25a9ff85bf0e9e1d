# Objects of 10 MiB and of 4 KiB to a gateway that keeps everything on this disk, and back; beside SeaweedFS, with its fsync and as it is by
# itself, and beside `rclone serve s3`. All take turns within a run, are asked by the same program, and write below the same folder. What
# comes back was just written, so that all read it from memory.
#
# What is not alike: a PUT to the gateway is on the disk when it is answered, bytes and records. SeaweedFS's fsync (`fs.configure -fsync`,
# for a bucket) is of the bytes alone and not of the filer's record of the name; by itself it waits for nothing, and neither does rclone,
# whose objects are files. The gateway computes MD5, BLAKE3 and CRC-64 of each object, and the SHA-256 that the request is signed with;
# the others MD5, and what they check of the signature. How often the disk was told to flush while 4 KiB objects were put tells whether
# SeaweedFS's fsync is on.
# shellcheck shell=bash

build "command line and load" --bin idlewild --example s3_load
# shellcheck source=peers/install.sh
source "$parts/gateway/peers/install.sh"
# shellcheck source=peers/servers.sh
source "$parts/gateway/peers/servers.sh"

LARGE=$((10 << 20)) SMALL=4096 FEW=24 MANY=6000
free=$(df --output=avail -BG "$work" | tail -n 1 | tr -dc 0-9)
((free > 3 * runs + 4)) || die "this needs $((3 * runs + 4)) GiB of disk in $work, and $free are free: take fewer --runs"
[[ $(stat -f -c %T "$work") != tmpfs ]] || warn "$work is in memory: what is durable costs nothing there"

# Flushes of all disks so far.
flushes() { awk '{ sum += $19 } END { print sum + 0 }' /proc/diskstats; }

# rclone refuses some of the first objects of a folder where several come at once.
open_folder() { load "$1" --bucket "$2" --prefix "$3" put --size "$SMALL" --count 1 --connections 1; } # SERVER BUCKET PREFIX

declare -A found=()
measure_server() { # NAME SERVER BUCKET
  local name=$1 server=$2 bucket=$3 connections before
  for connections in 1 4; do
    open_folder "$server" "$bucket" "l$run-$connections/"
    load "$server" --bucket "$bucket" --prefix "l$run-$connections/" put --size "$LARGE" --count "$FEW" --connections "$connections"
    found[put$connections.$name]+=" $(loaded mib_per_second)"
    load "$server" --bucket "$bucket" --prefix "l$run-$connections/" get --size "$LARGE" --count "$FEW" --connections "$connections"
    found[get$connections.$name]+=" $(loaded mib_per_second)"
  done
  open_folder "$server" "$bucket" "s$run/"
  before=$(flushes)
  load "$server" --bucket "$bucket" --prefix "s$run/" put --size "$SMALL" --count "$MANY" --connections 64
  found[puts.$name]+=" $(loaded per_second)"
  found[flushes.$name]+=" $(($(flushes) - before))"
  load "$server" --bucket "$bucket" --prefix "s$run/" get --size "$SMALL" --count "$MANY" --connections 64
  found[gets.$name]+=" $(loaded per_second)"
  found[busy.$name]+=" $(loaded client_busy)"
}
# shellcheck disable=SC2086
of() { median ${found[$1]:-}; } # WHAT.NAME

names=(ours)
serve_ours
if [[ -n $WEED ]]; then
  serve_seaweedfs
  serve_rclone
  names+=(synced seaweedfs rclone)
fi
# What is made when it is first wanted is not what is measured.
for server in "${!PID[@]}"; do
  open_folder "$server" bench warm/
  load "$server" --prefix warm/ put --size "$SMALL" --count 500 --connections 64
done
if [[ -n $WEED ]]; then load seaweedfs --bucket synced --prefix warm/ put --size "$SMALL" --count 500 --connections 64; fi

for ((run = 1; run <= runs; run++)); do
  note "run $run of $runs: ${names[*]} ..."
  for name in "${names[@]}"; do
    case $name in
      synced) measure_server synced seaweedfs synced ;;
      *) measure_server "$name" "$name" bench ;;
    esac
  done
done
stop_servers

beside() { # FIGURE WHAT UNIT TARGET-BESIDE-SYNCED TARGET-BESIDE-PLAIN
  if [[ -z $WEED ]]; then
    alone "$1" "$(of "$2.ours")" "$3" "$PEERS_MISSING" "$4"
    return
  fi
  figure "$1" "$(of "$2.ours")" "$3" 'SeaweedFS with its fsync' "$(of "$2.synced")" "$4"
  figure "$1" "$(of "$2.ours")" "$3" 'SeaweedFS by itself' "$(of "$2.seaweedfs")" "$5"
  figure "$1" "$(of "$2.ours")" "$3" 'rclone serve s3' "$(of "$2.rclone")" ''
}
beside get_10MiB get1 MiB/s 'ratio >= 1' 'ratio >= 1'
beside get_10MiB_by_4 get4 MiB/s 'ratio >= 1' 'ratio >= 1'
beside put_10MiB put1 MiB/s 'ratio >= 0.8' 'ratio >= 0.8'
beside put_10MiB_by_4 put4 MiB/s 'ratio >= 0.8' 'ratio >= 0.8'
beside get_4KiB_by_64 gets 1/s 'ratio >= 1' 'ratio >= 1'
beside put_4KiB_by_64 puts 1/s 'ratio >= 1' ''
figure gateway_flushes "$(of flushes.ours)" flushes '' '' ''
if [[ -n $WEED ]]; then
  figure seaweedfs_flushes "$(of flushes.synced)" flushes 'SeaweedFS by itself' "$(of flushes.seaweedfs)" ''
  figure client_busy "$(of busy.ours)" 'of 1' 'while it gets from SeaweedFS' "$(of busy.seaweedfs)" ''
fi
