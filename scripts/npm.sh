# Packages from npm, for tests: source it after lib.sh.
# shellcheck shell=bash

# Installs what a package.json names, once for all checkouts and again when it changes. Sets NODE_MODULES, the folder of the packages.
# Fails where npm or its registry is missing.
npm_with() { # PACKAGE_JSON
  local list=$1 home made
  home=$HOME/.cache/idlewild/js-$(sha256sum <"$list" | head -c 16)
  NODE_MODULES=$home/node_modules
  [[ -d $home ]] && return 0
  mkdir -p "${home%/*}"
  # Beside its place: within one folder a move is whole or not at all.
  made=$(mktemp -d "$home.XXXXXX")
  at_exit rm -rf "$made"
  cp "$list" "$made/package.json"
  (cd "$made" && npm install --no-audit --no-fund --no-package-lock) || return 1
  # If another run was quicker, its packages are as good.
  [[ -d $home ]] || mv -T "$made" "$home" || [[ -d $home ]]
}
