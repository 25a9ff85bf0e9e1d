#!/usr/bin/env bash
# A DApp developer's view of a network on this machine, with @polkadot/api from npm.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

dir=$(mktemp -d)
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$dir/net"; }
clean_up() {
  devnet down >/dev/null 2>&1
  rm -rf "$dir"
}
at_exit clean_up

# Installed once for all checkouts, and again when the list of packages changes.
modules=$HOME/.cache/idlewild/js
mkdir -p "$modules"
if ! cmp -s "$IDLEWILD_ROOT/scripts/tests/js/package.json" "$modules/package.json" || [[ ! -d $modules/node_modules ]]; then
  cp "$IDLEWILD_ROOT/scripts/tests/js/package.json" "$modules/"
  (cd "$modules" && npm install --no-audit --no-fund --no-package-lock)
fi
cp "$IDLEWILD_ROOT/scripts/tests/js/dapp.js" "$modules/"

setting=$(devnet up --miners 4 --no-build)
eval "$(tail -n 1 <<<"$setting")"
head -c 100000 /dev/urandom >"$dir/file"
node "$modules/dapp.js" "$IDLEWILD_NODE" "$dir/file"
