# What jobs and services cost the chain: the storage proof of calls on a book with 100,000 open orders beside one with 10,000, and a
# project of 100,000 tasks. Both are tests of theirs, which print what they find.
# shellcheck shell=bash

# Builds the tests as scripts/test.sh does, so that nothing is compiled twice, and lists where they are.
build_tests() {
  cargo test --no-run --release --workspace --locked --manifest-path "$IDLEWILD_ROOT/Cargo.toml" --test calls --test compute_weights \
    --message-format json-render-diagnostics >"$work/tests.json"
}
progress "tests of the chain" "$CARGO_TARGET_DIR/logs/bench-build.log" build_tests || die 'without the tests there is nothing to measure'

# Runs tests of a crate. What they print is in $work/printed.
run_test() { # FOLDER TARGET ARGUMENT...
  local program
  program=$(jq -r --arg manifest "$IDLEWILD_ROOT/$1/Cargo.toml" --arg target "$2" '
    select(.reason == "compiler-artifact" and .executable and .target.name == $target and .manifest_path == $manifest) | .executable' \
    "$work/tests.json" | tail -n 1)
  [[ -n $program ]] || die "there is no test $2 in $1"
  (cd "$IDLEWILD_ROOT/$1" && "$program" --nocapture "${@:3}") >"$work/printed" 2>&1 || die "$1 failed: $(tail -n 5 "$work/printed")"
}

note 'a book of 100,000 orders ...'
run_test pallets/market calls --ignored a_hundred_thousand_orders
found=0
while IFS=$'\t' read -r name before after; do
  found=$((found + 1))
  figure "proof_${name// /_}" "$after" bytes 'with 10,000 orders' "$before" 'ratio <= 1.15'
  figure "proof_${name// /_}_size" "$after" bytes '' '' '<= 12288'
done < <(sed -n 's/^\(.*\): \([0-9]*\) bytes of proof with 10000 orders, \([0-9]*\) with 100000$/\1\t\2\t\3/p' "$work/printed")
((found)) || die "the book said nothing that is understood: $(tail -n 5 "$work/printed")"

# Weights, as they were measured: `create` must not know of tasks, and what chunks take is the same whatever is in them.
run_test runtime compute_weights a_project_costs_by_its_chunks
blocks=$(sed -n 's/.* take \([0-9]*\) blocks.*/\1/p' "$work/printed")
figure project_of_100000_tasks "${blocks:-null}" blocks '' '' '<= 60'
