# Python with packages from PyPI, for tests and benchmarks: source it after lib.sh.
# shellcheck shell=bash disable=SC2034

# Makes an environment with the packages of a list, once for all checkouts and again when the list changes. Sets PYTHON_BIN, the folder
# of its programs. Fails where PyPI or Python's venv is missing.
python_with() { # REQUIREMENTS
  local home
  home=$HOME/.cache/idlewild/python-$(sha256sum <"$1" | head -c 16)
  PYTHON_BIN=$home/bin
  make_once "$home" _install_from_pypi "$1" "$home"
}

_install_from_pypi() { # REQUIREMENTS HOME FOLDER
  local list=$1 home=$2 made=$3
  python3 -m venv "$made" || return 1
  "$made/bin/pip" install --no-cache-dir --disable-pip-version-check --quiet -r "$list" || return 1
  # The first line of each program names the place where it was made.
  grep -lIr "^#!$made/bin/" "$made/bin" | xargs -r sed -i "1s|^#!$made/bin/|#!$home/bin/|"
}
