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
sources=$IDLEWILD_ROOT/scripts/tests/js
modules=$HOME/.cache/idlewild/js-$(sha256sum <"$sources/package.json" | head -c 16)
cp "$sources"/package.json "$sources"/*.js "$dir/"
if [[ ! -d $modules ]]; then
  mkdir "$dir/npm"
  cp "$sources/package.json" "$dir/npm/"
  (cd "$dir/npm" && npm install --no-audit --no-fund --no-package-lock)
  # Whole or not at all; if another run was quicker, its packages are as good.
  mv -T "$dir/npm" "$modules" 2>/dev/null || [[ -d $modules ]]
fi
ln -s "$modules/node_modules" "$dir/node_modules"

setting=$(devnet up --miners 4 --no-build)
eval "$(tail -n 1 <<<"$setting")"
# A slot that nobody can take is seen by its events, and is there to repair.
devnet kill 3
head -c 100000 /dev/urandom >"$dir/file"
node "$dir/dapp.js" "$IDLEWILD_NODE" "$dir/file"
