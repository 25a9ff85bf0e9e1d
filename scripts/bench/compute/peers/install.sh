# What others run tasks and modules with: dask.distributed and wasmtime from PyPI, in an environment of their own, and GNU parallel from
# Debian. Sets PYTHON, PARALLEL and PEERS; what cannot be had is empty, with the reason in PEERS_MISSING.
# shellcheck shell=bash

PEERS=$parts/compute/peers
PEERS_MISSING=''
_home=$HOME/.cache/idlewild/peers-compute
_wanted=$(<"$PEERS/requirements.txt")

install_python_peers() {
  rm -rf "$_home"
  mkdir -p "$_home"
  python3 -m venv "$_home/python" && "$_home/python/bin/pip" install --no-cache-dir --disable-pip-version-check -r "$PEERS/requirements.txt"
}

PYTHON=$_home/python/bin/python
if [[ $(cat "$_home/recipe" 2>/dev/null) != "$_wanted" || ! -x $PYTHON ]]; then
  if command -v python3 >/dev/null &&
    progress "dask.distributed and wasmtime" "$CARGO_TARGET_DIR/logs/peers/python.log" install_python_peers; then
    printf '%s\n' "$_wanted" >"$_home/recipe"
  else
    PYTHON=''
    PEERS_MISSING='dask.distributed and wasmtime of PyPI cannot be installed (python3 with venv is needed, and PyPI)'
  fi
fi

PARALLEL=$(command -v parallel || true)
if [[ -z $PARALLEL ]] && command -v apt-get >/dev/null && ((EUID == 0)); then
  progress "GNU parallel" "$CARGO_TARGET_DIR/logs/peers/parallel.log" apt-get install -y --no-install-recommends parallel &&
    PARALLEL=$(command -v parallel || true)
fi
