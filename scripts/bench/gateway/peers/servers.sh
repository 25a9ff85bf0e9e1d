# Servers of S3 on this machine, each with its data below $work, and what is asked of them: `ours`, `seaweedfs` and `rclone`.
# shellcheck shell=bash

declare -A PORT=() KEY=() SECRET=() PID=()

# Asks one server. What s3_load prints is in $work/load.json.
load() { # SERVER ARGUMENT...
  local server=$1
  shift
  "$BIN/examples/s3_load" --port "${PORT[$server]}" --access-key "${KEY[$server]}" --secret-key "${SECRET[$server]}" "$@" \
    >"$work/load.json" 2>"$work/load.log" || die "$server failed ($*): $(tail -n 5 "$work/load.log")"
}
loaded() { jq ".$1" "$work/load.json"; } # FIELD

_serve() { # SERVER COMMAND...
  local server=$1
  shift
  background "$work/$server.log" "$@"
  PID[$server]=$BACKGROUND_PID
}
_answers() { (load "$1" --bucket bench make) 2>/dev/null; } # SERVER
_wait_for() { wait_until 60 _answers "$1" || die "$1 does not start: $(tail -n 5 "$work/$1.log")"; } # SERVER

# A gateway that keeps everything on this disk.
serve_ours() {
  local key gateway=("$BIN/idlewild" gateway --dir "$work/ours")
  PORT[ours]=$(free_port)
  "${gateway[@]}" init --local --s3 "127.0.0.1:${PORT[ours]}" --web "127.0.0.1:$(free_port)" >/dev/null
  key=$("${gateway[@]}" --json key new)
  KEY[ours]=$(jq -r .access_key_id <<<"$key") SECRET[ours]=$(jq -r .secret_access_key <<<"$key")
  _serve ours "${gateway[@]}" start
  _wait_for ours
}

# All of SeaweedFS in one process, which keeps objects of the bucket `synced` with its fsync and those of others without.
serve_seaweedfs() {
  local name ports=()
  local -A port=()
  KEY[seaweedfs]=bench SECRET[seaweedfs]=benchmark PORT[seaweedfs]=$(free_port)
  mkdir -p "$work/seaweedfs"
  printf '{"identities":[{"name":"bench","credentials":[{"accessKey":"bench","secretKey":"benchmark"}],"actions":["Admin"]}]}' \
    >"$work/seaweedfs.json"
  for name in master.port master.port.grpc volume.port volume.port.grpc filer.port filer.port.grpc s3.port.grpc; do
    port[$name]=$(free_port)
    ports+=("-$name=${port[$name]}")
  done
  # As many volumes as it wants: there are several to a bucket.
  _serve seaweedfs "$WEED" -logdir="$work/seaweedfs" server -dir="$work/seaweedfs" -ip=127.0.0.1 -ip.bind=127.0.0.1 "${ports[@]}" \
    -master.telemetry=false -master.volumeSizeLimitMB=1024 -volume.max=200 -filer -s3 -s3.port="${PORT[seaweedfs]}" \
    -s3.port.iceberg=0 -s3.port.lance=0 -s3.config="$work/seaweedfs.json"
  _wait_for seaweedfs
  load seaweedfs --bucket synced make
  "$WEED" shell -master="127.0.0.1:${port[master.port]}.${port[master.port.grpc]}" \
    -filer="127.0.0.1:${port[filer.port]}.${port[filer.port.grpc]}" >"$work/seaweedfs.conf" 2>&1 \
    <<<'fs.configure -locationPrefix=/buckets/synced/ -fsync=true -apply'
  grep -q '"fsync": *true' "$work/seaweedfs.conf" || die "SeaweedFS does not take its fsync: $(tail -n 5 "$work/seaweedfs.conf")"
}

# A folder, served by rclone.
serve_rclone() {
  KEY[rclone]=bench SECRET[rclone]=benchmark PORT[rclone]=$(free_port)
  mkdir -p "$work/rclone"
  _serve rclone "$RCLONE" --config /dev/null serve s3 "$work/rclone" --addr "127.0.0.1:${PORT[rclone]}" --auth-key bench,benchmark
  _wait_for rclone
}

# At once: SeaweedFS takes a minute over it otherwise, and its data goes with it.
stop_servers() {
  local server
  for server in "${!PID[@]}"; do
    kill -KILL -- "-${PID[$server]}" 2>/dev/null || true
    wait "${PID[$server]}" 2>/dev/null || true
    forget_process "${PID[$server]}"
    unset "PID[$server]"
  done
  rm -rf "$work/ours" "$work/seaweedfs" "$work/rclone"
}
