#!/usr/bin/env bash
# Every script parses, is executable, and tells its usage from any folder.
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
for script in "$root"/scripts/*.sh "$root"/scripts/tests/*.sh "$root"/.ci/run; do
  check "$script does not parse" bash -n "$script"
done
for script in setup test demo devnet bench metadata; do
  check "$script.sh --help" bash -c "cd / && '$root/scripts/$script.sh' --help | grep -q usage"
  check "$script.sh refuses what it does not know" bash -c "! '$root/scripts/$script.sh' --no-such-option"
done
echo "$passed passed, $failed failed"
((failed == 0))
