# Checks that are counted: sourced by suites, which have a folder of their own in `dir` and print `passed` and `failed` at the end.
# shellcheck shell=bash

passed=0 failed=0

# Runs a check and reports it; the ones after it run all the same, unless the suite goes by its status.
check() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@" >"$dir/output" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $what"
  else
    failed=$((failed + 1))
    echo "FAILED  $what"
    tail -n 40 "$dir/output" | sed 's/^/        /'
    return 1
  fi
}
# Succeeds if the command fails and says so.
refuses() { # WORDS COMMAND...
  local words=$1
  shift
  if "$@" >"$dir/refused" 2>&1; then
    echo "it was not refused"
    return 1
  fi
  grep -qF -- "$words" "$dir/refused" || { cat "$dir/refused"; return 1; }
}
