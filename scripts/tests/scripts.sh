#!/usr/bin/env bash
# Every script parses and tells its usage from any folder, and every source is in the one format.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
passed=0 failed=0
check() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@" >/dev/null 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $what"
  fi
}
# A failure for any other reason would look the same without the words.
refuses_the_unknown() { # SCRIPT
  local said
  ! said=$("$1" --no-such-option 2>&1) && grep -qE 'error: unknown (argument|suite):? --no-such-option' <<<"$said"
}
for script in "$root"/scripts/*.sh "$root"/scripts/tests/{capacity,compute,gateway,js,network,scripts}.sh "$root"/.ci/run; do
  check "$script does not parse" bash -n "$script"
  check "$script cannot be run" test -x "$script"
done
for part in "$root"/scripts/{bench,demo}/{,*/,*/*/}*.sh "$root"/scripts/{lib,tests/checks}.sh; do
  [[ -e $part ]] || continue
  check "$part does not parse" bash -n "$part"
done
for script in setup test demo devnet engine bench fuzz metadata weights wasm-target; do
  check "$script.sh --help" bash -c "cd / && '$root/scripts/$script.sh' --help | grep -q usage"
  check "$script.sh does not say what it does not know" refuses_the_unknown "$root/scripts/$script.sh"
done
check "sources are not as 'cargo fmt --all' writes them" cargo fmt --all --manifest-path "$root/Cargo.toml" -- --check
echo "$passed passed, $failed failed"
((failed == 0))
