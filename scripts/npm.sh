# Packages from npm, for tests: source it after lib.sh.
# shellcheck shell=bash disable=SC2034

# Installs what a package.json names, once for all checkouts and again when it changes. Sets NODE_MODULES, the folder of the packages.
# Fails where npm or its registry is missing.
npm_with() { # PACKAGE_JSON
  local home
  home=$HOME/.cache/idlewild/js-$(sha256sum <"$1" | head -c 16)
  NODE_MODULES=$home/node_modules
  make_once "$home" _install_from_npm "$1"
}

_install_from_npm() { # PACKAGE_JSON FOLDER
  cp "$1" "$2/package.json" && (cd "$2" && npm install --no-audit --no-fund --no-package-lock)
}
