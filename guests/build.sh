#!/usr/bin/env bash
# Builds the example programs: each as a WASI module, and as a static program of this machine for a container.
#
# usage: guests/build.sh [--check] [GUEST ...]
#
# Each folder below this one is a guest, and all of them are built where none is named. The results are guests/GUEST.wasm and
# guests/GUEST below the target directory (CARGO_TARGET_DIR, or ~/.cache/idlewild/target). The same sources and compiler give the
# same bytes, so a module's digest is that of everybody who builds it.
#
# options:
#   --check  build everything twice, and fail where the bytes differ
#
# Needs: apt-get install clang lld wasi-libc libclang-rt-dev-wasm32
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

sources=$IDLEWILD_ROOT/guests
out=$CARGO_TARGET_DIR/guests
check='' guests=()
while (($#)); do
  case $1 in
    -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
    --check) check=1 ;;
    -*) die "unknown argument: $1 (see --help)" ;;
    *)
      [[ -f $sources/$1/main.c ]] || die "there is no guest $1: see the folders of $sources"
      guests+=("$1")
      ;;
  esac
  shift
done
if ((!${#guests[@]})); then
  for folder in "$sources"/*/; do guests+=("$(basename "$folder")"); done
fi

# Nothing of the machine, the folder or the moment, and no two operations in one, which some processors round once and others twice.
flags=(-std=c11 -O2 -Wall -Wextra -Werror -ffp-contract=off -fno-ident "-ffile-prefix-map=$sources=guests")

missing=()
# Whether a program of nothing can be built as guests are; its package is wanted where it cannot.
can_build() { # FLAG...
  printf 'int main(void) { return 0; }\n' | clang "$@" -x c -o /dev/null - 2>/dev/null
}
command -v clang >/dev/null || missing+=(clang)
command -v wasm-ld >/dev/null || missing+=(lld)
[[ -e /usr/include/wasm32-wasi/stdio.h ]] || missing+=(wasi-libc)
compgen -G '/usr/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a' >/dev/null ||
  compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a' >/dev/null || missing+=(libclang-rt-dev-wasm32)
if ((${#missing[@]})); then die "this is missing: apt-get install ${missing[*]}"; fi
can_build --target=wasm32-wasi || die "clang cannot build modules: try apt-get install clang lld wasi-libc libclang-rt-dev-wasm32"
can_build -static || die "clang cannot build static programs: try apt-get install libc6-dev"

# Builds a guest into a folder.
build() { # GUEST FOLDER
  mkdir -p "$2"
  clang --target=wasm32-wasi "${flags[@]}" -Wl,--strip-all -o "$2/$1.wasm" "$sources/$1/main.c"
  clang -static "${flags[@]}" -Wl,--strip-all -Wl,--build-id=none -o "$2/$1" "$sources/$1/main.c"
}

step "Guests, in $out"
for guest in "${guests[@]}"; do
  build "$guest" "$out"
  if [[ -n $check ]]; then
    again=$(mktemp -d)
    at_exit rm -rf "$again"
    build "$guest" "$again"
    cmp "$out/$guest.wasm" "$again/$guest.wasm" || die "two builds of $guest.wasm differ"
    cmp "$out/$guest" "$again/$guest" || die "two builds of $guest differ"
  fi
  note "$guest: module of $(stat -c %s "$out/$guest.wasm") bytes, program of $(stat -c %s "$out/$guest") bytes"
done
