# Listing a bucket of 100,000 objects, page by page of 1,000, beside SeaweedFS. rclone lists a folder anew for each page, and is left out.
# shellcheck shell=bash

build "command line and load" --bin idlewild --example s3_load
# shellcheck source=peers/install.sh
source "$parts/gateway/peers/install.sh"
# shellcheck source=peers/servers.sh
source "$parts/gateway/peers/servers.sh"

KEYS=100000
serve_ours
if [[ -n $WEED ]]; then serve_seaweedfs; fi
declare -A listed=()
for server in "${!PID[@]}"; do
  note "$KEYS objects for $server ..."
  load "$server" --prefix k/ put --size 16 --count "$KEYS" --connections 64
done
for ((run = 1; run <= runs; run++)); do
  for server in "${!PID[@]}"; do
    load "$server" --prefix k/ list --count "$KEYS"
    listed[$server]+=" $(loaded seconds)"
  done
done
stop_servers

if [[ -n $WEED ]]; then
  # shellcheck disable=SC2086
  figure listing_100000 "$(median ${listed[ours]})" seconds SeaweedFS "$(median ${listed[seaweedfs]})" 'ratio <= 1'
else
  # shellcheck disable=SC2086
  alone listing_100000 "$(median ${listed[ours]})" seconds "$PEERS_MISSING" 'ratio <= 1'
fi
