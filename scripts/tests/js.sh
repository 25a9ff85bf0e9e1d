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
  mkdir -p "${modules%/*}"
  # Beside its place: within one folder a move is whole or not at all.
  npm=$(mktemp -d "$modules.XXXXXX")
  at_exit rm -rf "$npm"
  cp "$sources/package.json" "$npm/"
  (cd "$npm" && npm install --no-audit --no-fund --no-package-lock)
  # If another run was quicker, its packages are as good.
  [[ -d $modules ]] || mv -T "$npm" "$modules" || [[ -d $modules ]] || die "the packages could not be put into $modules"
fi
ln -s "$modules/node_modules" "$dir/node_modules"

setting=$(devnet up --miners 4 --no-build)
eval "$(tail -n 1 <<<"$setting")"
# A slot that nobody can take is seen by its events, and is there to repair.
devnet kill 3
head -c 100000 /dev/urandom >"$dir/file"
node "$dir/dapp.js" "$IDLEWILD_NODE" "$dir/file"
