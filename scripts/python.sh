# Python with packages from PyPI, for tests and benchmarks: source it after lib.sh.
# shellcheck shell=bash

# Makes an environment with the packages of a list, once for all checkouts and again when the list changes. Sets PYTHON_BIN, the folder
# of its programs. Fails where PyPI or Python's venv is missing.
python_with() { # REQUIREMENTS
  local list=$1 home made
  home=$HOME/.cache/idlewild/python-$(sha256sum <"$list" | head -c 16)
  PYTHON_BIN=$home/bin
  [[ -d $home ]] && return 0
  mkdir -p "${home%/*}"
  # Beside its place: within one folder a move is whole or not at all. Programs are started as modules, as scripts know their old place.
  made=$(mktemp -d "$home.XXXXXX")
  at_exit rm -rf "$made"
  python3 -m venv "$made" || return 1
  "$made/bin/pip" install --no-cache-dir --disable-pip-version-check --quiet -r "$list" || return 1
  # The first line of each program names the place where it was made.
  grep -lIr "^#!$made/bin/" "$made/bin" | xargs -r sed -i "1s|^#!$made/bin/|#!$home/bin/|"
  [[ -d $home ]] || mv -T "$made" "$home" || [[ -d $home ]]
}
