#!/usr/bin/env bash
# A DApp developer's view of a network on this machine, with @polkadot/api from npm.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$IDLEWILD_ROOT/scripts/npm.sh"

dir=$(mktemp -d)
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$dir/net"; }
clean_up() {
  devnet down >/dev/null 2>&1
  rm -rf "$dir"
}
at_exit clean_up

sources=$IDLEWILD_ROOT/scripts/tests/js
cp "$sources"/package.json "$sources"/*.js "$dir/"
npm_with "$sources/package.json" || die "the packages of npm cannot be installed"
ln -s "$NODE_MODULES" "$dir/node_modules"

setting=$(devnet up --miners 4 --no-build)
eval "$(tail -n 1 <<<"$setting")"
# A slot that nobody can take is seen by its events, and is there to repair.
devnet kill 3
head -c 100000 /dev/urandom >"$dir/file"
node "$dir/dapp.js" "$IDLEWILD_NODE" "$dir/file"
